/* one_line.h - a text part as one line: wrapping is another test's. */
#ifndef TESTS_ONE_LINE_H
#define TESTS_ONE_LINE_H

#include "base/arena.h"

static inline const char *one_line(const char *text, struct arena *arena) {
    char *ret = arena_copy(arena, span_of(text));
    size_t len = 0;
    for (size_t i = 0; text[i]; i++)
        if (!char_is_space(text[i]) || (len > 0 && ret[len - 1] != ' '))
            ret[len++] = char_is_space(text[i]) ? ' ' : text[i];
    ret[len] = '\0';
    return ret;
}

#endif
