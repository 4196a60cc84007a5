# shellcheck shell=bash
# Sourced by configure.sh: what each service tells whom (EVENT_SINKS), of those there are, and how mails are sent.

# event_sinks SERVICE: entries of <name> <types> <where>, separated by ;
event_sinks() {
    case $1 in
    clients) tells auth 'client.*,audit.recorded' && tells orders client.erased && tells_mails ;;
    auth) tells auth audit.recorded && tells clients user.email_verified,user.password_settled && tells_mails ;;
    orders) tells auth audit.recorded && tells catalog order.paid,order.canceled && tells payment order.erased && tells_mails ;;
    catalog) tells auth audit.recorded && tells orders 'production.*,product.created,product.changed' ;;
    payment) tells auth audit.recorded ;;
    esac | paste --serial --delimiters=';'
}
tells() { # tells SERVICE TYPES
    if [[ -n $(default_port "$1") ]]; then echo "$1 $2 http://127.0.0.1:$(port_of "$1")/internal/v1/events"; fi
}

# Mails are files under .run/mail, until MAIL_SINK names another place: mailjet+https://api.mailjet.com
tells_mails() { echo "mail mail.requested ${MAIL_SINK:-file://$RUN/mail}"; }
mail_variables() {
    local name
    variable MAIL_FROM "${MAIL_FROM:-shop@example.com}"
    variable MAIL_FROM_NAME "${MAIL_FROM_NAME:-Quittance}"
    variable SHOP_URL "${SHOP_URL:-http://127.0.0.1:$GATEWAY_PORT}"
    for name in MAILJET_API_KEY MAILJET_API_SECRET; do
        if [[ -n ${!name:-} ]]; then variable "$name" "${!name}"; fi
    done
}
