-- What catalog confirmed to orders is in its inbox, written with the effect. catalog commits before orders marks, so orders is looked at first;
-- restored to the same second, what orders has marked catalog has.
-- What catalog is known to have lost (RESTORED) and can't be told again, as its data was erased, is left to the rules about its effect.
-- reads: orders, then catalog
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM orders.event_deliveries AS d JOIN orders.outbox AS o ON o.seq = d.seq
 WHERE d.destination = 'catalog' AND d.state = 'delivered' AND d.type IN ('order.paid', 'order.canceled')
   AND NOT EXISTS (SELECT FROM catalog.inbox AS i WHERE i.source = '/orders' AND i.id = d.event_id)
   AND NOT (o.data IS NULL AND EXISTS (SELECT FROM public.restored AS r WHERE r.service = 'catalog' AND d.closed_at BETWEEN r.since AND r.until))
