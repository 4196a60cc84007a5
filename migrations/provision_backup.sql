-- The role pgBackRest connects as: it may begin and end a backup and read settings, and reads no table of anybody's.
\set ON_ERROR_STOP on
\getenv backup_password BACKUP_PASSWORD
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
DO $$ BEGIN PERFORM pg_advisory_lock(7214386302); END $$;

SELECT 'CREATE ROLE backup' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'backup') \gexec
ALTER ROLE backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'backup_password';
GRANT pg_read_all_settings, pg_read_all_stats TO backup;
GRANT EXECUTE ON FUNCTION pg_backup_start(text, boolean), pg_backup_stop(boolean), pg_switch_wal(), pg_create_restore_point(text)
    TO backup;
