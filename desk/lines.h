/* lines.h - the lines that somebody types: edited and with a history at a terminal, as they come from a pipe.
 * Order: lines_open, lines_next*, lines_close. */
#ifndef DESK_LINES_H
#define DESK_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

enum { LINE_BYTES = 256 * 1024, LINES_REMEMBERED = 500 };

struct lines;

/* history_file: lines of earlier sessions are read from it and those of this one added, at most LINES_REMEMBERED, readable for the owner
 * alone; NULL: none. Without a terminal at stdin nothing is prompted, edited, read or written. A history that can not be read is none. */
struct lines *lines_open(const char *history_file);

/* Saves the history. FAIL_SYSTEM: it could not be written. */
int lines_close(struct lines *);

bool lines_at_terminal(const struct lines *);

enum line_kind {
    LINE_READ,
    LINE_TOO_LONG, /* longer than LINE_BYTES: read to its end and left out */
    LINE_DROPPED,  /* interrupted while it was typed */
    LINES_END,
};

/* The next line without its end; *ret holds until the next call. */
enum line_kind lines_next(struct lines *, struct span *ret);

/* Where the history belongs: $XDG_STATE_HOME/codingdesk/history, or below ~/.local/state; its folder is made. NULL: there is no home. */
const char *lines_history_path(struct arena *);

#endif
