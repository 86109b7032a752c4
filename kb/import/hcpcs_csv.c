/* The HCPCS file as separated fields: "HCPC2026_OCT_ANWEB.csv", CMS, 48 columns found by their names, notices may stand before them. A
 * group of columns (PRICE1 to PRICE4) may also come as one, its columns run together as in the fixed file; a modifier has two characters. */
#include "kb/import/hcpcs.h"
#include "kb/import/columns.h"

enum {
    CODE, LONG, SHORT, COVERAGE, STATUTE, BETOS, ADDED, TERMINATED, PRICE, ISSUES = PRICE + 4, CARRIERS = ISSUES + 3,
    CROSS = CARRIERS + 3, TYPE = CROSS + 5, COLUMN_COUNT = TYPE + 5
};

static const struct column columns[COLUMN_COUNT] = {
    [CODE] = {"HCPC|HCPCS|code", true},
    [LONG] = {"LONG DESCRIPTION|long_desc", true},
    [SHORT] = {"SHORT DESCRIPTION|short_desc", true},
    [COVERAGE] = {"COV|coverage", true},
    [STATUTE] = {"STATUTE", false},
    [BETOS] = {"BETOS", true},
    [ADDED] = {"ADD DT|add_dt", true},
    [TERMINATED] = {"TERM DT", false},
    [PRICE] = {"PRICE1|price", false}, {"PRICE2", false}, {"PRICE3", false}, {"PRICE4", false},
    [ISSUES] = {"CIM1|cim", false}, {"CIM2", false}, {"CIM3", false},
    [CARRIERS] = {"MCM1|mcm", false}, {"MCM2", false}, {"MCM3", false},
    [CROSS] = {"XREF1|xref1_4", false}, {"XREF2", false}, {"XREF3", false}, {"XREF4", false}, {"XREF5", false},
    [TYPE] = {"TOS1|tos", false}, {"TOS2", false}, {"TOS3", false}, {"TOS4", false}, {"TOS5", false},
};

bool hcpcs_is_csv(struct span head) { return columns_in(head, ',', columns, COLUMN_COUNT); }

static struct pieces group(const struct record *row, const size_t *at, int first, int end, size_t width) {
    struct pieces ret = {.count = 0};
    for (int i = first; i < end; i++)
        pieces_add(&ret, columns_field(row, at[i]), width);
    return ret;
}

static struct hcpcs_record read_row(const struct record *row, const size_t *at) {
    return (struct hcpcs_record){
        .code = columns_field(row, at[CODE]),
        .long_title = columns_field(row, at[LONG]),
        .short_title = columns_field(row, at[SHORT]),
        .coverage = columns_field(row, at[COVERAGE]),
        .statute = columns_field(row, at[STATUTE]),
        .betos = columns_field(row, at[BETOS]),
        .added = columns_field(row, at[ADDED]),
        .terminated = columns_field(row, at[TERMINATED]),
        .prices = group(row, at, PRICE, ISSUES, PRICE_WIDTH),
        .issues_manual = group(row, at, ISSUES, CARRIERS, ISSUES_WIDTH),
        .carriers_manual = group(row, at, CARRIERS, CROSS, CARRIERS_WIDTH),
        .cross_references = group(row, at, CROSS, TYPE, CROSS_REFERENCE_WIDTH),
        .types = group(row, at, TYPE, COLUMN_COUNT, TYPE_WIDTH),
    };
}

int hcpcs_read_csv(struct import *import, struct input *input, struct why *why) {
    size_t at[COLUMN_COUNT];
    struct record row;
    int code = columns_read(input, ',', "HCPCS", columns, COLUMN_COUNT, at, why);
    size_t last = code ? 0 : at[ADDED];
    if (!code && at[TERMINATED] == COLUMN_NONE)
        import_ends_untold(import);
    while (!code && !(code = columns_row(import, input, ',', &row, why))) {
        if (row.count <= last) {
            import_reject(import, input, "%zu fields, the day it was added is in field %zu", row.count, last + 1);
            continue;
        }
        struct hcpcs_record record = read_row(&row, at);
        hcpcs_take(import, input, &record);
    }
    return code == FAIL_EMPTY ? 0 : code;
}
