/* Once a day what is finished and old is forgotten (store/retention.h), in small pieces between mails. */
#include "daemon/hand.h"
#include "daemon/log.h"
#include "store/retention.h"

enum { DAY_S = 24 * 60 * 60 };

/* A time further away than a day means that the clock was set back since. */
static bool is_due(const struct walk *walk, time_t now) { return walk->tidy_at <= now || walk->tidy_at > now + DAY_S; }

static int forget_some(struct walk *walk, time_t now, size_t *ret, struct why *why) {
    const struct config *config = walk->parts.config;
    const struct purge purge = {config->account, now - (time_t)config->retention_days * DAY_S};
    int failed = hand_begin(walk, why);
    if (!failed)
        failed = journal_purge(walk->parts.journal, &purge, now, ret, why);
    if (!failed)
        failed = hand_commit(walk, why);
    if (failed)
        hand_rollback(walk);
    return failed;
}

int walk_tidy(struct walk *walk, bool *ret_more, struct why *why) {
    time_t now = walk->parts.now();
    size_t forgotten = 0;
    *ret_more = false;
    if (walk->parts.config->retention_days == 0 || !is_due(walk, now))
        return 0;
    int failed = forget_some(walk, now, &forgotten, why);
    if (failed)
        return failed;
    walk->tidied += forgotten;
    *ret_more = forgotten == RETENTION_BATCH;
    if (*ret_more)
        return 0;
    walk->tidy_at = now + DAY_S;
    if (walk->tidied == 0)
        return 0;
    log_line(LOG_LEVEL_NOTICE, "%zu exchanges of more than %d days ago are forgotten", walk->tidied, walk->parts.config->retention_days);
    walk->tidied = 0;
    return journal_wipe(walk->parts.journal, why);
}
