-- Who buys: their records, addresses, consents, what they asked for, and who was erased.

CREATE TABLE clients (
    id                 text COLLATE "C" PRIMARY KEY,  -- cli_…: the id of the login in `auth` too
    email              text,                          -- null: erased
    pending_email      text,                          -- takes the place of `email` when it is verified
    email_verified_at  timestamptz,
    name               text NOT NULL,
    locale             text NOT NULL,
    phone              text,
    reminded_at        timestamptz,  -- when its owner was last notified that somebody registered the address again
    version            bigint NOT NULL DEFAULT 1,  -- one more with every event published; served as ETag
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    erased_at          timestamptz,
    -- Of whom is erased nothing stays but the id, so that what comes late does not bring anything back.
    CHECK ((erased_at IS NULL) = (email IS NOT NULL)),
    CHECK (erased_at IS NULL OR (name = '' AND locale = '' AND phone IS NULL AND pending_email IS NULL
                                 AND email_verified_at IS NULL AND reminded_at IS NULL))
);
CREATE UNIQUE INDEX clients_by_email ON clients (lower(email)) WHERE email IS NOT NULL;

CREATE TABLE addresses (
    id                text COLLATE "C" PRIMARY KEY,  -- adr_…
    client_id         text COLLATE "C" NOT NULL REFERENCES clients,
    address           jsonb NOT NULL,
    default_shipping  boolean NOT NULL,
    default_billing   boolean NOT NULL,
    version           bigint NOT NULL DEFAULT 1,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX addresses_by_client ON addresses (client_id, id);
CREATE UNIQUE INDEX default_shipping_address ON addresses (client_id) WHERE default_shipping;
CREATE UNIQUE INDEX default_billing_address ON addresses (client_id) WHERE default_billing;

-- What a client agreed to and took back, each time a row. What holds is the last one of its purpose.
CREATE TABLE consents (
    id              text COLLATE "C" PRIMARY KEY,  -- con_…
    client_id       text COLLATE "C" NOT NULL REFERENCES clients,
    purpose         text NOT NULL,
    granted         boolean NOT NULL,
    policy_version  text NOT NULL,
    source          text NOT NULL,  -- where it was said, in free words; the only thing that is ever erased
    at              timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX consents_by_client ON consents (client_id, id);
REVOKE UPDATE, DELETE, TRUNCATE ON consents FROM clients;
GRANT UPDATE (source) ON consents TO clients;

-- Asked for here, done by `auth`, which alone can check the old password.
CREATE TABLE password_changes (
    id          text COLLATE "C" PRIMARY KEY,  -- pch_…
    client_id   text COLLATE "C" NOT NULL REFERENCES clients,
    status      text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'applied', 'refused')),
    reason      text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    settled_at  timestamptz,
    CHECK ((status = 'pending') = (settled_at IS NULL)),
    CHECK ((status = 'refused') = (reason IS NOT NULL))
);
CREATE INDEX password_changes_by_client ON password_changes (client_id, id);

-- Who was erased, and nothing about them: what is to be erased again after an older copy of any database was restored.
-- Of whom this copy may not even know, so nothing is referenced.
CREATE TABLE erasures (
    client_id  text COLLATE "C" PRIMARY KEY,
    erased_at  timestamptz NOT NULL DEFAULT now()
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
