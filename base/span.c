#include "base/span.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool char_is_digit(char c) { return c >= '0' && c <= '9'; }
bool char_is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool char_is_alnum(char c) { return char_is_digit(c) || char_is_alpha(c); }
bool char_is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
char char_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }
char char_upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }

struct span span_of(const char *text) {
    return text ? (struct span){text, strlen(text)} : (struct span){"", 0};
}

bool span_equal(struct span a, struct span b) { return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0); }

static bool same_bytes(const char *a, const char *b, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (char_lower(a[i]) != char_lower(b[i]))
            return false;
    return true;
}

bool span_same(struct span a, struct span b) { return a.len == b.len && same_bytes(a.ptr, b.ptr, a.len); }

bool span_starts(struct span text, struct span start) { return text.len >= start.len && span_equal(span_slice(text, 0, start.len), start); }

bool span_starts_same(struct span text, struct span start) { return text.len >= start.len && same_bytes(text.ptr, start.ptr, start.len); }

bool span_ends_same(struct span text, struct span end) {
    return text.len >= end.len && same_bytes(text.ptr + text.len - end.len, end.ptr, end.len);
}

/* Asked for nearly every word and mark of a text: most lists have no word, or few, with its first letter. */
bool span_is_among(struct span word, const char *words) {
    if (word.len == 0 || !char_is_alnum(word.ptr[0]))
        return false;
    char first = char_lower(word.ptr[0]);
    for (const char *at = words; (at = strchr(at, first)); at++) {
        size_t same = 0;
        while (same < word.len && at[same] && at[same] == char_lower(word.ptr[same]))
            same++;
        if (same == word.len && (at[same] == ' ' || at[same] == '\0') && (at == words || at[-1] == ' '))
            return true;
    }
    return false;
}

size_t span_find(struct span text, struct span wanted) {
    if (wanted.len == 0)
        return 0;
    if (text.len < wanted.len)
        return SPAN_NONE;
    const char *hit = memmem(text.ptr, text.len, wanted.ptr, wanted.len);
    return hit ? (size_t)(hit - text.ptr) : SPAN_NONE;
}

size_t span_find_same(struct span text, struct span wanted) {
    for (size_t i = 0; i + wanted.len <= text.len; i++)
        if (same_bytes(text.ptr + i, wanted.ptr, wanted.len))
            return i;
    return SPAN_NONE;
}

size_t span_find_char(struct span text, char wanted) {
    const char *hit = text.len ? memchr(text.ptr, wanted, text.len) : NULL;
    return hit ? (size_t)(hit - text.ptr) : SPAN_NONE;
}

struct span span_slice(struct span text, size_t from, size_t to) {
    if (to > text.len)
        to = text.len;
    if (from > to)
        from = to;
    return (struct span){from ? text.ptr + from : text.ptr, to - from}; /* NULL + 0 is undefined */
}

struct span span_trim(struct span text) {
    while (text.len && char_is_space(text.ptr[0]))
        text = span_slice(text, 1, text.len);
    while (text.len && char_is_space(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

bool span_cut(struct span *rest, char separator, struct span *part) {
    if (!rest->ptr)
        return false;
    size_t at = span_find_char(*rest, separator);
    if (at == SPAN_NONE) {
        *part = *rest;
        *rest = (struct span){NULL, 0};
    } else {
        *part = span_slice(*rest, 0, at);
        *rest = span_slice(*rest, at + 1, rest->len);
    }
    return true;
}

/* Piece by piece, so that a text without the one mark is not searched to its end for each of the other. */
static size_t line_end(struct span text) {
    enum { PIECE = 256 };
    for (size_t from = 0; from < text.len; from += PIECE) {
        struct span piece = span_slice(text, from, from + PIECE);
        size_t feed = span_find_char(piece, '\n');
        size_t end = span_find_char(span_slice(piece, 0, feed), '\r');
        if (end == SPAN_NONE)
            end = feed;
        if (end != SPAN_NONE)
            return from + end;
    }
    return text.len;
}

bool span_line(struct span *rest, struct span *line) {
    if (rest->len == 0)
        return false;
    size_t end = line_end(*rest);
    size_t next = end + (end < rest->len);
    if (next < rest->len && rest->ptr[end] == '\r' && rest->ptr[next] == '\n')
        next++;
    *line = span_slice(*rest, 0, end);
    *rest = span_slice(*rest, next, rest->len);
    return true;
}

bool span_to_long(struct span text, long min, long max, long *ret) {
    char digits[24];
    if (text.len == 0 || text.len >= sizeof digits || char_is_space(text.ptr[0]) || text.ptr[0] == '+')
        return false;
    memcpy(digits, text.ptr, text.len);
    digits[text.len] = '\0';
    char *end = NULL;
    errno = 0;
    long value = strtol(digits, &end, 10);
    if (errno || *end || value < min || value > max)
        return false;
    *ret = value;
    return true;
}
