/* month.h - editions that are named after a month, and their first day. For kb/import/ alone. */
#ifndef KB_IMPORT_MONTH_H
#define KB_IMPORT_MONTH_H

#include "kb/import/importer.h"

/* The first day of the month that a file's name (lower case) speaks of: "hcpc2025_oct_anweb.csv", "addendum_b_2026-04.csv". usual is the
 * month when only a year is there; 0: then nothing is found. 0 when nothing is found. */
int64_t month_in_name(const char *name, long usual);

/* A year that stands alone in a text: four digits with none beside them, from 1990 to 2199. 0 when there is none. */
long year_in_text(struct span text);

/* "October 2025" for the first of a month, otherwise "2025-10-15". day 0: "". */
const char *month_title(struct import *, int64_t day);

/* "hcpcs-2025-10-01". */
const char *edition_id(struct import *, const char *kind, int64_t day);

#endif
