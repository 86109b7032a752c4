/* decimal.h - decimal figures as whole numbers of their last place, so that sums and products are exact. */
#ifndef KB_DECIMAL_H
#define KB_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* "33.4009" with 4 places: 334009. Digits with at most one point among them, not more than 6 before it. False: no such figure, or one with
 * more places than that. */
bool decimal_read(struct span text, unsigned places, int64_t *ret);

/* Drop that many places, rounding half up. Not for negative numbers. */
int64_t decimal_round(int64_t number, unsigned places);

#endif
