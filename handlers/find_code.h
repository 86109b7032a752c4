/* find_code.h - the answer to "which code for ...?", with a code named in the question and without. */
#ifndef HANDLERS_FIND_CODE_H
#define HANDLERS_FIND_CODE_H

#include "handlers/handler.h"
#include "handlers/page.h"

/* Is the inquiry one that find_code_named answers: one code or a few, of which something is known? */
bool find_code_claims_named(const struct inquiry *);

/* A code is named, and the question is whether it is the right one, or what came after it. */
int find_code_named(struct page *, const struct inquiry *, struct part *ret, struct why *why);

/* The one that may be named: as row of the field best, with the other seventh characters as variants. */
int find_code_add_best(struct page *, const struct inquiry *, const struct kb_hit *, struct template_row *ret, struct why *why);

#endif
