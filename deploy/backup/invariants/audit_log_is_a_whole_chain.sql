-- No entry of the audit log is missing, and each has the digest of itself and of the one before (libs/contracts/audit_chain.cpp,
-- as SQL).
-- reads: auth
SELECT seq::text,
       CASE WHEN seq <> number THEN format('entry %s is missing', number) ELSE 'it or the one before was changed' END
  FROM (SELECT *, row_number() OVER (ORDER BY seq) AS number,
               lag(sha256, 1, repeat('0', 64)) OVER (ORDER BY seq) AS before,
               to_char(at AT TIME ZONE 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""') AS time
          FROM auth.audit_log) AS entry
 WHERE seq <> number
    OR sha256 <> encode(sha256(convert_to(before || E'\n[' || concat_ws(',',
           seq, time, to_json(action), coalesce(to_json(subject)::text, 'null'), coalesce(to_json(role)::text, 'null'),
           to_json(object), to_json(outcome), to_json(request_id), to_json(address), to_json(details)) || ']', 'UTF8')),
           'hex')
