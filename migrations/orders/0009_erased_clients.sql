-- Clients that were erased: no order is placed for them any more, so that nothing about them comes back.
CREATE TABLE erased_clients (
    client_id  text COLLATE "C" PRIMARY KEY,
    noted_at   timestamptz NOT NULL DEFAULT now()
);
