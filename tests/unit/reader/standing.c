/* Who is answered how often, worked out of a journal: allowances, breakers, batches that are not recorded yet, tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "reader/desk.h"

enum { NOW = 1795251600, HOUR_S = 3600, DAY_S = 86400 };

static const struct sign_key KEY = {"a key that everybody may know"};

struct desk {
    char folder[64];
    struct arena *arena;
    struct config config;
    struct journal *journal;
    struct recall recall;
    uint32_t uid;
    struct why why;
};

#define ok(desk, call)                                                                                                                     \
    do {                                                                                                                                   \
        if (call)                                                                                                                          \
            fail_msg("%s: %s", #call, (desk)->why.text);                                                                                   \
    } while (0)

static int make(void **state) {
    struct desk *desk = calloc(1, sizeof *desk);
    snprintf(desk->folder, sizeof desk->folder, "/tmp/codingdesk-standing-XXXXXX");
    if (!mkdtemp(desk->folder))
        return -1;
    static const char *const listed[] = {"listed.example"}, *const blocked[] = {"rude.example", "pest@clinic.example"};
    desk->arena = arena_new(64 << 20);
    config_defaults(desk->arena, &desk->config);
    desk->config.sender_domains = listed;
    desk->config.sender_domain_count = 1;
    desk->config.blocked_senders = blocked;
    desk->config.blocked_sender_count = 2;
    *state = desk;
    if (journal_open(arena_printf(desk->arena, "%s/journal.sqlite", desk->folder), &desk->journal, &desk->why))
        return -1;
    desk->recall = reader_recall_of(&desk->config, desk->journal, &KEY);
    desk->recall.now = NOW;
    return journal_begin(desk->journal, &desk->why);
}

static int clean(void **state) {
    struct desk *desk = *state;
    journal_close(desk->journal);
    static const char *const left[] = {"journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        unlink(arena_printf(desk->arena, "%s/%s", desk->folder, left[i]));
    rmdir(desk->folder);
    arena_free(desk->arena);
    free(desk);
    return 0;
}

static void answered(struct desk *desk, const char *asker, time_t found_at, enum told told, const char *key) {
    struct exchange_row row;
    bool known;
    int64_t other;
    const struct place place = {"default", "INBOX", 1, ++desk->uid};
    ok(desk, journal_found(desk->journal, &place, 100, found_at, desk->arena, &row, &known, &desk->why));
    ok(desk, journal_identify(desk->journal, row.id, key, NULL, &other, &desk->why));
    row.asker = asker;
    row.action = "answer";
    row.reason = "";
    row.reply_message_id = "<reply@desk.example>";
    row.told = told;
    ok(desk, journal_read(desk->journal, &row, found_at, &desk->why));
}

/* Answered so often, the last a second before now. */
static void answered_often(struct desk *desk, const char *asker, int times, long seconds_apart) {
    for (int i = 0; i < times; i++)
        answered(desk, asker, NOW - 1 - i * seconds_apart, TOLD_NOTHING, arena_printf(desk->arena, "%s %d", asker, i));
}

static struct sender_standing look(struct desk *desk, const char *address, bool verified, const char *key) {
    struct sender_view view = {.address = address, .verified = verified, .question_key = key};
    struct sender_standing ret;
    ok(desk, recall_standing(&desk->recall, &view, desk->arena, &ret, &desk->why));
    return ret;
}

static void an_allowance_depends_on_who_asks(void **state) {
    struct desk *desk = *state;
    static const struct {
        const char *name, *address;
        int times;
        long seconds_apart;
        bool authenticates, verified;
        enum standing standing;
        const char *limit;
        time_t resets_at;
    } rows[] = {
        {"a stranger", "a@clinic.example", 0, 0, false, false, STANDING_GUEST, NULL, 0},
        {"a guest with one left", "b@clinic.example", 4, 1, false, false, STANDING_GUEST, NULL, 0},
        {"a guest with none left", "c@clinic.example", 5, 1, false, false, STANDING_GUEST, "limit-day", NOW - 5 + DAY_S},
        {"other letters", "C@Clinic.example", 0, 0, false, false, STANDING_GUEST, "limit-day", NOW - 5 + DAY_S},
        {"registered, 19 at once", "d@clinic.example", 19, 1, false, false, STANDING_REGISTERED, NULL, 0},
        {"registered, 20 at once", "e@clinic.example", 20, 1, false, false, STANDING_REGISTERED, "limit-hour", NOW - 20 + HOUR_S},
        {"registered, 50 over a day", "f@clinic.example", 50, 600, false, false, STANDING_REGISTERED, "limit-day", NOW - 1 - 49 * 600 + DAY_S},
        {"registered, forged", "g@clinic.example", 5, 1, true, false, STANDING_REGISTERED, "limit-day", NOW - 5 + DAY_S},
        {"registered, verified", "h@clinic.example", 5, 1, true, true, STANDING_REGISTERED, NULL, 0},
        {"of a listed domain", "i@listed.example", 5, 1, false, false, STANDING_LISTED, NULL, 0},
        {"below a listed domain", "j@ward.Listed.example", 5, 1, false, false, STANDING_LISTED, NULL, 0},
        {"of one that ends like it", "k@unlisted.example", 5, 1, false, false, STANDING_GUEST, "limit-day", NOW - 5 + DAY_S},
        {"of a blocked domain", "l@rude.example", 0, 0, false, false, STANDING_BLOCKED, NULL, 0},
        {"a blocked address", "Pest@clinic.example", 0, 0, false, false, STANDING_BLOCKED, NULL, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        answered_often(desk, rows[i].address, rows[i].times, rows[i].seconds_apart);
        if (rows[i].standing == STANDING_REGISTERED)
            ok(desk, journal_sender_set(desk->journal, rows[i].address, STANDING_REGISTERED, NOW - DAY_S, &desk->why));
        desk->recall.wants_verified = rows[i].authenticates;
        struct sender_standing got = look(desk, rows[i].address, rows[i].verified, "new");
        bool limits_fit = rows[i].limit ? got.limit && strcmp(got.limit, rows[i].limit) == 0 : !got.limit;
        if (got.standing != rows[i].standing || !limits_fit || got.resets_at != rows[i].resets_at)
            fail_msg("%s: %d, %s, resets in %lld", rows[i].name, (int)got.standing, got.limit ? got.limit : "-", (long long)got.resets_at - NOW);
    }
}

static void who_writes_from_a_blocked_address_is_blocked(void **state) {
    struct desk *desk = *state;
    const struct sender_view view = {.address = "ann@clinic.example", .from = "x@rude.example", .question_key = "new"};
    struct sender_standing got;
    ok(desk, recall_standing(&desk->recall, &view, desk->arena, &got, &desk->why));
    assert_int_equal(got.standing, STANDING_BLOCKED);
}

static void a_batch_counts_before_it_is_recorded(void **state) {
    struct desk *desk = *state;
    static const struct {
        const char *name;
        enum standing_rule rule;
    } rows[] = {
        {"first", STANDING_ANSWER}, {"second", STANDING_ANSWER}, {"third", STANDING_ANSWER}, {"fourth", STANDING_ANSWER},
        {"fifth", STANDING_ANSWER}, {"sixth", STANDING_TELL},    {"seventh", STANDING_HOLD}, {"eighth", STANDING_HOLD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sender_standing got = look(desk, "robot@clinic.example", false, rows[i].name);
        const char *reason;
        if (standing_judge(&got, &reason) != rows[i].rule)
            fail_msg("%s: %s", rows[i].name, reason ? reason : "answered");
        if (rows[i].rule != STANDING_HOLD)
            recall_note_reply(&desk->recall, "robot@clinic.example", rows[i].name, rows[i].rule == STANDING_TELL ? TOLD_LIMIT : TOLD_NOTHING);
    }
    assert_null(look(desk, "robot@clinic.example", false, "fifth").limit); /* read once more it is not counted against itself */
    recall_forget_replies(&desk->recall);
    assert_null(look(desk, "robot@clinic.example", false, "new").limit);
}

static void a_question_read_again_fares_as_before(void **state) {
    struct desk *desk = *state;
    answered_often(desk, "ann@clinic.example", 5, 60);
    answered(desk, "ann@clinic.example", NOW - 1, TOLD_LIMIT, "the sixth");
    assert_null(look(desk, "ann@clinic.example", false, "ann@clinic.example 0").limit);
    assert_false(look(desk, "ann@clinic.example", false, "the sixth").limit_told);
    assert_true(look(desk, "ann@clinic.example", false, "new").limit_told);
    desk->recall.now = NOW - 241 + DAY_S; /* the oldest is just out of the window: the sixth of these is told anew */
    assert_null(look(desk, "ann@clinic.example", false, "new").limit);
    answered(desk, "ann@clinic.example", desk->recall.now, TOLD_NOTHING, "a day later");
    assert_string_equal(look(desk, "ann@clinic.example", false, "new").limit, "limit-day");
    assert_true(look(desk, "ann@clinic.example", false, "new").limit_told);
}

static void breakers_open_for_a_domain_and_for_all(void **state) {
    struct desk *desk = *state;
    desk->config.breaker_domain_hour = 3;
    desk->config.breaker_all_hour = 5;
    for (int i = 0; i < 3; i++)
        answered(desk, arena_printf(desk->arena, "a%d@storm.example", i), NOW - 60 * i, TOLD_NOTHING, arena_printf(desk->arena, "s%d", i));
    assert_string_equal(look(desk, "new@Storm.example", false, "new").breaker, "breaker-domain");
    assert_true(desk->recall.breaker_opened[BREAKER_DOMAIN]);
    assert_string_equal(desk->recall.domain, "Storm.example");
    assert_null(look(desk, "new@calm.example", false, "new").breaker);
    assert_null(look(desk, "a0@storm.example", false, "s0").breaker);
    recall_note_reply(&desk->recall, "b@calm.example", "c1", TOLD_NOTHING);
    assert_null(look(desk, "new@calm.example", false, "new").breaker);
    assert_false(desk->recall.breaker_opened[BREAKER_ALL]);
    recall_note_reply(&desk->recall, "c@calm.example", "c2", TOLD_NOTHING);
    assert_string_equal(look(desk, "new@calm.example", false, "new").breaker, "breaker-all");
    assert_true(desk->recall.breaker_opened[BREAKER_ALL]);
    desk->recall.now = NOW + HOUR_S - 120; /* the first of them was an hour ago */
    assert_null(look(desk, "new@storm.example", false, "new").breaker);
}

/* Tokens of ann, made at NOW. */
static void a_token_is_for_one_address_and_three_days(void **state) {
    struct desk *desk = *state;
    const struct sender_standing made = look(desk, "ann@clinic.example", false, "new");
    const char *to = made.register_token, *from = made.leave_token;
    desk->recall.now = NOW + 60;
    const char *later = look(desk, "ann@clinic.example", false, "new").leave_token;
    const struct {
        const char *name, *address;
        const char *tokens[3];
        time_t now;
        enum standing standing;
        time_t since;
        enum token_state want;
    } rows[] = {
        {"none", "ann@clinic.example", {NULL}, NOW, STANDING_GUEST, 0, TOKEN_NONE},
        {"at once", "ann@clinic.example", {to}, NOW, STANDING_GUEST, 0, TOKEN_REGISTERS},
        {"other letters", "ANN@Clinic.example", {to}, NOW, STANDING_GUEST, 0, TOKEN_REGISTERS},
        {"a second before its end", "ann@clinic.example", {to}, NOW + TOKEN_HOLDS_S - 1, STANDING_GUEST, 0, TOKEN_REGISTERS},
        {"at its end", "ann@clinic.example", {to}, NOW + TOKEN_HOLDS_S, STANDING_GUEST, 0, TOKEN_EXPIRED},
        {"from another address", "bob@clinic.example", {to}, NOW, STANDING_GUEST, 0, TOKEN_WRONG},
        {"a second confirmation", "ann@clinic.example", {to}, NOW + 10, STANDING_REGISTERED, NOW + 5, TOKEN_REGISTERS},
        {"leaving", "ann@clinic.example", {from}, NOW, STANDING_REGISTERED, NOW - 5, TOKEN_LEAVES},
        {"leaving, from before the last registration", "ann@clinic.example", {from}, NOW + 20, STANDING_REGISTERED, NOW + 5, TOKEN_NONE},
        {"the newest of two", "ann@clinic.example", {to, later}, NOW + 90, STANDING_REGISTERED, NOW + 5, TOKEN_LEAVES},
        {"one that holds beside one that does not", "ann@clinic.example", {"register-0123456789abcdef0123456789abcdef01234567", to}, NOW,
         STANDING_GUEST, 0, TOKEN_REGISTERS},
        {"a blocked sender's", "pest@clinic.example", {to}, NOW, STANDING_GUEST, 0, TOKEN_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sender_view view = {.address = rows[i].address, .question_key = "new", .tokens = rows[i].tokens};
        struct sender_standing got;
        while (view.token_count < 3 && rows[i].tokens[view.token_count])
            view.token_count++;
        ok(desk, journal_sender_set(desk->journal, rows[i].address, STANDING_GUEST, NOW, &desk->why));
        ok(desk, journal_sender_set(desk->journal, rows[i].address, rows[i].standing, rows[i].since, &desk->why));
        desk->recall.now = rows[i].now;
        ok(desk, recall_standing(&desk->recall, &view, desk->arena, &got, &desk->why));
        if (got.token != rows[i].want)
            fail_msg("%s: %d", rows[i].name, (int)got.token);
    }
}

static void without_a_key_there_are_no_tokens(void **state) {
    struct desk *desk = *state;
    desk->recall.identity.key = NULL;
    struct sender_standing got = look(desk, "ann@clinic.example", false, "new");
    assert_null(got.register_token);
    assert_null(got.leave_token);
}

static void tokens_are_found_in_a_text(void **state) {
    struct desk *desk = *state;
#define HEX "0123456789abcdef0123456789abcdef01234567"
    static const struct {
        const char *name, *text;
        size_t count;
    } rows[] = {
        {"alone", "register-" HEX, 1},
        {"quoted, in upper case", "> REGISTER-0123456789ABCDEF0123456789ABCDEF01234567\r\n", 1},
        {"both", "leave-" HEX " and register-" HEX, 2},
        {"twice the same", "leave-" HEX " LEAVE-" HEX, 1},
        {"a digit too many", "register-" HEX "0", 0},
        {"a digit too few", "register-0123456789abcdef0123456789abcdef0123456", 0},
        {"goes on as a word", "register-" HEX "xyz", 0},
        {"no digits", "register-me, please", 0},
        {"behind one that is none", "register-me register-" HEX, 1},
        {"at the end of a word", "unregister-" HEX, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *tokens[TOKENS_MOST];
        size_t count = 0;
        standing_find_tokens(span_of(rows[i].text), desk->arena, tokens, &count);
        if (count != rows[i].count)
            fail_msg("%s: %zu", rows[i].name, count);
    }
    struct buf many;
    buf_init(&many, 1 << 20);
    for (int i = 0; i < 1000; i++)
        buf_printf(&many, "register-%040x ", (unsigned)i);
    const char *tokens[TOKENS_MOST];
    size_t count = 0;
    standing_find_tokens(buf_span(&many), desk->arena, tokens, &count);
    assert_int_equal(count, TOKENS_MOST);
    buf_free(&many);
}

static void what_follows_from_a_standing(void **state) {
    (void)state;
    static const struct {
        const char *name;
        struct sender_standing standing;
        enum standing_rule rule;
        const char *reason;
    } rows[] = {
        {"nothing known", {.standing = STANDING_GUEST}, STANDING_ANSWER, NULL},
        {"blocked before all", {.standing = STANDING_BLOCKED, .breaker = "breaker-all"}, STANDING_SILENCE, "blocked-sender"},
        {"a breaker before a limit", {.breaker = "breaker-all", .limit = "limit-day"}, STANDING_HOLD, "breaker-all"},
        {"a limit", {.limit = "limit-day"}, STANDING_TELL, "limit-day"},
        {"a limit that was told", {.limit = "limit-hour", .limit_told = true}, STANDING_HOLD, "limit-hour"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *reason = "";
        enum standing_rule rule = standing_judge(&rows[i].standing, &reason);
        if (rule != rows[i].rule || (reason ? !rows[i].reason || strcmp(reason, rows[i].reason) != 0 : rows[i].reason != NULL))
            fail_msg("%s: %d %s", rows[i].name, (int)rule, reason ? reason : "-");
    }
}

static void who_may_leave_at_once(void **state) {
    (void)state;
    static const struct {
        const char *name;
        enum standing standing;
        bool verified, want;
    } rows[] = {
        {"registered and verified", STANDING_REGISTERED, true, true},
        {"registered, who may be forged", STANDING_REGISTERED, false, false},
        {"a guest", STANDING_GUEST, true, false},
        {"of a listed domain", STANDING_LISTED, true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sender_standing standing = {.standing = rows[i].standing, .verified = rows[i].verified};
        if (standing_leaves(&standing) != rows[i].want)
            fail_msg("%s", rows[i].name);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, clean)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_allowance_depends_on_who_asks),
        TEST(who_writes_from_a_blocked_address_is_blocked),
        TEST(a_batch_counts_before_it_is_recorded),
        TEST(a_question_read_again_fares_as_before),
        TEST(breakers_open_for_a_domain_and_for_all),
        TEST(a_token_is_for_one_address_and_three_days),
        TEST(without_a_key_there_are_no_tokens),
        TEST(tokens_are_found_in_a_text),
        cmocka_unit_test(what_follows_from_a_standing),
        cmocka_unit_test(who_may_leave_at_once),
    };
    return cmocka_run_group_tests_name("reader.standing", tests, NULL, NULL);
}
