-- What the test's program changes, and what events did to it.
CREATE TABLE things (
    subject  text COLLATE "C" PRIMARY KEY,
    version  bigint NOT NULL
);

CREATE TABLE effects (
    position    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id    text NOT NULL,
    subject     text NOT NULL,
    version     bigint NOT NULL,
    published_at     timestamptz NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- As a consumer keeps it that ignores what is older.
CREATE TABLE latest (
    subject  text PRIMARY KEY,
    version  bigint NOT NULL
);

-- Subjects whose events do no harm any more.
CREATE TABLE cured (
    subject  text PRIMARY KEY
);
