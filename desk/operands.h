/* operands.h - codes as operands of a command: "20693", "20693 20690", "20693-59-RT", "20690-59x2", or a system and its codes: "POS 11", in
 * any number of operands; "-" as the only one is stdin. "DOS 2026-03-01" or "DOS 3/1/2026" names the one day; "99213/17110" are two. Commas may stand behind each. Order: operands_read, desk_open_kb, operands_find
 * for each. */
#ifndef DESK_OPERANDS_H
#define DESK_OPERANDS_H

#include "desk/command.h"
#include "handlers/understand/extract_units.h"
#include "handlers/question.h"

enum { OPERANDS_MAX = 40 };

struct operand {
    unsigned systems; /* a bit each, those that the words before it name */
    struct span code, modifiers[CODE_MODIFIERS];
    size_t modifier_count;
    int units; /* 0: not told */
};

struct operands {
    struct operand items[OPERANDS_MAX];
    size_t count;
    struct date date; /* not set: none was named */
};

/* systems: of the codes that no word names a system for. FAIL_INPUT with a complaint. */
int operands_read(struct desk *, const struct invocation *, unsigned systems, struct operands *ret);

/* The system that a word names. FAIL_INPUT with a complaint. */
int operands_system(struct span word, unsigned *ret);

/* The codes that a text may be. Several systems may hold one (11 is a place of service; a modifier, too). */
struct finds {
    struct kb_code items[SYSTEM_COUNT];
    size_t count;
    bool known; /* at least one exists; then only those are kept */
};
int operands_find(struct desk *, unsigned systems, struct span code, struct date, struct finds *ret);

/* Is it more than a form? */
bool operands_exist(const struct kb_code *);

#endif
