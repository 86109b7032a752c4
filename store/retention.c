#include "store/retention.h"

#include "store/sqlite.h"

struct doomed {
    int64_t id;
    bool whole; /* no stub stays */
};

static int check_begun(const struct journal *journal, struct why *why) {
    return journal->begun ? 0 : why_set(why, FAIL_BUG, "journal %s: a write outside of a transaction", journal->path);
}

static int run_by_id(struct journal *journal, enum statement which, int64_t id, struct why *why) {
    struct query query = query_start(journal, which);
    query_number(&query, id);
    return query_run(&query, why);
}

static int leave_stub(struct journal *journal, int64_t id, time_t now, struct why *why) {
    static const enum statement texts[] = {STATEMENT_FORGET_READING, STATEMENT_FORGET_CODES, STATEMENT_FORGET_STEPS};
    int fail = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts && !fail; i++)
        fail = run_by_id(journal, texts[i], id, why);
    if (fail)
        return fail;
    struct query query = query_start(journal, STATEMENT_FORGET_TEXTS);
    query_number(&query, id);
    query_number(&query, now);
    return query_run(&query, why);
}

/* The rows of a query that yields numbers of exchanges, and whether each goes whole. */
static int forget_rows(struct query *query, time_t now, size_t *ret, struct why *why) {
    struct journal *journal = query->journal;
    struct doomed doomed[RETENTION_BATCH];
    size_t count = 0;
    while (count < RETENTION_BATCH && query_row(query)) {
        doomed[count].id = query_take_number(query);
        doomed[count++].whole = query_take_number(query) != 0;
    }
    int fail = query_end(query, why);
    for (size_t i = 0; i < count && !fail; i++)
        fail = doomed[i].whole ? run_by_id(journal, STATEMENT_DELETE, doomed[i].id, why) : leave_stub(journal, doomed[i].id, now, why);
    if (!fail)
        *ret = count;
    return fail;
}

int journal_purge_count(struct journal *journal, const struct purge *purge, size_t *ret, struct why *why) {
    struct query query = query_start(journal, STATEMENT_PURGE_COUNT);
    query_number(&query, purge->before);
    query_text(&query, purge->account);
    size_t count = query_row(&query) ? (size_t)query_take_number(&query) : 0;
    int fail = query_end(&query, why);
    if (!fail)
        *ret = count;
    return fail;
}

int journal_purge(struct journal *journal, const struct purge *purge, time_t now, size_t *ret, struct why *why) {
    int fail = check_begun(journal, why);
    if (fail)
        return fail;
    struct query query = query_start(journal, STATEMENT_PURGE_NEXT);
    query_number(&query, purge->before);
    query_text(&query, purge->account);
    query_number(&query, RETENTION_BATCH);
    return forget_rows(&query, now, ret, why);
}

int journal_keep(struct journal *journal, int64_t id, bool keep, struct why *why) {
    int fail = check_begun(journal, why);
    if (fail)
        return fail;
    struct query query = query_start(journal, STATEMENT_KEEP);
    query_number(&query, id);
    query_number(&query, keep);
    fail = query_run(&query, why);
    if (!fail && sqlite3_changes(journal->db) == 0)
        fail = why_set(why, FAIL_EMPTY, "there is no exchange %lld", (long long)id);
    return fail;
}

int journal_forget(struct journal *journal, const char *address, time_t now, size_t *ret, struct why *why) {
    int fail = check_begun(journal, why);
    if (fail)
        return fail;
    struct query sender = query_start(journal, STATEMENT_SENDER_FORGET);
    query_text(&sender, address);
    fail = query_run(&sender, why);
    if (fail)
        return fail;
    struct query query = query_start(journal, STATEMENT_FORGET_NEXT);
    query_text(&query, address);
    query_number(&query, RETENTION_BATCH);
    return forget_rows(&query, now, ret, why);
}

int journal_forget_left(struct journal *journal, const char *address, size_t *ret_kept, size_t *ret_under_way, struct why *why) {
    struct query query = query_start(journal, STATEMENT_FORGET_LEFT);
    query_text(&query, address);
    bool found = query_row(&query);
    size_t kept = found ? (size_t)query_take_number(&query) : 0, under_way = found ? (size_t)query_take_number(&query) : 0;
    int fail = query_end(&query, why);
    if (!fail) {
        *ret_kept = kept;
        *ret_under_way = under_way;
    }
    return fail;
}

int journal_wipe(struct journal *journal, struct why *why) {
    struct query query = query_prepare(journal, "PRAGMA wal_checkpoint(TRUNCATE)");
    return query_run(&query, why);
}
