-- Whose products were sold. Who sells a product is the catalog's word, told by its events; a line keeps the seller it had
-- when it was ordered.
CREATE TABLE product_sellers (
    sku      text PRIMARY KEY,
    seller   text COLLATE "C" NOT NULL,  -- empty: the house itself
    version  bigint NOT NULL             -- the product's
);

-- Null until the catalog has told of the product.
ALTER TABLE order_lines ADD COLUMN seller text COLLATE "C";
CREATE INDEX order_lines_by_seller ON order_lines (seller, order_id) WHERE seller <> '';
CREATE INDEX order_lines_of_unknown_sellers ON order_lines (sku) WHERE seller IS NULL;
