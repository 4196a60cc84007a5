-- An event that was routed has a delivery for each who wants it; one nobody wants is not kept. Parked ones wait for an admin and
-- count as accounted for.
-- reads: orders
SELECT o.id, format('%s of %s', o.type, o.subject)
  FROM orders.outbox AS o
 WHERE o.routed_at IS NOT NULL AND NOT EXISTS (SELECT FROM orders.event_deliveries AS d WHERE d.seq = o.seq)
