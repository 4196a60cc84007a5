-- A client's login is of somebody clients knows, also when erased.
-- reads: auth, then clients
SELECT u.id, u.state
  FROM auth.users AS u
 WHERE u.role = 'client' AND NOT EXISTS (SELECT FROM clients.clients AS c WHERE c.id = u.id)
   AND NOT EXISTS (SELECT FROM clients.erasures AS e WHERE e.client_id = u.id)
