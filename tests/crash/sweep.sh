#!/bin/sh
# sweep.sh BIN QUESTIONS KILLS - kill -9 at random moments while questions keep coming, every fifth of them for a person, then an
# undisturbed run, then the count.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$1 questions=$2 kills=$3
# shellcheck source-path=SCRIPTDIR source=../live/desk.sh
. "$here/../live/desk.sh"
open_desk

random_ms() { echo $(($(od -An -N2 -tu2 /dev/urandom) % $1)); }

person_every=5
last=0
killed=0
most_held=0
while [ $killed -lt "$kills" ]; do
    next=$((questions * (killed + 1) / kills))
    [ $next -le $last ] || ask $((last + 1)) $next
    last=$next
    "$bin/codingdeskd" --config "$dir/codingdesk.json" >>"$dir/log" 2>&1 &
    daemon=$!
    sleep "$(printf '0.%03d' $((10 + $(random_ms 140))))"
    kill -KILL $daemon || { echo 'the daemon ended by itself:' && tail "$dir/log" && exit 1; }
    wait $daemon 2>/dev/null || :
    killed=$((killed + 1))
    in_doubt=$(query 'SELECT count(*) FROM exchange WHERE step = 2' 2>/dev/null || echo 0)
    [ "$in_doubt" -le "$most_held" ] || most_held=$in_doubt
done
daemon=
"$bin/codingdeskd" --config "$dir/codingdesk.json" --once >>"$dir/log" 2>&1 || { tail "$dir/log" && exit 1; }
count "$questions"
count_persons
echo "$killed kills over $questions questions: $replied answered, $held held, $lost lost, $twice answered twice, $waiting left in the folder;" \
    "at most $most_held in doubt after a kill, $connections connections;" \
    "$persons for a person, $strayed of them not with one, $unexplained neither told nor said why not"
[ "$lost" = 0 ] && [ "$twice" = 0 ] && [ "$waiting" = 0 ] && [ "$most_held" -le $connections ] &&
    [ "$persons" -gt $((questions / person_every / 2)) ] && [ "$strayed" = 0 ] && [ "$unexplained" = 0 ]
