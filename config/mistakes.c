#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/settings.h"

enum { MISTAKE_BYTES = 700, MISTAKES_MAX = 100 };

/* key: what the sentence begins with, or NULL. */
__attribute__((format(printf, 4, 0))) static void add(struct loading *loading, size_t line, const char *key, const char *format,
                                                      va_list args) {
    char text[MISTAKE_BYTES];
    if (loading->mistake_count == MISTAKES_MAX)
        return;
    int begun = key ? snprintf(text, sizeof text, "%.200s: ", key) : 0;
    vsnprintf(text + begun, sizeof text - (size_t)begun, format, args);
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    loading->mistakes = arena_grow(loading->arena, loading->mistakes, loading->mistake_count, sizeof *loading->mistakes);
    loading->mistakes[loading->mistake_count++] = (struct mistake){line, arena_copy(loading->arena, span_of(text))};
}

void mistake_at_line(struct loading *loading, size_t line, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add(loading, line, NULL, format, args);
    va_end(args);
}

/* Where the key is, else where its group begins, else the first line. */
static size_t line_for(const struct loading *loading, struct span key) {
    size_t line = line_of_key(&loading->keys, key), dot = span_find_char(key, '.');
    if (line == 0 && dot != SPAN_NONE)
        line = line_of_key(&loading->keys, span_slice(key, 0, dot));
    return line ? line : 1;
}

void mistake_at_key(struct loading *loading, const char *key, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add(loading, line_for(loading, span_of(key)), key, format, args);
    va_end(args);
}

void mistakes_write(struct loading *loading, struct buf *report) {
    for (size_t i = 1; i < loading->mistake_count; i++) {
        struct mistake mistake = loading->mistakes[i];
        size_t at = i;
        for (; at > 0 && loading->mistakes[at - 1].line > mistake.line; at--)
            loading->mistakes[at] = loading->mistakes[at - 1];
        loading->mistakes[at] = mistake;
    }
    for (size_t i = 0; i < loading->mistake_count; i++)
        buf_printf(report, "%s:%zu: %s\n", loading->path, loading->mistakes[i].line, loading->mistakes[i].text);
}
