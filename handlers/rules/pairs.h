/* pairs.h - what NCCI has between the procedures that stand beside each other, and what of it an attached modifier opens.
 * Shared by the answers about bundling, the check of a claim and every answer that tells the edits between codes. Everything returned
 * lies in the page's arena; codes are borrowed. */
#ifndef HANDLERS_PAIRS_H
#define HANDLERS_PAIRS_H

#include "handlers/understand/inquiry.h"
#include "handlers/write/page.h"

/* For inquiry_holding. */
enum { PROCEDURE_SYSTEMS = 1u << SYSTEM_CPT | 1u << SYSTEM_HCPCS };

/* So many procedures are paired in an answer that somebody reads, and so many on a claim; those behind are not looked at. */
enum { PAIRS_CODES = 10, PAIRS_CLAIM = 40 };

enum pair_state {
    PAIR_NONE,   /* the file of the day has no edit between the two */
    PAIR_CLOSED, /* indicator 0: no modifier opens it */
    PAIR_OPEN,   /* indicator 1: a modifier does, when the record bears it out */
    PAIR_OVER,   /* indicator 9: the edit counts no longer */
};

/* Which modifier an edit with indicator 1 asks for. */
enum pair_key {
    KEY_DISTINCT, /* 59 or XE, XS, XP, XU on column 2 */
    KEY_VISIT,    /* column 2 is a visit beside a minor procedure: 25 */
    KEY_DECISION, /* column 2 is a visit beside a major operation: 57 */
};

struct pair {
    enum pair_state state;
    const struct page_asked *column_1, *column_2; /* without an edit in the order in which they are asked */
    const char *indicator;                        /* as the file has it; NULL: no edit */
    struct date since;                            /* first day of the edit */
    const struct kb_source *source;               /* of the edit, or of the file that has none */
    enum pair_key key;
    bool sides, digits;                    /* LT and RT, or fingers and toes, are among the modifiers listed for column 2 */
    const char *opener;                    /* an attached modifier that opens it: "59"; NULL: none */
    const struct page_asked *opener_on;    /* the line on which it stands */
    const char *misplaced;                 /* 59 or an X modifier that stands on column 1 instead; NULL: none */
    const char *unfit;                     /* a modifier that opens edits, but none of a visit, on which it stands: "LT"; NULL: none */
    const struct page_asked *unfit_on;     /* the line on which it stands */
    bool two_visits;                       /* both are visits for a problem: 25 is no answer to that */
    const char *same_side;                 /* the anatomic modifier that both lines have, which tells no separate site; NULL: none */
};

struct pairs {
    struct pair *items;
    size_t count, edits;    /* all of them; those that hold one with indicator 0 or 1 */
    bool not_loaded;        /* no edits are loaded that are in force on the day: nothing can be said, count is 0 */
    bool old;               /* the file is of an earlier year than the day */
    const char *edition;    /* of the file: "2024, third quarter"; or NULL */
    size_t left_out;        /* procedures behind those that are paired */
};

/* Every pair of procedures that hold on the day, once; a code asked twice is no pair of its own. */
int pairs_find(struct page *, const struct page_asked *, size_t count, struct pairs *ret, struct why *why); /* of PAIRS_CODES */
int pairs_find_most(struct page *, const struct page_asked *, size_t count, size_t most, struct pairs *ret, struct why *why);

/* The edit between a procedure and another one that is not asked. FAIL_EMPTY: none. */
int pairs_between(struct page *, const struct page_asked *one, const struct page_asked *two, struct pair *ret, struct why *why);

/* A procedure of which something can be said on the day. */
bool pairs_can(const struct page_asked *);

/* "090", or NULL where the fee schedule is not loaded for it. */
const char *pairs_global(const struct page_code *);

/* Is it on the policy manual's list of modifiers that open edits with indicator 1? */
int pairs_may_open(struct page *, const char *modifier, bool *ret, struct why *why);

bool pairs_has_modifier(const struct asked_code *, const char *modifier);

/* Does the text name the code, by itself or within a range ("20600-20611")? NULL texts name nothing. */
bool pairs_names(const char *text, const char *code);

/* An add-on among the procedures, with the primary code that is there, or the ones it could stand with. */
struct add_on {
    const struct page_asked *of;
    const struct page_asked *primary; /* NULL: none of its primaries is there */
    bool any_primary;                 /* the contractor takes any */
    const char *list;                 /* its first primaries: "22600, 22612, 22630"; NULL: no list is loaded */
    size_t more;                      /* primaries behind these */
    const struct kb_source *source;
};
struct add_ons {
    struct add_on *items;
    size_t count;
    bool whole; /* the official file is imported: what it does not list as a primary is none */
};
int add_ons_find(struct page *, const struct page_asked *, size_t count, struct add_ons *ret, struct why *why);

/* One procedure with LT and with RT, on one line or on two. */
struct both_sides {
    const struct page_asked *of;
    const struct kb_fact *indicator;    /* bilateral indicator; NULL: none is loaded */
    const struct kb_fact *rule;         /* of the policy manual, at modifier 50, where one_line; or NULL */
    const struct kb_fact *limit, *kind; /* MUE and MAI, where over; else NULL */
    long units;                         /* of all its lines */
    bool one_line, over;                /* the two sides are one line with 50; as two lines they are over the limit of the day */
};
/* Of the code at this place, when it is the first of its lines and none has 50. FAIL_EMPTY: it is not there for both sides. */
int both_sides_find(struct page *, const struct page_asked *codes, size_t count, size_t at, struct both_sides *ret, struct why *why);
void both_sides_add_fields(struct page *, const struct both_sides *, struct template_row *ret); /* for the wording "both-sides" */

long pairs_units(const struct page_asked *); /* of a line; 1 where none are told, 2 with LT and RT */

/* What the facts of one code say of another of them, what decides most first: guidelines that name it, what the relation is, modifiers. */
struct pair_fact {
    const struct page_asked *of, *other;
    const struct kb_fact *fact;
};
struct pair_facts {
    struct pair_fact *items;
    size_t count;
};
void pairs_facts(struct page *, const struct page_asked *, size_t count, unsigned sections, struct pair_facts *ret);
void pairs_list_facts(struct page *, const struct pair_facts *, struct template_row *ret); /* the field pairs; cites */

/* As fields of a row: edit's codes, flags for state and key, openers, mark. For the wordings "pair-verdict" and "pair-row". */
void pairs_add_fields(struct page *, const struct pair *, struct template_row *ret);
/* But for the field add_on, its name or those of several that want the same. */
void add_ons_add_fields(struct page *, const struct add_ons *, const struct add_on *, struct template_row *ret);
void add_ons_list(struct page *, const struct add_ons *, struct template_row *ret); /* the field add_ons, for the wording "add-ons" */

/* "Is it an add-on, and of what?" of one code, for the wording "bundling-add-on". */
int add_ons_answer(struct page *, const struct page_asked *, const struct add_ons *, struct template_row *ret, struct why *why);

#endif
