-- Events a service publishes (outbox, event_deliveries) and events it consumed (inbox, event_versions).
--
-- The same in every service that publishes or consumes events: its folder links to this file.

-- An event, written in the transaction of the change it reports. `seq` is taken while the subject's row is locked, so
-- for one subject it is the order of the changes. It is not the order of commits: no reader may ask for "seq greater
-- than the last I saw".
CREATE TABLE outbox (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           text COLLATE "C" NOT NULL,  -- evn_…
    type         text COLLATE "C" NOT NULL,
    subject      text COLLATE "C" NOT NULL,
    version      bigint NOT NULL,
    traceparent  text NOT NULL DEFAULT '',
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    forget_data  boolean NOT NULL DEFAULT false,
    data         jsonb,  -- null once it has been erased
    routed_at    timestamptz
);
CREATE INDEX outbox_unrouted ON outbox (seq) WHERE routed_at IS NULL;
CREATE INDEX outbox_to_forget ON outbox (seq) WHERE forget_data AND data IS NOT NULL;
CREATE INDEX outbox_by_subject ON outbox (subject);  -- to erase the events about a person

-- An event on its way to one destination. `open`: may be delivered, in the order of `seq`. `waiting`: an attempt
-- failed and the next is at `due_at`; or a delivery of the same destination and subject with a smaller `seq` waits,
-- then `due_at` is null.
CREATE TABLE event_deliveries (
    id           text COLLATE "C" PRIMARY KEY,  -- dlv_…
    destination  text COLLATE "C" NOT NULL,
    seq          bigint NOT NULL REFERENCES outbox,
    event_id     text COLLATE "C" NOT NULL,
    type         text COLLATE "C" NOT NULL,
    subject      text COLLATE "C" NOT NULL,
    state        text COLLATE "C" NOT NULL DEFAULT 'open' CHECK (state IN (
                     'open', 'waiting', 'delivered', 'parked', 'discarded')),
    tries        integer NOT NULL DEFAULT 0,
    due_at       timestamptz CHECK (due_at IS NULL OR state = 'waiting'),
    reason       text NOT NULL DEFAULT '',  -- of the last failure
    tried_at     timestamptz,
    closed_at    timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (seq, destination)
);
CREATE INDEX event_deliveries_open ON event_deliveries (destination, seq) WHERE state = 'open';
CREATE INDEX event_deliveries_waiting ON event_deliveries (destination, subject, seq) WHERE state = 'waiting';
CREATE INDEX event_deliveries_due ON event_deliveries (destination, due_at)
    WHERE state = 'waiting' AND due_at IS NOT NULL;
CREATE INDEX event_deliveries_parked ON event_deliveries (id) WHERE state = 'parked';

-- Events that took effect here, written in the transaction of the effect.
CREATE TABLE inbox (
    source       text COLLATE "C" NOT NULL,
    id           text COLLATE "C" NOT NULL,
    type         text COLLATE "C" NOT NULL,
    received_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, id)
);
CREATE INDEX inbox_by_age ON inbox (received_at);

-- The newest version of each subject a handler has seen, so that it can ignore what is older.
CREATE TABLE event_versions (
    scope    text COLLATE "C" NOT NULL,
    subject  text COLLATE "C" NOT NULL,
    version  bigint NOT NULL,
    PRIMARY KEY (scope, subject)
) WITH (fillfactor = 80);
