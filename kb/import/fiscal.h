/* fiscal.h - the editions of the ICD-10-CM books (XML): each names the fiscal year it is for, which begins on 1 October of the year
 * before. CDC brings one out anew for 1 April; of that only the file's name tells ("icd10cm-tabular-April-2026.xml", "..._2026-04.xml"). */
#ifndef KB_IMPORT_FISCAL_H
#define KB_IMPORT_FISCAL_H

#include "kb/import/importer.h"

/* Announce the edition of a set ("icd10cm-index"), or of one part of it ("drug"; NULL: it has none), that says it is for this year.
 * It holds until there is a newer one. Failures are those of import_edition, or FAIL_INPUT: that is no year. */
int fiscal_edition(struct import *, const char *set, const char *part, struct span year, struct why *why);

#endif
