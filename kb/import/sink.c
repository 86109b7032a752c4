#include "kb/import/sink.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "kb/schema.h"

enum { FILE_ARENA_BYTES = 256 << 20, TITLE_BYTES_MAX = 20000, TEXT_BYTES_MAX = 8000, PROGRESS_ROWS = 1000, REASON_BYTES = 160 };
enum { POSITIONS = 1000000 };

/* This very edition told it before, and a newer one ended it: told again it will be ended again. */
#define ENDED_BY_NEWER                                                                                                                     \
    "(p.valid_to < ?6 AND s.kind = ?4 AND s.valid_from = ?5 AND EXISTS (SELECT 1 FROM sources n WHERE n.kind = ?4 AND n.whole AND "        \
    "n.valid_from > ?5 AND n.valid_from <= ?6 AND p.valid_to = " DAY_BEFORE("n.valid_from") "))"

/* All bears its source, so old and new can stand side by side. */
static const char *const statements[SINK_COUNT] = {
    [SINK_CODE] = "INSERT OR IGNORE INTO statements VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [SINK_FACT] = "INSERT OR REPLACE INTO facts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?9, ?10)",
    [SINK_WORDS] = "INSERT OR IGNORE INTO words VALUES (?, ?, ?)",
    [SINK_CLAIM] = "INSERT OR REPLACE INTO claims VALUES (?, ?, 0, ?)",
    [SINK_EDIT] = "INSERT OR IGNORE INTO pairs VALUES (?, ?, ?, ?, ?, ?)",
    [SINK_EDIT_KNOWN] = "SELECT CASE WHEN s.kind = ?4 AND s.valid_from > ?5 THEN 2 WHEN p.indicator = ?7 AND (p.valid_to = ?6 OR " ENDED_BY_NEWER
                        ") THEN 1 ELSE 0 END FROM pairs p JOIN sources s ON s.id = p.source "
                        "WHERE p.column1 = ?1 AND p.column2 = ?2 AND p.valid_from = ?3",
    [SINK_EDIT_AGAIN] = "UPDATE pairs SET valid_to = ?, indicator = ?, source = ? WHERE column1 = ? AND column2 = ? AND valid_from = ?",
    [SINK_LOCALITY] = "INSERT OR REPLACE INTO localities VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

void sink_open(struct import *import, struct writer *writer, const struct importer *importer, const struct import_order *order,
               struct arena *arena, const char *name, struct import_result *result) {
    *import = (struct import){.importer = importer, .order = order, .writer = writer, .arena = arena, .result = result};
    import->set = importer->kind;
    import->own = arena_new(FILE_ARENA_BYTES);
    char *lower = arena_copy(import->own, span_of(name));
    for (char *c = lower; *c; c++)
        *c = char_lower(*c);
    import->name = lower;
    result->kind = importer->kind;
    result->title = importer->title;
}

void sink_close(struct import *import) {
    for (size_t i = 0; i < SINK_COUNT; i++)
        row_close(&import->rows[i]);
    arena_free(import->own);
}

static struct row *row_of(struct import *import, enum sink_statement which) {
    struct row *row = &import->rows[which];
    if (!row->writer)
        *row = row_open(import->writer, statements[which]);
    import->brings[which] = true;
    return row;
}

struct arena *import_arena(struct import *import) { return import->own; }

const char *import_file_name(const struct import *import) { return import->name; }

int64_t import_effective(const struct import *import) {
    return date_is_set(import->order->effective) ? schema_day(import->order->effective) : 0;
}

int64_t import_first_day(const struct import *import) { return import->from; }

/* Under a name of its own until sink_finish knows whether it is whole. */
static void write_source(struct import *import, const struct import_edition *edition) {
    struct writer *writer = import->writer;
    struct row next = row_open(writer, "SELECT coalesce(max(id), 0) + 1 FROM sources");
    import->source = row_number(&next);
    row_close(&next);
    struct row row = row_open(writer, "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 0, 0, ?)");
    row_put_number(&row, import->source);
    row_put_text(&row, arena_printf(import->own, "import %lld", (long long)import->source));
    row_put_text(&row, import->set);
    row_put_text(&row, import->importer->title);
    row_put_text(&row, edition->publisher);
    row_put_text(&row, import->result->edition);
    row_put_text(&row, edition->notice);
    row_put_number(&row, import->from);
    row_put_number(&row, import->to);
    row_put_number(&row, edition->released);
    row_put_number(&row, edition->complete_to);
    row_put_number(&row, schema_day(import->order->today));
    row_end(&row);
    row_close(&row);
}

/* A first day that the user named in place of the edition's own makes it another edition: the reissue of April beside that of October. */
static void name_edition(struct import *import, const struct import_edition *edition) {
    struct date first = schema_date(import->from);
    bool moved = edition->valid_from && import->from != edition->valid_from;
    import->source_name = moved ? arena_printf(import->arena, "%s-from-%s", edition->source, first.iso)
                                : arena_copy(import->arena, span_of(edition->source));
    import->result->edition = moved ? arena_printf(import->arena, "%s, from %s", edition->name, first.iso)
                                    : arena_copy(import->arena, span_of(edition->name));
}

int import_edition(struct import *import, const struct import_edition *edition, struct why *why) {
    int64_t effective = import_effective(import);
    import->from = effective ? effective : edition->valid_from;
    if (!import->from)
        return why_set(why, FAIL_INPUT, "%s does not say from which day on it holds: name it with --effective YYYY-MM-DD",
                       import->result->file);
    if (edition->valid_to && edition->valid_to < import->from)
        return why_set(why, FAIL_INPUT, "%s ends before it begins: is --effective right?", import->result->file);
    import->announced = true;
    if (edition->part)
        import->set = arena_printf(import->own, "%s/%s", import->importer->kind, edition->part);
    import->systems = edition->systems;
    import->piece = edition->piece;
    import->always_whole = edition->always_whole;
    import->complete_to = edition->complete_to;
    import->to = edition->valid_to ? edition->valid_to : SCHEMA_FOREVER;
    name_edition(import, edition);
    write_source(import, edition);
    import->result->valid_from = schema_date(import->from);
    import->result->valid_to = schema_date(import->to);
    return 0;
}

static void show_progress(struct import *import, const struct input *input) {
    const struct import_order *order = import->order;
    if (order->progress)
        order->progress(order->context, import->result->file, import->result->rows, input_bytes_read(input), input_bytes_whole(input));
}

void import_row(struct import *import, const struct input *input) {
    if (import->result->rows++ % PROGRESS_ROWS == 0)
        show_progress(import, input);
}

void import_ends_untold(struct import *import) { import->ends_untold = true; }

void import_rows(struct import *import, size_t count) { import->result->rows += count; }

void import_reject(struct import *import, const struct input *input, const char *format, ...) {
    char reason[REASON_BYTES];
    va_list args;
    struct import_result *result = import->result;
    if (result->rejected++ >= IMPORT_REJECTS_SHOWN)
        return;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    struct span clean = utf8_clean(import->arena, span_of(reason));
    result->rejects[result->rejected - 1] = (struct import_reject){input_line_number(input), arena_copy(import->arena, clean)};
}

void import_note(struct import *import, const char *format, ...) {
    char note[WHY_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(note, sizeof note, format, args);
    va_end(args);
    import->result->note = arena_copy(import->arena, span_of(note));
}

bool import_code(struct import *import, const struct import_code *code) {
    struct row *row = row_of(import, SINK_CODE);
    row_put_number(row, system_id(code->system, code->key));
    row_put_number(row, import->source);
    row_put_number(row, code->valid_from);
    row_put_number(row, code->valid_to);
    row_put_number(row, !code->header);
    row_put_number(row, code->official);
    row_put_span(row, code->title.len ? utf8_cut(code->title, TITLE_BYTES_MAX) : (struct span){0});
    row_put_id(row, code->successor != NULL, code->successor ? system_id(code->successor_system, code->successor) : 0);
    row_end(row);
    return import->writer->error || writer_changes(import->writer) == 1;
}

/* Imported facts of a section stand behind what the seed says in it, those of one kind together. */
static int64_t place_of(const struct import *import, unsigned position) {
    int64_t kind = 1;
    for (size_t i = 0; importers[i] && importers[i] != import->importer; i++)
        kind++;
    return kind * POSITIONS + position % POSITIONS;
}

void import_fact(struct import *import, const struct import_fact *fact) {
    int64_t from = fact->valid_from ? fact->valid_from : import->from, to = fact->valid_to ? fact->valid_to : import->to;
    if (from > to)
        return;
    struct row *row = row_of(import, SINK_FACT);
    row_put_number(row, system_id(fact->system, fact->key));
    row_put_number(row, fact->section);
    row_put_number(row, place_of(import, fact->position));
    row_put_number(row, import->source);
    row_put_text(row, fact->label);
    row_put_text(row, fact->value);
    row_put_span(row, fact->text ? utf8_cut(span_of(fact->text), TEXT_BYTES_MAX) : (struct span){0});
    row_put_id(row, fact->related != NULL, fact->related ? system_id(fact->related_system, fact->related) : 0);
    row_put_number(row, from);
    row_put_number(row, to);
    row_end(row);
    if (fact->section == SECTION_PLAIN)
        import->writer->texts_changed = true;
}

void import_words(struct import *import, enum code_system system, const char *key, struct span text) {
    struct row *row = row_of(import, SINK_WORDS);
    text = span_trim(utf8_cut(text, TEXT_BYTES_MAX));
    if (!text.len)
        return;
    row_put_number(row, system_id(system, key));
    row_put_number(row, import->source);
    row_put_span(row, text);
    row_end(row);
}

void import_claim(struct import *import, enum code_system system, const char *key, struct span title) {
    struct row *row = row_of(import, SINK_CLAIM);
    row_put_number(row, system_id(system, key));
    row_put_number(row, import->source);
    row_put_span(row, span_slice(title, 0, TITLE_BYTES_MAX));
    row_end(row);
}

bool import_procedure(struct span text, enum code_system *system, char key[static CODE_BYTES]) {
    *system = system_fits(SYSTEM_CPT, text) ? SYSTEM_CPT : SYSTEM_HCPCS;
    if (!system_fits(*system, text))
        return false;
    system_key(*system, text, key);
    return true;
}

/* The index over column 2 is made anew at the end: that is one sort instead of a search a row. */
static void first_edit(struct import *import, int64_t column1) {
    writer_run(import->writer, "DROP INDEX IF EXISTS pairs_by_column2");
    import->first_edit = import->last_edit = column1;
}

/* A pair that is there already is taken over by this edition, whatever it says: unless a newer one told it. */
static void take_over(struct import *import, int64_t column1, int64_t column2, const struct import_edit *edit, int64_t from, int64_t to) {
    enum { ANOTHER, THE_SAME, NEWER };
    struct row *known = row_of(import, SINK_EDIT_KNOWN), *again = row_of(import, SINK_EDIT_AGAIN);
    row_put_number(known, column1);
    row_put_number(known, column2);
    row_put_number(known, from);
    row_put_text(known, import->set);
    row_put_number(known, import->from);
    row_put_number(known, to);
    row_put_number(known, edit->indicator);
    int64_t found = row_number(known);
    if (found == NEWER)
        return;
    import->result->changed += found == ANOTHER;
    row_put_number(again, to);
    row_put_number(again, edit->indicator);
    row_put_number(again, import->source);
    row_put_number(again, column1);
    row_put_number(again, column2);
    row_put_number(again, from);
    row_end(again);
}

bool import_edit(struct import *import, const struct import_edit *edit) {
    enum code_system system1, system2;
    char key1[CODE_BYTES], key2[CODE_BYTES];
    if (!import_procedure(span_of(edit->column1), &system1, key1) || !import_procedure(span_of(edit->column2), &system2, key2))
        return false;
    int64_t column1 = system_id(system1, key1), column2 = system_id(system2, key2);
    int64_t from = edit->valid_from ? edit->valid_from : import->from, to = edit->valid_to ? edit->valid_to : SCHEMA_FOREVER;
    if (!import->brings[SINK_EDIT])
        first_edit(import, column1);
    import->first_edit = column1 < import->first_edit ? column1 : import->first_edit;
    import->last_edit = column1 > import->last_edit ? column1 : import->last_edit;
    struct row *row = row_of(import, SINK_EDIT);
    row_put_number(row, column1);
    row_put_number(row, column2);
    row_put_number(row, from);
    row_put_number(row, to);
    row_put_number(row, edit->indicator);
    row_put_number(row, import->source);
    row_end(row);
    if (import->writer->error || writer_changes(import->writer) == 1)
        import->result->added++;
    else
        take_over(import, column1, column2, edit, from, to);
    return true;
}

void import_locality(struct import *import, const struct import_locality *locality) {
    struct row *row = row_of(import, SINK_LOCALITY);
    row_put_span(row, locality->contractor);
    row_put_span(row, locality->number);
    row_put_number(row, import->source);
    row_put_number(row, import->from);
    row_put_number(row, import->to);
    row_put_span(row, locality->state);
    row_put_span(row, locality->name);
    row_put_span(row, locality->work);
    row_put_span(row, locality->practice);
    row_put_span(row, locality->malpractice);
    row_end(row);
}
