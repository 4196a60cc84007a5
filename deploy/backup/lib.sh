# shellcheck shell=bash
# Sourced by the scripts of this folder. They are the same for `make up` and for containers:
#   PGBACKREST_CONFIG  pgBackRest's configuration, with a section for each stanza; beside it `pgpass`, the password of
#                      the role `backup`
# pgBackRest and PostgreSQL run as the user postgres, who reads nothing but what those own: scripts and rules may lie
# where only root reads.
set -euo pipefail
shopt -s inherit_errexit

BACKUP=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${PGBACKREST_CONFIG:?is the configuration of pgBackRest}"
PGBACKREST_CONFIG=$(realpath --no-symlinks "$PGBACKREST_CONFIG")
export PGBACKREST_CONFIG PGPASSFILE="${PGPASSFILE:-${PGBACKREST_CONFIG%/*}/pgpass}"
cd / # wherever this is called, the user postgres may not be able to stay

say() { printf '%s\n' "$*"; }
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

as_postgres() {
    if ((EUID == 0)); then setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; else "$@"; fi
}

# Times are texts in UTC, as long as each other, so that they compare as they stand: 2026-11-21 19:00:05.123456.
as_utc() { # as_utc TIME
    TZ=UTC date --date="$1" '+%Y-%m-%d %H:%M:%S.%6N' || fail "this is no time: $1"
}

stanzas() { # those of the configuration, or the one STANZA names
    if [[ -n ${STANZA:-} ]]; then echo "$STANZA"; return; fi
    sed -n 's/^\[\([a-z][a-z-]*\)\]$/\1/p' "$PGBACKREST_CONFIG" | grep -v '^global$'
}
# pg1 STANZA OPTION: of its section, such as path, port, socket-path
pg1() {
    awk -v section="[$1]" -v name="pg1-$2" -F= '/^\[/ {here = ($0 == section)} here && $1 == name {print $2}' \
        "$PGBACKREST_CONFIG"
}

pgbackrest_of() { # pgbackrest_of STANZA ARGUMENTS…
    local stanza=$1
    shift
    # Named here, so that the command PostgreSQL fetches WAL with after a restore names it as well.
    as_postgres pgbackrest --config="$PGBACKREST_CONFIG" --stanza="$stanza" "$@"
}
info() { pgbackrest_of "$1" info --output=json; }

# The server a stanza is the backup of, as the role `backup`.
live() { # live STANZA SQL
    as_postgres psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --host="$(pg1 "$1" socket-path)" \
        --port="$(pg1 "$1" port)" --username=backup --dbname=postgres --command="$2"
}

bin_of() { # bin_of DATA: of the version the data was made with
    echo "/usr/lib/postgresql/$(as_postgres cat "$1/PG_VERSION")/bin"
}
newest_bin() {
    local version
    version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | tail -n 1)
    echo "/usr/lib/postgresql/$version/bin"
}
