-- What is still to be delivered has its data, and what waits behind another event of its subject does have one before
-- it, or the relay will see to it within a quarter of an hour.
-- of: SERVICE=auth
-- of: SERVICE=payment
-- of: SERVICE=orders
-- of: SERVICE=catalog
-- of: SERVICE=clients
-- reads: SERVICE
SELECT d.id, format('%s of %s: %s', d.type, d.subject,
                    CASE WHEN o.data IS NULL THEN 'its data is gone' ELSE 'waits for nothing' END)
  FROM SERVICE.event_deliveries AS d
  JOIN SERVICE.outbox AS o ON o.seq = d.seq
  LEFT JOIN (SELECT destination, subject, min(seq) AS seq
               FROM SERVICE.event_deliveries
              WHERE state = 'waiting' AND due_at IS NOT NULL
              GROUP BY destination, subject) AS failed
         ON failed.destination = d.destination AND failed.subject = d.subject
 WHERE d.state IN ('open', 'waiting')
   AND (o.data IS NULL
        OR (d.state = 'waiting' AND d.due_at IS NULL AND coalesce(failed.seq >= d.seq, true)
            AND d.created_at < now() - interval '15 minutes'))
