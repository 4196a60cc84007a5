-- A message that was taken in has a number of its boot's that counts as taken: between the first and the
-- last, in no gap.
-- reads: catalog
SELECT format('%s/%s/%s', e.machine, e.boot, e.seq), CASE WHEN b.machine IS NULL
       THEN 'its boot is unknown' ELSE 'its number counts as missing' END
  FROM catalog.production_events AS e
  LEFT JOIN catalog.machine_boots AS b ON b.machine = e.machine AND b.boot = e.boot
 WHERE b.machine IS NULL OR e.seq NOT BETWEEN b.first_seq AND b.last_seq
    OR EXISTS (SELECT FROM catalog.machine_gaps AS g
                WHERE g.machine = e.machine AND g.boot = e.boot AND g.missing @> e.seq)
