-- What providers reported of an erased order was redacted; what came in the last two hours may still be to be
-- done.
-- reads: payment
SELECT e.id, format('of %s', e.order_id)
  FROM payment.erased_orders AS x
  JOIN payment.events AS e ON e.order_id = x.order_id
  JOIN payment.event_bodies AS b ON b.event_id = e.id
 WHERE b.sent_sha256 IS NULL AND e.received_at < now() - interval '2 hours'
        AND x.erased_at < now() - interval '2 hours'
