/* history list and show, over a journal with two exchanges, of which the first came back. */
#include "tests/unit/desk/run.h"
#include "tests/unit/desk/filled.h"

#include "store/bounces.h"

enum { FIRST_SEEN = 1772460000 };

static void add(struct journal *journal, struct arena *arena, uint32_t uid, const char *action, const char *codes, enum step step) {
    struct why why;
    struct exchange_row row;
    bool known;
    const struct place place = {"main", "INBOX", 7, uid};
    char key[40];
    snprintf(key, sizeof key, "key-%u", (unsigned)uid);
    if (journal_begin(journal, &why) || journal_found(journal, &place, 900, FIRST_SEEN + uid, arena, &row, &known, &why))
        fail_msg("%s", why.text);
    row.asker = "ann@practice.example";
    row.action = action;
    row.reason = "because of a test";
    row.handler = "meaning";
    row.intents = "meaning";
    row.codes = codes;
    row.reply_message_id = arena_printf(arena, "<reply-%u@desk.example>", (unsigned)uid);
    row.question_subject = "A code for [NAME]";
    row.question_text = "What is 20693?\nFor [NAME].";
    row.reply_text = "**CPT 20693** is a *code*.";
    row.draft = step == STEP_HELD ? "Perhaps **CPT 20694**." : NULL;
    if (journal_read(journal, &row, FIRST_SEEN + uid + 1, &why) || journal_step(journal, row.id, step, NULL, FIRST_SEEN + uid + 2, &why) ||
        journal_commit(journal, &why))
        fail_msg("%s", why.text);
}

static void mark_bounced(struct journal *journal, int64_t id) {
    struct why why;
    if (journal_begin(journal, &why) || journal_bounced(journal, id, FIRST_SEEN + 60, &why) || journal_commit(journal, &why))
        fail_msg("%s", why.text);
}

static int fill(void **state) {
    (void)state;
    struct journal *journal = new_journal();
    struct arena *arena = arena_new(1 << 20);
    add(journal, arena, 1, "answer", "[{\"system\":\"CPT\",\"code\":\"20693\",\"modifiers\":[\"58\"],\"role\":\"asked\",\"status\":\"valid\"}]",
        STEP_SENDING);
    add(journal, arena, 2, "human", "[]", STEP_HELD);
    mark_bounced(journal, 1);
    journal_close(journal);
    arena_free(arena);
    return 0;
}

static int run_history(const char *const *words) {
    const char *line[WORDS] = {"--journal", path, "history"};
    for (size_t i = 0; words[i]; i++)
        line[3 + i] = words[i];
    return run(line);
}

static void history_shows_what_the_journal_keeps(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *words[WORDS / 2];
        int status;
        const char *want, *not_want;
    } rows[] = {
        {"list", {"list"}, 0, "SENDING  answer   ann@practice.example  20693-58  because of a test", NULL},
        {"newest first", {"list"}, 0, "2026-03-02 14:00:02 UTC  HELD     human", NULL},
        {"of a code", {"list", "--code", "20693"}, 0, "SENDING", "HELD"},
        {"of a step", {"list", "--step", "held"}, 0, "HELD", "SENDING"},
        {"of nobody", {"list", "--asker", "bob@practice.example"}, 1, "no exchange", "ann@"},
        {"no such step", {"list", "--step", "flying"}, 2, "flying is no step", NULL},
        {"show", {"show", "1"}, 0, "CPT 20693 is a code.", "**"},
        {"show the reply by its name", {"show", "1"}, 0, "\nreply\n\nCPT 20693 is a code.", "draft"},
        {"show what was sent of a held one", {"show", "2"}, 0, "\nreply\n\nCPT 20693 is a code.", "**"},
        {"show the draft beside it", {"show", "2"}, 0, "\ndraft\n\nPerhaps CPT 20694.", "**"},
        {"show what was asked", {"show", "2"}, 0, "\nasked\n\nWhat is 20693?\nFor [NAME].\n\nreply\n", NULL},
        {"show its subject", {"show", "2"}, 0, "subject    A code for [NAME]\n", NULL},
        {"show its steps", {"show", "1"}, 0, "2026-03-02 14:00:03 UTC SENDING", NULL},
        {"show where it was found", {"show", "2"}, 0, "found in", "lies in"},
        {"show that the reply came back", {"show", "1"}, 0, "came back  2026-03-02 14:01:00 UTC", NULL},
        {"show no such thing of others", {"show", "2"}, 0, "found in", "came back"},
        {"show what is not there", {"show", "99"}, 1, "there is no exchange 99", NULL},
        {"show nonsense", {"show", "x"}, 2, "x is no number of an exchange", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int status = run_history(rows[i].words);
        const char *said = status == 0 ? out : err;
        if (status != rows[i].status || !strstr(said, rows[i].want) || (rows[i].not_want && strstr(out, rows[i].not_want)))
            fail_msg("%s: exit status %d\n%s%s", rows[i].name, status, out, err);
    }
}

static void history_prints_json(void **state) {
    (void)state;
    const char *const list[] = {"list", "--json", NULL}, *const show[] = {"show", "--json", "1", NULL};
    const char *const held[] = {"show", "--json", "2", NULL};
    json_error_t error;
    assert_int_equal(run_history(list), 0);
    json_t *row = json_loads(strchr(out, '\n') + 1, 0, &error);
    assert_string_equal(json_string_value(json_object_get(row, "step")), "SENDING");
    assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(row, "codes"), 0), "code")), "20693");
    json_decref(row);
    assert_int_equal(run_history(show), 0);
    row = json_loads(out, 0, &error);
    assert_string_equal(json_string_value(json_object_get(row, "reply_text")), "**CPT 20693** is a *code*.");
    assert_string_equal(json_string_value(json_object_get(row, "question_text")), "What is 20693?\nFor [NAME].");
    assert_string_equal(json_string_value(json_object_get(row, "question_subject")), "A code for [NAME]");
    assert_true(json_is_null(json_object_get(row, "draft")));
    assert_int_equal(json_array_size(json_object_get(row, "steps")), 3);
    json_decref(row);
    assert_int_equal(run_history(held), 0);
    row = json_loads(out, 0, &error);
    assert_string_equal(json_string_value(json_object_get(row, "reply_text")), "**CPT 20693** is a *code*.");
    assert_string_equal(json_string_value(json_object_get(row, "draft")), "Perhaps **CPT 20694**.");
    json_decref(row);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(history_shows_what_the_journal_keeps),
        cmocka_unit_test(history_prints_json),
    };
    return cmocka_run_group_tests_name("desk.history", tests, fill, clean);
}
