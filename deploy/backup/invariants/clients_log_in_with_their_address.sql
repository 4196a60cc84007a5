-- The address a client logs in with is the one clients has, unless clients has not heard yet of one that was proved, or
-- another is to be proved. Broken when auth was restored to an older time: POST …/registrations/resend tells it. auth
-- commits before it tells, and what clients has heard it is asked first.
-- reads: clients, then auth
SELECT c.id, format('in version %s, auth has another', c.version)
  FROM clients.clients AS c JOIN auth.users AS u ON u.id = c.id
 WHERE lower(u.email) <> lower(btrim(c.email)) AND c.pending_email IS NULL
   AND NOT EXISTS (SELECT FROM auth.outbox AS o
                    WHERE o.subject = c.id AND o.type = 'user.email_verified'
                      AND NOT EXISTS (SELECT FROM clients.inbox AS i WHERE i.source = '/auth' AND i.id = o.id))
