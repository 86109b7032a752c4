/* name.h - an enum and its words, side by side in one table, so that they can not drift apart.
 * A table ends with a row whose text is NULL. */
#ifndef BASE_NAME_H
#define BASE_NAME_H

#include <stdbool.h>

#include "base/span.h"

struct name {
    int value;
    const char *text;
};

const char *name_text(const struct name *table, int value);                         /* "?" when the table has no such value */
bool name_value(const struct name *table, struct span text, int *ret);              /* ignoring case */
const char *name_nearest(const char *const *names, size_t count, struct span text); /* by edit distance; NULL when nothing is near */

#endif
