-- What is made for orders: whether `catalog` has been asked to make it, and how much of it is made.

-- Orders whose goods `catalog` is to make, written in the transaction that pays them. This is on the way of every
-- payment, so no foreign key: orders are never deleted.
CREATE TABLE production_requests (
    order_id     text COLLATE "C" PRIMARY KEY,
    due_at       timestamptz NOT NULL DEFAULT now(),  -- ask (again) not before
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
    good      bigint NOT NULL DEFAULT 0 CHECK (good >= 0),  -- the greatest total told
    UNIQUE (order_id, position)
);

-- Not validated here, so that nobody waits for a scan; what is there fits already.
ALTER TABLE order_changes DROP CONSTRAINT order_changes_kind_check;
ALTER TABLE order_changes ADD CONSTRAINT order_changes_kind_check CHECK (kind IN (
    'created', 'changed', 'canceled', 'in_production', 'ready', 'shipped', 'delivered')) NOT VALID;
