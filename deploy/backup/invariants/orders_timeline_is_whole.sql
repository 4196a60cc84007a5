-- Every version of an order is one entry of its timeline, a fact or a change, and no entry is missing or
-- there twice.
-- reads: orders
SELECT o.id, format('version %s, %s entries, the last %s', o.version, coalesce(t.entries, 0), coalesce(t.last,
       0))
  FROM orders.orders AS o
  LEFT JOIN (SELECT order_id, count(*) AS entries, count(DISTINCT version) AS versions, max(version) AS last
               FROM (SELECT order_id, version FROM orders.payment_facts
                      UNION ALL
                     SELECT order_id, version FROM orders.order_changes) AS entry
              GROUP BY order_id) AS t ON t.order_id = o.id
 WHERE (coalesce(t.entries, 0), coalesce(t.versions, 0), coalesce(t.last, 0)) <> (o.version, o.version,
        o.version)
