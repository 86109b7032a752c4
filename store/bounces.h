/* bounces.h - what is noted of an exchange whose reply was reported on. Journal_step does the rest; journal.h tells how calls are made
 * and what they leave behind. */
#ifndef STORE_BOUNCES_H
#define STORE_BOUNCES_H

#include "store/journal.h"

/* The reply came back: sets bounced_at. FAIL_EMPTY: it had come back before, or there is no such exchange. */
int journal_bounced(struct journal *, int64_t id, time_t now, struct why *why);

/* A line among the steps of the exchange, which stays at its step. FAIL_EMPTY: there is no such exchange. */
int journal_remark(struct journal *, int64_t id, const char *remark, time_t now, struct why *why);

#endif
