/* outbox.h - submission over SMTP (RFC 5321, 6409, 3207, 4954, 2920): several connections side by side, kept open and used again.
 * libcurl connects, starts TLS and logs in (see mail/smtp_link.h); nothing blocks but outbox_wait and the fetching of an access token.
 * Order: open, (submit while outbox_free > 0, wait, next until false)*, close. Close abandons what is under way: its outcome is unknown.
 * Each command has server.timeout_s for its answer; the end of the data has ten times that, since giving up there leaves doubt. */
#ifndef MAIL_OUTBOX_H
#define MAIL_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fail.h"
#include "base/name.h"
#include "base/span.h"
#include "mail/oauth.h"
#include "mail/wire.h"

struct outbox_settings {
    struct wire_settings server; /* max_response_bytes is not used */
    const char *user, *password; /* NULL: no authentication */
    struct oauth *oauth;         /* logs in with tokens from there, borrowed until outbox_close; NULL: with the password */
    const char *envelope_from;   /* "" is the null sender "<>" */
    const char *ehlo_name;       /* NULL: the name of this host */
    size_t connections;          /* 1 to 32; 4 */
};

struct outbox;

enum outbox_result {
    OUTBOX_SENT,    /* the server took it: 2xx after the final dot */
    OUTBOX_DELAYED, /* not taken, for now: no connection, 4xx, a loss before the end of the data. Trying again is safe. Also a 5xx
                       that is about us (account suspended, sender refused): it says nothing against this letter, and would be said
                       of each that waits; why has the server's words for the administrator */
    OUTBOX_REFUSED, /* not taken, for good: 5xx to RCPT, DATA or the letter, unless its enhanced code lays it at our door */
    OUTBOX_UNKNOWN, /* the link was lost after the end of the data had been handed over: it may have been taken */
    OUTBOX_BROKEN,  /* not taken, and no other will be: certificate, login, configuration; 530, 535 or 538 to MAIL */
};
extern const struct name outbox_results[]; /* sent, delayed, refused, unknown, broken */

/* At whose door the server lays it that it did not take a letter (mail/smtp_verdict.h). */
enum outbox_blame {
    BLAME_LETTER,     /* at the letter's or its recipient's; or at nobody's */
    BLAME_US,         /* at ours: it knew nothing of the letter yet */
    BLAME_PERHAPS_US, /* at ours by its words; but one recipient's server may say them too, where ours only passes them on */
    BLAME_EITHER,     /* at ours or at this recipient's, its words leave open which: no other letter waits for it */
};

struct outbox_report {
    void *tag;                 /* the submitter's */
    enum outbox_result result;
    int smtp_code;             /* the last reply code, 0 when there was none */
    bool reached;              /* this letter's connection was ready for it, greeting, EHLO and login done: the server is there. False:
                                  others would fare no better now, wait before any is sent */
    enum outbox_blame blame;   /* of delayed ones */
    struct why why;            /* what happened, unless sent */
};

/* Connects to nothing yet. Borrows the strings until outbox_close. FAIL_CONFIG: a setting can not be used. */
int outbox_open(const struct outbox_settings *, struct outbox **ret, struct why *why);
void outbox_close(struct outbox *); /* NULL is fine */

size_t outbox_free(const struct outbox *); /* connections that can take a letter at once */
size_t outbox_busy(const struct outbox *); /* letters whose report was not taken yet */

/* Begin to send; bytes and recipient are borrowed until its report comes. FAIL_AGAIN: no connection is free. FAIL_INPUT, nothing was
 * sent: recipient can not be used in an SMTP command, or a line of bytes does not end in CRLF. */
int outbox_submit(struct outbox *, const char *recipient, struct span bytes, void *tag, struct why *why);

/* Work until a report can be taken (at once when one can), extra_fd (or -1) has one of events, or timeout_ms is over (-1: never).
 * >0: extra_fd is ready; 0 otherwise; <0: error.
 * Has the shape of wire_wait_fn, so that mail goes out while the mailbox is waited for. */
int outbox_wait(struct outbox *, int extra_fd, short events, int timeout_ms);

/* The next finished letter. */
bool outbox_next(struct outbox *, struct outbox_report *ret);

#endif
