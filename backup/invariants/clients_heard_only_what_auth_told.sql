-- What clients took in of auth is in the outbox of auth, which commits before it tells: clients is looked at first. Broken when auth was
-- restored to an older time than clients. Outboxes keep a week, so older ones are not looked at.
-- reads: clients, then auth
SELECT i.id, format('%s, taken in at %s', i.type, i.received_at)
  FROM clients.inbox AS i
 WHERE i.source = '/auth' AND i.received_at > now() - interval '6 days'
   AND NOT EXISTS (SELECT FROM auth.outbox AS o WHERE o.id = i.id)
