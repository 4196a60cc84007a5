-- What machines counted as good is what production put into stock.
-- reads: catalog
SELECT coalesce(c.item, m.item), format('counted %s, moved %s', coalesce(c.good, 0), coalesce(m.moved, 0))
  FROM (SELECT 'part:' || part AS item, sum(good_total_micro) AS good FROM catalog.production_counters
         GROUP BY part) AS c
  FULL JOIN (SELECT item, sum(on_hand_micro) AS moved FROM catalog.stock_movements
              WHERE kind = 'produce' AND machine IS NOT NULL GROUP BY item) AS m ON m.item = c.item
 WHERE coalesce(c.good, 0) <> coalesce(m.moved, 0)
