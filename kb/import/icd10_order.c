/* The order files of ICD-10-CM and ICD-10-PCS: every code of a fiscal year with its title, and whether it may stand on a claim.
 * CMS, "icd10cm_order_2026.txt": 1-5 order number, 7-13 code, 15 flag (0 header, 1 valid), 17-76 short title, 78- long title. A fiscal year
 * begins on 1 October of the year before. An edition may be brought out anew on 1 April; the file says nothing of that. */
#include "kb/import/columns.h"
#include "kb/import/month.h"
#include "kb/import/registry.h"
#include "kb/schema.h"

enum { CODE_AT = 6, CODE_END = 13, FLAG_AT = 14, SHORT_AT = 16, SHORT_END = 76, LONG_AT = 77 };
enum { FISCAL_START = 1001, FISCAL_END = 930 };

static bool is_row(struct span line) {
    if (line.len < SHORT_AT + 1 || line.ptr[5] != ' ' || line.ptr[CODE_END] != ' ' || line.ptr[FLAG_AT + 1] != ' ')
        return false;
    for (size_t i = 0; i < 5; i++)
        if (!char_is_digit(line.ptr[i]))
            return false;
    return line.ptr[FLAG_AT] == '0' || line.ptr[FLAG_AT] == '1';
}

static struct span code_of(struct span line) { return span_trim(span_slice(line, CODE_AT, CODE_END)); }

/* A header of ICD-10-PCS is the beginning of a code. */
static bool is_code(enum code_system system, struct span text, bool header) {
    bool begins = header && system == SYSTEM_ICD10PCS && text.len > 0 && text.len < CODE_BYTES;
    for (size_t i = 0; begins && i < text.len; i++)
        begins = char_is_alnum(text.ptr[i]);
    return begins || system_fits(system, text);
}

static struct span title_of(struct span line) {
    struct span title = span_trim(columns_at(line, LONG_AT, line.len));
    return title.len ? title : span_trim(columns_at(line, SHORT_AT, SHORT_END));
}

/* The first row tells the system: A00 against 001. */
static bool first_row_is(struct span head, enum code_system system) {
    struct span line;
    return span_line(&head, &line) && is_row(line) && system_fits(SYSTEM_ICD10CM, code_of(line)) == (system == SYSTEM_ICD10CM);
}

static bool recognises_cm(const char *name, struct span head) {
    (void)name;
    return first_row_is(head, SYSTEM_ICD10CM);
}

static bool recognises_pcs(const char *name, struct span head) {
    (void)name;
    return first_row_is(head, SYSTEM_ICD10PCS);
}

/* With --effective the fiscal year is the one that day lies in. */
static int announce(struct import *import, enum code_system system, struct why *why) {
    long year = year_in_text(span_of(import_file_name(import)));
    int64_t effective = import_effective(import);
    if (effective)
        year = (long)(effective / SCHEMA_YEAR) + (effective % SCHEMA_YEAR >= FISCAL_START);
    const char *name = name_text(system_names, (int)system);
    struct import_edition edition = {
        .systems = 1u << system,
        .source = arena_printf(import_arena(import), "%s-fy%ld", system == SYSTEM_ICD10CM ? "icd10cm-order" : "icd10pcs-order", year),
        .publisher = system == SYSTEM_ICD10CM ? "CDC/NCHS and CMS" : "CMS",
        .name = arena_printf(import_arena(import), "FY%ld", year),
        .valid_from = year ? (year - 1) * SCHEMA_YEAR + FISCAL_START : 0,
        .valid_to = year ? year * SCHEMA_YEAR + FISCAL_END : 0,
    };
    int code = import_edition(import, &edition, why);
    return code == FAIL_INPUT && !year ? why_set(why, code, "the name of this file has no year, and %s does not say which it is for: name its "
                                                            "first day with --effective YYYY-MM-DD", name) : code;
}

static void read_row(struct import *import, struct input *input, enum code_system system, struct span line) {
    char key[CODE_BYTES];
    struct span text = code_of(line);
    bool header = is_row(line) && line.ptr[FLAG_AT] == '0';
    if (!is_row(line)) {
        import_reject(import, input, "not the columns of an order file");
        return;
    }
    if (!is_code(system, text, header)) {
        import_reject(import, input, "%.*s is no code of %s", SPAN_ARG(text), name_text(system_titles, (int)system));
        return;
    }
    system_key(system, text, key);
    struct import_code code = {.system = system, .key = key, .header = header, .official = true, .title = title_of(line)};
    if (!import_code(import, &code))
        import_reject(import, input, "%.*s stands in the file twice", SPAN_ARG(text));
}

static int read_file(struct import *import, struct input *input, enum code_system system, struct why *why) {
    struct span line;
    int code = announce(import, system, why);
    while (!code && !(code = input_line(input, &line, why))) {
        if (!span_trim(line).len)
            continue;
        import_row(import, input);
        read_row(import, input, system, line);
    }
    if (code == FAIL_EMPTY && input_cut(input))
        return why_set(why, FAIL_INPUT, "the last line has no end: the file is cut off, fetch it again");
    return code == FAIL_EMPTY ? 0 : code;
}

static int read_cm(struct import *import, struct input *input, struct why *why) { return read_file(import, input, SYSTEM_ICD10CM, why); }

static int read_pcs(struct import *import, struct input *input, struct why *why) { return read_file(import, input, SYSTEM_ICD10PCS, why); }

const struct importer icd10cm_order = {"icd10cm-order", "ICD-10-CM order file", recognises_cm, read_cm, 60000};
const struct importer icd10pcs_order = {"icd10pcs-order", "ICD-10-PCS order file", recognises_pcs, read_pcs, 60000};
