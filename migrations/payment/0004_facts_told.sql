-- Payment facts that others have been told of: each once, however many of the provider's events say it.
CREATE TABLE published_facts (
    key      text COLLATE "C" PRIMARY KEY,  -- as `orders` keeps it: equal keys, equal truth
    published_at  timestamptz NOT NULL DEFAULT now()
);
