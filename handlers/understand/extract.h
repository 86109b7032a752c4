/* extract.h - places in a text that may be a code, and what speaks for and against each.
 * Forms find mentions; codes.c weighs them. Every rule is about a kind of text, none about a single code. */
#ifndef HANDLERS_EXTRACT_H
#define HANDLERS_EXTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "handlers/understand/context.h"
#include "handlers/question.h"
#include "kb/system.h"

/* What can speak for or against a mention; weights and words in codes.c. */
enum evidence {
    /* form */
    EVIDENCE_FIVE_DIGITS,
    EVIDENCE_DIGITS_LETTER,
    EVIDENCE_LETTER_DIGITS,
    EVIDENCE_ICD_DOTTED,
    EVIDENCE_ICD_PLAIN,
    EVIDENCE_ICD_SHORT,
    EVIDENCE_PCS,
    EVIDENCE_TAXONOMY,
    EVIDENCE_MODIFIER_LETTERS,
    EVIDENCE_MODIFIER_DIGITS,
    EVIDENCE_NUMBER,
    EVIDENCE_LETTER_O,
    EVIDENCE_BLANK_WITHIN,
    EVIDENCE_MARK_WITHIN,
    EVIDENCE_SPOKEN,
    EVIDENCE_SHORTENED,
    EVIDENCE_HAS_MODIFIER,
    /* words around */
    EVIDENCE_NAMED,
    EVIDENCE_CODE_WORD,
    EVIDENCE_IN_LIST,
    EVIDENCE_ARTICLE,
    EVIDENCE_AS_MODIFIER,
    EVIDENCE_ALONE,
    EVIDENCE_SENTENCE_END,
    EVIDENCE_SYSTEM_IN_TEXT,
    EVIDENCE_MODIFIER_IN_TEXT,
    EVIDENCE_CODE_IN_TEXT,
    EVIDENCE_SEEN_ELSEWHERE,
    EVIDENCE_NUMBER_OF,
    EVIDENCE_MAYBE_NUMBER_OF,
    EVIDENCE_MONEY,
    EVIDENCE_POSTAL,
    EVIDENCE_MEASURE,
    EVIDENCE_GLUED,
    EVIDENCE_ORDINARY_WORD,
    EVIDENCE_SPINE,
    EVIDENCE_ABBREVIATION,
    EVIDENCE_CODING_IN_TEXT,
    EVIDENCE_ONLY_MODIFIER,
    EVIDENCE_IN_RANGE,
    EVIDENCE_REMARK,
    /* the knowledge base */
    EVIDENCE_KNOWN,
    EVIDENCE_NOT_KNOWN,
    /* what kind of text */
    EVIDENCE_SIGNATURE,
    EVIDENCE_COUNT
};

/* A set of evidence. */
typedef uint64_t evidence_set;
#define EVIDENCE(name) ((evidence_set)1 << EVIDENCE_##name)

struct mention {
    unsigned systems;        /* bits (1u << SYSTEM_CPT) that the form allows */
    enum code_system system; /* the likeliest by form; settled by codes.c */
    char key[CODE_BYTES];
    size_t first, end; /* tokens of the code itself: [first, end) */
    size_t after;      /* first token behind it and its modifiers */
    evidence_set evidence;
    char modifiers[CODE_MODIFIERS][3];
    size_t modifier_count;
    bool accepted;
};

enum { EXTRACT_MENTIONS = 512 }; /* of one text; what comes later is not looked at */

struct mentions {
    struct mention *items;
    size_t count;
};

/* Everything that has the form of a code, in order of the text; attached modifiers and shortened lists included. */
void extract_forms(const struct context *, struct arena *, struct mentions *ret);

/* A code at token i by form alone. */
bool extract_form(const struct context *, size_t i, struct mention *ret);

/* "N130" beside "CO-45" or "remark": no diagnosis, but why a payer did not pay. */
bool extract_is_remark(const struct context *, const struct mention *);

/* Five digits said one by one ("two oh six nine three") from token i. */
bool extract_spoken(const struct context *, size_t i, struct mention *ret);

/* DRG, revenue and place of service numbers: they count where their system is named in the text. */
void extract_named_numbers(const struct context *, struct arena *, struct mentions *);

/* Modifiers behind a procedure code: "-59", " LT", "-58-RT", "with modifier 25". Moves after. */
void extract_attached_modifiers(const struct context *, struct mention *);

/* One modifier more, unless the mention has it or is full. */
void extract_attach(struct mention *, struct span modifier);

/* Modifiers that stand alone, once the codes of the text are settled; appended. */
void extract_lone_modifiers(const struct context *, struct arena *, struct mentions *);

/* Is this a modifier by form: one that CPT or HCPCS has? Upper case or digits. */
bool extract_is_modifier(struct span text);

/* The other members of "20936/37/38", "20690-94", "S82.251A/D": appended behind mention `head`, whose after moves behind them. */
void extract_shortened(const struct context *, struct arena *, struct mentions *, size_t head);

/* A mention more, or NULL when there are EXTRACT_MENTIONS. Moves the others. */
struct mention *extract_add(struct mentions *, struct arena *, const struct mention *);

/* The number of the Medicare locality that new text names, "05" or "99912-05", or NULL. */
const char *extract_locality(const struct context *, struct arena *);

/* The place of service that new text tells, as a key of SYSTEM_POS, or NULL: none, several, in doubt, or the place is what is asked. */
const char *extract_place(const struct context *, const struct mentions *, struct arena *);

/* How many days after an operation the new text tells of, at least and at most ("2 months"), counted too from the days of both ("done
 * 3/1/2026, visit 5/15/2026"; "injected on Monday, seen on Thursday"). false, and both 0: it tells none. */
bool extract_days_after(const struct context *, struct date today, long *least, long *most);

/* A day written from token i on: how many tokens it takes, or 0. Without its year it is the last such day up to today. */
size_t extract_day(const struct context *, size_t i, struct date today, struct date *ret);

/* The quantities of the new text; at most QUESTION_AMOUNTS, ret->amounts_left_out tells that there are more. After codes_find, so that a code
 * is no number. Sets amounts, amount_count and waste as well: what was thrown away ("wasted 45 units") is none of the amounts. */
void extract_amounts(const struct context *, const struct mentions *, struct arena *, struct question *ret);

/* The date of service that new text names, or an unset date; unset too when several days have the same claim to it. Of a span of days the
 * first. Days of birth, of letters, payments and denials are none, nor is the day from which a rule is effective; "last Tuesday" is not
 * resolved. A day without its year is the last such day up to today. */
struct date extract_date_of_service(const struct context *, struct date today);

#endif
