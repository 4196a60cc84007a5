-- What catalog confirmed to orders is in its inbox, written with the effect. catalog commits before orders marks, so orders is looked at first;
-- restored to the same second, what orders has marked catalog has.
-- reads: orders, then catalog
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM orders.event_deliveries AS d
 WHERE d.destination = 'catalog' AND d.state = 'delivered' AND d.type IN ('order.paid', 'order.canceled')
   AND NOT EXISTS (SELECT FROM catalog.inbox AS i WHERE i.source = '/orders' AND i.id = d.event_id)
