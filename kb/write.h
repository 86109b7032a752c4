/* write.h - a knowledge base that is being written: aside, then renamed over the old one, so that a reader has the old or the new.
 * Order: writer_open, (writer_run, row_open, (row_put_*, row_end)*, row_close)*, writer_publish or writer_abandon.
 * The first failure is kept and the rest does nothing, so only the end has to be looked at. One writer a file: a second one is
 * refused while the first is at work. What a killed writer leaves (PATH.new) is in nobody's way. */
#ifndef KB_WRITE_H
#define KB_WRITE_H

#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/fail.h"
#include "base/span.h"

struct writer {
    sqlite3 *db;
    char path[PATH_MAX], aside[PATH_MAX + 4];
    int lock;
    int error; /* SQLite's */
    char message[WHY_BYTES];
    bool texts_changed; /* the search index has to be made anew: set it when titles, words or plain descriptions are written */
};

/* from: the knowledge base to begin with; NULL: an empty one. A path that is a link stays one: the file it leads to is replaced.
 * FAIL_AGAIN: another writer is at work. FAIL_CONFIG: from is no knowledge base, or one of another version. On failure nothing has
 * to be given back. */
int writer_open(struct writer *, const char *path, const char *from, struct why *why);

/* Check what was written, bring it to the disk and rename it; owner and mode are the old file's. After either call the writer is over.
 * FAIL_SYSTEM: path is as it was. */
int writer_publish(struct writer *, struct why *why);
void writer_abandon(struct writer *);

/* FAIL_SYSTEM with the first failure, or 0. */
int writer_failed(const struct writer *, struct why *why);

void writer_run(struct writer *, const char *sql);

/* One statement, run once a row. Columns are put in the statement's order; row_end runs it. */
struct row {
    struct writer *writer;
    sqlite3_stmt *stmt;
    int column;
};

struct row row_open(struct writer *, const char *sql);
void row_put_number(struct row *, int64_t);
void row_put_text(struct row *, const char *);       /* NULL is SQL's */
void row_put_span(struct row *, struct span);        /* ptr NULL is SQL's */
void row_put_id(struct row *, bool set, int64_t id); /* SQL's NULL unless set */
void row_end(struct row *);
void row_close(struct row *);

/* Step to the next row of a query, whose columns are SQLite's to read from stmt until then. False at the end. */
bool row_next(struct row *);

/* Run it and read the first number; 0 when there is none. */
int64_t row_number(struct row *);

/* How many rows the last statement changed. */
int64_t writer_changes(const struct writer *);

#endif
