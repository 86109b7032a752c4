/* Replies on their way to a submission server that refuses: for whose sake, and who waits. Without a mailbox. */
#include "tests/unit/store/scratch.h"

#include "tests/live/letters.h"
#include "tests/live/smtp_script.h"
#include "tests/unit/daemon/walk.h"

enum { REPLIES = 6, ROUNDS = 400 };

static time_t clock_s;
static time_t now(void) { return clock_s; }

struct desk {
    struct scratch *scratch;
    struct config config;
    struct outbox *outbox;
    struct walk *walk;
    int64_t ids[REPLIES];
};

static void put_in_hand(struct desk *desk, size_t i, const char *recipient) {
    struct scratch *s = desk->scratch;
    struct exchange_row row = {.asker = recipient, .action = "answer", .reason = "", .reply_message_id = "<reply@desk.example>"};
    ok(s, journal_begin(s->journal, &s->why));
    row.id = desk->ids[i] = found(s, "default", (uint32_t)i + 1);
    ok(s, journal_read(s->journal, &row, clock_s, &s->why));
    ok(s, journal_commit(s->journal, &s->why));
    row.step = STEP_READ;
    row.found_at = clock_s;
    struct exchange *exchange = hand_take(desk->walk, &row, 7, (uint32_t)i + 1);
    exchange->recipient = arena_copy(exchange->arena, span_of(recipient));
    exchange->reply = letter();
}

static void open_desk(struct desk *desk, struct scratch *s, int port, size_t connections, const char *first) {
    *desk = (struct desk){
        .scratch = s, .config = {.account = "default", .folder = "INBOX", .retry_first_s = 10, .retry_max_s = 10, .retry_give_up_s = 3600}};
    const struct outbox_settings settings = to_port(port, connections);
    clock_s = 100000;
    desk->outbox = open_outbox(&settings);
    const struct walk_parts parts = {.config = &desk->config, .journal = s->journal, .outbox = desk->outbox, .now = now};
    desk->walk = walk_of(&parts);
    for (size_t i = 0; i < REPLIES; i++)
        put_in_hand(desk, i, i ? "asker@clinic.example" : first);
}

static void close_desk(struct desk *desk) {
    outbox_close(desk->outbox);
    walk_close(desk->walk);
}

/* One turn of the program's loop. */
static void turn(struct desk *desk) {
    struct scratch *s = desk->scratch;
    ok(s, walk_step(desk->walk, &s->why));
    walk_wait(desk->walk, -1, 0, 10);
    ok(s, walk_failure(desk->walk, &s->why));
}

static size_t count_at(struct desk *desk, enum step step) {
    size_t count = 0;
    for (size_t i = 0; i < REPLIES; i++)
        count += step_of(desk->scratch, desk->ids[i]) == step;
    return count;
}

static size_t tried(const struct walk *walk) {
    size_t count = 0;
    for (size_t i = 0; i < walk->hand_count; i++)
        count += walk->hand[i]->submit_attempts > 0;
    return count;
}

/* The account is suspended, say: none is held for it, nearly none is tried, and all leave once it is put right. */
static void trouble_with_our_account_holds_nothing(void **state) {
    static const struct {
        const char *name, *answer;
        enum script_step step;
        size_t connections, tried;
    } rows[] = {
        {"MAIL refused", "550 5.7.1 suspended\r\n", AT_MAIL, 1, 2},
        {"MAIL refused on all connections", "550 5.7.1 suspended\r\n", AT_MAIL, 4, 4},
        {"MAIL put off", "451 4.3.0 not now\r\n", AT_MAIL, 1, 2},
        {"RCPT refused because of us", "550 5.1.8 bad outbound sender\r\n", AT_RCPT, 1, 2},
        {"RCPT refused because of us on all connections", "550 5.1.8 bad outbound sender\r\n", AT_RCPT, 4, 5},
        {"the reply refused because of us", "550 5.7.60 not in that name\r\n", AT_DOT, 1, 2},
        {"greeted with no", "554 go away\r\n", AT_CONNECT, 4, 4},
    };
    (void)state;
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        void *fresh = NULL;
        assert_int_equal(scratch_make(&fresh), 0);
        struct script script = {.step = rows[row].step, .answer = rows[row].answer, .always = true, .extensions = "", .expected = letter()};
        struct desk desk;
        script_start(&script);
        open_desk(&desk, fresh, script.port, rows[row].connections, "asker@clinic.example");
        while (desk.walk->paused_until_ms == 0)
            turn(&desk);
        for (int i = 0; i < 20; i++, clock_s++)
            turn(&desk);
        if (count_at(&desk, STEP_READ) != REPLIES || tried(desk.walk) > rows[row].tried)
            fail_msg("%s: %zu wait still, %zu were tried", rows[row].name, count_at(&desk, STEP_READ), tried(desk.walk));
        assert_in_range(desk.walk->paused_until_ms - wire_clock_ms(), 1000, 5000);
        script.answer = NULL;
        desk.walk->paused_until_ms = 0;
        for (int i = 0; i < ROUNDS && count_at(&desk, STEP_SENT) < REPLIES; i++, clock_s++)
            turn(&desk);
        if (count_at(&desk, STEP_SENT) != REPLIES || script.accepted != REPLIES || desk.walk->pause_s)
            fail_msg("%s: %zu left when it was put right", rows[row].name, count_at(&desk, STEP_SENT));
        close_desk(&desk);
        script_stop(&script);
        assert_int_equal(scratch_remove(&fresh), 0);
    }
}

/* One recipient's server says that it is because of us, and ours passes it on: this must not stop the others, nor be tried for ever. */
static void one_recipient_can_not_stop_the_others(void **state) {
    struct scratch *s = *state;
    struct script script = {.step = AT_RCPT,
                            .answer = "550 5.7.1 not from there\r\n",
                            .always = true,
                            .recipient = "poison@",
                            .extensions = "",
                            .expected = letter()};
    struct desk desk;
    struct step_rows steps;
    struct exchange_row row;
    size_t offered = 0;
    script_start(&script);
    open_desk(&desk, s, script.port, 1, "poison@clinic.example");
    for (int i = 0; i < ROUNDS && count_at(&desk, STEP_HELD) == 0; i++, clock_s++) {
        turn(&desk);
        if (count_at(&desk, STEP_SENT) < REPLIES - 1)
            assert_int_equal(desk.walk->paused_until_ms, 0);
        else
            desk.walk->paused_until_ms = 0;
    }
    assert_int_equal(count_at(&desk, STEP_SENT), REPLIES - 1);
    ok(s, journal_get(s->journal, desk.ids[0], s->arena, &row, &s->why));
    assert_int_equal(row.step, STEP_HELD);
    assert_non_null(strstr(row.reason, "550 5.7.1 not from there"));
    ok(s, journal_steps(s->journal, desk.ids[0], s->arena, &steps, &s->why));
    for (size_t i = 0; i < steps.count; i++)
        offered += steps.items[i].step == STEP_SENDING;
    assert_int_equal(offered, MAX_BLAMED);
    close_desk(&desk);
    script_stop(&script);
}

/* Many recipients, as a stranger can make up, whom our server denies without saying because of whom: nobody else waits for them. */
static void made_up_recipients_can_not_stop_the_others(void **state) {
    struct scratch *s = *state;
    struct script script = {.step = AT_RCPT,
                            .answer = "554 5.7.1 <x>: Relay access denied\r\n",
                            .always = true,
                            .recipient = "poison%",
                            .extensions = "",
                            .expected = letter()};
    struct desk desk;
    script_start(&script);
    open_desk(&desk, s, script.port, 1, "poison%there@clinic.example");
    for (size_t i = 1; i + 1 < REPLIES; i++)
        desk.walk->hand[i]->recipient = "poison%there@clinic.example";
    for (int i = 0; i < ROUNDS && count_at(&desk, STEP_SENT) == 0; i++) {
        turn(&desk);
        assert_int_equal(desk.walk->paused_until_ms, 0);
    }
    assert_int_equal(step_of(s, desk.ids[REPLIES - 1]), STEP_SENT);
    close_desk(&desk);
    script_stop(&script);
}

/* What is refused for good lies in the desk's folder with the server's words, and is not offered again. */
static void what_is_refused_for_good_goes_to_the_desk_once(void **state) {
    static const struct {
        const char *name, *answer, *reason;
        enum script_step step;
    } rows[] = {
        {"RCPT", "550 5.1.1 no such user\r\n", "answered RCPT with 550 5.1.1 no such user", AT_RCPT},
        {"DATA", "554 5.5.1 no\r\n", "answered DATA with 554 5.5.1 no", AT_DATA},
        {"the reply", "554 5.6.0 no\r\n", "answered the letter with 554 5.6.0 no", AT_DOT},
        {"in doubt", CUT, "it may have been taken", AT_DOT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *fresh = NULL;
        assert_int_equal(scratch_make(&fresh), 0);
        struct scratch *s = fresh;
        struct script script = {.step = rows[i].step, .answer = rows[i].answer, .always = true, .extensions = "", .expected = letter()};
        struct desk desk;
        struct exchange_row row;
        script_start(&script);
        open_desk(&desk, s, script.port, 1, "asker@clinic.example");
        for (int round = 0; round < ROUNDS && count_at(&desk, STEP_HELD) < REPLIES; round++)
            turn(&desk);
        for (int round = 0; round < 5; round++, clock_s += 3600)
            turn(&desk);
        for (size_t k = 0; k < REPLIES; k++) {
            const struct exchange *exchange = hand_find(desk.walk, desk.ids[k]);
            ok(s, journal_get(s->journal, desk.ids[k], s->arena, &row, &s->why));
            if (row.step != STEP_HELD || !strstr(row.reason, rows[i].reason) || row.submit_attempts != 1)
                fail_msg("%s: %s after %d: %s", rows[i].name, name_text(step_names, (int)row.step), row.submit_attempts, row.reason);
            if (!exchange || !exchange->to_file || exchange->place != PLACE_DESK)
                fail_msg("%s: its mail does not go to the desk's folder", rows[i].name);
        }
        close_desk(&desk);
        script_stop(&script);
        assert_int_equal(scratch_remove(&fresh), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trouble_with_our_account_holds_nothing),
        cmocka_unit_test_setup_teardown(one_recipient_can_not_stop_the_others, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(made_up_recipients_can_not_stop_the_others, scratch_make, scratch_remove),
        cmocka_unit_test(what_is_refused_for_good_goes_to_the_desk_once),
    };
    return cmocka_run_group_tests_name("unit.daemon.sending", tests, NULL, NULL);
}
