#!/bin/sh
# faults.sh BIN [short|long] [FAULT...] - one fault after the other, on a Dovecot and a Postfix of its own for each, while questions keep coming
# and the daemon is started again as systemd would; then an undisturbed run, then the count. "short" is for every day, "long" the sweep.
#
# A line of the table: how often the fault was brought about; how often the daemon ended by itself and was started again; the questions; those with a reply (every fifth is for a person: its asker is told so);
# those HELD because of the fault, with their reasons below the line; those that a person took away meanwhile; lost; answered twice.
# A fault that can not be brought about here is a line "NOT RUN", and the sweep fails unless FAULTS_MAY_BE_MISSING names it.
# "faults.sh BIN row NAME TIMES PORTION" is one of them, with so many questions each time.
# Each fault is a function disturb_NAME, which brings it about once; before_NAME and after_NAME, where there are such, come first and last.
# shellcheck disable=SC2154,SC2034,SC2086 # names come from desk.sh, or go there; numbers need no quotes
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$1
length=${2:-long}
shift $(($# < 2 ? $# : 2))

# name, how often and how many questions at a time: short, long
plan='killed 30 3 520 2
terminated 6 4 60 3
hung_up 2 4 10 3
stopped 1 6 4 10
imap_restarted 2 8 12 6
smtp_restarted 2 8 12 6
imap_cut 8 3 120 2
imap_cut_plain 8 3 120 2
smtp_cut 6 5 60 5
smtp_cut_plain 6 5 60 5
imap_stalled 2 4 8 4
smtp_stalled 1 4 4 6
disk_full 2 8 8 12
journal_locked 1 8 4 12
clock_set 3 6 30 5
uidvalidity_changed 2 8 20 6
folder_removed 1 8 5 8
targets_removed 2 8 12 6
expunged 2 8 25 6
moved_by_a_person 2 8 20 6
flags_changed 3 8 15 5
over_quota 1 8 4 12
second_daemon 2 6 10 5
two_accounts 1 12 8 12
knowledge_base_replaced 3 6 15 5
knowledge_base_removed 2 6 8 6
knowledge_base_damaged 2 6 8 6'

# --- the daemon under something like systemd: started again unless it ended well (0) or the configuration has to be changed (3) ---------------

restart_s=0.2
program=codingdeskd

supervise() { # configuration
    rm -f "$dir/enough"
    (
        set +e
        while [ ! -e "$dir/enough" ]; do
            "$bin/$program" --config "$1" >>"$dir/log" 2>&1 &
            echo $! >"$dir/pid.new"
            mv "$dir/pid.new" "$dir/pid"
            wait $!
            status=$?
            rm -f "$dir/pid"
            echo $status >>"$dir/exits"
            [ $status != 143 ] || echo 'ended by SIGTERM before it listened' >>"$dir/log"
            [ $status != 3 ] || tail -n 1 "$dir/log" >"$dir/down"
            case $status in 0 | 3) break ;; esac
            sleep $restart_s
        done
    ) 2>/dev/null & # the shell tells of each that was killed
    supervisor=$!
}

# signal NAME: to the daemon, which may be between two lives.
signal() {
    turns=0
    until [ -s "$dir/pid" ] && kill -"$1" "$(cat "$dir/pid")" 2>/dev/null; do
        turns=$((turns + 1))
        [ $turns -lt 600 ] || give_up "there is no daemon to be sent $1: exit status $(tail -n 1 "$dir/exits")"
        sleep 0.05
    done
}

end_supervision() {
    : >"$dir/enough"
    [ ! -s "$dir/pid" ] || kill -TERM "$(cat "$dir/pid")" 2>/dev/null || :
    wait $supervisor 2>/dev/null || :
    supervisor=
}

undo_all() {
    : >"$dir/enough"
    [ ! -s "$dir/pid" ] || kill -KILL "$(cat "$dir/pid")" 2>/dev/null || :
    for process in ${supervisor:-} ${proxy:-} ${locker:-}; do
        kill -KILL "$process" 2>/dev/null || :
    done
    if [ -n "${mounted:-}" ]; then umount "$mounted"; fi
}

give_up() {
    echo "$fault: $*"
    grep -v ': exchange [0-9]*: ' "$dir/log" | tail -n 8
    exit 1
}

random_ms() { echo $(($(od -An -N2 -tu2 /dev/urandom) % $1)); }
pause_ms() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }
more() { # N: so many questions come
    ask $((last + 1)) $((last + $1))
    last=$((last + $1))
}
variant() { # NAME SED-EXPRESSION: a configuration that differs
    sed "$2" "$dir/codingdesk.json" >"$dir/$1.json"
    chmod 600 "$dir/$1.json"
}
has() { type "$1" 2>/dev/null | grep -q function; }
of_dovecot() { doveadm -c "$dir/servers/imap/dovecot.conf" "$@"; }
waiting_files() { find "$DESK_MAILDIR/new" "$DESK_MAILDIR/cur" -type f 2>/dev/null; }
number_of() { sed -n 's/^Message-ID: <q\([0-9]*\)@clinic.example>.*/\1/p' "$1" 2>/dev/null; }

# --- the faults ------------------------------------------------------------------------------------------------------------------------------

# Each third time wherever the daemon is, start and all; otherwise in the middle of its work, once the journal tells of it.
some_time() {
    if [ $((turn % 3)) = 0 ]; then
        pause_ms $((10 + $(random_ms 140)))
        return
    fi
    turns=0
    until [ "$journal-wal" -nt "$dir/mark" ] || [ $turns -gt 100 ]; do
        turns=$((turns + 1))
        sleep 0.01
    done
    pause_ms "$(random_ms 60)"
}

before_killed() { restart_s=0.02; }
disturb_killed() {
    some_time
    signal KILL
    : >"$dir/mark"
}

# Told to stop it ends well, and leaves nothing in doubt.
stop_well() { # signal
    some_time
    signal "$1"
    wait $supervisor 2>/dev/null || :
    : >"$dir/mark"
    [ "$(tail -n 1 "$dir/exits")" = 0 ] || give_up "exit status $(tail -n 1 "$dir/exits") after $1"
    in_doubt=$(query 'SELECT count(*) FROM exchange WHERE step = 2')
    [ "$in_doubt" = 0 ] || give_up "$in_doubt exchanges in doubt after $1"
    supervise "$config"
}
disturb_terminated() { stop_well TERM; }
disturb_hung_up() { stop_well HUP; }

short_timeouts='s/"port": \([0-9]*\)/"port": \1, "timeout_s": 1/'
before_stopped() {
    variant hasty "$short_timeouts"
    config=$dir/hasty.json
}
disturb_stopped() {
    pause_ms $((100 + $(random_ms 400)))
    signal STOP
    sleep 4
    signal CONT
}

disturb_imap_restarted() { pause_ms "$(random_ms 300)" && "$servers" restart-imap "$dir/servers"; }
disturb_smtp_restarted() { pause_ms "$(random_ms 300)" && "$servers" restart-smtp "$dir/servers"; }

# through_proxy TARGET-PORT MOST-BYTES WHOLE-PERCENT STALL-PERCENT: the proxy stands between the desk and this port.
through_proxy() {
    : >"$dir/cuts"
    "$bin/codingdesk-cut" "$@" >"$dir/cuts" &
    proxy=$!
    until grep -q '^port' "$dir/cuts"; do sleep 0.05; done
    variant proxied "s/\"port\": $1\\b/\"port\": $(sed -n 's/^port //p' "$dir/cuts"), \"timeout_s\": 1/; s/\"journal_file\"/\"retry\": {\"first_s\": 1}, &/"
    config=$dir/proxied.json
}
cuts() { grep -vc '^port' "$dir/cuts" || :; }

# Connections are opened until enough of them were cut: one daemon that connects again and again, with some that end at the first loss.
disturb_cut() {
    before=$(cuts)
    turns=0
    while [ "$(cuts)" -le "$before" ]; do
        turns=$((turns + 1))
        [ $turns -lt 100 ] || give_up 'nothing is cut any more'
        "$bin/codingdeskd" --config "$config" --once >>"$dir/log" 2>&1 || once_status=$?
        case ${once_status:=0} in 0 | 4) ;; *) give_up "exit status $once_status" ;; esac
        [ "$(cuts)" -gt "$before" ] || more 1
    done
    [ $((turn % 20)) != 0 ] || reconnecting
}
# The daemon that lives on through it.
reconnecting() {
    supervise "$config"
    more 6
    sleep 4
    end_supervision
    [ "$(tail -n 1 "$dir/exits")" = 0 ] || give_up "exit status $(tail -n 1 "$dir/exits")"
}
before_imap_cut() { supervised=no && through_proxy "$IMAPS_PORT" 14000 20 0; }
before_imap_cut_plain() { supervised=no && through_proxy "$IMAP_PORT" 6000 20 0; }
before_smtp_cut() { supervised=no && through_proxy "$SUBMISSION_PORT" 9000 20 0; }
before_smtp_cut_plain() { supervised=no && through_proxy "$SUBMISSION_PORT" 5000 20 0; }
disturb_imap_cut() { disturb_cut; }
disturb_imap_cut_plain() { disturb_cut; }
disturb_smtp_cut() { disturb_cut; }
disturb_smtp_cut_plain() { disturb_cut; }
before_imap_stalled() { supervised=no && through_proxy "$IMAPS_PORT" 14000 20 100; }
before_smtp_stalled() { supervised=no && through_proxy "$SUBMISSION_PORT" 9000 20 100; }
disturb_imap_stalled() { disturb_cut; }
disturb_smtp_stalled() { disturb_cut; }
options_imap_cut_plain=--no-starttls options_smtp_cut_plain=--no-starttls

before_disk_full() {
    mkdir "$dir/small"
    mount -t tmpfs -o size=6m,mode=700 codingdesk-faults "$dir/small" 2>>"$dir/log" || { not_run='this machine does not let it mount a small disk' && return 0; }
    mounted=$dir/small
    variant small "s|$journal|$dir/small/journal.sqlite|"
    journal=$dir/small/journal.sqlite
    cp "$dir/small.json" "$dir/codingdesk.json"
    config=$dir/small.json
}
# Full before the questions come or while they are answered; until the daemon has ended of it twice, and as long again.
disturb_disk_full() {
    pause_ms "$(random_ms 400)"
    dd if=/dev/zero of="$dir/small/ballast" bs=4k 2>/dev/null || :
    before=$(grep -c 'disk is full' "$dir/log" || :)
    more "$portion"
    turns=0
    until [ "$(grep -c 'disk is full' "$dir/log" || :)" -ge $((before + 1)) ]; do
        turns=$((turns + 1))
        [ $turns -lt 200 ] || give_up 'nothing is said of a full disk'
        more 1
        sleep 0.2
    done
    sleep 1
    rm "$dir/small/ballast"
}

disturb_journal_locked() {
    pause_ms "$(random_ms 300)"
    sqlite3 -batch "$journal" '.timeout 5000' 'BEGIN IMMEDIATE' '.shell sleep 8' 'COMMIT' &
    locker=$!
    sleep 0.1
    more "$portion"
    wait $locker || give_up 'the lock was not had'
    locker=
}

before_clock_set() {
    program=codingdeskd-dying
    export CLOCK_FILE="$dir/clock"
    echo 0 >"$CLOCK_FILE"
    variant hasty 's/"journal_file"/"retry": {"first_s": 1}, &/'
    config=$dir/hasty.json
}
# By turns a year on, an hour on, back to now, an hour back, a year back; in the middle of an outage, so that replies are put off, too.
disturb_clock_set() {
    [ $((turn % 2)) = 0 ] || "$servers" stop-smtp "$dir/servers"
    more "$portion"
    pause_ms $((300 + $(random_ms 500)))
    case $((turn % 5)) in 0) off=-31536000 ;; 1) off=31536000 ;; 2) off=3600 ;; 3) off=0 ;; 4) off=-3600 ;; esac
    echo $off >"$CLOCK_FILE"
    [ $((turn % 2)) = 0 ] || "$servers" start-smtp "$dir/servers"
    pause_ms $((300 + $(random_ms 500)))
}
after_clock_set() { echo 0 >"$CLOCK_FILE"; }

# By turns while the mailbox is open, and by a server that comes back without its files.
disturb_uidvalidity_changed() {
    pause_ms "$(random_ms 300)"
    if [ $((turn % 2)) = 0 ]; then
        of_dovecot mailbox update -u desk@desk.example --uid-validity $((1800000000 + turn)) INBOX
    else
        "$servers" stop-imap "$dir/servers"
        rm -f "$DESK_MAILDIR"/dovecot*
        "$servers" start-imap "$dir/servers"
    fi
}

# What comes to INBOX is put into a folder of its own, which goes and comes back.
before_folder_removed() {
    of_dovecot mailbox create -u desk@desk.example Questions
    sed -i 's/"journal_file"/"folders": {"inbox": "Questions"}, &/' "$dir/codingdesk.json"
}
into_questions() { of_dovecot move -u desk@desk.example Questions mailbox INBOX ALL; }
disturb_folder_removed() {
    into_questions
    turns=0
    until [ "$(query 'SELECT count(*) FROM exchange' 2>/dev/null || echo 0)" -gt 0 ]; do # at its start it has to be there
        turns=$((turns + 1))
        [ $turns -lt 200 ] || give_up 'nothing is read'
        sleep 0.1
    done
    pause_ms "$(random_ms 300)"
    of_dovecot mailbox rename -u desk@desk.example Questions Elsewhere
    sleep 3
    of_dovecot mailbox rename -u desk@desk.example Elsewhere Questions
}
after_folder_removed() { into_questions; }

disturb_targets_removed() {
    pause_ms "$(random_ms 300)"
    for target in Answered Desk Ignored; do
        of_dovecot mailbox delete -r -u desk@desk.example $target 2>>"$dir/log" || :
    done
}

# A person takes some of the waiting ones away: what is answered by then is answered, what is not is that person's. Sets chosen.
choose_waiting() { # how many
    chosen=
    for file in $(waiting_files | shuf -n "$1"); do
        number=$(number_of "$file")
        [ -z "$number" ] || chosen="$chosen $number"
    done
}
disturb_expunged() {
    pause_ms "$(random_ms 150)"
    choose_waiting 2
    for number in $chosen; do
        echo "$number" >>"$dir/taken"
        of_dovecot expunge -u desk@desk.example mailbox INBOX header Message-ID "<q$number@"
    done
}
before_moved_by_a_person() { of_dovecot mailbox create -u desk@desk.example Elsewhere; }
disturb_moved_by_a_person() {
    pause_ms "$(random_ms 150)"
    choose_waiting 3
    for number in $chosen; do
        of_dovecot move -u desk@desk.example Elsewhere mailbox INBOX header Message-ID "<q$number@"
    done
    [ $((turn % 2)) = 0 ] || of_dovecot move -u desk@desk.example INBOX mailbox Elsewhere ALL
}
after_moved_by_a_person() { of_dovecot move -u desk@desk.example INBOX mailbox Elsewhere ALL; }

disturb_flags_changed() {
    pause_ms "$(random_ms 150)"
    of_dovecot flags add -u desk@desk.example '\Seen \Answered \Flagged \Deleted \Draft' mailbox INBOX ALL
    pause_ms "$(random_ms 150)"
    of_dovecot flags remove -u desk@desk.example '\Seen \Flagged' mailbox INBOX ALL
}

# Dovecot lets MOVE through within one quota, and refuses COPY, which is what a server without MOVE has.
options_over_quota='--imap-capability=IMAP4rev1 UIDPLUS IDLE LITERAL+ SPECIAL-USE LIST-EXTENDED'
before_over_quota() {
    cp "$dir/servers/imap/dovecot.conf" "$dir/roomy"
    { cat "$dir/roomy" && printf 'protocol imap {\n mail_plugins = quota\n}\nplugin {\n quota = maildir:User quota\n quota_rule = *:storage=1K\n}\n'; } >"$dir/tight"
}
quota() {
    cat "$dir/$1" >"$dir/servers/imap/dovecot.conf"
    of_dovecot reload
    sleep 0.5
    of_dovecot kick desk@desk.example >>"$dir/log" 2>&1 || :
}
disturb_over_quota() {
    quota tight
    more "$portion"
    refused=$(grep -ci quota "$dir/log" || :)
    turns=0
    until [ "$(grep -ci quota "$dir/log" || :)" -gt "$refused" ]; do
        turns=$((turns + 1))
        [ $turns -lt 200 ] || give_up 'no move is refused'
        sleep 0.1
    done
    more "$portion"
    sleep 3
    turns=0
    until count "$last" && [ "$replied" = "$last" ]; do
        turns=$((turns + 1))
        [ $turns -lt 40 ] || give_up "only $replied of $last are answered while the mailbox is over its quota"
        sleep 0.25
    done
    quota roomy
}

disturb_second_daemon() {
    pause_ms $((200 + $(random_ms 200)))
    signal 0
    second=0
    timeout 20 "$bin/codingdeskd" --config "$dir/codingdesk.json" >"$dir/second" 2>&1 || second=$?
    [ $second = 4 ] || give_up "the second daemon ended with $second"
    grep -q "process $(cat "$dir/pid") answers this mailbox already; stop it first" "$dir/second" || give_up "the second said $(cat "$dir/second")"
    # Under another name, as when a configuration was copied for a second mailbox.
    sed 's/"journal_file"/"account": "other", &/' "$dir/codingdesk.json" >"$dir/other.json"
    chmod 600 "$dir/other.json"
    second=0
    timeout 20 "$bin/codingdeskd" --config "$dir/other.json" >"$dir/second" 2>&1 || second=$?
    [ $second = 4 ] || give_up "the second daemon ended with $second under another account"
    grep -q "process $(cat "$dir/pid") answers this mailbox already; stop it first" "$dir/second" || give_up "the second said $(cat "$dir/second")"
}

# The second mailbox gets the same numbers of questions; both daemons are killed now and then.
before_two_accounts() {
    mkdir -p "$MAIL_ROOT/desk.example/second/Maildir/new" "$MAIL_ROOT/desk.example/second/Maildir/cur" "$MAIL_ROOT/desk.example/second/Maildir/tmp"
    chown -R "$MAIL_USER" "$MAIL_ROOT/desk.example/second"
    sed 's/desk@desk.example/second@desk.example/; s/"user": "desk@/"user": "second@/; s/"journal_file"/"account": "second", &/' \
        "$dir/codingdesk.json" >"$dir/second.json"
    chmod 600 "$dir/second.json"
    mkdir "$dir/second-questions"
}
disturb_two_accounts() {
    rm -f "$dir/second-questions"/*
    number=1
    while [ $number -le "$portion" ]; do
        last=$((last + 1))
        write_mail "q$last" asker@clinic.example "Question $last" "What is CPT 20680? This is question number $last of a row."
        mv "$dir/questions/q$last" "$dir/second-questions/"
        sed -i 's/^To: .*/To: second@desk.example/' "$dir/second-questions/q$last"
        number=$((number + 1))
    done
    "$servers" deliver "$dir/servers" second@desk.example "$dir/second-questions"
    "$bin/codingdeskd" --config "$dir/second.json" >>"$dir/log" 2>&1 &
    daemon=$!
    pause_ms $((300 + $(random_ms 300)))
    kill -KILL $daemon || give_up 'the second daemon ended by itself'
    wait $daemon 2>/dev/null || :
    daemon=
}
after_two_accounts() {
    "$bin/codingdeskd" --config "$dir/second.json" --once >>"$dir/log" 2>&1 || give_up "the second account ends with $?"
    [ -z "$(find "$MAIL_ROOT/desk.example/second/Maildir/new" "$MAIL_ROOT/desk.example/second/Maildir/cur" -type f)" ] || give_up 'something is left in the second folder'
}

before_knowledge_base() {
    cp "$bin/../share/codingdesk/kb.sqlite" "$dir/kb.good"
    cp "$dir/kb.good" "$dir/kb.sqlite"
    sed -i "s|\"journal_file\"|\"kb_file\": \"$dir/kb.sqlite\", &|" "$dir/codingdesk.json"
}
good_again() { cp "$dir/kb.good" "$dir/kb.new" && mv "$dir/kb.new" "$dir/kb.sqlite"; }
before_knowledge_base_replaced() { before_knowledge_base; }
before_knowledge_base_removed() { before_knowledge_base; }
before_knowledge_base_damaged() { before_knowledge_base; }
disturb_knowledge_base_replaced() { pause_ms "$(random_ms 300)" && good_again; }
disturb_knowledge_base_removed() {
    pause_ms "$(random_ms 300)"
    rm "$dir/kb.sqlite"
    more "$portion"
    [ $((turn % 2)) = 0 ] || signal TERM # also by one that starts without it
    sleep 1
    good_again
    [ $((turn % 2)) = 0 ] || { wait $supervisor 2>/dev/null; supervise "$config"; }
}
# By turns cut short where it lies, overwritten in the middle, and all of it.
disturb_knowledge_base_damaged() {
    pause_ms "$(random_ms 300)"
    case $((turn % 3)) in
    0) truncate -s 100K "$dir/kb.sqlite" ;;
    1) dd if=/dev/urandom of="$dir/kb.sqlite" bs=64k seek=2 count=40 conv=notrunc 2>/dev/null ;;
    2) dd if=/dev/urandom of="$dir/kb.sqlite" bs=64k count=2 conv=notrunc 2>/dev/null ;;
    esac
    more "$portion"
    sleep 2
    good_again
}

# --- one fault, and what became of the questions ---------------------------------------------------------------------------------------------

# What is left to do is done without disturbance. Replies that are put off wait for their time.
undisturbed() {
    turns=0
    while :; do
        left=0
        "$bin/codingdeskd" --config "$dir/codingdesk.json" --once >>"$dir/log" 2>&1 || left=$?
        [ $left != 0 ] || return 0
        turns=$((turns + 1))
        [ $left = 4 ] && [ $turns -lt 10 ] || give_up "exit status $left in the undisturbed run"
        query 'UPDATE exchange SET retry_at = 0 WHERE step = 1'
    done
}

# The reason without what differs each time.
reasons_held() {
    query "SELECT replace(reason, 'not a coding question', '(a person''s)') FROM exchange WHERE step = 5 AND reason NOT IN ('not a coding question')" |
        sed 's/localhost:[0-9]*/the server/; s/[0-9][0-9]* bytes/N bytes/' | sort | uniq -c | sed 's/^ *\([0-9]*\) /        \1 x /'
}

print_row() { printf '%-24s %5s %5s %9s %8s %5s %5s %5s %5s\n' "$@"; }

tell() { # how often it was brought about
    count "$last"
    by_fault=$(query "SELECT count(*) FROM exchange WHERE step = 5 AND reason <> 'not a coding question'")
    without_reason=$(query "SELECT count(*) FROM exchange WHERE step = 5 AND coalesce(reason, '') = ''")
    unfinished=$(query 'SELECT count(*) FROM exchange WHERE step < 4')
    taken=$(sort -u "$dir/taken" | grep -cvxF -f "$dir/replied" -f "$dir/held" || :)
    ended=$(grep -cvxE '0|137' "$dir/exits" || :)
    crashed=$(grep -cvxE '0|3|4|137|143' "$dir/exits" || :) # 143: told to stop before it listened
    print_row "$fault" "$1" "$ended" "$last" "$replied" "$by_fault" "$taken" "$lost" "$twice"
    reasons_held
    [ "$crashed" = 0 ] || give_up "the daemon crashed $crashed times: exit status $(sort "$dir/exits" | uniq -c | tr '\n' ',')"
    ! grep -qx 3 "$dir/exits" || give_up "the daemon would have stayed down: $(cat "$dir/down")"
    [ "$lost" = 0 ] || give_up "lost: $(seq 1 "$last" | grep -vxF -f "$dir/replied" -f "$dir/held" -f "$dir/taken" | tr '\n' ' ')"
    [ "$twice" = 0 ] || give_up "answered twice: $(uniq -d "$dir/replies" | tr '\n' ' ')"
    [ "$waiting" = 0 ] || give_up "$waiting are left in the folder"
    [ "$without_reason" = 0 ] || give_up "$without_reason HELD without a reason"
    [ "$unfinished" -le "$taken" ] || give_up "$unfinished exchanges have not come to their end"
    [ "$replied" -gt $((last / 8)) ] || give_up 'hardly anything was answered'
}

run_fault() { # NAME TIMES PORTION
    fault=$1 portion=$3 last=0 turn=0 supervised=yes not_run='' config=
    # shellcheck source-path=SCRIPTDIR source=../live/desk.sh
    . "$here/../live/desk.sh"
    undo=undo_all
    person_every=5
    : >"$dir/log"
    : >"$dir/exits"
    eval "options=\${options_$fault:-}"
    open_desk ${options:+"$options"}
    config=$dir/codingdesk.json
    ! has "before_$fault" || "before_$fault"
    [ -z "$not_run" ] || { printf '%-24s NOT RUN: %s\n' "$fault" "$not_run" && case " ${FAULTS_MAY_BE_MISSING:-} " in *" $fault "*) return 0 ;; *) return 1 ;; esac; }
    [ $supervised = no ] || supervise "$config"
    while [ $turn -lt "$2" ]; do
        turn=$((turn + 1))
        more "$portion"
        "disturb_$fault"
    done
    [ $supervised = no ] || { sleep 0.5 && end_supervision; }
    [ -z "${FAULTS_LOG:-}" ] || cp "$dir/log" "$FAULTS_LOG.$fault"
    ! has "after_$fault" || "after_$fault"
    undisturbed
    tell "$turn"
}

case $length in
row) run_fault "$@" && exit ;; # each failure is told by give_up
short | long) ;;
*) echo "faults.sh: $length is neither short nor long" >&2 && exit 2 ;;
esac

# Three at a time: they wait for most of their time, and share nothing but the machine.
started=$(date +%s)
rows=$(mktemp -d /tmp/codingdesk-faults.XXXXXX)
trap 'rm -rf "$rows"' EXIT
print_row fault times ended questions answered held taken lost twice
echo "$plan" | while read -r name short_times short_portion long_times long_portion; do
    [ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
    if [ "$length" = long ]; then echo "$name $long_times $long_portion"; else echo "$name $short_times $short_portion"; fi
done >"$rows/plan"
# shellcheck disable=SC2016 # the inner shell's
xargs -P 3 -n 3 sh -c '"$0" "$1" row "$3" "$4" "$5" >"$2/$3.row" 2>&1 || : >"$2/$3.failed"; cat "$2/$3.row"' "$0" "$bin" "$rows" <"$rows/plan"
# shellcheck disable=SC2046 # a row of sums
print_row in-all $(awk 'NF == 9 && $2 ~ /^[0-9]+$/ { for (i = 2; i <= 9; i++) sum[i] += $i } END { for (i = 2; i <= 9; i++) print sum[i] + 0 }' "$rows"/*.row)
failed=$(find "$rows" -name '*.failed' | wc -l)
echo "$failed of $(wc -l <"$rows/plan") faults failed, in $(($(date +%s) - started)) s"
[ "$failed" = 0 ] && [ -s "$rows/plan" ]
