-- An order's total is the sum of its lines: quantity times price, and taxes.
-- reads: orders
SELECT o.id, format('total %s, lines %s', o.total_minor, coalesce(l.sum, 0))
  FROM orders.orders AS o
  LEFT JOIN (SELECT order_id, sum(quantity * unit_price_minor + coalesce(tax_minor, 0)) AS sum
               FROM orders.order_lines GROUP BY order_id) AS l ON l.order_id = o.id
 WHERE o.total_minor <> coalesce(l.sum, 0)
