-- An event that was routed has a delivery for each who wants it; one nobody wants is not kept. Parked ones wait for an
-- admin and count as accounted for.
-- of: SERVICE=auth
-- of: SERVICE=payment
-- of: SERVICE=orders
-- of: SERVICE=catalog
-- of: SERVICE=clients
-- reads: SERVICE
SELECT o.id, format('%s of %s', o.type, o.subject)
  FROM SERVICE.outbox AS o
 WHERE o.routed_at IS NOT NULL AND NOT EXISTS (SELECT FROM SERVICE.event_deliveries AS d WHERE d.seq = o.seq)
