/* told.h - what one part of an answer has told, the next one does not tell again: handlers know nothing of each other, and two of them may
 * have the same fact to say. Of our own CommonMark a line is a paragraph, a heading, an item or a row of a table. */
#ifndef HANDLERS_TOLD_H
#define HANDLERS_TOLD_H

#include "base/arena.h"

struct told {
    struct arena *arena;
    const char **lines; /* as they read, without marks of sources */
    size_t count;
};

/* The text without the lines that were told before, and without headings and announcements of which nothing is left. NULL: all of it was
 * told. Short lines and rows of tables always stay. */
const char *told_without(const struct told *, const char *commonmark);

/* Remember the text's lines. */
void told_add(struct told *, const char *commonmark);

#endif
