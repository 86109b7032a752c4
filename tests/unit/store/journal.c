/* The journal: what may follow what, what is kept, and what is found again. */
#include "tests/unit/store/scratch.h"

static void a_question_is_entered_once_and_its_attempts_are_counted(void **state) {
    struct scratch *s = *state;
    struct place place = place_of("default", 5);
    struct exchange_row row;
    bool known;
    for (int attempt = 1; attempt <= 3; attempt++) {
        ok(s, journal_begin(s->journal, &s->why));
        ok(s, journal_found(s->journal, &place, 4711, 100 + attempt, s->arena, &row, &known, &s->why));
        assert_int_equal(known, attempt > 1);
        assert_int_equal(row.attempts, attempt);
        ok(s, journal_attempt(s->journal, row.id, 200 + attempt, &s->why));
        ok(s, journal_commit(s->journal, &s->why));
    }
    ok(s, journal_get(s->journal, row.id, s->arena, &row, &s->why));
    assert_int_equal(row.step, STEP_FOUND);
    assert_int_equal(row.attempts, 4);
    assert_int_equal(row.found_at, 101);
    assert_int_equal(row.changed_at, 203);
    assert_int_equal(row.question_bytes, 4711);
    assert_string_equal(row.place.folder, "INBOX");
    assert_null(row.question_key);
    assert_null(row.reply_text);
}

static void the_default_place_is_the_state_folder(void **state) {
    struct scratch *s = *state;
    setenv("STATE_DIRECTORY", "/run/state", 1);
    assert_string_equal(journal_default_path(s->arena), "/run/state/journal.sqlite");
    unsetenv("STATE_DIRECTORY");
    assert_string_equal(journal_default_path(s->arena), "/var/lib/codingdesk/journal.sqlite");
}

static void every_step_follows_only_what_it_may(void **state) {
    struct scratch *s = *state;
    static const char *const rows[STEP_COUNT] = {
        /* to:          FOUND  READ  SENDING  SENT  FILED  HELD */
        [STEP_FOUND] = "-      yes   -        -     yes    yes", [STEP_READ] = "-       yes   yes      -     yes    yes",
        [STEP_SENDING] = "-    -     -        yes   -      yes", [STEP_SENT] = "-       -     -        -     yes    yes",
        [STEP_FILED] = "-      -     -        -     yes    yes", [STEP_HELD] = "-       yes   -        yes   yes    yes",
    };
    uint32_t uid = 1;
    ok(s, journal_begin(s->journal, &s->why));
    for (enum step from = 0; from < STEP_COUNT; from++) {
        struct span rest = span_of(rows[from]), word;
        for (enum step to = 0; to < STEP_COUNT; to++) {
            do
                assert_true(span_cut(&rest, ' ', &word));
            while (word.len == 0);
            int64_t id = brought_to(s, "default", uid++, from);
            int fail = journal_step(s->journal, id, to, "why", 1010, &s->why);
            bool allowed = span_equal(word, SPAN("yes"));
            if (fail != (allowed ? 0 : FAIL_BUG) || step_of(s, id) != (allowed ? to : from))
                fail_msg("%s -> %s: %d %s", name_text(step_names, (int)from), name_text(step_names, (int)to), fail, s->why.text);
        }
    }
    assert_int_equal(journal_step(s->journal, 999999, STEP_HELD, NULL, 1, &s->why), FAIL_EMPTY);
    ok(s, journal_commit(s->journal, &s->why));
}

static void a_refused_submission_goes_back_and_waits(void **state) {
    struct scratch *s = *state;
    struct exchange_row row;
    ok(s, journal_begin(s->journal, &s->why));
    int64_t id = brought_to(s, "default", 1, STEP_SENDING);
    ok(s, journal_delay(s->journal, id, "451 try later", 1600, 1300, &s->why));
    ok(s, journal_get(s->journal, id, s->arena, &row, &s->why));
    assert_int_equal(row.step, STEP_READ);
    assert_int_equal(row.retry_at, 1600);
    assert_int_equal(row.submit_attempts, 1);
    assert_string_equal(row.reason, "451 try later");
    /* Without a reason of its own a step keeps the old one. */
    ok(s, journal_step(s->journal, id, STEP_SENDING, NULL, 1601, &s->why));
    ok(s, journal_step(s->journal, id, STEP_SENT, NULL, 1602, &s->why));
    ok(s, journal_get(s->journal, id, s->arena, &row, &s->why));
    assert_int_equal(row.submit_attempts, 2);
    assert_int_equal(row.sent_at, 1602);
    assert_string_equal(row.reason, "451 try later");
    assert_int_equal(row.retry_at, 0);
    assert_int_equal(journal_delay(s->journal, id, "late", 1700, 1650, &s->why), FAIL_BUG);
}

/* A question that a person must answer, at a step of its acknowledgement. */
static int64_t told_at(struct scratch *s, uint32_t uid, const char *asker, enum step step) {
    struct exchange_row row = {.id = found(s, "default", uid),
                               .asker = asker,
                               .action = "human",
                               .reason = "not a coding question",
                               .reply_message_id = "<told@desk.example>",
                               .reply_text = "A person will answer.",
                               .draft = "What is known."};
    ok(s, journal_read(s->journal, &row, 1001, &s->why));
    for (enum step next = STEP_SENDING; next <= step; next++)
        ok(s, journal_step(s->journal, row.id, next, NULL, 1001, &s->why));
    return row.id;
}

static void an_acknowledged_one_has_both_texts(void **state) {
    struct scratch *s = *state;
    struct exchange_row row;
    ok(s, journal_begin(s->journal, &s->why));
    int64_t id = told_at(s, 1, "ann@example.org", STEP_SENT);
    ok(s, journal_step(s->journal, id, STEP_HELD, "not a coding question", 1002, &s->why));
    ok(s, journal_get(s->journal, id, s->arena, &row, &s->why));
    assert_int_equal(row.step, STEP_HELD);
    assert_int_equal(row.sent_at, 1001);
    assert_string_equal(row.reason, "not a coding question");
    assert_string_equal(row.reply_text, "A person will answer.");
    assert_string_equal(row.draft, "What is known.");
}

static void why_a_person_must_answer_outlives_a_delay(void **state) {
    struct scratch *s = *state;
    struct exchange_row row;
    struct step_rows steps;
    ok(s, journal_begin(s->journal, &s->why));
    int64_t id = told_at(s, 1, "ann@example.org", STEP_SENDING);
    ok(s, journal_delay(s->journal, id, "451 try later", 1600, 1300, &s->why));
    ok(s, journal_get(s->journal, id, s->arena, &row, &s->why));
    assert_int_equal(row.step, STEP_READ);
    assert_string_equal(row.reason, "not a coding question");
    ok(s, journal_steps(s->journal, id, s->arena, &steps, &s->why));
    assert_string_equal(steps.items[steps.count - 1].reason, "451 try later");
}

static void a_crash_while_telling_keeps_both_reasons(void **state) {
    struct scratch *s = *state;
    struct exchange_row row;
    struct step_rows steps;
    size_t held = 0;
    static const char both[] = "not a coding question; acknowledgement: outcome unknown";
    ok(s, journal_begin(s->journal, &s->why));
    int64_t told = told_at(s, 1, "ann@example.org", STEP_SENDING), answered = brought_to(s, "default", 2, STEP_SENDING);
    ok(s, journal_hold_sending(s->journal, "default", "outcome unknown", 3000, &held, &s->why));
    assert_int_equal(held, 2);
    ok(s, journal_get(s->journal, told, s->arena, &row, &s->why));
    assert_int_equal(row.step, STEP_HELD);
    assert_string_equal(row.reason, both);
    ok(s, journal_steps(s->journal, told, s->arena, &steps, &s->why));
    assert_string_equal(steps.items[steps.count - 1].reason, both);
    ok(s, journal_get(s->journal, answered, s->arena, &row, &s->why));
    assert_string_equal(row.reason, "outcome unknown");
}

static void what_was_read_is_kept(void **state) {
    struct scratch *s = *state;
    struct exchange_row row;
    ok(s, journal_begin(s->journal, &s->why));
    int64_t id = brought_to(s, "default", 1, STEP_READ);
    ok(s, journal_get(s->journal, id, s->arena, &row, &s->why));
    assert_string_equal(row.asker, "Ann@Example.org");
    assert_string_equal(row.action, "answer");
    assert_string_equal(row.reason, "known code");
    assert_string_equal(row.handler, "meaning");
    assert_string_equal(row.intents, "meaning");
    assert_string_equal(row.keywords, "fixator,revise");
    assert_string_equal(row.reply_message_id, "<reply@desk.example>");
    assert_string_equal(row.kb_edition, "2026-07");
    assert_null(row.reply_subject);
    assert_null(row.draft);
}

static void a_reading_the_journal_refuses_changes_nothing(void **state) {
    struct scratch *s = *state;
    char *long_text = malloc((2 << 20) + 1);
    memset(long_text, 'x', 2 << 20);
    long_text[2 << 20] = '\0';
    const struct {
        const char *name;
        struct exchange_row row;
        int fail;
    } rows[] = {
        {"codes cut short", {.codes = "[{\"code\":"}, FAIL_INPUT},
        {"codes are an object", {.codes = "{\"code\":\"20693\"}"}, FAIL_INPUT},
        {"codes are empty", {.codes = ""}, FAIL_INPUT},
        {"a reply too long", {.reply_text = long_text}, FAIL_LIMIT},
        {"a draft too long", {.draft = long_text}, FAIL_LIMIT},
        {"no codes", {.codes = NULL}, 0},
        {"codes of odd kinds", {.codes = "[1,\"abc\",null,{\"code\":7},{\"code\":\"20693\"},{}]"}, 0},
    };
    ok(s, journal_begin(s->journal, &s->why));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct exchange_row row = rows[i].row;
        row.id = found(s, "default", (uint32_t)i + 1);
        int fail = journal_read(s->journal, &row, 1001, &s->why);
        if (fail != rows[i].fail || step_of(s, row.id) != (fail ? STEP_FOUND : STEP_READ))
            fail_msg("%s: %d %s", rows[i].name, fail, s->why.text);
    }
    ok(s, journal_commit(s->journal, &s->why));
    free(long_text);
}

static void the_same_question_is_found_under_a_new_uidvalidity(void **state) {
    struct scratch *s = *state;
    struct exchange_row row;
    bool known;
    int64_t other = -1;
    ok(s, journal_begin(s->journal, &s->why));
    int64_t first = found(s, "default", 5);
    ok(s, journal_identify(s->journal, first, "digest-1", "<q@example.org>", &other, &s->why));
    assert_int_equal(other, 0);
    read_it(s, first);
    ok(s, journal_step(s->journal, first, STEP_SENDING, NULL, 1003, &s->why));
    ok(s, journal_step(s->journal, first, STEP_SENT, NULL, 1004, &s->why));

    struct place moved = {"default", "INBOX", 8, 2};
    ok(s, journal_found(s->journal, &moved, 1000, 2000, s->arena, &row, &known, &s->why));
    assert_false(known);
    ok(s, journal_identify(s->journal, row.id, "digest-1", "<q@example.org>", &other, &s->why));
    assert_int_equal(other, first);
    struct step_rows steps;
    ok(s, journal_adopt(s->journal, row.id, other, 2001, &s->why));
    ok(s, journal_steps(s->journal, row.id, s->arena, &steps, &s->why));
    assert_int_equal(steps.count, 0);

    assert_int_equal(journal_get(s->journal, row.id, s->arena, &row, &s->why), FAIL_EMPTY);
    ok(s, journal_found(s->journal, &moved, 1000, 2002, s->arena, &row, &known, &s->why));
    assert_true(known);
    assert_int_equal(row.id, first);
    assert_int_equal(row.step, STEP_SENT);
    assert_string_equal(row.question_key, "digest-1");
    assert_string_equal(row.question_message_id, "<q@example.org>");
    ok(s, journal_commit(s->journal, &s->why));
}

static void a_key_stays_and_counts_within_its_account(void **state) {
    struct scratch *s = *state;
    int64_t other = -1;
    ok(s, journal_begin(s->journal, &s->why));
    int64_t here = found(s, "default", 1), there = found(s, "second", 1);
    ok(s, journal_identify(s->journal, here, "digest-1", NULL, &other, &s->why));
    ok(s, journal_identify(s->journal, there, "digest-1", NULL, &other, &s->why));
    assert_int_equal(other, 0);
    ok(s, journal_identify(s->journal, here, "digest-1", NULL, &other, &s->why));
    assert_int_equal(other, 0);
    assert_int_equal(journal_identify(s->journal, here, "digest-2", NULL, &other, &s->why), FAIL_INPUT);
    assert_int_equal(journal_adopt(s->journal, here, there, 1, &s->why), FAIL_BUG);
    assert_int_equal(journal_adopt(s->journal, here, here, 1, &s->why), FAIL_BUG);
    assert_int_equal(journal_adopt(s->journal, here, 4711, 1, &s->why), FAIL_EMPTY);
    assert_int_equal(journal_identify(s->journal, 4711, "digest-1", NULL, &other, &s->why), FAIL_EMPTY);
    assert_int_equal(step_of(s, here), STEP_FOUND);
    ok(s, journal_commit(s->journal, &s->why));
}

static void after_a_crash_what_was_sending_is_held(void **state) {
    struct scratch *s = *state;
    size_t held = 99;
    struct step_rows steps;
    ok(s, journal_begin(s->journal, &s->why));
    int64_t mine[2] = {brought_to(s, "default", 1, STEP_SENDING), brought_to(s, "default", 2, STEP_SENDING)};
    int64_t ready = brought_to(s, "default", 3, STEP_READ), sent = brought_to(s, "default", 4, STEP_SENT);
    int64_t theirs = brought_to(s, "second", 1, STEP_SENDING);
    ok(s, journal_commit(s->journal, &s->why));

    ok(s, journal_begin(s->journal, &s->why));
    ok(s, journal_hold_sending(s->journal, "default", "outcome unknown", 3000, &held, &s->why));
    ok(s, journal_commit(s->journal, &s->why));
    assert_int_equal(held, 2);
    assert_int_equal(step_of(s, mine[0]), STEP_HELD);
    assert_int_equal(step_of(s, mine[1]), STEP_HELD);
    assert_int_equal(step_of(s, ready), STEP_READ);
    assert_int_equal(step_of(s, sent), STEP_SENT);
    assert_int_equal(step_of(s, theirs), STEP_SENDING);

    ok(s, journal_steps(s->journal, mine[1], s->arena, &steps, &s->why));
    static const enum step way[] = {STEP_FOUND, STEP_READ, STEP_SENDING, STEP_HELD};
    assert_int_equal(steps.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(steps.items[i].step, way[i]);
    assert_int_equal(steps.items[3].at, 3000);
    assert_string_equal(steps.items[3].reason, "outcome unknown");
    assert_null(steps.items[2].reason);

    ok(s, journal_begin(s->journal, &s->why));
    ok(s, journal_hold_sending(s->journal, "default", "again", 3001, &held, &s->why));
    assert_int_equal(held, 0);
}

static void writes_want_a_transaction(void **state) {
    struct scratch *s = *state;
    struct exchange_row row = {.id = 1};
    struct place place = place_of("default", 1);
    bool known;
    int64_t other;
    size_t held;
    assert_int_equal(journal_commit(s->journal, &s->why), FAIL_BUG);
    assert_int_equal(journal_found(s->journal, &place, 1, 1, s->arena, &row, &known, &s->why), FAIL_BUG);
    assert_int_equal(journal_identify(s->journal, 1, "k", NULL, &other, &s->why), FAIL_BUG);
    assert_int_equal(journal_adopt(s->journal, 1, 2, 1, &s->why), FAIL_BUG);
    assert_int_equal(journal_read(s->journal, &row, 1, &s->why), FAIL_BUG);
    assert_int_equal(journal_step(s->journal, 1, STEP_HELD, NULL, 1, &s->why), FAIL_BUG);
    assert_int_equal(journal_delay(s->journal, 1, "x", 1, 1, &s->why), FAIL_BUG);
    assert_int_equal(journal_hold_sending(s->journal, "default", "x", 1, &held, &s->why), FAIL_BUG);
    ok(s, journal_begin(s->journal, &s->why));
    assert_int_equal(journal_begin(s->journal, &s->why), FAIL_BUG);
}

static void rolled_back_is_gone(void **state) {
    struct scratch *s = *state;
    struct exchange_row row;
    ok(s, journal_begin(s->journal, &s->why));
    int64_t id = found(s, "default", 1);
    journal_rollback(s->journal);
    assert_int_equal(journal_get(s->journal, id, s->arena, &row, &s->why), FAIL_EMPTY);
    journal_rollback(s->journal);
    ok(s, journal_begin(s->journal, &s->why));
    found(s, "default", 1);
    ok(s, journal_commit(s->journal, &s->why));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_question_is_entered_once_and_its_attempts_are_counted),
        TEST(the_default_place_is_the_state_folder),
        TEST(every_step_follows_only_what_it_may),
        TEST(a_refused_submission_goes_back_and_waits),
        TEST(an_acknowledged_one_has_both_texts),
        TEST(why_a_person_must_answer_outlives_a_delay),
        TEST(a_crash_while_telling_keeps_both_reasons),
        TEST(what_was_read_is_kept),
        TEST(a_reading_the_journal_refuses_changes_nothing),
        TEST(the_same_question_is_found_under_a_new_uidvalidity),
        TEST(a_key_stays_and_counts_within_its_account),
        TEST(after_a_crash_what_was_sending_is_held),
        TEST(writes_want_a_transaction),
        TEST(rolled_back_is_gone),
    };
    return cmocka_run_group_tests_name("store.journal", tests, NULL, NULL);
}
