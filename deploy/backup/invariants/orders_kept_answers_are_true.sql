-- The order that an Idempotency-Key was answered with is there.
-- reads: orders
SELECT key, format('answered %s', body::jsonb ->> 'id')
  FROM orders.idempotency_keys
 WHERE status = 201 AND body::jsonb ->> 'id' LIKE 'ord\_%'
   AND NOT EXISTS (SELECT FROM orders.orders AS o WHERE o.id = body::jsonb ->> 'id')
