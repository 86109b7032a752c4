/* bundling.h - what belongs to one procedure: the half of handler bundling for a question that names no second one. */
#ifndef HANDLERS_BUNDLING_H
#define HANDLERS_BUNDLING_H

#include "handlers/handler.h"
#include "handlers/pairs.h"

/* The fields of the wording "bundling-one". The service that the asker's words mean is looked for among the codes that have an edit with
 * this one; facts that speak of those words come before what is known in general. */
int bundling_of_one(struct page *, const struct inquiry *, const struct page_asked *, struct template_row *ret, int *ret_confidence,
                    struct why *why);

#endif
