#include "daemon/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fail.h"

static enum log_level shown = LOG_LEVEL_NOTICE;
static bool to_journald;

void log_open(enum log_level most_detailed) {
    shown = most_detailed;
    to_journald = getenv("JOURNAL_STREAM") != NULL;
}

void log_line(enum log_level level, const char *format, ...) {
    if (level > shown)
        return;
    char text[WHY_BYTES * 2];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
    if (to_journald)
        fprintf(stderr, "<%d>%s\n", (int)level, text);
    else
        fprintf(stderr, "codingdeskd: %s\n", text);
}
