/* find_code.h - the answer to "which code for ...?", with a code named in the question and without. */
#ifndef HANDLERS_FIND_CODE_H
#define HANDLERS_FIND_CODE_H

#include "handlers/handler.h"
#include "handlers/write/page.h"

/* Is the inquiry one that find_code_named answers: one code or a few, of which something is known? */
bool find_code_claims_named(const struct inquiry *);

/* A code is named, and the question is whether it is the right one, or what came after it. */
int find_code_named(struct page *, const struct inquiry *, struct part *ret, struct why *why);

/* Two codes wanted in one line, where none of those found is for all of it: each by its half of the words. Searches once more only
 * where may_search, for the half that is not among those.
 * FAIL_EMPTY: the words do not fall into two such halves. */
int find_code_wants(struct page *, const struct inquiry *, unsigned systems, struct page_found *searched, bool may_search,
                    struct part *ret, struct why *why);

/* The code that is named is none, or a diagnosis where a procedure is asked: what the words find, then what it means. */
bool find_code_claims_instead(const struct inquiry *);
int find_code_instead(struct page *, const struct inquiry *, struct part *ret, struct why *why);

/* The one that may be named: as row of the field best, with the other seventh characters as variants. */
int find_code_add_best(struct page *, const struct inquiry *, const struct kb_hit *, struct template_row *ret, struct why *why);

#endif
