# Fills in @VARIABLES@ from the environment; see render. Reads `access` first; backend.cfg.in and internal.cfg.in are
# written once for each service.
BEGIN {
    count = split(ENVIRON["SERVICES"], services, " ")
    for (i = 1; i <= count; i++) known[services[i]] = 1
    keys = split(ENVIRON["KEYS"], key, " ")
    split("admin seller client machine service anyone", roles, " ")
    for (i = 1; i <= 6; i++) bit[roles[i]] = 2 ^ (i - 1)
}

FILENAME ~ /access$/ { if ($0 !~ /^#/ && NF) read_access(); next }
FILENAME ~ /(backend|internal).cfg.in$/ { each[++lines] = $0; next }
/@ACCESS@/ { write_access(); next }
/@kid@/ { for (i = 1; i <= keys; i++) { split(key[i], part, "="); print with(with($0, "kid", part[1]), "header", part[2]) } next }
/@service@/ { for (i = 1; i <= count; i++) print filled(with($0, "service", services[i])); next }
{ line = filled($0); if (line != "") print line; else if ($0 == "") print "" }

END {
    if (failed) exit failed
    for (i = 1; i <= count; i++)
        for (l = 1; l <= lines; l++) write_line_of(services[i], each[l])
}

# ---- who may call what
function read_access(    f) {
    if (NF < 3 || $1 !~ /^[A-Z]+$/ || $2 !~ /^\//) fail("access, line " FNR ": METHOD /path roles… is wanted")
    method[++rows] = $1
    path[rows] = $2
    for (f = 3; f <= NF; f++) {
        if (!($f in bit)) fail("access, line " FNR ": no role is called " $f)
        value[rows] += bit[$f]
    }
}
# The last rule that fits counts in HAProxy, the first row that fits counts here: so from the last to the first.
function write_access(    r, i) {
    for (r = rows; r >= 1; r--)
        for (i = 1; i <= count; i++)
            if (index(path[r], "/api/v1/@service@/") == 1 || path[r] == "/api/v1/" services[i] || \
                index(path[r], "/api/v1/" services[i] "/") == 1)
                print "    http-request set-var(txn.row) int(" value[r] ") if { var(txn.service) -m str " services[i] " } { method " \
                    (method[r] == "GET" ? "GET HEAD" : method[r]) " } " fits(with(path[r], "service", services[i]))
}
function fits(text) {
    if (text !~ /:/) return "{ path " text " }"
    gsub(/[.]/, "[.]", text)
    gsub(/:[a-z_]+/, "[^/]+", text)
    return "{ path -m reg ^" text "$ }"
}

# ---- lines
function write_line_of(service, line,    addresses, n, i) {
    line = with(line, "service", service)
    n = split(addresses_of(service), addresses, ",")
    line = with(line, "port", port_of(addresses[1]))
    if (line !~ /@address@/) { print filled(line); return }
    for (i = 1; i <= n; i++)
        if (addresses[i] ~ /[*][0-9]+$/) write_template(line, service, addresses[i])
        else print with(with(line, "server", service i), "address", addresses[i])
}
function addresses_of(service,    variable) {
    variable = toupper(service) "_SERVERS"
    gsub(/-/, "_", variable)
    if (ENVIRON[variable] == "") fail(variable " is missing: where " service " listens")
    return ENVIRON[variable]
}
function port_of(address) { sub(/[*].*/, "", address); sub(/.*:/, "", address); return address }
# "payment:8101*4": as many servers as the name has addresses, four at most, each looked up again and again.
function write_template(line, service, address,    part) {
    split(address, part, "[*]")
    sub(/server /, "server-template ", line)
    print with(with(line, "server", service " " part[2]), "address", part[1] " resolvers names init-addr none")
}

# A line that names an empty variable is left out.
function filled(line,    name) {
    while (match(line, /@[A-Z_]+@/)) {
        name = substr(line, RSTART + 1, RLENGTH - 2)
        if (ENVIRON[name] == "") return ""
        line = with(line, name, ENVIRON[name])
    }
    return line
}

# Literal text, where gsub would give & and \ a meaning.
function with(line, name, value,    at, mark) {
    mark = "@" name "@"
    while ((at = index(line, mark)) > 0) line = substr(line, 1, at - 1) value substr(line, at + length(mark))
    return line
}

function fail(message) { print "render: " message > "/dev/stderr"; failed = 2; exit 2 }
