-- Each entry of a timeline begins with the payment state the one before ended with, and the order is in that
-- of the last.
-- reads: orders
SELECT id, format('version %s: %s, after %s', version, coalesce(before, 'is'), expected)
  FROM (SELECT order_id AS id, version, before,
               lag(after) OVER (PARTITION BY order_id ORDER BY version) AS expected
          FROM (SELECT order_id, version, state_before AS before, state_after AS after FROM orders.payment_facts
                 UNION ALL
                SELECT order_id, version, payment_state_before, payment_state_after FROM orders.order_changes
                 UNION ALL
                SELECT id, version + 1, payment_state, payment_state FROM orders.orders) AS entry) AS step
 WHERE before <> expected
