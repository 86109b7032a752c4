/* What an edition brings, and what was there. An edition is the truth for the days from its first one up to the next edition of its
 * kind: on those days its rows replace the ones of its kind, which keep the days around. Versions that say the same on both sides of
 * such a border become one again. An extract replaces only the codes that it holds. */
#include <string.h>

#include "kb/import/sink.h"
#include "kb/schema.h"

enum { EXTRACT_PERCENT = 90, REJECTED_PERCENT = 1, FOREVER = 99991231 };

/* Every statement of this file may use these, by number. */
enum { P_SOURCE = 1, P_FROM, P_TO, P_BEFORE, P_AFTER, P_EXTRACT, P_FIRST, P_LAST, P_KIND };

static int64_t beside(int64_t day, int days) { return day >= FOREVER ? FOREVER : schema_day(date_add_days(schema_date(day), days)); }

/* A code lasts until an edition comes that does not hold it; all else holds to the last day of its own edition. */
static void bind(sqlite3_stmt *stmt, const struct import *import, int64_t first, int64_t last) {
    int64_t to = import->codes_now ? import->to : import->edition_to;
    const int64_t numbers[] = {
        [P_SOURCE] = import->source,
        [P_FROM] = import->from,
        [P_TO] = to,
        [P_BEFORE] = beside(import->from, -1),
        [P_AFTER] = beside(to, 1),
        [P_EXTRACT] = import->result->extract,
        [P_FIRST] = first,
        [P_LAST] = last,
    };
    for (int i = P_SOURCE; i <= P_LAST && i <= sqlite3_bind_parameter_count(stmt); i++)
        sqlite3_bind_int64(stmt, i, numbers[i]);
    if (sqlite3_bind_parameter_count(stmt) >= P_KIND)
        sqlite3_bind_text(stmt, P_KIND, import->set, -1, SQLITE_STATIC);
}

/* Run one statement, return the number it yields (0 when it yields none). */
static int64_t run_between(struct import *import, const char *sql, int64_t first, int64_t last) {
    struct row row = row_open(import->writer, sql);
    if (row.stmt)
        bind(row.stmt, import, first, last);
    int64_t ret = row_number(&row);
    row_close(&row);
    return ret;
}

static int64_t run(struct import *import, const char *sql) { return run_between(import, sql, 0, 0); }

/* Of the same kind, but not this one. */
#define OLD_SOURCES "(SELECT id FROM sources WHERE kind = ?9 AND id <> ?1)"

/* Edits come in parts: what counts is how many there were of the column 1 codes that the file speaks of. Those that it tells, too, it has
 * taken over by now. */
static const char count_edits_left[] = "SELECT count(*) FROM pairs WHERE column1 BETWEEN ?7 AND ?8 AND source IN " OLD_SOURCES
                                         " AND valid_from <= ?2 AND valid_to >= ?2";
static const char count_rows_before[] = "SELECT rows FROM sources WHERE id IN " OLD_SOURCES " AND rows > 0 AND valid_from <= ?2 "
                                        "ORDER BY valid_from DESC, id DESC LIMIT 1";

/* Far fewer rows than such a file has, or than the edition before it had. */
static bool looks_like_extract(struct import *import) {
    size_t rows = import->result->rows, taken = rows - import->result->added;
    int64_t before = import->brings[SINK_EDIT]
                         ? run_between(import, count_edits_left, import->first_edit, import->last_edit) + (int64_t)taken
                         : run(import, count_rows_before);
    return rows < import->importer->least || rows * 100 < (uint64_t)before * EXTRACT_PERCENT;
}

static bool is_extract(struct import *import) {
    if (import->piece)
        return true;
    if (import->order->extent != IMPORT_GUESS || !import->importer->least)
        return import->order->extent == IMPORT_EXTRACT;
    return looks_like_extract(import);
}

/* What the old codes were on the first day of the edition, and those of their days that it replaces. */
static const char *const take_codes_out[] = {
    "CREATE TEMP TABLE old AS SELECT * FROM versions v WHERE v.code BETWEEN ?7 AND ?8 AND v.valid_from <= ?3 AND v.valid_to >= ?2 "
    "AND (v.code IN (SELECT code FROM staged) OR (NOT ?6 AND v.source IN (SELECT id FROM sources WHERE kind = ?9)))",
    "DELETE FROM versions WHERE (code, valid_from) IN (SELECT code, valid_from FROM temp.old)",
    "INSERT INTO versions SELECT code, valid_from, ?4, billable, official, title, successor, source FROM temp.old WHERE valid_from < ?2",
    "INSERT INTO versions SELECT code, ?5, valid_to, billable, official, title, successor, source FROM temp.old WHERE valid_to > ?3",
    NULL,
};

/* A file's own days may reach back before the edition, but not over what an earlier edition says. */
static const char *const put_codes_in[] = {
    "INSERT INTO versions SELECT s.code, CASE WHEN s.valid_from = 0 THEN ?2 WHEN s.valid_from < ?2 AND "
    "    NOT EXISTS (SELECT 1 FROM versions v WHERE v.code = s.code) THEN s.valid_from ELSE max(s.valid_from, ?2) END, "
    "  CASE WHEN s.valid_to = 0 THEN ?3 ELSE min(s.valid_to, ?3) END, s.billable, s.official, s.title, s.successor, ?1 "
    "FROM staged s WHERE s.code BETWEEN ?7 AND ?8 AND s.valid_from <= ?3 AND (s.valid_to = 0 OR s.valid_to >= ?2 OR "
    "  (s.valid_to >= s.valid_from AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.code = s.code)))",
    NULL,
};

#define SAME "a.billable = b.billable AND a.official = b.official AND a.title IS b.title AND a.successor IS b.successor"

static const char *const join_codes[] = {
    "CREATE TEMP TABLE joined AS SELECT a.code, a.valid_from AS first, b.valid_from AS second, b.valid_to AS last, b.source "
    "FROM versions b CROSS JOIN versions a ON a.code = b.code AND a.valid_to = ?4 "
    "WHERE b.code BETWEEN ?7 AND ?8 AND b.valid_from = ?2 AND b.source = ?1 AND " SAME,
    "DELETE FROM versions WHERE (code, valid_from) IN (SELECT code, second FROM temp.joined)",
    "UPDATE versions SET valid_to = j.last, source = j.source FROM temp.joined j "
    "WHERE versions.code = j.code AND versions.valid_from = j.first",
    "DELETE FROM temp.joined",
    "INSERT INTO temp.joined SELECT a.code, a.valid_from, b.valid_from, b.valid_to, b.source "
    "FROM versions b CROSS JOIN versions a ON a.code = b.code AND a.valid_to = ?3 "
    "WHERE b.code BETWEEN ?7 AND ?8 AND b.valid_from = ?5 AND ?3 < ?5 AND " SAME,
    "DELETE FROM versions WHERE (code, valid_from) IN (SELECT code, second FROM temp.joined)",
    "UPDATE versions SET valid_to = j.last, source = j.source FROM temp.joined j "
    "WHERE versions.code = j.code AND versions.valid_from = j.first",
    NULL,
};

static const char count_new[] = "SELECT count(*) FROM staged s WHERE s.code BETWEEN ?7 AND ?8 AND (s.valid_to = 0 OR s.valid_to >= ?2) "
                                "AND s.code NOT IN (SELECT code FROM temp.old WHERE valid_from <= ?2)";
static const char count_changed[] =
    "SELECT count(*) FROM staged a JOIN temp.old b ON b.code = a.code AND b.valid_from <= ?2 WHERE a.code BETWEEN ?7 AND ?8 "
    "AND (a.billable <> b.billable OR a.title IS NOT b.title)";
static const char count_gone[] =
    "SELECT count(*) FROM temp.old o WHERE o.valid_from <= ?2 AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.code = o.code "
    "AND (s.valid_to = 0 OR s.valid_to >= ?2))";

static void run_all(struct import *import, const char *const *statements, int64_t first, int64_t last) {
    for (; *statements; statements++)
        run_between(import, *statements, first, last);
}

/* HCPCS lists its own modifiers; those of CPT come from elsewhere. */
static bool modifiers_complete(struct import *import) {
    struct row row = row_open(import->writer, "SELECT EXISTS (SELECT 1 FROM editions WHERE system = ? AND complete)");
    row_put_number(&row, SYSTEM_MOD);
    int64_t ret = row_number(&row);
    row_close(&row);
    return ret != 0;
}

static void write_edition(struct import *import, enum code_system system) {
    struct import_result *result = import->result;
    struct row same = row_open(import->writer, "DELETE FROM editions WHERE system = ? AND (name = ? OR (valid_from = ? AND NOT complete))");
    row_put_number(&same, system);
    row_put_text(&same, result->edition);
    row_put_number(&same, import->from);
    row_end(&same);
    row_close(&same);
    struct row before = row_open(import->writer, "UPDATE editions SET valid_to = ? WHERE system = ? AND valid_from < ? AND valid_to >= ? "
                                                 "AND source IN (SELECT id FROM sources WHERE kind = ?)");
    row_put_number(&before, beside(import->from, -1));
    row_put_number(&before, system);
    row_put_number(&before, import->from);
    row_put_number(&before, import->from);
    row_put_text(&before, import->set);
    row_end(&before);
    row_close(&before);
    struct row row = row_open(import->writer, "INSERT INTO editions (system, name, valid_from, valid_to, complete, codes, source) "
                                              "VALUES (?, ?, ?, ?, ?, 0, ?)");
    row_put_number(&row, system);
    row_put_text(&row, result->edition);
    row_put_number(&row, import->from);
    row_put_number(&row, import->edition_to);
    row_put_number(&row, !result->extract && (system != SYSTEM_MOD || modifiers_complete(import)));
    row_put_number(&row, import->source);
    row_end(&row);
    row_close(&row);
}

static void merge_codes(struct import *import, enum code_system system) {
    struct import_result *result = import->result;
    int64_t first = system_id(system, ""), last = system_id_last(system, "");
    import->codes_now = true;
    run_all(import, take_codes_out, first, last);
    result->added += (size_t)run_between(import, count_new, first, last);
    result->changed += (size_t)run_between(import, count_changed, first, last);
    result->gone += (size_t)run_between(import, count_gone, first, last);
    run_all(import, put_codes_in, first, last);
    run_all(import, join_codes, first, last);
    writer_run(import->writer, "DROP TABLE temp.old; DROP TABLE temp.joined");
    import->codes_now = false;
    write_edition(import, system);
    import->writer->texts_changed = true;
}

static const char *const compare_facts[] = {
    "CREATE TEMP TABLE before AS SELECT code, section, label, value, text, related FROM facts WHERE source IN " OLD_SOURCES
    " AND valid_from <= ?2 AND valid_to >= ?2",
    "CREATE TEMP TABLE after AS SELECT code, section, label, value, text, related FROM facts WHERE source = ?1",
    "CREATE TEMP TABLE differing AS SELECT DISTINCT code FROM (SELECT * FROM temp.after EXCEPT SELECT * FROM temp.before)",
    NULL,
};
static const char count_new_facts[] = "SELECT count(*) FROM temp.differing WHERE code NOT IN (SELECT code FROM temp.before)";
static const char count_changed_facts[] = "SELECT count(*) FROM temp.differing WHERE code IN (SELECT code FROM temp.before)";
static const char count_gone_facts[] =
    "SELECT count(DISTINCT code) FROM temp.before WHERE NOT ?6 AND code NOT IN (SELECT code FROM temp.after)";

/* This edition, when it was imported before: what is left of it lies outside the days that are told anew. */
#define BEFORE "(SELECT id FROM sources WHERE kind = ?9 AND id <> ?1 AND imported <> 0 AND name LIKE '% (before %)')"

#define TOLD "(NOT ?6 OR code IN (SELECT code FROM temp.told))"

/* Facts may reach back before the first day of their edition: a newer one makes room for this, and where this one is the earliest of its
 * set, it tells those days anew. */
static const char *const make_room_for_facts[] = {
    "CREATE TEMP TABLE told (code INTEGER PRIMARY KEY)",
    "INSERT OR IGNORE INTO temp.told SELECT code FROM facts WHERE source = ?1 AND ?6",
    "CREATE TEMP TABLE newer AS SELECT id FROM sources WHERE kind = ?9 AND valid_from > ?2",
    "DELETE FROM facts WHERE source IN (SELECT id FROM temp.newer) AND valid_to <= ?3 AND " TOLD,
    "UPDATE facts SET valid_from = ?5 WHERE source IN (SELECT id FROM temp.newer) AND valid_from <= ?3 AND " TOLD,
    "DELETE FROM facts WHERE source IN " BEFORE " AND valid_from < ?2 AND " TOLD
    " AND NOT EXISTS (SELECT 1 FROM sources WHERE kind = ?9 AND valid_from < ?2)",
    "DROP TABLE temp.newer",
    NULL,
};

static const char *const replace_facts[] = {
    "DELETE FROM facts WHERE source IN " OLD_SOURCES " AND valid_from >= ?2 AND valid_to <= ?3 AND " TOLD,
    "UPDATE facts SET valid_to = ?4 WHERE source IN " OLD_SOURCES " AND valid_from < ?2 AND valid_to >= ?2 AND " TOLD,
    "UPDATE facts SET valid_from = ?5 WHERE source IN " OLD_SOURCES " AND valid_from >= ?2 AND valid_from <= ?3 AND valid_to > ?3 AND " TOLD,
    "DROP TABLE temp.told",
    NULL,
};

static bool has_old_facts(struct import *import) {
    return run(import, "SELECT EXISTS (SELECT 1 FROM facts WHERE source IN " OLD_SOURCES ")") != 0;
}

/* Counted in codes: those that facts were added for, changed or taken from. A set about codes has counted these. */
static void merge_facts(struct import *import) {
    struct import_result *result = import->result;
    if (!has_old_facts(import)) {
        if (!import->systems)
            result->added += (size_t)run(import, "SELECT count(DISTINCT code) FROM facts WHERE source = ?1");
        return;
    }
    if (!import->systems) {
        run_all(import, compare_facts, 0, 0);
        result->added += (size_t)run(import, count_new_facts);
        result->changed += (size_t)run(import, count_changed_facts);
        result->gone += (size_t)run(import, count_gone_facts);
        writer_run(import->writer, "DROP TABLE temp.before; DROP TABLE temp.after; DROP TABLE temp.differing");
    }
    run_all(import, make_room_for_facts, 0, 0);
    run_all(import, replace_facts, 0, 0);
}

/* Words of a code that the other side does not have for it. */
#define UNKNOWN_TO(others) " AND NOT EXISTS (SELECT 1 FROM words o WHERE o.code = w.code AND o.text = w.text AND o.source " others ")"

static const char count_new_words[] = "SELECT count(*) FROM words w WHERE source = ?1" UNKNOWN_TO("IN " OLD_SOURCES);
static const char count_gone_words[] = "SELECT count(*) FROM words w WHERE source IN " OLD_SOURCES UNKNOWN_TO("= ?1");

/* The newest edition's words are the ones to search; words have no days. */
static void merge_words(struct import *import) {
    int64_t newer = run(import, "SELECT count(*) FROM sources WHERE id IN " OLD_SOURCES " AND valid_from > ?2");
    bool alone = !import->systems && !import->brings[SINK_FACT];
    if (newer)
        run(import, "DELETE FROM words WHERE source = ?1");
    else if (alone)
        import->result->added += (size_t)run(import, count_new_words);
    if (!newer && !import->result->extract) {
        if (alone)
            import->result->gone += (size_t)run(import, count_gone_words);
        run(import, "DELETE FROM words WHERE source IN " OLD_SOURCES);
    }
    import->writer->texts_changed = true;
}

/* The column 1 codes of the file are the part of the set that it speaks of. An old pair that the file tells too, with other days,
 * is told by the file; one that it does not hold ended on the day before. */
static const char delete_told_edits[] =
    "DELETE FROM pairs WHERE column1 BETWEEN ?7 AND ?8 AND source IN " OLD_SOURCES " AND valid_from <= ?3 AND (valid_from >= ?2 OR EXISTS "
    "(SELECT 1 FROM pairs n WHERE n.column1 = pairs.column1 AND n.column2 = pairs.column2 AND n.source = ?1 AND "
    "n.valid_from <= pairs.valid_to AND n.valid_to >= pairs.valid_from AND n.valid_from < ?2))";
static const char end_old_edits[] = "UPDATE pairs SET valid_to = ?4 WHERE column1 BETWEEN ?7 AND ?8 AND source IN " OLD_SOURCES
                                    " AND valid_from < ?2 AND valid_to >= ?2";
/* Of an extract the pairs themselves: what it tells of their days is so, the days before are as they were. */
#define SAME_PAIR "n.column1 = pairs.column1 AND n.column2 = pairs.column2 AND n.source = ?1"
#define DAY_BEFORE(day)                                                                                                                    \
    "CAST(strftime('%Y%m%d', substr(" day ", 1, 4) || '-' || substr(" day ", 5, 2) || '-' || substr(" day ", 7, 2), '-1 day') AS INTEGER)"
static const char delete_extracted_edits[] =
    "DELETE FROM pairs WHERE column1 BETWEEN ?7 AND ?8 AND source IN " OLD_SOURCES " AND EXISTS "
    "(SELECT 1 FROM pairs n WHERE " SAME_PAIR " AND n.valid_from <= pairs.valid_from AND n.valid_to >= pairs.valid_from)";
static const char end_extracted_edits[] =
    "UPDATE pairs SET valid_to = " DAY_BEFORE("n.valid_from") " FROM (SELECT column1, column2, source, min(valid_from) AS valid_from "
    "FROM pairs WHERE column1 BETWEEN ?7 AND ?8 AND source = ?1 GROUP BY column1, column2) n WHERE " SAME_PAIR
    " AND pairs.source IN " OLD_SOURCES " AND n.valid_from > pairs.valid_from AND n.valid_from <= pairs.valid_to";
static const char count_gone_edits[] =
    "SELECT count(*) FROM pairs WHERE column1 BETWEEN ?7 AND ?8 AND source IN " OLD_SOURCES " AND valid_from <= ?2 AND valid_to >= ?2 "
    "AND NOT EXISTS (SELECT 1 FROM pairs n WHERE n.column1 = pairs.column1 AND n.column2 = pairs.column2 AND n.source = ?1 "
    "AND n.valid_from <= ?2 AND n.valid_to >= ?2)";

static void merge_edits(struct import *import) {
    int64_t first = import->first_edit, last = import->last_edit;
    if (run(import, "SELECT count(*) FROM " OLD_SOURCES) && !import->result->extract) {
        import->result->gone += (size_t)run_between(import, count_gone_edits, first, last);
        run_between(import, delete_told_edits, first, last);
        run_between(import, end_old_edits, first, last);
    } else if (import->result->extract) {
        run_between(import, delete_extracted_edits, first, last);
        run_between(import, end_extracted_edits, first, last);
    }
    writer_run(import->writer, "CREATE INDEX pairs_by_column2 ON pairs (column2)");
}

static void merge_localities(struct import *import) {
    run(import, "UPDATE localities SET valid_to = ?4 WHERE source IN " OLD_SOURCES " AND valid_from < ?2 AND valid_to >= ?2");
    import->result->added += (size_t)run(import, "SELECT count(*) FROM localities WHERE source = ?1");
}

static const char *const forget_before[] = {
    "UPDATE versions SET source = ?1 WHERE source IN " BEFORE,
    "UPDATE OR IGNORE facts SET source = ?1 WHERE source IN " BEFORE, /* the same fact, told anew from a later day on, is enough */
    "DELETE FROM facts WHERE source IN " BEFORE,
    "UPDATE pairs SET source = ?1 WHERE source IN " BEFORE,
    "DELETE FROM words WHERE source IN " BEFORE,
    "DELETE FROM claims WHERE source IN " BEFORE,
    "DELETE FROM localities WHERE source IN " BEFORE,
    "DELETE FROM editions WHERE source IN " BEFORE,
    "DELETE FROM sources WHERE id IN " BEFORE,
    NULL,
};

static void forget_replaced(struct import *import) {
    if (run(import, "SELECT count(*) FROM " BEFORE))
        run_all(import, forget_before, 0, 0);
}

static int check_rejected(struct import *import, struct why *why) {
    const struct import_result *result = import->result;
    if (result->rejected * 100 > result->rows * REJECTED_PERCENT)
        return why_set(why, FAIL_INPUT, "%zu of the %zu rows of %s can not be used, the first in line %zu (%s)",
                       result->rejected, result->rows, result->file, result->rejects[0].line, result->rejects[0].reason);
    return 0;
}

static int check(struct import *import, struct why *why) {
    const struct import_result *result = import->result;
    if (!import->announced || !result->rows)
        return why_set(why, FAIL_INPUT, "%s holds no row of %s: is it the right file?", result->file, result->title);
    return check_rejected(import, why);
}

int sink_aside(struct import *import, struct why *why) {
    int code = check_rejected(import, why);
    import->result->aside = true;
    writer_run(import->writer, "DROP TABLE staged");
    return code ? code : writer_failed(import->writer, why);
}

int sink_finish(struct import *import, struct why *why) {
    int code = check(import, why);
    if (code)
        return code;
    import->result->extract = is_extract(import);
    for (int system = 0; system < SYSTEM_COUNT; system++)
        if (import->systems >> system & 1)
            merge_codes(import, (enum code_system)system);
    if (import->brings[SINK_FACT])
        merge_facts(import);
    if (import->brings[SINK_WORDS])
        merge_words(import);
    if (import->brings[SINK_EDIT])
        merge_edits(import);
    if (import->brings[SINK_LOCALITY])
        merge_localities(import);
    struct row rows = row_open(import->writer, "UPDATE sources SET rows = ? WHERE id = ?");
    row_put_number(&rows, (int64_t)import->result->rows);
    row_put_number(&rows, import->source);
    row_end(&rows);
    row_close(&rows);
    forget_replaced(import);
    writer_run(import->writer, "DROP TABLE staged");
    return writer_failed(import->writer, why);
}
