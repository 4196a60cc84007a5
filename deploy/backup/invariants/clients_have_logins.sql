-- Everybody whose registration auth has confirmed can log in, unless the address was that of somebody who
-- runs the shop.
-- reads: clients, then auth
SELECT d.subject, 'no login'
  FROM clients.event_deliveries AS d
 WHERE d.destination = 'auth' AND d.type = 'client.registered' AND d.state = 'delivered'
   AND NOT EXISTS (SELECT FROM auth.users AS u WHERE u.id = d.subject)
   AND NOT EXISTS (SELECT FROM auth.audit_log AS a WHERE a.object = d.subject
          AND a.action = 'auth.client_registered' AND a.outcome = 'failed')
   AND NOT EXISTS (SELECT FROM auth.audit_waiting AS w WHERE w.entry LIKE '%' || d.subject || '%')
