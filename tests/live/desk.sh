# desk.sh - a desk with servers of its own, questions by the dozen, and the count of what became of them. Sourced; $here is the caller's folder.
# shellcheck shell=sh disable=SC2153,SC2154,SC2034 # names come from the servers' env file and from the sourcing script, or go there
servers=$(cd "$here/../live" && pwd)/servers.sh
dir=$(mktemp -d /tmp/codingdesk-desk.XXXXXX)
chmod 711 "$dir" # the servers run as other users
journal=$dir/journal.sqlite
connections=4
: >"$dir/taken" # numbers of the questions that a person took away

undo=: # what a sourcing script wants undone before the folder goes
close_desk() {
    [ -z "${daemon:-}" ] || kill -KILL "$daemon" 2>/dev/null || :
    $undo
    "$servers" stop "$dir/servers" 2>/dev/null || :
    rm -rf "$dir"
}

# open_desk [OPTION...]: options as for servers.sh. Without TLS the desk does without it, too.
open_desk() {
    trap close_desk EXIT
    trap 'exit 130' HUP INT PIPE TERM
    "$servers" start "$dir/servers" "$@"
    # shellcheck source=/dev/null
    . "$dir/servers/env"
    mkdir "$dir/questions"
    imap="\"port\": $IMAPS_PORT" smtp="\"port\": $SUBMISSION_PORT, \"security\": \"starttls\""
    [ "$IMAPS_PORT" != 0 ] || imap="\"port\": $IMAP_PORT, \"security\": \"plain\"" smtp="\"port\": $SUBMISSION_PORT, \"security\": \"plain\""
    cat >"$dir/codingdesk.json" <<END
{
  "address": "desk@desk.example",
  "imap": {"host": "localhost", $imap, "ca_file": "$CA_FILE", "user": "desk@desk.example", "password_file": "$PASSWORD_FILE"},
  "smtp": {"host": "localhost", $smtp, "ca_file": "$CA_FILE", "user": "desk@desk.example",
           "password_file": "$PASSWORD_FILE", "connections": $connections},
  "limits": {"guest_hour": 1000000, "guest_day": 1000000}, "breaker": {"domain_hour": 1000000, "all_hour": 1000000},
  "journal_file": "$journal"
}
END
}

# write_mail NAME SENDER SUBJECT TEXT: one mail in the folder of those to be delivered.
write_mail() {
    cat >"$dir/questions/$1" <<END
From: Asker <$2>
To: desk@desk.example
Subject: $3
Date: Sat, 21 Nov 2026 09:00:00 +0000
Message-ID: <$1@clinic.example>
Content-Type: text/plain

$4
END
}

# write_for_a_person NAME [SENDER]: what no code is asked about. Each has a sender of its own, in one mailbox, as askers have.
write_for_a_person() { write_mail "$1" "${2:-asker+$1@clinic.example}" Lunch 'Will the canteen be open on Friday?'; }

# ask FROM TO: questions with these numbers lie in the mailbox; every so many of them, if any, is for a person.
person_every=0
ask() {
    rm -f "$dir/questions/"*
    number=$1
    while [ "$number" -le "$2" ]; do
        case $((number % 4)) in
        0) code=20693 ;; 1) code=20680 ;; 2) code=20933 ;; 3) code=11042 ;;
        esac
        if [ $person_every -gt 0 ] && [ $((number % person_every)) = 0 ]; then
            write_for_a_person "q$number"
        else
            write_mail "q$number" asker@clinic.example "Question $number" "What is CPT $code? This is question number $number of a row."
        fi
        number=$((number + 1))
    done
    "$servers" deliver "$dir/servers" desk@desk.example "$dir/questions"
}

query() { sqlite3 -batch "$journal" ".timeout 5000" "$1"; }

# Every reply has left Postfix for the asker's mailbox.
await_delivery() {
    turns=0
    until postqueue -c "$dir/servers/smtp" -p | grep -q 'Mail queue is empty'; do
        turns=$((turns + 1))
        [ $turns -lt 600 ] || { echo 'Postfix does not empty its queue' && exit 1; }
        sleep 0.1
    done
}

# The numbers of the questions that lie in the desk's folder.
in_the_desk() {
    cat "$DESK_MAILDIR"/.Desk/cur/* "$DESK_MAILDIR"/.Desk/new/* 2>/dev/null | sed -n 's/^Message-ID: <q\([0-9]*\)@clinic.example>.*/\1/p' | sort -n
}

# Questions that are HELD. What was never read to its end (three kills while it was) has no Message-ID in the journal: as many as it has of
# these may lie in the desk's folder without their name in the journal.
list_held() {
    number="substr(question_message_id, 3, instr(question_message_id, '@') - 3)"
    query "SELECT $number FROM exchange WHERE step = 5"
    query "SELECT $number FROM exchange WHERE question_message_id IS NOT NULL" >"$dir/named"
    in_the_desk | grep -vxF -f "$dir/named" | head -n "$(query 'SELECT count(*) FROM exchange WHERE step = 5 AND question_message_id IS NULL')"
}

# The number of its question for every letter that reached the asker. Postfix delivers one twice when it is stopped at the wrong moment:
# its queue id tells it from one that was sent twice.
list_replies() {
    find "$ASKER_MAILDIR/new" -type f -exec awk 'FNR == 1 { id = FILENAME }
        /\(Postfix\) with [A-Z]+ id / { id = $NF }
        /^In-Reply-To: <q[0-9]+@clinic.example>/ { number = $2; gsub(/<q|@.*/, "", number); print number, id }' {} + | sort -u | cut -d ' ' -f 1 | sort -n
}

# count LAST: sets replied (questions 1..LAST with a reply), twice, held, lost: neither a reply, nor HELD, nor taken away by a person; and
# waiting: still in the folder.
count() {
    await_delivery
    list_replies >"$dir/replies"
    uniq "$dir/replies" >"$dir/replied"
    list_held | sort -n >"$dir/held"
    replied=$(wc -l <"$dir/replied")
    twice=$(uniq -d "$dir/replies" | wc -l)
    held=$(wc -l <"$dir/held")
    lost=$(seq 1 "$1" | grep -cvxF -f "$dir/replied" -f "$dir/held" -f "$dir/taken" || :)
    waiting=$(find "$DESK_MAILDIR/new" "$DESK_MAILDIR/cur" -type f | wc -l)
}

# count_persons, after count: sets persons (numbered questions for a person), strayed (of these, not HELD or not once in the desk's folder),
# and unexplained (of these, neither was the asker told nor does the reason say why not).
count_persons() {
    numbers="SELECT substr(question_message_id, 3, instr(question_message_id, '@') - 3) FROM exchange
        WHERE action = 'human' AND question_message_id GLOB '<q[0-9]*'"
    query "$numbers" | sort -n >"$dir/persons"
    query "$numbers AND step = 5" | sort -n >"$dir/persons-held"
    query "$numbers AND reason LIKE '%; acknowledgement: %'" | sort -n >"$dir/persons-explained"
    in_the_desk | uniq -u >"$dir/desk-once"
    persons=$(wc -l <"$dir/persons")
    strayed=$(grep -cvxF -f "$dir/desk-once" "$dir/persons" || :)
    strayed=$((strayed + $(grep -cvxF -f "$dir/persons-held" "$dir/persons" || :)))
    unexplained=$(grep -vxF -f "$dir/replied" "$dir/persons" | grep -cvxF -f "$dir/persons-explained" || :)
}
