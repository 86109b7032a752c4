#!/bin/sh
# demo.sh BIN [--stay] - the whole way on real servers: five mails are submitted as a mail client would, four are answered, one is not.
# Exit status 0 only if every reply was right.
# shellcheck disable=SC2153 # the names in capitals come from the servers' env file
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
stay=${2:-}
case $stay in
'' | --stay) ;;
*) echo "demo: $stay is no option; there is --stay" >&2 && exit 2 ;;
esac
dir=$(mktemp -d /tmp/codingdesk-demo.XXXXXX)
chmod 711 "$dir" # the servers run as other users
daemon=
wrong=0

clean_up() {
    [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || :
    [ -z "$daemon" ] || wait "$daemon" 2>/dev/null || :
    "$here/servers.sh" stop "$dir/servers" 2>/dev/null || :
    rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 130' HUP INT PIPE TERM

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

write_settings() {
    cat >"$dir/codingdesk.json" <<END
{
  "address": "desk@desk.example",
  "name": "Coding desk",
  "imap": {"host": "localhost", "port": $IMAPS_PORT, "ca_file": "$CA_FILE", "user": "desk@desk.example", "password_file": "$PASSWORD_FILE"},
  "smtp": {"host": "localhost", "port": $SUBMISSION_PORT, "security": "starttls", "ca_file": "$CA_FILE", "user": "desk@desk.example", "password_file": "$PASSWORD_FILE"},
  "limits": {"guest_hour": 1000000, "guest_day": 1000000}, "breaker": {"domain_hour": 1000000, "all_hour": 1000000},
  "journal_file": "$dir/journal.sqlite"
}
END
}

submit() {
    curl --silent --show-error --url "smtp://localhost:$SUBMISSION_PORT" --ssl-reqd --cacert "$CA_FILE" --user "asker@clinic.example:$(cat "$PASSWORD_FILE")" \
        --mail-from asker@clinic.example --mail-rcpt desk@desk.example --crlf --upload-file "$1"
}

# The reply to a question, in the asker's own mailbox, as soon as it is there.
await_reply() {
    turns=0
    while [ $turns -lt 200 ]; do
        reply=$(grep -rlsF "In-Reply-To: $1" "$ASKER_MAILDIR/new" | head -n 1)
        [ -z "$reply" ] || return 0
        sleep 0.05
        turns=$((turns + 1))
    done
    return 1
}

# Every line of the .expect file must stand in the reply; it must say that it is automatic.
check() {
    while read -r wanted; do
        grep -qF -- "$wanted" "$dir/reply" || { echo "MISSING IN THE REPLY: $wanted" && wrong=1; }
    done <"$1"
    grep -q '^Auto-Submitted: auto-replied' "$dir/reply" || { echo 'THE REPLY DOES NOT SAY THAT IT IS AUTOMATIC' && wrong=1; }
}

ask() {
    name=$(basename "$1" .eml)
    sed "s|@FIRST-ANSWER@|${first:-}|" "$1" >"$dir/question.eml"
    say "Question $name"
    "$bin/show-mail" "$dir/question.eml"
    submit "$dir/question.eml"
}

answered() {
    await_reply "<demo-${name%%-*}@clinic.example>" || { echo 'NO REPLY CAME' && wrong=1 && return 0; }
    "$bin/show-mail" "$reply" >"$dir/reply"
    say "Reply $name"
    cat "$dir/reply"
    check "$here/demo/$name.expect"
}

silent() {
    turns=0
    until "$bin/codingdesk" --journal "$dir/journal.sqlite" history list --json | grep -q '"reason": *"auto-submitted"'; do
        turns=$((turns + 1))
        [ $turns -lt 200 ] || { echo 'THE NOTICE IS NOT IN THE JOURNAL' && wrong=1 && return 0; }
        sleep 0.05
    done
    ! grep -rqsF "In-Reply-To: <demo-5@clinic.example>" "$ASKER_MAILDIR/new" || { echo 'THE NOTICE WAS ANSWERED' && wrong=1; }
    echo '(no reply, as it should be)'
}

stay_running() {
    cat <<END

Still running; end it with Ctrl-C. For a mail client of your own (it must trust the CA):
  IMAP        localhost:$IMAPS_PORT (TLS)
  submission  localhost:$SUBMISSION_PORT (STARTTLS)
  login       you@clinic.example, any name; password $(cat "$PASSWORD_FILE")
  CA          $CA_FILE
  write to    desk@desk.example
  journal     $bin/codingdesk --journal $dir/journal.sqlite history list
END
    wait "$daemon"
}

say 'Starting a Dovecot, a Postfix and codingdeskd of our own'
"$here/servers.sh" start "$dir/servers"
# shellcheck source=/dev/null
. "$dir/servers/env"
write_settings
"$bin/codingdeskd" --config "$dir/codingdesk.json" &
daemon=$!

first=
for question in "$here"/demo/*.eml; do
    ask "$question"
    if [ -e "${question%.eml}.expect" ]; then answered; else silent; fi
    [ -n "$first" ] || first=$(sed -n 's/^Message-ID: //p' "$dir/reply")
done

say 'The journal'
"$bin/codingdesk" --journal "$dir/journal.sqlite" history list
[ "$stay" != --stay ] || stay_running
[ $wrong = 0 ] && say 'Every reply was right.'
exit $wrong
