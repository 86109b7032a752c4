#!/bin/sh
# bench.sh BIN [N] - N questions lie in the mailbox, then codingdeskd --once: against smtp-sink and against Postfix. In the same run the
# limit of the servers: a pipelined UID FETCH of everything, a raw SMTP push over as many connections, the journal's rows, each alone
# and all three at once; and, for Postfix, until the last reply lies in the asker's mailbox, ours beside the raw push. Then the latency of single questions to an idle daemon. One JSON object a line.
# shellcheck disable=SC2153 # the names in capitals come from the servers' env file
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
count=${2:-1000}
servers=$(cd "$here/../live" && pwd)/servers.sh
dir=$(mktemp -d /tmp/codingdesk-bench.XXXXXX)
chmod 711 "$dir" # the servers run as other users
connections=4
head_bytes=32768
sink=
daemon=

close_bench() {
    for pid in $sink $daemon; do kill "$pid" 2>/dev/null || :; done
    "$servers" stop "$dir/servers" 2>/dev/null || :
    rm -rf "$dir"
}
trap close_bench EXIT
trap 'exit 130' HUP INT PIPE TERM

settings() {
    cat >"$dir/$1.json" <<END
{
  "address": "desk@desk.example",
  "imap": {"host": "localhost", "port": $IMAPS_PORT, "ca_file": "$CA_FILE", "user": "desk@desk.example", "password_file": "$PASSWORD_FILE"},
  "smtp": {"connections": $connections, $2},
  "limits": {"head_bytes": $head_bytes, "guest_hour": 1000000, "guest_day": 1000000},
  "breaker": {"domain_hour": 1000000, "all_hour": 1000000},
  "journal_file": "$dir/$1.sqlite"
}
END
}

start_sink() {
    sink_port=$((SMTP_PORT + 1))
    smtp-sink -u nobody -c "127.0.0.1:$sink_port" 1000 >/dev/null 2>&1 &
    sink=$!
}

fill() { "$servers" deliver "$dir/servers" desk@desk.example "$dir/questions"; }

empty() { find "$DESK_MAILDIR" -type f -path '*/[nc][eu][wr]/*' -delete && rm -f "$DESK_MAILDIR"/dovecot*; }

await_postfix() { until postqueue -c "$dir/servers/smtp" -p | grep -q 'Mail queue is empty'; do sleep 0.2; done; }

push() { smtp-source -d -s $connections -m "$count" -l "$reply_bytes" -f desk@desk.example -t asker@clinic.example "127.0.0.1:$1"; }

fetch() { "$bin/bench-limit" fetch "$IMAPS_PORT" "$CA_FILE" desk@desk.example "$PASSWORD_FILE" $head_bytes; }

journal() { rm -f "$dir/limit.sqlite"* && "$bin/bench-limit" journal "$dir/limit.sqlite" "$count"; }

# The three at once: what a program that does nothing itself would need.
overlapped() {
    fetch >/dev/null & a=$!
    journal >/dev/null & b=$!
    push "$1"
    wait $a $b
}

replies() { find "$ASKER_MAILDIR/new" -type f | wc -l; }

# Seconds until one more for each question lies in the asker's mailbox, counted from begin; 0 where the server keeps nothing.
delivered_s() {
    if [ "$1" = postfix ]; then
        until [ "$(replies)" -ge $((before + count)) ]; do sleep 0.02; done
        echo "$begin $(date +%s.%N)" | awk '{ print $2 - $1 }'
    else
        echo 0
    fi
}

start_clock() {
    await_postfix
    before=$(replies)
    begin=$(date +%s.%N)
}

stop_clock() { echo "$begin $(date +%s.%N)" | awk '{ print $2 - $1 }'; }

# run NAME PORT: the daemon, then the limit beside it.
run() {
    empty && fill
    start_clock
    "$bin/bench-measure" "$bin/codingdeskd" --config "$dir/$1.json" --once 2>"$dir/log" >"$dir/out" || { grep -v " answer: " "$dir/log" | tail && exit 1; }
    ours_s=$(delivered_s "$1")
    answered=$(sqlite3 "$dir/$1.sqlite" 'SELECT count(*) FROM exchange WHERE step = 4')
    [ "$answered" = "$count" ] || { echo "only $answered of $count were answered" && exit 1; }
    reply_bytes=${reply_bytes:-6000}
    empty && fill
    fetch_s=$(fetch) journal_s=$(journal)
    start_clock
    push "$2"
    push_s=$(stop_clock) raw_s=$(delivered_s "$1")
    start_clock
    overlapped "$2"
    all_s=$(stop_clock)
    await_postfix
    awk -v name="$1" -v n="$count" -v fetch="$fetch_s" -v journal="$journal_s" -v push="$push_s" -v all="$all_s" \
        -v ours="$ours_s" -v raw="$raw_s" '{
        printf "{\"bench\": \"%s\", \"questions\": %d, \"mails_per_s\": %.0f, \"cpu_ms_per_mail\": %.3f, \"peak_rss_mib\": %.1f, ", name, n, n / $1, $2 * 1000 / n, $3 / 1024
        printf "\"limit_fetch_per_s\": %.0f, \"limit_push_per_s\": %.0f, \"limit_journal_per_s\": %.0f, \"limit_overlapped_per_s\": %.0f, ", n / fetch, n / push, n / journal, n / all
        printf "\"ratio_to_limit\": %.2f, \"ratio_to_push\": %.2f", all / $1, push / $1
        if (ours) printf ", \"delivered_per_s\": %.0f, \"limit_delivered_per_s\": %.0f, \"ratio_delivered\": %.2f", n / ours, n / raw, raw / ours
        print "}" }' "$dir/out"
}

latency() {
    empty
    "$bin/codingdeskd" --config "$dir/latency.json" 2>>"$dir/log" &
    daemon=$!
    sleep 2
    "$bin/bench-latency" "$DESK_MAILDIR" "$ASKER_MAILDIR" "$(id -u "$MAIL_USER")" 20 >"$dir/latency"
    kill $daemon
    wait $daemon || :
    daemon=
    awk '{ t[NR] = $1 } END { printf "{\"bench\": \"latency\", \"questions\": %d, \"median_ms\": %.1f, \"worst_ms\": %.1f}\n", NR, (t[int((NR + 1) / 2)] + t[int(NR / 2) + 1]) / 2, t[NR] }' "$dir/latency"
}

"$servers" start "$dir/servers"
# shellcheck source=/dev/null
. "$dir/servers/env"
mkdir "$dir/questions"
awk -v folder="$dir/questions" -v count="$count" -f "$here/questions.awk"
start_sink
submission="\"host\": \"localhost\", \"port\": $SUBMISSION_PORT, \"security\": \"starttls\", \"ca_file\": \"$CA_FILE\", \"user\": \"desk@desk.example\", \"password_file\": \"$PASSWORD_FILE\""
settings sink "\"host\": \"127.0.0.1\", \"port\": $sink_port, \"security\": \"plain\""
settings postfix "$submission"
settings latency "$submission"
run sink "$sink_port"
run postfix "$SMTP_PORT"
latency
