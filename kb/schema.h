/* schema.h - the layout of a knowledge base file (schema.sql), and how C reads its numbers. */
#ifndef KB_SCHEMA_H
#define KB_SCHEMA_H

#include <stdint.h>

#include "base/date.h"
#include "kb/system.h"

enum { SCHEMA_VERSION = 1, SCHEMA_APPLICATION = 0x436f4b42, SCHEMA_SYSTEM_SHIFT = 20, SCHEMA_YEAR = 10000 };

extern const char schema_sql[];

/* A day as the tables hold it: 20260301; 0 for no day. */
int64_t schema_day(struct date);
struct date schema_date(int64_t day);

/* The system that a code's id tells; SYSTEM_COUNT when there is none. */
enum code_system schema_system(int64_t code);

#endif
