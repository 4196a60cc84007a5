-- What auth confirmed to clients is in its inbox, written with the effect. auth commits before clients marks, so clients is looked at first;
-- restored to the same second, what clients has marked auth has.
-- reads: clients, then auth
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM clients.event_deliveries AS d
 WHERE d.destination = 'auth' AND d.state = 'delivered' AND d.type IN ('client.registered', 'client.email_changed', 'client.password_changed', 'client.erased', 'audit.recorded')
   AND NOT EXISTS (SELECT FROM auth.inbox AS i WHERE i.source = '/clients' AND i.id = d.event_id)
