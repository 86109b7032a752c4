/* named.h - the first day of an edition, as the name of its file tells it. 0 when it does not. */
#ifndef KB_IMPORT_NAMED_H
#define KB_IMPORT_NAMED_H

#include <stdint.h>

/* "mue_eff_07-01-2026.csv", "mue-2026-07-01.csv": 20260701. */
int64_t named_day(const char *name);

/* "ccipra-2024q3.txt", "aoc_v2024q3.csv": 20240701. */
int64_t named_quarter(const char *name);

/* NCCI counts its versions in years since 1994, and quarters from 0: "ccipra-v322r0-f1.txt" is 20260701. */
int64_t named_version(const char *name);

#endif
