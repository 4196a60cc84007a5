-- What auth took in of catalog is in the outbox of catalog, which commits before it tells: auth is looked at first. Broken when catalog was
-- restored to an older time than auth. Outboxes keep a week, so older ones are not looked at.
-- reads: auth, then catalog
SELECT i.id, format('%s, taken in at %s', i.type, i.received_at)
  FROM auth.inbox AS i
 WHERE i.source = '/catalog' AND i.received_at > now() - interval '6 days'
   AND NOT EXISTS (SELECT FROM catalog.outbox AS o WHERE o.id = i.id)
