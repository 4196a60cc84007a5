-- The lines of all logs, as `quittance store-logs` writes and `quittance logs` reads them. The key is made of where a line
-- was read: one that is sent again is not stored again. New rows come at the right end of every index but about's.
CREATE TABLE log_lines (
    at         timestamptz NOT NULL,
    key        uuid NOT NULL,
    service    text NOT NULL,
    instance   text NOT NULL,   -- container or process
    level      text NOT NULL,
    message    text NOT NULL,
    request_id text COLLATE "C",
    trace_id   text COLLATE "C",
    about      text[],          -- ids of orders and events it names
    line       jsonb NOT NULL,  -- all of it; {} where the line was no JSON object
    PRIMARY KEY (at, key)
);
CREATE INDEX log_lines_of_request ON log_lines (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX log_lines_of_trace ON log_lines (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX log_lines_about ON log_lines USING gin (about) WHERE about IS NOT NULL;
