/* Provider taxonomy: NUCC, "nucc_taxonomy_251.csv", version 25.1; x.0 comes on 1 January, x.1 on 1 July. Code, Grouping, Classification,
 * Specialization, Definition, Notes, Display Name, Section. The whole set. Free for internal use; the copyright is the AMA's. */
#include <string.h>

#include "base/utf8.h"
#include "kb/import/columns.h"
#include "kb/import/month.h"
#include "kb/import/registry.h"
#include "kb/schema.h"

enum { CODE, GROUPING, CLASSIFICATION, SPECIALIZATION, DEFINITION, DISPLAY_NAME, COLUMN_COUNT };
enum { LEAST = 500, CENTURY = 2000, FIRST_OF_JANUARY = 101, FIRST_OF_JULY = 701, DEFINITION_BYTES = 8000 };

static const char notice[] = "Health care provider taxonomy copyright American Medical Association, on behalf of the National Uniform "
                             "Claim Committee. All rights reserved.";

static const struct column columns[COLUMN_COUNT] = {
    [CODE] = {"Code", true},
    [GROUPING] = {"Grouping", true},
    [CLASSIFICATION] = {"Classification", true},
    [SPECIALIZATION] = {"Specialization", true},
    [DEFINITION] = {"Definition", true},
    [DISPLAY_NAME] = {"Display Name", true},
};

static bool recognises(const char *name, struct span head) {
    (void)name;
    return columns_in(head, ',', columns, COLUMN_COUNT);
}

/* "251": version 25.1. */
static int64_t version_day(const char *name, long *major, long *minor) {
    static const char before[] = "taxonomy_";
    const char *at = strstr(name, before);
    if (!at)
        return 0;
    struct span digits = span_slice(span_of(at), sizeof before - 1, sizeof before + 2);
    if (!span_to_long(span_slice(digits, 0, 2), 0, 99, major) || !span_to_long(span_slice(digits, 2, 3), 0, 1, minor))
        return 0;
    return (int64_t)(CENTURY + *major) * SCHEMA_YEAR + (*minor ? FIRST_OF_JULY : FIRST_OF_JANUARY);
}

static int announce(struct import *import, struct why *why) {
    long major = 0, minor = 0;
    int64_t day = version_day(import_file_name(import), &major, &minor);
    struct import_edition edition = {
        .systems = 1u << SYSTEM_NUCC,
        .publisher = "National Uniform Claim Committee",
        .name = arena_printf(import_arena(import), "%ld.%ld", major, minor),
        .source = arena_printf(import_arena(import), "nucc-taxonomy-%ld.%ld", major, minor),
        .notice = notice,
        .valid_from = day,
    };
    if (!day) {
        day = import_effective(import);
        edition.name = month_title(import, day);
        edition.source = edition_id(import, "nucc-taxonomy", day);
    }
    return import_edition(import, &edition, why);
}

/* "Definition to come..." and "None" say nothing. */
static bool defines(struct span text) {
    return text.len && !span_starts_same(text, SPAN("Definition to come")) && !span_same(text, SPAN("None"));
}

static void describe(struct import *import, const char *key, const struct record *row, const size_t *at) {
    char text[DEFINITION_BYTES];
    struct span definition = utf8_cut(columns_field(row, at[DEFINITION]), sizeof text - 1);
    const int words[] = {SPECIALIZATION, CLASSIFICATION, GROUPING};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        import_words(import, SYSTEM_NUCC, key, columns_field(row, at[words[i]]));
    if (!defines(definition))
        return;
    snprintf(text, sizeof text, "%.*s", SPAN_ARG(definition));
    struct import_fact fact = {.system = SYSTEM_NUCC, .key = key, .section = SECTION_PLAIN, .text = text};
    import_fact(import, &fact);
}

static void read_row(struct import *import, struct input *input, const struct record *row, const size_t *at) {
    char key[CODE_BYTES];
    struct span text = columns_field(row, at[CODE]), title = columns_field(row, at[DISPLAY_NAME]);
    if (!title.len)
        title = columns_field(row, columns_field(row, at[SPECIALIZATION]).len ? at[SPECIALIZATION] : at[CLASSIFICATION]);
    if (!system_fits(SYSTEM_NUCC, text) || !title.len) {
        import_reject(import, input, text.len ? "%.*s is no taxonomy code with a name" : "a row without a code%.*s", SPAN_ARG(text));
        return;
    }
    system_key(SYSTEM_NUCC, text, key);
    struct import_code code = {.system = SYSTEM_NUCC, .key = key, .official = true, .title = title};
    if (import_code(import, &code))
        describe(import, key, row, at);
    else
        import_reject(import, input, "%s stands in the file twice", key);
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    size_t at[COLUMN_COUNT];
    struct record row;
    int code = columns_read(input, ',', "the taxonomy", columns, COLUMN_COUNT, at, why);
    if (!code)
        code = announce(import, why);
    while (!code && !(code = columns_row(import, input, ',', &row, why)))
        read_row(import, input, &row, at);
    return code == FAIL_EMPTY ? 0 : code;
}

const struct importer nucc = {"nucc", "Health care provider taxonomy", recognises, read_file, LEAST};
