-- What is on hand, and what is reserved, is what all movements of the item add up to.
-- reads: catalog
SELECT s.item, format('on hand %s, reserved %s; movements %s, %s', s.on_hand_micro, s.reserved_micro,
                      coalesce(m.on_hand, 0), coalesce(m.reserved, 0))
  FROM catalog.stock AS s
  LEFT JOIN (SELECT item, sum(on_hand_micro) AS on_hand, sum(reserved_micro) AS reserved
               FROM catalog.stock_movements
              GROUP BY item) AS m ON m.item = s.item
 WHERE (s.on_hand_micro, s.reserved_micro) <> (coalesce(m.on_hand, 0), coalesce(m.reserved, 0))
