-- The orders of whom the journal says that they were erased name nobody, unless orders has not been told yet.
-- reads: clients, then orders
SELECT o.id, format('of %s', e.client_id)
  FROM clients.erasures AS e
  JOIN orders.orders AS o ON o.client_id = e.client_id
 WHERE (o.shipping_address ->> 'name' <> 'erased' OR o.metadata <> '{}')
   AND NOT EXISTS (SELECT FROM clients.outbox AS t
                     LEFT JOIN clients.event_deliveries AS d ON d.seq = t.seq AND d.destination = 'orders'
                    WHERE t.subject = e.client_id AND t.type = 'client.erased'
                      AND coalesce(d.state, 'open') IN ('open', 'waiting', 'parked'))
