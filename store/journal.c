#include <string.h>

#include "store/senders.h"
#include "store/sqlite.h"

const struct name step_names[] = {
    {STEP_FOUND, "FOUND"}, {STEP_READ, "READ"}, {STEP_SENDING, "SENDING"}, {STEP_SENT, "SENT"}, {STEP_FILED, "FILED"},
    {STEP_HELD, "HELD"},   {0, NULL},
};

#define FROM(step) (1 << (step))
#define FROM_ANY (FROM(STEP_COUNT) - 1)

/* Which steps may come before which. SENDING comes after READ alone, and from SENDING no way leads back to READ but a definite
 * refusal (journal_delay): this is what keeps a reply from leaving twice. A person's word moves HELD anywhere but to SENDING,
 * and a late bounce holds what was done. */
static const int steps_before[STEP_COUNT] = {
    [STEP_FOUND] = 0,
    [STEP_READ] = FROM(STEP_FOUND) | FROM(STEP_READ) | FROM(STEP_HELD),
    [STEP_SENDING] = FROM(STEP_READ),
    [STEP_SENT] = FROM(STEP_SENDING) | FROM(STEP_HELD),
    [STEP_FILED] = FROM_ANY & ~FROM(STEP_SENDING),
    [STEP_HELD] = FROM_ANY,
};
static const int steps_before_delay = FROM(STEP_SENDING) | FROM(STEP_READ);

enum { TEXT_BYTES_MAX = 1 << 20 };

static int check_begun(struct journal *journal, struct why *why) {
    return journal->begun ? 0 : why_set(why, FAIL_BUG, "journal %s: a write outside of a transaction", journal->path);
}

/* Sizes are looked at before the first statement, so that one text too long does not cost the whole batch its transaction. */
static int check_texts(const char *const *texts, size_t count, struct why *why) {
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += span_of(texts[i]).len;
    return bytes <= TEXT_BYTES_MAX
               ? 0
               : why_set(why, FAIL_LIMIT, "journal: %zu bytes of text for one exchange, it takes %d", bytes, TEXT_BYTES_MAX);
}

static int find_by_place(struct journal *journal, const struct place *place, struct arena *arena, struct exchange_row *ret, bool *found,
                         struct why *why) {
    struct query query = query_start(journal, STATEMENT_BY_PLACE);
    query_text(&query, place->account);
    query_text(&query, place->folder);
    query_number(&query, place->uid_validity);
    query_number(&query, place->uid);
    *found = query_row(&query);
    if (*found)
        row_take(&query, arena, ret);
    return query_end(&query, why);
}

static int add_step_row(struct journal *journal, int64_t id, enum step step, const char *reason, time_t now, struct why *why) {
    struct query query = query_start(journal, STATEMENT_STEP_ROW);
    query_number(&query, id);
    query_number(&query, step);
    query_number(&query, now);
    query_text(&query, reason);
    return query_run(&query, why);
}

static int insert_found(struct journal *journal, const struct place *place, size_t question_bytes, time_t now, int64_t *ret,
                        struct why *why) {
    struct query query = query_start(journal, STATEMENT_INSERT);
    query_text(&query, place->account);
    query_text(&query, place->folder);
    query_number(&query, place->uid_validity);
    query_number(&query, place->uid);
    query_number(&query, (int64_t)question_bytes);
    query_number(&query, now);
    int fail = query_run(&query, why);
    if (fail)
        return fail;
    *ret = sqlite3_last_insert_rowid(journal->db);
    return add_step_row(journal, *ret, STEP_FOUND, NULL, now, why);
}

static int move_to(struct journal *journal, int64_t id, const struct place *place, time_t now, struct why *why) {
    struct query query = query_start(journal, STATEMENT_MOVE);
    query_number(&query, id);
    query_text(&query, place->folder);
    query_number(&query, place->uid_validity);
    query_number(&query, place->uid);
    query_number(&query, now);
    return query_run(&query, why);
}

int journal_attempt(struct journal *journal, int64_t id, time_t now, struct why *why) {
    int fail = check_begun(journal, why);
    if (fail)
        return fail;
    struct query query = query_start(journal, STATEMENT_ATTEMPT);
    query_number(&query, id);
    query_number(&query, now);
    return query_run(&query, why);
}

int journal_displace(struct journal *journal, int64_t id, time_t now, struct why *why) {
    int fail = check_begun(journal, why);
    if (fail)
        return fail;
    struct query query = query_start(journal, STATEMENT_DISPLACE);
    query_number(&query, id);
    query_number(&query, now);
    return query_run(&query, why);
}

int journal_unfinished(struct journal *journal, const char *account, struct arena *arena, int64_t **ret, size_t *ret_count,
                       struct why *why) {
    int64_t *ids = NULL;
    size_t count = 0;
    struct query query = query_start(journal, STATEMENT_UNFINISHED);
    query_text(&query, account);
    while (query_row(&query)) {
        ids = arena_grow(arena, ids, count, sizeof *ids);
        ids[count++] = query_take_number(&query);
    }
    int fail = query_end(&query, why);
    if (!fail) {
        *ret = ids;
        *ret_count = count;
    }
    return fail;
}

static void place_copy(struct arena *arena, const struct place *place, struct place *ret) {
    *ret = *place;
    ret->account = arena_copy(arena, span_of(place->account));
    ret->folder = arena_copy(arena, span_of(place->folder));
}

int journal_found(struct journal *journal, const struct place *place, size_t question_bytes, time_t now, struct arena *arena,
                  struct exchange_row *ret, bool *known, struct why *why) {
    struct exchange_row row = {0};
    bool was_known = false;
    int fail = check_begun(journal, why);
    if (!fail)
        fail = find_by_place(journal, place, arena, &row, &was_known, why);
    if (!fail && !was_known) {
        row = (struct exchange_row){.attempts = 1, .found_at = now, .changed_at = now, .question_bytes = question_bytes};
        place_copy(arena, place, &row.place);
        fail = insert_found(journal, place, question_bytes, now, &row.id, why);
    }
    if (fail)
        return fail;
    *ret = row;
    *known = was_known;
    return 0;
}

static int no_exchange(int64_t id, struct why *why) { return why_set(why, FAIL_EMPTY, "there is no exchange %lld", (long long)id); }

/* Whether the row bears another key, and which other row of the account bears this one (0: none). */
static int compare_keys(struct journal *journal, int64_t id, const char *key, bool *ret_differs, int64_t *ret_other, struct why *why) {
    struct query query = query_start(journal, STATEMENT_KEYS);
    query_number(&query, id);
    query_text(&query, key);
    bool exists = query_row(&query);
    if (exists) {
        *ret_differs = query_take_number(&query) != 0;
        *ret_other = query_take_number(&query);
    }
    int fail = query_end(&query, why);
    return fail || exists ? fail : no_exchange(id, why);
}

static int set_key(struct journal *journal, int64_t id, const char *key, const char *message_id, struct why *why) {
    struct query query = query_start(journal, STATEMENT_IDENTIFY);
    query_number(&query, id);
    query_text(&query, key);
    query_text(&query, message_id);
    return query_run(&query, why);
}

int journal_identify(struct journal *journal, int64_t id, const char *question_key, const char *message_id, int64_t *ret_other,
                     struct why *why) {
    bool differs = false;
    int64_t other = 0;
    int fail = check_begun(journal, why);
    if (!fail)
        fail = check_texts((const char *const[]){question_key, message_id}, 2, why);
    if (!fail)
        fail = compare_keys(journal, id, question_key, &differs, &other, why);
    if (!fail && differs)
        fail = why_set(why, FAIL_INPUT, "exchange %lld: another message lies where its question lay; the server gave one UID twice",
                       (long long)id);
    if (!fail && !other)
        fail = set_key(journal, id, question_key, message_id, why);
    if (!fail)
        *ret_other = other;
    return fail;
}

static int delete_row(struct journal *journal, int64_t id, struct why *why) {
    struct query query = query_start(journal, STATEMENT_DELETE);
    query_number(&query, id);
    return query_run(&query, why);
}

static int adopt(struct journal *journal, int64_t id, int64_t other, time_t now, struct arena *arena, struct why *why) {
    struct exchange_row row = {0}, heir = {0};
    int fail = journal_get(journal, id, arena, &row, why);
    if (!fail)
        fail = journal_get(journal, other, arena, &heir, why);
    if (!fail && (id == other || strcmp(heir.place.account, row.place.account) != 0))
        fail = why_set(why, FAIL_BUG, "exchange %lld can not take the place of %lld", (long long)other, (long long)id);
    if (!fail)
        fail = delete_row(journal, id, why);
    return fail ? fail : move_to(journal, other, &row.place, now, why);
}

int journal_adopt(struct journal *journal, int64_t id, int64_t other, time_t now, struct why *why) {
    int fail = check_begun(journal, why);
    if (fail)
        return fail;
    struct arena *arena = arena_new(16 * TEXT_BYTES_MAX);
    fail = adopt(journal, id, other, now, arena, why);
    arena_free(arena);
    return fail;
}

/* After an UPDATE that names the steps it may come from: when it touched nothing, say why. */
static int check_step_taken(struct journal *journal, int64_t id, enum step step, struct why *why) {
    if (sqlite3_changes(journal->db) == 1)
        return 0;
    struct query query = query_start(journal, STATEMENT_STATE);
    query_number(&query, id);
    bool exists = query_row(&query);
    int before = exists ? (int)query_take_number(&query) : 0;
    int fail = query_end(&query, why);
    if (fail)
        return fail;
    if (!exists)
        return no_exchange(id, why);
    return why_set(why, FAIL_BUG, "exchange %lld: %s can not follow %s", (long long)id, name_text(step_names, (int)step),
                   name_text(step_names, (int)before));
}

/* The codes come from what strangers wrote. */
static int check_codes(struct journal *journal, const char *codes, struct why *why) {
    if (!codes)
        return 0;
    struct query query = query_start(journal, STATEMENT_IS_ARRAY);
    query_text(&query, codes);
    bool is_array = query_row(&query) && query_take_number(&query);
    int fail = query_end(&query, why);
    if (!fail && !is_array)
        fail = why_set(why, FAIL_INPUT, "journal: the codes of an exchange are no JSON array");
    return fail;
}

static int write_exchange(struct journal *journal, const struct exchange_row *row, time_t now, struct why *why) {
    struct query query = query_start(journal, STATEMENT_READ);
    query_number(&query, row->id);
    query_number(&query, steps_before[STEP_READ]);
    query_number(&query, now);
    query_text(&query, row->asker);
    query_text(&query, row->action);
    query_text(&query, row->reason);
    query_text(&query, row->reply_message_id);
    query_number(&query, row->told);
    int fail = query_run(&query, why);
    return fail ? fail : check_step_taken(journal, row->id, STEP_READ, why);
}

static int write_reading(struct journal *journal, const struct exchange_row *row, struct why *why) {
    struct query query = query_start(journal, STATEMENT_READING);
    query_number(&query, row->id);
    query_text(&query, row->handler);
    query_text(&query, row->intents);
    query_text(&query, row->codes);
    query_text(&query, row->keywords);
    query_text(&query, row->reply_text);
    query_text(&query, row->draft);
    query_text(&query, row->kb_edition);
    query_text(&query, row->question_subject);
    query_text(&query, row->question_text);
    return query_run(&query, why);
}

static int write_codes(struct journal *journal, const struct exchange_row *row, struct why *why) {
    struct query query = query_start(journal, STATEMENT_FORGET_CODES);
    query_number(&query, row->id);
    int fail = query_run(&query, why);
    if (fail || !row->codes)
        return fail;
    query = query_start(journal, STATEMENT_CODES);
    query_number(&query, row->id);
    query_text(&query, row->codes);
    return query_run(&query, why);
}

static int change_sender(struct journal *journal, const struct exchange_row *row, time_t now, struct why *why) {
    if (row->change == SENDER_STAYS || !row->asker)
        return 0;
    return journal_sender_set(journal, row->asker, row->change == SENDER_REGISTERS ? STANDING_REGISTERED : STANDING_GUEST, now, why);
}

int journal_read(struct journal *journal, const struct exchange_row *row, time_t now, struct why *why) {
    const char *const texts[] = {row->asker,      row->action,           row->reason,        row->reply_message_id, row->handler,
                                 row->intents,    row->codes,            row->keywords,      row->reply_text,       row->draft,
                                 row->kb_edition, row->question_subject, row->question_text};
    int fail = check_begun(journal, why);
    if (!fail)
        fail = check_texts(texts, sizeof texts / sizeof *texts, why);
    if (!fail)
        fail = check_codes(journal, row->codes, why);
    if (!fail)
        fail = write_exchange(journal, row, now, why);
    if (!fail)
        fail = write_reading(journal, row, why);
    if (!fail)
        fail = write_codes(journal, row, why);
    if (!fail)
        fail = change_sender(journal, row, now, why);
    return fail ? fail : add_step_row(journal, row->id, STEP_READ, row->reason, now, why);
}

int journal_step(struct journal *journal, int64_t id, enum step step, const char *reason, time_t now, struct why *why) {
    int fail = check_begun(journal, why);
    if (!fail)
        fail = check_texts(&reason, 1, why);
    if (fail)
        return fail;
    struct query query = query_start(journal, STATEMENT_STEP);
    query_number(&query, id);
    query_number(&query, steps_before[step]);
    query_number(&query, step);
    query_number(&query, now);
    query_text(&query, reason);
    fail = query_run(&query, why);
    if (!fail)
        fail = check_step_taken(journal, id, step, why);
    return fail ? fail : add_step_row(journal, id, step, reason, now, why);
}

int journal_delay(struct journal *journal, int64_t id, const char *reason, time_t retry_at, time_t now, struct why *why) {
    int fail = check_begun(journal, why);
    if (!fail)
        fail = check_texts(&reason, 1, why);
    if (fail)
        return fail;
    struct query query = query_start(journal, STATEMENT_DELAY);
    query_number(&query, id);
    query_number(&query, steps_before_delay);
    query_number(&query, now);
    query_number(&query, retry_at);
    query_text(&query, reason);
    fail = query_run(&query, why);
    if (!fail)
        fail = check_step_taken(journal, id, STEP_READ, why);
    return fail ? fail : add_step_row(journal, id, STEP_READ, reason, now, why);
}

static int run_hold(struct journal *journal, enum statement which, const char *account, const char *reason, time_t now, struct why *why) {
    struct query query = query_start(journal, which);
    query_text(&query, account);
    query_number(&query, now);
    query_text(&query, reason);
    return query_run(&query, why);
}

int journal_hold_sending(struct journal *journal, const char *account, const char *reason, time_t now, size_t *ret, struct why *why) {
    int fail = check_begun(journal, why);
    if (!fail)
        fail = run_hold(journal, STATEMENT_HOLD_STEPS, account, reason, now, why);
    if (!fail)
        fail = run_hold(journal, STATEMENT_HOLD, account, reason, now, why);
    if (!fail)
        *ret = (size_t)sqlite3_changes(journal->db);
    return fail;
}
