-- Whose products were sold. Who sells a product is the catalog's word, told by its events; a line keeps the seller it had
-- when it was ordered.
CREATE TABLE product_sellers (
    sku      text PRIMARY KEY,
    seller   text COLLATE "C" NOT NULL,  -- empty: the house itself
    version  bigint NOT NULL             -- the product's
);

-- What was sold until now was the house's. From now on null until the catalog has told of the product. The default of a
-- new column rewrites nothing.
ALTER TABLE order_lines ADD COLUMN seller text COLLATE "C" DEFAULT '';
ALTER TABLE order_lines ALTER COLUMN seller DROP DEFAULT;
CREATE INDEX order_lines_by_seller ON order_lines (seller, order_id) WHERE seller <> '';
CREATE INDEX order_lines_of_unknown_sellers ON order_lines (sku, order_id) WHERE seller IS NULL;
