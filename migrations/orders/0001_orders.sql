-- Orders, what is in them, what has been paid for them, and what was sent.

-- The columns that a payment fact changes stand together at the end: an update in place then writes little more than
-- them to the WAL. The fill factor leaves every order room for a second version of itself on its page, and no index
-- holds what changes when an unpaid order becomes a paid one: this touches no index at all (25 instead of 45 µs).
CREATE TABLE orders (
    id                text COLLATE "C" PRIMARY KEY,
    created_at        timestamptz NOT NULL DEFAULT now(),
    currency          char(3) NOT NULL,
    email             text NOT NULL,
    client_id         text COLLATE "C",
    client_reference  text COLLATE "C",
    shipping_address  jsonb NOT NULL,
    billing_address   jsonb,
    metadata          jsonb NOT NULL DEFAULT '{}',
    total_minor       bigint NOT NULL CHECK (total_minor >= 0),
    canceled_at       timestamptz,
    fulfilment_state  text NOT NULL DEFAULT 'unfulfilled' CHECK (fulfilment_state IN (
                          'unfulfilled', 'in_production', 'ready', 'shipped', 'delivered', 'returned')),
    payment_state     text NOT NULL CHECK (payment_state IN (
                          'unpaid', 'processing', 'authorized', 'partially_paid', 'paid', 'overpaid',
                          'partially_refunded', 'refunded', 'disputed', 'charged_back', 'failed', 'canceled')),
    paid_minor        bigint NOT NULL DEFAULT 0 CHECK (paid_minor >= 0),
    refunded_minor    bigint NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
    disputed_minor    bigint NOT NULL DEFAULT 0 CHECK (disputed_minor >= 0),
    version           bigint NOT NULL DEFAULT 1,  -- one more with every entry of the timeline; served as ETag
    updated_at        timestamptz NOT NULL DEFAULT now(),
    -- Serves lists by payment state. Unpaid and paid orders are many, and found by walking down the ids.
    rare_payment_state  text GENERATED ALWAYS AS (
                            CASE WHEN payment_state NOT IN ('unpaid', 'paid') THEN payment_state END) STORED
) WITH (fillfactor = 50);

-- Lists are newest first, by id.
CREATE INDEX orders_by_payment_state ON orders (rare_payment_state, id) WHERE rare_payment_state IS NOT NULL;
CREATE INDEX orders_by_fulfilment_state ON orders (fulfilment_state, id);
CREATE INDEX orders_by_client ON orders (client_id, id) WHERE client_id IS NOT NULL;
CREATE INDEX orders_by_client_reference ON orders (client_reference, id) WHERE client_reference IS NOT NULL;
CREATE INDEX orders_of_guests ON orders (lower(email)) WHERE client_id IS NULL;

CREATE TABLE order_lines (
    order_id          text COLLATE "C" NOT NULL REFERENCES orders,
    position          integer NOT NULL,
    sku               text NOT NULL,
    description       text NOT NULL,
    quantity          bigint NOT NULL CHECK (quantity > 0),
    unit_price_minor  bigint NOT NULL CHECK (unit_price_minor >= 0),
    tax_minor         bigint CHECK (tax_minor >= 0),
    -- When it was ordered. Empty: the house itself; null: not known until `catalog` publishes the product.
    seller            text COLLATE "C",
    PRIMARY KEY (order_id, position)
);
CREATE INDEX order_lines_by_seller ON order_lines (seller, order_id) WHERE seller <> '';
CREATE INDEX order_lines_of_unknown_sellers ON order_lines (sku, order_id) WHERE seller IS NULL;

-- Who sells a product, from the events of `catalog`.
CREATE TABLE product_sellers (
    sku      text PRIMARY KEY,
    seller   text COLLATE "C" NOT NULL,  -- empty: the house itself
    version  bigint NOT NULL             -- the product's
);

CREATE TABLE shipments (
    id               text COLLATE "C" PRIMARY KEY,
    order_id         text COLLATE "C" NOT NULL REFERENCES orders,
    carrier          text NOT NULL,
    tracking_number  text,
    shipped_at       timestamptz NOT NULL DEFAULT now(),
    delivered_at     timestamptz
);
CREATE INDEX shipments_by_order ON shipments (order_id, id);

CREATE TABLE shipment_lines (
    shipment_id  text COLLATE "C" NOT NULL REFERENCES shipments,
    sku          text NOT NULL,
    quantity     bigint NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (shipment_id, sku)
);

-- The timeline of an order is two tables, joined by `version`: the facts `payment` reported, and what was done here.
-- Each entry has the version the order got by it.
CREATE TABLE payment_facts (
    key                   text COLLATE "C" PRIMARY KEY,  -- equal keys, equal truth: what is counted once
    order_id              text COLLATE "C" NOT NULL REFERENCES orders,
    version               bigint NOT NULL,
    account               text NOT NULL,
    payment               text NOT NULL,
    kind                  text NOT NULL,
    subject               text NOT NULL,
    amount_minor          bigint NOT NULL CHECK (amount_minor >= 0),
    currency              char(3) NOT NULL,
    payment_amount_minor  bigint,
    event_id              text NOT NULL,
    occurred_at           text NOT NULL,  -- the provider's word, for show
    state_before          text NOT NULL,
    state_after           text NOT NULL,
    applied_at            timestamptz NOT NULL DEFAULT now(),
    UNIQUE (order_id, version)
);

CREATE TABLE order_changes (
    order_id                 text COLLATE "C" NOT NULL REFERENCES orders,
    version                  bigint NOT NULL,
    kind                     text NOT NULL CHECK (kind IN (
                                 'created', 'changed', 'canceled', 'in_production', 'ready', 'shipped', 'delivered')),
    fields                   text[] NOT NULL DEFAULT '{}',  -- changed: which
    shipment_id              text COLLATE "C" REFERENCES shipments,
    payment_state_before     text NOT NULL,
    payment_state_after      text NOT NULL,
    fulfilment_state_before  text NOT NULL,
    fulfilment_state_after   text NOT NULL,
    at                       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, version)
);

-- What is made for orders: whether `catalog` has been asked to make it, and how much of it is made.

-- Orders whose goods `catalog` is to make, written in the transaction that pays them. This is on the way of every
-- payment, so no foreign key: orders are never deleted.
CREATE TABLE production_requests (
    order_id     text COLLATE "C" PRIMARY KEY,
    due_at       timestamptz NOT NULL DEFAULT now(),  -- not asked (again) before
    tries        integer NOT NULL DEFAULT 0,
    answered_at  timestamptz,  -- from here on all work orders of the order are known
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX production_requests_due ON production_requests (due_at) WHERE answered_at IS NULL;

CREATE TABLE work_orders (
    id        text COLLATE "C" PRIMARY KEY,  -- the catalog's: wo_…
    order_id  text COLLATE "C" NOT NULL REFERENCES orders,
    position  integer NOT NULL,  -- the order's line
    quantity  bigint NOT NULL CHECK (quantity > 0),
    good      bigint NOT NULL DEFAULT 0 CHECK (good >= 0),  -- the greatest total reported
    UNIQUE (order_id, position)
);

-- Clients that were erased: no order is placed for them any more, so that nothing about them comes back.
CREATE TABLE erased_clients (
    client_id  text COLLATE "C" PRIMARY KEY,
    noted_at   timestamptz NOT NULL DEFAULT now()
);

-- The answers of creating requests, kept with their effect.
CREATE TABLE idempotency_keys (
    key             text COLLATE "C" PRIMARY KEY,
    request_sha256  bytea NOT NULL,
    status          integer NOT NULL,
    headers         jsonb NOT NULL DEFAULT '{}',
    body            text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);
