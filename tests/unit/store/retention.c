/* What is purged, what stays of it, and that a mail which comes back is known still. */
#include "tests/unit/store/scratch.h"

#include "store/retention.h"
#include "store/senders.h"
#include "store/sqlite.h"

static int64_t exchange(struct scratch *s, uint32_t uid, const char *asker, const char *action, enum step step, time_t changed_at) {
    struct exchange_row row = {.id = found(s, "default", uid),
                               .asker = asker,
                               .action = action,
                               .reason = "a reason that names ann@example.org",
                               .codes = "[{\"system\":\"CPT\",\"code\":\"20693\"}]",
                               .keywords = "fixator",
                               .reply_message_id = "<reply@desk.example>",
                               .reply_text = "The reply.",
                               .draft = "The draft.",
                               .question_subject = "About the frame",
                               .question_text = "What is it?"};
    char key[16];
    int64_t other;
    snprintf(key, sizeof key, "key-%u", (unsigned)uid);
    ok(s, journal_identify(s->journal, row.id, key, "<question@example.org>", &other, &s->why));
    ok(s, journal_read(s->journal, &row, changed_at, &s->why));
    if (step != STEP_READ)
        ok(s, journal_step(s->journal, row.id, step, NULL, changed_at, &s->why));
    return row.id;
}

static int64_t count_of(struct scratch *s, const char *sql) {
    struct query query = query_prepare(s->journal, sql);
    int64_t ret = query_row(&query) ? query_take_number(&query) : -1;
    ok(s, query_end(&query, &s->why));
    return ret;
}

static void only_what_is_finished_old_and_not_kept_is_purged(void **state) {
    struct scratch *s = *state;
    static const struct {
        const char *name, *action;
        enum step step;
        time_t changed_at;
        bool keep, purged, gone;
    } rows[] = {
        {"answered long ago", "answer", STEP_FILED, 1999, false, true, false},
        {"answered on the very day", "answer", STEP_FILED, 2000, false, false, false},
        {"to be kept", "answer", STEP_FILED, 1500, true, false, false},
        {"silent", "silent", STEP_FILED, 1500, false, true, true},
        {"waits for a person", "human", STEP_HELD, 1500, false, false, false},
        {"a person has closed it", "human", STEP_FILED, 1500, false, true, false},
        {"under way", "answer", STEP_READ, 1500, false, false, false},
    };
    enum { ROWS = sizeof rows / sizeof *rows };
    const struct purge purge = {"default", 2000}, other = {"second", 2000};
    int64_t ids[ROWS];
    size_t count = 99;
    ok(s, journal_begin(s->journal, &s->why));
    for (size_t i = 0; i < ROWS; i++) {
        ids[i] = exchange(s, (uint32_t)i + 1, "ann@example.org", rows[i].action, rows[i].step, rows[i].changed_at);
        ok(s, journal_keep(s->journal, ids[i], rows[i].keep, &s->why));
    }
    ok(s, journal_purge_count(s->journal, &other, &count, &s->why));
    assert_int_equal(count, 0);
    ok(s, journal_purge_count(s->journal, &purge, &count, &s->why));
    assert_int_equal(count, 3);
    ok(s, journal_purge(s->journal, &purge, 5000, &count, &s->why));
    assert_int_equal(count, 3);
    for (size_t i = 0; i < ROWS; i++) {
        struct exchange_row row = {.purged_at = 1};
        int failed = journal_get(s->journal, ids[i], s->arena, &row, &s->why);
        if (failed != (rows[i].gone ? FAIL_EMPTY : 0) || (row.purged_at != 0) != rows[i].purged || (!failed && !row.asker != rows[i].purged))
            fail_msg("%s: %d, purged at %lld", rows[i].name, failed, (long long)row.purged_at);
    }
    ok(s, journal_purge(s->journal, &purge, 6000, &count, &s->why));
    assert_int_equal(count, 0);
    assert_int_equal(journal_keep(s->journal, 4711, true, &s->why), FAIL_EMPTY);
    ok(s, journal_commit(s->journal, &s->why));
}

static void a_stub_holds_no_words_and_knows_its_mail(void **state) {
    struct scratch *s = *state;
    const struct purge purge = {NULL, 2000};
    struct exchange_row row, stub;
    struct step_rows steps;
    size_t count;
    int64_t other = 0;
    ok(s, journal_begin(s->journal, &s->why));
    int64_t id = exchange(s, 1, "ann@example.org", "answer", STEP_FILED, 1500);
    ok(s, journal_get(s->journal, id, s->arena, &row, &s->why));
    ok(s, journal_purge(s->journal, &purge, 5000, &count, &s->why));
    ok(s, journal_get(s->journal, id, s->arena, &stub, &s->why));
    const char *const texts[] = {stub.asker,    stub.reason,     stub.question_message_id, stub.reply_message_id, stub.handler,
                                 stub.intents,  stub.codes,      stub.keywords,            stub.reply_text,       stub.draft,
                                 stub.kb_edition, stub.question_subject, stub.question_text};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i])
            fail_msg("text %zu is there still: %s", i, texts[i]);
    ok(s, journal_steps(s->journal, id, s->arena, &steps, &s->why));
    assert_int_equal(steps.count, 0);
    assert_int_equal(count_of(s, "SELECT count(*) FROM exchange_code"), 0);
    assert_string_equal(stub.question_key, row.question_key);
    assert_string_equal(stub.action, "answer");
    assert_int_equal(stub.step, STEP_FILED);
    assert_int_equal(stub.purged_at, 5000);
    assert_int_equal(stub.place.uid, 1);
    int64_t again = found(s, "default", 2);
    ok(s, journal_identify(s->journal, again, "key-1", "<question@example.org>", &other, &s->why));
    assert_int_equal(other, id);
    ok(s, journal_commit(s->journal, &s->why));
}

static void a_person_is_forgotten(void **state) {
    struct scratch *s = *state;
    size_t count = 0, kept = 0, under_way = 0;
    time_t now = 5000;
    ok(s, journal_begin(s->journal, &s->why));
    exchange(s, 1, "ann@example.org", "answer", STEP_FILED, 4999);
    exchange(s, 2, "Ann@Example.org", "human", STEP_HELD, 4999);
    exchange(s, 3, "ann@example.org", "answer", STEP_READ, 4999);
    int64_t keep = exchange(s, 4, "ann@example.org", "answer", STEP_FILED, 4999);
    int64_t bobs = exchange(s, 5, "bob@example.org", "answer", STEP_FILED, 4999);
    ok(s, journal_keep(s->journal, keep, true, &s->why));
    ok(s, journal_sender_set(s->journal, "ann@example.org", STANDING_REGISTERED, 4000, &s->why));
    ok(s, journal_forget(s->journal, "ANN@example.org", now, &count, &s->why));
    assert_int_equal(count, 2);
    ok(s, journal_forget_left(s->journal, "ann@example.org", &kept, &under_way, &s->why));
    assert_int_equal(kept, 1);
    assert_int_equal(under_way, 1);
    assert_int_equal(count_of(s, "SELECT count(*) FROM sender"), 0);
    assert_int_equal(count_of(s, "SELECT count(*) FROM exchange WHERE asker = 'ann@example.org' AND step IN (4, 5) AND keep = 0"), 0);
    assert_int_equal(count_of(s, "SELECT step FROM exchange WHERE uid = 2"), STEP_HELD);
    assert_int_equal(count_of(s, "SELECT count(*) FROM reading"), 3);
    struct exchange_row row;
    ok(s, journal_get(s->journal, bobs, s->arena, &row, &s->why));
    assert_string_equal(row.reply_text, "The reply.");
    ok(s, journal_commit(s->journal, &s->why));
}

/* Reads the file itself: nothing of it may be left between the rows. */
static void what_is_forgotten_is_overwritten(void **state) {
    struct scratch *s = *state;
    const struct purge purge = {NULL, 9000};
    static char bytes[1 << 20];
    size_t count;
    ok(s, journal_begin(s->journal, &s->why));
    struct exchange_row row = {.id = found(s, "default", 1), .asker = "ann@example.org", .action = "answer", .reason = "",
                               .reply_text = "a word like bergamot is found easily", .reply_message_id = "<x@desk.example>"};
    ok(s, journal_read(s->journal, &row, 1000, &s->why));
    ok(s, journal_step(s->journal, row.id, STEP_FILED, NULL, 1000, &s->why));
    ok(s, journal_commit(s->journal, &s->why));
    for (int turn = 0; turn < 2; turn++) {
        ok(s, journal_wipe(s->journal, &s->why));
        FILE *file = fopen(s->path, "rb");
        assert_non_null(file);
        struct span all = {bytes, fread(bytes, 1, sizeof bytes, file)};
        fclose(file);
        bool there = span_find(all, SPAN("bergamot")) != SPAN_NONE && span_find(all, SPAN("ann@example.org")) != SPAN_NONE;
        bool any = span_find(all, SPAN("bergamot")) != SPAN_NONE || span_find(all, SPAN("ann@example.org")) != SPAN_NONE;
        if (turn == 0 ? !there : any)
            fail_msg("turn %d", turn);
        ok(s, journal_begin(s->journal, &s->why));
        ok(s, journal_purge(s->journal, &purge, 9000, &count, &s->why));
        ok(s, journal_commit(s->journal, &s->why));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(only_what_is_finished_old_and_not_kept_is_purged),
        TEST(a_stub_holds_no_words_and_knows_its_mail),
        TEST(a_person_is_forgotten),
        TEST(what_is_forgotten_is_overwritten),
    };
    return cmocka_run_group_tests_name("store.retention", tests, NULL, NULL);
}
