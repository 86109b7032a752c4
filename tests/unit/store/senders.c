/* Who asks how often: standings, sliding windows whatever the clock does, and what is done at most once in a while. */
#include "tests/unit/store/scratch.h"

#include "store/senders.h"

enum { NOW = 1000000, HOUR_S = 3600 };

static uint32_t next_uid = 1;

/* An exchange found then, answered. */
static int64_t answered(struct scratch *s, const char *asker, time_t found_at, enum told told) {
    struct exchange_row row;
    bool known;
    const struct place place = place_of("default", next_uid++);
    ok(s, journal_found(s->journal, &place, 100, found_at, s->arena, &row, &known, &s->why));
    row.asker = asker;
    row.action = "answer";
    row.reason = "";
    row.reply_message_id = "<reply@desk.example>";
    row.told = told;
    ok(s, journal_read(s->journal, &row, found_at, &s->why));
    return row.id;
}

static enum standing standing_of(struct scratch *s, const char *address, time_t *since) {
    struct sender_row row;
    ok(s, journal_sender(s->journal, address, &row, &s->why));
    *since = row.since;
    return row.standing;
}

static void a_standing_is_kept_until_it_changes(void **state) {
    struct scratch *s = *state;
    static const struct {
        const char *name, *address;
        enum standing to;
        time_t at, since;
    } rows[] = {
        {"registers", "ann@example.org", STANDING_REGISTERED, 100, 100},
        {"confirms once more, in other letters", "Ann@Example.ORG", STANDING_REGISTERED, 200, 100},
        {"is blocked", "ann@example.org", STANDING_BLOCKED, 300, 300},
        {"is a guest again", "ANN@example.org", STANDING_GUEST, 400, 0},
        {"leaves once more", "ann@example.org", STANDING_GUEST, 500, 0},
    };
    struct sender_rows all;
    time_t since;
    assert_int_equal(standing_of(s, "ann@example.org", &since), STANDING_GUEST);
    assert_int_equal(journal_sender_set(s->journal, "ann@example.org", STANDING_BLOCKED, 1, &s->why), FAIL_BUG);
    ok(s, journal_begin(s->journal, &s->why));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ok(s, journal_sender_set(s->journal, rows[i].address, rows[i].to, rows[i].at, &s->why));
        if (standing_of(s, "ann@example.org", &since) != rows[i].to || since != rows[i].since)
            fail_msg("%s: since %lld", rows[i].name, (long long)since);
        ok(s, journal_senders(s->journal, s->arena, &all, &s->why));
        if (all.count != (rows[i].to != STANDING_GUEST))
            fail_msg("%s: %zu rows", rows[i].name, all.count);
    }
    assert_int_equal(journal_sender_set(s->journal, "ann@example.org", STANDING_LISTED, 1, &s->why), FAIL_BUG);
}

static void a_reading_changes_its_asker_in_one_transaction(void **state) {
    struct scratch *s = *state;
    struct exchange_row row = {.asker = "ann@example.org", .action = "service", .reason = "has registered", .change = SENDER_REGISTERS};
    time_t since;
    ok(s, journal_begin(s->journal, &s->why));
    row.id = found(s, "default", next_uid++);
    ok(s, journal_read(s->journal, &row, 100, &s->why));
    assert_int_equal(standing_of(s, "ann@example.org", &since), STANDING_REGISTERED);
    journal_rollback(s->journal);
    assert_int_equal(standing_of(s, "ann@example.org", &since), STANDING_GUEST);
    ok(s, journal_begin(s->journal, &s->why));
    row.id = found(s, "default", next_uid++);
    ok(s, journal_read(s->journal, &row, 100, &s->why));
    row.change = SENDER_LEAVES;
    ok(s, journal_read(s->journal, &row, 100, &s->why));
    assert_int_equal(standing_of(s, "ann@example.org", &since), STANDING_GUEST);
}

static void a_window_slides_and_survives_the_clock(void **state) {
    struct scratch *s = *state;
    ok(s, journal_begin(s->journal, &s->why));
    answered(s, "ann@example.org", NOW - HOUR_S, TOLD_NOTHING);
    answered(s, "ann@example.org", NOW - HOUR_S + 1, TOLD_NOTHING);
    answered(s, "Ann@Example.org", NOW - 10, TOLD_NOTHING);
    answered(s, "ann@example.org", NOW - 5, TOLD_LIMIT);
    answered(s, "bob@sub.example.org", NOW - 4, TOLD_NOTHING);
    answered(s, "cyd@EXAMPLE.org", NOW - 3, TOLD_NOTHING);
    found(s, "default", next_uid++); /* not read yet: counts nowhere */
    static const struct {
        const char *name;
        enum reply_group group;
        const char *who;
        time_t now;
        long seconds;
        size_t nth;
        time_t want;
    } rows[] = {
        {"the newest, letters apart", REPLIES_TO_ADDRESS, "ANN@example.org", NOW, HOUR_S, 1, NOW - 10},
        {"with a detail behind it she is the same", REPLIES_TO_ADDRESS, "ann+2@example.org", NOW, HOUR_S, 1, NOW - 10},
        {"with nothing before the detail nobody is", REPLIES_TO_ADDRESS, "+ann@example.org", NOW, HOUR_S, 1, 0},
        {"the second", REPLIES_TO_ADDRESS, "ann@example.org", NOW, HOUR_S, 2, NOW - HOUR_S + 1},
        {"the third is an hour ago", REPLIES_TO_ADDRESS, "ann@example.org", NOW, HOUR_S, 3, 0},
        {"a longer window holds it", REPLIES_TO_ADDRESS, "ann@example.org", NOW, 2 * HOUR_S, 3, NOW - HOUR_S},
        {"the word on the limit is none of them", REPLIES_TO_ADDRESS, "ann@example.org", NOW, 2 * HOUR_S, 4, 0},
        {"one second later the second is out", REPLIES_TO_ADDRESS, "ann@example.org", NOW + 1, HOUR_S, 2, 0},
        {"the clock is set back by half an hour: all is near", REPLIES_TO_ADDRESS, "ann@example.org", NOW - 1800, HOUR_S, 3, NOW - HOUR_S},
        {"set back by a year: what is far ahead tells nothing", REPLIES_TO_ADDRESS, "ann@example.org", NOW - 31536000, HOUR_S, 1, 0},
        {"set forward by a day: all is over", REPLIES_TO_ADDRESS, "ann@example.org", NOW + 86400, HOUR_S, 1, 0},
        {"a domain, letters apart", REPLIES_TO_DOMAIN, "Example.org", NOW, HOUR_S, 4, NOW - HOUR_S + 1},
        {"one below it is another", REPLIES_TO_DOMAIN, "sub.example.org", NOW, HOUR_S, 2, 0},
        {"all", REPLIES_TO_ALL, "", NOW, HOUR_S, 5, NOW - HOUR_S + 1},
        {"all, no more", REPLIES_TO_ALL, "", NOW, HOUR_S, 6, 0},
        {"a stranger", REPLIES_TO_ADDRESS, "dan@example.org", NOW, HOUR_S, 1, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct window window = {rows[i].now, rows[i].seconds};
        time_t got = 99;
        ok(s, journal_nth_reply(s->journal, rows[i].group, rows[i].who, &window, rows[i].nth, &got, &s->why));
        if (got != rows[i].want)
            fail_msg("%s: %lld", rows[i].name, (long long)got - NOW);
    }
}

static void what_was_told_once_is_found(void **state) {
    struct scratch *s = *state;
    ok(s, journal_begin(s->journal, &s->why));
    answered(s, "ann@example.org", NOW, TOLD_LIMIT);
    static const struct {
        const char *name, *asker;
        enum told told;
        time_t since;
        bool want;
    } rows[] = {
        {"told", "Ann@example.org", TOLD_LIMIT, NOW, true},
        {"told before", "ann@example.org", TOLD_LIMIT, NOW + 1, false},
        {"something else", "ann@example.org", TOLD_TOKEN, NOW, false},
        {"somebody else", "bob@example.org", TOLD_LIMIT, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool got = !rows[i].want;
        ok(s, journal_told_since(s->journal, rows[i].asker, rows[i].told, rows[i].since, NOW + 10, &got, &s->why));
        if (got != rows[i].want)
            fail_msg("%s", rows[i].name);
    }
}

static void a_question_knows_its_own_reply(void **state) {
    struct scratch *s = *state;
    time_t found_at;
    enum told told;
    int64_t other;
    ok(s, journal_begin(s->journal, &s->why));
    int64_t id = answered(s, "ann@example.org", NOW, TOLD_LIMIT);
    ok(s, journal_identify(s->journal, id, "key", NULL, &other, &s->why));
    ok(s, journal_own_reply(s->journal, "default", "key", &found_at, &told, &s->why));
    assert_int_equal(found_at, NOW);
    assert_int_equal(told, TOLD_LIMIT);
    ok(s, journal_own_reply(s->journal, "second", "key", &found_at, &told, &s->why));
    assert_int_equal(found_at, 0);
    assert_int_equal(told, TOLD_NOTHING);
}

static void a_notice_is_due_once_in_a_window(void **state) {
    struct scratch *s = *state;
    static const struct {
        const char *name, *notice;
        time_t now;
        bool due;
    } rows[] = {
        {"the first", "breaker-all", NOW, true},
        {"another", "breaker-domain", NOW + 1, true},
        {"within the hour", "breaker-all", NOW + HOUR_S - 1, false},
        {"after it", "breaker-all", NOW + HOUR_S, true},
        {"the clock was set back a little", "breaker-all", NOW, false},
        {"the clock was set back a year", "breaker-all", NOW - 31536000, true},
    };
    ok(s, journal_begin(s->journal, &s->why));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct window window = {rows[i].now, HOUR_S};
        bool due = !rows[i].due;
        ok(s, journal_notice(s->journal, rows[i].notice, &window, &due, &s->why));
        if (due != rows[i].due)
            fail_msg("%s", rows[i].name);
    }
    ok(s, journal_commit(s->journal, &s->why));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_standing_is_kept_until_it_changes), TEST(a_reading_changes_its_asker_in_one_transaction),
        TEST(a_window_slides_and_survives_the_clock), TEST(what_was_told_once_is_found),
        TEST(a_question_knows_its_own_reply), TEST(a_notice_is_due_once_in_a_window),
    };
    return cmocka_run_group_tests_name("store.senders", tests, NULL, NULL);
}
