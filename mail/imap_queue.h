/* imap_queue.h - the messages of the selected folder, oldest first: found by a search, asked for in batches ahead of their use, so
 * that the server need not wait for us, handed out once. For mailbox.c alone.
 * FAIL_LIMIT from next and land: the connection is of no use any more. With a new one, and after imap_queue_reconnected, go on:
 * those of the batch that was spoiled are then asked for one by one, and the one that spoils its own answer is handed out empty. */
#ifndef MAIL_IMAP_QUEUE_H
#define MAIL_IMAP_QUEUE_H

#include "mail/imap.h"
#include "mail/mailbox.h"

enum { IMAP_BATCH_MAX = 200 };

struct imap_queue;

struct imap_queue *imap_queue_new(const struct mailbox_settings *, struct why *why); /* NULL: out of memory */
void imap_queue_free(struct imap_queue *);                                           /* NULL is fine */
bool imap_queue_is_empty(const struct imap_queue *);                                 /* all that was found is handed out */

/* Look for messages behind those found so far, and an hour after it was last done for any that were not handed out: a server may
 * overlook one, or fail to answer for it. now_ms: wire_clock_ms. Only when the queue is empty. FAIL_EMPTY: there are none. */
int imap_queue_search(struct imap_queue *, struct imap *, long long now_ms, struct why *why);

/* Hand out at most max (and IMAP_BATCH_MAX); ret's uid_validity is not touched. FAIL_EMPTY: the queue is empty. */
int imap_queue_next(struct imap_queue *, struct imap *, size_t max, struct arena *, struct mail_batch *ret, struct why *why);

/* Take all answers that are under way: needed before any other command. */
int imap_queue_land(struct imap_queue *, struct imap *, struct why *why);
void imap_queue_reconnected(struct imap_queue *);

/* "1:3,7" */
void imap_put_set(struct buf *, const uint32_t *uids, size_t count);

#endif
