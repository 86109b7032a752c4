/* Geographic practice cost indices: what a unit of work, practice expense and malpractice costs in each Medicare locality. CMS, Addendum E,
 * "GPCI2026.csv": title, blank row, header, rows, footnotes. Rows are those with a contractor of five digits; the marks of footnotes
 * behind names ("ALASKA*") go. */
#include "kb/import/month.h"
#include "kb/import/registry.h"
#include "kb/schema.h"

enum { CONTRACTOR, STATE, NUMBER, NAME, WORK, PRACTICE, MALPRACTICE, COLUMNS };
enum { FIRST_DAY = 101, LAST_DAY = 1231, CONTRACTOR_LEN = 5 };

static const char *const titles[COLUMNS] = {
    [CONTRACTOR] = "medicare administrative contractor",
    [STATE] = "state",
    [NUMBER] = "locality number",
    [NAME] = "locality name",
    [WORK] = "pw gpci",
    [PRACTICE] = "pe gpci",
    [MALPRACTICE] = "mp gpci",
};

static bool recognises(const char *name, struct span head) {
    (void)name;
    head = span_slice(head, 0, 4000);
    return span_find_same(head, SPAN("PE GPCI")) != SPAN_NONE && span_find_same(head, SPAN("Locality Number")) != SPAN_NONE;
}

static bool find_columns(const struct record *record, size_t at[static COLUMNS]) {
    for (size_t column = 0; column < COLUMNS; column++) {
        at[column] = SPAN_NONE;
        for (size_t i = record->count; i-- > 0;)
            if (span_find_same(record->fields[i], span_of(titles[column])) != SPAN_NONE)
                at[column] = i;
        if (at[column] == SPAN_NONE)
            return false;
    }
    return true;
}

/* Up to the header. */
static int find_header(struct import *import, struct input *input, size_t at[static COLUMNS], long *year, struct why *why) {
    struct record record;
    int code = 0;
    bool found = false;
    while (!found && !(code = input_record(input, ',', &record, why))) {
        found = find_columns(&record, at);
        *year = *year ? *year : year_in_text(record.fields[0]);
        *year = *year || !found ? *year : year_in_text(record.fields[at[PRACTICE]]);
    }
    return code == FAIL_EMPTY
               ? why_set(why, FAIL_INPUT, "%s has no header with \"Locality Number\" and the three indices: is it the csv file?",
                         import_file_name(import))
               : code;
}

static int announce(struct import *import, long year, struct why *why) {
    int64_t effective = import_effective(import);
    year = effective ? (long)(effective / SCHEMA_YEAR) : year ? year : year_in_text(span_of(import_file_name(import)));
    struct import_edition edition = {
        .source = arena_printf(import_arena(import), "gpci-%ld", year),
        .publisher = "CMS",
        .name = arena_printf(import_arena(import), "%ld", year),
        .valid_from = year ? year * SCHEMA_YEAR + FIRST_DAY : 0,
        .valid_to = year ? year * SCHEMA_YEAR + LAST_DAY : 0,
    };
    return import_edition(import, &edition, why);
}

/* "1.095" */
static bool is_index(struct span text) {
    size_t dots = 0, digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        dots += text.ptr[i] == '.';
        digits += char_is_digit(text.ptr[i]);
    }
    return digits && digits <= 6 && dots <= 1 && digits + dots == text.len;
}

static bool is_data(const struct record *record, const size_t at[static COLUMNS]) {
    struct span contractor = at[CONTRACTOR] < record->count ? record->fields[at[CONTRACTOR]] : (struct span){0};
    for (size_t i = 0; i < contractor.len; i++)
        if (!char_is_digit(contractor.ptr[i]))
            return false;
    return contractor.len == CONTRACTOR_LEN;
}

static struct span without_marks(struct span name) {
    while (name.len && (name.ptr[name.len - 1] == '*' || name.ptr[name.len - 1] == ' '))
        name.len--;
    return name;
}

static void read_row(struct import *import, struct input *input, const struct record *record, const size_t at[static COLUMNS]) {
    struct span fields[COLUMNS];
    long number;
    for (size_t i = 0; i < COLUMNS; i++)
        fields[i] = at[i] < record->count ? record->fields[at[i]] : (struct span){0};
    fields[NAME] = without_marks(fields[NAME]);
    if (!fields[NAME].len || !is_index(fields[WORK]) || !is_index(fields[PRACTICE]) || !is_index(fields[MALPRACTICE]))
        import_reject(import, input, "no name or no three indices");
    else if (fields[NUMBER].len != 2 || !span_to_long(fields[NUMBER], 0, 99, &number))
        import_reject(import, input, "\"%.*s\" is no locality of two digits", SPAN_ARG(span_slice(fields[NUMBER], 0, CODE_BYTES)));
    else
        import_locality(import, &(struct import_locality){.contractor = fields[CONTRACTOR],
                                                          .number = fields[NUMBER],
                                                          .state = fields[STATE],
                                                          .name = fields[NAME],
                                                          .work = fields[WORK],
                                                          .practice = fields[PRACTICE],
                                                          .malpractice = fields[MALPRACTICE]});
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    struct record record;
    size_t at[COLUMNS];
    long year = 0;
    int code = find_header(import, input, at, &year, why);
    if (!code)
        code = announce(import, year, why);
    while (!code && !(code = input_record(input, ',', &record, why)))
        if (is_data(&record, at)) {
            import_row(import, input);
            read_row(import, input, &record, at);
        }
    return code == FAIL_EMPTY ? 0 : code;
}

const struct importer gpci = {"gpci", "Geographic practice cost indices", recognises, read_file, 0};
