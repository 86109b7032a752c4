#include "store/bounces.h"

#include "store/sqlite.h"

static int change_one(struct journal *journal, const char *text, int64_t id, time_t now, const char *remark, struct why *why) {
    if (!journal->begun)
        return why_set(why, FAIL_BUG, "journal %s: a write outside of a transaction", journal->path);
    struct query query = query_prepare(journal, text);
    query_number(&query, id);
    query_number(&query, now);
    query_text(&query, remark);
    int failed = query_run(&query, why);
    if (!failed && sqlite3_changes(journal->db) == 0)
        failed = why_set(why, FAIL_EMPTY, "exchange %lld: there is none, or it was noted before", (long long)id);
    return failed;
}

int journal_bounced(struct journal *journal, int64_t id, time_t now, struct why *why) {
    static const char text[] = "UPDATE exchange SET bounced_at = ?2, changed_at = ?2 WHERE id = ?1 AND bounced_at = 0 AND ?3 IS NULL";
    return change_one(journal, text, id, now, NULL, why);
}

int journal_remark(struct journal *journal, int64_t id, const char *remark, time_t now, struct why *why) {
    static const char text[] =
        "INSERT INTO exchange_step (exchange, number, step, at, reason) "
        "SELECT id, (SELECT count(*) FROM exchange_step WHERE exchange = id), step, ?2, ?3 FROM exchange WHERE id = ?1";
    return change_one(journal, text, id, now, remark, why);
}
