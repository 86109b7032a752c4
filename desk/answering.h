/* answering.h - a typed question answered and shown: what `ask` does once and `chat` for every line. */
#ifndef DESK_ANSWERING_H
#define DESK_ANSWERING_H

#include <stdbool.h>

#include "desk/desk.h"
#include "handlers/answer.h"
#include "handlers/question.h"

struct answering {
    const char *id;                     /* of the JSON object: "ask" */
    struct date today;                  /* what counts where the question names no day */
    const struct thread_memory *thread; /* NULL: nothing was asked before */
    bool json;                          /* one object a question, on one line */
};

/* Reads the question, answers it and prints the answer; question and answer lie in the desk's arena. The knowledge base has to be open.
 * FAIL_EMPTY: a person has to answer, and what is printed is all that is known. FAIL_INPUT: there is no question in the text. Complaints
 * are on stderr. */
int answering_say(struct desk *, struct span text, const struct answering *, struct question *question, struct answer *answer);

#endif
