-- Of what payment has applied and others want to know (payment/event_publisher.cpp) they were told: published_facts has its key.
-- reads: payment
SELECT told.id, told.key
  FROM (SELECT id, public.fact_key(account, payment, charge, fact_kind, fact_subject, fact_amount_minor,
                                   fact_currency) AS key
          FROM payment.events
         WHERE status = 'applied' AND received_at > (SELECT min(published_at) FROM payment.published_facts)
           AND fact_kind IN ('captured', 'failed', 'refunded', 'refunded_total', 'dispute_opened', 'dispute_won',
                             'dispute_lost', 'dispute_closed')) AS told
  LEFT JOIN payment.published_facts AS t ON t.key = told.key
 WHERE t.key IS NULL
