/* answer.h - facts -> text. An answer is written once, as CommonMark; its text and HTML are made from that.
 * Order: answer_templates_folder at the start where an administrator has wording of his own, then answer_question for each
 * question: it does all. Pure but for the folder: reads the knowledge base and the templates, nothing else. */
#ifndef HANDLERS_ANSWER_H
#define HANDLERS_ANSWER_H

#include <stddef.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/name.h"
#include "handlers/question.h"
#include "kb/kb.h"
#include "kb/payment.h"

enum answer_action {
    ACTION_ANSWER,  /* reply with what is known */
    ACTION_SERVICE, /* reply about the service itself (help, register, unsubscribe) */
    ACTION_HUMAN,   /* a person must answer and gets the draft; the asker is told so, beside what is sure */
    ACTION_SILENT,  /* nothing to say to this */
};
extern const struct name action_names[]; /* answer, service, human, silent */

struct answer {
    enum answer_action action;
    const char *reason;     /* one short line for the journal and explain; never the asker's words */
    const char *handler;    /* who wrote it: "fee", "fee,modifier" */
    int confidence;         /* in percent, of the part that is least sure */
    const char *commonmark; /* the reply as written */
    const char *text;       /* its text part */
    const char *html;       /* its HTML part, a whole document without remote content */
    const char *draft;      /* ACTION_HUMAN: all that is known, CommonMark, for the person who answers; else NULL */
    struct asked_code *named; /* codes that the answer gave where none was asked, for what the thread asks next */
    size_t named_count;
};

/* What is less sure than least_confidence, in percent, goes to a person: of several questions those alone.
 * FAIL_SYSTEM: the knowledge base can not be read. A question that nobody can answer is not a failure: ACTION_HUMAN. */
enum { ANSWER_LEAST_CONFIDENCE = 40 };
int answer_question(const struct question *, struct kb *, int least_confidence, struct arena *, struct answer *ret, struct why *why);

/* The files NAME.md of this folder take the place of the built-in wording of that name (handlers/text/en); the others stay.
 * NULL: the built-in wording.
 * Read and checked here, never again. FAIL_CONFIG: a file has a name, field or section that there is not; nothing was taken over.
 * FAIL_SYSTEM: the folder can not be read. */
int answer_templates_folder(const char *path, struct why *why);

/* One code's page as CommonMark: every section of which something is known, then by name what is not. localities: what to tell the
 * amounts of a fee for, beside the national ones; may be NULL. */
int answer_code_page(struct kb *, enum code_system, const char *key, struct date, const struct kb_localities *localities, struct arena *,
                     const char **ret, struct why *why);

/* CommonMark -> plain text for reading, and -> HTML document. */
const char *answer_render_text(const char *commonmark, struct arena *);
const char *answer_render_html(const char *commonmark, struct arena *);

#endif
