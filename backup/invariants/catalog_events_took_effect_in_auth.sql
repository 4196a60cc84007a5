-- What auth confirmed to catalog is in its inbox, written with the effect. auth commits before catalog marks, so catalog is looked at first;
-- restored to the same second, what catalog has marked auth has.
-- reads: catalog, then auth
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM catalog.event_deliveries AS d
 WHERE d.destination = 'auth' AND d.state = 'delivered' AND d.type = 'audit.recorded'
   AND NOT EXISTS (SELECT FROM auth.inbox AS i WHERE i.source = '/catalog' AND i.id = d.event_id)
