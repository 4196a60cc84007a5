-- Every try to settle an event is in its log, once.
-- reads: payment
SELECT e.id, format('%s tries, %s in the log, the last %s', e.attempts, coalesce(a.count, 0), coalesce(a.last,
       0))
  FROM payment.events AS e
  LEFT JOIN (SELECT event_id, count(*) AS count, max(n) AS last FROM payment.event_attempts
         GROUP BY event_id) AS a ON a.event_id = e.id
 WHERE (e.attempts, e.attempts) <> (coalesce(a.count, 0), coalesce(a.last, 0))
