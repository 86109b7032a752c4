/* retention.h - what the journal forgets, and when.
 * Of a finished exchange that is forgotten a stub stays: number, place, times, action, and the digest that its question is known by. No
 * address, no text, no code, no Message-ID, no reason. The stub is what keeps a question from being answered twice when its mail comes
 * back out of the answered folder, and nobody can say for how long a mail lies there; so stubs stay. A digest tells nothing to
 * those who have not the mail itself. An exchange that nothing was sent for leaves no stub: read again, its mail is silent again.
 * What is deleted is overwritten in the file; the write-ahead log follows with journal_wipe, backups do not.
 * Errors and transactions as in journal.h. */
#ifndef STORE_RETENTION_H
#define STORE_RETENTION_H

#include "store/journal.h"

enum { RETENTION_BATCH = 100 }; /* so many go in one transaction: the mail does not wait */

/* Finished exchanges (FILED; a HELD one stays until its asker is forgotten) that changed last before this time and are not marked to
 * be kept. account NULL: of all. */
struct purge {
    const char *account;
    time_t before;
};
int journal_purge_count(struct journal *, const struct purge *, size_t *ret, struct why *why);

/* Writes: forget the oldest RETENTION_BATCH of them. *ret: how many these were; 0: none is left. */
int journal_purge(struct journal *, const struct purge *, time_t now, size_t *ret, struct why *why);

/* Writes: never purge this exchange, or do again. FAIL_EMPTY: no such exchange. */
int journal_keep(struct journal *, int64_t id, bool keep, struct why *why);

/* Writes: forget RETENTION_BATCH exchanges with this asker, FILED or HELD (whose mail still lies in the desk's folder), and what it is
 * as a sender. *ret as above. Those marked to be kept stay, and those under way, until they are done: journal_forget_left. */
int journal_forget(struct journal *, const char *address, time_t now, size_t *ret, struct why *why);
int journal_forget_left(struct journal *, const char *address, size_t *ret_kept, size_t *ret_under_way, struct why *why);

/* Outside of a transaction: the write-ahead log is emptied, too, unless somebody is reading just now; it is then overwritten later. */
int journal_wipe(struct journal *, struct why *why);

#endif
