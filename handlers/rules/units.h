/* units.h - how many units: what one unit of a code is, and what an asked quantity makes of it, as far as the facts say. */
#ifndef HANDLERS_UNITS_H
#define HANDLERS_UNITS_H

#include "handlers/understand/amount.h"
#include "handlers/write/page.h"

/* One unit of a code as a quantity: "15 mg", or "any dose up to 50 mg". */
struct unit_size {
    struct amount amount;
    bool up_to;         /* a begun one counts in full */
    bool rounds_up;     /* a fact says so, in so many words */
    bool eight_minutes; /* a fact gives Medicare's rule that a quarter of an hour counts from its 8th minute on */
    const char *words;  /* "15 mg" */
    const struct kb_source *source;
};

/* From the fact "what one unit is", else from the end of a HCPCS title ("per 15 mg", "10 mg"). False where neither is one plain quantity.
 */
bool units_size(const struct page_code *, struct arena *, struct unit_size *ret);

/* How many units an amount makes. Where it is no whole number and no fact says that a begun unit counts, ret_rest is set and the full ones
 * are returned. 0: the two are not comparable. */
long units_of(struct amount, const struct unit_size *, bool *ret_rest);
long units_by_eight_minutes(struct amount); /* of minutes alone */

/* Minutes that stand at two or more codes of the 8-minute rule, counted together and shared out, as the field shared. False: they do not.
 */
bool units_share_minutes(struct page *, const struct page_asked *, size_t count, struct template_row *ret);

/* The sentences of a fact's text that speak of this very amount: "155 units for migraine ...", "91 to 150 minutes: one unit.", "Six to
 * twenty nails ...". NULL: none does. */
const char *units_sentence(const char *text, struct amount, struct arena *);

#endif
