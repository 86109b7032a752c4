/* handler.h - who answers which kind of question. Adding a kind is one file and one line in registry.c. */
#ifndef HANDLERS_HANDLER_H
#define HANDLERS_HANDLER_H

#include <stdbool.h>

#include "handlers/answer.h"
#include "handlers/write/page.h"

/* How sure a handler is of what it wrote, in percent. Below the desk's least confidence (answer.h) a person gets it. */
enum {
    CONFIDENCE_VERDICT = 95, /* the question as it was asked is answered, from facts */
    CONFIDENCE_FACTS = 75,   /* the facts that it is about are told; the conclusion is the asker's */
    CONFIDENCE_PARTLY = 50,  /* something of it is told, and what is missing is named */
    CONFIDENCE_GUESS = 25,   /* what there is may miss the question */
    CONFIDENCE_NONE = 0,     /* nothing that answers it is known */
};

/* Why a person answers, for the wording "handover". */
enum handover {
    HANDOVER_UNKNOWN,    /* nothing that answers it is known */
    HANDOVER_UNSURE,     /* what is known may miss it */
    HANDOVER_TOO_LONG,   /* for a mail */
    HANDOVER_NOT_CODING, /* no question about codes */
    HANDOVER_ADVICE,     /* how to treat a patient */
    HANDOVER_PERSON,     /* the asker wants one */
};

/* What a handler has to say to one inquiry. */
struct part {
    const char *about;      /* its heading among several: "Modifiers of 20693-58"; plain text */
    const char *commonmark; /* the short answer first: a paragraph of one or two sentences that could stand alone; then the facts */
    enum answer_action action;
    const char *reason;
    const char *handler;
    int confidence;
    enum handover handover;      /* of a part for a person */
    const struct kb_code *named; /* the code that it gives as the answer, for what the thread asks next; or NULL */
};

struct handler {
    const char *name;                                              /* as in the journal and in templates */
    bool (*claims)(const struct question *, const struct inquiry *); /* pure; the first in the registry that claims answers */
    /* Fills ret but its name. Sources are cited through the page; what it shares with other parts (place, day) stands there, too. */
    int (*answer)(struct page *, const struct inquiry *, struct part *ret, struct why *why);
    bool once; /* its part answers every inquiry of the question that it claims */
};

extern const struct handler *const handlers[]; /* in order of precedence, ends with NULL */

extern const struct handler handler_thanks, handler_help, handler_not_coding, handler_check, handler_difference, handler_bundling, handler_modifier, handler_units, handler_fee, handler_meaning, handler_find_code, handler_unknown;
extern const struct handler handler_crosswalk, handler_coverage, handler_guideline;

/* Render the template as the part's text. */
void part_write(struct page *, const char *template_name, const struct template_row *, struct part *ret);

#endif
