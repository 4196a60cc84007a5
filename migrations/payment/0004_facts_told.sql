-- Payment facts that others have been told of: each once, however many of the provider's events say it.
CREATE TABLE facts_told (
    key      text COLLATE "C" PRIMARY KEY,  -- as `orders` keeps it: equal keys, equal truth
    told_at  timestamptz NOT NULL DEFAULT now()
);
