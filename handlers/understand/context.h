/* context.h - a question as words in a row, each with the kind of text it stands in.
 * Rules about codes, modifiers, dates and intents all look at this one row. */
#ifndef HANDLERS_CONTEXT_H
#define HANDLERS_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "handlers/question.h"

enum token_kind {
    TOKEN_NONE,   /* before the first and behind the last one */
    TOKEN_WORD,   /* letters */
    TOKEN_NUMBER, /* digits */
    TOKEN_MIXED,  /* both */
    TOKEN_MARK,   /* one character that is neither */
};

enum token_place { PLACE_SUBJECT, PLACE_NEW, PLACE_QUOTED, PLACE_SIGNATURE };

struct token {
    struct span text;  /* folded (fold.h), case as written */
    struct span lower; /* the same in lower case */
    uint32_t line, paragraph;
    enum token_kind kind;
    enum token_place place;
    bool glued;    /* nothing between it and the token before */
    bool capitals; /* its whole line is */
    bool literal;  /* inside a URL, an e-mail address or a file name */
    bool postal;   /* the house number, box or ZIP code of a postal address */
    bool name;     /* may be of a person's name, a street or a town (names.h) */
    bool doubtful; /* a name or a word of the field: may be searched for, but not repeated */
    bool taken;    /* part of an accepted code */
    unsigned char mask; /* enum mask: what of a patient's it is part of (redact.h); such a word is searched for and repeated nowhere */
};

struct context {
    struct token *tokens;
    size_t count;
    size_t subject_end; /* the tokens before it are the subject's */
    bool is_reply; /* quotes something, or the thread is known: a subject with Re: is then the earlier mail's */
};

/* What is read of each kind of text; of what is longer the middle is not looked at. A line of a header has 998 bytes (RFC 5322 2.1.1). */
enum { CONTEXT_NEW_BYTES = 16 << 10, CONTEXT_QUOTED_BYTES = 16 << 10, CONTEXT_SIGNATURE_BYTES = 4 << 10, CONTEXT_SUBJECT_BYTES = 1 << 10 };

void context_read(const struct question_text *, struct arena *, struct context *ret);

/* The token at that place; one of kind TOKEN_NONE outside (also for i - 1 of 0). Never NULL. */
const struct token *context_at(const struct context *, size_t i);
bool context_is(const struct context *, size_t i, const char *lower);
char context_mark(const struct context *, size_t i);                       /* the mark's character; 0 for other tokens */
bool context_mark_in(const struct context *, size_t i, const char *marks); /* is it a mark, one of these? */
bool context_glued(const struct context *, size_t i, size_t count);        /* tokens i+1 to i+count hang on each other and on i */
bool context_is_new(const struct token *);                                 /* written now: subject or new text */

/* Tokens first to end as written, as far as they stand in the line of the first: texts and lines have no place in common. */
struct span context_written(const struct context *, size_t first, size_t end);

bool context_is_times(const struct context *, size_t i); /* "x2", "x 2" */

#endif
