-- What a provider sent is kept with its event.
-- reads: payment
SELECT e.id, format('%s %s', e.type, e.provider_event_id)
  FROM payment.events AS e
 WHERE NOT EXISTS (SELECT FROM payment.event_bodies AS b WHERE b.event_id = e.id)
