#!/bin/sh
# reader.sh BIN - mails that take the reader over, by what they make it do: each is HELD with its reason, and the questions beside it are
# answered by the same daemon. Then a reader that dies by another's hand, and one that can not be started.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$1
# shellcheck source-path=SCRIPTDIR source=desk.sh
. "$here/desk.sh"

fail() {
    echo "FAILED: $*"
    cat "$dir/log"
    exit 1
}

of_question() { query "SELECT $2 FROM exchange WHERE question_message_id = '<$1@clinic.example>'"; }

await() { # what, SQL that becomes 1
    turns=0
    until [ "$(query "$2")" = 1 ]; do
        turns=$((turns + 1))
        [ $turns -lt 300 ] || fail "$1"
        kill -0 "$daemon" 2>/dev/null || fail "$1: the daemon has ended"
        sleep 0.1
    done
}

answered() { await "$1 is not answered" "SELECT count(*) FROM exchange WHERE step = 4 AND action = 'answer' AND question_message_id = '<$1@clinic.example>'"; }

# As many as are held for this reason; what could not be read has no name in the journal.
held() { await "not $2 held: $1" "SELECT count(*) = $2 FROM exchange WHERE step = 5 AND reason LIKE 'can not be read: %$1%'"; }

deliver() { "$servers" deliver "$dir/servers" desk@desk.example "$dir/questions"; }

question() { rm -f "$dir/questions"/* && write_mail "$1" asker@clinic.example "Question $1" 'What is CPT 20693?' && deliver; }

start_daemon() {
    "$bin/codingdeskd-misbehaving" --config "$dir/codingdesk.json" 2>>"$dir/log" &
    daemon=$!
}

what_takes_the_reader_over_is_held() {
    write_mail before asker@clinic.example Before 'What is CPT 20680?'
    for deed in open socket exec fork loop allocate crash leave garbage forge pry; do
        write_mail $deed asker@clinic.example Question "X-Misbehave: $deed"
        write_mail beside-$deed asker@clinic.example "Beside $deed" 'What is CPT 20693?'
    done
    deliver
    held 'a system call that no reading needs%' 4
    held 'longer than 2 s' 1
    held 'more memory than a reading may have%' 1
    held 'crashed over it (SIGSEGV)' 1
    held 'ended over it with status 7' 1
    held 'answer can not be used%' 3
    answered before
    for deed in open socket exec fork loop allocate crash leave garbage forge pry; do answered beside-$deed; done
    [ "$(query 'SELECT max(attempts) FROM exchange WHERE step = 5')" -le 2 ] || fail 'read more than twice'
    await_delivery
    grep -rqs 'elsewhere.example' "$ASKER_MAILDIR" && fail 'a forged reply has left'
    [ "$(find "$DESK_MAILDIR/.Desk/cur" "$DESK_MAILDIR/.Desk/new" -type f | wc -l)" = 11 ] || fail 'not in the folder of the desk'
}

reader_of() { pgrep -P "$daemon"; }

it_holds_nothing_but_what_it_reads() {
    question after
    answered after
    reader=$(reader_of)
    [ -s "/proc/$reader/environ" ] && fail "it has an environment"
    [ "$(find "/proc/$reader/fd" -mindepth 1 | wc -l)" = 5 ] || fail "open: $(ls -l "/proc/$reader/fd")"
    [ "$(awk '$1 == "Seccomp:" { print $2 }' "/proc/$reader/status")" = 2 ] || fail 'no seccomp'
    tr '\0' ' ' <"/proc/$reader/cmdline" | grep -q password && fail 'a secret in its arguments'
    [ "$(awk '/Max core file size/ { print $5 }' "/proc/$daemon/limits")" = 0 ] || fail 'the daemon leaves core files'
}

one_that_was_killed_costs_no_answer() {
    kill -9 "$(reader_of)"
    question killed
    answered killed
}

a_daemon_that_is_gone_leaves_no_reader() {
    reader=$(reader_of)
    kill -9 "$daemon"
    wait "$daemon" 2>/dev/null || :
    turns=0
    while kill -0 "$reader" 2>/dev/null; do
        turns=$((turns + 1))
        [ $turns -lt 50 ] || fail 'the reader outlives the daemon'
        sleep 0.1
    done
    daemon=
}

without_a_knowledge_base_nothing_begins() {
    status=0
    "$bin/codingdeskd" --config "$dir/codingdesk.json" --kb "$dir/none.sqlite" --once 2>"$dir/log" || status=$?
    [ $status = 4 ] || fail "exit status $status"
    [ "$(wc -l <"$dir/log")" = 1 ] || fail 'more than one line'
    grep -q 'can not open the knowledge base' "$dir/log" || fail 'it does not say why'
}

open_desk
: >"$dir/log"
start_daemon
for check in what_takes_the_reader_over_is_held it_holds_nothing_but_what_it_reads one_that_was_killed_costs_no_answer \
    a_daemon_that_is_gone_leaves_no_reader without_a_knowledge_base_nothing_begins; do
    $check
    echo "ok: $check"
done
