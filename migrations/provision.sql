-- One service's roles and database; run by provision.sh, once per service, as often as one likes.
--   <service>_owner  owns the database and everything in it; migrations run as this role
--   <service>        what the service itself connects as: it reads and writes rows, and changes no table
-- Nobody else may connect.
\set ON_ERROR_STOP on
\set owner :service '_owner'
\getenv owner_password OWNER_PASSWORD
\getenv service_password SERVICE_PASSWORD

-- Passwords stay out of the server's log, also when a statement fails.
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
-- Two runs at once would fail with "tuple concurrently updated". The lock goes with the connection.
DO $$ BEGIN PERFORM pg_advisory_lock(7214386302); END $$;

SELECT format('CREATE ROLE %I', role)
  FROM (VALUES (:'owner'), (:'service')) AS wanted (role)
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
ALTER ROLE :"owner" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
ALTER ROLE :"service" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'service_password';

SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' TEMPLATE template0', :'database', :'owner')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"service";

\connect :"database"
DO $$ BEGIN PERFORM pg_advisory_lock(7214386302); END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"service";
GRANT USAGE, CREATE ON SCHEMA public TO :"owner";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT USAGE ON SEQUENCES TO :"service";
