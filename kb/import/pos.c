/* Place of service codes: CMS's list as separated fields, one row a number from 01 to 99: pos_code, pos_type (facility, non-facility,
 * unassigned), pos_name, pos_description. The whole set. The list bears no date: with 27 and 66 in it, it is the one in force since August
 * 2024, any other one needs --effective. */
#include "base/utf8.h"
#include "kb/import/columns.h"
#include "kb/import/month.h"
#include "kb/import/registry.h"

enum { CODE, TYPE, NAME, DESCRIPTION, COLUMN_COUNT };
enum { KNOWN_FROM = 20240801, DESCRIPTION_BYTES = 8000 };

static const struct column columns[COLUMN_COUNT] = {
    [CODE] = {"pos_code|Place of Service Code(s)|Place of Service Code", true},
    [TYPE] = {"pos_type|Facility/Non-Facility", false},
    [NAME] = {"pos_name|Place of Service Name", true},
    [DESCRIPTION] = {"pos_description|Place of Service Description", true},
};

static bool recognises(const char *name, struct span head) {
    (void)name;
    return columns_in(head, ',', columns, COLUMN_COUNT);
}

static bool is_unassigned(struct span name) { return span_same(name, SPAN("Unassigned")); }

/* Is there a row of that number with a name? The whole list lies within the head. */
static bool assigns(struct span head, struct span number) {
    struct record row;
    struct span line;
    while (span_line(&head, &line)) {
        columns_split(line, ',', &row);
        if (row.count > NAME && span_equal(row.fields[CODE], number) && !is_unassigned(row.fields[NAME]))
            return true;
    }
    return false;
}

static int announce(struct import *import, struct input *input, struct why *why) {
    struct span head;
    int code = input_head(input, &head, why);
    if (code)
        return code;
    int64_t effective = import_effective(import), known = assigns(head, SPAN("27")) && assigns(head, SPAN("66")) ? KNOWN_FROM : 0;
    int64_t day = effective ? effective : known;
    struct import_edition edition = {
        .systems = 1u << SYSTEM_POS,
        .source = edition_id(import, "pos", day),
        .publisher = "CMS",
        .name = day == KNOWN_FROM ? "with 27 and 66" : month_title(import, day),
        .valid_from = day,
    };
    return import_edition(import, &edition, why);
}

/* At which rate Medicare pays the practitioner there. */
static void tell_rate(struct import *import, const char *key, struct span type) {
    struct import_fact fact = {.system = SYSTEM_POS, .key = key, .section = SECTION_FEE, .label = "rate"};
    if (span_same(type, SPAN("Facility"))) {
        fact.value = "facility";
        fact.text = "Medicare pays the practitioner at the facility rate here.";
    } else if (span_same(type, SPAN("Non-Facility"))) {
        fact.value = "non-facility";
        fact.text = "Medicare pays the practitioner at the non-facility rate here.";
    }
    if (fact.value)
        import_fact(import, &fact);
}

static void describe(struct import *import, const char *key, struct span description) {
    char text[DESCRIPTION_BYTES];
    struct import_fact fact = {.system = SYSTEM_POS, .key = key, .section = SECTION_PLAIN, .text = text};
    snprintf(text, sizeof text, "%.*s", SPAN_ARG(utf8_cut(description, sizeof text - 1)));
    if (description.len)
        import_fact(import, &fact);
}

/* The number, with the zero that a spreadsheet takes away. */
static bool read_key(struct span text, char key[static CODE_BYTES]) {
    if (text.len == 1 && char_is_digit(text.ptr[0]))
        snprintf(key, CODE_BYTES, "0%c", text.ptr[0]);
    else if (system_fits(SYSTEM_POS, text))
        system_key(SYSTEM_POS, text, key);
    else
        return false;
    return true;
}

static void read_row(struct import *import, struct input *input, const struct record *row, const size_t *at) {
    char key[CODE_BYTES];
    struct span text = columns_field(row, at[CODE]), name = columns_field(row, at[NAME]);
    if (!read_key(text, key) || !name.len) {
        import_reject(import, input, "\"%.*s\" is no place of service with a name", SPAN_ARG(span_slice(text, 0, CODE_BYTES)));
        return;
    }
    if (is_unassigned(name))
        return;
    struct import_code code = {.system = SYSTEM_POS, .key = key, .official = true, .title = name};
    if (!import_code(import, &code)) {
        import_reject(import, input, "%s stands in the file twice", key);
        return;
    }
    tell_rate(import, key, columns_field(row, at[TYPE]));
    describe(import, key, columns_field(row, at[DESCRIPTION]));
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    size_t at[COLUMN_COUNT];
    struct record row;
    int code = announce(import, input, why);
    if (!code)
        code = columns_read(input, ',', "places of service", columns, COLUMN_COUNT, at, why);
    while (!code && !(code = columns_row(import, input, ',', &row, why)))
        read_row(import, input, &row, at);
    return code == FAIL_EMPTY ? 0 : code;
}

const struct importer pos = {"pos", "Place of service code set", recognises, read_file, 0};
