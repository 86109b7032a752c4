/* extract_dose.h - what of a drug was given in all: doses that stand at a volume, a number of times, sides or vials. */
#ifndef HANDLERS_EXTRACT_DOSE_H
#define HANDLERS_EXTRACT_DOSE_H

#include "handlers/understand/extract.h"

/* The tokens of an amount. */
struct amount_place {
    size_t first, end;
};

/* Starts a dose or a volume at token i whose number is none that can be counted on: "40,5 mg", "1 000 mg", "-40 mg", "15.0001 mg"?
 * ret is then in doubt, and ends before ret_end. */
bool dose_unreadable(const struct context *, size_t i, struct arena *, struct asked_amount *ret, size_t *ret_end);

/* Makes of each dose what was given in all ("40 mg x2", "10 mg/mL, 4 mL given") or sets in_doubt, once all are read. Numbers that were
 * used up by it are taken out of the amounts. */
void doses_settle(const struct context *, struct arena *, struct asked_amount *, struct amount_place *, size_t *count);

#endif
