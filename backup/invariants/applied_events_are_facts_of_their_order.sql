-- What payment says is applied is a fact of that order. orders commits before payment marks, so payment is
-- looked at first; restored to the same second, what payment has marked orders has.
-- reads: payment, then orders
SELECT told.id, format('%s of %s is %s', told.key, told.order_id, coalesce('of ' || f.order_id,
       'unknown there'))
  FROM (SELECT e.id, e.order_id, e.account || '/' || CASE WHEN e.fact_kind ~ '^(refund|dispute)'
         THEN coalesce(nullif(e.charge, ''), e.payment) ELSE e.payment END || '/' || e.fact_kind
                || CASE WHEN coalesce(e.fact_subject, '') <> '' THEN '/' || e.fact_subject ELSE '' END
           || CASE WHEN e.fact_kind NOT IN ('processing', 'requires_action', 'failed', 'canceled')
                   THEN '/' || e.fact_amount_minor || e.fact_currency ELSE '' END AS key
          FROM payment.events AS e WHERE e.status = 'applied' AND e.fact_kind IS NOT NULL) AS told
  LEFT JOIN orders.payment_facts AS f ON f.key = told.key
 WHERE f.order_id IS DISTINCT FROM told.order_id
