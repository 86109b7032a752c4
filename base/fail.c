#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void keep_printable(char *text) {
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
}

int why_set(struct why *why, int code, const char *format, ...) {
    if (!why)
        return code;
    va_list args;
    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    keep_printable(why->text);
    return code;
}

int why_prefix(struct why *why, int code, const char *format, ...) {
    if (!why)
        return code;
    char before[WHY_BYTES];
    char after[WHY_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(before, sizeof before, format, args);
    va_end(args);
    memcpy(after, why->text, sizeof after);
    return why_set(why, code, "%.200s%.300s", before, after);
}

int fail_exit_status(int code) {
    switch (code) {
    case 0: return 0;
    case FAIL_EMPTY: return 1;
    case FAIL_INPUT:
    case FAIL_LIMIT: return 2;
    case FAIL_CONFIG: return 3;
    default: return 4;
    }
}
