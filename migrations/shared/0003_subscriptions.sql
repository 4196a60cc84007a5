-- Third parties that receive events by webhook, and each delivery attempt.

CREATE TABLE subscriptions (
    id                text COLLATE "C" PRIMARY KEY,  -- sub_…
    url               text NOT NULL,
    types             text[] NOT NULL CHECK (cardinality(types) > 0),  -- order.paid, order.*, *
    description       text NOT NULL DEFAULT '',
    enabled           boolean NOT NULL,
    disabled_because  text CHECK (disabled_because IN ('gone', 'failing')),  -- null: not, or an admin did
    secret            text NOT NULL,  -- this one and the next: locked with the service's key
    old_secret        text,           -- signs along until then
    old_secret_until  timestamptz,
    failing_since     timestamptz,    -- nothing but failures from then on
    version           bigint NOT NULL DEFAULT 1,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    CHECK ((old_secret IS NULL) = (old_secret_until IS NULL)),
    CHECK (disabled_because IS NULL OR NOT enabled)
);

-- Ids grow with time, so that what is old stands at the front of each index.
CREATE TABLE subscription_attempts (
    id               text COLLATE "C" PRIMARY KEY,  -- att_…
    subscription_id  text COLLATE "C" NOT NULL REFERENCES subscriptions ON DELETE CASCADE,
    event_id         text COLLATE "C" NOT NULL,
    event_type       text NOT NULL,
    at               timestamptz NOT NULL,
    took_ms          bigint NOT NULL,
    status           integer,        -- null: no answer came
    failure          text NOT NULL,  -- why none did
    answer           text NOT NULL   -- its first bytes
);
CREATE INDEX subscription_attempts_of ON subscription_attempts (subscription_id, id);
CREATE INDEX subscription_attempts_by_event ON subscription_attempts (event_id);
