/* The end of an import: what the edition says stands beside what others say, kb/derive.h tells what follows from it, and here is counted
 * what that changed on the edition's first day. NCCI edits have days of their own and are brought together here. */
#include <string.h>

#include "kb/derive.h"
#include "kb/import/sink.h"
#include "kb/schema.h"

enum { EXTRACT_PERCENT = 90, REJECTED_PERCENT = 1 };

/* Every statement of this file may use these, by number. */
enum { P_SOURCE = 1, P_FROM, P_BEFORE, P_FIRST, P_LAST, P_SET };

static void bind(sqlite3_stmt *stmt, const struct import *import, int64_t first, int64_t last) {
    const int64_t numbers[] = {
        [P_SOURCE] = import->source, [P_FROM] = import->from, [P_BEFORE] = schema_add_days(import->from, -1), [P_FIRST] = first, [P_LAST] = last};
    for (int i = P_SOURCE; i <= P_LAST && i <= sqlite3_bind_parameter_count(stmt); i++)
        sqlite3_bind_int64(stmt, i, numbers[i]);
    if (sqlite3_bind_parameter_count(stmt) >= P_SET)
        sqlite3_bind_text(stmt, P_SET, import->set, -1, SQLITE_STATIC);
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

static size_t count(struct import *import, const char *sql) { return (size_t)run(import, sql); }

#define OTHERS "(SELECT id FROM sources WHERE kind = ?6 AND id <> ?1)"
#define ON_FIRST_DAY "valid_from <= ?2 AND valid_to >= ?2"

/* ---- whole or an extract ---- */

/* Edits come in parts: what counts is how many there were of the column 1 codes that the file speaks of. Those that it tells, too, it has
 * taken over by now. */
static const char count_edits_left[] =
    "SELECT count(*) FROM pairs WHERE column1 BETWEEN ?4 AND ?5 AND source IN " OTHERS " AND " ON_FIRST_DAY;
static const char count_rows_before[] =
    "SELECT rows FROM sources WHERE id IN " OTHERS " AND whole AND rows > 0 AND valid_from <= ?2 ORDER BY valid_from DESC, id DESC LIMIT 1";
static const char count_codes_before[] = "SELECT count(*) FROM versions WHERE source IN " OTHERS " AND " ON_FIRST_DAY;

static int64_t rows_before(struct import *import) {
    if (import->brings[SINK_EDIT])
        return run_between(import, count_edits_left, import->first_edit, import->last_edit);
    int64_t rows = run(import, count_rows_before), codes = import->systems ? run(import, count_codes_before) : 0;
    return rows > codes ? rows : codes;
}

/* Far fewer rows than such a file has, or than there were before. */
static bool looks_like_extract(struct import *import) {
    size_t rows = import->result->rows - import->result->rejected, taken = rows - import->result->added;
    int64_t before = rows_before(import) + (import->brings[SINK_EDIT] ? (int64_t)taken : 0);
    return rows < import->importer->least || rows * 100 < (uint64_t)before * EXTRACT_PERCENT;
}

static bool is_extract(struct import *import) {
    if (import->piece || import->always_whole)
        return import->piece;
    return import->order->extent == IMPORT_GUESS ? looks_like_extract(import) : import->order->extent == IMPORT_EXTRACT;
}

/* ---- the same edition, imported before ---- */

static int64_t imported_before(struct import *import, const char *name) {
    struct row row = row_open(import->writer, "SELECT id FROM sources WHERE name = ?");
    row_put_text(&row, name);
    int64_t ret = row_number(&row);
    row_close(&row);
    return ret;
}

/* What it brought and this one has not taken over. */
static void forget(struct import *import, int64_t source) {
    static const char *const tables[] = {"statements", "facts", "words", "claims", "localities", "editions", "pairs"};
    char sql[64];
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        snprintf(sql, sizeof sql, "DELETE FROM %s WHERE source = ?", tables[i]);
        struct row row = row_open(import->writer, sql);
        row_put_number(&row, source);
        row_end(&row);
        row_close(&row);
        if (strcmp(tables[i], "words") == 0 && writer_changes(import->writer) > 0)
            import->writer->texts_changed = true;
    }
    struct row row = row_open(import->writer, "DELETE FROM sources WHERE id = ?");
    row_put_number(&row, source);
    row_end(&row);
    row_close(&row);
}

/* An extract of an edition stands beside the whole of it. */
static void take_its_place(struct import *import) {
    const char *name = arena_printf(import->own, "%s%s", import->source_name, import->result->extract ? "-extract" : "");
    int64_t before = imported_before(import, name);
    if (before)
        forget(import, before);
    struct row row = row_open(import->writer, "UPDATE sources SET name = ?, whole = ?, ends = ?, rows = ? WHERE id = ?");
    row_put_text(&row, name);
    row_put_number(&row, !import->result->extract);
    row_put_number(&row, !import->ends_untold);
    row_put_number(&row, (int64_t)import->result->rows);
    row_put_number(&row, import->source);
    row_end(&row);
    row_close(&row);
}

/* ---- editions of a system ---- */

/* HCPCS lists its own modifiers; those of CPT come from elsewhere. */
static bool is_complete(struct import *import, enum code_system system) {
    if (import->result->extract || system != SYSTEM_MOD)
        return !import->result->extract;
    struct row row = row_open(import->writer, "SELECT EXISTS (SELECT 1 FROM editions WHERE system = ? AND complete)");
    row_put_number(&row, SYSTEM_MOD);
    int64_t ret = row_number(&row);
    row_close(&row);
    return ret != 0;
}

/* The seed's extract of this edition, and an edition of the same name, are this one now. */
static void replace_edition(struct import *import, enum code_system system, const char *name) {
    struct row row = row_open(import->writer, "DELETE FROM editions WHERE system = ?1 AND (name = ?2 OR (NOT complete AND valid_from BETWEEN ?3 "
                                              "AND ?4 AND source IN (SELECT id FROM sources WHERE imported = 0)))");
    row_put_number(&row, system);
    row_put_text(&row, name);
    row_put_number(&row, import->from);
    row_put_number(&row, import->to);
    row_end(&row);
    row_close(&row);
}

/* An extract where a complete edition holds is none that a status could rest on. */
static bool is_told_already(struct import *import, enum code_system system) {
    struct row row = row_open(import->writer, "SELECT EXISTS (SELECT 1 FROM editions WHERE system = ? AND complete AND ? BETWEEN valid_from AND "
                                              "valid_to)");
    row_put_number(&row, system);
    row_put_number(&row, import->from);
    int64_t ret = row_number(&row);
    row_close(&row);
    return import->result->extract && ret;
}

static void write_edition(struct import *import, enum code_system system) {
    const char *name = import->result->extract ? arena_printf(import->own, "%s, extract", import->result->edition) : import->result->edition;
    if (is_told_already(import, system))
        return;
    bool complete = is_complete(import, system);
    if (!import->result->extract)
        replace_edition(import, system, name);
    struct row row = row_open(import->writer, "INSERT OR REPLACE INTO editions (system, name, valid_from, valid_to, complete, codes, source) "
                                              "VALUES (?, ?, ?, ?, ?, 0, ?)");
    row_put_number(&row, system);
    row_put_text(&row, name);
    row_put_number(&row, import->from);
    row_put_number(&row, import->to);
    row_put_number(&row, complete);
    row_put_number(&row, import->source);
    row_end(&row);
    row_close(&row);
}

/* ---- codes ---- */

static const char keep_codes[] = "INSERT INTO temp.old SELECT code, title, billable FROM versions WHERE code BETWEEN ?4 AND ?5 AND " ON_FIRST_DAY;
static const char count_new[] = "SELECT count(*) FROM versions WHERE code BETWEEN ?4 AND ?5 AND " ON_FIRST_DAY
                                " AND code NOT IN (SELECT code FROM temp.old)";
static const char count_changed[] = "SELECT count(*) FROM versions v JOIN temp.old o ON o.code = v.code WHERE v.code BETWEEN ?4 AND ?5 AND "
                                    "v.valid_from <= ?2 AND v.valid_to >= ?2 AND (v.billable <> o.billable OR v.title IS NOT o.title)";
static const char count_gone[] = "SELECT count(*) FROM temp.old WHERE code NOT IN (SELECT code FROM versions WHERE code BETWEEN ?4 AND ?5 AND "
                                 ON_FIRST_DAY ")";

static void merge_codes(struct import *import, enum code_system system) {
    struct import_result *result = import->result;
    int64_t first = system_id(system, ""), last = system_id_last(system, "");
    writer_run(import->writer, "CREATE TEMP TABLE old (code INTEGER PRIMARY KEY, title TEXT, billable INTEGER)");
    run_between(import, keep_codes, first, last);
    write_edition(import, system);
    derive_versions(import->writer, system);
    result->added += (size_t)run_between(import, count_new, first, last);
    result->changed += (size_t)run_between(import, count_changed, first, last);
    result->gone += (size_t)run_between(import, count_gone, first, last);
    writer_run(import->writer, "DROP TABLE temp.old");
}

/* ---- facts and localities ---- */

/* What the set says on the edition's first day, before and after: each row a subject and all that is said of it. */
static const char keep_facts[] = "CREATE TEMP TABLE before AS SELECT code AS subject, section, label, value, text, related FROM facts "
                                 "WHERE source IN " OTHERS " AND " ON_FIRST_DAY;
static const char show_facts[] = "CREATE TEMP TABLE after AS SELECT code AS subject, section, label, value, text, related FROM facts "
                                 "WHERE source IN (SELECT id FROM sources WHERE kind = ?6) AND " ON_FIRST_DAY;
static const char keep_localities[] = "CREATE TEMP TABLE before AS SELECT contractor || number AS subject, name, work, practice, malpractice "
                                      "FROM localities WHERE source IN " OTHERS " AND " ON_FIRST_DAY;
static const char show_localities[] = "CREATE TEMP TABLE after AS SELECT contractor || number AS subject, name, work, practice, malpractice "
                                      "FROM localities WHERE source IN (SELECT id FROM sources WHERE kind = ?6) AND " ON_FIRST_DAY;

static void count_differing(struct import *import) {
    struct import_result *result = import->result;
    writer_run(import->writer, "CREATE TEMP TABLE differing AS SELECT DISTINCT subject FROM (SELECT * FROM temp.after EXCEPT SELECT * FROM "
                               "temp.before) UNION SELECT DISTINCT subject FROM (SELECT * FROM temp.before EXCEPT SELECT * FROM temp.after)");
    result->added += count(import, "SELECT count(*) FROM temp.differing WHERE subject NOT IN (SELECT subject FROM temp.before)");
    result->changed += count(import, "SELECT count(*) FROM temp.differing WHERE subject IN (SELECT subject FROM temp.before) AND "
                                     "subject IN (SELECT subject FROM temp.after)");
    result->gone += count(import, "SELECT count(*) FROM temp.differing WHERE subject NOT IN (SELECT subject FROM temp.after)");
    writer_run(import->writer, "DROP TABLE temp.before; DROP TABLE temp.after; DROP TABLE temp.differing");
}

/* ---- words ---- */

/* Words of a code that the other side does not have for it. */
#define UNKNOWN_TO(others) " AND NOT EXISTS (SELECT 1 FROM words o WHERE o.code = w.code AND o.text = w.text AND o.source " others ")"

static const char count_new_words[] = "SELECT count(*) FROM words w WHERE source = ?1" UNKNOWN_TO("IN " OTHERS);
static const char count_gone_words[] = "SELECT count(*) FROM words w WHERE source IN " OTHERS UNKNOWN_TO("= ?1");

/* Words have no days: the ones to search are those of the newest whole edition, and of extracts that are newer still. */
static const char forget_words[] =
    "DELETE FROM words WHERE source IN (SELECT o.id FROM sources o JOIN sources n ON n.kind = o.kind AND n.whole AND n.id <> o.id AND "
    "(n.valid_from > o.valid_from OR (n.valid_from = o.valid_from AND (n.released > o.released OR "
    "(n.released = o.released AND o.imported = 0)))) WHERE o.kind = ?6)";

static void merge_words(struct import *import) {
    run(import, forget_words);
    import->writer->texts_changed = true;
}

/* ---- edits ---- */

#define OLDER "(SELECT id FROM sources WHERE kind = ?6 AND id <> ?1 AND valid_from <= ?2)"
#define NEWER "(SELECT id FROM sources WHERE kind = ?6 AND id <> ?1 AND valid_from > ?2)"
#define IN_PART "column1 BETWEEN ?4 AND ?5"
#define SAME_PAIR "n.column1 = pairs.column1 AND n.column2 = pairs.column2"
#define OVERLAPS "n.valid_from <= pairs.valid_to AND n.valid_to >= pairs.valid_from"

/* The column 1 codes of the file are the part of the set that it speaks of. What an older quarter said of a pair and this one tells too, with
 * other days, is told by this one; a pair that it does not hold ended on the day before. */
static const char count_gone_edits[] =
    "SELECT count(*) FROM pairs WHERE " IN_PART " AND source IN " OLDER " AND " ON_FIRST_DAY " AND NOT EXISTS (SELECT 1 FROM pairs n WHERE "
    SAME_PAIR " AND n.source = ?1 AND n.valid_from <= ?2 AND n.valid_to >= ?2)";
static const char drop_told_edits[] =
    "DELETE FROM pairs WHERE " IN_PART " AND source IN " OLDER " AND (valid_from >= ?2 OR EXISTS (SELECT 1 FROM pairs n WHERE " SAME_PAIR
    " AND n.source = ?1 AND " OVERLAPS " AND n.valid_from < ?2))";
static const char end_old_edits[] =
    "UPDATE pairs SET valid_to = ?3 WHERE " IN_PART " AND source IN " OLDER " AND valid_from < ?2 AND valid_to >= ?2";

/* The other way round, where a newer quarter is there already: this one only adds what that does not tell, up to the day before it. */
static const char drop_own_told[] =
    "DELETE FROM pairs WHERE source = ?1 AND EXISTS (SELECT 1 FROM pairs n JOIN sources s ON s.id = n.source WHERE " SAME_PAIR
    " AND s.id IN " NEWER " AND " OVERLAPS " AND (n.valid_from < s.valid_from OR NOT s.whole))";
static const char end_own[] =
    "UPDATE pairs SET valid_to = ?2 WHERE source = ?1 AND valid_from <= ?2 AND valid_to > ?2 AND column1 BETWEEN ?3 AND ?4";
static const char drop_late_own[] = "DELETE FROM pairs WHERE source = ?1 AND valid_from > ?2 AND column1 BETWEEN ?3 AND ?4";
static const char newer_quarters[] = "SELECT s.valid_from, min(p.column1), max(p.column1) FROM sources s JOIN pairs p ON p.source = s.id "
                                     "WHERE s.kind = ?6 AND s.valid_from > ?2 AND s.whole GROUP BY s.id ORDER BY s.valid_from";

static void end_own_before(struct import *import, const char *sql, sqlite3_stmt *newer) {
    struct row row = row_open(import->writer, sql);
    row_put_number(&row, import->source);
    row_put_number(&row, schema_add_days(sqlite3_column_int64(newer, 0), -1));
    row_put_number(&row, sqlite3_column_int64(newer, 1));
    row_put_number(&row, sqlite3_column_int64(newer, 2));
    row_end(&row);
    row_close(&row);
}

static void yield_to_newer(struct import *import) {
    run(import, drop_own_told);
    struct row row = row_open(import->writer, newer_quarters);
    if (row.stmt)
        bind(row.stmt, import, 0, 0);
    while (row_next(&row)) {
        end_own_before(import, end_own, row.stmt);
        end_own_before(import, drop_late_own, row.stmt);
    }
    row_close(&row);
}

/* Of an extract the pairs themselves: what it tells of their days is so, the days before are as they were. */
static const char drop_extracted_edits[] =
    "DELETE FROM pairs WHERE " IN_PART " AND source IN " OLDER " AND EXISTS (SELECT 1 FROM pairs n WHERE " SAME_PAIR
    " AND n.source = ?1 AND n.valid_from <= pairs.valid_from AND n.valid_to >= pairs.valid_from)";
static const char end_extracted_edits[] =
    "UPDATE pairs SET valid_to = " DAY_BEFORE("n.valid_from") " FROM (SELECT column1, column2, min(valid_from) AS valid_from "
    "FROM pairs WHERE " IN_PART " AND source = ?1 GROUP BY column1, column2) n WHERE " SAME_PAIR
    " AND pairs.source IN " OLDER " AND n.valid_from > pairs.valid_from AND n.valid_from <= pairs.valid_to";

static void merge_edits(struct import *import) {
    int64_t first = import->first_edit, last = import->last_edit;
    if (import->result->extract) {
        run_between(import, drop_extracted_edits, first, last);
        run_between(import, end_extracted_edits, first, last);
    } else if (run(import, "SELECT count(*) FROM " OLDER)) {
        import->result->gone += (size_t)run_between(import, count_gone_edits, first, last);
        run_between(import, drop_told_edits, first, last);
        run_between(import, end_old_edits, first, last);
    }
    if (run(import, "SELECT count(*) FROM " NEWER))
        yield_to_newer(import);
    writer_run(import->writer, "CREATE INDEX pairs_by_column2 ON pairs (column2)");
}

/* ---- all of it ---- */

static int check_rejected(struct import *import, struct why *why) {
    const struct import_result *result = import->result;
    const struct import_reject *first = &result->rejects[0];
    if (result->rejected * 100 <= result->rows * REJECTED_PERCENT)
        return 0;
    if (!first->line)
        return why_set(why, FAIL_INPUT, "%zu of the %zu rows of %s can not be used: %s", result->rejected, result->rows, result->file,
                       first->reason);
    return why_set(why, FAIL_INPUT, "%zu of the %zu rows of %s can not be used, the first in line %zu (%s)", result->rejected, result->rows,
                   result->file, first->line, first->reason);
}

static int check(struct import *import, struct why *why) {
    const struct import_result *result = import->result;
    if (!import->announced || (!result->rows && !import->always_whole))
        return why_set(why, FAIL_INPUT, "%s holds no row of %s: is it the right file?", result->file, result->title);
    return check_rejected(import, why);
}

int sink_aside(struct import *import, struct why *why) {
    int code = check_rejected(import, why);
    import->result->aside = true;
    return code ? code : writer_failed(import->writer, why);
}

/* A set about codes is counted in these, and facts and words only where there is nothing else to count. */
static void merge_facts(struct import *import) {
    bool counted = !import->systems && (import->brings[SINK_FACT] || import->brings[SINK_LOCALITY] || import->always_whole);
    if (counted)
        run(import, import->brings[SINK_LOCALITY] ? keep_localities : keep_facts);
    take_its_place(import);
    derive_set(import->writer, import->set);
    if (!counted)
        return;
    run(import, import->brings[SINK_LOCALITY] ? show_localities : show_facts);
    count_differing(import);
}

static void count_words(struct import *import) {
    bool counted = !import->systems && !import->brings[SINK_FACT] && import->brings[SINK_WORDS];
    if (!counted || run(import, "SELECT count(*) FROM sources WHERE kind = ?6 AND id <> ?1 AND whole AND valid_from > ?2"))
        return;
    import->result->added += count(import, count_new_words);
    if (!import->result->extract)
        import->result->gone += count(import, count_gone_words);
}

int sink_finish(struct import *import, struct why *why) {
    int code = check(import, why);
    if (code)
        return code;
    import->result->extract = is_extract(import);
    count_words(import);
    merge_facts(import);
    for (int system = 0; system < SYSTEM_COUNT; system++)
        if (import->systems >> system & 1)
            merge_codes(import, (enum code_system)system);
    if (import->systems)
        derive_set(import->writer, import->set);
    if (import->brings[SINK_WORDS])
        merge_words(import);
    if (import->brings[SINK_EDIT])
        merge_edits(import);
    return writer_failed(import->writer, why);
}
