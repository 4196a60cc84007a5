-- What providers reported, the payments it concerns, and the facts published about them.

-- What a provider reported, and what became of it.
CREATE TABLE events (
    id                   text COLLATE "C" PRIMARY KEY,            -- evt_…, ours, in order of arrival
    account              text NOT NULL,                           -- provider account: stripe
    provider_event_id    text COLLATE "C" NOT NULL,
    type                 text NOT NULL,
    livemode             boolean NOT NULL,
    provider_created_at  timestamptz NOT NULL,                    -- the provider's word; never decides anything
    received_at          timestamptz NOT NULL DEFAULT now(),
    order_id             text COLLATE "C",                        -- named by the event, or known of its payment
    payment              text COLLATE "C",                        -- the provider's id: pi_…, ch_…, cs_…
    charge               text COLLATE "C",                        -- another name of the same payment
    fact_kind            text,                                    -- null: the event moves no money
    fact_subject         text,
    fact_amount_minor    bigint CHECK (fact_amount_minor >= 0),
    fact_currency        text CHECK (fact_currency ~ '^[A-Z]{3}$'),
    payment_amount_minor bigint,
    status               text NOT NULL CHECK (status IN ('open', 'applied', 'ignored', 'parked')),
    reason               text,                                    -- why it is not applied
    detail               text,
    attempts             integer NOT NULL DEFAULT 0,
    next_attempt_at      timestamptz,
    traceparent          text NOT NULL DEFAULT '',                -- of the request that brought it: one trace
    UNIQUE (provider_event_id, account),
    CHECK ((fact_kind IS NULL) = (fact_amount_minor IS NULL)),
    CHECK (status <> 'open' OR next_attempt_at IS NOT NULL)
);
CREATE INDEX events_of_order ON events (order_id, id) WHERE order_id IS NOT NULL;
CREATE INDEX events_unsettled ON events (status, id) WHERE status IN ('open', 'parked');

-- The body, byte for byte. Apart from events, because settling an event must not rewrite its body. Compressing a body
-- costs more than everything else on the way in, so it is kept as it came: inline up to a page, else outside the row.
CREATE TABLE event_bodies (
    event_id    text COLLATE "C" PRIMARY KEY REFERENCES events,
    body        text NOT NULL,
    -- Of what the provider sent, when the body was redacted. Null: the body is as it came.
    sent_sha256 text CHECK (sent_sha256 ~ '^[0-9a-f]{64}$')
) WITH (toast_tuple_target = 8160);
ALTER TABLE event_bodies ALTER COLUMN body SET STORAGE EXTERNAL;

-- Each attempt to settle an event, and the answer its caller got (null: no caller waited).
CREATE TABLE event_attempts (
    event_id text COLLATE "C" NOT NULL REFERENCES events,
    n        integer NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    cause    text NOT NULL CHECK (cause IN ('delivery', 'retry', 'replay')),
    outcome  text NOT NULL,
    detail   text,
    answer   integer,
    PRIMARY KEY (event_id, n)
);

-- Which order a provider's payment is for, so that events which do not name their order find it.
CREATE TABLE payments (
    id                  text COLLATE "C" PRIMARY KEY,             -- pay_…
    account             text NOT NULL,
    provider_payment_id text COLLATE "C" NOT NULL,
    order_id            text COLLATE "C" NOT NULL,
    created_at          timestamptz NOT NULL DEFAULT now(),
    UNIQUE (provider_payment_id, account)
);
CREATE INDEX payments_of_order ON payments (order_id, id);

CREATE TABLE payment_charges (
    account text NOT NULL,
    charge  text COLLATE "C" NOT NULL,
    payment text COLLATE "C" NOT NULL,
    PRIMARY KEY (account, charge)
);

-- Payment facts that have been published: each once, however many of the provider's events report it.
CREATE TABLE published_facts (
    key          text COLLATE "C" PRIMARY KEY,                    -- as `orders` keeps it: equal keys, equal truth
    published_at timestamptz NOT NULL DEFAULT now()
);

-- Orders whose buyer was erased. What is reported of them later is redacted as well.
CREATE TABLE erased_orders (
    order_id  text COLLATE "C" PRIMARY KEY,
    erased_at timestamptz NOT NULL DEFAULT now()
);

-- The answers of creating requests, kept with their effect.
CREATE TABLE idempotency_keys (
    key            text COLLATE "C" PRIMARY KEY,
    request_sha256 bytea NOT NULL,
    status         integer NOT NULL,
    headers        jsonb NOT NULL DEFAULT '{}',
    body           text NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now()
);
