# shellcheck shell=bash
# Sourced by the scripts of this folder: where things are, the settings, and what they all need.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
RUN="${QUITTANCE_RUN:-$ROOT/.run}" # everything that runs, and all of its data
SV="$RUN/sv"    # a folder per process, as runit wants them
LOGS="$RUN/log"
BIN=$(cd "$ROOT" && realpath --canonicalize-missing "${QUITTANCE_BUILD:-build/release}")/bin
PATH="$PATH:/usr/sbin:/sbin"

say() { printf '%s\n' "$*"; }
fail() {
    printf '\n%s\n' "make: $1" >&2
    shift
    if (($#)); then printf '  %s\n' "$@" >&2; fi
    exit 1
}

# ---- the services: names in order, and their default ports
services() { awk '!/^#/ && NF {print $1}' "$ROOT/deploy/local/services"; }
services_with() { awk -v without="no-$1" '!/^#/ && NF && !index($0, without) {print $1}' "$ROOT/deploy/local/services"; } # database, route
default_port() { awk -v name="$1" '$1 == name {print $2}' "$ROOT/deploy/local/services"; }
database_of() { # database_of SERVICE
    local name
    name=$(sed -nE "s/^$1 .*database=([a-z]+).*/\1/p" "$ROOT/deploy/local/services")
    echo "${name:-$1}"
}
upper() {
    local name=${1^^}
    echo "${name//-/_}"
}
processes() {
    echo postgres
    echo mosquitto
    services
    echo gateway
    if has_auth; then echo gateway-keys; fi
}
has_auth() { [[ -n $(default_port auth) ]]; } # without it there are no keys to follow

# ---- settings: the environment, else what the last `make up` used, else the default
recorded() { if [[ -f $RUN/settings ]]; then sed -n "s/^$1=//p" "$RUN/settings"; fi; }
setting() { # setting NAME DEFAULT
    local value=${!1:-}
    [[ -n $value ]] || value=$(recorded "$1")
    printf -v "$1" '%s' "${value:-$2}"
    SETTINGS+=("$1")
}
load_settings() {
    SETTINGS=()
    setting GATEWAY_PORT 8080
    setting GATEWAY_TLS_PORT 8443
    setting GATEWAY_METRICS_PORT 8104
    setting GATEWAY_PEERS_PORT 8108
    setting POSTGRES_PORT 8132
    setting MQTT_PORT 8183
    setting MQTT_TLS_PORT 8184
    local name
    for name in $(services); do setting "$(upper "$name")_PORT" "$(default_port "$name")"; done
    POSTGRES_FOLDER=$(recorded POSTGRES_FOLDER)
    MOSQUITTO_FOLDER=$(recorded MOSQUITTO_FOLDER)
    BACKUP_FOLDER=$(recorded BACKUP_FOLDER)
}
port_variable() { # port_variable PROCESS
    case $1 in
    mosquitto) echo MQTT_PORT ;;
    *) echo "$(upper "$1")_PORT" ;;
    esac
}
port_of() {
    local variable
    variable=$(port_variable "$1")
    echo "${!variable:--}" # none: it listens nowhere
}

# ---- secrets: made once by `make up`
load_secrets() {
    # shellcheck source=/dev/null
    source "$RUN/secrets"
}

# ---- processes
service_dir() { echo "$SV/$1"; }
is_running() { [[ $(sv status "$(service_dir "$1")" 2>/dev/null) == run:* ]]; }
pid_of() { cat "$(service_dir "$1")/supervise/pid" 2>/dev/null; }
supervisor_pid() {
    local pid
    pid=$(cat "$RUN/runsvdir.pid" 2>/dev/null) || return 1
    # After a reboot the number may be another program's.
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "runsvdir -P $SV" || return 1
    echo "$pid"
}
is_ready() {
    case $1 in
    postgres) "$(postgres_bin)/pg_isready" --quiet --host=127.0.0.1 --port="$POSTGRES_PORT" ;;
    gateway-keys) [[ -s $RUN/gateway/keys/published ]] ;;
    mosquitto) (exec 3<>"/dev/tcp/127.0.0.1/$MQTT_PORT") 2>/dev/null ;;
    *) curl --silent --fail --output /dev/null --max-time 2 "http://127.0.0.1:$(port_of "$1")/readyz" ;;
    esac
}
last_lines() { tail -n "${2:-15}" "$LOGS/$1/current" 2>/dev/null || true; }

# The version the data was made with, else the newest installed.
postgres_bin() {
    local version
    version=$(cat "$POSTGRES_FOLDER/data/PG_VERSION" 2>/dev/null) ||
        version=$(find /usr/lib/postgresql -maxdepth 1 -mindepth 1 -printf '%f\n' 2>/dev/null | sort -n | tail -n 1)
    echo "/usr/lib/postgresql/$version/bin"
}

# ---- a step of `make up`: one line with its time; its output goes to a file and is shown when it fails
step() { # step WHAT COMMAND…
    local what=$1 log
    shift
    log="$LOGS/make-$(printf '%s' "$what" | tr -cs 'a-zA-Z0-9' '-').log"
    local started=$SECONDS
    printf '  %-44s' "$what"
    ("$@") >"$log" 2>&1 &
    if ! show_progress $! "$what" "$log" "$started"; then
        printf 'failed\n\n'
        tail -n 40 "$log" | sed 's/^/    /'
        fail "$what failed; all of its output: $log"
    fi
    printf '%s s\n' $((SECONDS - started))
}
# On a terminal the last line of the output, in place; else a dot now and then.
show_progress() { # show_progress PID WHAT LOG STARTED
    local shown=0
    while kill -0 "$1" 2>/dev/null; do
        sleep 0.1
        ((SECONDS - $4 > shown)) || continue
        shown=$((SECONDS - $4))
        if [[ -t 1 ]]; then
            printf '\r\033[K  %-44s%s s  %s' "$2" "$shown" "$(tail -n 1 "$3" | tr -d '\r' | cut -c 1-60)"
        elif ((shown % 20 == 0)); then
            printf '.'
        fi
    done
    if [[ -t 1 ]]; then printf '\r\033[K  %-44s' "$2"; fi
    wait "$1"
}

# Commands in the background do not hear Ctrl-C; what the supervisor started has a session of its own and stays.
trap 'trap - TERM; kill 0' INT

# One at a time: `up` and `down` of the same folder.
lock() {
    mkdir -p "$RUN"
    exec 9>"$RUN/lock"
    flock --nonblock 9 || fail "another make up or make down is at work in this folder"
}

# wait_until SECONDS COMMAND…: whether the command succeeded within that time.
wait_until() {
    local until=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < until)) || return 1
        sleep 0.1
    done
}

# ---- the API, as the program `make up` made; secret and token are on no command line
api_token() {
    printf 'user = "%s:%s"\n' "$FIRST_CLIENT_ID" "$FIRST_CLIENT_SECRET" |
        curl --silent --show-error --fail-with-body --max-time 20 --config - --data grant_type=client_credentials \
            "http://127.0.0.1:$GATEWAY_PORT/api/v1/auth/token" | jq --raw-output --exit-status .access_token
}
api() { # api METHOD PATH [BODY [IDEMPOTENCY_KEY]]
    {
        printf 'header = "Authorization: Bearer %s"\n' "${API_TOKEN:-$(api_token)}"
        if [[ -n ${4:-} ]]; then printf 'header = "Idempotency-Key: %s"\n' "$4"; fi
    } | curl --silent --show-error --fail-with-body --max-time 20 --config - --request "$1" \
        --header 'Content-Type: application/json' ${3:+--data "$3"} "http://127.0.0.1:$GATEWAY_PORT$2"
}
