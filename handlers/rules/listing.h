/* listing.h - is a diagnosis among those that a procedure's facts name, and if not, one that differs in the side or the encounter alone? */
#ifndef HANDLERS_LISTING_H
#define HANDLERS_LISTING_H

#include "handlers/write/page.h"

enum listing {
    LISTING_NONE,      /* none like it */
    LISTING_CATEGORY,  /* one of the same category: S82 */
    LISTING_ENCOUNTER, /* the same but for the seventh character */
    LISTING_SIDE,      /* the same but for the side, by its title */
    LISTING_EXACT,
};

/* The best of the procedure's facts of SECTION_DIAGNOSES for this diagnosis; *fact is NULL with LISTING_NONE. */
enum listing listing_find(const struct page_code *procedure, const struct kb_code *diagnosis, const struct kb_fact **fact);

/* Fields for the wording "listing": which of the cases it is, procedure, diagnosis, listed (its code) and listed_title, listed_text. Cites. */
void listing_write(struct page *, const struct page_code *procedure, const struct kb_code *diagnosis, struct template_row *ret);

/* Do the titles of two diagnoses tell the same but for the side? */
bool listing_same_but_side(const char *title, const char *other);

#endif
