-- What was applied of a payment was of the order that payment is for.
-- reads: payment
SELECT e.id, format('%s is for %s, the event for %s', e.payment, coalesce(p.order_id, 'nothing'), e.order_id)
  FROM payment.events AS e
  LEFT JOIN payment.payments AS p ON p.account = e.account AND p.provider_payment_id = e.payment
 WHERE e.status = 'applied' AND e.fact_kind IS NOT NULL AND e.payment IS NOT NULL
        AND p.order_id IS DISTINCT FROM e.order_id
