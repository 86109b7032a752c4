/* smtp_talk.h - one connection's worth of an outbox: it takes a letter, connects when need be, says MAIL, RCPT, DATA (in one go where
 * the server allows it, RFC 2920) and the letter, and knows from each answer and each loss whether the letter was taken.
 * Order: smtp_talk_new, (begin, (poll_set, work)* until finished, take)*, smtp_talk_free. */
#ifndef MAIL_SMTP_TALK_H
#define MAIL_SMTP_TALK_H

#include <poll.h>

#include "base/buf.h"
#include "mail/outbox.h"
#include "mail/smtp_link.h"

enum smtp_stage {
    SMTP_DOWN,       /* no connection */
    SMTP_CONNECTING, /* libcurl is at it */
    SMTP_IDLE,       /* connected, nothing to say */
    SMTP_ENVELOPE,   /* the server has sender and recipient, or hears them: nothing of the letter */
    SMTP_DATA,       /* it has a part of the letter, not its end: it can not have taken it */
    SMTP_DOT,        /* it has the end: only its answer says whether it took the letter */
};

struct smtp_talk;

struct smtp_talk *smtp_talk_new(const struct outbox_settings *); /* NULL: out of memory */
void smtp_talk_free(struct smtp_talk *);                         /* NULL is fine */

bool smtp_talk_busy(const struct smtp_talk *); /* from begin until its report was taken */
bool smtp_talk_connected(const struct smtp_talk *);

/* FAIL_INPUT, FAIL_LIMIT: the bytes can not be sent. */
int smtp_talk_begin(struct smtp_talk *, const char *recipient, struct span bytes, void *tag, struct why *why);

size_t smtp_talk_poll_set(const struct smtp_talk *, struct pollfd ret[SMTP_LINK_SOCKETS]);
long long smtp_talk_deadline(const struct smtp_talk *); /* on wire_clock_ms; work must be called then. -1: none */
void smtp_talk_work(struct smtp_talk *, const struct pollfd *polled, size_t count);

bool smtp_talk_finished(const struct smtp_talk *);
void smtp_talk_take(struct smtp_talk *, struct outbox_report *ret);

#endif
