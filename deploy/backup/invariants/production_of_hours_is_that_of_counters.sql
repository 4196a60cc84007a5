-- What machines counted, all boots together, is what was produced by the hour.
-- reads: catalog
SELECT coalesce(c.machine, h.machine) || '/' || coalesce(c.part, h.part),
       format('counted %s good %s scrap, by the hour %s and %s', c.good, c.scrap, h.good, h.scrap)
  FROM (SELECT machine, part, sum(good_total_micro) AS good, sum(scrap_total_micro) AS scrap
          FROM catalog.production_counters
         GROUP BY machine, part
        HAVING sum(good_total_micro) > 0 OR sum(scrap_total_micro) > 0) AS c
  FULL JOIN (SELECT machine, part, sum(good_micro) AS good, sum(scrap_micro) AS scrap
               FROM catalog.production_hours
              GROUP BY machine, part) AS h ON h.machine = c.machine AND h.part = c.part
 WHERE (c.good, c.scrap) IS DISTINCT FROM (h.good, h.scrap)
