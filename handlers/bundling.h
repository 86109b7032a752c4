/* bundling.h - the half of handler bundling that goes by the asker's words: what belongs to one procedure when no second one is named, and what
 * is said of a service that the words name beside several. */
#ifndef HANDLERS_BUNDLING_H
#define HANDLERS_BUNDLING_H

#include "handlers/handler.h"
#include "handlers/pairs.h"

/* The fields of the wording "bundling-one". The service that the asker's words mean is looked for among the codes that have an edit with
 * this one; facts that speak of those words come before what is known in general. */
int bundling_of_one(struct page *, const struct inquiry *, const struct page_asked *, struct template_row *ret, int *ret_confidence,
                    struct why *why);

/* What the rules say of the asker's words at several procedures, as rows of the field said_of_words; but for what is told
 * already. */
int bundling_said_of_words(struct page *, const struct inquiry *, const struct page_asked *, size_t count,
                           const struct pair_facts *told, struct template_row *ret, struct why *why);

#endif
