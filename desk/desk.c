#include "desk/desk.h"

#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/utf8.h"
#include "handlers/answer.h"

enum { ARENA_BYTES = 512 << 20, WIDTH_LEAST = 40, WIDTH_MOST = 100, WIDTH_DEFAULT = 76 };

int desk_complain(int fail, const char *format, ...) {
    va_list arguments;
    fflush(stdout);
    fputs("codingdesk: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return fail;
}

static size_t terminal_width(void) {
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return WIDTH_DEFAULT;
    size_t columns = size.ws_col;
    return columns < WIDTH_LEAST ? WIDTH_LEAST : columns > WIDTH_MOST ? WIDTH_MOST : columns;
}

void desk_measure(struct desk *desk) { desk->width = terminal_width(); }

static bool wants_colours(void) {
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && (!no_color || !*no_color) && term && strcmp(term, "dumb") != 0;
}

static int load_config(struct desk *desk) {
    struct buf report;
    buf_init(&report, 1 << 20);
    int failed = config_load(desk->config_file, desk->arena, &desk->config, &report);
    if (failed)
        fprintf(stderr, "%s", report.ptr ? report.ptr : "codingdesk: the configuration can not be used\n");
    buf_free(&report);
    return failed;
}

int desk_begin(struct desk *desk, const char *config_file, const char *kb_file, const char *journal_file) {
    bool colours = wants_colours();
    *desk = (struct desk){.arena = arena_new(ARENA_BYTES),
                          .config_file = config_file,
                          .kb_file = kb_file,
                          .journal_file = journal_file,
                          .now = time(NULL),
                          .width = terminal_width(),
                          .bold = colours ? "\033[1m" : "",
                          .plain = colours ? "\033[0m" : ""};
    config_defaults(desk->arena, &desk->config);
    return config_file ? load_config(desk) : 0;
}

void desk_end(struct desk *desk) {
    kb_close(desk->kb);
    journal_close(desk->journal);
    arena_free(desk->arena);
}

const char *desk_kb_path(struct desk *desk) {
    return desk->kb_file ? desk->kb_file : desk->config.kb_file ? desk->config.kb_file : kb_default_path(desk->arena);
}

int desk_open_kb(struct desk *desk) {
    struct why why;
    if (desk->kb)
        return 0;
    int failed = kb_open(desk_kb_path(desk), &desk->kb, &why);
    if (!failed)
        failed = answer_templates_folder(desk->config.text_folder, &why);
    return failed ? desk_complain(failed, "%s", why.text) : 0;
}

const char *desk_journal_path(struct desk *desk) {
    if (desk->journal_file)
        return desk->journal_file;
    if (desk->config.journal_file)
        return desk->config.journal_file;
    return journal_default_path(desk->arena);
}

int desk_open_journal(struct desk *desk) {
    struct why why;
    const char *path = desk_journal_path(desk);
    int failed = journal_open_readonly(path, &desk->journal, &why);
    if (failed == FAIL_EMPTY)
        return desk_complain(failed, "%s: there is no journal yet; name another with --journal", path);
    if (failed && desk->journal_file)
        return desk_complain(failed, "--journal %s can not be read: %s", path, why.text);
    return failed ? desk_complain(failed, "%s", why.text) : 0;
}

/* Only looked at first: what is not there is not made. */
int desk_change_journal(struct desk *desk) {
    struct why why;
    int failed = desk_open_journal(desk);
    if (failed)
        return failed;
    journal_close(desk->journal);
    desk->journal = NULL;
    failed = journal_open(desk_journal_path(desk), &desk->journal, &why);
    return failed ? desk_complain(failed, "%s", why.text) : 0;
}

int desk_date(const struct desk *desk, const char *iso, struct date *ret) {
    if (!iso) {
        *ret = date_of_time(desk->now);
        return 0;
    }
    if (date_parse(span_of(iso), ret))
        return 0;
    return desk_complain(FAIL_INPUT, "%s is no day; write YYYY-MM-DD", iso);
}

json_t *desk_json(struct desk *desk, const char *text) {
    if (!text)
        return json_null();
    struct span clean = utf8_clean(desk->arena, span_of(text));
    return json_stringn(clean.ptr ? clean.ptr : "", clean.len);
}

void desk_print_json(json_t *object) {
    json_dumpf(object, stdout, 0);
    putchar('\n');
    json_decref(object);
}

const char *desk_time(struct desk *desk, time_t when) {
    struct tm parts;
    char text[40];
    if (when == 0 || !gmtime_r(&when, &parts) || strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts) == 0)
        return "-";
    return arena_copy(desk->arena, span_of(text));
}
