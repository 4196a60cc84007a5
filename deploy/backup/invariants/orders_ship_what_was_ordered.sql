-- No more of a SKU is shipped than was ordered.
-- reads: orders
SELECT s.order_id, format('%s: %s shipped, %s ordered', s.sku, s.sent, coalesce(l.ordered, 0))
  FROM (SELECT order_id, sku, sum(quantity) AS sent
          FROM orders.shipment_lines JOIN orders.shipments ON shipments.id = shipment_id GROUP BY order_id,
                 sku) AS s
  LEFT JOIN (SELECT order_id, sku, sum(quantity) AS ordered FROM orders.order_lines GROUP BY order_id, sku) AS l
         ON l.order_id = s.order_id AND l.sku = s.sku
 WHERE s.sent > coalesce(l.ordered, 0)
