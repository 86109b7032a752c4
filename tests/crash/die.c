/* The daemon that ends itself as kill -9 would, at a chosen moment: DIE_AT=MOMENT:N in the environment, the Nth time that
 *   commit-before, commit-after   a transaction of the journal is about to be / has been made durable
 *   submit-after                  a reply has been handed to the submission server's connection
 *   file-before, file-after       questions are about to be / have been moved out of their folder
 * CLOCK_FILE in the environment: the clock is off by as many seconds as the file says, at every look at it.
 * LOSE_WORDS in the environment: each submission server takes the reply, and the link is lost before it says so.
 * The linker puts these functions between the daemon and the rooms it calls (--wrap); the daemon's own sources know nothing of it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/span.h"
#include "mail/mailbox.h"
#include "mail/outbox.h"
#include "store/journal.h"

/* every_step.sh dies at each boundary between these steps: a step that comes or goes must be thought about there, too. */
_Static_assert(STEP_COUNT == 6, "the step table has changed: see every_step.sh");

int __real_journal_commit(struct journal *, struct why *);
int __real_outbox_submit(struct outbox *, const char *, struct span, void *, struct why *);
bool __real_outbox_next(struct outbox *, struct outbox_report *);
int __real_mailbox_file(struct mailbox *, enum mailbox_place, const uint32_t *, size_t, struct why *);
time_t __real_time(time_t *);
time_t __wrap_time(time_t *);
int __wrap_journal_commit(struct journal *, struct why *);
int __wrap_outbox_submit(struct outbox *, const char *, struct span, void *, struct why *);
bool __wrap_outbox_next(struct outbox *, struct outbox_report *);
int __wrap_mailbox_file(struct mailbox *, enum mailbox_place, const uint32_t *, size_t, struct why *);

static void pass(const char *moment, long *count) {
    struct span wanted = span_of(getenv("DIE_AT")), name;
    long at;
    ++*count;
    if (wanted.len && span_cut(&wanted, ':', &name) && span_equal(name, span_of(moment)) && span_to_long(wanted, 1, 1000000, &at) &&
        *count == at)
        kill(getpid(), SIGKILL);
}

int __wrap_journal_commit(struct journal *journal, struct why *why) {
    static long before, after;
    pass("commit-before", &before);
    int failed = __real_journal_commit(journal, why);
    pass("commit-after", &after);
    return failed;
}

int __wrap_outbox_submit(struct outbox *outbox, const char *recipient, struct span bytes, void *tag, struct why *why) {
    static long after;
    int failed = __real_outbox_submit(outbox, recipient, bytes, tag, why);
    pass("submit-after", &after);
    return failed;
}

bool __wrap_outbox_next(struct outbox *outbox, struct outbox_report *ret) {
    bool any = __real_outbox_next(outbox, ret);
    if (any && ret->result == OUTBOX_SENT && getenv("LOSE_WORDS")) {
        ret->result = OUTBOX_UNKNOWN;
        why_set(&ret->why, FAIL_AGAIN, "the link was lost behind the last byte");
    }
    return any;
}

int __wrap_mailbox_file(struct mailbox *mailbox, enum mailbox_place place, const uint32_t *uids, size_t count, struct why *why) {
    static long before, after;
    pass("file-before", &before);
    int failed = __real_mailbox_file(mailbox, place, uids, count, why);
    pass("file-after", &after);
    return failed;
}

time_t __wrap_time(time_t *ret) {
    const char *name = getenv("CLOCK_FILE");
    FILE *file = name ? fopen(name, "re") : NULL;
    long long off = 0;
    if (file && fscanf(file, "%lld", &off) != 1)
        off = 0;
    if (file)
        fclose(file);
    time_t now = __real_time(NULL) + off;
    if (ret)
        *ret = now;
    return now;
}
