/* codingdesk history purge, keep and forget: what the journal may forget, and must not. */
#include <inttypes.h>

#include "desk/command.h"
#include "mail/message.h"
#include "store/retention.h"

enum { DAY_S = 24 * 60 * 60, DAYS_MOST = 36500 };

/* One piece after the other, each in a transaction of its own, so that the daemon never waits for long. context: what step wants. */
typedef int forget_step(struct desk *, const void *context, size_t *ret, struct why *why);

static int one_piece(struct desk *desk, forget_step *step, const void *context, size_t *ret, struct why *why) {
    int failed = journal_begin(desk->journal, why);
    if (!failed)
        failed = step(desk, context, ret, why);
    if (!failed)
        return journal_commit(desk->journal, why);
    journal_rollback(desk->journal);
    return failed;
}

static int all_pieces(struct desk *desk, forget_step *step, const void *context, size_t *ret) {
    struct why why;
    size_t piece = RETENTION_BATCH;
    int failed = 0;
    for (*ret = 0; !failed && piece == RETENTION_BATCH; *ret += failed ? 0 : piece)
        failed = one_piece(desk, step, context, &piece, &why);
    if (!failed)
        failed = journal_wipe(desk->journal, &why);
    return failed ? desk_complain(failed, "%s", why.text) : 0;
}

/* ---- purge ---- */

static int purge_piece(struct desk *desk, const void *context, size_t *ret, struct why *why) {
    return journal_purge(desk->journal, context, desk->now, ret, why);
}

static void say_purged(const struct invocation *invocation, size_t count, long days) {
    bool dry = option_given(invocation, "--dry-run");
    if (option_given(invocation, "--json"))
        desk_print_json(json_pack("{s:I, s:I, s:b}", "exchanges", (json_int_t)count, "days", (json_int_t)days, "dry_run", dry));
    else
        printf("%zu finished exchanges of more than %ld days ago %s.\n", count, days, dry ? "would be forgotten" : "are forgotten");
}

/* The default is no answer where a configuration may say that all is kept: what is forgotten does not come back. */
static int read_days(struct desk *desk, const struct invocation *invocation, long *ret) {
    *ret = desk->config.retention_days;
    if (!desk->config_file && !option_given(invocation, "--days"))
        return desk_complain(FAIL_INPUT, "how old? codingdesk --config FILE history purge goes by its retention_days, --days N by N");
    int failed = option_number(invocation, "--days", DAYS_MOST, ret);
    if (!failed && *ret == 0)
        failed = desk_complain(FAIL_INPUT, "retention_days is 0, so everything is kept; --days N purges all the same");
    return failed;
}

int history_purge_run(struct desk *desk, const struct invocation *invocation) {
    struct why why;
    bool dry = option_given(invocation, "--dry-run");
    long days;
    size_t count = 0;
    int failed = read_days(desk, invocation, &days);
    if (!failed)
        failed = dry ? desk_open_journal(desk) : desk_change_journal(desk);
    if (failed)
        return failed;
    const struct purge purge = {.before = desk->now - (time_t)days * DAY_S};
    if (!dry)
        failed = all_pieces(desk, purge_piece, &purge, &count);
    else if (journal_purge_count(desk->journal, &purge, &count, &why))
        failed = desk_complain(FAIL_SYSTEM, "%s", why.text);
    if (!failed)
        say_purged(invocation, count, days);
    return failed;
}

/* ---- keep ---- */

int history_keep_run(struct desk *desk, const struct invocation *invocation) {
    struct why why;
    bool keep = !option_given(invocation, "--no");
    long id;
    if (!span_to_long(span_of(invocation->operands[0]), 1, INT32_MAX, &id))
        return desk_complain(FAIL_INPUT, "%s is no number of an exchange; history list shows them", invocation->operands[0]);
    int failed = desk_change_journal(desk);
    if (failed)
        return failed;
    failed = journal_begin(desk->journal, &why);
    if (!failed)
        failed = journal_keep(desk->journal, id, keep, &why);
    if (!failed)
        failed = journal_commit(desk->journal, &why);
    if (failed)
        return desk_complain(failed, "%s", why.text);
    if (option_given(invocation, "--json"))
        desk_print_json(json_pack("{s:I, s:b}", "id", (json_int_t)id, "keep", keep));
    else
        printf("exchange %ld is %s.\n", id, keep ? "kept until history keep --no" : "purged when its time comes");
    return 0;
}

/* ---- forget ---- */

static int forget_piece(struct desk *desk, const void *context, size_t *ret, struct why *why) {
    return journal_forget(desk->journal, context, desk->now, ret, why);
}

/* What must stay is said, and the exit status tells it, too. */
static int say_forgotten(struct desk *desk, const struct invocation *invocation, const char *address, size_t count) {
    size_t kept = 0, under_way = 0;
    struct why why;
    int failed = journal_forget_left(desk->journal, address, &kept, &under_way, &why);
    if (failed)
        return desk_complain(failed, "%s", why.text);
    if (option_given(invocation, "--json"))
        desk_print_json(json_pack("{s:o, s:I, s:I, s:I}", "address", desk_json(desk, address), "exchanges", (json_int_t)count, "kept",
                                  (json_int_t)kept, "under_way", (json_int_t)under_way));
    else
        printf("%zu exchanges with %s are forgotten.\n", count, address);
    if (kept)
        desk_complain(FAIL_EMPTY, "%zu stay because they are to be kept; history keep ID --no ends that", kept);
    if (under_way)
        desk_complain(FAIL_EMPTY, "%zu are under way; repeat this once they are done", under_way);
    return kept || under_way ? FAIL_EMPTY : 0;
}

int history_forget_run(struct desk *desk, const struct invocation *invocation) {
    const char *address = invocation->operands[0];
    size_t count = 0;
    if (!address_usable(span_of(address)))
        return desk_complain(FAIL_INPUT, "%s is no e-mail address; write name@domain", address);
    int failed = desk_change_journal(desk);
    if (!failed)
        failed = all_pieces(desk, forget_piece, address, &count);
    return failed ? failed : say_forgotten(desk, invocation, address, count);
}
