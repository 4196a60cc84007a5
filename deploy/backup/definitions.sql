-- What rules may use, in the scratch database they are asked in.
CREATE EXTENSION postgres_fdw;

-- What is known to be lost: a service restored at `until` as it was at `since`.
CREATE TABLE public.restored (service text, since timestamptz, until timestamptz);

-- As of when the databases are looked at, and how long services keep what they told, and know what they were told.
CREATE TABLE public.kept (as_of timestamptz, told interval, heard interval);

-- When an event was made: its id is a UUIDv7 (libs/core/id.hpp).
CREATE FUNCTION public.made_at(id text) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN id ~ '^evn_[0-9a-f]{32}$'
                THEN to_timestamp(('x' || lpad(substr(id, 5, 12), 16, '0'))::bit(64)::bigint / 1000.0) END
$$;

-- PaymentFact::key (libs/contracts/payment_fact.cpp) of an event of payment: refunds and disputes name the charge, each time.
CREATE FUNCTION public.fact_key(account text, payment text, charge text, kind text, subject text, amount bigint,
                                currency text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws('/', account,
                     CASE WHEN kind ~ '^(refund|dispute)' THEN coalesce(nullif(charge, ''), payment) ELSE payment END,
                     kind, nullif(subject, ''),
                     CASE WHEN kind NOT IN ('processing', 'requires_action', 'failed', 'canceled')
                          THEN amount || currency END)
$$;
