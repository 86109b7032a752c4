/* What a mail system reports of a reply, at every step an exchange can be at; and what a forger gets for it. */
#include "tests/unit/store/scratch.h"

#include "daemon/returned.h"
#include "tests/unit/daemon/walk.h"

#define OURS "<question@clinic.example>\n<reply@desk.example>"
#define ASKER "ann@example.org"

static time_t noon(void) { return 2000; }

/* How the exchange comes to be where it is. */
enum before { TAKEN, FILED, IN_DOUBT, FOR_A_PERSON, PERSON_IN_DOUBT, PUT_OFF, WITH_SERVER };

static int64_t bring(struct scratch *s, enum before before) {
    static const enum step steps[] = {[TAKEN] = STEP_SENT,
                                      [FILED] = STEP_FILED,
                                      [IN_DOUBT] = STEP_SENDING,
                                      [FOR_A_PERSON] = STEP_SENT,
                                      [PERSON_IN_DOUBT] = STEP_SENDING,
                                      [PUT_OFF] = STEP_READ,
                                      [WITH_SERVER] = STEP_SENDING};
    bool human = before == FOR_A_PERSON || before == PERSON_IN_DOUBT;
    int64_t id = found(s, "default", 1);
    struct exchange_row row = {.id = id,
                               .asker = "Ann@Example.org",
                               .action = human ? "human" : "answer",
                               .reason = human ? "no data" : "",
                               .reply_message_id = "<reply@desk.example>"};
    ok(s, journal_read(s->journal, &row, 1001, &s->why));
    for (enum step step = STEP_SENDING; step <= steps[before]; step++)
        ok(s, journal_step(s->journal, id, step, NULL, 1000 + (time_t)step, &s->why));
    if (before == IN_DOUBT)
        ok(s, journal_step(s->journal, id, STEP_HELD, "it may have been taken", 1010, &s->why));
    if (before == FOR_A_PERSON)
        ok(s, journal_step(s->journal, id, STEP_HELD, "no data", 1010, &s->why));
    if (before == PERSON_IN_DOUBT)
        ok(s, journal_step(s->journal, id, STEP_HELD, "no data" JOURNAL_UNTOLD "it may have been taken", 1010, &s->why));
    return id;
}

static struct walk *open_walk(const struct scratch *s, const struct config *config) {
    return walk_of(&(struct walk_parts){.config = config, .journal = s->journal, .now = noon});
}

static const char *last_words(struct scratch *s, int64_t id) {
    struct step_rows steps;
    ok(s, journal_steps(s->journal, id, s->arena, &steps, &s->why));
    const char *reason = steps.items[steps.count - 1].reason;
    return reason ? reason : "";
}

static const struct bounce came_back = {BOUNCE_FAILED, "5.1.1", "550 5.1.1 gone", OURS, ASKER};
static const struct bounce delayed = {BOUNCE_DELAYED, "4.4.1", "", OURS, ASKER};
static const struct bounce delivered = {BOUNCE_DELIVERED, "", "", OURS, ASKER};

static void every_step_meets_every_report(void **state) {
    static const struct {
        const char *name;
        enum before before;
        const struct bounce *bounce;
        bool in_hand;
        enum step step;
        bool bounced;
        const char *reason, *words;
    } rows[] = {
        {"taken, came back", TAKEN, &came_back, false, STEP_HELD, true, "the reply came back: 5.1.1 550 5.1.1 gone", "the reply came back"},
        {"taken and in hand, came back", TAKEN, &came_back, true, STEP_HELD, true, "the reply came back: 5.1.1 550", "the reply came back"},
        {"filed, came back", FILED, &came_back, false, STEP_HELD, true, "the reply came back: 5.1.1 550 5.1.1 gone", "the reply came back"},
        {"filed, delayed", FILED, &delayed, false, STEP_FILED, false, "", "delivery of the reply is delayed: 4.4.1 without a reason"},
        {"filed, delivered", FILED, &delivered, false, STEP_FILED, false, "", "the reply was delivered: without a reason"},
        {"in doubt, came back", IN_DOUBT, &came_back, false, STEP_HELD, true, "the reply came back: 5.1.1", "the reply came back"},
        {"in doubt, delayed", IN_DOUBT, &delayed, false, STEP_FILED, false, "a mail system reports on the reply: it had left", ""},
        {"in doubt, delivered", IN_DOUBT, &delivered, false, STEP_FILED, false, "a mail system reports on the reply: it had left", ""},
        {"in doubt and in hand, delivered", IN_DOUBT, &delivered, true, STEP_SENT, false, "it had left", "it had left"},
        {"for a person, came back", FOR_A_PERSON, &came_back, false, STEP_HELD, true,
         "no data" JOURNAL_UNTOLD "the reply came back: 5.1.1 550 5.1.1 gone", "no data"},
        {"for a person, delivered", FOR_A_PERSON, &delivered, false, STEP_HELD, false, "no data", "the reply was delivered"},
        {"for a person and in doubt, came back", PERSON_IN_DOUBT, &came_back, false, STEP_HELD, true,
         "no data" JOURNAL_UNTOLD "the reply came back: 5.1.1 550 5.1.1 gone", "no data"},
        {"for a person and in doubt, delayed", PERSON_IN_DOUBT, &delayed, false, STEP_HELD, false, "no data", "no data"},
        {"put off, came back", PUT_OFF, &came_back, true, STEP_HELD, true, "the reply came back", "the reply came back"},
        {"with a server, came back", WITH_SERVER, &came_back, true, STEP_SENDING, true, "", "the reply came back"},
        {"with a server, delayed", WITH_SERVER, &delayed, true, STEP_SENDING, false, "", "delivery of the reply is delayed"},
    };
    (void)state;
    static const struct config config = {.account = "default"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *fresh = NULL;
        assert_int_equal(scratch_make(&fresh), 0);
        struct scratch *s = fresh;
        struct walk *walk = open_walk(s, &config);
        struct exchange_row row;
        ok(s, hand_begin(walk, &s->why));
        int64_t id = bring(s, rows[i].before);
        ok(s, journal_get(s->journal, id, s->arena, &row, &s->why));
        struct exchange *exchange = rows[i].in_hand ? hand_take(walk, &row, 7, 1) : NULL;
        if (exchange)
            exchange->with_server = rows[i].before == WITH_SERVER;
        ok(s, returned_note(walk, rows[i].bounce, &s->why));
        ok(s, journal_get(s->journal, id, s->arena, &row, &s->why));
        if (row.step != rows[i].step || (row.bounced_at != 0) != rows[i].bounced || !strstr(row.reason, rows[i].reason))
            fail_msg("%s: %s, bounced at %lld: %s", rows[i].name, name_text(step_names, (int)row.step), (long long)row.bounced_at,
                     row.reason);
        if (!strstr(last_words(s, id), rows[i].words))
            fail_msg("%s: the last step says \"%s\"", rows[i].name, last_words(s, id));
        if (exchange && (exchange->recipient || (exchange->step == STEP_HELD && exchange->place != PLACE_DESK)))
            fail_msg("%s: what is in hand would be sent, or filed elsewhere", rows[i].name);
        ok(s, hand_commit(walk, &s->why));
        walk_close(walk);
        assert_int_equal(scratch_remove(&fresh), 0);
    }
}

static void a_forger_gets_nothing(void **state) {
    static const struct {
        const char *name, *account;
        struct bounce bounce;
    } rows[] = {
        {"another recipient", "default", {BOUNCE_FAILED, "5.1.1", "", OURS, "eve@example.org"}},
        {"no recipient", "default", {BOUNCE_FAILED, "5.1.1", "", OURS, ""}},
        {"a guess at the id", "default", {BOUNCE_FAILED, "5.1.1", "", "<reply@desk.examplf>\n<%@desk.example>\n<' OR 1=1@x>", ASKER}},
        {"the id of the question", "default", {BOUNCE_FAILED, "5.1.1", "", "<question@clinic.example>", ASKER}},
        {"no id", "default", {BOUNCE_FAILED, "5.1.1", "", "", ASKER}},
        {"no report", "default", {BOUNCE_NONE, "5.1.1", "", OURS, ASKER}},
        {"to another mailbox", "other", {BOUNCE_FAILED, "5.1.1", "", OURS, ASKER}},
    };
    struct scratch *s = *state;
    ok(s, journal_begin(s->journal, &s->why));
    int64_t id = bring(s, FILED);
    ok(s, journal_commit(s->journal, &s->why));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct config config = {.account = rows[i].account};
        struct walk *walk = open_walk(s, &config);
        struct exchange_row row;
        ok(s, hand_begin(walk, &s->why));
        ok(s, returned_note(walk, &rows[i].bounce, &s->why));
        ok(s, hand_commit(walk, &s->why));
        ok(s, journal_get(s->journal, id, s->arena, &row, &s->why));
        if (row.step != STEP_FILED || row.bounced_at)
            fail_msg("%s: %s, %s", rows[i].name, name_text(step_names, (int)row.step), row.reason);
        walk_close(walk);
    }
}

/* A person who has seen to it is not asked again by the next bounce of the same reply. */
static void it_comes_back_once(void **state) {
    struct scratch *s = *state;
    static const struct config config = {.account = "default"};
    struct walk *walk = open_walk(s, &config);
    ok(s, hand_begin(walk, &s->why));
    int64_t id = bring(s, FILED);
    ok(s, returned_note(walk, &came_back, &s->why));
    assert_int_equal(step_of(s, id), STEP_HELD);
    ok(s, journal_step(s->journal, id, STEP_FILED, "seen to", 2001, &s->why));
    ok(s, returned_note(walk, &came_back, &s->why));
    assert_int_equal(step_of(s, id), STEP_FILED);
    assert_string_equal(last_words(s, id), "seen to");
    ok(s, hand_commit(walk, &s->why));
    walk_close(walk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_meets_every_report),
        cmocka_unit_test_setup_teardown(a_forger_gets_nothing, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(it_comes_back_once, scratch_make, scratch_remove),
    };
    return cmocka_run_group_tests_name("unit.daemon.returned", tests, NULL, NULL);
}
