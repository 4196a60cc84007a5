-- What clients confirmed to auth is in its inbox, written with the effect. clients commits before auth marks, so auth is looked at first;
-- restored to the same second, what auth has marked clients has.
-- reads: auth, then clients
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM auth.event_deliveries AS d
 WHERE d.destination = 'clients' AND d.state = 'delivered' AND d.type IN ('user.email_verified', 'user.password_settled')
   AND NOT EXISTS (SELECT FROM clients.inbox AS i WHERE i.source = '/auth' AND i.id = d.event_id)
