/* account.h - what was understood of a question and answered to it, for people and for programs (the contract's `explain --json`). */
#ifndef DESK_ACCOUNT_H
#define DESK_ACCOUNT_H

#include "desk/desk.h"
#include "handlers/answer.h"
#include "handlers/question.h"

struct account {
    const char *id;
    enum answer_action action;
    const char *reason;
    const char *meaning;             /* of a gate's rule, for people; else NULL */
    const char *sender;              /* "verified", "unverified", "refuted"; NULL: there is none */
    const struct question *question; /* NULL: it was not read */
    const struct answer *answer;     /* NULL: none was written */
    bool replies;                    /* the answer's text goes to the asker */
    const char *silence;             /* why it does not, where a person answers; else NULL */
    const char *reply_subject;       /* NULL: no reply, or one without a subject */
    const char *log_text;
};

json_t *account_json(struct desk *, const struct account *);
void account_print(struct desk *, const struct account *);

/* "key        value", the value wrapped. */
void account_line(struct desk *, const char *key, const char *value);

/* CommonMark as text, under its name. */
void account_text(struct desk *, const char *what, const char *commonmark);

#endif
