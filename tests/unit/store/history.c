/* Looking back: filters, paging, the thread of a reply, counts. */
#include "tests/unit/store/scratch.h"

/* Exchanges 1..6, each differing in what is filtered by. */
static void fill(struct scratch *s) {
    static const struct {
        const char *account, *asker, *codes, *reply;
        enum step step;
    } rows[] = {
        {"default", "ann@example.org", "[{\"code\":\"20693\"}]", "<r1@desk>", STEP_FILED},
        {"default", "bob@example.org", "[{\"code\":\"S82.251A\"},{\"code\":\"20693\"}]", "<r2@desk>", STEP_HELD},
        {"default", "ANN@example.org", "[]", "<r3@desk>", STEP_READ},
        {"second", "ann@example.org", "[{\"code\":\"s82.251a\"}]", "<r4@desk>", STEP_SENDING},
        {"second", "cyd@example.org", "[{\"code\":\"99213\"}]", NULL, STEP_FILED},
        {"default", NULL, NULL, NULL, STEP_FOUND},
    };
    ok(s, journal_begin(s->journal, &s->why));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct exchange_row row = {.id = found(s, rows[i].account, (uint32_t)i + 1),
                                   .asker = rows[i].asker,
                                   .codes = rows[i].codes,
                                   .reply_message_id = rows[i].reply};
        if (rows[i].step != STEP_FOUND)
            ok(s, journal_read(s->journal, &row, 1001, &s->why));
        if (rows[i].step > STEP_READ)
            ok(s, journal_step(s->journal, row.id, rows[i].step, NULL, 1002, &s->why));
    }
    ok(s, journal_commit(s->journal, &s->why));
}

static void filters_choose(void **state) {
    struct scratch *s = *state;
    static const struct {
        const char *name;
        struct history_filter filter;
        const char *ids;
    } rows[] = {
        {"all", {.step = -1}, "6 5 4 3 2 1 "},
        {"two", {.step = -1, .max = 2}, "6 5 "},
        {"the page after", {.step = -1, .max = 2, .before_id = 5}, "4 3 "},
        {"asker, case apart", {.step = -1, .asker = "Ann@Example.Org"}, "4 3 1 "},
        {"asker, one page", {.step = -1, .asker = "ann@example.org", .before_id = 4, .max = 1}, "3 "},
        {"nobody", {.step = -1, .asker = "dan@example.org"}, ""},
        {"CPT code", {.step = -1, .code = "20693"}, "2 1 "},
        {"ICD code as written", {.step = -1, .code = "S82.251A"}, "4 2 "},
        {"ICD code without dot", {.step = -1, .code = "s82251a"}, "4 2 "},
        {"code with a space", {.step = -1, .code = " 20693 "}, "2 1 "},
        {"no such code", {.step = -1, .code = "2069"}, ""},
        {"empty code", {.step = -1, .code = ""}, ""},
        {"held", {.step = STEP_HELD}, "2 "},
        {"filed", {.step = STEP_FILED}, "5 1 "},
        {"found", {.step = STEP_FOUND}, "6 "},
        {"all at once", {.step = STEP_HELD, .asker = "bob@example.org", .code = "20693", .before_id = 6}, "2 "},
        {"a quote in it", {.step = -1, .asker = "' OR 1=1 --", .code = "'"}, ""},
    };
    fill(s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct exchange_rows found_rows;
        char ids[64] = "";
        ok(s, journal_history(s->journal, &rows[i].filter, s->arena, &found_rows, &s->why));
        for (size_t j = 0; j < found_rows.count; j++)
            snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%lld ", (long long)found_rows.items[j].id);
        if (strcmp(ids, rows[i].ids) != 0)
            fail_msg("%s: \"%s\"", rows[i].name, ids);
    }
}

static void a_page_has_a_bound(void **state) {
    struct scratch *s = *state;
    struct exchange_rows rows;
    ok(s, journal_begin(s->journal, &s->why));
    for (uint32_t uid = 1; uid <= 1100; uid++)
        found(s, "default", uid);
    ok(s, journal_commit(s->journal, &s->why));
    struct history_filter filter = {.step = -1};
    ok(s, journal_history(s->journal, &filter, s->arena, &rows, &s->why));
    assert_int_equal(rows.count, 50);
    filter.max = 1000000;
    ok(s, journal_history(s->journal, &filter, s->arena, &rows, &s->why));
    assert_int_equal(rows.count, 1000);
    assert_int_equal(rows.items[999].id, 101);
}

static void a_thread_is_known_by_our_reply_and_its_asker(void **state) {
    struct scratch *s = *state;
    static const struct {
        const char *name, *ids[3], *asker;
        int64_t id;
    } rows[] = {
        {"one", {"<r1@desk>"}, "ann@example.org", 1},
        {"the newest", {"<r3@desk>", "<other@example.org>", "<r1@desk>"}, "ann@example.org", 3},
        {"somebody else's reply", {"<r2@desk>"}, "ann@example.org", 0},
        {"no reply of ours", {"<other@example.org>"}, "ann@example.org", 0},
        {"case of the address", {"<r2@desk>"}, "BOB@example.org", 2},
        {"case of the message-id", {"<R2@desk>"}, "bob@example.org", 0},
        {"none", {NULL}, "ann@example.org", 0},
    };
    fill(s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct exchange_row row = {0};
        size_t count = 0;
        while (count < 3 && rows[i].ids[count])
            count++;
        int fail = journal_by_reply(s->journal, rows[i].ids, count, rows[i].asker, s->arena, &row, &s->why);
        if (fail != (rows[i].id ? 0 : FAIL_EMPTY) || row.id != rows[i].id)
            fail_msg("%s: %d, %lld", rows[i].name, fail, (long long)row.id);
    }
}

static void counts_are_those_of_the_account(void **state) {
    struct scratch *s = *state;
    static const struct {
        const char *account;
        size_t counts[STEP_COUNT];
    } rows[] = {
        {"default", {[STEP_FOUND] = 1, [STEP_READ] = 1, [STEP_FILED] = 1, [STEP_HELD] = 1}},
        {"second", {[STEP_SENDING] = 1, [STEP_FILED] = 1}},
        {"third", {0}},
    };
    fill(s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t counts[STEP_COUNT];
        ok(s, journal_counts(s->journal, rows[i].account, counts, &s->why));
        for (size_t step = 0; step < STEP_COUNT; step++)
            if (counts[step] != rows[i].counts[step])
                fail_msg("%s %s: %zu", rows[i].account, name_text(step_names, (int)step), counts[step]);
    }
}

static void read_again_it_has_the_codes_of_the_last_reading(void **state) {
    struct scratch *s = *state;
    struct exchange_rows rows;
    ok(s, journal_begin(s->journal, &s->why));
    struct exchange_row row = {.id = found(s, "default", 1), .codes = "[{\"code\":\"20693\"}]"};
    ok(s, journal_read(s->journal, &row, 1001, &s->why));
    row.codes = "[{\"code\":\"20694\"}]";
    ok(s, journal_read(s->journal, &row, 1002, &s->why));
    ok(s, journal_commit(s->journal, &s->why));
    ok(s, journal_history(s->journal, &(struct history_filter){.step = -1, .code = "20693"}, s->arena, &rows, &s->why));
    assert_int_equal(rows.count, 0);
    ok(s, journal_history(s->journal, &(struct history_filter){.step = -1, .code = "20694"}, s->arena, &rows, &s->why));
    assert_int_equal(rows.count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(filters_choose),
        TEST(a_page_has_a_bound),
        TEST(a_thread_is_known_by_our_reply_and_its_asker),
        TEST(counts_are_those_of_the_account),
        TEST(read_again_it_has_the_codes_of_the_last_reading),
    };
    return cmocka_run_group_tests_name("store.history", tests, NULL, NULL);
}
