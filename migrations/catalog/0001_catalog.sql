-- What is sold and made: products, parts, materials, their stock – and the machines that report it.
--
-- Quantities are bigint millionths of the item's unit (…_micro), so that grams and pieces add up exactly.

-- The words of a text to search in. Without its punctuation, so that every part of a number is a word.
CREATE FUNCTION words_of(text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_tsvector('simple', translate($1, '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', repeat(' ', 32)));

-- ---- parts and materials

CREATE TABLE parts (
    number       text COLLATE "C" PRIMARY KEY,
    name         text NOT NULL,
    description  text NOT NULL DEFAULT '',
    unit         text NOT NULL,  -- UN/CEFACT Recommendation 20: what it is counted in
    revision     text,           -- the one in force; one of part_revisions
    active       boolean NOT NULL DEFAULT true,
    attributes   jsonb NOT NULL DEFAULT '{}',
    version      bigint NOT NULL DEFAULT 1,  -- served as ETag
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE part_revisions (
    part        text COLLATE "C" NOT NULL REFERENCES parts,
    revision    text COLLATE "C" NOT NULL,
    note        text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (part, revision)
);

CREATE TABLE materials (
    code         text COLLATE "C" PRIMARY KEY,
    name         text NOT NULL,
    description  text NOT NULL DEFAULT '',
    unit         text NOT NULL,
    active       boolean NOT NULL DEFAULT true,
    version      bigint NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE lots (
    material        text COLLATE "C" NOT NULL REFERENCES materials,
    lot             text COLLATE "C" NOT NULL,
    supplier        text NOT NULL DEFAULT '',
    received_micro  bigint NOT NULL DEFAULT 0,
    consumed_micro  bigint NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (material, lot)
);

-- What one unit of a part is made of.
CREATE TABLE bill_of_materials (
    part            text COLLATE "C" NOT NULL REFERENCES parts,
    position        integer NOT NULL,
    component_part  text COLLATE "C" REFERENCES parts,
    material        text COLLATE "C" REFERENCES materials,
    quantity_micro  bigint NOT NULL CHECK (quantity_micro > 0),  -- in the component's unit
    PRIMARY KEY (part, position),
    CHECK (num_nonnulls(component_part, material) = 1),
    CHECK (component_part <> part)
);
CREATE INDEX bill_of_materials_by_component ON bill_of_materials (component_part) WHERE component_part IS NOT NULL;

-- ---- products

CREATE TABLE products (
    id             text COLLATE "C" PRIMARY KEY,
    sku            text COLLATE "C" NOT NULL UNIQUE,
    name           text NOT NULL,
    description    text NOT NULL DEFAULT '',
    price_minor    bigint NOT NULL CHECK (price_minor >= 0),
    currency       char(3) NOT NULL,
    seller         text COLLATE "C" NOT NULL DEFAULT '',  -- empty: the house itself
    active         boolean NOT NULL DEFAULT true,
    attributes     jsonb NOT NULL DEFAULT '{}',
    part           text COLLATE "C" REFERENCES parts,  -- what is handed over; its stock is the product's then
    made_to_order  boolean NOT NULL DEFAULT false CHECK (part IS NOT NULL OR NOT made_to_order),
    -- False: written without an event, as an import by SQL may do; the service publishes product.created for it.
    created_event_published  boolean NOT NULL DEFAULT false,
    version        bigint NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    words          tsvector NOT NULL GENERATED ALWAYS AS (words_of(sku || ' ' || name || ' ' || description)) STORED
);
CREATE INDEX products_by_words ON products USING gin (words);
CREATE INDEX products_by_price ON products (currency, price_minor, id);
CREATE INDEX products_by_name ON products (name, id);
CREATE INDEX products_by_seller ON products (seller, id);
CREATE INDEX products_without_created_event ON products (id) WHERE NOT created_event_published;

CREATE TABLE prices (
    product_id   text COLLATE "C" NOT NULL REFERENCES products,
    version      bigint NOT NULL,  -- the product's, when it got this price
    price_minor  bigint NOT NULL,
    currency     char(3) NOT NULL,
    since        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (product_id, version)
);

-- ---- stock: a ledger of movements, and the balance they add up to

-- `item` is part:<number>, material:<code> or, for a product that is no part, product:<sku>.
CREATE TABLE stock (
    item            text COLLATE "C" PRIMARY KEY,
    on_hand_micro   bigint NOT NULL DEFAULT 0,  -- below zero when more was consumed than anyone had booked
    reserved_micro  bigint NOT NULL DEFAULT 0 CHECK (reserved_micro >= 0),
    updated_at      timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE TABLE stock_movements (
    id              text COLLATE "C" PRIMARY KEY,
    item            text COLLATE "C" NOT NULL REFERENCES stock,
    kind            text NOT NULL CHECK (kind IN (
                        'reserve', 'release', 'commit', 'produce', 'consume', 'receive', 'adjust')),
    on_hand_micro   bigint NOT NULL,  -- change
    reserved_micro  bigint NOT NULL,  -- change
    reference       text NOT NULL DEFAULT '',  -- an order, a work order, a lot
    reason          text NOT NULL DEFAULT '',
    -- Where a machine reported it: the events it sums up.
    machine         text COLLATE "C",
    boot            bigint,
    from_seq        bigint,
    to_seq          bigint,
    at              timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX stock_movements_by_item ON stock_movements (item, id);

-- ---- machines

CREATE TABLE machines (
    name           text COLLATE "C" PRIMARY KEY,
    site           text NOT NULL,
    area           text NOT NULL,
    line           text NOT NULL,
    topic          text COLLATE "C" NOT NULL UNIQUE
                       GENERATED ALWAYS AS ('factory/v1/' || site || '/' || area || '/' || line || '/' || name) STORED,
    description    text NOT NULL DEFAULT '',
    makes          text[] NOT NULL DEFAULT '{}',  -- the parts it can be asked to produce
    version        bigint NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL DEFAULT now(),
    -- What it reported about itself; changes with every batch, so these stand last.
    state          text NOT NULL DEFAULT 'unknown' CHECK (state IN ('unknown', 'online', 'offline')),
    state_at       timestamptz,
    firmware       text,
    running_part   text,  -- by part-reference; the newest by boot and seq
    running_rev    text,
    running_boot   bigint,
    running_seq    bigint,
    down           boolean,  -- by downtime, likewise
    down_since     timestamptz,
    down_boot      bigint,
    down_seq       bigint,
    boot           bigint,  -- the greatest, and its greatest seq
    last_seq       bigint,
    last_seen_at   timestamptz
) WITH (fillfactor = 50);

-- Which messages of a boot were taken in: those from first_seq to last_seq but for what its open gaps miss.
-- This is what says that a message is new.
CREATE TABLE machine_boots (
    machine    text COLLATE "C" NOT NULL REFERENCES machines,
    boot       bigint NOT NULL,
    first_seq  bigint NOT NULL,
    last_seq   bigint NOT NULL,
    PRIMARY KEY (machine, boot)
) WITH (fillfactor = 50);

CREATE TABLE machine_gaps (
    id           text COLLATE "C" PRIMARY KEY,
    machine      text COLLATE "C" NOT NULL,
    boot         bigint NOT NULL,
    from_seq     bigint NOT NULL,
    to_seq       bigint NOT NULL,
    missing      int8multirange NOT NULL,  -- what of it has not come yet
    detected_at  timestamptz NOT NULL DEFAULT now(),
    asked        integer NOT NULL DEFAULT 0,  -- how often the machine was asked to send it again
    asked_at     timestamptz,
    ask_at       timestamptz NOT NULL DEFAULT now() + interval '1 second',  -- what is only late comes by itself
    state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'filled', 'given_up')),
    closed_at    timestamptz,
    FOREIGN KEY (machine, boot) REFERENCES machine_boots,
    CHECK ((state = 'filled') = isempty(missing))
);
CREATE INDEX machine_gaps_not_filled ON machine_gaps (machine, boot) WHERE state <> 'filled';
CREATE INDEX machine_gaps_due ON machine_gaps (ask_at) WHERE state = 'open';
CREATE INDEX machine_gaps_by_machine ON machine_gaps (machine, id);

-- The running totals machines count in; the greatest counts.
CREATE TABLE production_counters (
    machine            text COLLATE "C" NOT NULL,
    boot               bigint NOT NULL,
    part               text COLLATE "C" NOT NULL,
    revision           text COLLATE "C" NOT NULL,    -- empty: not said
    work_order         text COLLATE "C" NOT NULL,    -- empty: none
    good_total_micro   bigint NOT NULL,
    scrap_total_micro  bigint NOT NULL,
    PRIMARY KEY (machine, boot, part, revision, work_order),
    FOREIGN KEY (machine, boot) REFERENCES machine_boots
) WITH (fillfactor = 50);

-- What was produced, by the hour (UTC) it was reported.
CREATE TABLE production_hours (
    part         text COLLATE "C" NOT NULL,
    machine      text COLLATE "C" NOT NULL,
    hour         timestamptz NOT NULL,
    good_micro   bigint NOT NULL,
    scrap_micro  bigint NOT NULL,
    PRIMARY KEY (part, machine, hour)
) WITH (fillfactor = 50);
CREATE INDEX production_hours_by_hour ON production_hours (hour);

-- Stock levels that machines reported: a later report of the same machine is not undone by an earlier one.
CREATE TABLE reported_levels (
    machine  text COLLATE "C" NOT NULL REFERENCES machines,
    item     text COLLATE "C" NOT NULL,
    boot     bigint NOT NULL,
    seq      bigint NOT NULL,
    PRIMARY KEY (machine, item)
);

-- Every message that was taken in, as it came. Old months are dropped whole.
CREATE TABLE production_events (
    machine      text COLLATE "C" NOT NULL,
    boot         bigint NOT NULL,
    seq          bigint NOT NULL,
    type         text NOT NULL,
    ts           timestamptz NOT NULL,  -- the machine's clock
    received_at  timestamptz NOT NULL,
    data         text NOT NULL
) PARTITION BY RANGE (received_at);
CREATE INDEX production_events_by_machine ON production_events (machine, boot, seq);

CREATE TABLE production_events_rest PARTITION OF production_events DEFAULT;

-- The service may not change tables; these two run as their owner.
CREATE FUNCTION make_event_partitions(ahead integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first date;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('event partitions'));
    FOR month IN 0..least(ahead, 24) LOOP
        first := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => month))::date;
        CONTINUE WHEN to_regclass('production_events_' || to_char(first, 'YYYY_MM')) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I PARTITION OF production_events FOR VALUES FROM (%L) TO (%L)',
                       'production_events_' || to_char(first, 'YYYY_MM'), first::text || ' 00:00:00+00',
                       (first + interval '1 month')::date::text || ' 00:00:00+00');
    END LOOP;
END $$;

-- Drops the months that ended before `keep` months ago; answers how many.
CREATE FUNCTION drop_old_event_partitions(keep integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    oldest text := to_char(date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => greatest(keep, 1)),
                           'YYYY_MM');
    name text;
    dropped integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('event partitions'));
    FOR name IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                 WHERE i.inhparent = 'production_events'::regclass AND c.relname ~ '^production_events_\d{4}_\d\d$'
                   AND right(c.relname, 7) < oldest LOOP
        EXECUTE format('DROP TABLE %I', name);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
REVOKE ALL ON FUNCTION make_event_partitions(integer), drop_old_event_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_event_partitions(integer), drop_old_event_partitions(integer) TO catalog;

SELECT make_event_partitions(3);

-- What could not be taken in, with its bytes and the reason.
CREATE TABLE dead_letters (
    id                text COLLATE "C" PRIMARY KEY,
    verdict           text NOT NULL,
    reason            text NOT NULL,
    topic             text NOT NULL,
    payload           bytea NOT NULL,
    payload_bytes     bigint NOT NULL,  -- more than `payload` has when only the head was kept
    sha256            bytea NOT NULL,   -- of topic, size and payload: equal ones are the same letter
    machine           text COLLATE "C",  -- where it is who it says; its number where that could be read
    boot              bigint,
    seq               bigint,
    times             bigint NOT NULL DEFAULT 1,  -- how often the same came
    received_at       timestamptz NOT NULL,
    last_received_at  timestamptz NOT NULL,
    state             text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'discarded')),
    closed_at         timestamptz
);
CREATE UNIQUE INDEX dead_letters_open_once ON dead_letters (sha256) WHERE state = 'open';
CREATE INDEX dead_letters_open ON dead_letters (verdict, id) WHERE state = 'open';
CREATE INDEX dead_letters_by_machine ON dead_letters (machine, id);

-- ---- what is made for orders

CREATE TABLE production_orders (
    id              text COLLATE "C" PRIMARY KEY,  -- the work order machines are given: wo_…
    order_id        text COLLATE "C" NOT NULL,
    position        integer NOT NULL,  -- the order's line
    sku             text NOT NULL,
    part            text COLLATE "C" NOT NULL REFERENCES parts,
    revision        text,
    quantity_micro  bigint NOT NULL CHECK (quantity_micro > 0),
    machine         text COLLATE "C" REFERENCES machines,  -- null until one that makes the part is found
    good_micro      bigint NOT NULL DEFAULT 0,
    scrap_micro     bigint NOT NULL DEFAULT 0,
    published_good_micro  bigint,  -- the good_micro of the last event published
    created_at      timestamptz NOT NULL DEFAULT now(),
    canceled_at     timestamptz,  -- with its order: need not be made any more
    UNIQUE (order_id, position)
);
CREATE INDEX production_orders_unpublished ON production_orders (id) WHERE good_micro <> coalesce(published_good_micro, 0);
CREATE INDEX production_orders_without_machine ON production_orders (id) WHERE machine IS NULL;
CREATE INDEX production_orders_by_machine ON production_orders (machine, id);

-- Messages for machines; `mqtt-bridge` fetches them and says when the broker has taken them.
CREATE TABLE machine_commands (
    id            text COLLATE "C" PRIMARY KEY,
    machine       text COLLATE "C" NOT NULL REFERENCES machines,
    type          text NOT NULL CHECK (type IN ('produce', 'resend')),
    payload       text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    published_at  timestamptz
);
CREATE INDEX machine_commands_due ON machine_commands (id) WHERE published_at IS NULL;

-- The answers of creating requests, kept with their effect.
CREATE TABLE idempotency_keys (
    key             text COLLATE "C" PRIMARY KEY,
    request_sha256  bytea NOT NULL,
    status          integer NOT NULL,
    headers         jsonb NOT NULL DEFAULT '{}',
    body            text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);
