-- What was given back of a payment was captured before, by the facts applied: the greatest totals the
-- provider told.
-- reads: payment
SELECT payment, format('captured %s, refunded %s', captured, refunded)
  FROM (SELECT account, payment,
               coalesce(max(fact_amount_minor) FILTER (WHERE fact_kind = 'captured'), 0) AS captured,
               coalesce(max(fact_amount_minor) FILTER (WHERE fact_kind = 'refunded_total'), 0) AS refunded,
               bool_or(fact_kind = 'captured') AS known
          FROM payment.events WHERE status = 'applied' AND fact_kind IS NOT NULL GROUP BY account, payment) AS p
 WHERE known AND refunded > captured
