/* mailbox.h - an IMAP folder seen as a queue of messages that wait for an answer.
 * RFC 3501, 9051, 2177 (IDLE), 6851 (MOVE), 4315 (UIDPLUS), 6154 (special use).
 * Order: open, (fetch, file, wait)*, close. No call but mailbox_wait blocks longer than timeout_s a command.
 * A message waits as long as it lies in the folder; \Seen and \Flagged mean nothing here and are never changed.
 * FAIL_AGAIN from any call: the connection is gone; close, wait (back-off is the caller's), open again. */
#ifndef MAIL_MAILBOX_H
#define MAIL_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/span.h"
#include "mail/oauth.h"
#include "mail/wire.h"

enum mailbox_place { PLACE_ANSWERED, PLACE_DESK, PLACE_IGNORED, PLACE_COUNT };

struct mailbox_settings {
    struct wire_settings server;
    const char *user, *password;
    struct oauth *oauth;             /* logs in with tokens from there; NULL: with the password */
    const char *folder;              /* "INBOX" */
    const char *places[PLACE_COUNT]; /* names in UTF-8, created when missing; "\\Archive" and its like: the folder of that special use */
    int idle_s;                      /* IDLE is renewed after this long; 300 */
    int poll_s;                      /* looked at anyway after this long, and the interval where IDLE is missing; 60 */
    size_t max_message_bytes;        /* larger ones are not downloaded; 25 MiB */
    size_t head_bytes;               /* fetched of each message at first; 65536 */
    bool was_open;                   /* it was open before: where the folder is not there, it is FAIL_AGAIN, since it may come back */
};

struct mailbox;

struct mail {
    uint32_t uid;
    size_t size;       /* RFC822.SIZE */
    struct span bytes; /* the first head_bytes, or all of it; empty when too_large */
    bool whole;        /* bytes is the complete message */
    bool too_large;
};

struct mail_batch {
    uint32_t uid_validity;
    struct mail *mails;
    size_t count;
};

/* Connect, log in, create the missing folders, select. The strings of the settings and oauth are borrowed until mailbox_close.
 * FAIL_CONFIG: login refused, certificate, a folder that can not be made, a server that can neither MOVE nor UID EXPUNGE. */
int mailbox_open(const struct mailbox_settings *, struct mailbox **ret, struct why *why);
void mailbox_close(struct mailbox *); /* NULL is fine */
uint32_t mailbox_uid_validity(const struct mailbox *);

/* See wire.h: what to do while the server thinks. */
void mailbox_while_waiting(struct mailbox *, wire_wait_fn *, void *context);

/* The next waiting messages, oldest first, at most max (and at most 200); each UID is returned once a connection, so what is in hand
 * does not come again. A message that is gone meanwhile is simply not among them. A message the server answers for in a form that can
 * not be parsed comes back with empty bytes and whole false. The arena needs room for max times head_bytes. The next batch is on its
 * way when this one is returned. FAIL_EMPTY: nothing waits; for a second after it the server is not asked again unless it tells of new
 * mail, so looking often costs nothing. What a server overlooked is found within an hour. */
int mailbox_fetch(struct mailbox *, size_t max, struct arena *, struct mail_batch *ret, struct why *why);

/* All of one message. FAIL_EMPTY: it is gone. FAIL_LIMIT: it is larger than max_message_bytes. FAIL_INPUT: the server can not give it
 * in a form that can be parsed. */
int mailbox_fetch_whole(struct mailbox *, uint32_t uid, struct arena *, struct span *ret, struct why *why);

/* Move messages away: MOVE, or COPY and UID EXPUNGE of just these. UIDs that are gone are no failure: doing it twice does no harm.
 * FAIL_SYSTEM: the server refuses. FAIL_AGAIN also: it says that this will pass. */
int mailbox_file(struct mailbox *, enum mailbox_place, const uint32_t *uids, size_t count, struct why *why);

/* Block until the server tells of new mail, wake_fd (or -1) becomes readable or timeout_ms (-1: none) is over. 0: look with mailbox_fetch.
 * FAIL_EMPTY: nothing new; also whenever the wait function came back early. Renews IDLE, and returns 0 when poll_s is over. */
int mailbox_wait(struct mailbox *, int wake_fd, int timeout_ms, struct why *why);

#endif
