/* Addendum B of the hospital outpatient prospective payment system: CMS, every quarter. Titles and notices, then a row of column names:
 * HCPCS Code, Short Descriptor, SI, APC, Relative Weight, Payment Rate, ... Copies may have fewer columns, and one with the month. Short
 * descriptors of CPT codes are the AMA's and are left alone. The rates are those of the calendar year. */
#include "kb/import/columns.h"
#include "kb/import/handed.h"
#include "kb/import/month.h"
#include "kb/import/registry.h"
#include "kb/schema.h"

enum { CODE, INDICATOR, RATE, COLUMN_COUNT };
enum { LEAST = 10000, VALUE_BYTES = 24, LAST_OF_DECEMBER = 1231 };

static const char notice[] = "CPT only copyright American Medical Association. All rights reserved.";

static const struct column columns[COLUMN_COUNT] = {
    [CODE] = {"HCPCS Code", true},
    [INDICATOR] = {"SI|Status Indicator", true},
    [RATE] = {"Payment Rate", true},
};

static bool recognises(const char *name, struct span head) {
    (void)name;
    return columns_in(head, ',', columns, COLUMN_COUNT);
}

static int announce(struct import *import, struct why *why) {
    int64_t effective = import_effective(import), day = effective ? effective : month_in_name(import_file_name(import), 0);
    struct import_edition edition = {
        .source = edition_id(import, "opps", day),
        .publisher = "CMS",
        .name = month_title(import, day),
        .notice = notice,
        .valid_from = day,
        .valid_to = day ? day / SCHEMA_YEAR * SCHEMA_YEAR + LAST_OF_DECEMBER : 0,
    };
    return import_edition(import, &edition, why);
}

/* Some codes end in a no-break space. */
static struct span trim(struct span text) {
    static const char space[] = "\xc2\xa0";
    while (span_ends_same(text, span_of(space)))
        text = span_trim(span_slice(text, 0, text.len - 2));
    return text;
}

/* "$415.32", "1,687.37". */
static bool is_rate(struct span text) {
    for (size_t i = 0; i < text.len; i++)
        if (!char_is_digit(text.ptr[i]) && text.ptr[i] != '.' && text.ptr[i] != ',')
            return false;
    return text.len < VALUE_BYTES;
}

static void read_row(struct import *import, struct input *input, const struct record *row, const size_t *at) {
    enum code_system system;
    char key[CODE_BYTES];
    struct span text = trim(columns_field(row, at[CODE])), indicator = trim(columns_field(row, at[INDICATOR]));
    struct span rate = trim(columns_field(row, at[RATE]));
    rate = span_trim(span_slice(rate, rate.len && rate.ptr[0] == '$', rate.len));
    if (!import_procedure(text, &system, key)) {
        import_reject(import, input, "\"%.*s\" is no code of CPT or HCPCS", SPAN_ARG(span_slice(text, 0, VALUE_BYTES)));
        return;
    }
    if (!indicator.len || indicator.len > 2 || !is_rate(rate)) {
        import_reject(import, input, "%s has no status indicator, or a rate that is no figure", key);
        return;
    }
    char indicator_text[VALUE_BYTES], rate_text[VALUE_BYTES];
    struct figures figures;
    snprintf(indicator_text, sizeof indicator_text, "%.*s", SPAN_ARG(indicator));
    snprintf(rate_text, sizeof rate_text, "%.*s", SPAN_ARG(rate));
    figures_of_hospital(indicator_text, rate_text, &figures);
    hand_figures(import, system, key, SECTION_FEE, &figures);
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    size_t at[COLUMN_COUNT];
    struct record row;
    int code = announce(import, why);
    if (!code)
        code = columns_read(input, ',', "Addendum B", columns, COLUMN_COUNT, at, why);
    while (!code && !(code = columns_row(import, input, ',', &row, why)))
        read_row(import, input, &row, at);
    return code == FAIL_EMPTY ? 0 : code;
}

const struct importer opps = {"opps", "Hospital outpatient prospective payment system, Addendum B", recognises, read_file, LEAST};
