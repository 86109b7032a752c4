/* meaning.h - the parts of handler meaning: what is told of one code. Each adds fields for the wordings "meaning-..." to the code's row,
 * which page_status has begun. Sources are cited in the order of the calls. */
#ifndef HANDLERS_MEANING_H
#define HANDLERS_MEANING_H

#include "handlers/write/page.h"
#include "handlers/write/page_rank.h"

/* Of a code that does not hold: the fields dental, place, ended, unlisted tell what else is known of it; those that exist below it, or
 * below its stem, are the field below (other, other_title, other_mark), with below_what, below_title and more_below; family_codes are those of
 * its family that are described here. */
enum unfit {
    UNFIT_UNTOLD,  /* nothing can be said of it */
    UNFIT_FIGURES, /* files give figures of it, which makes it no worse than one that is described */
    UNFIT_TOLD,
};
int meaning_add_unfit(struct page *, const struct inquiry *, const struct page_asked *, struct template_row *ret, enum unfit *unfit, struct why *why);

/* Plain words: plain_first is the first sentence, plain_rest the others; brief: of those only what names another code asked. */
void meaning_add_plain(struct page *, const struct inquiry *, const struct page_asked *, bool brief, struct template_row *ret);

/* The rest of a code that stands alone: context (when, what the record must show), bears, notes, related, listed_for, alike, seventh. */
int meaning_add_details(struct page *, const struct inquiry *, const struct page_asked *, struct template_row *ret, struct why *why);

#endif
