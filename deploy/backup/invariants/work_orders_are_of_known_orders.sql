-- The catalog makes nothing for an order that orders does not have: orders commits before it tells, so the
-- catalog is looked at first.
-- reads: catalog, then orders
SELECT p.id, format('for %s', p.order_id)
  FROM catalog.production_orders AS p
 WHERE NOT EXISTS (SELECT FROM orders.orders AS o WHERE o.id = p.order_id)
