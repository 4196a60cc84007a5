-- What the catalog does not make any more because its order was canceled is of an order that is. Broken when
-- orders was restored to an older time than the catalog.
-- reads: catalog, then orders
SELECT v.subject, format('canceled in version %s, the order is in %s', v.version, coalesce(o.version::text,
       'none'))
  FROM catalog.event_versions AS v
  LEFT JOIN orders.orders AS o ON o.id = v.subject
 WHERE v.scope = 'order.canceled' AND (o.canceled_at IS NULL OR o.version < v.version)
