// Many unpaid orders of 42.00 EUR at once, straight into the database, as orders would have written them.
const kInsert = `
WITH made AS (
    INSERT INTO orders (id, currency, email, shipping_address, total_minor, payment_state)
    SELECT 'ord_' || left(md5($1), 8) || lpad(to_hex(n), 24, '0'), 'EUR', 'ada@example.com',
           '{"name":"Ada Example","line1":"1 Main Street","line2":null,"city":"Paris","postal_code":"75001","country":"FR"}', 4200, 'unpaid'
      FROM generate_series(1, $2) AS n
    RETURNING id
), lines AS (
    INSERT INTO order_lines (order_id, position, sku, description, quantity, unit_price_minor)
    SELECT id, 1, 'SKU-1', 'A thing', 2, 2100 FROM made
), changes AS (
    INSERT INTO order_changes (order_id, version, kind, payment_state_before, payment_state_after,
                               fulfilment_state_before, fulfilment_state_after)
    SELECT id, 1, 'created', 'unpaid', 'unpaid', 'unfulfilled', 'unfulfilled' FROM made
)
SELECT id FROM made`;

// Answers their ids. `name` makes them differ from those of other calls.
export async function insert_orders(postgres, name, count, database = 'orders', schema = 'public') {
  const rows = await postgres.query(database, kInsert, [name, count], schema);
  return rows.map(({ id }) => id);
}
