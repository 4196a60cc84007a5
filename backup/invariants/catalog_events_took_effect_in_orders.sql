-- What orders confirmed to catalog is in its inbox, written with the effect. orders commits before catalog marks, so catalog is looked at first;
-- restored to the same second, what catalog has marked orders has.
-- reads: catalog, then orders
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM catalog.event_deliveries AS d
 WHERE d.destination = 'orders' AND d.state = 'delivered' AND (d.type LIKE 'production.%' OR d.type IN ('product.created', 'product.changed'))
   AND NOT EXISTS (SELECT FROM orders.inbox AS i WHERE i.source = '/catalog' AND i.id = d.event_id)
