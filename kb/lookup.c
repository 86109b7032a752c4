#include <string.h>

#include "kb/handle.h"
#include "kb/kb.h"
#include "kb/schema.h"

/* The columns of STATEMENT_VERSIONS, by number. */
enum { COL_FROM, COL_TO, COL_BILLABLE, COL_OFFICIAL, COL_TITLE, COL_FAMILY, COL_SUCCESSOR, COL_SOURCE };

static const struct edition *edition_on(const struct kb *kb, enum code_system system, int64_t day, bool complete) {
    const struct edition *ret = NULL;
    for (size_t i = 0; i < kb->edition_count; i++) {
        const struct edition *edition = &kb->editions[i];
        bool fits = edition->system == system && edition->valid_from <= day && day <= edition->valid_to;
        if (fits && (edition->complete || !complete))
            ret = edition;
    }
    return ret;
}

/* The oldest or the newest edition of a system: they come by system and first day. */
static const struct edition *outermost(const struct kb *kb, enum code_system system, bool newest) {
    const struct edition *ret = NULL;
    for (size_t i = 0; i < kb->edition_count; i++)
        if (kb->editions[i].system == system && (newest || !ret))
            ret = &kb->editions[i];
    return ret;
}

bool within_grace(const struct kb *kb, enum code_system system, int64_t day) {
    int64_t last = 0, any = 0, forever = schema_day(DATE_FOREVER);
    for (size_t i = 0; i < kb->edition_count; i++) {
        const struct edition *edition = &kb->editions[i];
        if (edition->system == system && edition->valid_to > last)
            last = edition->valid_to;
        if (edition->valid_to < forever && edition->valid_to > any)
            any = edition->valid_to;
    }
    last = last == forever && any ? any : last;
    return day <= last + KB_GRACE_YEARS * SCHEMA_YEAR;
}

bool kb_complete(struct kb *kb, enum code_system system, struct date date) {
    int64_t day = schema_day(date);
    return edition_on(kb, system, day, true) && within_grace(kb, system, day);
}

/* One row: what the code was from one day to another. */
struct version {
    int64_t from, to;
};

/* Is this the first or the last day of an edition of the system? */
static bool edition_bound(const struct kb *kb, enum code_system system, int64_t day) {
    for (size_t i = 0; i < kb->edition_count; i++)
        if (kb->editions[i].system == system && (kb->editions[i].valid_from == day || kb->editions[i].valid_to == day))
            return true;
    return false;
}

/* A bound that is merely an edition's own says nothing about the days next to it, unless another whole edition speaks of those. */
static bool bound_is_real(const struct kb *kb, enum code_system system, int64_t bound, int64_t day) {
    int64_t beside = schema_add_days(bound, bound < day ? 1 : -1);
    return !edition_bound(kb, system, bound) || edition_on(kb, system, day, true) || edition_on(kb, system, beside, true);
}

static enum code_status status_of(const struct kb *kb, sqlite3_stmt *row, const struct version *version, enum code_system system,
                                  int64_t day) {
    bool inside = version->from <= day && day <= version->to;
    if (inside && !within_grace(kb, system, day))
        return STATUS_NO_DATA;
    if (inside)
        return sqlite3_column_int(row, COL_BILLABLE) ? STATUS_VALID : STATUS_HEADER;
    if (!bound_is_real(kb, system, version->to < day ? version->to : version->from, day))
        return STATUS_NO_DATA;
    return version->to < day ? STATUS_RETIRED : STATUS_FUTURE;
}

static int fill(struct kb *kb, sqlite3_stmt *row, const struct version *version, enum code_status status, struct arena *arena,
                struct kb_code *ret, struct why *why) {
    struct sources sources = sources_open(kb, arena);
    enum code_system successor;
    char key[CODE_BYTES], display[CODE_BYTES];
    ret->status = status;
    ret->title = column_copy(row, COL_TITLE, arena);
    ret->title_official = ret->title && sqlite3_column_int(row, COL_OFFICIAL);
    ret->family = column_copy(row, COL_FAMILY, arena);
    ret->valid_from = schema_date(version->from);
    ret->valid_to = schema_date(version->to);
    ret->source = source_copy(&sources, sqlite3_column_int64(row, COL_SOURCE));
    if (system_of_id(sqlite3_column_int64(row, COL_SUCCESSOR), &successor, key)) {
        system_display(successor, key, display);
        ret->successor = arena_copy(arena, span_of(display));
    }
    return ret->source ? 0 : handle_damaged(kb, why);
}

/* Rows come oldest first: the one in force, or else the last that has ended, or else the first to come. */
static bool better(const struct version *row, int64_t day, bool have_one) { return !have_one || row->from <= day; }

static void name_edition(const struct kb *kb, int64_t day, struct arena *arena, struct kb_code *ret) {
    const struct edition *edition = edition_on(kb, ret->system, day, false), *newest = outermost(kb, ret->system, true);
    if (ret->status == STATUS_NO_DATA || !newest)
        return;
    if (!edition)
        edition = day > newest->valid_to ? newest : outermost(kb, ret->system, false);
    ret->edition = arena_copy(arena, span_of(edition->name));
    ret->edition_ended = day > edition->valid_to;
}

static int read_versions(struct kb *kb, sqlite3_stmt *row, struct date date, struct arena *arena, struct kb_code *ret, struct why *why) {
    int64_t day = schema_day(date);
    bool have_one = false;
    int step;
    while ((step = sqlite3_step(row)) == SQLITE_ROW) {
        struct version version = {sqlite3_column_int64(row, COL_FROM), sqlite3_column_int64(row, COL_TO)};
        enum code_status status = status_of(kb, row, &version, ret->system, day);
        if (status == STATUS_NO_DATA || !better(&version, day, have_one))
            continue;
        int code = fill(kb, row, &version, status, arena, ret, why);
        if (code)
            return code;
        have_one = true;
    }
    return step == SQLITE_DONE ? 0 : handle_damaged(kb, why);
}

/* The dental codes of HCPCS (D0120) belong to the American Dental Association: no file of CMS's lists them, however whole. */
static bool listed_elsewhere(enum code_system system, const char *key) { return system == SYSTEM_HCPCS && key[0] == 'D'; }

/* What can be said of a code of which no file says anything. */
static struct kb_code bare_code(struct kb *kb, enum code_system system, const char *key, struct date date, struct arena *arena) {
    char display[CODE_BYTES];
    system_display(system, key, display);
    return (struct kb_code){
        .system = system,
        .key = arena_copy(arena, span_slice(span_of(key), 0, CODE_BYTES - 1)),
        .display = arena_copy(arena, span_of(display)),
        .status = kb_complete(kb, system, date) && !listed_elsewhere(system, key) ? STATUS_UNKNOWN : STATUS_NO_DATA,
    };
}

/* A code that no edition holds, but of which a file tells that it has ended before the day. */
static int read_last_day(struct kb *kb, sqlite3_stmt *row, struct date date, struct arena *arena, struct kb_code *ret, struct why *why) {
    struct sources sources = sources_open(kb, arena);
    struct date last;
    int step = sqlite3_step(row);
    if (step != SQLITE_ROW)
        return step == SQLITE_DONE ? 0 : handle_damaged(kb, why);
    const struct kb_source *source = source_copy(&sources, sqlite3_column_int64(row, 1));
    if (!source || !date_parse(span_of(column_copy(row, 0, arena)), &last))
        return handle_damaged(kb, why);
    if (date_compare(last, date) >= 0)
        return 0;
    ret->status = STATUS_RETIRED;
    ret->valid_to = last;
    ret->source = source;
    ret->edition = source->edition;
    return 0;
}

static int find_last_day(struct kb *kb, struct date date, struct arena *arena, struct kb_code *ret, struct why *why) {
    int64_t id = system_id(ret->system, ret->key);
    if (ret->status != STATUS_NO_DATA || code_known(kb, id))
        return 0;
    sqlite3_stmt *stmt = statement(kb, STATEMENT_LAST_DAY, why);
    if (!stmt)
        return FAIL_SYSTEM;
    sqlite3_bind_int64(stmt, 1, id);
    sqlite3_bind_int64(stmt, 2, schema_day(date));
    sqlite3_bind_int(stmt, 3, SECTION_SERVICE);
    int failed = read_last_day(kb, stmt, date, arena, ret, why);
    statement_end(stmt);
    return failed;
}

int kb_lookup(struct kb *kb, enum code_system system, const char *key, struct date date, struct arena *arena, struct kb_code *ret,
              struct why *why) {
    struct kb_code found = bare_code(kb, system, key, date, arena);
    sqlite3_stmt *stmt = statement(kb, STATEMENT_VERSIONS, why);
    if (!stmt)
        return FAIL_SYSTEM;
    sqlite3_bind_int64(stmt, 1, system_id(system, key));
    int code = read_versions(kb, stmt, date, arena, &found, why);
    statement_end(stmt);
    if (code)
        return code;
    name_edition(kb, schema_day(date), arena, &found);
    code = find_last_day(kb, date, arena, &found, why);
    if (code)
        return code;
    *ret = found;
    return 0;
}

bool code_known(struct kb *kb, int64_t code) {
    sqlite3_stmt *stmt = statement(kb, STATEMENT_KNOWN, NULL);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, code);
    bool ret = sqlite3_step(stmt) == SQLITE_ROW;
    statement_end(stmt);
    return ret;
}

int code_missing(enum code_system system, const char *key, struct why *why) {
    return why_set(why, FAIL_EMPTY, "%s %.20s is not in the knowledge base", name_text(system_titles, (int)system), key);
}

static bool in_force(struct kb *kb, enum code_system system, const char *key, int64_t day) {
    sqlite3_stmt *stmt = within_grace(kb, system, day) ? statement(kb, STATEMENT_IN_FORCE, NULL) : NULL;
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, system_id(system, key));
    sqlite3_bind_int64(stmt, 2, day);
    bool ret = sqlite3_step(stmt) == SQLITE_ROW;
    statement_end(stmt);
    return ret;
}

unsigned kb_systems_of(struct kb *kb, struct span text, struct date date) {
    unsigned ret = 0;
    for (unsigned system = 0; system < SYSTEM_COUNT; system++) {
        char key[CODE_BYTES];
        if (!system_fits((enum code_system)system, text))
            continue;
        system_key((enum code_system)system, text, key);
        if (in_force(kb, (enum code_system)system, key, schema_day(date)))
            ret |= 1u << system;
    }
    return ret;
}

static bool known(struct kb *kb, enum code_system system, struct span text) {
    char key[CODE_BYTES];
    system_key(system, text, key);
    return code_known(kb, system_id(system, key));
}

unsigned kb_systems_fit(struct kb *kb, struct span text) {
    bool hcpcs_first = system_fits(SYSTEM_HCPCS, text) && span_find_char(text, '.') == SPAN_NONE;
    unsigned ret = 0;
    for (unsigned system = 0; system < SYSTEM_COUNT; system++)
        if (system_fits((enum code_system)system, text))
            ret |= 1u << system;
    if (hcpcs_first && ret >> SYSTEM_ICD10CM & 1 && !known(kb, SYSTEM_ICD10CM, text))
        ret &= ~(1u << SYSTEM_ICD10CM);
    return ret;
}
