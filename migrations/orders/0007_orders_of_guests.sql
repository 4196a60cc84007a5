-- no transaction
CREATE INDEX CONCURRENTLY orders_of_guests ON orders (lower(email)) WHERE client_id IS NULL;
