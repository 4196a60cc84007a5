-- What CONSUMER took in of PRODUCER is in the outbox of PRODUCER, which commits before it tells: CONSUMER is looked at
-- first. Broken when PRODUCER was restored to an older time than CONSUMER. What is so old that PRODUCER may have deleted
-- it is not looked at; nor is what is known to be lost (RESTORED).
-- of: PRODUCER=orders CONSUMER=catalog
-- of: PRODUCER=orders CONSUMER=payment
-- of: PRODUCER=orders CONSUMER=auth
-- of: PRODUCER=catalog CONSUMER=orders
-- of: PRODUCER=catalog CONSUMER=auth
-- of: PRODUCER=payment CONSUMER=auth
-- of: PRODUCER=clients CONSUMER=orders
-- of: PRODUCER=clients CONSUMER=auth
-- of: PRODUCER=auth CONSUMER=clients
-- reads: CONSUMER, then PRODUCER
SELECT i.id, format('%s, taken in at %s', i.type, i.received_at)
  FROM CONSUMER.inbox AS i
 WHERE i.source = '/PRODUCER'
   AND coalesce(public.made_at(i.id), i.received_at) > (SELECT as_of - told + interval '1 hour' FROM public.kept)
   AND NOT EXISTS (SELECT FROM PRODUCER.outbox AS o WHERE o.id = i.id)
   AND NOT EXISTS (SELECT FROM public.restored AS r
                    WHERE r.service = 'PRODUCER' AND i.received_at BETWEEN r.since AND r.until)
