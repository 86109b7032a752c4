/* imap_answer.h - what a server's FETCH answers hold, as libetpan has parsed them. For mailbox.c and its helpers alone. */
#ifndef MAIL_IMAP_ANSWER_H
#define MAIL_IMAP_ANSWER_H

#include <libetpan/mailimap_types.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct imap_message {
    uint32_t uid; /* 0: the answer does not say */
    bool has_size, has_body;
    bool absent; /* NIL where the message should be: Dovecot says so of one that was removed this moment */
    size_t size;
    struct span body; /* borrowed from the answer */
};

struct imap_message imap_message_of(const struct mailimap_msg_att *answer);

#endif
