#include <string.h>

#include "base/buf.h"
#include "store/sqlite.h"

enum { HISTORY_DEFAULT = 50, HISTORY_MAX = 1000, REPLY_IDS_MAX = 100, CODE_BYTES_MAX = 32 };

int journal_get(struct journal *journal, int64_t id, struct arena *arena, struct exchange_row *ret, struct why *why) {
    struct query query = query_start(journal, STATEMENT_BY_ID);
    query_number(&query, id);
    bool found = query_row(&query);
    struct exchange_row row = {0};
    if (found)
        row_take(&query, arena, &row);
    int fail = query_end(&query, why);
    if (!fail && !found)
        fail = why_set(why, FAIL_EMPTY, "there is no exchange %lld", (long long)id);
    if (!fail)
        *ret = row;
    return fail;
}

static int newest_reply(struct journal *journal, const char *message_id, const char *asker, int64_t *ret, struct why *why) {
    struct query query = query_start(journal, STATEMENT_BY_REPLY);
    query_text(&query, message_id);
    query_text(&query, asker);
    int64_t id = query_row(&query) ? query_take_number(&query) : 0;
    int fail = query_end(&query, why);
    if (!fail && id > *ret)
        *ret = id;
    return fail;
}

int journal_by_reply(struct journal *journal, const char *const *message_ids, size_t count, const char *asker, struct arena *arena,
                     struct exchange_row *ret, struct why *why) {
    int64_t id = 0;
    for (size_t i = count > REPLY_IDS_MAX ? count - REPLY_IDS_MAX : 0; i < count; i++) {
        int fail = newest_reply(journal, message_ids[i], asker, &id, why);
        if (fail)
            return fail;
    }
    return id ? journal_get(journal, id, arena, ret, why) : why_set(why, FAIL_EMPTY, "no reply of ours bears one of these message-ids");
}

int journal_steps(struct journal *journal, int64_t id, struct arena *arena, struct step_rows *ret, struct why *why) {
    struct step_rows rows = {0};
    struct query query = query_start(journal, STATEMENT_STEPS);
    query_number(&query, id);
    while (query_row(&query)) {
        rows.items = arena_grow(arena, rows.items, rows.count, sizeof *rows.items);
        struct step_row *row = &rows.items[rows.count++];
        row->step = (enum step)query_take_number(&query);
        row->at = (time_t)query_take_number(&query);
        row->reason = query_take_text(&query, arena);
    }
    int fail = query_end(&query, why);
    if (!fail)
        *ret = rows;
    return fail;
}

/* "s82.251a" as exchange_code holds it: S82251A. */
static void code_key(const char *code, char ret[static CODE_BYTES_MAX]) {
    size_t len = 0;
    for (; *code && len < CODE_BYTES_MAX - 1; code++)
        if (*code != '.' && !char_is_space(*code))
            ret[len++] = char_upper(*code);
    ret[len] = '\0';
}

/* Only the conditions that are asked for are written, so that SQLite finds the index for them. A code leads to its exchanges newest
 * first, so a page of a code that everybody asks about costs no more than a page of all. */
static void write_history_query(const struct history_filter *filter, struct buf *sql) {
    const char *id = filter->code ? "c.exchange" : "e.id";
    buf_text(sql, "SELECT " ROW_COLUMNS " FROM ");
    buf_text(sql, filter->code ? "exchange_code c CROSS JOIN exchange e ON e.id = c.exchange " : "exchange e ");
    buf_text(sql, "LEFT JOIN reading r ON r.exchange = e.id WHERE ");
    buf_text(sql, filter->code ? "c.code = ?3" : "?3 IS NULL");
    buf_text(sql, filter->asker ? " AND e.asker = ?2" : " AND ?2 IS NULL");
    buf_printf(sql, " AND %s < ?1", id);
    if (filter->step >= 0)
        buf_printf(sql, " AND e.step = %d", filter->step);
    if (filter->step >= 0 && filter->step != STEP_FILED)
        buf_printf(sql, " AND e.step <> %d", STEP_FILED);
    buf_printf(sql, " ORDER BY %s DESC LIMIT ?4", id);
}

static size_t history_limit(size_t max) {
    if (max == 0)
        return HISTORY_DEFAULT;
    return max < HISTORY_MAX ? max : HISTORY_MAX;
}

int journal_history(struct journal *journal, const struct history_filter *filter, struct arena *arena, struct exchange_rows *ret,
                    struct why *why) {
    struct exchange_rows rows = {0};
    char code[CODE_BYTES_MAX] = "";
    code_key(filter->code ? filter->code : "", code);
    struct buf sql;
    buf_init(&sql, 2048);
    write_history_query(filter, &sql);
    struct query query = query_prepare(journal, sql.ptr);
    query_number(&query, filter->before_id ? filter->before_id : INT64_MAX);
    query_text(&query, filter->asker);
    query_text(&query, filter->code ? code : NULL);
    query_number(&query, (int64_t)history_limit(filter->max));
    while (query_row(&query)) {
        rows.items = arena_grow(arena, rows.items, rows.count, sizeof *rows.items);
        row_take(&query, arena, &rows.items[rows.count++]);
    }
    int fail = query_end(&query, why);
    buf_free(&sql);
    if (!fail)
        *ret = rows;
    return fail;
}

/* FILED is what is left of all: the index that counts the others has no entry for it. */
int journal_counts(struct journal *journal, const char *account, size_t counts[static STEP_COUNT], struct why *why) {
    size_t open[STEP_COUNT] = {0}, open_total = 0, total = 0;
    struct query query = query_start(journal, STATEMENT_COUNT_OPEN);
    query_text(&query, account);
    while (query_row(&query)) {
        int64_t step = query_take_number(&query);
        open[step] = (size_t)query_take_number(&query);
        open_total += open[step];
    }
    int fail = query_end(&query, why);
    if (fail)
        return fail;
    query = query_start(journal, STATEMENT_COUNT_ALL);
    query_text(&query, account);
    total = query_row(&query) ? (size_t)query_take_number(&query) : 0;
    fail = query_end(&query, why);
    if (fail)
        return fail;
    open[STEP_FILED] = total > open_total ? total - open_total : 0;
    memcpy(counts, open, sizeof open);
    return 0;
}
