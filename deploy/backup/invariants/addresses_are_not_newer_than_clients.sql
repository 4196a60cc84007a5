-- What auth has seen of a client's address is not of a version clients has not reached: its next changes
-- would be ignored. Broken when clients was restored to an older time than auth.
-- reads: auth, then clients
SELECT v.subject, format('seen in version %s, the client is in %s', v.version, c.version)
  FROM auth.event_versions AS v JOIN clients.clients AS c ON c.id = v.subject
 WHERE v.scope = 'client.email' AND v.version > c.version
