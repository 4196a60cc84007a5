-- What auth confirmed to payment is in its inbox, written with the effect. auth commits before payment marks, so payment is looked at first;
-- restored to the same second, what payment has marked auth has.
-- reads: payment, then auth
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM payment.event_deliveries AS d
 WHERE d.destination = 'auth' AND d.state = 'delivered' AND d.type = 'audit.recorded'
   AND NOT EXISTS (SELECT FROM auth.inbox AS i WHERE i.source = '/payment' AND i.id = d.event_id)
