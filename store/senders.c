#include "store/senders.h"

#include "store/sqlite.h"

const struct name standing_names[] = {
    {STANDING_GUEST, "guest"},
    {STANDING_REGISTERED, "registered"},
    {STANDING_LISTED, "listed"},
    {STANDING_BLOCKED, "blocked"},
    {0, NULL},
};

int journal_sender(struct journal *journal, const char *address, struct sender_row *ret, struct why *why) {
    struct sender_row row = {.address = address, .standing = STANDING_GUEST};
    struct query query = query_start(journal, STATEMENT_SENDER);
    query_text(&query, address);
    if (query_row(&query)) {
        row.standing = (enum standing)query_take_number(&query);
        row.since = (time_t)query_take_number(&query);
    }
    int fail = query_end(&query, why);
    if (!fail)
        *ret = row;
    return fail;
}

int journal_sender_set(struct journal *journal, const char *address, enum standing standing, time_t now, struct why *why) {
    bool guest = standing == STANDING_GUEST;
    if (standing == STANDING_LISTED)
        return why_set(why, FAIL_BUG, "journal: %s: the configuration lists senders, the journal does not", address);
    if (!journal->begun)
        return why_set(why, FAIL_BUG, "journal %s: a write outside of a transaction", journal->path);
    struct query query = query_start(journal, guest ? STATEMENT_SENDER_FORGET : STATEMENT_SENDER_SET);
    query_text(&query, address);
    if (!guest) {
        query_number(&query, standing);
        query_number(&query, now);
    }
    return query_run(&query, why);
}

int journal_senders(struct journal *journal, struct arena *arena, struct sender_rows *ret, struct why *why) {
    struct sender_rows rows = {0};
    struct query query = query_start(journal, STATEMENT_SENDERS);
    while (query_row(&query)) {
        rows.items = arena_grow(arena, rows.items, rows.count, sizeof *rows.items);
        struct sender_row *row = &rows.items[rows.count++];
        row->address = query_take_text(&query, arena);
        row->standing = (enum standing)query_take_number(&query);
        row->since = (time_t)query_take_number(&query);
    }
    int fail = query_end(&query, why);
    if (!fail)
        *ret = rows;
    return fail;
}

bool window_holds(const struct window *window, time_t when) {
    return when > window->now - window->seconds && when < window->now + window->seconds;
}

int journal_nth_reply(struct journal *journal, enum reply_group group, const char *who, const struct window *window, size_t nth, time_t *ret,
                      struct why *why) {
    static const enum statement statements[] = {[REPLIES_TO_ADDRESS] = STATEMENT_NTH_BY_ADDRESS,
                                                [REPLIES_TO_DOMAIN] = STATEMENT_NTH_BY_DOMAIN,
                                                [REPLIES_TO_ALL] = STATEMENT_NTH_OF_ALL};
    struct query query = query_start(journal, statements[group]);
    query_text(&query, who);
    query_number(&query, window->now - window->seconds);
    query_number(&query, window->now + window->seconds);
    query_number(&query, (int64_t)nth - 1);
    time_t found_at = query_row(&query) ? (time_t)query_take_number(&query) : 0;
    int fail = query_end(&query, why);
    if (!fail)
        *ret = found_at;
    return fail;
}

int journal_own_reply(struct journal *journal, const char *account, const char *question_key, time_t *ret, enum told *ret_told,
                      struct why *why) {
    struct query query = query_start(journal, STATEMENT_OWN_REPLY);
    query_text(&query, account);
    query_text(&query, question_key);
    bool found = query_row(&query);
    time_t found_at = found ? (time_t)query_take_number(&query) : 0;
    enum told told = found ? (enum told)query_take_number(&query) : TOLD_NOTHING;
    int fail = query_end(&query, why);
    if (!fail) {
        *ret = found_at;
        *ret_told = told;
    }
    return fail;
}

int journal_told_since(struct journal *journal, const char *asker, enum told told, time_t since, time_t until, bool *ret, struct why *why) {
    struct query query = query_start(journal, STATEMENT_TOLD_SINCE);
    query_text(&query, asker);
    query_number(&query, told);
    query_number(&query, since);
    query_number(&query, until);
    bool was_told = query_row(&query) && query_take_number(&query) > 0;
    int fail = query_end(&query, why);
    if (!fail)
        *ret = was_told;
    return fail;
}

int journal_notice(struct journal *journal, const char *name, const struct window *window, bool *ret, struct why *why) {
    if (!journal->begun)
        return why_set(why, FAIL_BUG, "journal %s: a write outside of a transaction", journal->path);
    struct query query = query_start(journal, STATEMENT_NOTICE);
    query_text(&query, name);
    query_number(&query, window->now);
    query_number(&query, window->seconds);
    int fail = query_run(&query, why);
    if (!fail)
        *ret = sqlite3_changes(journal->db) == 1;
    return fail;
}
