-- Of whom the journal says that they were erased auth has no login, unless it has not been told yet.
-- reads: clients, then auth
SELECT e.client_id, u.state
  FROM clients.erasures AS e
  JOIN auth.users AS u ON u.id = e.client_id
 WHERE u.state <> 'erased'
   AND NOT EXISTS (SELECT FROM clients.outbox AS o
                     LEFT JOIN clients.event_deliveries AS d ON d.seq = o.seq AND d.destination = 'auth'
                    WHERE o.subject = e.client_id AND o.type = 'client.erased'
                      AND coalesce(d.state, 'open') IN ('open', 'waiting', 'parked'))
