/* NCCI add-on codes: what may only be billed with which primary code. CSV with a header: primary code, add-on code, edit type (1: with
 * one of these primaries alone; 2: CMS names none; 3: it names some). CCCCC stands for any primary code that the contractor takes. */
#include "kb/import/columns.h"
#include "kb/import/month.h"
#include "kb/import/named.h"
#include "kb/import/registry.h"
#include "kb/schema.h"

enum { MONTH = 100, QUARTER_MONTHS = 3, SLOTS = 1 << 16, ANY_POSITION = 0 };

static const char notice[] = "CPT only copyright American Medical Association. All rights reserved.";
static const char any_primary[] = "Any primary code that the Medicare contractor takes.";
static const struct span any_code = {"CCCCC", 5};

enum { PRIMARY, ADD_ON, COLUMNS };

static const struct column columns[COLUMNS] = {[PRIMARY] = {"primary_code", true}, [ADD_ON] = {"add_on_code", true}};

/* How many facts a code has so far: each has a position of its own. Open addressing. */
struct counts {
    struct {
        int64_t code; /* 0: free */
        unsigned facts;
    } slots[SLOTS];
    size_t used;
};

static bool recognises(const char *name, struct span head) {
    (void)name;
    return columns_in(head, ',', columns, COLUMNS);
}

static int64_t first_of(long year) { return year ? (int64_t)year * SCHEMA_YEAR + 101 : 0; }

static int announce(struct import *import, struct why *why) {
    struct arena *arena = import_arena(import);
    const char *name = import_file_name(import);
    int64_t quarter = import_effective(import) ? import_effective(import) : named_quarter(name),
            first = quarter ? quarter : first_of(year_in_text(span_of(name)));
    if (!first)
        return why_set(why, FAIL_INPUT, "the name of %s has neither year nor quarter: name its first day with --effective YYYY-MM-DD",
                       name);
    long year = (long)(first / SCHEMA_YEAR), number = (long)((first / MONTH % MONTH - 1) / QUARTER_MONTHS + 1);
    struct import_edition edition = {
        .source = quarter ? arena_printf(arena, "add-on-%ldq%ld", year, number) : arena_printf(arena, "add-on-%ld", year),
        .publisher = "CMS",
        .name = quarter ? arena_printf(arena, "%ld, quarter %ld", year, number) : arena_printf(arena, "%ld", year),
        .notice = notice,
        .valid_from = first,
    };
    return import_edition(import, &edition, why);
}

/* The next position of a code's facts; false when the file holds more codes than there are. */
static bool next_position(struct counts *counts, int64_t code, unsigned *ret) {
    size_t slot = (size_t)code % SLOTS;
    while (counts->slots[slot].code && counts->slots[slot].code != code)
        slot = (slot + 1) % SLOTS;
    if (!counts->slots[slot].code && ++counts->used == SLOTS)
        return false;
    counts->slots[slot].code = code;
    *ret = ++counts->slots[slot].facts;
    return true;
}

struct procedure {
    enum code_system system;
    char key[CODE_BYTES];
};

static void relate(struct import *import, struct counts *counts, const struct procedure *from, const char *label,
                   const struct procedure *to) {
    struct import_fact fact = {.system = from->system,
                               .key = from->key,
                               .section = SECTION_RELATED,
                               .label = label,
                               .related_system = to->system,
                               .related = to->key};
    if (next_position(counts, system_id(from->system, from->key), &fact.position))
        import_fact(import, &fact);
}

static void read_row(struct import *import, struct input *input, const struct record *record, const size_t at[static COLUMNS],
                     struct counts *counts) {
    struct procedure primary, add_on;
    struct span primary_text = columns_field(record, at[PRIMARY]), add_on_text = columns_field(record, at[ADD_ON]);
    bool any = span_same(primary_text, any_code);
    if (!import_procedure(add_on_text, &add_on.system, add_on.key)) {
        import_reject(import, input, "%.*s is no code of CPT or HCPCS", SPAN_ARG(span_slice(add_on_text, 0, CODE_BYTES)));
    } else if (any) {
        struct import_fact fact = {.system = add_on.system,
                                   .key = add_on.key,
                                   .section = SECTION_RELATED,
                                   .position = ANY_POSITION,
                                   .label = "primary code",
                                   .text = any_primary};
        import_fact(import, &fact);
    } else if (!import_procedure(primary_text, &primary.system, primary.key)) {
        import_reject(import, input, "%.*s is no code of CPT or HCPCS", SPAN_ARG(span_slice(primary_text, 0, CODE_BYTES)));
    } else {
        relate(import, counts, &add_on, "primary code", &primary);
        relate(import, counts, &primary, "add-on", &add_on);
    }
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    struct record record;
    size_t at[COLUMNS];
    struct counts *counts = arena_alloc(import_arena(import), sizeof *counts);
    int code = columns_read(input, ',', add_ons.title, columns, COLUMNS, at, why);
    if (!code)
        code = announce(import, why);
    while (!code && !(code = columns_row(import, input, ',', &record, why)))
        read_row(import, input, &record, at, counts);
    return code == FAIL_EMPTY ? 0 : code;
}

const struct importer add_ons = {"add-on", "NCCI add-on code edits", recognises, read_file, 3000};
