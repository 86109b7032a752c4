/* ranges.h - numbers and ranges of numbers in a text: "40.0-44.9", "20 to 30 mmHg", "under 22 in", "22 inches or greater", "42".
 * A title that names a range fits a query whose number lies in it. */
#ifndef KB_RANGES_H
#define KB_RANGES_H

#include "base/span.h"

enum { RANGES_MAX = 8 };

struct range {
    double from, to;
    bool below, above; /* to, from are not in it: "under 22", "over 22" */
    bool single;       /* one number, no range */
    struct span unit;  /* the word behind it, "percent" for its sign; empty: none */
};

/* The ranges of a text, at most RANGES_MAX; numbers that are part of a word ("B12") are none. Units point into the text. */
size_t ranges_read(struct span text, struct range ret[static RANGES_MAX]);

enum ranges_fit { RANGES_SILENT, RANGES_FIT, RANGES_CLASH };

/* Does the title have a range for each of those asked? SILENT where none of them can be compared: no range in the title, or other units. */
enum ranges_fit ranges_compare(const struct range *asked, size_t asked_count, struct span title);

#endif
