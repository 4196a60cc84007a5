# shellcheck shell=bash
# Sourced by `up`: writes .run/ – settings, secrets, PostgreSQL's cluster, a folder per process. What is there and
# right is left alone; CHANGED names the processes whose configuration is not what they were started with.
source "$ROOT/deploy/local/event_sinks.sh"
CHANGED=()

configure() {
    mkdir -p "$LOGS" "$SV" "$RUN/gateway"
    # PostgreSQL's own user must be able to reach its folder; secrets are files of mode 600.
    if ((EUID == 0)); then chmod 711 "$RUN"; else chmod 700 "$RUN"; fi
    write_secrets
    load_secrets
    write_certificate
    choose_folder POSTGRES_FOLDER postgres
    choose_folder MOSQUITTO_FOLDER mosquitto
    choose_folder BACKUP_FOLDER backup postgres
    write_settings
    create_cluster
    write_broker
    local name
    write_process postgres "$(postgres_environment)"
    write_process mosquitto "$(variable MOSQUITTO_FOLDER "$MOSQUITTO_FOLDER")"
    for name in $(services); do write_process "$name" "$(service_environment "$name")"; done
    write_process gateway "$(gateway_environment)"
    if has_auth; then write_process gateway-keys "$(gateway_keys_environment)"; fi
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
    for name in "${SETTINGS[@]}" POSTGRES_FOLDER MOSQUITTO_FOLDER BACKUP_FOLDER; do printf '%s=%s\n' "$name" "${!name}"; done |
        write_if_changed "$RUN/settings" 644 || true
}

# Missing ones are added, so that a new service gets its passwords.
write_secrets() {
    local name
    (umask 077 && touch "$RUN/secrets")
    add_secret SERVICE_TOKEN
    add_secret EVENTS_SECRET whsec_ # signs what services tell each other
    add_secret POSTGRES_PASSWORD
    add_secret BACKUP_PASSWORD
    add_secret BACKUP_PASSPHRASE # locks the repository
    # Locks the secrets of subscriptions.
    grep -q ^WEBHOOK_SECRETS_KEY= "$RUN/secrets" || echo "WEBHOOK_SECRETS_KEY=$(openssl rand -base64 32)" >>"$RUN/secrets"
    add_secret STRIPE_WEBHOOK_SECRET whsec_
    for name in $(services_with database); do
        add_secret "$(upper "$name")_OWNER_PASSWORD"
        add_secret "$(upper "$name")_PASSWORD"
    done
    for name in "${BROKER_USERS[@]}"; do add_secret "$(upper "$name")_PASSWORD"; done
    add_value EVENTS_SECRET "whsec_$(openssl rand -base64 32)"
    write_auth_secrets
    add_secret MQTT_BRIDGE_CLIENT_ID # a machine that knew it could take the session over
}
add_secret() { add_value "$1" "${2:-}$(openssl rand -hex 32)"; } # add_secret NAME [PREFIX]
add_value() { # add_value NAME VALUE
    has_secret "$1" || echo "$1=$2" >>"$RUN/secrets"
}
has_secret() { grep -q "^$1=" "$RUN/secrets"; }
# What `auth` locks its keys with, what passwords on their way to it are sealed with (X25519, its last 32 bytes), and whom
# it makes first.
write_auth_secrets() {
    add_value AUTH_KEY_SECRET "$(openssl rand -base64 32)"
    if ! has_secret PASSWORD_SEAL_SECRET_KEY; then
        local key
        key=$(openssl genpkey -algorithm X25519)
        add_value PASSWORD_SEAL_PUBLIC_KEY "$(openssl pkey -pubout -outform DER <<<"$key" | tail -c 32 | base64)"
        add_value PASSWORD_SEAL_SECRET_KEY "$(openssl pkey -outform DER <<<"$key" | tail -c 32 | base64)"
    fi
    add_value FIRST_ADMIN_EMAIL admin@example.com
    add_value FIRST_ADMIN_PASSWORD "$(openssl rand -hex 16)"
    add_value FIRST_CLIENT_ID "prg_$(openssl rand -hex 16)"
    add_secret FIRST_CLIENT_SECRET
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

# ---- PostgreSQL and Mosquitto: as root they are other users, who have to reach their folders
as_user() { # as_user USER COMMAND…
    local user=$1
    shift
    if ((EUID == 0)); then setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"; else "$@"; fi
}
choose_folder() { # choose_folder VARIABLE NAME [USER]
    [[ -z ${!1} ]] || return 0
    local folder="$RUN/$2" user=${3:-$2}
    make_folder "$folder" "$user"
    if ! as_user "$user" test -w "$folder"; then
        rmdir "$folder"
        folder="/var/lib/quittance-$(printf '%s' "$RUN" | cksum | cut -d ' ' -f 1)-$2"
        make_folder "$folder" "$user"
        say "  the user $user can't reach this folder: its data is in $folder"
    fi
    printf -v "$1" '%s' "$folder"
}
make_folder() { # make_folder FOLDER USER
    mkdir -p "$1"
    chmod 700 "$1"
    if ((EUID == 0)); then chown "$2:$2" "$1"; fi
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
    (cd / && as_user postgres "$(postgres_bin)/initdb" --pgdata="$POSTGRES_FOLDER/data.new" --username=postgres \
        --encoding=UTF8 --locale=C.UTF-8 --data-checksums --auth=scram-sha-256 --pwfile="$password")
    rm "$password"
    mv "$POSTGRES_FOLDER/data.new" "$POSTGRES_FOLDER/data"
}
postgres_conf() {
    cat "$ROOT/deploy/local/postgresql.conf"
    echo "port = $POSTGRES_PORT"
    # A Unix socket's path may have 107 bytes.
    if ((${#POSTGRES_FOLDER} < 80)); then echo "unix_socket_directories = '${POSTGRES_FOLDER//\'/\'\'}'"; fi
    archiving_conf
}
# WAL is archived once there is a repository; that takes a reload, no restart.
archiving_conf() {
    echo "archive_mode = on"
    if [[ -f $BACKUP_FOLDER/pgbackrest.conf ]]; then
        echo "archive_command = 'pgbackrest --config=\"${BACKUP_FOLDER//\'/\'\'}/pgbackrest.conf\" --stanza=quittance archive-push \"%p\"'"
        echo "archive_timeout = 60s"
    else
        echo "archive_command = 'true'"
    fi
}
write_postgres_conf() {
    local file="$POSTGRES_FOLDER/data/postgresql.conf"
    if write_if_changed "$file" 600; then CHANGED+=(postgres); fi
    if ((EUID == 0)); then chown postgres:postgres "$file"; fi
}

# ---- Mosquitto: listeners, passwords, who may do what
BROKER_USERS=(mqtt-bridge press-07 press-08) # the bridge, and two machines to try things with
write_broker() {
    local changed=0
    write_broker_file mosquitto.conf <<<"$(mosquitto_conf)" && changed=1
    write_broker_file acl <"$ROOT/deploy/local/mosquitto.acl" && changed=1
    write_broker_file cert.pem <"$RUN/gateway/cert.pem" && changed=1
    write_broker_file key.pem <"$RUN/gateway/key.pem" && changed=1
    write_broker_passwords && changed=1
    if ((changed)); then CHANGED+=(mosquitto); fi
}
write_broker_file() { # write_broker_file NAME: standard input becomes the file; succeeds when that changed it
    local file="$MOSQUITTO_FOLDER/$1" changed=0
    write_if_changed "$file" 600 || changed=1
    if ((EUID == 0)); then chown mosquitto:mosquitto "$file"; fi
    return $changed
}
mosquitto_conf() {
    cat "$ROOT/deploy/local/mosquitto.conf"
    echo "persistence_location $MOSQUITTO_FOLDER/"
    echo "password_file $MOSQUITTO_FOLDER/passwords"
    echo "acl_file $MOSQUITTO_FOLDER/acl"
    echo "listener $MQTT_PORT 127.0.0.1"
    echo "listener $MQTT_TLS_PORT 127.0.0.1"
    echo "certfile $MOSQUITTO_FOLDER/cert.pem"
    echo "keyfile $MOSQUITTO_FOLDER/key.pem"
}
# Hashes are salted and differ each time: whether they are of these passwords is known by a digest of those.
write_broker_passwords() {
    local plain digest new="$MOSQUITTO_FOLDER/passwords.new"
    plain=$(broker_passwords)
    digest=$(sha256sum <<<"$plain")
    [[ $(cat "$MOSQUITTO_FOLDER/passwords.of" 2>/dev/null) != "$digest" ]] || return 1
    (umask 077 && echo "$plain" >"$new")
    mosquitto_passwd -U "$new" || fail "mosquitto_passwd refuses $new"
    if ((EUID == 0)); then chown mosquitto:mosquitto "$new"; fi
    mv "$new" "$MOSQUITTO_FOLDER/passwords"
    write_broker_file passwords.of <<<"$digest"
}
broker_passwords() {
    local name password
    for name in "${BROKER_USERS[@]}"; do
        password="$(upper "$name")_PASSWORD"
        echo "$name:${!password}"
    done
}

# ---- a process: its folder under .run/sv, with the variables it is started with
write_process() { # write_process NAME ENVIRONMENT
    local folder="$SV/$1" run=service
    if [[ -x $ROOT/deploy/local/sv/$1 ]]; then run=$1; fi
    mkdir -p "$folder/log" "$folder/control" "$LOGS/$1"
    printf 's10485760\nn5\n' | write_if_changed "$LOGS/$1/config" 644 || true # five files of 10 MB
    touch "$folder/down" # runit starts nothing before `up` says so
    ln -sfn "$ROOT/deploy/local/sv/log" "$folder/log/run"
    ln -sfn "$ROOT/deploy/local/sv/$run" "$folder/run"
    if [[ -x $ROOT/deploy/local/sv/$1-stop ]]; then ln -sfn "$ROOT/deploy/local/sv/$1-stop" "$folder/control/t"; fi
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
    echo "postgresql://$1${suffix,,}:${!password}@127.0.0.1:$POSTGRES_PORT/$(database_of "$1")"
}
# Every service gets the same variables, and its own.
service_environment() {
    local name other
    variable PROGRAM "$BIN/$1"
    variable LISTEN "127.0.0.1:$(port_of "$1")"
    if has_database "$1"; then variable DATABASE_URL "$(database_url "$1")"; fi
    variable SERVICE_TOKEN "$SERVICE_TOKEN"
    variable EVENTS_SECRET "$EVENTS_SECRET"
    variable JWKS_URL "$(jwks_url)"
    variable EVENT_SINKS "$(event_sinks "$1")"
    mail_variables
    variable SWAGGER_UI_DIR "$ROOT/libs/runtime/swagger-ui/node_modules/swagger-ui-dist"
    for other in $(services); do
        [[ $other == "$1" ]] || variable "$(upper "$other")_URL" "http://127.0.0.1:$(port_of "$other")"
    done
    own_variables "$1"
}
own_variables() {
    if has_database "$1"; then variable WEBHOOK_SECRETS_KEY "$WEBHOOK_SECRETS_KEY"; fi
    case $1 in
    auth)
        variable AUTH_KEY_SECRET "$AUTH_KEY_SECRET"
        variable PASSWORD_SEAL_PUBLIC_KEY "$PASSWORD_SEAL_PUBLIC_KEY"
        variable PASSWORD_SEAL_SECRET_KEY "$PASSWORD_SEAL_SECRET_KEY"
        variable BOOTSTRAP_ADMIN_EMAIL "$FIRST_ADMIN_EMAIL"
        variable BOOTSTRAP_ADMIN_PASSWORD "$FIRST_ADMIN_PASSWORD"
        variable BOOTSTRAP_CLIENT_ID "$FIRST_CLIENT_ID"
        variable BOOTSTRAP_CLIENT_SECRET "$FIRST_CLIENT_SECRET"
        ;;
    clients) variable PASSWORD_SEAL_PUBLIC_KEY "$PASSWORD_SEAL_PUBLIC_KEY" ;;
    payment) variable STRIPE_WEBHOOK_SECRET "$STRIPE_WEBHOOK_SECRET" ;;
    mqtt-bridge)
        variable MQTT_URL "mqtt://127.0.0.1:$MQTT_PORT"
        variable MQTT_USERNAME mqtt-bridge
        variable MQTT_PASSWORD "$MQTT_BRIDGE_PASSWORD"
        variable MQTT_CLIENT_ID "$MQTT_BRIDGE_CLIENT_ID"
        ;;
    esac
}
has_database() { [[ " $(services_with database | xargs) " == *" $1 "* ]]; }

jwks_url() { echo "http://127.0.0.1:${AUTH_PORT:-8106}/internal/v1/jwks.json"; }

gateway_environment() {
    variable GATEWAY_FOLDER "$RUN/gateway"
    variable SERVICE_TOKEN "$SERVICE_TOKEN"
}
# sync-signing-keys renders as well.
gateway_keys_environment() {
    variable PROGRAM "$ROOT/deploy/gateway/sync-signing-keys"
    variable JWKS_URL "$(jwks_url)"
    variable GATEWAY_FOLDER "$RUN/gateway"
    render_variables
}
render_variables() {
    local name
    variable SERVICES "$(services_with route | xargs)"
    for name in GATEWAY_PORT GATEWAY_TLS_PORT GATEWAY_METRICS_PORT GATEWAY_PEERS_PORT; do variable "$name" "${!name}"; done
    variable GATEWAY_CERTIFICATE tls.pem
    for name in $(services_with route); do variable "$(upper "$name")_SERVERS" "127.0.0.1:$(port_of "$name")"; done
}
render_gateway() (
    set -a
    eval "$(render_variables)"
    GATEWAY_KEYS="$RUN/gateway/keys" exec "$ROOT/deploy/gateway/render"
)
# The new configuration takes the old one's place only when HAProxy accepts it.
write_gateway() {
    local folder="$RUN/gateway" complaint
    render_gateway >"$folder/haproxy.cfg.new"
    if ! complaint=$(cd "$folder" && haproxy -c -f haproxy.cfg.new 2>&1); then
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
        echo "QUITTANCE_ADMIN_EMAIL=$FIRST_ADMIN_EMAIL"
        echo "QUITTANCE_ADMIN_PASSWORD=$FIRST_ADMIN_PASSWORD"
        echo "QUITTANCE_CLIENT_ID=$FIRST_CLIENT_ID"
        echo "QUITTANCE_CLIENT_SECRET=$FIRST_CLIENT_SECRET"
        echo "STRIPE_WEBHOOK_SECRET=$STRIPE_WEBHOOK_SECRET"
        for name in $(services); do
            echo "$(upper "$name")_URL=http://127.0.0.1:$(port_of "$name")"
            if has_database "$name"; then echo "$(upper "$name")_DATABASE_URL=$(database_url "$name")"; fi
        done
        echo "MQTT_URL=mqtt://127.0.0.1:$MQTT_PORT"
        echo "MQTT_TLS_URL=mqtts://127.0.0.1:$MQTT_TLS_PORT"
        echo "MQTT_CA_FILE=$RUN/gateway/cert.pem"
        echo "MQTT_MACHINE=press-07"
        echo "MQTT_USERNAME=press-07"
        echo "MQTT_PASSWORD=$PRESS_07_PASSWORD"
        echo "MQTT_TOPIC=factory/v1/lyon/pressing/line-1/press-07"
        echo "MQTT_OTHER_TOPIC=factory/v1/lyon/pressing/line-1/press-08"
        echo "MQTT_PART=PN-88"
        echo "PRESS_07_PASSWORD=$PRESS_07_PASSWORD" # quittance simulate factory is both machines
        echo "PRESS_08_PASSWORD=$PRESS_08_PASSWORD"
    } | write_if_changed "$RUN/dev.env" 600 || true
}
