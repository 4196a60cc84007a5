-- A product has the price its history ends with.
-- reads: catalog
SELECT p.id, format('%s %s, history %s', p.price_minor, p.currency, coalesce(h.price_minor::text, 'empty'))
  FROM catalog.products AS p
  LEFT JOIN (SELECT DISTINCT ON (product_id) product_id, price_minor, currency
         FROM catalog.prices ORDER BY product_id, version DESC) AS h
         ON h.product_id = p.id
 WHERE (h.price_minor, h.currency) IS DISTINCT FROM (p.price_minor, p.currency)
