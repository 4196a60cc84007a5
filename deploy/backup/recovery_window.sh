# shellcheck shell=bash
# Sourced by drill: from and up to which second each stanza's repository reaches, and how to get there: what is archived
# while it is restored is not looked at.
# shellcheck disable=SC2154  # drill sets folder
declare -A reach earliest end

seconds_since() { awk -v now="$(date +%s.%N)" -v then="$1" 'BEGIN {printf "%.1f", now - then}'; }

# The last commit in a segment of the archive, its place in the WAL and its time; nothing when none is in it.
last_commit() { # last_commit STANZA ARCHIVE SEGMENT
    local file="$folder/$3" path="archive/$1/$2/${3:0:16}" name
    # Not by archive-get: that wants the data of the server, which may be what was lost.
    name=$(pgbackrest_of "$1" repo-ls --filter="^$3-" "$path" | head -n 1)
    [[ -n $name ]] || return 0
    pgbackrest_of "$1" repo-get "$path/$name" | zstd --decompress --quiet | as_postgres tee "$file" >/dev/null
    (TZ=UTC as_postgres "$(newest_bin)/pg_waldump" --rmgr=Transaction "$file" 2>/dev/null || true) |
        sed -nE 's/.* lsn: ([^,]+),.* desc: (COMMIT|ABORT)[A-Z_]* (.{26}).*/\1 \3/p' | tail -n 1
    rm -f "$file"
}
in_order() { printf '%08X%08X' "0x${1%/*}" "0x${1#*/}"; } # in_order LSN: as a text that compares
# A segment is 16 MiB, and an id has 256 of them.
segment_before() { # segment_before SEGMENT
    local timeline=${1:0:8} number=$(((16#${1:8:8} << 8) + 16#${1:16:8} - 1))
    printf '%s%08X%08X' "$timeline" $((number >> 8)) $((number & 255))
}
backup_end() { # backup_end INDEX INFO
    as_utc "$(jq --raw-output --argjson index "$1" '.[0].backup[$index].timestamp.stop | todate' <<<"$2")"
}
find_reach() { # find_reach STANZA…
    local stanza archive segment about last stop
    for stanza; do
        about=$(info "$stanza")
        segment=$(jq --raw-output '.[0].archive[-1].max // empty' <<<"$about")
        archive=$(jq --raw-output '.[0].archive[-1].id' <<<"$about")
        [[ -n $segment && $(jq '.[0].backup | length' <<<"$about") -gt 0 ]] || fail "$stanza: there is no backup"
        # It ended within that second.
        earliest[$stanza]=$(as_utc "$(backup_end 0 "$about") UTC + 1 second")
        last=""
        for _ in {1..200}; do
            last=$(last_commit "$stanza" "$archive" "$segment")
            [[ -z $last ]] || break
            [[ $segment != $(jq --raw-output '.[0].backup[-1].archive.stop' <<<"$about") ]] || break
            segment=$(segment_before "$segment")
        done
        stop=$(jq --raw-output '.[0].backup[-1].lsn.stop' <<<"$about")
        if [[ -n $last && $(in_order "${last%% *}") > $(in_order "$stop") ]]; then
            reach[$stanza]=${last#* }
            end[$stanza]="--type=lsn --target=${last%% *} --target-action=promote"
        else # Nothing was committed since the last backup.
            reach[$stanza]=$(backup_end -1 "$about")
            end[$stanza]="--type=immediate --target-action=promote"
        fi
    done
}
oldest_reach() { printf '%s\n' "${reach[@]}" | sort | head -n 1; }
# The newest second that is over for every stanza, if they have all begun then.
newest_second() {
    local oldest begun second
    oldest=$(oldest_reach)
    begun=$(printf '%s\n' "${earliest[@]}" | sort | tail -n 1)
    second=${oldest%.*}.000000
    [[ $second < $oldest ]] || second=$(as_utc "$second UTC - 1 second")
    if [[ $second < $begun ]]; then echo "$begun"; else echo "$second"; fi
}
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
lost_at() { # lost_at UNIX_TIME TIME: seconds since then
    awk -v at="$1" -v last="$(date --utc --date="$2" +%s.%N)" 'BEGIN {printf "%.1f", at - last}'
}
