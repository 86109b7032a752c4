/* smtp_link.h - a connection to a submission server: libcurl resolves, connects, starts TLS, greets and logs in; what is said then
 * is the caller's (mail/smtp_talk.c). Each link has a curl multi handle of its own: in a shared one, connecting anew closes the
 * others' connections when they look idle or have an answer pending. Nothing blocks but the fetching of an access token (mail/oauth.h),
 * nor does hanging up while a name server is asked: libcurl's thread that asks is left to end by itself.
 * Each connection is a handle of its own, so that libcurl logs in with the token of now; one that the server refuses is replaced once.
 * Order: smtp_link_init once, then (connect, work until not SMTP_LINK_BUSY, send and reply until lost, hang_up)*. */
#ifndef MAIL_SMTP_LINK_H
#define MAIL_SMTP_LINK_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/fail.h"
#include "base/span.h"
#include "mail/outbox.h"

enum { SMTP_LINK_SOCKETS = 8, SMTP_LINK_TEXT_BYTES = 256, SMTP_REPLY_BYTES = 8192 };

enum smtp_link_state { SMTP_LINK_BUSY, SMTP_LINK_UP, SMTP_LINK_FAILED };

struct smtp_link {
    const struct outbox_settings *settings;
    void *curl, *multi; /* NULL while down */
    int fd;
    bool pipelining;    /* the server's EHLO named it (RFC 2920) */
    bool logged_in;
    unsigned token_serial;
    bool second_token;  /* the server would not have the first */
    int failed;         /* connecting anew with the second did not even begin: why says the reason */
    struct why why;
    struct pollfd sockets[SMTP_LINK_SOCKETS]; /* libcurl's, while it connects */
    size_t socket_count;
    long long timer_ms; /* libcurl's, -1: none */
    int curl_code;
    int greeting_code;  /* the last SMTP reply libcurl saw, 0: none */
    size_t in_len;
    char in[SMTP_REPLY_BYTES];
    char reply_text[SMTP_LINK_TEXT_BYTES], curl_text[WIRE_ERROR_BYTES];
    char login_text[SMTP_LINK_TEXT_BYTES]; /* what the server said of a token */
};

struct smtp_reply {
    int code;
    struct span text; /* of its last line, without the code; valid until the next call */
};

void smtp_link_init(struct smtp_link *, const struct outbox_settings *);
/* FAIL_SYSTEM; FAIL_CONFIG: the host is no host name, or a person has to log in; FAIL_AGAIN: no access token can be had now. */
int smtp_link_connect(struct smtp_link *, struct why *why);
void smtp_link_hang_up(struct smtp_link *);

/* While it connects: what to poll for, and going on with what poll said. */
size_t smtp_link_poll_set(const struct smtp_link *, struct pollfd ret[SMTP_LINK_SOCKETS]);
enum smtp_link_state smtp_link_work(struct smtp_link *, const struct pollfd *polled, size_t count);

/* Why connecting failed: FAIL_AGAIN, or FAIL_CONFIG (certificate, login, no STARTTLS). */
int smtp_link_explain(const struct smtp_link *, struct why *why);

/* Connect, log in, hang up: does it work? For `codingdesk login`; blocks, at most for some of the server's time-outs. As smtp_link_explain. */
int smtp_link_try(const struct outbox_settings *, struct why *why);

/* Bytes taken, 0: none now, <0: the link is lost. */
ssize_t smtp_link_send(struct smtp_link *, struct span bytes);

/* 1: a whole reply, 0: none yet, <0: the link is lost, or what came is no SMTP. */
int smtp_link_reply(struct smtp_link *, struct smtp_reply *ret);

#endif
