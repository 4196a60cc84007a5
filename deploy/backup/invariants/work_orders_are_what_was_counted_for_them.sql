-- What is made of a work order is what machines counted for it, of its part, since there was such a work
-- order.
-- reads: catalog
SELECT p.id, format('made %s, counted %s', p.good_micro, coalesce(c.good, 0))
  FROM catalog.production_orders AS p
  LEFT JOIN (SELECT work_order, part, sum(good_total_micro) AS good FROM catalog.production_counters
         GROUP BY work_order, part) AS c
         ON c.work_order = p.id AND c.part = p.part
 WHERE p.good_micro <> coalesce(c.good, 0)
