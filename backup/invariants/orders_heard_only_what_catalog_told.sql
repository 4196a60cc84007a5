-- What orders took in of catalog is in the outbox of catalog, which commits before it tells: orders is looked at first. Broken when catalog was
-- restored to an older time than orders. Outboxes keep a week, so older ones are not looked at.
-- reads: orders, then catalog
SELECT i.id, format('%s, taken in at %s', i.type, i.received_at)
  FROM orders.inbox AS i
 WHERE i.source = '/catalog' AND i.received_at > now() - interval '6 days'
   AND NOT EXISTS (SELECT FROM catalog.outbox AS o WHERE o.id = i.id)
