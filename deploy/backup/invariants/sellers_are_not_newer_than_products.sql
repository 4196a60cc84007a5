-- What orders knows of a product's seller is not of a version the catalog has not reached: its next changes
-- would be ignored. Broken when the catalog was restored to an older time than orders.
-- reads: orders, then catalog
SELECT s.sku, format('known as of version %s, the catalog has %s', s.version, coalesce(p.version::text,
       'no such product'))
  FROM orders.product_sellers AS s
  LEFT JOIN catalog.products AS p ON p.sku = s.sku
 WHERE s.version > coalesce(p.version, 0)
