-- The answers of creating requests, kept with their effect.
CREATE TABLE idempotency_keys (
    key             text COLLATE "C" PRIMARY KEY,
    request_sha256  bytea NOT NULL,
    status          integer NOT NULL,
    headers         jsonb NOT NULL DEFAULT '{}',
    body            text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);
