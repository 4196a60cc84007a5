-- What auth confirmed to clients is in its inbox, written with the effect. auth commits before clients marks, so clients is looked at first;
-- restored to the same second, what clients has marked auth has.
-- What auth is known to have lost (RESTORED) and can't be told again, as its data was erased, is left to the rules about its effect.
-- reads: clients, then auth
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM clients.event_deliveries AS d JOIN clients.outbox AS o ON o.seq = d.seq
 WHERE d.destination = 'auth' AND d.state = 'delivered' AND d.type IN ('client.registered', 'client.email_changed', 'client.password_changed', 'client.erased', 'audit.recorded')
   AND NOT EXISTS (SELECT FROM auth.inbox AS i WHERE i.source = '/clients' AND i.id = d.event_id)
   AND NOT (o.data IS NULL AND EXISTS (SELECT FROM public.restored AS r WHERE r.service = 'auth' AND d.closed_at BETWEEN r.since AND r.until))
