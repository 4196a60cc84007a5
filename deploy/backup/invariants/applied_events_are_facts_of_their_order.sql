-- What payment says is applied is a fact of that order. orders commits before payment marks, so payment is looked at
-- first; restored to the same second, what payment has marked orders has.
-- reads: payment, then orders
SELECT told.id, format('%s of %s is %s', told.key, told.order_id, coalesce('of ' || f.order_id, 'unknown there'))
  FROM (SELECT id, order_id, public.fact_key(account, payment, charge, fact_kind, fact_subject, fact_amount_minor,
                                             fact_currency) AS key
          FROM payment.events
         WHERE status = 'applied' AND fact_kind IS NOT NULL) AS told
  LEFT JOIN orders.payment_facts AS f ON f.key = told.key
 WHERE f.order_id IS DISTINCT FROM told.order_id
