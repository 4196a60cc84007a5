-- What rules may use, in the scratch database they are asked in.
CREATE EXTENSION postgres_fdw;

-- What is known to be lost: a service restored at `until` as it was at `since`.
CREATE TABLE public.restored (service text, since timestamptz, until timestamptz);

-- PaymentFact::key (base/payment_fact.cpp) of an event of payment: refunds and disputes name the charge, each time.
CREATE FUNCTION public.fact_key(account text, payment text, charge text, kind text, subject text, amount bigint,
                                currency text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws('/', account,
                     CASE WHEN kind ~ '^(refund|dispute)' THEN coalesce(nullif(charge, ''), payment) ELSE payment END,
                     kind, nullif(subject, ''),
                     CASE WHEN kind NOT IN ('processing', 'requires_action', 'failed', 'canceled')
                          THEN amount || currency END)
$$;
