-- no transaction
CREATE INDEX CONCURRENTLY products_untold ON products (id) WHERE NOT told;
