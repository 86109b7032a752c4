#include "kb/handle.h"

#include <string.h>

static const char *const statements[STATEMENT_COUNT] = {
    [STATEMENT_VERSIONS] = "SELECT v.valid_from, v.valid_to, v.billable, v.official, v.title, f.name, v.successor, v.source "
                           "FROM versions v LEFT JOIN families f ON f.code = v.code WHERE v.code = ?1 ORDER BY v.valid_from",
    [STATEMENT_KNOWN] = "SELECT 1 FROM versions WHERE code = ?1",
    [STATEMENT_LAST_DAY] = "SELECT value, source FROM facts WHERE code = ?1 AND section = ?3 AND label = 'last day' AND value IS NOT NULL "
                           "AND valid_from <= valid_to AND valid_to >= ?2 ORDER BY valid_from LIMIT 1",
    [STATEMENT_IN_FORCE] = "SELECT 1 FROM versions WHERE code = ?1 AND valid_from <= ?2 AND valid_to >= ?2",
    [STATEMENT_FACTS] = "SELECT f.section, f.label, f.value, f.text, f.valid_from, f.valid_to, f.source, f.related, v.title, f.valid_to < ?2 "
                        "FROM facts f LEFT JOIN versions v ON v.code = f.related AND v.valid_from <= ?2 AND v.valid_to >= ?2 "
                        "WHERE f.code = ?1 AND f.section >= ?3 AND f.valid_from <= ?2 AND (f.valid_to >= ?2 OR (f.section = ?5 AND f.valid_to >= ?6 AND "
                        "  f.valid_from <= f.valid_to AND NOT EXISTS (SELECT 1 FROM sources s JOIN sources t ON t.kind = s.kind JOIN facts g ON g.source = t.id "
                        "    WHERE s.id = f.source AND g.code = f.code AND g.section = f.section AND g.valid_from <= ?2 "
                        "    AND g.valid_from <= g.valid_to AND (g.valid_to > f.valid_to OR s.kind = 'house')))) ORDER BY f.section, f.position LIMIT ?4",
    [STATEMENT_COLUMN1] = "SELECT p.indicator, p.valid_from, p.valid_to, p.source, p.column2, v.title FROM pairs p "
                          "LEFT JOIN versions v ON v.code = p.column2 AND v.valid_from <= ?2 AND v.valid_to >= ?2 "
                          "WHERE p.column1 = ?1 AND p.valid_from <= ?2 AND p.valid_to >= ?2 ORDER BY p.column2 LIMIT ?3",
    [STATEMENT_COLUMN2] = "SELECT p.indicator, p.valid_from, p.valid_to, p.source, p.column1, v.title "
                          "FROM pairs p INDEXED BY pairs_by_column2 "
                          "LEFT JOIN versions v ON v.code = p.column1 AND v.valid_from <= ?2 AND v.valid_to >= ?2 "
                          "WHERE p.column2 = ?1 AND p.valid_from <= ?2 AND p.valid_to >= ?2 ORDER BY p.column1 LIMIT ?3",
    [STATEMENT_EDIT] = "SELECT p.indicator, p.valid_from, p.valid_to, p.source, ?4, v.title FROM pairs p "
                       "LEFT JOIN versions v ON v.code = ?4 AND v.valid_from <= ?2 AND v.valid_to >= ?2 "
                       "WHERE p.column1 = ?1 AND p.column2 = ?3 AND p.valid_from <= ?2 AND p.valid_to >= ?2",
    [STATEMENT_COVER] = "SELECT source FROM pairs WHERE valid_from <= ?1 AND valid_to >= ?1 LIMIT 1",
    [STATEMENT_LOCALITIES] = "SELECT contractor, number, state, name, work, practice, malpractice, valid_from, valid_to, source "
                             "FROM localities l WHERE valid_from <= ?1 AND valid_to >= max(?2, valid_from) AND NOT EXISTS (SELECT 1 FROM localities m "
                             "WHERE m.contractor = l.contractor AND m.number = l.number AND m.valid_from > l.valid_from "
                             "AND m.valid_from <= min(?1, m.valid_to)) ORDER BY state, number",
    [STATEMENT_BETWEEN] = "SELECT DISTINCT code FROM versions WHERE code BETWEEN ?1 AND ?2 ORDER BY code LIMIT ?3",
    [STATEMENT_NAMED_BY] = "SELECT f.code, f.related, f.label, f.text, f.valid_from, f.valid_to, f.source, v.title FROM facts f "
                           "LEFT JOIN versions v ON v.code = f.code AND v.valid_from <= ?3 AND v.valid_to >= ?3 "
                           "WHERE f.related BETWEEN ?1 AND ?2 AND f.section IN (5, 6) AND f.section = ?4 AND f.valid_from <= ?3 AND f.valid_to >= ?3 "
                           "ORDER BY f.related, f.code, f.position",
};

int handle_damaged(struct kb *kb, struct why *why) {
    return why_set(why, FAIL_SYSTEM, "the knowledge base %s is damaged (%s): install it again, or build it anew", kb->path,
                   sqlite3_errcode(kb->db) ? sqlite3_errmsg(kb->db) : "its rows do not fit each other");
}

sqlite3_stmt *statement(struct kb *kb, enum statement which, struct why *why) {
    sqlite3_stmt **stmt = &kb->statements[which];
    if (!*stmt && sqlite3_prepare_v3(kb->db, statements[which], -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL) != SQLITE_OK) {
        handle_damaged(kb, why);
        return NULL;
    }
    return *stmt;
}

void statement_end(sqlite3_stmt *stmt) {
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
}

const char *column_copy(sqlite3_stmt *stmt, int column, struct arena *arena) {
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    if (!text)
        return NULL;
    return arena_copy(arena, (struct span){text, (size_t)sqlite3_column_bytes(stmt, column)});
}

struct sources sources_open(const struct kb *kb, struct arena *arena) {
    return (struct sources){kb, arena, arena_array(arena, kb->source_count, sizeof(struct kb_source *))};
}

static const char *copy_text(struct arena *arena, const char *text) { return text ? arena_copy(arena, span_of(text)) : NULL; }

const struct kb_source *source_copy(struct sources *sources, int64_t id) {
    if (id < 1 || (uint64_t)id > sources->kb->source_count || !sources->kb->sources[id - 1].id)
        return NULL;
    const struct kb_source **copy = &sources->copies[id - 1];
    if (!*copy) {
        struct kb_source *source = arena_alloc(sources->arena, sizeof *source);
        *source = sources->kb->sources[id - 1];
        source->id = copy_text(sources->arena, source->id);
        source->title = copy_text(sources->arena, source->title);
        source->publisher = copy_text(sources->arena, source->publisher);
        source->edition = copy_text(sources->arena, source->edition);
        source->notice = copy_text(sources->arena, source->notice);
        *copy = source;
    }
    return *copy;
}
