-- What orders confirmed to clients is in its inbox, written with the effect. orders commits before clients marks, so clients is looked at first;
-- restored to the same second, what clients has marked orders has.
-- What orders is known to have lost (RESTORED) and can't be told again, as its data was erased, is left to the rules about its effect.
-- reads: clients, then orders
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM clients.event_deliveries AS d JOIN clients.outbox AS o ON o.seq = d.seq
 WHERE d.destination = 'orders' AND d.state = 'delivered' AND d.type = 'client.erased'
   AND NOT EXISTS (SELECT FROM orders.inbox AS i WHERE i.source = '/clients' AND i.id = d.event_id)
   AND NOT (o.data IS NULL AND EXISTS (SELECT FROM public.restored AS r WHERE r.service = 'orders' AND d.closed_at BETWEEN r.since AND r.until))
