/* senders.h - who asks how often: what the journal knows of senders, and how many replies have gone to whom.
 * Nothing is counted in step with the mail. What counts are the exchanges themselves: a reply counts from the moment the question was
 * found, once its text is in the journal, whether it has left already or waits. So a restart changes nothing, and a reply that is
 * withdrawn (its exchange is read again and not answered) counts no more.
 * Two mailboxes that share a journal share the counts. Addresses and domains are compared ignoring case. Replies are counted by mailbox:
 * asker+1@x and asker+2@x are one. Who is registered or blocked is so by the whole address.
 * Errors and transactions as in journal.h. */
#ifndef STORE_SENDERS_H
#define STORE_SENDERS_H

#include "store/journal.h"

enum standing {
    STANDING_GUEST,      /* no row: everybody else */
    STANDING_REGISTERED, /* has confirmed by mail that the address is theirs, or was registered by a person */
    STANDING_LISTED,     /* of a domain that the configuration names: never stored */
    STANDING_BLOCKED,    /* gets no reply */
};
extern const struct name standing_names[]; /* guest, registered, listed, blocked */

struct sender_row {
    const char *address;
    enum standing standing;
    time_t since; /* 0 for a guest */
};
struct sender_rows {
    struct sender_row *items;
    size_t count;
};

/* A guest where there is no row; the address is borrowed. */
int journal_sender(struct journal *, const char *address, struct sender_row *ret, struct why *why);

/* Writes; GUEST removes the row. Who has this standing already keeps the day it began. FAIL_BUG: STANDING_LISTED. */
int journal_sender_set(struct journal *, const char *address, enum standing, time_t now, struct why *why);

int journal_senders(struct journal *, struct arena *, struct sender_rows *ret, struct why *why); /* by address */

/* A sliding window: what was found less than this many seconds before or after now. After: the clock was set back since; further away
 * than the window it tells nothing, and is left out. */
struct window {
    time_t now;
    long seconds;
};
bool window_holds(const struct window *, time_t);

enum reply_group { REPLIES_TO_ADDRESS, REPLIES_TO_DOMAIN, REPLIES_TO_ALL };

/* When the nth newest reply (from 1) in the window was asked for: while *ret is not 0, n or more are in the window, and at *ret plus its
 * seconds fewer than n will be. who: the address or the domain; "" for all. Replies that tell of the limit (TOLD_LIMIT) are left out
 * of REPLIES_TO_ADDRESS. Costs n steps in an index, however many exchanges there are. */
int journal_nth_reply(struct journal *, enum reply_group, const char *who, const struct window *, size_t nth, time_t *ret, struct why *why);

/* Whether a question that is read once more has its reply in the journal already: then it would be counted against itself. *ret: when it
 * was found, 0: it has none. */
int journal_own_reply(struct journal *, const char *account, const char *question_key, time_t *ret, enum told *ret_told, struct why *why);

/* Was this asker told so, by an exchange found at or after since and before until? */
int journal_told_since(struct journal *, const char *asker, enum told, time_t since, time_t until, bool *ret, struct why *why);

/* Writes: something that is done at most once in so many seconds is done now; *ret is false where that was less than so long ago. Recorded
 * before it is done, so that a crash leaves it undone and never done twice. */
int journal_notice(struct journal *, const char *name, const struct window *, bool *ret, struct why *why);

#endif
