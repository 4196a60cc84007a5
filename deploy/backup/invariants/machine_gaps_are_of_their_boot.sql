-- What is missing lies between the first and the last number of its boot, and is missed once.
-- reads: catalog
SELECT g.id, format('%s/%s misses %s', g.machine, g.boot, g.missing)
  FROM catalog.machine_gaps AS g
  JOIN catalog.machine_boots AS b ON b.machine = g.machine AND b.boot = g.boot
 WHERE NOT isempty(g.missing)
   AND (NOT int8range(b.first_seq, b.last_seq, '[]') @> range_merge(g.missing)
        OR EXISTS (SELECT FROM catalog.machine_gaps AS o
                    WHERE o.machine = g.machine AND o.boot = g.boot AND o.id < g.id AND o.missing && g.missing))
