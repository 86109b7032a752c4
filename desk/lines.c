#include "desk/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fail.h"

struct lines {
    EditLine *editor; /* NULL: no terminal */
    History *history;
    const char *history_file;
    struct buf line;
    bool dropped;
};

/* ---- the terminal ---- */

static char *prompt(EditLine *editor) {
    static char text[] = "codingdesk> ";
    (void)editor;
    return text;
}

/* Ctrl-C: what was typed is left where it stands, and a new line begins. */
static unsigned char drop_line(EditLine *editor, int key) {
    struct lines *lines;
    (void)key;
    el_get(editor, EL_CLIENTDATA, &lines);
    lines->dropped = true;
    fputs("^C\n", stdout);
    fflush(stdout);
    return CC_NEWLINE;
}

static void edit(struct lines *lines) {
    HistEvent event;
    lines->editor = el_init("codingdesk", stdin, stdout, stderr);
    lines->history = lines->editor ? history_init() : NULL;
    if (!lines->history)
        return;
    history(lines->history, &event, H_SETSIZE, LINES_REMEMBERED);
    history(lines->history, &event, H_SETUNIQUE, 1);
    if (lines->history_file)
        history(lines->history, &event, H_LOAD, lines->history_file);
    el_set(lines->editor, EL_CLIENTDATA, lines);
    el_set(lines->editor, EL_PROMPT, prompt);
    el_set(lines->editor, EL_EDITOR, "emacs");
    el_set(lines->editor, EL_SIGNAL, 1);
    el_set(lines->editor, EL_HIST, history, lines->history);
    el_set(lines->editor, EL_ADDFN, "drop-line", "leave this line and begin another", drop_line);
    el_set(lines->editor, EL_SETTY, "-d", "-isig", NULL);
    el_set(lines->editor, EL_BIND, "^C", "drop-line", NULL);
    el_source(lines->editor, NULL);
}

static enum line_kind next_edited(struct lines *lines, struct span *ret) {
    HistEvent event;
    int count = 0;
    lines->dropped = false;
    el_set(lines->editor, EL_PREP_TERM, 1); /* before the prompt shows: what is typed at once is edited, too */
    const char *text = el_gets(lines->editor, &count);
    if (lines->dropped) {
        el_reset(lines->editor);
        return LINE_DROPPED;
    }
    if (!text || count <= 0)
        return LINES_END;
    if (count > LINE_BYTES)
        return LINE_TOO_LONG;
    *ret = span_trim((struct span){text, (size_t)count});
    if (ret->len > 0)
        history(lines->history, &event, H_ENTER, text);
    return LINE_READ;
}

/* ---- a pipe ---- */

static enum line_kind next_piped(struct lines *lines, struct span *ret) {
    int c;
    bool any = false;
    buf_clear(&lines->line);
    while ((c = getc(stdin)) != EOF && c != '\n') {
        any = true;
        if (!buf_full(&lines->line))
            buf_char(&lines->line, (char)c);
    }
    if (c == EOF && !any)
        return LINES_END;
    if (buf_full(&lines->line))
        return LINE_TOO_LONG;
    *ret = span_trim(buf_span(&lines->line));
    return LINE_READ;
}

/* ---- the history's file ---- */

/* Written aside and renamed: a session that ends in the middle of it costs nobody the old one. */
static int save(struct lines *lines) {
    HistEvent event;
    char aside[4096];
    int len = snprintf(aside, sizeof aside, "%s.%ld", lines->history_file, (long)getpid());
    if (len < 0 || (size_t)len >= sizeof aside)
        return FAIL_SYSTEM;
    int handle = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    FILE *file = handle >= 0 ? fdopen(handle, "w") : NULL;
    if (!file) {
        if (handle >= 0)
            close(handle);
        return FAIL_SYSTEM;
    }
    bool saved = history(lines->history, &event, H_SAVE_FP, file) >= 0;
    saved = fclose(file) == 0 && saved;
    if (saved && rename(aside, lines->history_file) == 0)
        return 0;
    unlink(aside);
    return FAIL_SYSTEM;
}

static bool make_folder(const char *path) { return mkdir(path, S_IRWXU) == 0 || errno == EEXIST; }

const char *lines_history_path(struct arena *arena) {
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (!state || state[0] != '/') {
        if (!home || home[0] != '/')
            return NULL;
        make_folder(arena_printf(arena, "%s/.local", home));
        state = arena_printf(arena, "%s/.local/state", home);
    }
    const char *folder = arena_printf(arena, "%s/codingdesk", state);
    if (!make_folder(state) || !make_folder(folder))
        return NULL;
    return arena_printf(arena, "%s/history", folder);
}

/* ---- */

struct lines *lines_open(const char *history_file) {
    struct lines *ret = calloc(1, sizeof *ret);
    if (!ret)
        return NULL;
    ret->history_file = history_file;
    buf_init(&ret->line, LINE_BYTES);
    if (isatty(STDIN_FILENO))
        edit(ret);
    return ret;
}

bool lines_at_terminal(const struct lines *lines) { return lines->history != NULL; }

enum line_kind lines_next(struct lines *lines, struct span *ret) {
    return lines_at_terminal(lines) ? next_edited(lines, ret) : next_piped(lines, ret);
}

int lines_close(struct lines *lines) {
    int failed = lines->history && lines->history_file ? save(lines) : 0;
    if (lines->history)
        history_end(lines->history);
    if (lines->editor)
        el_end(lines->editor);
    buf_free(&lines->line);
    free(lines);
    return failed;
}
