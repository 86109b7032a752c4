/* claim_check.h - codes that are to stand on one claim -> what speaks against it, worst first.
 * The rules are those that the knowledge base decides: does each code hold on the day, does each modifier fit its code, do the sides of
 * diagnoses and modifiers agree, what NCCI has between the procedures, is an add-on's primary there, does a visit beside a procedure have
 * its modifier, are the units within the limit, are both sides of a procedure one line, do diagnoses exclude each other, which are listed. Coverage, payers' own rules and the record are not looked at.
 * Pure but for the knowledge base. Everything returned lies in the page's arena; sources are cited through the page. */
#ifndef HANDLERS_CLAIM_CHECK_H
#define HANDLERS_CLAIM_CHECK_H

#include "handlers/write/page.h"
#include "handlers/rules/pairs.h"

enum severity {
    SEVERITY_ERROR,   /* the line is denied, or says something that can not be */
    SEVERITY_WARNING, /* somebody must look at it */
    SEVERITY_NOTE,    /* worth knowing */
    SEVERITY_COUNT
};
extern const struct name severity_names[]; /* error, warning, note */

enum claim_rule { RULE_CODE, RULE_EDIT, RULE_ADD_ON, RULE_MODIFIER, RULE_SIDE, RULE_VISIT, RULE_UNITS, RULE_DIAGNOSIS };
extern const struct name claim_rule_names[]; /* code, ncci, add-on, modifier, side, visit, units, diagnosis */

enum { FINDING_CODES = 2, FINDINGS_MAX = 128 };

struct finding {
    enum severity severity;
    enum claim_rule rule;
    const char *codes[FINDING_CODES]; /* display forms of those that it is about */
    size_t code_count;
    const char *text; /* CommonMark, one paragraph: what is wrong and what to do */
};

struct findings {
    struct finding *items; /* errors, warnings, notes; within each in the order of the rules */
    size_t count, of[SEVERITY_COUNT];       /* told; found at all, those behind FINDINGS_MAX as well */
    size_t untold;                          /* found and not told: there was no room, errors take that of what is less */
    struct pairs pairs;                     /* what was looked at of NCCI */
    bool edits_not_loaded;                  /* there are procedures to pair, and no edits of the day */
    const char **not_known;                 /* display forms of codes without any data */
    size_t not_known_count;
    bool whole;                             /* nothing was left out: without errors the claim is billable as far as these rules go */
    const struct kb_source *const *sources; /* check_page alone: those that the texts cite; the first is [1] */
    size_t source_count;
};

/* The inquiry's codes, as page_find_asked has them. At most FINDINGS_MAX are told, all are counted. */
int claim_check(struct page *, const struct inquiry *, const struct page_asked *, struct findings *ret, struct why *why);

#endif
