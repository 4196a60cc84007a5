-- Orders whose buyer was erased. What is reported of them later is redacted as well.
CREATE TABLE erased_orders (
    order_id   text COLLATE "C" PRIMARY KEY,
    erased_at  timestamptz NOT NULL DEFAULT now()
);

-- Of a body that was redacted: the SHA-256 of what the provider sent. Null: it is as it came.
ALTER TABLE event_bodies ADD COLUMN sent_sha256 text CHECK (sent_sha256 ~ '^[0-9a-f]{64}$');
