/* A conversation through a pipe, as a script has it, and at a pseudo terminal, where lines are edited and remembered. */
#include "tests/unit/desk/run.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/stat.h>

#include "desk/lines.h"

enum { ANSWER_WITHIN_MS = 10000, SCREEN_BYTES = 256 * 1024 };

#define CHAT "--kb", KB_FILE, "chat", "--date", "2026-08-01"

/* ---- a pipe ---- */

static int type(const char *const *words, const char *input, size_t len) {
    FILE *from = tmpfile();
    assert_non_null(from);
    assert_int_equal(fwrite(input, 1, len, from), len);
    assert_int_equal(fflush(from), 0);
    rewind(from);
    int before = dup(STDIN_FILENO);
    assert_int_equal(dup2(fileno(from), STDIN_FILENO), STDIN_FILENO);
    int ret = run(words);
    dup2(before, STDIN_FILENO);
    close(before);
    fclose(from);
    return ret;
}

static void lines_of_a_pipe_are_answered(void **state) {
    (void)state;
    static const struct {
        const char *name, *input;
        int status;
        const char *want, *then, *not_want, *complaint; /* then: behind want */
    } rows[] = {
        {"a question", "What is CPT 20694?\n", 0, "CPT 20694: Take an external fixator off", NULL, "codingdesk>", NULL},
        {"no newline at the end", "What is CPT 20694?", 0, "CPT 20694: Take", NULL, NULL, NULL},
        {"several", "What is CPT 20694?\nWhat is CPT 20693?\n", 0, "CPT 20694: Take", "CPT 20693: Adjust", NULL, NULL},
        {"one goes on from the other", "What is CPT 20694?\nand its modifiers?\n", 0, "CPT 20694: Take", "odifiers", NULL, NULL},
        {"it goes on from a code that the answer gave", "Which code for taking an external fixator off under anesthesia?\nwhat is its fee?\n", 0,
         "CPT 20694 is likely", "20694 (", NULL, NULL},
        {"thanks between", "What is CPT 20694?\nthanks!\nwhat is its fee?\n", 0, "No answer is needed", "20694 (", NULL, NULL},
        {"forgotten", "What is CPT 20694?\n/new\nand its modifiers?\n", 1, "CPT 20694: Take", "No", NULL, NULL},
        {"empty lines", "\n   \n\r\nWhat is CPT 20694?\r\n\n", 0, "CPT 20694: Take", NULL, NULL, NULL},
        {"nothing at all", "", 0, NULL, NULL, "CPT", NULL},
        {"another day", "/date 1950-01-01\nWhat is CPT 20694?\n", 0, "Answers are for 1950-01-01", "begins on 1991-01-01", NULL, NULL},
        {"no such day", "/date soon\nWhat is CPT 20694?\n", 2, "2026-08-01", NULL, NULL, "soon is no day"},
        {"a misspelt command", "/hlep\nWhat is CPT 20694?\n", 2, "CPT 20694: Take", NULL, NULL, "did you mean /help?"},
        {"an unknown command", "/brew-some-coffee\n", 2, NULL, NULL, "coffee", "/help lists them"},
        {"help", "/help\n", 0, "/date D", "--no-history", NULL, NULL},
        {"the end before the end", "/quit\nWhat is CPT 20694?\n", 0, NULL, NULL, "CPT", NULL},
        {"JSON and text again", "/json\nWhat is CPT 20694?\n/json\nWhat is CPT 20693?\n", 0, "{\"id\": \"chat\"", "CPT 20693: Adjust", NULL, NULL},
        {"for a person", "zzzz qqq\nWhat is CPT 20694?\n", 1, "holds nothing", "CPT 20694: Take", NULL, NULL},
        {"not understood as going on", "What is CPT 20694?\nzzzz qqq\n", 1, "CPT 20694: Take", "in full, with the code, such as 20694", NULL, NULL},
        {"bytes that are no text", "\xff\xfe\x01 20694?\n", 0, "CPT 20694: Take", NULL, NULL, NULL},
    };
    static const char *const words[] = {CHAT, NULL};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int status = type(words, rows[i].input, strlen(rows[i].input));
        const char *found = rows[i].want ? strstr(out, rows[i].want) : out;
        if (status != rows[i].status || !found || (rows[i].then && !strstr(found, rows[i].then)) ||
            (rows[i].not_want && strstr(out, rows[i].not_want)) || !strstr(err, rows[i].complaint ? rows[i].complaint : "") ||
            (!rows[i].complaint && *err))
            fail_msg("%s: status %d, out:\n%serr:\n%s", rows[i].name, status, out, err);
    }
}

static void a_line_without_end_is_left_out(void **state) {
    (void)state;
    static const char *const words[] = {CHAT, NULL};
    static const char after[] = "\nWhat is CPT 20694?\n";
    size_t len = 1 << 20;
    char *input = malloc(len + sizeof after);
    assert_non_null(input);
    memset(input, 'x', len);
    memcpy(input + len, after, sizeof after);
    int status = type(words, input, len + sizeof after - 1);
    free(input);
    assert_int_equal(status, 2);
    assert_non_null(strstr(err, "a line of more than 256 KiB was left out"));
    assert_non_null(strstr(out, "CPT 20694: Take"));
}

static void each_question_is_an_object(void **state) {
    (void)state;
    static const char *const words[] = {CHAT, "--json", NULL};
    static const char input[] = "What is CPT 20694?\n\nand its fee?\n";
    assert_int_equal(type(words, input, sizeof input - 1), 0);
    size_t count = 0;
    struct span rest = span_of(out), line;
    while (span_line(&rest, &line)) {
        json_t *object = json_loadb(line.ptr, line.len, 0, NULL);
        if (!object || strcmp(json_string_value(json_object_get(object, "id")), "chat") != 0)
            fail_msg("no object: %.*s", SPAN_ARG(line));
        json_decref(object);
        count++;
    }
    assert_int_equal(count, 2);
}

/* ---- a terminal ---- */

struct terminal {
    int handle;
    pid_t child;
    char screen[SCREEN_BYTES]; /* all that was shown */
    size_t len, seen;          /* what lies before seen has been looked at */
};

static void start(struct terminal *terminal, const char *state_folder, bool history) {
    const struct winsize size = {.ws_row = 50, .ws_col = 70};
    terminal->len = terminal->seen = 0;
    terminal->child = forkpty(&terminal->handle, NULL, NULL, &size);
    assert_true(terminal->child >= 0);
    if (terminal->child > 0)
        return;
    char *argv[] = {"codingdesk", "--kb", KB_FILE, "chat", "--date", "2026-08-01", history ? NULL : "--no-history", NULL};
    setenv("XDG_STATE_HOME", state_folder, 1);
    setenv("HOME", state_folder, 1);
    setenv("TERM", "xterm", 1);
    _exit(command_main(history ? 6 : 7, argv));
}

/* Waits until the text is shown behind what was seen before. */
static void expect(struct terminal *terminal, const char *name, const char *text) {
    struct pollfd ready = {.fd = terminal->handle, .events = POLLIN};
    for (;;) {
        const char *found = memmem(terminal->screen + terminal->seen, terminal->len - terminal->seen, text, strlen(text));
        if (found) {
            terminal->seen = (size_t)(found - terminal->screen) + strlen(text);
            return;
        }
        ssize_t got = poll(&ready, 1, ANSWER_WITHIN_MS) == 1 && terminal->len < SCREEN_BYTES - 1
                          ? read(terminal->handle, terminal->screen + terminal->len, SCREEN_BYTES - 1 - terminal->len)
                          : -1;
        if (got <= 0)
            fail_msg("%s: no \"%s\" in:\n%.*s", name, text, (int)(terminal->len - terminal->seen), terminal->screen + terminal->seen);
        terminal->len += (size_t)got;
    }
}

static void press(struct terminal *terminal, const char *keys) {
    assert_int_equal(write(terminal->handle, keys, strlen(keys)), strlen(keys));
}

/* Ctrl-D, and the exit status. */
static int end(struct terminal *terminal) {
    int status;
    press(terminal, "\004");
    while (read(terminal->handle, terminal->screen, SCREEN_BYTES) > 0)
        ;
    assert_int_equal(waitpid(terminal->child, &status, 0), terminal->child);
    close(terminal->handle);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void lines_are_edited_and_remembered(void **state) {
    (void)state;
    char folder[] = "/tmp/unit-chat-XXXXXX", file[160], inner[128];
    static struct terminal terminal;
    struct stat about;
    assert_non_null(mkdtemp(folder));
    snprintf(inner, sizeof inner, "%s/codingdesk", folder);
    snprintf(file, sizeof file, "%s/history", inner);

    start(&terminal, folder, false);
    expect(&terminal, "greeting", "/help lists the commands");
    expect(&terminal, "prompt", "codingdesk> ");
    press(&terminal, "What is 20693?\r");
    expect(&terminal, "without history", "CPT 20693: Adjust");
    expect(&terminal, "prompt behind it", "codingdesk> ");
    assert_int_equal(end(&terminal), 0);
    assert_int_equal(stat(file, &about), -1);

    start(&terminal, folder, true);
    expect(&terminal, "prompt", "codingdesk> ");
    press(&terminal, "What is 20694x\177?\r");
    expect(&terminal, "a character taken back", "CPT 20694: Take");
    expect(&terminal, "prompt behind an answer", "codingdesk> ");
    press(&terminal, "nonsense\003");
    expect(&terminal, "a dropped line", "^C");
    expect(&terminal, "prompt behind a dropped line", "codingdesk> ");
    press(&terminal, "\033[A\r");
    expect(&terminal, "the line before", "CPT 20694: Take");
    expect(&terminal, "prompt", "codingdesk> ");
    press(&terminal, "and its fee?\r");
    expect(&terminal, "the thread", "20694 (");
    expect(&terminal, "prompt behind the fee", "codingdesk> ");
    assert_int_equal(end(&terminal), 0);
    assert_int_equal(stat(file, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);

    start(&terminal, folder, true);
    expect(&terminal, "prompt", "codingdesk> ");
    press(&terminal, "\033[A\033[A\r");
    expect(&terminal, "the line of an earlier session", "CPT 20694: Take");
    expect(&terminal, "prompt behind it", "codingdesk> ");
    assert_int_equal(end(&terminal), 0);

    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(inner), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void the_history_is_bounded(void **state) {
    (void)state;
    char folder[] = "/tmp/unit-chat-XXXXXX", file[160], inner[128];
    static struct terminal terminal;
    enum { LONGER = LINES_REMEMBERED + 100 };
    assert_non_null(mkdtemp(folder));
    snprintf(inner, sizeof inner, "%s/codingdesk", folder);
    snprintf(file, sizeof file, "%s/history", inner);
    assert_int_equal(mkdir(inner, 0700), 0);
    FILE *old = fopen(file, "w");
    assert_non_null(old);
    fputs("_HiStOrY_V2_\n", old);
    for (size_t i = 0; i < LONGER; i++)
        fprintf(old, "line%zu\n", i);
    assert_int_equal(fclose(old), 0);

    start(&terminal, folder, true);
    expect(&terminal, "prompt", "codingdesk> ");
    assert_int_equal(end(&terminal), 0);

    size_t lines = 0;
    char line[256];
    old = fopen(file, "r");
    assert_non_null(old);
    while (fgets(line, sizeof line, old))
        lines++;
    fclose(old);
    assert_int_equal(lines, LINES_REMEMBERED + 1);
    assert_string_equal(line, "line599\n");
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(inner), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void) {
    enum { AT_MOST_S = 60 };
    alarm(AT_MOST_S); /* a terminal that never ends ends the test */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_a_pipe_are_answered),    cmocka_unit_test(a_line_without_end_is_left_out),
        cmocka_unit_test(each_question_is_an_object),      cmocka_unit_test(lines_are_edited_and_remembered),
        cmocka_unit_test(the_history_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
