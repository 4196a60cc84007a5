-- A work order that orders knows is the catalog's, of the same order and line, and not further than there. The catalog
-- commits before it tells, so orders is looked at first.
-- reads: orders, then catalog
SELECT w.id, format('%s line %s, made %s; the catalog: %s line %s, made %s', w.order_id, w.position, w.good,
                    p.order_id, p.position, p.good_micro / 1000000)
  FROM orders.work_orders AS w
  LEFT JOIN catalog.production_orders AS p ON p.id = w.id
 WHERE (p.order_id, p.position) IS DISTINCT FROM (w.order_id, w.position) OR w.good > p.good_micro / 1000000
