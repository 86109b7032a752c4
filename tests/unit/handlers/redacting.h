/* redacting.h - the questions of tests/unit/reader/fixtures/patient-data.txt, each with the pieces that have to be masked. */
#ifndef TESTS_REDACTING_H
#define TESTS_REDACTING_H

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

enum { REDACTING_ROWS = 300, REDACTING_PIECES = 8, REDACTING_BYTES = 64 << 10 };

struct redacting_row {
    const char *name;
    const char *text;   /* as somebody writes it */
    const char *masked; /* what has to be left */
    struct span pieces[REDACTING_PIECES];
    size_t piece_count;
};

/* "{DOB:3/1/1956}" at the beginning of rest: the piece goes into the text, its kind into what is left. */
static inline void redacting_take_piece(struct span *rest, struct buf *text, struct buf *masked, struct arena *arena, struct redacting_row *ret) {
    size_t colon = span_find_char(*rest, ':'), end = span_find_char(*rest, '}');
    struct span piece = span_slice(*rest, colon + 1, end);
    buf_add(text, piece);
    buf_printf(masked, "[%.*s]", SPAN_ARG(span_slice(*rest, 1, colon)));
    ret->pieces[ret->piece_count++] = span_of(arena_copy(arena, piece));
    *rest = span_slice(*rest, end + 1, rest->len);
}

static inline void redacting_read_row(struct span line, struct arena *arena, struct redacting_row *ret) {
    struct buf text, masked;
    size_t bar = span_find(line, SPAN(" | "));
    struct span rest = span_slice(line, bar + 3, line.len);
    buf_init(&text, REDACTING_BYTES);
    buf_init(&masked, REDACTING_BYTES);
    *ret = (struct redacting_row){.name = arena_copy(arena, span_slice(line, 0, bar))};
    while (rest.len > 0) {
        bool line_end = span_starts(rest, SPAN("\\n"));
        if (rest.ptr[0] == '{') {
            redacting_take_piece(&rest, &text, &masked, arena, ret);
            continue;
        }
        buf_char(&text, line_end ? '\n' : rest.ptr[0]);
        buf_char(&masked, line_end ? '\n' : rest.ptr[0]);
        rest = span_slice(rest, line_end ? 2 : 1, rest.len);
    }
    ret->text = buf_keep(&text, arena);
    ret->masked = buf_keep(&masked, arena);
    buf_free(&text);
    buf_free(&masked);
}

/* How many; 0: the file can not be read. */
static inline size_t redacting_read(const char *path, struct arena *arena, struct redacting_row rows[static REDACTING_ROWS]) {
    FILE *file = fopen(path, "re");
    char *bytes = arena_alloc(arena, REDACTING_BYTES);
    size_t count = 0;
    if (!file)
        return 0;
    struct span rest = {bytes, fread(bytes, 1, REDACTING_BYTES, file)}, line;
    fclose(file);
    while (count < REDACTING_ROWS && span_line(&rest, &line))
        if (line.len > 0 && line.ptr[0] != '#')
            redacting_read_row(line, arena, &rows[count++]);
    return count;
}

#endif
