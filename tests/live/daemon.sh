#!/bin/sh
# daemon.sh BIN - codingdeskd on real servers that come and go, with mail that can not be answered, with a configuration that is wrong.
# Each check is a function; the first that does not hold ends the run with its name.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$1
# shellcheck source-path=SCRIPTDIR source=desk.sh
. "$here/desk.sh"
last=0

fail() {
    echo "FAILED: $check: $*"
    tail -n 20 "$dir/log"
    exit 1
}

# What waits is answered; sets status.
once() {
    status=0
    "$bin/codingdeskd" --config "$dir/codingdesk.json" --once >"$dir/log" 2>&1 || status=$?
}

more() {
    ask $((last + 1)) $((last + $1))
    last=$((last + $1))
}

start_daemon() {
    "$bin/codingdeskd" --config "$dir/codingdesk.json" >"$dir/log" 2>&1 &
    daemon=$!
}

stop_daemon() {
    kill -TERM "$daemon"
    status=0
    wait "$daemon" || status=$?
    daemon=
    [ $status = 0 ] || fail "exit status $status after SIGTERM"
}

# await N: so many replies are in the asker's mailbox.
await() {
    turns=0
    until [ "$(find "$ASKER_MAILDIR/new" -type f | wc -l)" -ge "$1" ]; do
        turns=$((turns + 1))
        [ $turns -lt 400 ] || fail "only $(find "$ASKER_MAILDIR/new" -type f | wc -l) of $1 replies came"
        sleep 0.1
    done
}

all_answered_once() {
    count $last
    [ "$replied" = $last ] || fail "$replied of $last answered"
    [ "$twice" = 0 ] || fail "$twice answered twice"
    [ "$waiting" = 0 ] || fail "$waiting left in the folder"
}

in_folder() { find "$DESK_MAILDIR/.$1/new" "$DESK_MAILDIR/.$1/cur" -type f 2>/dev/null | wc -l; }

what_waits_is_answered_and_filed() {
    more 20
    once
    [ $status = 0 ] || fail "exit status $status"
    all_answered_once
    [ "$(in_folder Answered)" = 20 ] || fail "$(in_folder Answered) of 20 in Answered"
}

nothing_waits() {
    once
    [ $status = 0 ] || fail "exit status $status"
    all_answered_once
}

new_uids_are_the_same_questions() {
    find "$DESK_MAILDIR/.Answered/cur" "$DESK_MAILDIR/.Answered/new" -type f | head -n 5 | while read -r file; do
        mv "$file" "$DESK_MAILDIR/new/$(basename "$file" | sed 's/:2,.*//')"
    done
    rm -f "$DESK_MAILDIR"/dovecot*
    once
    [ $status = 0 ] || fail "exit status $status"
    all_answered_once
}

servers_come_and_go() {
    start_daemon
    more 2
    await $last
    "$servers" restart-imap "$dir/servers"
    more 2
    await $last
    "$servers" restart-smtp "$dir/servers"
    more 2
    await $last
    stop_daemon
    all_answered_once
}

a_second_daemon_is_refused() {
    start_daemon
    more 1
    await $last
    second=0
    "$bin/codingdeskd" --config "$dir/codingdesk.json" >"$dir/second" 2>&1 || second=$?
    [ $second = 4 ] || fail "exit status $second"
    [ "$(wc -l <"$dir/second")" = 1 ] || fail "more than one line: $(cat "$dir/second")"
    stop_daemon
}

no_submission_server_loses_nothing() {
    "$servers" stop-smtp "$dir/servers"
    more 3
    once
    [ $status = 4 ] || fail "exit status $status while it was down"
    [ "$(query 'SELECT count(*) FROM exchange WHERE step = 1')" = 3 ] || fail 'not three READ'
    "$servers" start-smtp "$dir/servers"
    query 'UPDATE exchange SET retry_at = 0 WHERE step = 1'
    once
    [ $status = 0 ] || fail "exit status $status when it was up again"
    all_answered_once
}

a_refused_login_is_said_in_one_line() {
    echo wrong >"$dir/wrong"
    chmod 600 "$dir/wrong"
    sed "s|$PASSWORD_FILE|$dir/wrong|" "$dir/codingdesk.json" >"$dir/wrong.json"
    status=0
    "$bin/codingdeskd" --config "$dir/wrong.json" --once >"$dir/log" 2>&1 || status=$?
    [ $status = 3 ] || fail "exit status $status"
    [ "$(wc -l <"$dir/log")" = 1 ] || fail 'more than one line'
    ! grep -q wrong "$dir/log" || fail 'the password is in the log'
}

what_can_not_be_read_goes_to_a_person() {
    mkdir -p "$dir/odd"
    rm -f "$dir/odd"/*
    printf 'this is no mail\n' >"$dir/odd/no-mail"
    awk 'BEGIN { print "From: asker@clinic.example\nTo: desk@desk.example\nMessage-ID: <deep@clinic.example>\nMIME-Version: 1.0"
        for (i = 0; i < 200; i++) printf "Content-Type: multipart/mixed; boundary=\"b%d\"\n\n--b%d\n", i, i
        print "Content-Type: text/plain\n\nWhat is 20693?" }' >"$dir/odd/deep"
    sed 's/"journal_file"/"limits": {"max_message_bytes": 65536}, "journal_file"/' "$dir/codingdesk.json" >"$dir/small.json"
    awk 'BEGIN { print "From: asker@clinic.example\nTo: desk@desk.example\nMessage-ID: <large@clinic.example>\n\nWhat is 20693?"
        for (i = 0; i < 4000; i++) print "a line that makes it large" }' >"$dir/odd/large"
    "$servers" deliver "$dir/servers" desk@desk.example "$dir/odd"
    more 1
    status=0
    "$bin/codingdeskd" --config "$dir/small.json" --once >"$dir/log" 2>&1 || status=$?
    [ $status = 0 ] || fail "exit status $status"
    all_answered_once
    [ "$(in_folder Desk)" = 3 ] || fail "$(in_folder Desk) of 3 in Desk"
    for reason in 'too large' 'can not be read'; do
        query 'SELECT reason FROM exchange WHERE step = 5' | grep -q "$reason" || fail "nothing is held as $reason"
    done
}

a_uid_given_twice_is_another_question() {
    cp "$DESK_MAILDIR/dovecot-uidlist" "$dir/uidlist"
    more 4
    once
    all_answered_once
    rm -f "$DESK_MAILDIR"/dovecot.index*
    cp -p "$dir/uidlist" "$DESK_MAILDIR/dovecot-uidlist"
    chown "$MAIL_USER" "$DESK_MAILDIR/dovecot-uidlist"
    more 4
    once
    [ $status = 0 ] || fail "exit status $status"
    [ "$(query 'SELECT count(*) FROM exchange WHERE uid_validity = 0')" -gt 0 ] || fail 'no UID was given twice'
    all_answered_once
}

# Questions whose replies are put off by the server: their asker is the one Postfix says 450 to.
put_off() {
    rm -f "$dir/odd"/*
    number=1
    while [ $number -le "$1" ]; do
        printf 'From: later@clinic.example\nTo: desk@desk.example\nMessage-ID: <later%s@clinic.example>\n\nWhat is 20693? Number %s.\n' $number $number >"$dir/odd/$number"
        number=$((number + 1))
    done
    "$servers" deliver "$dir/servers" desk@desk.example "$dir/odd"
}

replies_put_off_do_not_stop_others() {
    put_off 300
    start_daemon
    sleep 2
    more 10
    await $last
    stop_daemon
    query "DELETE FROM exchange WHERE asker = 'later@clinic.example'"
    rm -f "$DESK_MAILDIR"/new/* "$DESK_MAILDIR"/cur/*
    all_answered_once
}

a_new_uidvalidity_with_much_in_hand_loses_nothing() {
    "$servers" stop-smtp "$dir/servers"
    more 300
    start_daemon
    sleep 2
    "$servers" stop-imap "$dir/servers"
    rm -f "$DESK_MAILDIR"/dovecot*
    "$servers" start-imap "$dir/servers"
    "$servers" start-smtp "$dir/servers"
    await $last
    stop_daemon
    once
    all_answered_once
}

# A question about a code that no file knows: NAME is its Message-ID.
ask_unknown() {
    rm -f "$dir/questions/"*
    printf 'From: Asker <asker@clinic.example>\nTo: desk@desk.example\nSubject: A code\nDate: Sat, 21 Nov 2026 09:00:00 +0000\n' >"$dir/questions/1"
    printf 'Message-ID: <%s@clinic.example>\n\nWhat is ICD-10-CM code Z98.77?\n' "$1" >>"$dir/questions/1"
    "$servers" deliver "$dir/servers" desk@desk.example "$dir/questions"
}

step_of() { query "SELECT step FROM exchange WHERE question_message_id = '<$1@clinic.example>' OR question_message_id = '$1@clinic.example'"; }

await_step() { # name, step
    turns=0
    until [ "$(step_of "$1")" = "$2" ]; do
        turns=$((turns + 1))
        [ $turns -lt 200 ] || fail "$1 is in step $(step_of "$1"), not $2"
        sleep 0.1
    done
}

a_new_knowledge_base_is_taken_without_a_restart() {
    sed -i "s|\"journal_file\"|\"kb_file\": \"$dir/kb.sqlite\", \"journal_file\"|" "$dir/codingdesk.json"
    printf '00001 Z9877   1 %-60s %s\r\n' 'Presence of an invented device' 'Presence of an invented device' >"$dir/icd10cm_order_2026.txt"
    cp "$bin/../share/codingdesk/kb.sqlite" "$dir/kb.sqlite"
    start_daemon
    ask_unknown before
    await_step before 5
    "$bin/codingdesk" --kb "$dir/kb.sqlite" kb import icd10cm-order "$dir/icd10cm_order_2026.txt" >/dev/null
    ask_unknown after
    await_step after 4
    stop_daemon
    grep -q 'Presence of an invented' "$ASKER_MAILDIR"/new/* || fail 'the reply does not tell the new code'
}

a_full_disk_is_said_in_one_line_and_loses_nothing() {
    more 40
    rm -f "$dir/journal.sqlite"*
    status=0
    (ulimit -f 600 && exec "$bin/codingdeskd" --config "$dir/codingdesk.json" --once) >"$dir/log" 2>&1 || status=$?
    [ $status = 4 ] || fail "exit status $status"
    [ "$(grep -vc 'exchange [0-9]*: ' "$dir/log")" = 1 ] || fail 'more than one line'
    once
    [ $status = 0 ] || fail "exit status $status with room again"
    count $last
    [ "$twice" = 0 ] || fail "$twice answered twice"
    [ "$lost" = 0 ] || fail "$lost lost"
    [ "$(query "SELECT count(*) FROM exchange WHERE step = 5 AND reason LIKE 'the program ended%'")" -le $connections ] || fail 'more in doubt than connections'
}

open_desk
: >"$dir/log"
for check in what_waits_is_answered_and_filed nothing_waits new_uids_are_the_same_questions servers_come_and_go a_second_daemon_is_refused \
    no_submission_server_loses_nothing a_refused_login_is_said_in_one_line what_can_not_be_read_goes_to_a_person \
    a_uid_given_twice_is_another_question replies_put_off_do_not_stop_others a_new_uidvalidity_with_much_in_hand_loses_nothing \
    a_new_knowledge_base_is_taken_without_a_restart a_full_disk_is_said_in_one_line_and_loses_nothing; do
    $check
    echo "ok: $check"
done
