/* handle.h - what is behind struct kb, for the sources of this room alone. */
#ifndef KB_HANDLE_H
#define KB_HANDLE_H

#include <sqlite3.h>
#include <stdint.h>
#include <sys/stat.h>

#include "kb/kb.h"
#include "kb/pages.h"

/* Statements are prepared when first needed and kept; the SQL stands in handle.c. */
enum statement {
    STATEMENT_VERSIONS, /* code -> versions, oldest first */
    STATEMENT_KNOWN,    /* code -> a row when it has a version */
    STATEMENT_LAST_DAY, /* code, day, section -> last day of the code and source, from the file in force then or next */
    STATEMENT_IN_FORCE, /* code, day -> a row when a version is in force */
    STATEMENT_FACTS,    /* code, day, first section, most, S, oldest day -> facts; of section S also the newest of each kind that ended since then */
    STATEMENT_COLUMN1,  /* code, day, most -> edits in which it is column 1 */
    STATEMENT_COLUMN2,
    STATEMENT_EDIT,    /* column 1, day, column 2, the one of them to tell about -> that edit */
    STATEMENT_COVER,   /* day -> source of the edits in force */
    STATEMENT_BETWEEN, /* first code, last code, most -> codes */
    STATEMENT_LOCALITIES, /* day, oldest day -> localities: of each the newest row since then */
    STATEMENT_NAMED_BY, /* first code, last code, day, section -> facts that name one of these codes */
    STATEMENT_COUNT
};

struct edition {
    int64_t id, valid_from, valid_to;
    enum code_system system;
    const char *name;
    bool complete;
    int64_t codes, source;
};

struct kb {
    char *path;
    struct stat file; /* of the open file: another inode or time means another file */
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct arena *arena;       /* sources, editions: as long as this file is open */
    struct kb_source *sources; /* by id, from 1; where there is none of an id, its id is NULL */
    size_t source_count;
    struct edition *editions;
    size_t edition_count;
    struct pages pages;
    struct {
        int64_t day, source;       /* no day: nothing asked yet; no source: no edit in force on the day */
    } cover;                       /* the day last asked, since a day without edits takes reading them all */
    struct finder *finder;         /* finder.h; NULL until the first search */
};

int handle_damaged(struct kb *, struct why *why); /* FAIL_SYSTEM, and what to do */

/* The statement, reset and without bindings. NULL on failure. Give it back with statement_end. */
sqlite3_stmt *statement(struct kb *, enum statement, struct why *why);
void statement_end(sqlite3_stmt *);

/* A column's text in the arena; NULL when the column is. */
const char *column_copy(sqlite3_stmt *, int column, struct arena *);

/* Copies sources into the arena of one answer, each once. */
struct sources {
    const struct kb *kb;
    struct arena *arena;
    const struct kb_source **copies;
};

struct sources sources_open(const struct kb *, struct arena *);
const struct kb_source *source_copy(struct sources *, int64_t id); /* NULL when there is no such source: a damaged file */

/* lookup.c: has the code (system_id) a version, on whatever day? */
bool code_known(struct kb *, int64_t code);
int code_missing(enum code_system, const char *key, struct why *why); /* FAIL_EMPTY */

/* lookup.c: may anything still be said about the system on that day? See KB_GRACE_YEARS. */
bool within_grace(const struct kb *, enum code_system, int64_t day);

#endif
