/* schema.h - the layout of a knowledge base file (schema.sql), and how C reads its numbers. */
#ifndef KB_SCHEMA_H
#define KB_SCHEMA_H

#include <stdint.h>

#include "base/date.h"

enum { SCHEMA_VERSION = 2, SCHEMA_APPLICATION = 0x436f4b42, SCHEMA_YEAR = 10000, SCHEMA_FOREVER = 99991231 };

extern const char schema_sql[];

/* A day as the tables hold it: 20260301; 0 for no day. */
int64_t schema_day(struct date);
struct date schema_date(int64_t day);

/* So many days later; no day and the last one there is stay what they are. */
int64_t schema_add_days(int64_t day, int days);

#endif
