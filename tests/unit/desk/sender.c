/* sender ..., and what history forgets: each command, what it says and what the next one then finds. */
#include "tests/unit/desk/run.h"
#include "tests/unit/desk/filled.h"

static void add(struct journal *journal, struct arena *arena, uint32_t uid, const char *asker, enum step step, time_t when) {
    struct why why;
    struct exchange_row row;
    bool known;
    const struct place place = {"main", "INBOX", 7, uid};
    if (journal_begin(journal, &why) || journal_found(journal, &place, 900, when, arena, &row, &known, &why))
        fail_msg("%s", why.text);
    row.asker = asker;
    row.action = "answer";
    row.reason = "because of a test";
    row.reply_message_id = "<reply@desk.example>";
    row.reply_text = "**CPT 20693** is a *code*.";
    if (journal_read(journal, &row, when, &why) || (step != STEP_READ && journal_step(journal, row.id, step, NULL, when, &why)) ||
        journal_commit(journal, &why))
        fail_msg("%s", why.text);
}

static int fill(void **state) {
    (void)state;
    struct journal *journal = new_journal();
    const time_t now = time(NULL), year = 365 * 86400;
    struct arena *arena = arena_new(1 << 20);
    add(journal, arena, 1, "old@clinic.example", STEP_FILED, now - 2 * year);
    add(journal, arena, 2, "old@clinic.example", STEP_FILED, now - year + 3600);
    add(journal, arena, 3, "ann@clinic.example", STEP_FILED, now - 60);
    add(journal, arena, 4, "ann@clinic.example", STEP_READ, now - 60);
    add(journal, arena, 5, "kept@clinic.example", STEP_FILED, now - 60);
    for (uint32_t uid = 6; uid < 11; uid++)
        add(journal, arena, uid, "busy@clinic.example", STEP_FILED, now - 60);
    journal_close(journal);
    arena_free(arena);
    return 0;
}

static void each_command_says_what_it_did(void **state) {
    (void)state;
    static const struct {
        const char *words[6];
        int status;
        const char *says; /* on stdout, or on stderr where the status is not 0 */
    } rows[] = {
        {{"sender", "list"}, 1, "nobody has registered"},
        {{"sender", "show", "ann@clinic.example"}, 0, "guest"},
        {{"sender", "register", "ann@clinic.example"}, 0, "ann@clinic.example is registered now."},
        {{"sender", "show", "Ann@clinic.example", "--json"}, 0, "\"standing\": \"registered\""},
        {{"sender", "block", "pest@clinic.example", "--json"}, 0, "\"standing\": \"blocked\""},
        {{"sender", "list"}, 0, "blocked     "},
        {{"sender", "unblock", "ann@clinic.example"}, 1, "is not blocked"},
        {{"sender", "unblock", "pest@clinic.example"}, 0, "pest@clinic.example is a guest now."},
        {{"sender", "forget", "ann@clinic.example"}, 0, "a guest now"},
        {{"sender", "block", "nobody"}, 2, "is no e-mail address"},
        {{"sender", "show", "busy@clinic.example"}, 0, "used up (limit-day, 5 replies) until "},
        {{"sender", "show", "busy@clinic.example", "--json"}, 0, "\"limit\": \"limit-day\""},
        {{"history", "purge"}, 2, "how old?"},
        {{"history", "purge", "--dry-run"}, 2, "how old?"},
        {{"history", "purge", "--dry-run", "--days", "365"}, 0, "1 finished exchanges of more than 365 days ago would be forgotten."},
        {{"history", "purge", "--dry-run", "--days", "300"}, 0, "2 finished exchanges"},
        {{"history", "purge", "--json", "--days", "365"}, 0, "\"exchanges\": 1"},
        {{"history", "purge", "--days", "365"}, 0, "0 finished exchanges"},
        {{"history", "show", "1"}, 0, "forgotten"},
        {{"history", "show", "2"}, 0, "20693"},
        {{"history", "keep", "5"}, 0, "exchange 5 is kept"},
        {{"history", "forget", "kept@clinic.example"}, 1, "1 stay because they are to be kept"},
        {{"history", "keep", "--no", "5"}, 0, "purged when its time comes"},
        {{"history", "forget", "KEPT@clinic.example"}, 0, "1 exchanges with KEPT@clinic.example are forgotten."},
        {{"history", "forget", "ann@clinic.example"}, 1, "1 are under way"},
        {{"history", "list", "--asker", "ann@clinic.example"}, 0, "READ"},
        {{"history", "keep", "4711"}, 1, "there is no exchange 4711"},
        {{"history", "forget", "nobody"}, 2, "is no e-mail address"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *words[9] = {"--journal", path};
        for (size_t w = 0; w < 6 && rows[i].words[w]; w++)
            words[2 + w] = rows[i].words[w];
        int status = run(words);
        if (status != rows[i].status || !strstr(status ? err : out, rows[i].says))
            fail_msg("%s %s (row %zu): status %d\n%s%s", rows[i].words[0], rows[i].words[1], i, status, out, err);
    }
}

static void no_journal_is_made_by_a_command(void **state) {
    (void)state;
    char none[96];
    snprintf(none, sizeof none, "%s/none.sqlite", folder);
    assert_int_equal(run((const char *const[]){"--journal", none, "sender", "block", "pest@clinic.example", NULL}), 1);
    assert_non_null(strstr(err, "there is no journal yet"));
    assert_int_equal(access(none, F_OK), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_command_says_what_it_did), cmocka_unit_test(no_journal_is_made_by_a_command)};
    return cmocka_run_group_tests_name("desk.sender", tests, fill, clean);
}
