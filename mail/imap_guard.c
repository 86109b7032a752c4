#include "mail/imap_guard.h"

#include <string.h>

static const char *const textual_starts[] = {"* OK ", "* NO ", "* BAD ", "* BYE ", "* PREAU"};
static const char forbidden[] = "[BADCHARSET";

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static bool is_textual(const struct imap_guard *guard) {
    if (guard->continued)
        return guard->textual;
    struct span head = {guard->head, smaller(guard->line_bytes, GUARD_HEAD_BYTES)};
    if (!span_starts(head, SPAN("* ")))
        return true;
    for (size_t i = 0; i < sizeof textual_starts / sizeof *textual_starts; i++)
        if (span_starts_same(head, span_of(textual_starts[i])))
            return true;
    return false;
}

/* The first and the last bytes of the line, whatever pieces it comes in. */
static void keep_ends(struct imap_guard *guard, struct span piece) {
    if (guard->line_bytes < GUARD_HEAD_BYTES)
        memcpy(guard->head + guard->line_bytes, piece.ptr, smaller(piece.len, GUARD_HEAD_BYTES - guard->line_bytes));
    size_t fresh = smaller(piece.len, GUARD_TAIL_BYTES);
    memmove(guard->tail, guard->tail + fresh, GUARD_TAIL_BYTES - fresh);
    memcpy(guard->tail + GUARD_TAIL_BYTES - fresh, piece.ptr + piece.len - fresh, fresh);
    guard->line_bytes += piece.len;
}

/* The number in "...{123}" at the end. Digits that reach beyond what is kept count as they stand there: too large. */
static bool announced(const struct imap_guard *guard, size_t *ret) {
    size_t kept = smaller(guard->line_bytes, GUARD_TAIL_BYTES), number = 0;
    struct span line = span_trim((struct span){guard->tail + GUARD_TAIL_BYTES - kept, kept});
    if (line.len < 2 || line.ptr[line.len - 1] != '}')
        return false;
    size_t from = line.len - 1;
    while (from > 0 && char_is_digit(line.ptr[from - 1]))
        from--;
    if (from == line.len - 1 || (from > 0 && line.ptr[from - 1] != '{'))
        return false;
    for (size_t i = from; i < line.len - 1; i++)
        number = number > (size_t)-1 / 20 ? number : number * 10 + (size_t)(line.ptr[i] - '0');
    *ret = from == 0 ? (size_t)-1 : number;
    return true;
}

static bool nests_too_deep(struct imap_guard *guard, char c) {
    if (guard->quoted) {
        guard->quoted = guard->escaped || c != '"';
        guard->escaped = !guard->escaped && c == '\\';
        return false;
    }
    guard->quoted = c == '"';
    if (c == '(')
        guard->depth++;
    if (c == ')' && guard->depth > 0)
        guard->depth--;
    return guard->depth > GUARD_DEPTH;
}

static bool is_forbidden(struct imap_guard *guard, char c) {
    if (char_upper(c) == forbidden[guard->matched])
        guard->matched++;
    else
        guard->matched = c == forbidden[0];
    return guard->matched == sizeof forbidden - 1;
}

static bool is_harmless(struct imap_guard *guard, struct span piece) {
    for (size_t i = 0; i < piece.len; i++)
        if (nests_too_deep(guard, piece.ptr[i]) || is_forbidden(guard, piece.ptr[i]))
            return false;
    return true;
}

static bool end_line(struct imap_guard *guard, size_t max_literal_bytes) {
    size_t size = 0;
    bool textual = is_textual(guard), literal = !textual && announced(guard, &size);
    *guard = (struct imap_guard){.inside = size, .continued = literal, .textual = textual, .depth = literal ? guard->depth : 0};
    return size <= max_literal_bytes;
}

bool imap_guard_pass(struct imap_guard *guard, struct span bytes, size_t max_literal_bytes) {
    while (bytes.len > 0) {
        size_t skipped = smaller(guard->inside, bytes.len);
        guard->inside -= skipped;
        bytes = span_slice(bytes, skipped, bytes.len);
        const char *end = bytes.len ? memchr(bytes.ptr, '\n', bytes.len) : NULL;
        struct span piece = span_slice(bytes, 0, end ? (size_t)(end - bytes.ptr) + 1 : bytes.len);
        keep_ends(guard, piece);
        if (!is_harmless(guard, piece) || (end && !end_line(guard, max_literal_bytes)))
            return false;
        bytes = span_slice(bytes, piece.len, bytes.len);
    }
    return true;
}
