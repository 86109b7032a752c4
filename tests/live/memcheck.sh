#!/bin/sh
# memcheck.sh BIN - the release build under valgrind, which sees reads of uninitialised memory that the sanitizers do not: a dozen questions
# over real servers, and every inbox of the conversations through explain.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$1
# shellcheck source-path=SCRIPTDIR source=desk.sh
. "$here/desk.sh"
memcheck='valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite'

open_desk
ask 1 12
$memcheck "$bin/codingdeskd" --config "$dir/codingdesk.json" --once 2>"$dir/log" || { cat "$dir/log" && exit 1; }
count 12
echo "under valgrind: $replied of 12 answered, $twice twice"
[ "$replied" = 12 ] && [ "$twice" = 0 ]
$memcheck "$bin/codingdesk" explain --json --address desk@desk.example "$here"/../exchanges/*/inbox-*.eml >"$dir/explained" 2>"$dir/log" || { cat "$dir/log" && exit 1; }
[ "$(wc -l <"$dir/explained")" = "$(find "$here/../exchanges" -name 'inbox-*.eml' | wc -l)" ]
$memcheck "$bin/codingdesk" lookup 20693 >"$dir/explained" 2>"$dir/log" || { cat "$dir/log" && exit 1; }
