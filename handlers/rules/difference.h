/* difference.h - what tells several codes apart: their marks, the words of the asker that fit one of them alone, and their figures.
 * Order: compare_begin, compare_marks, then the rest in any order. Everything lies in the page's arena. */
#ifndef HANDLERS_DIFFERENCE_H
#define HANDLERS_DIFFERENCE_H

#include "handlers/write/page.h"

enum { COMPARED_MAX = 8, COMPARED_CLOSELY = 3 };

struct compared {
    const struct asked_code *asked;
    struct page_code found;
    bool holds;       /* on the day, or its figures are known */
    const char *mark; /* what it has and the others have not, in a few words; NULL: its title has to do */
};

struct comparison {
    struct compared items[COMPARED_MAX];
    size_t count;
    size_t left_out; /* more were asked */
    bool marked;     /* all that hold have a mark */
};

/* Which of an inquiry's codes are compared: each once; modifiers and places beside procedures are not, nor a header above another one. Of
 * too many those that hold. */
size_t compare_pick(const struct inquiry *, const struct asked_code *ret[static COMPARED_MAX], size_t *left_out);

int compare_begin(struct page *, const struct inquiry *, struct comparison *ret, struct why *why);

/* Of those that hold the words in which their titles differ; else what the related codes of one call the other. */
void compare_marks(struct page *, struct comparison *);

/* The one code that the asker's words fit, and the words that say so; NULL when none does, or another as well. leans: no title has
 * them, only its description. FAIL_SYSTEM. */
int compare_choose(struct page *, const struct comparison *, struct span words, const struct compared **ret, const char **fitting,
                   bool *leans, struct why *why);

/* The one code in whose minutes ("20-29 minutes" in its title) the one time lies that the question names; NULL: none, several, or no such
 * titles. written: the time in the asker's words. */
const struct compared *compare_by_time(const struct question *, const struct comparison *, const char **written);

/* Is there a rule of what counts as what? Then the rule decides, and words of the asker prove nothing. */
bool compare_has_rule(const struct comparison *);

/* What decides between them, as rows of the field rules: label, text, mark; and the first of those that settles it alone, as ruling and
 * ruling_mark. FAIL_SYSTEM. */
int compare_add_rules(struct page *, const struct comparison *, struct span words, struct template_row *ret, bool *settled,
                      struct why *why);

/* Of two or three procedures the figures that differ: the field figures with label and cells, and the codes as columns. */
void compare_add_figures(struct page *, const struct comparison *, struct template_row *ret);

/* Diagnoses that stand beside those asked, below the same header: the field siblings with other and other_title. */
int compare_add_siblings(struct page *, const struct comparison *, struct template_row *ret, struct why *why);

/* Does this text name a code of the comparison other than this one? */
bool compare_names_other(const struct comparison *, const struct compared *, const char *text);

#endif
