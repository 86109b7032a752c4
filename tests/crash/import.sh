#!/bin/sh
# import.sh BIN - an import that is killed, runs out of room or stands in another's way leaves the knowledge base as it was, and what it
# leaves behind is in nobody's way; a reader that has the old file open takes the new one.
set -eu
bin=$1
dir=$(mktemp -d /tmp/crash-import-XXXXXX)
importer=
end() {
    [ -z "$importer" ] || kill -KILL "$importer" 2>/dev/null || :
    rm -rf "$dir"
}
trap end EXIT
trap 'exit 1' INT TERM
kb=$dir/kb.sqlite
failed=0

# An order file of 100,000 invented codes, in the true columns.
order_file() {
    awk -v word="$1" 'BEGIN {
        n = 0
        for (l = 65; l <= 90; l++) for (a = 0; a < 10; a++) for (b = 0; b < 10; b++) for (c = 0; c < 40; c++) {
            if (++n > 100000) exit
            printf "%05d %c%d%d%02d   1 %-60s %s\r\n", n % 100000, l, a, b, c, "Invented " word " " n, "Invented " word " number " n
        }
    }'
}
order_file finding >"$dir/icd10cm_order_2026.txt"
order_file disorder >"$dir/icd10cm_order_2027.txt"

run() { "$bin/codingdesk" --kb "$kb" "$@"; }
sum() { sha256sum <"$kb"; }
expect() { # what, condition...
    what=$1
    shift
    "$@" || { echo "FAILED: $what" && failed=$((failed + 1)); }
}
unchanged() { [ "$(sum)" = "$before" ]; }

run kb import icd10cm-order "$dir/icd10cm_order_2026.txt" >/dev/null
before=$(sum)

# Killed at ten moments: early, while rows come in, while the index is made, at the end.
kills=0
for wait in 0.02 0.05 0.1 0.2 0.3 0.5 0.8 1.2 1.7 2.5; do
    "$bin/codingdesk" --kb "$kb" kb import icd10cm-order "$dir/icd10cm_order_2027.txt" >/dev/null 2>&1 &
    importer=$!
    sleep $wait
    if kill -KILL $importer 2>/dev/null; then kills=$((kills + 1)); fi
    wait $importer 2>/dev/null || :
    importer=
    if unchanged; then
        expect "a code of the old file is found after a kill at $wait s" run lookup A00.01 --date 2026-01-01 >/dev/null
    else
        expect "the import that was finished before its kill at $wait s is whole" sh -c "'$bin/codingdesk' --kb '$kb' kb status | grep -q FY2027"
        break
    fi
done
expect "at least three imports were killed ($kills)" [ $kills -ge 3 ]
rm -f "$kb"
run kb import icd10cm-order "$dir/icd10cm_order_2026.txt" >/dev/null
before=$(sum)

# No room: the kernel refuses writes beyond a size, as a full disk does. A file that can not grow at all is refused the same way.
for blocks in 1 64 4096 16384; do
    status=0
    (trap '' XFSZ && ulimit -f $blocks && exec "$bin/codingdesk" --kb "$kb" kb import icd10cm-order "$dir/icd10cm_order_2027.txt") \
        >/dev/null 2>"$dir/error" || status=$?
    expect "no room for more than $blocks blocks is an error of the file (status $status)" [ $status = 4 ]
    expect "no room for more than $blocks blocks is told" grep -q 'nothing was imported' "$dir/error"
    expect "no room for more than $blocks blocks changes nothing" unchanged
    expect "no room for more than $blocks blocks leaves nothing behind" [ ! -e "$kb.new" ]
done

# Two at a time: one of them is told to wait, and both files are in at the end.
"$bin/codingdesk" --kb "$kb" kb import icd10cm-order "$dir/icd10cm_order_2027.txt" >/dev/null 2>&1 &
importer=$!
n=0
while [ ! -e "$kb.new" ] && [ $n -lt 500 ]; do
    sleep 0.01
    n=$((n + 1))
done
status=0
run kb import icd10cm-order "$dir/icd10cm_order_2027.txt" >/dev/null 2>"$dir/error" || status=$?
expect "a second import is told to wait (status $status)" grep -q 'being written by another process' "$dir/error"
wait $importer || failed=$((failed + 1))
importer=
expect "the first import is whole" sh -c "'$bin/codingdesk' --kb '$kb' kb status | grep -q FY2027"
expect "the file is sound" sh -c "[ \"\$(sqlite3 '$kb' 'PRAGMA integrity_check')\" = ok ]"

echo "$kills imports killed, 4 without room, 2 at a time: $failed failed"
[ $failed = 0 ]
