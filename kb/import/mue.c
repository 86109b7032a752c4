/* Medically unlikely edits for practitioners: how many units a day pass. CMS, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv": a notice
 * of many lines in one cell, a header whose first cell has a line end in it, then code, units, indicator ("2 Date of Service Edit:
 * Policy", or the digit alone) and rationale. Hospitals and suppliers have files of their own, with other figures. */
#include "kb/import/handed.h"
#include "kb/import/columns.h"
#include "kb/import/month.h"
#include "kb/import/named.h"
#include "kb/import/registry.h"

enum { CODE, UNITS, INDICATOR, RATIONALE, COLUMNS };
enum { ROW_BYTES = 64 << 10, UNITS_MAX = 1000000 };

static const char notice[] = "CPT only copyright American Medical Association. All rights reserved.";

static const struct column columns[COLUMNS] = {
    [CODE] = {"HCPCS/CPT Code", true},
    [UNITS] = {"Practitioner Services MUE Values|Practitioner Services MUE Value|MUE Value", true},
    [INDICATOR] = {"MUE Adjudication Indicator|MAI", true},
    [RATIONALE] = {"MUE Rationale", false},
};

static bool recognises(const char *name, struct span head) {
    (void)name;
    size_t at = span_find_same(head, SPAN("MUE Value"));
    struct span before = span_slice(head, 0, at == SPAN_NONE ? 0 : at);
    bool hospital =
        span_find_same(before, SPAN("Hospital Services")) != SPAN_NONE || span_find_same(before, SPAN("Supplier Services")) != SPAN_NONE;
    return !hospital && span_find(before, SPAN("HCPCS")) != SPAN_NONE && span_find_same(head, SPAN("MUE Rationale")) != SPAN_NONE;
}

static int announce(struct import *import, struct why *why) {
    const char *name = import_file_name(import);
    int64_t day = named_day(name) ? named_day(name) : named_quarter(name),
            first = import_effective(import) ? import_effective(import) : day;
    if (!first)
        return why_set(why, FAIL_INPUT, "the name of %s has no day, like 07-01-2026: name its first one with --effective YYYY-MM-DD", name);
    struct import_edition edition = {
        .source = edition_id(import, "mue-practitioner", first),
        .publisher = "CMS",
        .name = month_title(import, first),
        .notice = notice,
        .valid_from = first,
    };
    return import_edition(import, &edition, why);
}

static void read_row(struct import *import, struct input *input, const struct record *record, const size_t at[static COLUMNS],
                     struct arena *arena) {
    struct span code = columns_field(record, at[CODE]), units = columns_field(record, at[UNITS]), mai = columns_field(record, at[INDICATOR]);
    enum code_system system;
    char key[CODE_BYTES];
    struct figures figures;
    long value;
    if (!import_procedure(code, &system, key))
        import_reject(import, input, "%.*s is no code of CPT or HCPCS", SPAN_ARG(span_slice(code, 0, CODE_BYTES)));
    else if (!span_to_long(units, 0, UNITS_MAX, &value))
        import_reject(import, input, "%.*s is no number of units", SPAN_ARG(span_slice(units, 0, CODE_BYTES)));
    else if (!mai.len || mai.ptr[0] < '1' || mai.ptr[0] > '3')
        import_reject(import, input, "the adjudication indicator is none of 1, 2 and 3");
    else {
        struct limit limit = {arena_copy(arena, units), arena_copy(arena, span_slice(mai, 0, 1)),
                              arena_copy(arena, columns_field(record, at[RATIONALE]))};
        figures_of_limit(&limit, arena, &figures);
        hand_figures(import, system, key, SECTION_UNITS, &figures);
    }
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    struct record record;
    size_t at[COLUMNS];
    int code = columns_read(input, ',', mue.title, columns, COLUMNS, at, why);
    struct arena *arena = arena_new(ROW_BYTES + INPUT_LINE_MAX);
    if (!code)
        code = announce(import, why);
    while (!code && !(code = columns_row(import, input, ',', &record, why))) {
        arena_clear(arena);
        read_row(import, input, &record, at, arena);
    }
    arena_free(arena);
    return code == FAIL_EMPTY ? 0 : code;
}

const struct importer mue = {"mue", "Medically unlikely edits, practitioner services", recognises, read_file, 8000};
