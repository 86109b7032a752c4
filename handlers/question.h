/* question.h - a text -> what is asked: codes, modifiers, intents, keywords, date of service.
 * Every decision keeps its evidence, so that `codingdesk explain` can show why. Pure: reads the knowledge base, nothing else. */
#ifndef HANDLERS_QUESTION_H
#define HANDLERS_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/fail.h"
#include "base/name.h"
#include "base/passage.h"
#include "handlers/service.h"
#include "handlers/understand/amount.h"
#include "handlers/understand/mask.h"
#include "kb/kb.h"
#include "kb/system.h"

enum intent {
    INTENT_MEANING, INTENT_FIND_CODE, INTENT_MODIFIER, INTENT_BUNDLING, INTENT_CROSSWALK, INTENT_COVERAGE, INTENT_FEE,
    INTENT_GUIDELINE, INTENT_DIFFERENCE, INTENT_UNITS, INTENT_JOBS, INTENT_HELP, INTENT_REGISTER, INTENT_UNSUBSCRIBE,
    INTENT_NOT_CODING, INTENT_COUNT
};
extern const struct name intent_names[]; /* meaning, find_code, ... as in the command-line contract */

enum code_role { ROLE_ASKED, ROLE_CONTEXT };
extern const struct name role_names[]; /* asked, context */

enum { CODE_MODIFIERS = 8, QUESTION_CODES = 64, QUESTION_KEYWORDS = 24, QUESTION_INQUIRIES = 8, QUESTION_AMOUNTS = 16, QUESTION_PASSED_OVER = 32 };

struct asked_code {
    enum code_system system;
    char key[CODE_BYTES];     /* as the knowledge base holds it */
    char display[CODE_BYTES];
    char modifiers[CODE_MODIFIERS][3];
    size_t modifier_count;
    int units; /* that the text tells: "20690 x2"; 0: none */
    enum code_role role;
    enum code_status status;  /* on the date of service, else today */
    bool has_figures;         /* with STATUS_NO_DATA: files that tell figures of it are loaded all the same */
    const char *evidence;     /* "five digits; after the word CPT; known" */
};

/* What has the form of a code and was not taken for one. It may be a number of somebody's: shown to the administrator, never kept. */
struct passed_over {
    const char *text;     /* as written, nothing around it */
    const char *evidence; /* "five digits; part of a postal address" */
};

/* A quantity that the new text names: "60 mg", "x2" (units), "15 warts", "08:10 - 09:58" (minutes). */
struct asked_amount {
    struct amount amount;
    char key[CODE_BYTES]; /* of the procedure that it stands at ("J0585 x155", "2 units of 96372"); "": none */
    const char *written;  /* as the asker wrote it; "40 mg x 2", "4 mL at 10 mg/mL" where the amount is that of both */
    bool in_doubt;        /* what was given in all can not be told from it ("40,5 mg", "40 mg in both knees"): nothing may be computed */
};

/* What an earlier exchange with the same person was about. */
struct thread_memory {
    const struct asked_code *codes;
    size_t code_count;
    const enum intent *intents;
    size_t intent_count;
};

/* What came in. Borrowed. */
struct question_text {
    const char *subject;             /* decoded; "" when there is none */
    const struct passage *passages;
    size_t passage_count;
    const struct thread_memory *thread; /* NULL: no earlier exchange is known */
};

/* One thing that is asked: what is wanted, of which codes or words. A question holds one or several, and each is answered by itself. */
struct inquiry {
    enum intent intent;
    const struct asked_code *codes; /* asked ones, in the order of the text; the whole question's where its own sentences name none */
    size_t code_count;
    struct span words;     /* of its own sentences, as in struct question */
    const char **keywords; /* likewise */
    size_t keyword_count;
    int confidence; /* in percent: how plainly it is asked, and its codes named */
    bool negated;   /* "Is it wrong to ...", "Can I not ...": a bare yes or no would be read either way */
};

struct question {
    struct date today;
    struct date date_of_service; /* not set: none was named */
    struct asked_code *codes;    /* asked first, in the order of the text; at most QUESTION_CODES */
    size_t code_count;
    struct passed_over *passed_over; /* of new text and signature, in the order of the text; at most QUESTION_PASSED_OVER */
    size_t passed_over_count;
    enum intent intents[INTENT_COUNT]; /* most important first, none twice */
    size_t intent_count;
    const char *intent_evidence;  /* cues that fired, for explain */
    struct inquiry *inquiries;    /* in the order in which they are asked; at least one, at most QUESTION_INQUIRIES */
    size_t inquiry_count;
    const char **keywords;        /* known to the knowledge base; at most QUESTION_KEYWORDS */
    size_t keyword_count;
    const char *place;            /* place of service that the text tells, as a key of SYSTEM_POS: "11", "24"; NULL: none */
    const char *locality;         /* Medicare locality, by its number: "05", "99912-05"; NULL: none is named so */
    long days_after, days_after_most; /* from an operation to the service: "day 40", "2 months post op" (56 to 62); 0: none is told */
    const struct asked_amount *amounts; /* in the order of the text; at most QUESTION_AMOUNTS */
    size_t amount_count;
    bool amounts_left_out;        /* the text names more of them than are kept: no total may be computed */
    struct amount waste;          /* of a drug, thrown away ("wasted 45 units"): none of the amounts; AMOUNT_NONE: nothing is told of it */
    struct span words;            /* new text and subject, for search by words */
    struct redacted redacted;     /* the question without what may tell who the patient is: all that may be kept and shown of its words */
    const char *unsaid;           /* of those, the ones that may be somebody's name, in lower case: not to be repeated */
    bool asks_advice;             /* wants to know how to treat somebody, not how to code it: for a person */
    bool only_thanks;             /* nothing is written but thanks and praise: no question mark, no code, no other word */
    bool more_asked;              /* more was asked, or more codes named, than there is room for here: the rest is for a person */
    bool in_terminal;             /* set by the caller: the answer must not speak of mail */
    const struct service_facts *service; /* set by the caller: what is known of a sender (handlers/service.h); NULL: nothing */
    bool from_thread;             /* the codes were taken over from the thread */
};

/* FAIL_EMPTY: there is no text at all. */
int question_read(const struct question_text *, struct kb *, struct date today, struct arena *, struct question *ret, struct why *why);

/* The day look-ups are for: the date of service, else today. */
struct date question_date(const struct question *);

#endif
