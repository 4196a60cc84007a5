-- A number that counts as taken is that of a message: an event, or a dead letter whose number it is. Months of events
-- that were dropped are no longer known, so boots of which the first message is not there are not looked at.
-- reads: catalog
SELECT format('%s/%s', b.machine, b.boot), format('%s numbers taken, %s messages', b.taken, coalesce(m.count, 0))
  FROM (SELECT machine, boot, first_seq,
               last_seq - first_seq + 1
               - coalesce((SELECT sum(upper(r) - lower(r))
                             FROM catalog.machine_gaps AS g, unnest(g.missing) AS r
                            WHERE g.machine = b.machine AND g.boot = b.boot), 0) AS taken
          FROM catalog.machine_boots AS b) AS b
  JOIN (SELECT machine, boot, min(seq) AS first, count(*) AS count
          FROM (SELECT machine, boot, seq FROM catalog.production_events
                 UNION
                SELECT machine, boot, seq FROM catalog.dead_letters WHERE machine IS NOT NULL AND seq IS NOT NULL
               ) AS message
         GROUP BY machine, boot) AS m
    ON m.machine = b.machine AND m.boot = b.boot
 WHERE m.first = b.first_seq AND b.taken > m.count
