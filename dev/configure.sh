# shellcheck shell=bash
# Sourced by `up`: writes .run/ – settings, secrets, PostgreSQL's cluster, a folder per process. What is there and
# right is left alone; CHANGED names the processes whose configuration is not what they were started with.
CHANGED=()

configure() {
    mkdir -p "$LOGS" "$SV" "$RUN/gateway"
    # PostgreSQL's own user must be able to reach its folder; secrets are files of mode 600.
    if ((EUID == 0)); then chmod 711 "$RUN"; else chmod 700 "$RUN"; fi
    write_secrets
    load_secrets
    write_certificate
    choose_postgres_folder
    write_settings
    create_cluster
    local name
    write_process postgres "$(postgres_environment)"
    for name in $(services); do write_process "$name" "$(service_environment "$name")"; done
    write_process gateway "$(gateway_environment)"
    write_gateway
    write_dev_env
}

# write_if_changed FILE MODE: standard input becomes the file; succeeds when that changed it.
write_if_changed() {
    local new="$1.new"
    (umask 077 && cat >"$new")
    chmod "$2" "$new"
    if cmp --silent "$new" "$1"; then
        rm "$new"
        return 1
    fi
    mv "$new" "$1"
}

write_settings() {
    local name
    for name in "${SETTINGS[@]}" POSTGRES_FOLDER; do printf '%s=%s\n' "$name" "${!name}"; done |
        write_if_changed "$RUN/settings" 644 || true
}

# Missing ones are added, so that a new service gets its passwords.
write_secrets() {
    local name
    (umask 077 && touch "$RUN/secrets")
    add_secret ADMIN_TOKEN
    add_secret SERVICE_TOKEN
    add_secret POSTGRES_PASSWORD
    add_secret STRIPE_WEBHOOK_SECRET whsec_
    for name in $(services); do
        add_secret "$(upper "$name")_OWNER_PASSWORD"
        add_secret "$(upper "$name")_PASSWORD"
    done
}
add_secret() { # add_secret NAME [PREFIX]
    grep -q "^$1=" "$RUN/secrets" || echo "$1=${2:-}$(openssl rand -hex 32)" >>"$RUN/secrets"
}

write_certificate() {
    local folder="$RUN/gateway"
    [[ ! -f $folder/tls.pem ]] || return 0
    (
        umask 077
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 -subj /CN=localhost \
            -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$folder/key.pem" -out "$folder/cert.pem" \
            2>/dev/null
        cat "$folder/key.pem" "$folder/cert.pem" >"$folder/tls.pem.new"
        mv "$folder/tls.pem.new" "$folder/tls.pem"
    )
}

# ---- PostgreSQL: as root it must be another user, who has to reach its folder
as_postgres() {
    if ((EUID == 0)); then setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; else "$@"; fi
}
choose_postgres_folder() {
    [[ -z $POSTGRES_FOLDER ]] || return 0
    POSTGRES_FOLDER="$RUN/postgres"
    make_postgres_folder
    if ! as_postgres test -w "$POSTGRES_FOLDER"; then
        rmdir "$POSTGRES_FOLDER"
        POSTGRES_FOLDER="/var/lib/quittance-$(printf '%s' "$RUN" | cksum | cut -d ' ' -f 1)"
        make_postgres_folder
        say "  the user postgres can't reach this folder: its data is in $POSTGRES_FOLDER"
    fi
}
make_postgres_folder() {
    mkdir -p "$POSTGRES_FOLDER"
    chmod 700 "$POSTGRES_FOLDER"
    if ((EUID == 0)); then chown postgres:postgres "$POSTGRES_FOLDER"; fi
}
create_cluster() {
    if [[ ! -d $POSTGRES_FOLDER/data ]]; then step "create the PostgreSQL cluster" init_cluster; fi
    postgres_conf | write_postgres_conf
}
init_cluster() {
    local password="$POSTGRES_FOLDER/password"
    rm -rf "$POSTGRES_FOLDER/data.new"
    (umask 077 && echo "$POSTGRES_PASSWORD" >"$password")
    if ((EUID == 0)); then chown postgres "$password"; fi
    (cd / && as_postgres "$(postgres_bin)/initdb" --pgdata="$POSTGRES_FOLDER/data.new" --username=postgres \
        --encoding=UTF8 --locale=C.UTF-8 --auth=scram-sha-256 --pwfile="$password")
    rm "$password"
    mv "$POSTGRES_FOLDER/data.new" "$POSTGRES_FOLDER/data"
}
postgres_conf() {
    cat "$ROOT/dev/postgresql.conf"
    echo "port = $POSTGRES_PORT"
    # A Unix socket's path may have 107 bytes.
    if ((${#POSTGRES_FOLDER} < 80)); then echo "unix_socket_directories = '${POSTGRES_FOLDER//\'/\'\'}'"; fi
}
write_postgres_conf() {
    local file="$POSTGRES_FOLDER/data/postgresql.conf"
    if write_if_changed "$file" 600; then CHANGED+=(postgres); fi
    if ((EUID == 0)); then chown postgres:postgres "$file"; fi
}

# ---- a process: its folder under .run/sv, with the variables it is started with
write_process() { # write_process NAME ENVIRONMENT
    local folder="$SV/$1" run=service
    if [[ -x $ROOT/dev/sv/$1 ]]; then run=$1; fi
    mkdir -p "$folder/log" "$folder/control" "$LOGS/$1"
    printf 's10485760\nn5\n' | write_if_changed "$LOGS/$1/config" 644 || true # five files of 10 MB
    touch "$folder/down" # runit starts nothing before `up` says so
    ln -sfn "$ROOT/dev/sv/log" "$folder/log/run"
    ln -sfn "$ROOT/dev/sv/$run" "$folder/run"
    if [[ -x $ROOT/dev/sv/$1-stop ]]; then ln -sfn "$ROOT/dev/sv/$1-stop" "$folder/control/t"; fi
    if write_if_changed "$folder/env" 600 <<<"$2"; then CHANGED+=("$1"); fi
}
variable() { printf '%s=%q\n' "$1" "$2"; }

postgres_environment() {
    variable POSTGRES_BIN "$(postgres_bin)"
    variable POSTGRES_DATA "$POSTGRES_FOLDER/data"
    variable AS_POSTGRES "$( ((EUID == 0)) && echo 'setpriv --reuid=postgres --regid=postgres --init-groups --')"
}
database_url() { # database_url SERVICE [_OWNER]
    local suffix=${2:-} password
    password="$(upper "$1")${suffix}_PASSWORD"
    echo "postgresql://$1${suffix,,}:${!password}@127.0.0.1:$POSTGRES_PORT/$1"
}
# Every service gets the same variables, and its own from dev/environment/<service> where there are such.
service_environment() {
    local name other
    variable PROGRAM "$BIN/$1"
    variable LISTEN "127.0.0.1:$(port_of "$1")"
    variable DATABASE_URL "$(database_url "$1")"
    variable ADMIN_TOKEN "$ADMIN_TOKEN"
    variable SERVICE_TOKEN "$SERVICE_TOKEN"
    variable SWAGGER_UI_DIR "$ROOT/base/swagger-ui/node_modules/swagger-ui-dist"
    for other in $(services); do
        [[ $other == "$1" ]] || variable "$(upper "$other")_URL" "http://127.0.0.1:$(port_of "$other")"
    done
    for name in $(own_secrets "$1"); do variable "$name" "${!name}"; done
}
own_secrets() {
    case $1 in
    payment) echo STRIPE_WEBHOOK_SECRET ;;
    esac
}

gateway_environment() {
    variable GATEWAY_FOLDER "$RUN/gateway"
    variable ADMIN_TOKEN "$ADMIN_TOKEN"
}
render_gateway() {
    local name
    local -a variables=(
        SERVICES="$(services | xargs)" GATEWAY_PORT="$GATEWAY_PORT" GATEWAY_TLS_PORT="$GATEWAY_TLS_PORT"
        GATEWAY_METRICS_PORT="$GATEWAY_METRICS_PORT" GATEWAY_CERTIFICATE=tls.pem)
    for name in $(services); do variables+=("$(upper "$name")_SERVERS=127.0.0.1:$(port_of "$name")"); done
    env "${variables[@]}" "$ROOT/gateway/render"
}
# The new configuration takes the old one's place only when HAProxy accepts it.
write_gateway() {
    local folder="$RUN/gateway" complaint
    render_gateway >"$folder/haproxy.cfg.new"
    if ! complaint=$(cd "$folder" && ADMIN_TOKEN=$ADMIN_TOKEN haproxy -c -f haproxy.cfg.new 2>&1); then
        fail "HAProxy refuses the new configuration, $folder/haproxy.cfg.new; what runs goes on as it was" \
            "$(grep -E 'ALERT|WARNING' <<<"$complaint" || echo "$complaint")"
    fi
    if cmp --silent "$folder/haproxy.cfg.new" "$folder/haproxy.cfg"; then
        rm "$folder/haproxy.cfg.new"
    else
        mv "$folder/haproxy.cfg.new" "$folder/haproxy.cfg"
        GATEWAY_CHANGED=1
    fi
}

# ---- for people, tests and tools
write_dev_env() {
    local name
    {
        echo "QUITTANCE_URL=http://127.0.0.1:$GATEWAY_PORT"
        echo "QUITTANCE_TLS_URL=https://127.0.0.1:$GATEWAY_TLS_PORT"
        echo "QUITTANCE_ADMIN_TOKEN=$ADMIN_TOKEN"
        echo "STRIPE_WEBHOOK_SECRET=$STRIPE_WEBHOOK_SECRET"
        for name in $(services); do
            echo "$(upper "$name")_URL=http://127.0.0.1:$(port_of "$name")"
            echo "$(upper "$name")_DATABASE_URL=$(database_url "$name")"
        done
    } | write_if_changed "$RUN/dev.env" 600 || true
}
