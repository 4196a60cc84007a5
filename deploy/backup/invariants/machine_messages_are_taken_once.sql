-- No message of a machine was taken in twice.
-- reads: catalog
SELECT format('%s/%s/%s', machine, boot, seq), format('%s times', count(*))
  FROM catalog.production_events GROUP BY machine, boot, seq HAVING count(*) > 1
