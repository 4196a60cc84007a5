-- Of whom the journal says that they were erased clients holds nothing.
-- reads: clients
SELECT e.client_id, format('erased at %s', e.erased_at)
  FROM clients.erasures AS e
  LEFT JOIN clients.clients AS c ON c.id = e.client_id
 WHERE c.erased_at IS NULL OR EXISTS (SELECT FROM clients.addresses AS a WHERE a.client_id = e.client_id)
