/* Against a scripted server: a message that was overlooked is found within the hour, and none is handed out twice. */
#include "tests/live/imap_script.h"

#include "mail/imap_queue.h"

enum { HOUR_MS = 3600 * 1000, BATCH = 50, STEPS_MOST = 8 };

static const struct {
    const char *name;
    struct script_turn turns[TURNS_MOST];
    struct step {
        long long now_ms;
        const char *handed_out; /* by a search at that time; NULL ends */
    } steps[STEPS_MOST];
} rows[] = {
    {"overlooked by the first search",
     {{"UID SEARCH UID 1:*\r", "* SEARCH 1 3\r\n"},
      {"UID FETCH 1,3 ", MAIL(1) MAIL(3)},
      {"UID SEARCH UID 4:*\r", "* SEARCH 3\r\n"},
      {"UID SEARCH UID 1:*\r", "* SEARCH 1 2 3\r\n"},
      {"UID FETCH 2 ", MAIL(2)}},
     {{7, "1 3 "}, {HOUR_MS + 6, ""}, {HOUR_MS + 7, "2 "}, {0}}},
    {"overlooked later",
     {{"UID SEARCH UID 1:*\r", "* SEARCH 1\r\n"},
      {"UID FETCH 1 ", MAIL(1)},
      {"UID SEARCH UID 2:*\r", "* SEARCH 5\r\n"},
      {"UID FETCH 5 ", MAIL(5)},
      {"UID SEARCH UID 1:*\r", "* SEARCH 6 5 4 1\r\n"},
      {"UID FETCH 4,6 ", MAIL(4) MAIL(6)},
      {"UID SEARCH UID 7:*\r", "* SEARCH 6\r\n"},
      {"UID SEARCH UID 1:*\r", "* SEARCH 1 4 5 6\r\n"}},
     {{0, "1 "}, {1000, "5 "}, {HOUR_MS, "4 6 "}, {HOUR_MS + 1, ""}, {2 * HOUR_MS, ""}, {0}}},
    {"not answered for",
     {{"UID SEARCH UID 1:*\r", "* SEARCH 1 2\r\n"},
      {"UID FETCH 1:2 ", MAIL(1)},
      {"UID SEARCH UID 3:*\r", "* SEARCH 2\r\n"},
      {"UID SEARCH UID 1:*\r", "* SEARCH 1 2\r\n"},
      {"UID FETCH 2 ", MAIL(2)}},
     {{0, "1 "}, {60000, ""}, {HOUR_MS, "2 "}, {0}}},
    {"a folder that was empty for long",
     {{"UID SEARCH UID 1:*\r", "* SEARCH\r\n"}, {"UID SEARCH UID 1:*\r", "* SEARCH 1\r\n"}, {"UID FETCH 1 ", MAIL(1)}},
     {{0, ""}, {1000, "1 "}, {2000, ""}, {0}}},
};

static void check_step(const char *name, struct imap_queue *queue, struct imap *imap, const struct step *step) {
    struct arena *arena = arena_new(1 << 20);
    struct mail_batch batch;
    struct why why = {""};
    char is[256] = "";
    size_t len = 0;
    int failed = imap_queue_search(queue, imap, step->now_ms, &why);
    while (!failed && (failed = imap_queue_next(queue, imap, BATCH, arena, &batch, &why)) == 0)
        for (size_t i = 0; i < batch.count && len < sizeof is - 16; i++)
            len += (size_t)snprintf(is + len, sizeof is - len, "%u ", batch.mails[i].uid);
    arena_free(arena);
    if (failed != FAIL_EMPTY || strcmp(is, step->handed_out) != 0)
        fail_msg("%s, at %lld ms: %d %s, handed out %s", name, step->now_ms, failed, why.text, is);
}

static void what_was_overlooked_is_found(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct imap_script script = {0};
        struct imap *imap = NULL;
        struct why why;
        memcpy(script.turns, rows[i].turns, sizeof script.turns);
        imap_script_start(&script);
        const struct mailbox_settings settings = imap_script_mailbox(&script);
        struct imap_queue *queue = imap_queue_new(&settings, &why);
        if (!queue || imap_open(&settings.server, &(struct imap_login){.user = "desk", .password = "secret"}, &imap, &why) || imap_select(imap, "INBOX", &why))
            fail_msg("%s: %s", rows[i].name, why.text);
        for (const struct step *step = rows[i].steps; step->handed_out; step++)
            check_step(rows[i].name, queue, imap, step);
        imap_close(imap);
        imap_queue_free(queue);
        imap_script_stop(&script);
    }
}

/* While a reply hangs, its sender looks here many times a second. */
static void looking_again_at_once_asks_nothing(void **state) {
    static const struct {
        const char *name, *after_search; /* what the server says below the search that finds nothing more */
        int pause_ms, looks;
        bool asks;
    } looks[] = {
        {"four times a second", "", 250, 3, false},
        {"after a second", "", 1100, 1, true},
        {"told of mail", "* 4 EXISTS\r\n", 10, 1, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        struct imap_script script = {.turns = {{"UID SEARCH UID 4:*", looks[i].after_search}}};
        struct arena *arena = arena_new(1 << 20);
        struct mailbox *mailbox = NULL;
        struct mail_batch batch;
        struct why why;
        imap_script_start(&script);
        const struct mailbox_settings settings = imap_script_mailbox(&script);
        if (mailbox_open(&settings, &mailbox, &why) || mailbox_fetch(mailbox, BATCH, arena, &batch, &why))
            fail_msg("%s: %s", looks[i].name, why.text);
        assert_int_equal(mailbox_fetch(mailbox, BATCH, arena, &batch, &why), FAIL_EMPTY);
        int before = *script.commands;
        for (int k = 0; k < looks[i].looks; k++) {
            usleep((useconds_t)looks[i].pause_ms * 1000);
            assert_int_equal(mailbox_fetch(mailbox, BATCH, arena, &batch, &why), FAIL_EMPTY);
        }
        if ((*script.commands > before) != looks[i].asks)
            fail_msg("%s: %d commands", looks[i].name, *script.commands - before);
        mailbox_close(mailbox);
        arena_free(arena);
        imap_script_stop(&script);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_overlooked_is_found),
                                       cmocka_unit_test(looking_again_at_once_asks_nothing)};
    return cmocka_run_group_tests_name("live.imap_queue", tests, NULL, NULL);
}
