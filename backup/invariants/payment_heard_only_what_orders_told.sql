-- What payment took in of orders is in the outbox of orders, which commits before it tells: payment is looked at first. Broken when orders was
-- restored to an older time than payment. Outboxes keep a week, so older ones are not looked at.
-- reads: payment, then orders
SELECT i.id, format('%s, taken in at %s', i.type, i.received_at)
  FROM payment.inbox AS i
 WHERE i.source = '/orders' AND i.received_at > now() - interval '6 days'
   AND NOT EXISTS (SELECT FROM orders.outbox AS o WHERE o.id = i.id)
