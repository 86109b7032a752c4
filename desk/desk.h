/* desk.h - what a command works with: the files it was pointed to, opened when first asked for, and where its output goes.
 * Order: desk_begin, (a command's calls)*, desk_end. Results go to stdout; what went wrong goes to stderr, one line each. */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/fail.h"
#include "config/config.h"
#include "kb/kb.h"
#include "store/journal.h"

struct desk {
    struct arena *arena;                              /* lives as long as the command */
    const char *config_file, *kb_file, *journal_file; /* as named on the command line, or NULL */
    struct config config;                             /* the defaults where none was named */
    struct kb *kb;
    struct journal *journal;
    time_t now;
    size_t width;             /* columns for text */
    const char *bold, *plain; /* escape sequences; "" unless stdout is a terminal that wants colours */
};

/* Loads the configuration when one was named: FAIL_CONFIG, the report is on stderr. */
int desk_begin(struct desk *, const char *config_file, const char *kb_file, const char *journal_file);
void desk_end(struct desk *);

/* The terminal may have been made wider or narrower: take its width anew. */
void desk_measure(struct desk *);

/* The knowledge base that --kb or the configuration names, or the one beside the program. */
const char *desk_kb_path(struct desk *);

/* The journal that --journal or the configuration names, or the one in the default place. */
const char *desk_journal_path(struct desk *);

/* Open when not open yet. Complaints are on stderr; the code is returned. */
int desk_open_kb(struct desk *);
int desk_open_journal(struct desk *); /* read only; FAIL_EMPTY: there is none yet */
int desk_change_journal(struct desk *); /* to be written to, beside the daemon; FAIL_EMPTY as above */

/* --date: NULL is today. FAIL_INPUT: no such day. */
int desk_date(const struct desk *, const char *iso, struct date *ret);

/* A line on stderr: "codingdesk: ...". Returns fail. */
__attribute__((format(printf, 2, 3))) int desk_complain(int fail, const char *format, ...);

/* Valid UTF-8 whatever the text holds; NULL is JSON's null. */
json_t *desk_json(struct desk *, const char *text);

/* One object on one line; takes the reference. */
void desk_print_json(json_t *);

/* "2026-03-01 14:05:09 UTC", or "-" for 0. */
const char *desk_time(struct desk *, time_t);

#endif
