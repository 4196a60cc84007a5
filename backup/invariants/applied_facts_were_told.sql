-- Of what payment has applied and others want to know, they were told: facts_told has its key.
-- (payment/news.cpp; the key is PaymentFact::key)
-- reads: payment
SELECT e.id, e.fact_kind
  FROM payment.events AS e
 WHERE e.status = 'applied'
   AND e.fact_kind IN ('captured', 'failed', 'refunded', 'refunded_total', 'dispute_opened', 'dispute_won',
          'dispute_lost', 'dispute_closed')
   AND e.received_at > (SELECT min(told_at) FROM payment.facts_told)
   AND NOT EXISTS (SELECT FROM payment.facts_told AS t WHERE t.key = e.account || '/'
          || CASE WHEN e.fact_kind ~ '^(refund|dispute)' THEN coalesce(nullif(e.charge, ''),
                 e.payment) ELSE e.payment END || '/' || e.fact_kind || CASE WHEN coalesce(e.fact_subject,
                        '') <> '' THEN '/' || e.fact_subject ELSE '' END
           || CASE WHEN e.fact_kind NOT IN ('processing', 'requires_action', 'failed', 'canceled')
                   THEN '/' || e.fact_amount_minor || e.fact_currency ELSE '' END)
