-- Whom orders was told to erase is in the journal of clients. Broken when clients was restored to before the
-- erasure: replay the erasures with the ids named here (POST /api/v1/clients/erasures/resend).
-- reads: orders, then clients
SELECT e.client_id, format('orders erased them at %s', e.noted_at)
  FROM orders.erased_clients AS e
 WHERE NOT EXISTS (SELECT FROM clients.erasures AS j WHERE j.client_id = e.client_id)
