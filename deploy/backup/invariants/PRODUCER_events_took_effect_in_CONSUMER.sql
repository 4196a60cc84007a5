-- What CONSUMER confirmed to PRODUCER is in its inbox, written with the effect. CONSUMER commits before PRODUCER marks,
-- so PRODUCER is looked at first; restored to the same second, what PRODUCER has marked CONSUMER has. What CONSUMER is
-- known to have lost (RESTORED) and can't be told again, as its data was erased, is left to the rules about its effect; what
-- is so old that CONSUMER may have forgotten that it heard it is not looked at.
-- of: PRODUCER=orders CONSUMER=catalog TYPES=order.paid|order.canceled
-- of: PRODUCER=orders CONSUMER=payment TYPES=order.erased
-- of: PRODUCER=orders CONSUMER=auth TYPES=audit.recorded
-- of: PRODUCER=catalog CONSUMER=orders TYPES=production.*|product.created|product.changed
-- of: PRODUCER=catalog CONSUMER=auth TYPES=audit.recorded
-- of: PRODUCER=payment CONSUMER=auth TYPES=audit.recorded
-- of: PRODUCER=clients CONSUMER=orders TYPES=client.erased
-- of: PRODUCER=clients CONSUMER=auth TYPES=client.(registered|email_changed|password_changed|erased)|audit.recorded
-- of: PRODUCER=auth CONSUMER=clients TYPES=user.email_verified|user.password_settled
-- reads: PRODUCER, then CONSUMER
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM PRODUCER.event_deliveries AS d JOIN PRODUCER.outbox AS o ON o.seq = d.seq
 WHERE d.destination = 'CONSUMER' AND d.state = 'delivered' AND d.type ~ '^(TYPES)$'
   AND coalesce(public.made_at(d.event_id), d.closed_at) > (SELECT as_of - heard + interval '1 hour' FROM public.kept)
   AND NOT EXISTS (SELECT FROM CONSUMER.inbox AS i WHERE i.source = '/PRODUCER' AND i.id = d.event_id)
   AND NOT (o.data IS NULL AND EXISTS (SELECT FROM public.restored AS r
                                        WHERE r.service = 'CONSUMER' AND d.closed_at BETWEEN r.since AND r.until))
