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
    sed 's/"limits": {/&"max_message_bytes": 65536, /' "$dir/codingdesk.json" >"$dir/small.json"
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
    for name in deep large; do
        [ "$(told $name)" = 0 ] || fail "the asker of $name was told something"
    done
    [ "$(query 'SELECT count(*) FROM exchange WHERE step = 5 AND reply_message_id IS NOT NULL')" = 0 ] || fail 'a reply to what was not read'
}

# How many replies this question has.
told() {
    await_delivery
    cat "$MAIL_ROOT"/clinic.example/*/Maildir/new/* 2>/dev/null | grep -c "^In-Reply-To: <$1@clinic.example>" || :
}

of_question() { query "SELECT $2 FROM exchange e LEFT JOIN reading r ON r.exchange = e.id WHERE question_message_id = '<$1@clinic.example>'"; }

# A question for a person lies in the mailbox: NAME [SENDER].
off_topic='not a coding question' # the reason it goes to one
ask_person() {
    rm -f "$dir/questions/"*
    write_for_a_person "$@"
    "$servers" deliver "$dir/servers" desk@desk.example "$dir/questions"
}

# What waits is looked at once more with these settings instead of those of the desk.
once_with() { # file
    status=0
    "$bin/codingdeskd" --config "$1" --once >"$dir/log" 2>&1 || status=$?
}

in_desk() { # name: how many copies of this question lie in the desk's folder
    grep -rls "^Message-ID: <$1@clinic.example>" "$DESK_MAILDIR/.Desk" | wc -l
}

# held NAME TOLD REASON: so often told, in the desk's folder, HELD, and nothing is left to do.
held() {
    [ "$status" = 0 ] || fail "$1: exit status $status"
    [ "$(told "$1")" = "$2" ] || fail "$1: its asker was told $(told "$1") times, not $2"
    [ "$(in_desk "$1")" = 1 ] || fail "$1: $(in_desk "$1") times in the desk's folder"
    [ "$(of_question "$1" step)" = 5 ] || fail "$1 is in step $(of_question "$1" step)"
    [ "$(of_question "$1" "reason GLOB '$3'")" = 1 ] || fail "$1: $(of_question "$1" reason)"
    [ "$(find "$DESK_MAILDIR/new" "$DESK_MAILDIR/cur" -type f | wc -l)" = 0 ] || fail "$1: something is left in the folder"
}

who_asks_a_person_is_told_so_once() {
    ask_person lunch
    once
    held lunch 1 "$off_topic"
    grep -ls '^In-Reply-To: <lunch@' "$ASKER_MAILDIR"/new/* | xargs cat | tr '\n' ' ' | grep -q person || fail 'it does not say so'
    [ "$(of_question lunch '(SELECT group_concat(step) FROM exchange_step WHERE exchange = e.id)')" = 0,1,2,3,5 ] || fail 'not by the steps'
    [ "$(of_question lunch "reply_text LIKE '%person%' AND draft IS NOT NULL AND sent_at > 0")" = 1 ] || fail 'not both texts'
    "$bin/codingdesk" --journal "$dir/journal.sqlite" history list --step held | grep -q "HELD .*$off_topic" || fail 'not in the list'

    ask_person lunch
    once
    [ "$(told lunch)" = 1 ] || fail 'a second copy was told of again'
    grep -rl '^Message-ID: <lunch@' "$DESK_MAILDIR/.Desk" | while read -r file; do
        mv "$file" "$DESK_MAILDIR/new/$(basename "$file" | sed 's/:2,.*//')"
    done
    once
    [ "$(told lunch)" = 1 ] || fail 'what was moved back was told of again'
    [ "$(find "$DESK_MAILDIR/new" "$DESK_MAILDIR/cur" -type f | wc -l)" = 0 ] || fail 'what was moved back stays there'
    [ "$(of_question lunch step)" = 5 ] || fail 'what was moved back is not HELD'
    rm -f "$DESK_MAILDIR/.Desk"/new/* "$DESK_MAILDIR/.Desk"/cur/*
}

two_copies_at_once_are_told_of_once() {
    mkdir -p "$dir/odd"
    rm -f "$dir/odd"/* "$dir/questions"/*
    write_for_a_person twin
    cp "$dir/questions/twin" "$dir/odd/1"
    cp "$dir/questions/twin" "$dir/odd/2"
    "$servers" deliver "$dir/servers" desk@desk.example "$dir/odd"
    once
    held twin 1 "$off_topic"
}

nobody_is_told_where_that_is_not_wanted() {
    sed 's/"journal_file"/"acknowledge": false, "journal_file"/' "$dir/codingdesk.json" >"$dir/quiet.json"
    ask_person quiet
    once_with "$dir/quiet.json"
    held quiet 0 "$off_topic"
    [ "$(of_question quiet "reply_text IS NULL AND reply_message_id IS NULL AND draft IS NOT NULL AND submit_attempts = 0")" = 1 ] || fail 'not the draft alone'
}

a_person_answers_where_the_asker_can_not_be_told() {
    ask_person refused refused@clinic.example
    once
    held refused 0 "$off_topic; acknowledgement: *550*no such user*"
}

# Put off, it waits in its folder; after an hour a person gets it all the same.
a_person_does_not_wait_long_for_the_asker_to_be_told() {
    ask_person busy later@clinic.example
    once
    [ $status = 4 ] || fail "exit status $status"
    [ "$(of_question busy "step = 1 AND reason = '$off_topic'")" = 1 ] || fail "not READ with its reason: $(of_question busy step,reason)"
    [ "$(in_desk busy)" = 0 ] || fail 'filed before its asker was told'
    query 'UPDATE exchange SET retry_at = 0, found_at = found_at - 3600 WHERE step = 1'
    once
    held busy 0 "$off_topic; acknowledgement: *450*"
}

what_somebody_took_meanwhile_is_held() {
    ask_person taken later@clinic.example
    once
    [ $status = 4 ] || fail "exit status $status"
    rm -f "$DESK_MAILDIR"/new/* "$DESK_MAILDIR"/cur/*
    once
    [ $status = 0 ] || fail "exit status $status once it was gone"
    [ "$(of_question taken "step = 5 AND reason = '$off_topic'")" = 1 ] || fail "$(of_question taken step,reason)"
}

the_asker_is_told_when_the_submission_server_is_back() {
    "$servers" stop-smtp "$dir/servers"
    ask_person away
    once
    [ $status = 4 ] || fail "exit status $status while it was down"
    [ "$(of_question away step)" = 1 ] || fail "step $(of_question away step) while it was down"
    "$servers" start-smtp "$dir/servers"
    once
    held away 1 "$off_topic"
}

# As after a crash between the first and the last word with the submission server.
a_doubt_is_resent_where_that_is_wanted() {
    sed 's/"journal_file"/"retry": {"resend_unknown": true}, "journal_file"/' "$dir/codingdesk.json" >"$dir/resend.json"
    "$servers" stop-smtp "$dir/servers"
    ask_person doubt
    once
    query 'UPDATE exchange SET step = 2 WHERE step = 1'
    "$servers" start-smtp "$dir/servers"
    once_with "$dir/resend.json"
    held doubt 1 "$off_topic"
}

# The third and fourth within the hour wait for a person, and the administrator is told once: not again by the fifth.
a_breaker_opens_and_is_told_of_once() {
    query 'UPDATE exchange SET found_at = found_at - 7200'
    sed 's/"breaker": {[^}]*}/"breaker": {"all_hour": 2}, "administrator": "admin@clinic.example"/' "$dir/codingdesk.json" >"$dir/breaker.json"
    for name in storm1 storm2 storm3 storm4; do
        ask_person $name $name@clinic.example
    done
    once_with "$dir/breaker.json"
    [ "$(query "SELECT count(*) FROM exchange WHERE reason GLOB '*; acknowledgement: breaker-all'")" = 2 ] || fail 'not two of four held'
    [ "$(($(told storm1) + $(told storm2) + $(told storm3) + $(told storm4)))" = 2 ] || fail 'not two of four told'
    ask_person storm5 storm5@clinic.example
    once_with "$dir/breaker.json"
    held storm5 0 "$off_topic; acknowledgement: breaker-all"
    [ "$(cat "$MAIL_ROOT"/clinic.example/*/Maildir/new/* | grep -c '^Subject: Codingdesk: breaker-all')" = 1 ] || fail 'the administrator was not told once'
    [ "$(query "SELECT count(*) FROM notice WHERE name = 'breaker-all'")" = 1 ] || fail 'the journal does not know that'
}

# What is finished for more than a day has no words left, and its mail is known all the same when it comes back.
what_is_old_is_forgotten_but_not_answered_again() {
    ask_person old old@clinic.example
    once
    query "UPDATE exchange SET step = 4, action = 'answer', changed_at = changed_at - 90000 WHERE question_message_id = '<old@clinic.example>'"
    id=$(of_question old e.id)
    sed 's/"journal_file"/"retention_days": 1, "journal_file"/' "$dir/codingdesk.json" >"$dir/forgetful.json"
    once_with "$dir/forgetful.json"
    [ "$(query "SELECT purged_at > 0 AND asker IS NULL AND (SELECT count(*) FROM reading WHERE exchange = id) = 0 FROM exchange WHERE id = $id")" = 1 ] ||
        fail 'it is not forgotten'
    grep -q '1 exchanges of more than 1 days ago are forgotten' "$dir/log" || fail 'the log does not say so'
    grep -rl '^Message-ID: <old@' "$DESK_MAILDIR/.Desk" | while read -r file; do
        mv "$file" "$DESK_MAILDIR/new/$(basename "$file" | sed 's/:2,.*//')"
    done
    once
    [ "$(told old)" = 1 ] || fail 'what was forgotten was answered again'
    [ "$(find "$DESK_MAILDIR/new" "$DESK_MAILDIR/cur" -type f | wc -l)" = 0 ] || fail 'it stays in the folder'
}

# A robot that nobody recognised answers every reply of ours with a new mail.
a_robot_is_not_told_for_ever() {
    turn=1
    grep -v '"limits":' "$dir/codingdesk.json" >"$dir/guest.json"
    while [ $turn -le 7 ]; do
        ask_person robot$turn tireless@clinic.example
        once_with "$dir/guest.json"
        [ $status = 0 ] || fail "turn $turn: exit status $status"
        turn=$((turn + 1))
    done
    held robot1 1 "$off_topic"
    held robot5 1 "$off_topic"
    held robot6 0 "$off_topic; acknowledgement: limit-day"
    held robot7 0 "$off_topic; acknowledgement: limit-day"
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
    person_every=10
    more 300
    person_every=0
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
    count_persons
    [ "$persons" = 30 ] || fail "$persons of 30 were for a person"
    [ "$strayed" = 0 ] || fail "$strayed of them not with one"
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

a_reply_that_comes_back_is_held() {
    sed 's|"connections": [0-9]*|&, "envelope_from": "desk@desk.example"|' "$dir/codingdesk.json" >"$dir/bounces.json"
    rm -f "$dir/questions/"*
    write_mail gone gone@clinic.example 'A question' 'What is CPT code 20693?'
    "$servers" deliver "$dir/servers" desk@desk.example "$dir/questions"
    ignored=$(in_folder Ignored) sent_before=$(find "$ASKER_MAILDIR/new" -type f | wc -l)
    "$bin/codingdeskd" --config "$dir/bounces.json" >"$dir/log" 2>&1 &
    daemon=$!
    await_step gone 5
    stop_daemon
    exchange=$(query "SELECT id FROM exchange WHERE asker = 'gone@clinic.example'")
    "$bin/codingdesk" --config "$dir/bounces.json" history show "$exchange" >"$dir/shown"
    grep -q 'the reply came back: 5.1.1 ' "$dir/shown" || fail "history does not tell why: $(cat "$dir/shown")"
    grep -q '^came back' "$dir/shown" || fail "history does not tell when: $(cat "$dir/shown")"
    [ "$(in_folder Ignored)" = $((ignored + 1)) ] || fail "$(in_folder Ignored) in Ignored, not one more than $ignored"
    await_delivery
    [ "$(find "$ASKER_MAILDIR/new" -type f | wc -l)" = "$sent_before" ] || fail 'a mail was sent because of it'
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
    who_asks_a_person_is_told_so_once two_copies_at_once_are_told_of_once nobody_is_told_where_that_is_not_wanted \
    a_person_answers_where_the_asker_can_not_be_told a_person_does_not_wait_long_for_the_asker_to_be_told \
    what_somebody_took_meanwhile_is_held the_asker_is_told_when_the_submission_server_is_back \
    a_doubt_is_resent_where_that_is_wanted a_breaker_opens_and_is_told_of_once \
    what_is_old_is_forgotten_but_not_answered_again a_robot_is_not_told_for_ever \
    a_uid_given_twice_is_another_question replies_put_off_do_not_stop_others a_new_uidvalidity_with_much_in_hand_loses_nothing \
    a_reply_that_comes_back_is_held \
    a_new_knowledge_base_is_taken_without_a_restart a_full_disk_is_said_in_one_line_and_loses_nothing; do
    $check
    echo "ok: $check"
done
