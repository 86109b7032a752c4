#!/bin/sh
# kb.sh BIN [FOLDER] - the official files of FOLDER (../shared/data beside the project when not given) into a new knowledge base, one import
# after the other, then all in one; then single questions to it. One JSON object a line: seconds, the seconds that merely unpacking the
# file takes, their ratio, and the peak of memory.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
folder=${2:-$here/../../../shared/data}
dir=$(mktemp -d /tmp/codingdesk-bench.XXXXXX)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' HUP INT PIPE TERM
[ -d "$folder" ] || { echo "kb.sh: $folder is no folder: name one with official files" >&2 && exit 2; }

# kind, file, first day where the file does not say it
files() { cat "$here/official_files"; }

seconds() { awk '{ print $1 }'; }

import() { # kind, file, first day or nothing: an import of its own
    plain=$("$bin/bench-measure" sh -c "case '$2' in *.gz) zcat '$2' ;; *) cat '$2' ;; esac >/dev/null" | seconds)
    # shellcheck disable=SC2086 # two words or none
    "$bin/bench-measure" "$bin/codingdesk" --kb "$dir/kb.sqlite" kb import --json ${3:+--effective $3} "$1" "$2" >"$dir/out" || {
        cat "$dir/out" >&2 && exit 1
    }
    rows=$(sed -n 's/.*"rows": \([0-9]*\).*/\1/p' "$dir/out" | head -n 1)
    rejected=$(sed -n 's/.*"rejected": \([0-9]*\).*/\1/p' "$dir/out" | head -n 1)
    tail -n 1 "$dir/out" | awk -v kind="$1" -v file="${2##*/}" -v rows="$rows" -v rejected="$rejected" -v plain="$plain" '{
        printf "{\"what\": \"import\", \"kind\": \"%s\", \"file\": \"%s\", \"rows\": %d, \"rejected\": %d, \"seconds\": %.2f, ", kind, file, rows, rejected, $1
        printf "\"unpacking\": %.2f, \"ratio\": %.1f, \"peak_mib\": %.1f}\n", plain, (plain > 0 ? $1 / plain : 0), $3 / 1024 }'
}

begin=$(date +%s.%N)
files | while read -r kind file first; do import "$kind" "$folder/$file" "$first"; done
end=$(date +%s.%N)
awk -v a="$begin" -v b="$end" 'BEGIN { printf "{\"what\": \"all imports, one by one\", \"seconds\": %.1f}\n", b - a }'
printf '{"what": "file", "mib": %s}\n' "$(du -k "$dir/kb.sqlite" | awk '{ printf "%.1f", $1 / 1024 }')"
"$bin/bench-kb" "$dir/kb.sqlite"
