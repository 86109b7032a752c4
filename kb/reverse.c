/* From a code to those whose facts name it. */
#include "kb/handle.h"
#include "kb/kb.h"
#include "kb/schema.h"

/* The index facts_by_related holds these sections alone, and handle.c names them by number. */
_Static_assert(SECTION_DIAGNOSES == 5 && SECTION_RELATED == 6, "schema.sql and handle.c name these sections by their numbers");

/* The columns of STATEMENT_NAMED_BY, by number. */
enum { COL_CODE, COL_RELATED, COL_LABEL, COL_TEXT, COL_FROM, COL_TO, COL_SOURCE, COL_TITLE };

static bool read_code(sqlite3_stmt *row, int column, enum code_system *system, char display[static CODE_BYTES]) {
    char key[CODE_BYTES];
    if (!system_of_id(sqlite3_column_int64(row, column), system, key))
        return false;
    system_display(*system, key, display);
    return true;
}

static bool read_namer(sqlite3_stmt *row, enum kb_section section, struct sources *sources, struct kb_namer *ret) {
    char namer[CODE_BYTES], named[CODE_BYTES];
    struct arena *arena = sources->arena;
    struct kb_fact *fact = &ret->fact;
    *ret = (struct kb_namer){.title = column_copy(row, COL_TITLE, arena)};
    if (!read_code(row, COL_CODE, &ret->system, namer) || !read_code(row, COL_RELATED, &fact->related_system, named))
        return false;
    ret->display = arena_copy(arena, span_of(namer));
    fact->section = section;
    fact->label = column_copy(row, COL_LABEL, arena);
    fact->text = column_copy(row, COL_TEXT, arena);
    fact->has_related = true;
    fact->related_display = arena_copy(arena, span_of(named));
    fact->valid_from = schema_date(sqlite3_column_int64(row, COL_FROM));
    fact->valid_to = schema_date(sqlite3_column_int64(row, COL_TO));
    fact->source = source_copy(sources, sqlite3_column_int64(row, COL_SOURCE));
    return fact->source != NULL;
}

int kb_named_by(struct kb *kb, enum code_system system, const char *start, enum kb_section section, struct date date, size_t max,
                struct arena *arena, struct kb_namers *ret, struct why *why) {
    struct sources sources = sources_open(kb, arena);
    struct kb_namers found = {.items = arena_array(arena, max, sizeof *found.items)};
    sqlite3_stmt *stmt = statement(kb, STATEMENT_NAMED_BY, why);
    int step = SQLITE_DONE;
    bool intact = true;
    if (!stmt)
        return FAIL_SYSTEM;
    sqlite3_bind_int64(stmt, 1, system_id(system, start));
    sqlite3_bind_int64(stmt, 2, system_id_last(system, start));
    sqlite3_bind_int64(stmt, 3, schema_day(date));
    sqlite3_bind_int(stmt, 4, (int)section);
    while (intact && found.count < max && (step = sqlite3_step(stmt)) == SQLITE_ROW)
        if ((intact = read_namer(stmt, section, &sources, &found.items[found.count])))
            found.count++;
    statement_end(stmt);
    if (!intact || (step != SQLITE_ROW && step != SQLITE_DONE))
        return handle_damaged(kb, why);
    *ret = found;
    return 0;
}
