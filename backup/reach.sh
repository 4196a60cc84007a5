# shellcheck shell=bash
# Sourced by drill: up to which second each stanza's repository reaches. Times are texts in UTC, as long as each other, so
# that they compare as they stand: 2026-11-21 19:00:05.123456.
declare -A reach earliest

as_utc() { # as_utc TIME
    TZ=UTC date --date="$1" '+%Y-%m-%d %H:%M:%S.%6N' || fail "this is no time: $1"
}
seconds_since() { awk -v now="$(date +%s.%N)" -v then="$1" 'BEGIN {printf "%.1f", now - then}'; }

# The time of the last commit in a segment of the archive; nothing when none is in it.
last_commit() { # last_commit STANZA ARCHIVE SEGMENT
    local file="$folder/$3" path="archive/$1/$2/${3:0:16}" name
    # Not by archive-get: that wants the data of the server, which may be what was lost.
    name=$(pgbackrest_of "$1" repo-ls --filter="^$3-" "$path" | head -n 1)
    [[ -n $name ]] || return 0
    pgbackrest_of "$1" repo-get "$path/$name" | zstd --decompress --quiet | as_postgres tee "$file" >/dev/null
    (TZ=UTC as_postgres "$(newest_bin)/pg_waldump" --rmgr=Transaction "$file" 2>/dev/null || true) |
        sed -nE 's/.* desc: (COMMIT|ABORT)[A-Z_]* (.{26}).*/\2/p' | tail -n 1
    rm -f "$file"
}
# A segment is 16 MiB, and an id has 256 of them.
segment_before() { # segment_before SEGMENT
    local timeline=${1:0:8} number=$(((16#${1:8:8} << 8) + 16#${1:16:8} - 1))
    printf '%s%08X%08X' "$timeline" $((number >> 8)) $((number & 255))
}
backup_end() { # backup_end INDEX INFO
    as_utc "$(jq --raw-output --argjson index "$1" '.[0].backup[$index].timestamp.stop | todate' <<<"$2")"
}
find_reach() { # find_reach STANZA…
    local stanza archive segment about
    for stanza; do
        about=$(info "$stanza")
        segment=$(jq --raw-output '.[0].archive[-1].max // empty' <<<"$about")
        archive=$(jq --raw-output '.[0].archive[-1].id' <<<"$about")
        [[ -n $segment && $(jq '.[0].backup | length' <<<"$about") -gt 0 ]] || fail "$stanza: there is no backup"
        earliest[$stanza]=$(backup_end 0 "$about")
        reach[$stanza]=""
        for _ in {1..200}; do
            reach[$stanza]=$(last_commit "$stanza" "$archive" "$segment")
            [[ -z ${reach[$stanza]} ]] || break
            [[ $segment != $(jq --raw-output '.[0].backup[-1].archive.start' <<<"$about") ]] || break
            segment=$(segment_before "$segment")
        done
        # Nothing was committed since the last backup.
        [[ -n ${reach[$stanza]} ]] || reach[$stanza]=$(backup_end -1 "$about")
    done
}
oldest_reach() { printf '%s\n' "${reach[@]}" | sort | head -n 1; }
check_target() { # check_target TIME
    local stanza
    for stanza in "${!earliest[@]}"; do
        [[ ! ${earliest[$stanza]} > $1 ]] ||
            fail "$stanza: its oldest backup is of ${earliest[$stanza]} UTC, which is after $1"
    done
}
restored_to() { # restored_to STANZA TARGET
    if [[ ${reach[$1]} > $2 ]]; then echo "$2"; else echo "${reach[$1]}"; fi
}
lost_at() { # lost_at UNIX_TIME: seconds since the last commit archived
    awk -v at="$1" -v last="$(date --utc --date="$(oldest_reach)" +%s.%N)" 'BEGIN {printf "%.1f", at - last}'
}
