/* amount.h - quantities in texts: "60 mg", "1.5 hours", "15 warts". What is comparable has one unit: masses are micrograms, times minutes,
 * lengths millimeters. */
#ifndef HANDLERS_AMOUNT_H
#define HANDLERS_AMOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum amount_unit {
    AMOUNT_NONE,
    AMOUNT_UNITS,
    AMOUNT_DOSE, /* micrograms */
    AMOUNT_ML,
    AMOUNT_MINUTES,
    AMOUNT_LEVELS, /* of the spine */
    AMOUNT_PIECES, /* lesions, warts, nails, polyps */
    AMOUNT_TIMES,
    AMOUNT_AREA, /* square centimeters */
    AMOUNT_LENGTH, /* millimeters */
    AMOUNT_DAYS,
};

struct amount {
    long thousandths; /* of the unit */
    enum amount_unit unit;
};

enum { AMOUNT_DIGITS = 7 }; /* of a number; longer ones are no quantities */

/* "mg" (any case) -> AMOUNT_DOSE and how many micrograms one is. AMOUNT_NONE: no word for a unit. */
enum amount_unit amount_unit_of(struct span word, long *ret_factor);

/* "1,000" or "0.5" in thousandths, or a word from one to twenty. "40,5", "1,00" and more than three decimals are no number. */
bool amount_number_of(struct span text, long *ret_thousandths);

/* A number and its unit at the start of the text; ret_end is where they end. "15-minute" counts, "16 to 90 minutes" does not. */
bool amount_at(struct span text, struct amount *ret, size_t *ret_end);

#endif
