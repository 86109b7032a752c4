/* The reader as a process of its own: it says what reader_read says; whatever a mail makes it do costs that mail its answer and nothing
 * else. This program is its own reader (tests/tools/misbehave.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "reader/child.h"
#include "reader/desk.h"
#include "reader/sandbox.h"
#include "reader/serve.h"
#include "tests/tools/misbehave.h"

enum { ARENA_BYTES = 512 << 20, MAIL_BYTES = 4 << 20 };

static const time_t CLOCK = 1795251600; /* 2026-11-21 09:00:00 UTC */

static time_t now(void) { return CLOCK; }

struct fixture {
    struct arena *arena;
    struct reader_desk desk;
    struct child_settings settings;
    struct child *child;
    int recalls, recall_fails;
};

static int recall(void *context, const struct sender_view *view, struct arena *arena, struct sender_memory *ret, struct why *why) {
    struct fixture *fixture = context;
    fixture->recalls++;
    if (fixture->recall_fails)
        return why_set(why, FAIL_SYSTEM, "the journal is full");
    *ret = (struct sender_memory){.reply_message_id = arena_printf(arena, "<%s@desk.example>", view->question_key), .loop_mark = "mark"};
    return 0;
}

static int open_child(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct config config;
    struct why why = {""};
    fixture->arena = arena_new(ARENA_BYTES);
    config_defaults(fixture->arena, &config);
    config.address = "desk@desk.example";
    fixture->desk = reader_desk_of(&config, fixture->arena);
    fixture->desk.recall = recall;
    fixture->desk.recall_context = fixture;
    fixture->settings = (struct child_settings){.desk = &fixture->desk, .kb_file = KB_FILE, .now = now};
    if (child_open(&fixture->settings, &fixture->child, &why))
        fail_msg("%s", why.text);
    *state = fixture;
    return 0;
}

static int close_child(void **state) {
    struct fixture *fixture = *state;
    child_close(fixture->child);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static struct span mail_with(struct fixture *fixture, const char *fields, const char *text) {
    return span_of(arena_printf(fixture->arena, "From: Asker <asker@clinic.example>\nTo: desk@desk.example\nSubject: A code\n"
                                                "Message-ID: <1@clinic.example>\n%s\n%s\n",
                                fields, text));
}

static int read_mail(struct fixture *fixture, struct span raw, struct reading_note *ret, bool *died, struct why *why) {
    why->text[0] = '\0';
    return child_read(fixture->child, raw, true, CLOCK, fixture->arena, ret, died, why);
}

static void must_be_answered(struct fixture *fixture, const char *after) {
    struct reading_note note;
    struct why why;
    bool died;
    int failed = read_mail(fixture, mail_with(fixture, "", "What is CPT 20693?"), &note, &died, &why);
    if (failed || died || note.action != ACTION_ANSWER || !note.recipient || strcmp(note.recipient, "asker@clinic.example") != 0)
        fail_msg("after %s: %d %s", after, failed, why.text);
}

static void a_mail_that_misbehaves_is_stopped_and_the_next_is_answered(void **state) {
    static const char forbidden[] = "a system call that no reading needs", memory[] = "more memory than a reading may have",
                      unusable[] = "the reader's answer can not be used";
    static const struct {
        const char *deed, *reason, *when_sanitized;
    } rows[] = {
        {"open", forbidden, NULL},
        {"socket", forbidden, NULL},
        {"exec", forbidden, NULL},
        {"fork", forbidden, NULL},
        {"ptrace", forbidden, NULL},
        {"kill", forbidden, NULL},
        {"clock", forbidden, NULL},
        {"code", forbidden, NULL},
        {"urgent", forbidden, NULL},
        {"urgent-in", forbidden, NULL},
        {"allocate", memory, forbidden /* its report */},
        {"arena", memory, NULL},
        {"loop", "longer than 2 s", NULL},
        {"crash", "SIGSEGV", forbidden},
        {"leave", "with status 7", NULL},
        {"garbage", unusable, NULL},
        {"flood", unusable, NULL},
        {"forge", unusable, NULL},
        {"pry", unusable, NULL},
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reading_note note;
        struct why why;
        bool died;
        const char *fields = arena_printf(fixture->arena, "X-Misbehave: %s\n", rows[i].deed);
        const char *reason = SANITIZED && rows[i].when_sanitized ? rows[i].when_sanitized : rows[i].reason;
        fixture->recalls = 0;
        int failed = read_mail(fixture, mail_with(fixture, fields, "What is CPT 20693?"), &note, &died, &why);
        if (failed != FAIL_INPUT || !died || !strstr(why.text, reason) || fixture->recalls)
            fail_msg("%s: %d, died %d, %d recalls: %s", rows[i].deed, failed, died, fixture->recalls, why.text);
        must_be_answered(fixture, rows[i].deed);
    }
}

static void nothing_of_the_parents_environment_is_there(void **state) {
    struct fixture *fixture = *state;
    struct reading_note note;
    struct why why;
    bool died;
    setenv("SECRET", "password", 1);
    if (read_mail(fixture, mail_with(fixture, "X-Misbehave: environment\n", "What is CPT 20693?"), &note, &died, &why))
        fail_msg("%s", why.text);
}

/* Its own failure is the daemon's, not the mail's. */
static void a_recall_that_fails_is_no_fault_of_the_mail(void **state) {
    struct fixture *fixture = *state;
    struct reading_note note;
    struct why why;
    bool died;
    fixture->recall_fails = 1;
    assert_int_equal(read_mail(fixture, mail_with(fixture, "", "What is CPT 20693?"), &note, &died, &why), FAIL_SYSTEM);
    assert_false(died);
    assert_string_equal(why.text, "the journal is full");
    fixture->recall_fails = 0;
    must_be_answered(fixture, "a recall that failed");
}

static void charsets_need_no_file(void **state) {
    static const char *const labels[] = {"utf-7", "iso-2022-jp", "iso-2022-kr", "big5", "koi8-r", "ibm037", "ebcdic-us", "x-none", "utf-16",
                                         "iso-8859-16", "georgian-ps", "viscii", "hz-gb-2312", "ISO_8859-8-I", "gb18030//TRANSLIT"};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct reading_note note;
        struct why why;
        bool died;
        const char *fields = arena_printf(fixture->arena, "Content-Type: text/plain; charset=\"%s\"\n", labels[i]);
        int failed = read_mail(fixture, mail_with(fixture, fields, "What is CPT 20693? \xA4\xB1\xE9 \xFF\xFE \x80"), &note, &died, &why);
        if (failed || died)
            fail_msg("%s: %s", labels[i], why.text);
    }
}

/* --- the same as in one process -------------------------------------------------------------------------------------------- */

/* The first text that differs, or NULL. */
static const char *difference(const struct reading_note *a, const struct reading_note *b) {
    const struct {
        const char *name, *a, *b;
    } texts[] = {
        {"reason", a->reason, b->reason},
        {"question_key", a->question_key, b->question_key},
        {"message_id", a->message_id, b->message_id},
        {"asker", a->asker, b->asker},
        {"handler", a->handler, b->handler},
        {"intents", a->intents, b->intents},
        {"codes", a->codes, b->codes},
        {"keywords", a->keywords, b->keywords},
        {"question_text", a->question_text, b->question_text},
        {"draft", a->draft, b->draft},
        {"bounce", a->bounce.message_ids, b->bounce.message_ids},
        {"recipient", a->recipient, b->recipient},
        {"reply_message_id", a->reply_message_id, b->reply_message_id},
        {"reply_text", a->reply_text, b->reply_text},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].a && texts[i].b ? strcmp(texts[i].a, texts[i].b) != 0 : texts[i].a != texts[i].b)
            return texts[i].name;
    return a->action != b->action ? "action" : span_equal(a->reply, b->reply) ? NULL : "reply";
}

static struct span load(const char *path, struct arena *arena) {
    FILE *file = fopen(path, "rb");
    char *bytes = arena_alloc(arena, MAIL_BYTES);
    struct span ret = {bytes, file ? fread(bytes, 1, MAIL_BYTES, file) : 0};
    if (file)
        fclose(file);
    return ret;
}

static void read_both_ways(struct fixture *fixture, struct kb *kb, const char *path) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct reading reading;
    struct reading_note here, there;
    struct why why_here = {""}, why_there = {""};
    struct span raw = load(path, arena);
    bool died;
    int failed_here = reader_read(raw, true, &fixture->desk, kb, CLOCK, arena, &reading, &why_here);
    int failed_there = child_read(fixture->child, raw, true, CLOCK, arena, &there, &died, &why_there);
    if (!failed_here)
        note_reading(&reading, arena, &here);
    if (failed_here != failed_there || (failed_here && strcmp(why_here.text, why_there.text) != 0))
        fail_msg("%s: %d %s, %d %s", path, failed_here, why_here.text, failed_there, why_there.text);
    if (!failed_here && difference(&here, &there))
        fail_msg("%s: other %s", path, difference(&here, &there));
    arena_free(arena);
}

static void it_says_what_is_said_in_one_process(void **state) {
    static const char *const folders[] = {EXCHANGES "/*/inbox-*.eml", SHARED_FOLDER "/mail/*/*.eml", SHARED_FOLDER "/mail/*/*/*.eml",
                                          SHARED_FOLDER "/questions/mails/*.eml"};
    struct fixture *fixture = *state;
    struct kb *kb = NULL;
    glob_t found = {0};
    assert_int_equal(kb_open(KB_FILE, &kb, NULL), 0);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        glob(folders[i], i ? GLOB_APPEND : 0, NULL, &found);
    assert_true(found.gl_pathc > 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        read_both_ways(fixture, kb, found.gl_pathv[i]);
    globfree(&found);
    kb_close(kb);
}

/* --- the knowledge base ------------------------------------------------------------------------------------------------------ */

static void copy_file(const char *from, const char *to) {
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    char bytes[65536];
    size_t count;
    assert_true(in && out);
    while ((count = fread(bytes, 1, sizeof bytes, in)))
        assert_int_equal(fwrite(bytes, 1, count, out), count);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

static void a_new_knowledge_base_is_noticed(void **state) {
    struct fixture *fixture = *state;
    struct child_settings settings = fixture->settings;
    char folder[] = "/tmp/codingdesk-reader.XXXXXX";
    struct why why = {""};
    struct child *child = NULL;
    struct child *first = fixture->child;
    assert_non_null(mkdtemp(folder));
    const char *path = arena_printf(fixture->arena, "%s/kb.sqlite", folder), *next = arena_printf(fixture->arena, "%s/next", folder);
    settings.kb_file = path;
    assert_int_equal(child_open(&settings, &child, &why), FAIL_SYSTEM);
    assert_non_null(strstr(why.text, "can not open the knowledge base"));
    copy_file(KB_FILE, path);
    assert_int_equal(child_open(&settings, &child, &why), 0);
    assert_int_equal(child_refresh(child, &why), 0);
    copy_file("/proc/self/cmdline", next);
    assert_int_equal(rename(next, path), 0);
    assert_int_equal(child_refresh(child, &why), FAIL_SYSTEM);
    assert_int_equal(child_refresh(child, &why), 0);
    fixture->child = child;
    must_be_answered(fixture, "a knowledge base that is none");
    copy_file(KB_FILE, next);
    assert_int_equal(rename(next, path), 0);
    assert_int_equal(child_refresh(child, &why), 0);
    must_be_answered(fixture, "another knowledge base");
    fixture->child = first;
    child_close(child);
    unlink(path);
    rmdir(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_child, close_child)

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], READER_ARGUMENT) == 0)
        reader_serve(argv, misbehaving_read);
    const struct CMUnitTest tests[] = {
        TEST(a_mail_that_misbehaves_is_stopped_and_the_next_is_answered),
        TEST(nothing_of_the_parents_environment_is_there),
        TEST(a_recall_that_fails_is_no_fault_of_the_mail),
        TEST(charsets_need_no_file),
        TEST(it_says_what_is_said_in_one_process),
        TEST(a_new_knowledge_base_is_noticed),
    };
    return cmocka_run_group_tests_name("reader.child", tests, NULL, NULL);
}
