/* span.h - a piece of text that somebody else owns: not NUL-terminated, never freed through the span.
 * Comparisons that ignore case do so for ASCII alone. Offsets are bytes. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

struct span {
    const char *ptr;
    size_t len;
};

#define SPAN(literal) ((struct span){"" literal, sizeof(literal) - 1})
#define SPAN_ARG(span) (int)(span).len, (span).ptr /* for "%.*s" */
#define SPAN_NONE ((size_t)-1)

struct span span_of(const char *text); /* NULL is the empty span */
bool span_equal(struct span a, struct span b);
bool span_same(struct span a, struct span b); /* ignoring case */
bool span_starts(struct span text, struct span start);
bool span_starts_same(struct span text, struct span start); /* ignoring case */
bool span_ends_same(struct span text, struct span end);     /* ignoring case */

/* Is the word one of these, separated by blanks, in lower case, each with a letter or digit at its start? Ignores the word's case; the empty
 * word is none. */
bool span_is_among(struct span word, const char *words);

/* Offset of the first occurrence, or SPAN_NONE. */
size_t span_find(struct span text, struct span wanted);
size_t span_find_same(struct span text, struct span wanted); /* ignoring case */
size_t span_find_char(struct span text, char wanted);

struct span span_slice(struct span text, size_t from, size_t to); /* clamped to the text */
struct span span_trim(struct span text);                          /* without white space (space, \t \r \n \f \v) at both ends */

/* Take the part up to the separator (or the whole rest) off *rest. False when *rest is used up (ptr is NULL then).
 * An empty span yields one empty part, as "a," yields "a" and "". */
bool span_cut(struct span *rest, char separator, struct span *part);

/* Take the next line off *rest, without its end (CRLF, LF or a lone CR). False at the end. */
bool span_line(struct span *rest, struct span *line);

/* A whole decimal number from min to max with nothing around it. */
bool span_to_long(struct span text, long min, long max, long *ret);

/* ASCII alone, whatever the locale says. */
bool char_is_digit(char c);
bool char_is_alpha(char c);
bool char_is_alnum(char c);
bool char_is_space(char c);
char char_lower(char c);
char char_upper(char c);

#endif
