#!/bin/sh
# provision.sh <service> [<database>]: makes the service's roles and database (named as the service when nothing is
# said), or finds them there and sets their passwords.
#   PGHOST PGPORT PGUSER PGPASSWORD   a superuser's connection, as psql reads it
#   OWNER_PASSWORD SERVICE_PASSWORD   of the roles <service>_owner and <service>
#   BACKUP_PASSWORD                   of the role backup, which is made when there is one
# Passwords come by the environment and leave on psql's connection: no command line shows them.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
service=${1:?the name of a service}
: "${OWNER_PASSWORD:?is the password of ${service}_owner}" "${SERVICE_PASSWORD:?is the password of ${service}}"

psql --no-psqlrc --quiet --dbname="${PGDATABASE:-postgres}" --set=service="$service" \
    --set=database="${2:-$service}" --file="$here/provision.sql"
[ -z "${BACKUP_PASSWORD:-}" ] ||
    psql --no-psqlrc --quiet --dbname="${PGDATABASE:-postgres}" --file="$here/provision_backup.sql"
