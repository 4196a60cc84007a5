# Fills in @VARIABLES@ from the environment; see render.
BEGIN { count = split(ENVIRON["SERVICES"], services, " ") }

FILENAME ~ /backend.cfg.in$/ { backend[++lines] = $0; next }
/@service@/ { for (i = 1; i <= count; i++) print filled(with($0, "service", services[i])); next }
{ line = filled($0); if (line != "") print line; else if ($0 == "") print "" }

END {
    for (i = 1; i <= count; i++)
        for (l = 1; l <= lines; l++) write_backend_line(backend[l], services[i])
}

function write_backend_line(line, service,    addresses, n, i, variable) {
    line = with(line, "service", service)
    if (line !~ /@address@/) { print filled(line); return }
    variable = toupper(service) "_SERVERS"
    gsub(/-/, "_", variable)
    n = split(ENVIRON[variable], addresses, ",")
    if (n == 0) fail(variable " is missing: where " service " listens")
    for (i = 1; i <= n; i++) print with(with(line, "server", service i), "address", addresses[i])
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

function fail(message) { print "render: " message > "/dev/stderr"; failed = 1; exit 2 }
