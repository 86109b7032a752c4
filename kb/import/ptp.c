/* NCCI procedure-to-procedure edits for practitioners: CMS, "ccipra-v322r0-f1.txt" to "-f4.txt", four parts a quarter, each with the
 * whole history of its column 1 codes. Six header rows, then, separated by tabs: column 1, column 2, "*" when it stood before 1996,
 * first day, last day ("*": none), indicator, rationale. An edit that was withdrawn ends on its first day and has the indicator 9.
 * Copies that lost the first days count from the first day of the edition; of what had ended before it they tell nothing. */
#include <string.h>

#include "kb/import/named.h"
#include "kb/import/registry.h"
#include "kb/schema.h"

enum { COLUMN1, COLUMN2, BEFORE_1996, FIRST_DAY, LAST_DAY, INDICATOR, RATIONALE, COLUMNS };
enum { OLDEST = 19960101, QUARTER_MONTHS = 3, MONTH = 100 };

static const char notice[] = "CPT only copyright American Medical Association. All rights reserved.";

/* Found, and how many rows were left out. */
struct reading {
    struct import *import;
    struct input *input;
    bool begun;   /* the header is behind us */
    size_t ended; /* had ended before the edition, from an unknown day on */
};

static bool recognises(const char *name, struct span head) {
    (void)name;
    struct span start = span_slice(head, 0, 2000);
    return span_find_same(start, SPAN("Column1/Column2 Edits")) != SPAN_NONE && span_find(start, SPAN("Column 1\tColumn 2\t")) != SPAN_NONE;
}

/* "-f2" in a name of several parts. */
static const char *part_of(struct import *import) {
    struct span name = span_of(import_file_name(import));
    size_t at = span_find(name, SPAN("-f"));
    bool part = at != SPAN_NONE && at + 2 < name.len && char_is_digit(name.ptr[at + 2]);
    return part ? arena_copy(import_arena(import), span_slice(name, at, at + 3)) : "";
}

static int announce(struct import *import, struct why *why) {
    struct arena *arena = import_arena(import);
    const char *name = import_file_name(import), *part = part_of(import);
    int64_t version = named_version(name), day = version ? version : named_quarter(name);
    int64_t first = import_effective(import) ? import_effective(import) : day;
    if (strstr(name, "ccioph") || strstr(name, "hospital"))
        return why_set(why, FAIL_INPUT, "%s holds the edits for hospitals; this desk has those for practitioners (ccipra-...)", name);
    if (!first)
        return why_set(why, FAIL_INPUT,
                       "the name of %s has no quarter, like 2026q3 or v322r0: name its first day with --effective YYYY-MM-DD", name);
    static const char *const quarters[] = {"first", "second", "third", "fourth"};
    long year = (long)(first / SCHEMA_YEAR), quarter = (long)((first / MONTH % MONTH - 1) / QUARTER_MONTHS);
    struct import_edition edition = {
        .source = arena_printf(arena, "ptp-practitioner-%ldq%ld%s", year, quarter + 1, part),
        .publisher = "CMS",
        .name = arena_printf(arena, "%ld, %s quarter%s%s", year, quarters[quarter], *part ? ", part " : "", *part ? part + 2 : ""),
        .notice = notice,
        .valid_from = first,
    };
    return import_edition(import, &edition, why);
}

static size_t split(struct span line, struct span fields[static COLUMNS]) {
    size_t count = 0;
    struct span field;
    for (; count < COLUMNS && span_cut(&line, '\t', &field); count++)
        fields[count] = span_trim(field);
    return count;
}

/* False when the row says nothing of the days from the edition's first one on, and not from when it held before. */
static bool read_days(struct reading *on, const struct span fields[static COLUMNS], struct import_edit *edit, const char **wrong) {
    struct span first = fields[FIRST_DAY], last = fields[LAST_DAY];
    bool open = !last.len || span_equal(last, SPAN("*"));
    edit->valid_from = first.len ? import_day(first) : span_equal(fields[BEFORE_1996], SPAN("*")) ? OLDEST : 0;
    edit->valid_to = open ? 0 : import_day(last);
    if ((first.len && !edit->valid_from) || (!open && !edit->valid_to))
        *wrong = "no such day";
    else if (edit->valid_from && edit->valid_to && edit->valid_to < edit->valid_from)
        *wrong = "it ends before it begins";
    return *wrong || edit->valid_from || open || edit->valid_to >= import_first_day(on->import);
}

static void read_row(struct reading *on, struct span line) {
    struct span fields[COLUMNS];
    struct import_edit edit;
    char column1[CODE_BYTES], column2[CODE_BYTES];
    const char *wrong = NULL;
    size_t count = split(line, fields);
    if (count <= INDICATOR) {
        import_reject(on->import, on->input, "%zu columns instead of %d", count, COLUMNS);
        return;
    }
    if (!read_days(on, fields, &edit, &wrong)) {
        on->ended++;
        return;
    }
    struct span indicator = fields[INDICATOR];
    if (indicator.len != 1 || !strchr("019", *indicator.ptr))
        wrong = "the modifier indicator is none of 0, 1 and 9";
    else if (fields[COLUMN1].len >= CODE_BYTES || fields[COLUMN2].len >= CODE_BYTES)
        wrong = "no codes of CPT or HCPCS";
    if (!wrong) {
        memcpy(column1, fields[COLUMN1].ptr, fields[COLUMN1].len);
        memcpy(column2, fields[COLUMN2].ptr, fields[COLUMN2].len);
        column1[fields[COLUMN1].len] = column2[fields[COLUMN2].len] = '\0';
        edit.column1 = column1;
        edit.column2 = column2;
        edit.indicator = *indicator.ptr - '0';
        wrong = import_edit(on->import, &edit) ? NULL : "no codes of CPT or HCPCS";
    }
    if (wrong)
        import_reject(on->import, on->input, "%s", wrong);
}

/* The header ends with the rows below "Column 1", which have no codes. */
static bool is_data(struct reading *on, struct span line, bool *headed) {
    if (on->begun)
        return span_trim(line).len > 0;
    if (!*headed) {
        *headed = span_starts_same(line, SPAN("Column 1\t"));
        return false;
    }
    on->begun = line.len && line.ptr[0] != '\t';
    return on->begun;
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    struct reading on = {.import = import, .input = input};
    struct span line;
    bool headed = false;
    int code = announce(import, why);
    while (!code && !(code = input_line(input, &line, why)))
        if (is_data(&on, line, &headed)) {
            import_row(import, input);
            read_row(&on, line);
        }
    if (code == FAIL_EMPTY && !headed)
        return why_set(why, FAIL_INPUT, "%s has no row that begins \"Column 1\", as NCCI edits have: is it the text file?",
                       import_file_name(import));
    if (on.ended)
        import_note(import, "%zu edits that had ended before, and whose first day this copy does not tell, were left out", on.ended);
    return code == FAIL_EMPTY ? 0 : code;
}

const struct importer ptp = {"ptp", "NCCI procedure-to-procedure edits, practitioner services", recognises, read_file, 50000};
