-- What auth confirmed to orders is in its inbox, written with the effect. auth commits before orders marks, so orders is looked at first;
-- restored to the same second, what orders has marked auth has.
-- reads: orders, then auth
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM orders.event_deliveries AS d
 WHERE d.destination = 'auth' AND d.state = 'delivered' AND d.type = 'audit.recorded'
   AND NOT EXISTS (SELECT FROM auth.inbox AS i WHERE i.source = '/orders' AND i.id = d.event_id)
