-- Who may do what: people and how they log in, API clients, the keys that sign tokens, and the audit log.

-- A client's row comes by events of `clients` and has that service's id; people who run the shop are made here.
CREATE TABLE users (
    id                text COLLATE "C" PRIMARY KEY,  -- cli_… or usr_…
    email             text COLLATE "C" UNIQUE,       -- as canonical_email() writes it
    name              text NOT NULL,
    locale            text NOT NULL,
    role              text NOT NULL CHECK (role IN ('admin', 'seller', 'client')),
    state             text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled', 'erased')),
    password_hash     text,        -- Argon2id with its parameters and salt; none until an invitation is taken
    pending_email     text,        -- a client wants this one instead, and has to prove it first
    email_verified_at timestamptz,
    last_login_at     timestamptz,
    version           bigint NOT NULL DEFAULT 1,  -- served as ETag
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    -- Of who was erased only the id stays, so that what comes late does not bring it back.
    CHECK ((state = 'erased') = (email IS NULL)),
    CHECK (state <> 'erased' OR (password_hash IS NULL AND name = '' AND email_verified_at IS NULL AND pending_email IS NULL)),
    CHECK ((role = 'client') = (id LIKE 'cli\_%'))
) WITH (fillfactor = 80);
CREATE INDEX users_by_role ON users (role, id);

-- A login and all refresh tokens that came of it. Expired ones are deleted.
CREATE TABLE sessions (
    id           text COLLATE "C" PRIMARY KEY,  -- ses_…
    user_id      text COLLATE "C" NOT NULL REFERENCES users,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,  -- whatever is done with it
    revoked_at   timestamptz,
    -- many: a user may have a limited number of sessions; the oldest are revoked first.
    revoked_for  text CHECK (revoked_for IN ('logout', 'reuse', 'password', 'role', 'state', 'erased', 'many')),
    CHECK ((revoked_at IS NULL) = (revoked_for IS NULL))
);
CREATE INDEX sessions_by_user ON sessions (user_id) WHERE revoked_at IS NULL;
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE refresh_tokens (
    sha256      text COLLATE "C" PRIMARY KEY,  -- the token itself is known to its owner only
    session_id  text COLLATE "C" NOT NULL REFERENCES sessions ON DELETE CASCADE,
    expires_at  timestamptz NOT NULL,  -- when it was not used till then
    used_at     timestamptz,
    successor   text COLLATE "C",      -- sha256 of the token it was exchanged for
    CHECK ((used_at IS NULL) = (successor IS NULL))
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_used ON refresh_tokens (expires_at) WHERE used_at IS NOT NULL;

-- Failed logins by account (also one that does not exist) and by address; a row is forgotten when it has been quiet for long.
CREATE TABLE login_failures (
    key          text COLLATE "C" PRIMARY KEY,  -- digests, no address in clear
    failures     integer NOT NULL,
    locked_until timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);
CREATE INDEX login_failures_by_age ON login_failures (updated_at);

-- What was sent by mail and proves that who has it reads that address. One use.
CREATE TABLE mailed_tokens (
    sha256      text COLLATE "C" PRIMARY KEY,
    purpose     text NOT NULL CHECK (purpose IN ('password_reset', 'email_verification')),
    user_id     text COLLATE "C" NOT NULL REFERENCES users,
    email       text NOT NULL,  -- it went there; when the user's has changed it is worth nothing
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL
);
CREATE INDEX mailed_tokens_by_user ON mailed_tokens (user_id, purpose);
CREATE INDEX mailed_tokens_by_end ON mailed_tokens (expires_at);

-- Asked for and not looked at yet. Whether anybody has the address is found out later, so that asking takes the same
-- time for all.
CREATE TABLE password_reset_requests (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email       text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- Changes asked of `clients`, each done once.
CREATE TABLE password_changes (
    change_id   text COLLATE "C" PRIMARY KEY,
    user_id     text COLLATE "C" NOT NULL REFERENCES users,
    outcome     text NOT NULL CHECK (outcome IN ('applied', 'refused')),
    settled_at  timestamptz NOT NULL DEFAULT now()
);

-- Programs that log in with the OAuth client credentials grant.
CREATE TABLE api_clients (
    id            text COLLATE "C" PRIMARY KEY,  -- prg_…: the OAuth client_id
    name          text NOT NULL,
    role          text NOT NULL CHECK (role IN ('admin', 'seller', 'machine', 'service')),
    scopes        text[] NOT NULL CHECK (cardinality(scopes) > 0),
    last_used_at  timestamptz,
    revoked_at    timestamptz,
    version       bigint NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now()
);

-- 256 random bits need no slow hash.
CREATE TABLE api_client_secrets (
    sha256         text COLLATE "C" PRIMARY KEY,
    api_client_id  text COLLATE "C" NOT NULL REFERENCES api_clients,
    created_at     timestamptz NOT NULL DEFAULT now(),
    expires_at     timestamptz  -- set when another took its place
);
CREATE INDEX api_client_secrets_by_api_client ON api_client_secrets (api_client_id);

-- Of those that sign already the youngest does. A key stays published until the last token it may have signed has ended.
CREATE TABLE signing_keys (
    kid             text COLLATE "C" PRIMARY KEY,
    public_jwk      text NOT NULL,
    locked_private  text NOT NULL,  -- with a key that is not in this database
    created_at      timestamptz NOT NULL DEFAULT now(),
    signs_from      timestamptz NOT NULL
);

-- Each row has the digest of itself and of the row before: a changed or missing one is found. The last row's digest,
-- kept elsewhere, also shows when the end was cut off.
CREATE TABLE audit_log (
    seq         bigint PRIMARY KEY CHECK (seq > 0),
    at          timestamptz NOT NULL,
    action      text NOT NULL,
    subject     text,  -- who: the id of a user or an API client
    role        text,
    object      text NOT NULL,
    outcome     text NOT NULL CHECK (outcome IN ('done', 'denied', 'failed')),
    request_id  text NOT NULL,
    address     text NOT NULL,
    details     text NOT NULL CHECK (details::jsonb IS NOT NULL),
    sha256      text NOT NULL
);
CREATE INDEX audit_log_by_subject ON audit_log (subject, seq) WHERE subject IS NOT NULL;
CREATE INDEX audit_log_by_object ON audit_log (object, seq);
CREATE INDEX audit_log_by_action ON audit_log (action, seq);

-- Audit events of other services, on their way into the log: consuming events does not lock the log meanwhile.
CREATE TABLE audit_waiting (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry  text NOT NULL,
    fault  text  -- why it cannot be written to the log; null while it is on its way there
);
CREATE INDEX audit_waiting_open ON audit_waiting (id) WHERE fault IS NULL;

-- The service reads and appends; no role changes rows, nor does the owner without dropping the triggers.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM auth;
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_log_stays BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_log_stays_whole BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
