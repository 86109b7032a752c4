/* bundling.h - the half of handler bundling that goes by the asker's words: how it is asked, what belongs to one procedure when no second one is
 * named, and what is said of a service that the words name beside several. */
#ifndef HANDLERS_BUNDLING_H
#define HANDLERS_BUNDLING_H

#include "handlers/handler.h"
#include "handlers/rules/pairs.h"

/* How it is asked, which the verdict has to fit: "is there an edit?" is not answered with Yes when there is none. */
enum bundling_way {
    WAY_TOGETHER, /* may both be billed? Also where nothing is said */
    WAY_EDIT,     /* is there an edit, is one part of the other? */
    WAY_EITHER,   /* "bundled, or both?": neither Yes nor No answers it */
    WAY_DENIED,   /* a payer says that it is: are they right? */
};
enum bundling_way bundling_way(const struct question *, const struct inquiry *);
/* As the flags way_together, way_edit, way_either, way_denied. */
void bundling_add_way(const struct question *, const struct inquiry *, struct template_row *ret);
bool bundling_asks_add_on(const struct inquiry *);    /* is it an add-on, and of what? */
bool bundling_asks_reduction(const struct inquiry *); /* is the second procedure paid less? */
bool bundling_asks_later_visit(const struct inquiry *); /* is a visit on a day after it paid? */

/* The fields of the wording "bundling-days". False: no visit on a later day is asked of, or no global days are loaded for the procedure. */
bool bundling_days(struct page *, const struct inquiry *, const struct page_asked *, struct template_row *ret);

/* The fields of the wording "bundling-reduction". */
void bundling_reduction(struct page *, const struct page_asked *, size_t count, struct template_row *ret);

/* The fields of the wording "bundling-one". The service that the asker's words mean is looked for among the codes that have an edit with
 * this one; facts that speak of those words come before what is known in general. */
int bundling_of_one(struct page *, const struct inquiry *, const struct page_asked *, struct template_row *ret, int *ret_confidence,
                    struct why *why);

/* What the rules say of the asker's words at several procedures, as rows of the field said_of_words; but for what is told
 * already. */
int bundling_said_of_words(struct page *, const struct inquiry *, const struct page_asked *, size_t count,
                           const struct pair_facts *told, struct template_row *ret, struct why *why);

#endif
