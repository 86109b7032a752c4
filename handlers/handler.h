/* handler.h - who answers which kind of question. Adding a kind is one file and one line in registry.c. */
#ifndef HANDLERS_HANDLER_H
#define HANDLERS_HANDLER_H

#include <stdbool.h>

#include "base/buf.h"
#include "handlers/answer.h"

/* What a handler writes into: CommonMark, and whether a person is wanted. */
struct draft {
    struct buf *commonmark;
    enum answer_action action;
    const char *reason;
    const char *handler; /* who writes it: a handler that passes the question on sets the other's name */
    struct arena *arena;
};

struct handler {
    const char *name;                        /* as in the journal and in templates */
    bool (*claims)(const struct question *); /* pure; the first in the registry that claims answers */
    int (*answer)(const struct question *, struct kb *, struct draft *, struct why *);
};

extern const struct handler *const handlers[]; /* in order of precedence, ends with NULL */

extern const struct handler handler_thanks, handler_help, handler_fee, handler_meaning, handler_find_code, handler_unknown;

#endif
