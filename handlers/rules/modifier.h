/* modifier.h - does a modifier fit a code? Judged from what the knowledge base holds of the two.
 * What speaks first: a fact about this modifier at this code, then the code's "do not fit" fact, then the edits with the other codes
 * asked (59 and the X modifiers), then the fee schedule's indicators, then what the modifier is for. Where none of them speaks, nothing
 * is said. Everything returned lies in the page's arena or belongs to the knowledge base's facts. */
#ifndef HANDLERS_MODIFIER_H
#define HANDLERS_MODIFIER_H

#include "handlers/write/page.h"

enum verdict {
    VERDICT_FITS,      /* on its condition, which is told */
    VERDICT_ELSEWHERE, /* not on this line: on the visit, or on the other code of an edit */
    VERDICT_NOT,
    VERDICT_UNSAID,  /* nothing that is loaded decides it */
    VERDICT_NO_SUCH, /* there is no such modifier on that day */
    VERDICT_COUNT
};

/* A modifier with what is known of it. */
struct modifier {
    char key[3];
    struct page_code found;
    const char *plain;              /* what it is for, or NULL */
    const struct kb_source *source; /* of that */
};
int modifier_find(struct page *, const char *key, struct modifier *ret, struct why *why);

struct judgement {
    enum verdict verdict;
    const char *reason;             /* the field of the wording "modifier-reason" that says why; NULL: text does, or nothing has to */
    const char *text;               /* a fact's sentence; or NULL */
    const char *general;            /* where reason speaks of an edit: the code's own fact, for another time; or NULL */
    const char *label, *value;      /* the figure it rests on ("bilateral indicator", "1"; "9" where the schedule leaves it out), or NULL */
    const char *other;              /* the other code of an edit, or NULL */
    const char *shares;             /* of the global package, or NULL */
    const char *figures_of;         /* the year of figures that have ended, or NULL */
    const struct kb_source *source; /* or NULL */
};

/* code: one of those asked; all of them are looked at for edits. */
int modifier_judge(struct page *, const struct inquiry *, const struct page_asked *code, const struct modifier *, struct judgement *ret,
                   struct why *why);

/* By the fee schedule's indicators and by the kind of code alone. False: they say nothing. */
bool modifier_by_figures(struct page *, const struct page_code *, const struct modifier *, struct judgement *ret);
bool modifier_by_kind(const struct page_code *, const struct modifier *, struct judgement *ret);

/* 59 and the X modifiers beside other codes asked. False: there are none that they could stand between. */
int modifier_by_edits(struct page *, const struct inquiry *, const struct page_asked *code, const struct modifier *, bool *ret_judged,
                      struct judgement *ret, struct why *why);

/* Edits that hold a code asked back beside another, and that none of its modifiers may open: the field closed_edits. */
int modifier_add_closed_edits(struct page *, const struct inquiry *, const struct modifier *, size_t count, struct template_row *ret,
                              struct why *why);

/* Up to two rules of the codes asked that name one of the modifiers, as rows of the field rules. */
void modifier_add_rules(struct page *, const struct page_asked *, size_t count, const struct modifier *, size_t modifier_count,
                        struct template_row *ret);

/* The clause of a "do not fit" text that names the modifier: what stands behind its colon, or the whole; empty where it
 * gives no reason. NULL: none does. */
const char *modifier_clause(const char *text, const char *modifier, struct arena *);

/* A fact about the modifier at the code; NULL: none. */
const struct kb_fact *modifier_fact(const struct page_code *, const char *modifier);

bool modifier_is_one_of(const char *modifier, const char *list); /* "24 25 57" */
bool modifier_is_visit(const struct kb_code *);                  /* an evaluation and management service */
bool modifier_is_distinct(const char *modifier);                 /* 59, XE, XP, XS, XU */
bool modifier_is_anatomic(const char *modifier);                 /* a side, finger, toe, eyelid or vessel */

/* Diagnoses asked whose side or finger is another than that of the modifiers asked, as rows of the field mismatches, and those that
 * name a modifier of a code asked, as rows of the field matches. */
void modifier_add_diagnoses(struct page *, const struct page_asked *, size_t count, const struct modifier *, size_t modifier_count,
                            struct template_row *ret);

const char *modifier_side_of(const char *title); /* "left", "right", or NULL: none, or both */

/* The modifiers of one code when none is named, the most important first: the fields top (at most `most` rows, fields as of a
 * judgement), rest (numbers), and what does not fit as not_text (a fact's) or not_rows. ret_count: how many are told at all. */
int modifier_add_list(struct page *, const struct inquiry *, const struct page_asked *, size_t most, struct template_row *ret,
                      size_t *ret_count, struct why *why);

bool modifier_lists_alike(const struct page_code *, const struct page_code *); /* the same lists, to be told once */

/* Modifiers without a procedure, those asked or else those that the words mean: the field alone (one) or alones (several), chosen where the
 * words decide on one of these, and distinct where all are 59 or an X modifier. */
int modifier_add_alone(struct page *, const struct inquiry *, struct template_row *ret, struct why *why);

/* The field place_of_service: the one with the same two digits, for who took one for the other. */
int modifier_add_place(struct page *, const char *key, struct template_row *ret, struct why *why);

/* The one of several alternatives that the asker's words decide on ("nothing was thrown away": JZ; "right great toe": T5), as its index;
 * count: none or several. */
size_t modifier_choose(const struct modifier *const *, size_t count, struct span words);

/* 57 or 25 for a visit beside these, by their global days; NULL where these do not tell, or tell both. ret: the first that tells. */
const char *modifier_of_days(const struct page_asked *, size_t count, const struct page_asked **ret);

/* The modifiers that the asker's words mean ("side", "assistant"), space-separated; NULL: none. For a visit beside a procedure, and where
 * no code is named at all, for a drug of which something or nothing was thrown away, likewise. */
#define MODIFIERS_OF_SIDES "50 LT RT"
const char *modifier_topic(struct span words, struct arena *);
const char *modifier_beside_visit(struct span words);
const char *modifier_of_drug(struct span words);
const char *modifier_alone_topic(struct span words);

/* The fields of the wording "modifier-verdict" for one judgement. Cites. */
void modifier_add_judgement(struct page *, const struct judgement *, const struct modifier *, struct template_row *ret);

#endif
