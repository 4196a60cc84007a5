-- A change of password that clients calls settled is settled so in auth.
-- reads: clients, then auth
SELECT p.id, format('%s here, %s in auth', p.status, coalesce(a.outcome, 'unknown'))
  FROM clients.password_changes AS p
  LEFT JOIN auth.password_changes AS a ON a.change_id = p.id
 WHERE p.status <> 'pending' AND p.status IS DISTINCT FROM a.outcome
