-- An event is applied by a try that ended so, and says no reason why it is not.
-- reads: payment
SELECT e.id, coalesce('says ' || e.reason, 'no try applied it')
  FROM payment.events AS e
 WHERE e.status = 'applied'
   AND (e.reason IS NOT NULL OR NOT EXISTS (SELECT FROM payment.event_attempts AS a
                                             WHERE a.event_id = e.id AND a.outcome IN ('applied',
                                                    'already_applied')))
