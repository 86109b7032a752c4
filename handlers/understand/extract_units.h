/* extract_units.h - how many units of a code the text tells: "20690 x2", "20690-59 x 2", "J1885 4 units". */
#ifndef HANDLERS_EXTRACT_UNITS_H
#define HANDLERS_EXTRACT_UNITS_H

#include "handlers/understand/context.h"
#include "handlers/understand/extract.h"
#include "handlers/question.h"

enum { UNITS_MOST = 9999 };

/* Sets units of the procedures among the codes; of several mentions the largest counts. */
void extract_units(const struct context *, const struct mentions *, struct asked_code *codes, size_t count);

#endif
