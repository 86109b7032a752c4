#!/bin/sh
# servers.sh - a Dovecot and a Postfix of one's own, under one folder, on free loopback ports, for the demo, the live tests and the bench.
#
#   servers.sh start DIR [--cert=good|expired|wrong-host] [--no-starttls] [--imap-capability='IMAP4rev1 ...'] [--tokens=xoauth2|oauthbearer]
#   servers.sh stop DIR                             both, by pid; DIR stays
#   servers.sh restart-imap DIR   (also stop-imap, start-imap)    same ports, same mail
#   servers.sh restart-smtp DIR   (also stop-smtp, start-smtp)
#   servers.sh deliver DIR USER@DOMAIN FOLDER       every file of FOLDER into that user's maildir at once, as if it had been delivered
#
# Every user of desk.example and clinic.example exists and has the password in DIR/password; mail between the two goes through Postfix and
# LMTP into a maildir; mail to anywhere else is refused. Postfix answers 550 for refused@clinic.example and 450 for later@clinic.example;
# what it takes for gone@clinic.example it bounces.
# DIR/env tells a shell (". DIR/env") where everything is:
#   IMAP_PORT (STARTTLS), IMAPS_PORT, SMTP_PORT (STARTTLS, for mail to the two domains), SUBMISSION_PORT (STARTTLS, then a login),
#   LMTP_SOCKET, CA_FILE, FOREIGN_CA_FILE (signed nothing here), PASSWORD_FILE, MAIL_ROOT (MAIL_ROOT/DOMAIN/USER/Maildir), MAIL_USER,
#   DESK_MAILDIR, ASKER_MAILDIR, IMAP_LOG, SMTP_LOG. With --no-starttls nothing speaks TLS and IMAPS_PORT is 0.
# With --tokens both servers also take access tokens by that mechanism: JSON Web Tokens (HS256, "sub" is the user) by the key in TOKEN_KEY_FILE.
# To put mail straight into a maildir: write it into its tmp/, chown it to MAIL_USER, rename it into its new/. "deliver" does that.
# Needs root: both servers change user. Nothing outside DIR is written.
# shellcheck disable=SC2153 # the names in capitals come from DIR/env
set -eu
umask 022
PATH=$PATH:/usr/sbin:/sbin

mail_user=mail
domains='desk.example clinic.example'
wait_turns=200

fail() {
    echo "servers.sh: $*" >&2
    exit 1
}

# Listening now, on IPv4 or IPv6? State 0A in the kernel's table.
listens() {
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$(printf '%04X' "$1")" '
        $4 == "0A" && $2 ~ ":" port "$" { found = 1 } END { exit !found }'
}

# Below the ports that the kernel gives to outgoing connections.
free_port() {
    while :; do
        port=$((15000 + $(od -An -N2 -tu2 /dev/urandom) % 17000))
        case " $taken " in *" $port "*) continue ;; esac
        listens "$port" || break
    done
    taken="$taken $port"
}

await_port() {
    turns=0
    until listens "$1"; do
        turns=$((turns + 1))
        [ $turns -lt $wait_turns ] || fail "$2 does not listen on port $1; see $3"
        sleep 0.05
    done
}

# A process that ended but that nobody has waited for yet is not running.
runs() {
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    case ${stat##*) } in Z*) return 1 ;; esac
}

# end_process PID: ask it to end, wait until it has.
end_process() {
    kill -TERM "$1" 2>/dev/null || return 0
    turns=0
    while runs "$1"; do
        turns=$((turns + 1))
        [ $turns -lt $wait_turns ] || kill -KILL "$1" 2>/dev/null || :
        sleep 0.05
    done
}

children_of() {
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v parent="$1" '{ pid = $1; sub(/.*\) /, ""); if ($2 == parent) print pid }'
}

# stop_by_pid FILE: the process and its children. Dovecot's go on serving who is connected when their master alone has ended.
stop_by_pid() {
    [ -s "$1" ] || return 0
    read -r master <"$1" || :
    children=$(children_of "$master")
    for process in $master $children; do
        end_process "$process"
    done
}

# certificate NAME SUBJECT ALTERNATIVE-NAMES START END: tls/NAME.pem and its key, by the CA in tls/ca.pem
certificate() {
    printf '[sign]\nsubjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$3" >tls/"$1".cnf
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config tls/ca.cnf -subj "/CN=$2" \
        -keyout tls/"$1".key -out tls/"$1".csr 2>>tls/log
    openssl ca -batch -config tls/ca.cnf -extfile tls/"$1".cnf -extensions sign -startdate "$4" -enddate "$5" -notext \
        -in tls/"$1".csr -out tls/"$1".pem 2>>tls/log
}

authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config tls/ca.cnf -extensions authority -days 3650 \
        -subj "/CN=$2" -keyout tls/"$1".key -out tls/"$1".pem 2>>tls/log
}

make_certificates() {
    mkdir -m 700 tls tls/issued
    : >tls/index
    echo 01 >tls/serial
    cat >tls/ca.cnf <<END
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[ca]
default_ca = ours
[ours]
database = $dir/tls/index
serial = $dir/tls/serial
new_certs_dir = $dir/tls/issued
certificate = $dir/tls/ca.pem
private_key = $dir/tls/ca.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
END
    authority ca 'Throw-away CA'
    authority foreign-ca 'Foreign CA'
    ours='DNS:localhost,IP:127.0.0.1'
    case $cert in
    good) certificate server localhost "$ours" 20200101000000Z 20491231000000Z ;;
    expired) certificate server localhost "$ours" 20200101000000Z 20200201000000Z ;;
    wrong-host) certificate server elsewhere.example DNS:elsewhere.example 20200101000000Z 20491231000000Z ;;
    *) fail "--cert=$cert is not one of good, expired, wrong-host" ;;
    esac
    chmod 644 tls/ca.pem tls/foreign-ca.pem
    chmod 711 tls
}

make_maildirs() {
    mkdir mail
    for user in desk.example/desk clinic.example/asker; do
        mkdir -p "mail/$user/Maildir/cur" "mail/$user/Maildir/new" "mail/$user/Maildir/tmp"
    done
    chown -R "$mail_user" mail
    chmod -R u=rwX,go= mail/*
}

# Dovecot looks for the key, in base64, under AZP/ALGORITHM/KEY-ID of the token; a token that names neither means "default".
configure_tokens() {
    token_passdb=
    [ -n "$tokens" ] || return 0
    mkdir -p imap/keys/default/HS256
    openssl rand -base64 32 >imap/keys/default/HS256/default
    cat >imap/tokens.conf <<END
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=$dir/imap/keys/
username_attribute = sub
END
    token_passdb="passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = $dir/imap/tokens.conf
}"
}

configure_dovecot() {
    mkdir -p imap/run imap/state
    if [ "$starttls" = yes ]; then
        tls="ssl = yes
ssl_cert = <$dir/tls/server.pem
ssl_key = <$dir/tls/server.key"
    else
        tls='ssl = no
disable_plaintext_auth = no'
    fi
    configure_tokens
    cat >imap/dovecot.conf <<END
protocols = imap lmtp
listen = 127.0.0.1
base_dir = $dir/imap/run
state_dir = $dir/imap/state
instance_name = throw-away
log_path = $dir/imap/log
$tls
auth_mechanisms = plain login $tokens
auth_failure_delay = 0
$token_passdb
passdb {
  driver = static
  args = password=$password
  username_filter = *@desk.example *@clinic.example
}
userdb {
  driver = static
  args = uid=$mail_user gid=$mail_user home=$dir/mail/%d/%n
}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
namespace inbox {
  inbox = yes
  separator = /
  mailbox Archive {
    special_use = \\Archive
    auto = create
  }
}
protocol imap {
  ${imap_capability:+imap_capability = $imap_capability}
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $imap_port
  }
  inet_listener imaps {
    port = $imaps_port
    ssl = yes
  }
}
service lmtp {
  unix_listener $dir/imap/lmtp {
    user = postfix
    mode = 0600
  }
}
service auth {
  unix_listener $dir/smtp/queue/private/auth {
    user = postfix
    mode = 0600
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
END
}

make_queue() {
    mkdir -p smtp/queue/pid smtp/state
    chown postfix smtp/state
    for folder in active bounce corrupt defer deferred flush hold incoming private saved trace maildrop public; do
        mkdir -m 700 "smtp/queue/$folder"
        chown postfix "smtp/queue/$folder"
    done
    chgrp postdrop smtp/queue/maildrop smtp/queue/public
    chmod 1730 smtp/queue/maildrop
    chmod 2710 smtp/queue/public
}

configure_postfix() {
    make_queue
    tls_level=may
    submission_level=encrypt
    [ "$starttls" = yes ] || tls_level=none submission_level=none
    cat >smtp/main.cf <<END
compatibility_level = 3.6
queue_directory = $dir/smtp/queue
data_directory = $dir/smtp/state
maillog_file = $dir/smtp/log
maillog_file_prefixes = $dir
syslog_name = postfix
myhostname = mail.desk.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = $domains
virtual_transport = lmtp:unix:$dir/imap/lmtp
transport_maps = inline:{{gone@clinic.example = gone:}}
default_transport = error:5.7.1 nothing leaves this machine
relay_transport = error:5.7.1 nothing leaves this machine
local_transport = error:5.7.1 no local delivery
relay_domains =
notify_classes =
smtpd_tls_security_level = $tls_level
smtpd_tls_cert_file = $dir/tls/server.pem
smtpd_tls_key_file = $dir/tls/server.key
smtpd_tls_auth_only = $starttls
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{{refused@clinic.example = 550 5.1.1 no such user}, {later@clinic.example = 450 4.2.0 mailbox busy}}
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
message_size_limit = 52428800
virtual_mailbox_limit = 0
mailbox_size_limit = 0
in_flow_delay = 0
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
transport_retry_time = 2s
service_throttle_time = 1s
END
    cat >smtp/master.cf <<END
127.0.0.1:$smtp_port inet n - n - - smtpd
127.0.0.1:$submission_port inet n - n - - smtpd
  -o smtpd_tls_security_level=$submission_level
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
gone unix - n n - - pipe user=nobody argv=/bin/sh -c {exit 67}
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
END
}

write_env() {
    cat >./env <<END
IMAP_PORT=$imap_port
IMAPS_PORT=$imaps_port
SMTP_PORT=$smtp_port
SUBMISSION_PORT=$submission_port
LMTP_SOCKET=$dir/imap/lmtp
CA_FILE=$dir/tls/ca.pem
FOREIGN_CA_FILE=$dir/tls/foreign-ca.pem
PASSWORD_FILE=$dir/password
MAIL_ROOT=$dir/mail
MAIL_USER=$mail_user
DESK_MAILDIR=$dir/mail/desk.example/desk/Maildir
ASKER_MAILDIR=$dir/mail/clinic.example/asker/Maildir
IMAP_LOG=$dir/imap/log
TOKEN_KEY_FILE=${tokens:+$dir/imap/keys/default/HS256/default}
SMTP_LOG=$dir/smtp/log
END
}

# Started without descriptors of ours: a caller that reads our output must see its end when we end.
start_imap() {
    dovecot -c imap/dovecot.conf >imap/start.log 2>&1 </dev/null || fail "Dovecot does not start: $(cat imap/start.log)"
    await_port "$IMAP_PORT" Dovecot "$IMAP_LOG"
    [ "$IMAPS_PORT" = 0 ] || await_port "$IMAPS_PORT" Dovecot "$IMAP_LOG"
}

start_smtp() {
    "$(postconf -h -c "$dir/smtp" daemon_directory)"/master -c "$dir/smtp" -w >smtp/start.log 2>&1 </dev/null ||
        fail "Postfix does not start: $(cat smtp/start.log "$SMTP_LOG")"
    await_port "$SMTP_PORT" Postfix "$SMTP_LOG"
    await_port "$SUBMISSION_PORT" Postfix "$SMTP_LOG"
}

stop_imap() { stop_by_pid imap/run/master.pid; }
stop_smtp() { stop_by_pid smtp/queue/pid/master.pid; }

start() {
    cert=good starttls=yes imap_capability='' tokens=''
    for option; do
        case $option in
        --cert=*) cert=${option#*=} ;;
        --no-starttls) starttls=no ;;
        --tokens=*) tokens=${option#*=} ;;
        --imap-capability=*) imap_capability=${option#*=} ;;
        *) fail "unknown option $option" ;;
        esac
    done
    [ ! -e env ] || fail "$dir is in use already: stop it, and take an empty folder"
    taken=
    free_port && imap_port=$port
    free_port && imaps_port=$port
    free_port && smtp_port=$port
    free_port && submission_port=$port
    [ "$starttls" = yes ] || imaps_port=0
    chmod 711 .
    password=$(openssl rand -hex 16)
    (umask 077 && echo "$password" >password)
    make_certificates
    make_maildirs
    configure_dovecot
    configure_postfix
    write_env
    # shellcheck source=/dev/null
    . ./env
    start_imap
    start_smtp
}

deliver() {
    home=$MAIL_ROOT/${1#*@}/${1%@*}/Maildir
    [ -d "$home" ] || fail "$1 has no maildir yet"
    staged=$(mktemp -d "$home/tmp/staged.XXXXXX")
    cp "$2"/* "$staged"
    chown -R "$MAIL_USER" "$staged"
    stamp=$(date +%s)
    for file in "$staged"/*; do
        mv "$file" "$home/new/$stamp.${staged##*.}.${file##*/}"
    done
    rmdir "$staged"
}

[ $# -ge 2 ] || fail 'usage: servers.sh start|stop|restart-imap|restart-smtp|deliver DIR ...; the head of the file tells more'
[ "$(id -u)" = 0 ] || fail 'must be root: Dovecot and Postfix change user'
command=$1 dir=$2
shift 2
case $dir in
/*) ;;
*) fail "$dir: an absolute path is needed" ;;
esac
case $dir in *[!A-Za-z0-9/._-]*) fail "$dir: only letters, digits and / . _ - may be in the path" ;; esac
[ ${#dir} -le 60 ] || fail "$dir: the path is too long for the sockets in it (60 characters)"
mkdir -p "$dir"
cd "$dir"
if [ "$command" != start ]; then
    [ -e env ] || fail "$dir: nothing was started here"
    # shellcheck source=/dev/null
    . ./env
fi

case $command in
start) start "$@" ;;
stop) stop_smtp && stop_imap ;;
start-imap) start_imap ;;
stop-imap) stop_imap ;;
restart-imap) stop_imap && start_imap ;;
start-smtp) start_smtp ;;
stop-smtp) stop_smtp ;;
restart-smtp) stop_smtp && start_smtp ;;
deliver) deliver "$@" ;;
*) fail "unknown command $command" ;;
esac
