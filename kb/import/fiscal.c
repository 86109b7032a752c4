#include "kb/import/fiscal.h"

#include <string.h>

#include "kb/schema.h"

enum { FIRST_YEAR = 2014, LAST_YEAR = 2199, FISCAL_START = 1001, APRIL = 401 };

static bool is_april(const char *name, long year) {
    char month[16];
    snprintf(month, sizeof month, "%ld-04", year);
    return strstr(name, "april") || strstr(name, month);
}

int fiscal_edition(struct import *import, const char *set, const char *part, struct span year_text, struct why *why) {
    struct arena *arena = import_arena(import);
    long year;
    if (!span_to_long(year_text, FIRST_YEAR, LAST_YEAR, &year))
        return why_set(why, FAIL_INPUT, "its version is \"%.*s\", which is no fiscal year", SPAN_ARG(span_slice(year_text, 0, 40)));
    bool april = is_april(import_file_name(import), year);
    struct import_edition edition = {
        .source = arena_printf(arena, "%s%s%s-fy%ld%s", set, part ? "-" : "", part ? part : "", year, april ? "-04" : ""),
        .part = part,
        .publisher = "CDC/NCHS and CMS",
        .name = arena_printf(arena, "FY%ld%s", year, april ? ", April" : ""),
        .valid_from = april ? year * SCHEMA_YEAR + APRIL : (year - 1) * SCHEMA_YEAR + FISCAL_START,
    };
    return import_edition(import, &edition, why);
}
