/* The HCPCS file in both of its forms: fixed columns and separated fields. All codes and texts here are made up. */
#include "tests/unit/kb/importing.h"

/* What stands in the columns of a record's first line; NULL: blanks. */
struct line {
    const char *code, *sequence; /* "00100" and the kind of line behind it: "001003" */
    const char *title, *short_title, *price, *issues, *carriers, *statute, *cross, *coverage, *betos, *type, *added, *terminated;
};

enum { LINE_COLUMNS = 320, TEXT_BYTES = 1 << 16 };

static void put(char *line, size_t column, const char *text) {
    if (text)
        memcpy(line + column - 1, text, strlen(text));
}

static void add_line(struct buf *file, const struct line *from, size_t columns) {
    char line[LINE_COLUMNS];
    memset(line, ' ', sizeof line);
    put(line, 6 - strlen(from->code), from->code);
    put(line, 6, from->sequence);
    put(line, 12, from->title);
    put(line, 92, from->short_title);
    put(line, 120, from->price);
    put(line, 129, from->issues);
    put(line, 147, from->carriers);
    put(line, 171, from->statute);
    put(line, 205, from->cross);
    put(line, 230, from->coverage);
    put(line, 257, from->betos);
    put(line, 261, from->type);
    put(line, 269, from->added);
    put(line, 277, from->added);
    put(line, 285, from->terminated);
    put(line, 293, "N");
    buf_add(file, (struct span){line, columns});
    buf_text(file, "\r\n");
}

static const struct line good[] = {
    {"ZA", "001007", .title = "Left flipper", .short_title = "Left flipper", .cross = "ZB", .coverage = "C", .added = "20020701"},
    {"A9901", "001003", .title = "Wooden leg for a parrot, with", .short_title = "Wooden parrot leg", .price = "1321", .issues = "60-9  65-1",
     .carriers = "2049    4450", .statute = "1862A7", .coverage = "D", .betos = "D1E", .type = "1P", .added = "19860101"},
    {"A9901", "002004", .title = "a brass ferrule, each"},
    {"A9902", "001003", .title = "Eye patch", .short_title = "Eye patch", .price = "00", .cross = "A990120680", .coverage = "I", .betos = "Z2",
     .type = "9", .added = "19900101", .terminated = "20191231"},
};

static const char notice[] = "Note: everything here was made up.\r\n\r\nIt is no statement on coverage.\r\n";

static void write_good(struct buf *file) {
    buf_init(file, TEXT_BYTES);
    buf_text(file, notice);
    for (size_t i = 0; i < COUNT(good); i++)
        add_line(file, &good[i], strcmp(good[i].sequence, "002004") == 0 ? 91 : LINE_COLUMNS);
}

static int take(struct importing *on, const char *name, struct span text, struct import_result *result) {
    struct why why = {""};
    int code = import_as(on, name, NULL, text, NULL, IMPORT_GUESS, result, &why);
    if (code)
        fail_msg("%s: %s", name, why.text);
    return code;
}

static const char *versions(struct importing *on) {
    return ask(on, "SELECT valid_from, valid_to, billable, official, title, successor IS NOT NULL FROM versions ORDER BY code, valid_from");
}

static void fixed_columns(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct buf file;
    write_good(&file);
    take(on, "HCPC2020_ANWEB.txt", buf_span(&file), &result);
    assert_string_equal(result.kind, "hcpcs");
    assert_string_equal(result.edition, "January 2020");
    assert_string_equal(result.valid_from.iso, "2020-01-01");
    assert_int_equal(result.rows, 3);
    assert_int_equal(result.rejected, 0);
    assert_true(result.extract);
    expect_text("fixed", "versions", versions(on),
                "20020701|99991231|1|1|Left flipper|0\n"
                "19860101|99991231|1|1|Wooden leg for a parrot, with a brass ferrule, each|0\n"
                "19900101|20191231|1|1|Eye patch|1");
    expect_text("fixed", "coverage", facts_in(on, SYSTEM_HCPCS, "A9901", SECTION_COVERAGE),
                "Medicare coverage code|D|Medicare covers it under special instructions.|20200101|99991231\n"
                "statute|1862A7|-|20200101|99991231\n"
                "coverage issues manual|60-9|-|20200101|99991231\n"
                "coverage issues manual|65-1|-|20200101|99991231\n"
                "carriers manual|2049|-|20200101|99991231\n"
                "carriers manual|4450|-|20200101|99991231");
    expect_text("fixed", "fee", facts_in(on, SYSTEM_HCPCS, "A9901", SECTION_FEE),
                "pricing indicator|13|Physician fee schedule, priced by the contractor.|20200101|99991231\n"
                "pricing indicator|21|Clinical laboratory fee schedule, up to the national limit.|20200101|99991231");
    expect_text("fixed", "service", facts_in(on, SYSTEM_HCPCS, "A9901", SECTION_SERVICE),
                "BETOS|D1E|Other equipment|20200101|99991231\n"
                "type of service code|1|Medical care|20200101|99991231\n"
                "type of service code|P|Equipment, prosthetics and orthotics that are bought|20200101|99991231");
    expect_text("no class", "service", facts_in(on, SYSTEM_HCPCS, "A9902", SECTION_SERVICE),
                "type of service code|9|Other medical items or services|20200101|99991231");
    expect_text("fixed", "references",
                ask(on, arena_printf(on->arena, "SELECT related = %lld, related = %lld, related = %lld FROM facts WHERE section = %d ORDER BY code, position",
                                     (long long)system_id(SYSTEM_MOD, "ZB"), (long long)system_id(SYSTEM_HCPCS, "A9901"),
                                     (long long)system_id(SYSTEM_CPT, "20680"), (int)SECTION_RELATED)),
                "1|0|0\n0|1|0\n0|0|1");
    expect_text("fixed", "words", ask(on, "SELECT text FROM words ORDER BY code"), "Left flipper\nWooden parrot leg\nEye patch");
    buf_free(&file);
}

static void accents_move_no_column(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct buf file;
    buf_init(&file, TEXT_BYTES);
    add_line(&file, &(struct line){"A9901", "001003", .title = "Caf\xe9 for a parrot", .short_title = "Coffee", .coverage = "C",
                                   .added = "20020701", .terminated = "20251231"}, LINE_COLUMNS);
    take(on, "HCPC2020_ANWEB.txt", buf_span(&file), &result);
    assert_string_equal(versions(on), "20020701|20251231|1|1|Caf\xc3\xa9 for a parrot|0");
    assert_string_equal(facts_in(on, SYSTEM_HCPCS, "A9901", SECTION_COVERAGE),
                        "Medicare coverage code|C|The Medicare contractor decides whether it is covered.|20200101|99991231");
    buf_free(&file);
}

/* An indicator is one of characters, never a part of one. */
static void accents_are_not_cut(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct buf file;
    buf_init(&file, TEXT_BYTES);
    add_line(&file, &(struct line){"A9901", "001003", .title = "Hook", .price = "0\xe9" "1\xe9", .type = "\xe9", .added = "20020701"}, LINE_COLUMNS);
    take(on, "HCPC2020_ANWEB.txt", buf_span(&file), &result);
    assert_string_equal(ask(on, "SELECT value FROM facts ORDER BY section, position"), "\xc3\xa9\n0\xc3\xa9\n1\xc3\xa9");
    buf_free(&file);
}

static const char header48[] =
    "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,PRICE1,PRICE2,PRICE3,PRICE4,MULT_PI,CIM1,CIM2,CIM3,MCM1,MCM2,MCM3,STATUTE,LABCERT1,"
    "LABCERT2,LABCERT3,LABCERT4,LABCERT5,LABCERT6,LABCERT7,LABCERT8,XREF1,XREF2,XREF3,XREF4,XREF5,COV,ASC_GRP,ASC_DT,OPPS,OPPS_PI,OPPS_DT,"
    "PROCNOTE,BETOS,TOS1,TOS2,TOS3,TOS4,TOS5,ANEST_BU,ADD DT,ACT EFF DT,TERM DT,ACTION CD\r\n";

static const char rows48[] =
    "   ZA,0010,7,Left flipper,Left flipper,,,,,,,,,,,,,,,,,,,,,ZB,,,,,C,,,,,,,,,,,,,,20020701,20020701,,N\r\n"
    "A9901,0010,3,\"Wooden leg for a parrot, with a brass ferrule, each\",Wooden parrot leg,13,21,,,A,60-9,65-1,,2049,,,1862A7,,,,,,,,,,,,,,D,"
    ",,,,,,D1E,1,P,,,,0,19860101,20260101,,N\r\n"
    "A9902,0010,3,Eye patch,Eye patch,00,,,,9,,,,,,,,,,,,,,,,A9901,20680,,,,I,,,,,,,Z2,9,,,,,0,19900101,20200101,20191231,D\r\n";

static const char header_derived[] =
    "kind,code,long_desc,short_desc,price,mult_pi,cim,mcm,statute,xref1_4,coverage,asc,asc_dt,betos,tos,anes_bu,add_dt,act_eff_year\n";
static const char rows_derived[] =
    "M,ZA,Left flipper,Left flipper,,,,,,ZB,C,,,,,,20020701,2002\n"
    "P,A9901,\"Wooden leg for a parrot, with a brass ferrule, each\",Wooden parrot leg,1321,A,60-9  65-1,2049    4450,1862A7,,D,,,D1E,1P,0,"
    "19860101,1996\n"
    "P,A9902,Eye patch,Eye patch,00,9,,,,A990120680,I,,,Z2,9,0,19900101,2003\n";

static void separated_fields(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *file, *before, *header, *rows, *edition, *from, *manual;
    } rows[] = {
        {"48 columns", "HCPC2026_OCT_ANWEB.csv", "", header48, rows48, "October 2026", "2026-10-01", "carriers manual|2049|"},
        {"48 columns behind a notice", "HCPC2026_JUL_ANWEB_v2.csv", "\"A notice,\nof two lines\"\r\n,,\r\n", header48, rows48, "July 2026",
         "2026-07-01", "carriers manual|2049|"},
        {"48 columns behind a byte order mark", "hcpc2026_apr.csv", "\xef\xbb\xbf", header48, rows48, "April 2026", "2026-04-01",
         "carriers manual|2049|"},
        {"columns run together", "HCPC2025_OCT_ANWEB.derived.csv", "", header_derived, rows_derived, "October 2025", "2025-10-01",
         "carriers manual|4450|"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        const char *text = arena_printf(on->arena, "%s%s%s", rows[i].before, rows[i].header, rows[i].rows);
        forget(on);
        take(on, rows[i].file, span_of(text), &result);
        expect_text(rows[i].name, "kind", result.kind, "hcpcs");
        expect_text(rows[i].name, "edition", result.edition, rows[i].edition);
        expect_text(rows[i].name, "first day", result.valid_from.iso, rows[i].from);
        assert_int_equal(result.rows, 3);
        assert_int_equal(result.rejected, 0);
        expect_within(rows[i].name, versions(on), "19860101|99991231|1|1|Wooden leg for a parrot, with a brass ferrule, each|0");
        expect_within(rows[i].name, facts_in(on, SYSTEM_HCPCS, "A9901", SECTION_FEE), "pricing indicator|21|");
        expect_within(rows[i].name, facts_in(on, SYSTEM_HCPCS, "A9901", SECTION_COVERAGE), rows[i].manual);
        expect_within(rows[i].name, facts_in(on, SYSTEM_HCPCS, "A9901", SECTION_SERVICE), "type of service code|P|");
        expect_text(rows[i].name, "references", ask(on, "SELECT count(*) FROM facts WHERE label = 'cross-reference'"), "3");
    }
}

/* One bad row among three: more than a hundredth, so the sentence of the failure says what is wrong with it. */
static void rejects_columns(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name;
        struct line line;
        size_t columns;
        const char *error;
    } rows[] = {
        {"cut off", {"A9903", "001003", .title = "Hook", .added = "19900101"}, 200, "A9903 is cut off before its dates"},
        {"twice", {"A9901", "001003", .title = "Hook", .added = "19900101"}, 320, "A9901 stands in the file twice"},
        {"no code", {"99Z99", "001003", .title = "Hook", .added = "19900101"}, 320, "99Z99 is no code of HCPCS Level II"},
        {"no title", {"A9903", "001003", .added = "19900101"}, 320, "A9903 has no description"},
        {"no day", {"A9903", "001003", .title = "Hook"}, 320, "A9903 has no day on which it was added"},
        {"a day that is none", {"A9903", "001003", .title = "Hook", .added = "19900101", .terminated = "20201341"}, 320, "that is no day"},
        {"backwards", {"A9903", "001003", .title = "Hook", .added = "20200101", .terminated = "20191231"}, 320, "ends before it begins"},
        {"a continuation of another", {"A9903", "002004", .title = "Hook"}, 320, "did not begin"},
        {"another layout", {"A9903", "      ", .title = "Hook"}, 320, "not the columns of a HCPCS file"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        struct why why = {""};
        struct buf file;
        write_good(&file);
        add_line(&file, &rows[i].line, rows[i].columns);
        int code = import_as(on, "HCPC2020_ANWEB.txt", NULL, buf_span(&file), NULL, IMPORT_GUESS, &result, &why);
        buf_free(&file);
        assert_int_equal(code, FAIL_INPUT);
        assert_int_equal(result.rejected, 1);
        expect_within(rows[i].name, why.text, rows[i].error);
    }
}

static void rejects_fields(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *row, *error;
    } rows[] = {
        {"few fields", "P,A9903,Hook,Hook", "4 fields, the day it was added is in field 17"},
        {"no code", "P,HOOK9,Hook,Hook,,,,,,,C,,,,,,20020701,2002", "HOOK9 is no code of HCPCS Level II"},
        {"no day", "P,A9903,Hook,Hook,,,,,,,C,,,,,,2002-07-41,2002", "A9903 has no day"},
        {"twice", "P,A9901,Hook,Hook,,,,,,,C,,,,,,20020701,2002", "A9901 stands in the file twice"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        struct why why = {""};
        const char *text = arena_printf(on->arena, "%s%s%s\n", header_derived, rows_derived, rows[i].row);
        assert_int_equal(import_as(on, "HCPC2025_OCT.csv", NULL, span_of(text), NULL, IMPORT_GUESS, &result, &why), FAIL_INPUT);
        assert_int_equal(result.rejected, 1);
        assert_int_equal(result.rejects[0].line, 5);
        expect_within(rows[i].name, why.text, rows[i].error);
    }
}

static void not_usable(void **state) {
    static const struct unusable rows[] = {
        {"empty", "hcpc2025_oct.csv", {"", 0}, "is empty"},
        {"only the names of the columns", "hcpc2025_oct.csv", {header_derived, sizeof header_derived - 1}, "no row"},
        {"other columns", "hcpc2025_oct.csv", SPAN("code,name\nA9901,Hook\n"), "column names"},
        {"in the middle of a quoted field", "hcpc2025_oct.csv",
         SPAN("kind,code,long_desc,short_desc,coverage,betos,add_dt\nP,A9901,\"Hook, of"), "never closed"},
        {"binary", "hcpc2025_oct.csv", SPAN("\x7f" "ELF\0\0\0\n\0"), "byte 0"},
        {"UTF-16", "hcpc2025_oct.csv", SPAN("\xff\xfek\0i\0n\0d\0"), "UTF-16"},
        {"no year in the name", "hcpcs.csv", {header_derived, sizeof header_derived - 1}, "--effective"},
    };
    expect_unusable(*state, "hcpcs", rows, COUNT(rows));
}

static const char *one_code(struct importing *on, const char *title) {
    return arena_printf(on->arena, "%sP,A9901,%s,Hook,00,9,,,,,C,,,D1E,1,0,19900101,1990\n", header_derived, title);
}

/* Titles from one edition to the next, in the order in which they are imported. */
static void editions(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *files[3], *titles[3], *versions;
    } rows[] = {
        {"the same twice", {"hcpc2025_oct.csv", "hcpc2025_oct.csv"}, {"Hook", "Hook"}, "19900101|99991231|1|1|Hook|0"},
        {"another title", {"hcpc2025_oct.csv", "hcpc2026_jan.csv"}, {"Hook", "Iron hook"},
         "19900101|20251231|1|1|Hook|0\n20260101|99991231|1|1|Iron hook|0"},
        {"the older one later", {"hcpc2026_jan.csv", "hcpc2025_oct.csv"}, {"Iron hook", "Hook"},
         "19900101|20251231|1|1|Hook|0\n20260101|99991231|1|1|Iron hook|0"},
        {"three", {"hcpc2025_oct.csv", "hcpc2026_jan.csv", "hcpc2026_apr.csv"}, {"Hook", "Iron hook", "Iron hook"},
         "19900101|20251231|1|1|Hook|0\n20260101|99991231|1|1|Iron hook|0"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        forget(on);
        for (size_t file = 0; file < 3 && rows[i].files[file]; file++)
            take(on, rows[i].files[file], span_of(one_code(on, rows[i].titles[file])), &result);
        expect_text(rows[i].name, "versions", versions(on), rows[i].versions);
    }
}

/* A header of few columns with the day on which a code ended; the derived copy has none. */
static void a_copy_that_tells_no_ends_takes_none_back(void **state) {
    struct importing *on = *state;
    static const char ended[] = "HCPC,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,COV,BETOS,ADD DT,TERM DT\nA9901,3,Hook,Hook,C,D1E,19900101,20240331\n";
    static const char *const orders[][2] = {{"hcpc2024_oct.csv", "hcpc2025_oct.csv"}, {"hcpc2025_oct.csv", "hcpc2024_oct.csv"}};
    for (size_t i = 0; i < COUNT(orders); i++) {
        struct import_result result;
        forget(on);
        for (size_t k = 0; k < 2; k++)
            take(on, orders[i][k], strstr(orders[i][k], "2024") ? span_of(ended) : span_of(one_code(on, "Hook")), &result);
        expect_text(orders[i][0], "versions", versions(on), "19900101|20240331|1|1|Hook|0");
    }
}

/* The American Dental Association's codes stand in no file of CMS's. */
static void a_dental_code_is_listed_elsewhere(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *key;
        enum code_status status;
    } rows[] = {
        {"in the file", "A9901", STATUS_VALID}, {"not in the file", "A9902", STATUS_UNKNOWN}, {"dental", "D0120", STATUS_NO_DATA}};
    struct import_result result;
    struct why why = {""};
    struct kb *kb;
    if (import_as(on, "hcpc2025_oct.csv", "hcpcs", span_of(one_code(on, "Hook")), NULL, IMPORT_WHOLE, &result, &why) ||
        kb_open(on->kb, &kb, &why))
        fail_msg("%s", why.text);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kb_code code;
        if (kb_lookup(kb, SYSTEM_HCPCS, rows[i].key, (struct date){"2025-11-01"}, on->arena, &code, &why))
            fail_msg("%s: %s", rows[i].name, why.text);
        if (code.status != rows[i].status)
            fail_msg("%s: %s", rows[i].name, name_text(status_names, (int)code.status));
    }
    kb_close(kb);
}

static void effective_overrules_the_name(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct why why = {""};
    int code = import_as(on, "hcpcs.csv", "hcpcs", span_of(one_code(on, "Hook")), "2026-02-15", IMPORT_GUESS, &result, &why);
    assert_int_equal(code, 0);
    assert_string_equal(result.edition, "2026-02-15");
    assert_string_equal(ask(on, "SELECT name, publisher, notice FROM sources WHERE imported > 0"), "hcpcs-2026-02-15-extract|CMS|-");
}

int main(void) {
#define ROW(test) cmocka_unit_test_setup_teardown(test, open_importing, close_importing)
    const struct CMUnitTest tests[] = {
        ROW(fixed_columns), ROW(accents_move_no_column), ROW(accents_are_not_cut), ROW(separated_fields), ROW(rejects_columns), ROW(rejects_fields),
        ROW(not_usable),    ROW(editions),               ROW(effective_overrules_the_name), ROW(a_dental_code_is_listed_elsewhere),
        ROW(a_copy_that_tells_no_ends_takes_none_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
