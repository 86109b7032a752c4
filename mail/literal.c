#include "mail/literal.h"

#include <string.h>

static const char *const textual_starts[] = {"* OK ", "* NO ", "* BAD ", "* BYE ", "* PREAU"};

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static bool is_textual(const struct literal_watch *watch) {
    if (watch->continued)
        return watch->textual;
    struct span head = {watch->head, smaller(watch->line_bytes, LITERAL_HEAD_BYTES)};
    if (!span_starts(head, SPAN("* ")))
        return true;
    for (size_t i = 0; i < sizeof textual_starts / sizeof *textual_starts; i++)
        if (span_starts_same(head, span_of(textual_starts[i])))
            return true;
    return false;
}

/* The last bytes of the line, in order, whatever pieces they came in. */
static void keep_ends(struct literal_watch *watch, struct span piece) {
    if (watch->line_bytes < LITERAL_HEAD_BYTES)
        memcpy(watch->head + watch->line_bytes, piece.ptr, smaller(piece.len, LITERAL_HEAD_BYTES - watch->line_bytes));
    size_t fresh = smaller(piece.len, LITERAL_TAIL_BYTES);
    memmove(watch->tail, watch->tail + fresh, LITERAL_TAIL_BYTES - fresh);
    memcpy(watch->tail + LITERAL_TAIL_BYTES - fresh, piece.ptr + piece.len - fresh, fresh);
    watch->line_bytes += piece.len;
}

/* The number in "...{123}" with the line's end behind it. More digits than fit here count as too large. */
static bool announced(const struct literal_watch *watch, size_t *ret) {
    struct span line = {watch->tail + LITERAL_TAIL_BYTES - smaller(watch->line_bytes, LITERAL_TAIL_BYTES),
                        smaller(watch->line_bytes, LITERAL_TAIL_BYTES)};
    line = span_trim(line);
    if (line.len < 2 || line.ptr[line.len - 1] != '}')
        return false;
    size_t from = line.len - 1, number = 0;
    while (from > 0 && char_is_digit(line.ptr[from - 1]))
        from--;
    if (from == line.len - 1)
        return false;
    if (from > 0 && line.ptr[from - 1] != '{')
        return false;
    for (size_t i = from; i < line.len - 1; i++)
        number = number > (size_t)-1 / 20 ? number : number * 10 + (size_t)(line.ptr[i] - '0');
    *ret = number;
    return true;
}

static bool end_line(struct literal_watch *watch, size_t max) {
    size_t size = 0;
    bool textual = is_textual(watch), literal = !textual && announced(watch, &size);
    watch->inside = size;
    watch->continued = literal;
    watch->textual = textual;
    watch->line_bytes = 0;
    return size <= max;
}

bool literal_watch(struct literal_watch *watch, struct span bytes, size_t max) {
    while (bytes.len > 0) {
        size_t skipped = smaller(watch->inside, bytes.len);
        watch->inside -= skipped;
        bytes = span_slice(bytes, skipped, bytes.len);
        const char *end = bytes.len ? memchr(bytes.ptr, '\n', bytes.len) : NULL;
        size_t taken = end ? (size_t)(end - bytes.ptr) + 1 : bytes.len;
        keep_ends(watch, span_slice(bytes, 0, taken));
        if (end && !end_line(watch, max))
            return false;
        bytes = span_slice(bytes, taken, bytes.len);
    }
    return true;
}
