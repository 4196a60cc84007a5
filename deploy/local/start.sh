# shellcheck shell=bash
# Sourced by `up`: ports, the supervisor, and each process until it is ready.

# ---- ports: free, or already ours
check_ports() {
    local name
    for name in GATEWAY_PORT GATEWAY_TLS_PORT GATEWAY_METRICS_PORT GATEWAY_PEERS_PORT; do is_ours "$name" gateway || check_port "$name"; done
    for name in MQTT_PORT MQTT_TLS_PORT; do is_ours "$name" mosquitto || check_port "$name"; done
    for name in postgres $(services); do
        is_ours "$(port_variable "$name")" "$name" || check_port "$(port_variable "$name")"
    done
    check_twice
}
is_ours() { is_running "$2" && [[ $(recorded "$1") == "${!1}" ]]; } # is_ours VARIABLE PROCESS
check_port() { # check_port VARIABLE
    local port=${!1} holder
    [[ $port =~ ^[1-9][0-9]{0,4}$ ]] || fail "$1 is not a port: $port"
    holder=$(ss --no-header --listening --tcp --numeric --processes "sport = :$port")
    [[ -n $holder ]] || return 0
    fail "port $port is taken by $(name_of_holder "$holder")" "choose another with $1, for example: $1=$((port + 10000)) make up"
}
name_of_holder() {
    local found
    found=$(grep -oE '\("[^"]*",pid=[0-9]+' <<<"$1" | head -n 1 | sed -E 's/\("(.*)",pid=/\1, process /')
    echo "${found:-a program of another user}"
}
check_twice() {
    local twice
    twice=$(for name in "${SETTINGS[@]}"; do echo "${!name}"; done | sort | uniq -d | head -n 1)
    [[ -z $twice ]] || fail "port $twice is asked for twice" \
        "$(for name in "${SETTINGS[@]}"; do echo "$name=${!name}"; done | grep "=$twice$" | xargs)"
}

# ---- the supervisor: runit's runsvdir over .run/sv, apart from the machine's own
start_supervisor() {
    supervisor_pid >/dev/null || start_runsvdir
    local name
    for name in $(processes); do
        wait_until 10 test -p "$SV/$name/supervise/ok" || fail "runit does not see $name; its log: $LOGS/runsvdir.log"
        wait_until 10 has_supervisor "$name" || fail "runit does not supervise $name; its log: $LOGS/runsvdir.log"
    done
}
has_supervisor() { sv status "$(service_dir "$1")" >/dev/null 2>&1; }
start_runsvdir() {
    # Nothing of the caller's environment gets into the processes. File descriptor 9 is the lock of `up`.
    # A connection is a descriptor: 1024 of them, the usual soft limit, are few.
    ulimit -Sn "$(ulimit -Hn)"
    setsid env -i PATH="$PATH" HOME="$HOME" LANG=C.UTF-8 runsvdir -P "$SV" >>"$LOGS/runsvdir.log" 2>&1 </dev/null 9>&- &
    echo $! >"$RUN/runsvdir.pid"
    disown
}

# ---- processes
has_changed() { [[ " ${CHANGED[*]:-} " == *" $1 "* ]]; }
# The linker has put a new file where the running one was.
has_old_program() { [[ $(readlink "/proc/$(pid_of "$1")/exe") == *" (deleted)" ]]; }
start_process() {
    if is_running "$1" && { has_changed "$1" || has_old_program "$1"; }; then
        sv -w 30 restart "$(service_dir "$1")" >/dev/null || fail "$1 did not stop" "$(last_lines "$1")"
    else
        sv up "$(service_dir "$1")" >/dev/null
    fi
}
await_ready() { # await_ready NAME SECONDS
    wait_until "$2" is_ready "$1" && return
    say "$1 is not ready within $2 s; its last lines (make logs S=$1 shows all):"
    last_lines "$1"
    return 1
}
start_and_wait() {
    start_process "$1"
    await_ready "$1" "$2"
}

start_postgres() {
    step "start PostgreSQL" start_and_wait postgres 60
    # After a restore it replays the archive before it takes anything.
    is_writable || step "replay the archive" wait_until 3600 is_writable
}
is_writable() {
    [[ $(PGPASSWORD=$POSTGRES_PASSWORD psql --no-psqlrc --no-align --tuples-only --host=127.0.0.1 --port="$POSTGRES_PORT" \
        --username=postgres --dbname=postgres --command='SELECT pg_is_in_recovery()') == f ]]
}
start_mosquitto() { step "start Mosquitto" start_and_wait mosquitto 15; }
start_services() {
    local name
    for name in $(services); do start_process "$name"; done
    for name in $(services); do step "start $name" await_ready "$name" 30; done
}
start_gateway() {
    if is_running gateway && ! has_changed gateway && [[ -n ${GATEWAY_CHANGED:-} ]]; then
        step "reload the gateway" "$ROOT/deploy/local/reload" signal
    else
        start_process gateway
    fi
    step "start the gateway" await_ready gateway 15
    if has_auth; then step "fetch the keys of tokens" start_and_wait gateway-keys 15; fi
}

# ---- databases
provision_all() {
    local name owner password
    for name in $(services_with database); do
        owner="$(upper "$name")_OWNER_PASSWORD" password="$(upper "$name")_PASSWORD"
        PGHOST=127.0.0.1 PGPORT=$POSTGRES_PORT PGUSER=postgres PGPASSWORD=$POSTGRES_PASSWORD \
            OWNER_PASSWORD=${!owner} SERVICE_PASSWORD=${!password} BACKUP_PASSWORD=$BACKUP_PASSWORD "$ROOT/migrations/provision.sh" "$name" "$(database_of "$name")"
    done
}
migrate() { DATABASE_URL=$(database_url "$1" _OWNER) "$BIN/migrate" "$ROOT/migrations/$1"; }
