/* HCPCS Level II, codes and modifiers, every quarter: CMS. What a record says of coverage, pricing and kind of service becomes facts.
 * The file's day of addition and last day are the code's own. Dental codes (D) are not in it: they are the ADA's. */
#include "kb/import/hcpcs.h"

#include "kb/import/columns.h"
#include "kb/import/month.h"
#include "kb/import/registry.h"
#include "kb/schema.h"

enum { LEAST = 6000, JANUARY = 1 };

/* The order within a section. */
enum { AT_COVERAGE = 0, AT_STATUTE = 1, AT_ISSUES = 10, AT_CARRIERS = 20 };
enum { AT_BETOS = 0, AT_TYPE = 10 };

void pieces_add(struct pieces *pieces, struct span text, size_t width) {
    for (size_t at = 0; at < text.len && pieces->count < PIECES_MAX; at += width) {
        struct span piece = span_trim(columns_at(text, at, at + width));
        if (piece.len)
            pieces->items[pieces->count++] = piece;
    }
}

/* What facts of one record share. */
struct subject {
    struct import *import;
    enum code_system system;
    char key[CODE_BYTES];
};

enum { VALUE_BYTES = 32 };

static void tell(const struct subject *subject, enum kb_section section, size_t position, const char *label, struct span value,
                 const char *text) {
    char copy[VALUE_BYTES];
    if (!value.len || value.len >= sizeof copy)
        return;
    snprintf(copy, sizeof copy, "%.*s", SPAN_ARG(value));
    struct import_fact fact = {.system = subject->system, .key = subject->key, .section = section, .position = (unsigned)position,
                               .label = label, .value = copy, .text = text};
    import_fact(subject->import, &fact);
}

static void tell_coverage(const struct subject *subject, const struct hcpcs_record *record) {
    tell(subject, SECTION_COVERAGE, AT_COVERAGE, "Medicare coverage code", record->coverage, hcpcs_coverage_text(record->coverage));
    tell(subject, SECTION_COVERAGE, AT_STATUTE, "statute", record->statute, NULL);
    for (size_t i = 0; i < record->issues_manual.count; i++)
        tell(subject, SECTION_COVERAGE, AT_ISSUES + i, "coverage issues manual", record->issues_manual.items[i], NULL);
    for (size_t i = 0; i < record->carriers_manual.count; i++)
        tell(subject, SECTION_COVERAGE, AT_CARRIERS + i, "carriers manual", record->carriers_manual.items[i], NULL);
}

/* BETOS Z1 and Z2 are local codes and codes without a class. */
static void tell_service(const struct subject *subject, const struct hcpcs_record *record) {
    for (size_t i = 0; i < record->prices.count; i++)
        tell(subject, SECTION_FEE, i, "pricing indicator", record->prices.items[i], hcpcs_price_text(record->prices.items[i]));
    if (!span_starts(record->betos, SPAN("Z")))
        tell(subject, SECTION_SERVICE, AT_BETOS, "BETOS", record->betos, hcpcs_betos_text(record->betos));
    for (size_t i = 0; i < record->types.count; i++)
        tell(subject, SECTION_SERVICE, AT_TYPE + i, "type of service code", record->types.items[i],
             hcpcs_type_text(record->types.items[i]));
}

/* A modifier refers to modifiers, a code to codes. */
static bool reference(struct span text, enum code_system from, enum code_system *system, char key[static CODE_BYTES]) {
    if (from != SYSTEM_MOD)
        return import_procedure(text, system, key);
    *system = SYSTEM_MOD;
    if (!system_fits(SYSTEM_MOD, text))
        return false;
    system_key(SYSTEM_MOD, text, key);
    return true;
}

static void tell_references(const struct subject *subject, const struct hcpcs_record *record) {
    char key[CODE_BYTES];
    for (size_t i = 0; i < record->cross_references.count; i++) {
        struct import_fact fact = {.system = subject->system, .key = subject->key, .section = SECTION_RELATED, .position = (unsigned)i,
                                   .label = "cross-reference", .related = key};
        if (reference(record->cross_references.items[i], subject->system, &fact.related_system, key))
            import_fact(subject->import, &fact);
    }
}

/* Why the record can not be taken; NULL when it can. */
static const char *problem(const struct subject *subject, const struct hcpcs_record *record, int64_t added, int64_t terminated) {
    if (!system_fits(subject->system, record->code))
        return "is no code of HCPCS Level II";
    if (!record->long_title.len && !record->short_title.len)
        return "has no description";
    if (!added)
        return "has no day on which it was added";
    if (record->terminated.len && !terminated)
        return "has a last day that is no day";
    return terminated && terminated < added ? "ends before it begins" : NULL;
}

/* The first cross-reference of a code that has ended is what replaced it. */
static void hand_over(const struct subject *subject, const struct input *input, const struct hcpcs_record *record, int64_t added,
                      int64_t terminated) {
    char successor[CODE_BYTES];
    struct import_code code = {
        .system = subject->system,
        .key = subject->key,
        .official = true,
        .title = record->long_title.len ? record->long_title : record->short_title,
        .valid_from = added,
        .valid_to = terminated,
    };
    if (terminated && record->cross_references.count &&
        reference(record->cross_references.items[0], subject->system, &code.successor_system, successor))
        code.successor = successor;
    if (!import_code(subject->import, &code)) {
        import_reject(subject->import, input, "%s stands in the file twice", subject->key);
        return;
    }
    import_words(subject->import, subject->system, subject->key, record->short_title);
    tell_coverage(subject, record);
    tell_service(subject, record);
    tell_references(subject, record);
}

void hcpcs_take(struct import *import, const struct input *input, const struct hcpcs_record *record) {
    struct subject subject = {.import = import, .system = record->code.len == 2 ? SYSTEM_MOD : SYSTEM_HCPCS};
    int64_t added = import_day(record->added), terminated = import_day(record->terminated);
    const char *why = problem(&subject, record, added, terminated);
    if (why) {
        import_reject(import, input, "%.*s %s", SPAN_ARG(span_slice(record->code, 0, VALUE_BYTES)), why);
        return;
    }
    system_key(subject.system, record->code, subject.key);
    hand_over(&subject, input, record, added, terminated);
}

static bool recognises(const char *name, struct span head) {
    (void)name;
    return hcpcs_is_anweb(head) || hcpcs_is_csv(head);
}

/* CMS brings the set out anew every quarter, with codes that were not there before. */
static int64_t last_day_of_quarter(int64_t day) {
    enum { MONTH = 100, QUARTER = 3, YEAR_MONTHS = 12 };
    int64_t year = day / SCHEMA_YEAR, month = day / MONTH % MONTH + QUARTER;
    int64_t next = (year + (month > YEAR_MONTHS)) * SCHEMA_YEAR + (month > YEAR_MONTHS ? month - YEAR_MONTHS : month) * MONTH + 1;
    return schema_add_days(next, -1);
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    int64_t effective = import_effective(import), day = effective ? effective : month_in_name(import_file_name(import), JANUARY);
    struct import_edition edition = {
        .systems = 1u << SYSTEM_HCPCS | 1u << SYSTEM_MOD,
        .source = edition_id(import, "hcpcs", day),
        .publisher = "CMS",
        .name = month_title(import, day),
        .valid_from = day,
        .complete_to = day ? last_day_of_quarter(day) : 0,
    };
    struct span head;
    int code = import_edition(import, &edition, why);
    if (!code)
        code = input_head(input, &head, why);
    if (code)
        return code;
    return hcpcs_is_anweb(head) ? hcpcs_read_anweb(import, input, why) : hcpcs_read_csv(import, input, why);
}

const struct importer hcpcs = {"hcpcs", "HCPCS Level II, alphanumeric file", recognises, read_file, LEAST};
