-- What auth took in of clients is in the outbox of clients, which commits before it tells: auth is looked at first. Broken when clients was
-- restored to an older time than auth. Outboxes keep a week, so older ones are not looked at.
-- reads: auth, then clients
SELECT i.id, format('%s, taken in at %s', i.type, i.received_at)
  FROM auth.inbox AS i
 WHERE i.source = '/clients' AND i.received_at > now() - interval '6 days'
   AND NOT EXISTS (SELECT FROM clients.outbox AS o WHERE o.id = i.id)
