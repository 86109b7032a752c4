#include "mail/imap_guard.h"

#include <string.h>

static const char *const textual_starts[] = {"* OK ", "* NO ", "* BAD ", "* BYE ", "* PREAU"};
static const char *const masked_words[GUARD_WORDS] = {"[BADCHARSET", "[PERMANENTFLAGS", "[ALERT", "[PARSE", " NAMESPACE"};

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

/* The words begin with a letter that does not come again in them: a mismatch starts over. */
static void mask_words(struct imap_guard *guard, char *c) {
    for (size_t i = 0; i < GUARD_WORDS; i++) {
        const char *word = masked_words[i];
        guard->matched[i] = char_upper(*c) == word[guard->matched[i]] ? guard->matched[i] + 1 : *c == word[0];
        if (word[guard->matched[i]])
            continue;
        guard->matched[i] = 0;
        *c = 'X';
    }
}

static bool screen(struct imap_guard *guard, char *piece, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (nests_too_deep(guard, piece[i]))
            return false;
        mask_words(guard, &piece[i]);
    }
    return true;
}

static bool end_line(struct imap_guard *guard, size_t max_literal_bytes) {
    size_t size = 0;
    bool textual = is_textual(guard), literal = !textual && announced(guard, &size);
    *guard = (struct imap_guard){.inside = size, .continued = literal, .textual = textual, .depth = literal ? guard->depth : 0};
    return size <= max_literal_bytes;
}

bool imap_guard_pass(struct imap_guard *guard, char *bytes, size_t count, size_t max_literal_bytes) {
    while (count > 0) {
        size_t skipped = smaller(guard->inside, count);
        guard->inside -= skipped;
        bytes += skipped;
        count -= skipped;
        const char *end = count ? memchr(bytes, '\n', count) : NULL;
        size_t piece = end ? (size_t)(end - bytes) + 1 : count;
        keep_ends(guard, (struct span){bytes, piece});
        if (!screen(guard, bytes, piece) || (end && !end_line(guard, max_literal_bytes)))
            return false;
        bytes += piece;
        count -= piece;
    }
    return true;
}
