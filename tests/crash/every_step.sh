#!/bin/sh
# every_step.sh BIN - ends the daemon at every moment at which something has just become true, starts it again, and counts: with questions
# that are answered, then with questions that go to a person and whose askers are told so. At last no word of the submission server comes back.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$1
# shellcheck source-path=SCRIPTDIR source=../live/desk.sh
. "$here/../live/desk.sh"
open_desk

last=0
deaths=0
most_held=0

die_at_each() { # moment
    nth=1
    while :; do
        ask $((last + 1)) $((last + 3))
        last=$((last + 3))
        status=0
        DIE_AT=$1:$nth "$bin/codingdeskd-dying" --config "$dir/codingdesk.json" --once >"$dir/log" 2>&1 || status=$?
        in_doubt=$(query 'SELECT count(*) FROM exchange WHERE step = 2')
        [ "$in_doubt" -le "$most_held" ] || most_held=$in_doubt
        "$bin/codingdeskd" --config "$dir/codingdesk.json" --once >"$dir/log" 2>&1 || { cat "$dir/log" && exit 1; }
        [ $status != 0 ] || break
        [ $status = 137 ] || { echo "$1 $nth: exit status $status" && cat "$dir/log" && exit 1; }
        deaths=$((deaths + 1))
        nth=$((nth + 1))
    done
    [ $nth -gt 1 ] || { echo "nothing died at $1" && exit 1; }
}

for person_every in 0 1; do
    for moment in commit-before commit-after submit-after file-before file-after; do
        die_at_each $moment
    done
    [ $person_every = 1 ] || answerable=$last
done
ask $((last + 1)) $((last + 3))
last=$((last + 3))
LOSE_WORDS=1 "$bin/codingdeskd-dying" --config "$dir/codingdesk.json" --once >"$dir/log" 2>&1 || { cat "$dir/log" && exit 1; }
lost_words=$(query "SELECT count(*) FROM exchange WHERE step = 5 AND reason LIKE '%; acknowledgement: the link was lost%'")
count $last
count_persons
echo "$deaths deaths over $last questions: $replied answered, $held held, $lost lost, $twice answered twice, $waiting left in the folder;" \
    "at most $most_held in doubt after a death, $connections connections;" \
    "$persons for a person, $strayed of them not with one, $unexplained neither told nor said why not"
[ "$lost" = 0 ] && [ "$twice" = 0 ] && [ "$waiting" = 0 ] && [ "$most_held" -le $connections ] &&
    [ "$lost_words" = 3 ] && [ "$persons" = $((last - answerable)) ] && [ "$strayed" = 0 ] && [ "$unexplained" = 0 ]
