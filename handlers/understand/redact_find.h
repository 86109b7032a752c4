/* redact_find.h - the kinds of patient data, each with its finder. Inside redact*.c only.
 * A finder looks at one place and says where a piece ends and of what kind it is; redact.c asks them in turn and marks. */
#ifndef HANDLERS_REDACT_FIND_H
#define HANDLERS_REDACT_FIND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "handlers/understand/context.h"
#include "kb/kb.h"

struct redaction {
    struct context *context;
    struct kb *kb;
    struct date today;
    size_t lookups; /* of words in the knowledge base; at most REDACT_LOOKUPS, then every word counts as known */
};
enum { REDACT_LOOKUPS = 400 };

struct piece {
    size_t first, end; /* tokens [first, end); nothing where end is 0 */
    enum mask kind;
};

/* Marks it, unless a code stands in it or it is marked already. */
bool redact_piece(struct redaction *, struct piece);

/* Tokens that hang on each other and hold a digit ("CL-23500-9", "27870 4418"): where they end, or 0. */
size_t redact_number_end(const struct redaction *, size_t i);
size_t redact_digits(const struct context *, size_t first, size_t end);

/* A day that a calendar has, however it is written, from token i on: where it ends, or 0. */
size_t redact_day_end(const struct redaction *, size_t i, struct date *ret);

/* A word (lower case) behind which a number is expected: "chart", "NPI". */
bool redact_is_label(struct span lower);

/* Numbers and addresses of the network, from token i on (redact_numbers.c). */
struct piece redact_literal(const struct redaction *, size_t i);
struct piece redact_phone(const struct redaction *, size_t i);
struct piece redact_number(const struct redaction *, size_t i);

/* Days of birth, ages, where somebody lives (redact_days.c, redact_places.c). */
struct piece redact_birth(const struct redaction *, size_t i);
struct piece redact_age(const struct redaction *, size_t i);
struct piece redact_address(const struct redaction *, size_t i);

/* Who: after all of the above, since a name is told by what stands beside it; then what is told by standing beside a name (redact_people.c). */
void redact_people(struct redaction *);

/* Tables whose first line names the columns: "Name | DOB | CPT" (redact_columns.c). */
void redact_columns(struct redaction *);

#endif
