-- Every fact of an order comes of an event that payment keeps: it stores before it tells, so orders is looked
-- at first.
-- reads: orders, then payment
SELECT f.key, format('of %s, told by %s', f.order_id, f.event_id)
  FROM orders.payment_facts AS f
 WHERE NOT EXISTS (SELECT FROM payment.events AS e WHERE e.id = f.event_id)
