/* Restructured BETOS: CMS puts every CPT and HCPCS code into a category, a subcategory and, where it has one, a family. One row for each
 * time a code was classed anew, in the order of codes: hcpcs_code, rbcs_category, rbcs_subcategory, rbcs_family, rbcs_date_effective;
 * the newest counts. hcpcs_date_ended is the last day of a code that is gone. Not a whole set: codes that came later are not in it. */
#include <string.h>

#include "base/utf8.h"
#include "kb/import/columns.h"
#include "kb/import/month.h"
#include "kb/import/registry.h"
#include "kb/schema.h"

enum { CODE, CATEGORY, SUBCATEGORY, FAMILY, ENDED, EFFECTIVE, COLUMN_COUNT };
enum { NAME_BYTES = 160, ISO_BYTES = 16 };

static const struct column columns[COLUMN_COUNT] = {
    [CODE] = {"hcpcs_code|HCPCS_Cd", true},
    [CATEGORY] = {"rbcs_category|RBCS_Cat_Desc", true},
    [SUBCATEGORY] = {"rbcs_subcategory|RBCS_Subcat_Desc", true},
    [FAMILY] = {"rbcs_family|RBCS_Family_Desc", true},
    [ENDED] = {"hcpcs_date_ended|HCPCS_Cd_End_Dt", false},
    [EFFECTIVE] = {"rbcs_date_effective|RBCS_Analysis_Start_Dt", true},
};

static const char *const labels[COLUMN_COUNT] = {
    [CATEGORY] = "RBCS category",
    [SUBCATEGORY] = "RBCS subcategory",
    [FAMILY] = "RBCS family",
};

static bool recognises(const char *name, struct span head) {
    (void)name;
    return columns_in(head, ',', columns, COLUMN_COUNT);
}

/* What the newest row so far says of one code. */
struct class {
    enum code_system system;
    char key[CODE_BYTES]; /* empty: no row yet */
    int64_t day, ended; /* ended: 0 while the code lasts */
    char names[COLUMN_COUNT][NAME_BYTES];
};

static void hand_over_end(struct import *import, const struct class *class) {
    char iso[ISO_BYTES];
    snprintf(iso, sizeof iso, "%04d-%02d-%02d", (int)(class->ended / 10000), (int)(class->ended / 100 % 100), (int)(class->ended % 100));
    import_fact(import, &(struct import_fact){.system = class->system, .key = class->key, .section = SECTION_SERVICE, .position = ENDED,
                                              .label = "last day", .value = iso});
}

static void hand_over(struct import *import, const struct class *class) {
    for (unsigned i = CATEGORY; i <= FAMILY && class->key[0]; i++) {
        struct import_fact fact = {.system = class->system, .key = class->key, .section = SECTION_SERVICE, .position = i,
                                   .label = labels[i], .value = class->names[i]};
        if (class->names[i][0] && strcmp(class->names[i], "No RBCS Family") != 0)
            import_fact(import, &fact);
    }
    if (class->key[0] && class->ended)
        hand_over_end(import, class);
}

static void read_row(struct import *import, struct input *input, const struct record *row, const size_t *at, struct class *class) {
    struct class next = {.day = import_day(columns_field(row, at[EFFECTIVE])), .ended = import_day(columns_field(row, at[ENDED]))};
    struct span text = columns_field(row, at[CODE]);
    if (!import_procedure(text, &next.system, next.key) || !next.day || !columns_field(row, at[CATEGORY]).len) {
        import_reject(import, input, "\"%.*s\" is no code with a category and a day", SPAN_ARG(span_slice(text, 0, NAME_BYTES)));
        return;
    }
    if (next.ended >= SCHEMA_FOREVER)
        next.ended = 0;
    bool same = next.system == class->system && strcmp(next.key, class->key) == 0;
    if (same && next.day < class->day)
        return;
    if (!same)
        hand_over(import, class);
    for (int i = CATEGORY; i <= FAMILY; i++)
        snprintf(next.names[i], NAME_BYTES, "%.*s", SPAN_ARG(utf8_cut(columns_field(row, at[i]), NAME_BYTES - 1)));
    *class = next;
}

static int announce(struct import *import, struct why *why) {
    int64_t effective = import_effective(import), day = effective ? effective : month_in_name(import_file_name(import), 1);
    struct import_edition edition = {
        .source = edition_id(import, "rbcs", day),
        .publisher = "CMS",
        .name = month_title(import, day),
        .valid_from = day,
    };
    return import_edition(import, &edition, why);
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    size_t at[COLUMN_COUNT];
    struct record row;
    struct class class = {.day = 0};
    int code = announce(import, why);
    if (!code)
        code = columns_read(input, ',', "RBCS", columns, COLUMN_COUNT, at, why);
    while (!code && !(code = columns_row(import, input, ',', &row, why)))
        read_row(import, input, &row, at, &class);
    hand_over(import, &class);
    return code == FAIL_EMPTY ? 0 : code;
}

const struct importer rbcs = {"rbcs", "Restructured BETOS classification", recognises, read_file, 0};
