-- What clients confirmed to auth is in its inbox, written with the effect. clients commits before auth marks, so auth is looked at first;
-- restored to the same second, what auth has marked clients has.
-- What clients is known to have lost (RESTORED) and can't be told again, as its data was erased, is left to the rules about its effect.
-- reads: auth, then clients
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM auth.event_deliveries AS d JOIN auth.outbox AS o ON o.seq = d.seq
 WHERE d.destination = 'clients' AND d.state = 'delivered' AND d.type IN ('user.email_verified', 'user.password_settled')
   AND NOT EXISTS (SELECT FROM clients.inbox AS i WHERE i.source = '/auth' AND i.id = d.event_id)
   AND NOT (o.data IS NULL AND EXISTS (SELECT FROM public.restored AS r WHERE r.service = 'clients' AND d.closed_at BETWEEN r.since AND r.until))
