-- Each change begins with the fulfilment state the one before ended with, and the order is in that of the last.
-- reads: orders
SELECT id, format('version %s: %s, after %s', version, before, expected)
  FROM (SELECT id, version, before, lag(after) OVER (PARTITION BY id ORDER BY version) AS expected
          FROM (SELECT order_id AS id, version, fulfilment_state_before AS before, fulfilment_state_after AS after
                  FROM orders.order_changes
                 UNION ALL
                SELECT id, version + 1, fulfilment_state, fulfilment_state FROM orders.orders) AS entry) AS step
 WHERE before <> expected
