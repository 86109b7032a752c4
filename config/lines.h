/* lines.h - inside config/ alone: where the keys of a JSON text are. jansson reads the values, and forgets the lines. */
#ifndef CONFIG_LINES_H
#define CONFIG_LINES_H

#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

struct key_line {
    struct span key; /* "imap.host", as the file writes it, escapes and all */
    size_t depth;    /* 0: at the top. A key with a dot of its own has more dots than depth */
    size_t line;     /* from 1 */
};

struct key_lines {
    struct key_line *items; /* in the order of the file */
    size_t count;
};

/* The keys of all objects that no array holds, down to 16 levels. The text must be JSON (a JSON parser has accepted it). */
struct key_lines lines_of_keys(struct span json, struct arena *);

/* Line of the first such key, 0 when there is none. */
size_t line_of_key(const struct key_lines *, struct span key);

#endif
