-- What auth confirmed to payment is in its inbox, written with the effect. auth commits before payment marks, so payment is looked at first;
-- restored to the same second, what payment has marked auth has.
-- What auth is known to have lost (RESTORED) and can't be told again, as its data was erased, is left to the rules about its effect.
-- reads: payment, then auth
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM payment.event_deliveries AS d JOIN payment.outbox AS o ON o.seq = d.seq
 WHERE d.destination = 'auth' AND d.state = 'delivered' AND d.type = 'audit.recorded'
   AND NOT EXISTS (SELECT FROM auth.inbox AS i WHERE i.source = '/payment' AND i.id = d.event_id)
   AND NOT (o.data IS NULL AND EXISTS (SELECT FROM public.restored AS r WHERE r.service = 'auth' AND d.closed_at BETWEEN r.since AND r.until))
