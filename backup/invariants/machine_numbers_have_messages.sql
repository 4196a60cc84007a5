-- A number that counts as taken is that of a message: an event, or a dead letter whose number it is. Months
-- of events that were dropped are no longer known, so boots of which the first message is not there are not
-- looked at.
-- reads: catalog
SELECT format('%s/%s', b.machine, b.boot), format('%s numbers taken, %s messages', taken, coalesce(events,
       0) + coalesce(letters, 0))
  FROM (SELECT b.machine, b.boot, b.first_seq,
               b.last_seq - b.first_seq + 1 - coalesce((SELECT sum(upper(r) - lower(r))
                      FROM catalog.machine_gaps AS g, unnest(g.missing) AS r
                                                         WHERE g.machine = b.machine AND g.boot = b.boot),
                                                                0) AS taken
          FROM catalog.machine_boots AS b) AS b
  LEFT JOIN (SELECT machine, boot, min(seq) AS first, count(DISTINCT seq) AS events
         FROM catalog.production_events GROUP BY machine, boot) AS e
         ON e.machine = b.machine AND e.boot = b.boot
  LEFT JOIN (SELECT machine, boot, min(seq) AS first, count(DISTINCT seq) AS letters
         FROM catalog.dead_letters AS d
              WHERE seq IS NOT NULL AND machine IS NOT NULL
                AND NOT EXISTS (SELECT FROM catalog.production_events AS e WHERE e.machine = d.machine
                       AND e.boot = d.boot AND e.seq = d.seq)
              GROUP BY machine, boot) AS d
         ON d.machine = b.machine AND d.boot = b.boot
 WHERE least(e.first, d.first) = b.first_seq AND taken > coalesce(events, 0) + coalesce(letters, 0)
