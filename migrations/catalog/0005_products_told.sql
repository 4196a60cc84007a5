-- Products of before product.created was told are told of once, by the service; so are those that a program of before
-- still offers beside this one.
ALTER TABLE products ADD COLUMN told boolean NOT NULL DEFAULT false;
