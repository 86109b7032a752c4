/* The sets of one table each: taxonomies, places of service, RBCS, Addendum B. The true columns, made-up rows. */
#include "tests/unit/kb/importing.h"

#define NUCC "Code,Grouping,Classification,Specialization,Definition,Notes,Display Name,Section\r\n"
#define NUCC_ROW "207ZZ0000X,Parrot Doctors,Beak Medicine,Plumage,\"Looks after beaks, \"\"and\"\" feathers.\",[1/1/2025: new],Beak Physician,Individual\r\n"
#define POS "pos_code,pos_type,pos_name,pos_description\n"
#define POS_ROWS "01,Non-Facility,Crow's Nest,\"Up there, alone.\"\n2,Facility,Hold,Below the deck.\n03,Unassigned,Unassigned,Unassigned\n"
#define POS_NEW "27,Non-Facility,Gangway,A plank.\n66,Non-Facility,Galley,Where it smells.\n"
#define RBCS "hcpcs_code,rbcs_procedure,rbcs_category,rbcs_subcategory,rbcs_family,hcpcs_date_added,hcpcs_date_ended,rbcs_date_effective\n"
#define RBCS_ROWS                                                                                                                        \
    "20680,Major,Procedure,Deck,No RBCS Family,1984-01-01,9999-12-31,2014-01-01\n"                                                       \
    "A9901,Other,DME,Legs,Wooden,1984-01-01,9999-12-31,2016-01-01\n"                                                                     \
    "A9901,Other,DME,Limbs,No RBCS Family,1984-01-01,9999-12-31,2014-01-01\n"                                                            \
    "A9901,Other,DME,Legs,Carved,1984-01-01,9999-12-31,2017-01-01\n"
#define OPPS "HCPCSCode,ShortDescriptor,StatusIndicator,PaymentRate,Changed?,Source\n"
#define OPPS_ROWS "20680,,Q2,2967.63,false,2026-04\nA9901\xc2\xa0,Wooden leg,N,,false,2026-04\nA9902,,S9,1.00,false,2026-04\n"

struct good {
    const char *name, *file, *text;
    const char *kind, *edition, *from, *to;
    size_t rows;
    const char *sql, *wanted; /* what is in the tables then */
};

#define FACTS "SELECT label, value, text, valid_from, valid_to FROM facts ORDER BY code, section, position"
#define VERSIONS "SELECT valid_from, valid_to, official, title FROM versions ORDER BY code, valid_from"
#define RATE "National rate in dollars, for the hospital, not for the surgeon."

static const struct good good[] = {
    {"taxonomy", "nucc_taxonomy_251.csv", NUCC NUCC_ROW, "nucc", "25.1", "2025-07-01", "9999-12-31", 1, VERSIONS,
     "20250701|99991231|1|Beak Physician"},
    {"taxonomy of January", "nucc_taxonomy_260.csv", NUCC NUCC_ROW, "nucc", "26.0", "2026-01-01", "9999-12-31", 1, FACTS,
     "-|-|Looks after beaks, \"and\" feathers.|20260101|99991231"},
    {"taxonomy, words", "nucc_taxonomy_251.csv", NUCC NUCC_ROW, "nucc", "25.1", "2025-07-01", "9999-12-31", 1, "SELECT text FROM words",
     "Beak Medicine\nParrot Doctors\nPlumage"},
    {"taxonomy without a definition yet", "nucc_taxonomy_251.csv", NUCC "207ZZ0000X,P,B,,Definition to come...,,Beak Physician,Individual\n",
     "nucc", "25.1", "2025-07-01", "9999-12-31", 1, FACTS, ""},
    {"taxonomy without a display name", "nucc_taxonomy_251.csv", NUCC "207ZZ0000X,P,Beak Medicine,,None,,,Individual\n", "nucc", "25.1",
     "2025-07-01", "9999-12-31", 1, VERSIONS, "20250701|99991231|1|Beak Medicine"},
    {"places", "places.csv", POS POS_ROWS POS_NEW, "pos", "with 27 and 66", "2024-08-01", "9999-12-31", 5, VERSIONS,
     "20240801|99991231|1|Crow's Nest\n20240801|99991231|1|Hold\n20240801|99991231|1|Gangway\n20240801|99991231|1|Galley"},
    {"places, facts", "places.csv", POS "2,Facility,Hold,Below the deck.\n" POS_NEW, "pos", "with 27 and 66", "2024-08-01", "9999-12-31", 3,
     FACTS " LIMIT 2",
     "-|-|Below the deck.|20240801|99991231\n"
     "rate|facility|Medicare pays the practitioner at the facility rate here.|20240801|99991231"},
    {"RBCS, the newest row of a code", "RBCS_codes-to-2022-10.csv", RBCS RBCS_ROWS, "rbcs", "October 2022", "2022-10-01", "9999-12-31", 4,
     FACTS,
     "RBCS category|Procedure|-|20221001|99991231\nRBCS subcategory|Deck|-|20221001|99991231\n"
     "RBCS category|DME|-|20221001|99991231\nRBCS subcategory|Legs|-|20221001|99991231\nRBCS family|Carved|-|20221001|99991231"},
    {"RBCS, a code that is gone", "RBCS_codes-to-2022-10.csv", RBCS "20680,Major,Procedure,Deck,No RBCS Family,1984-01-01,2018-12-31,2014-01-01\n",
     "rbcs", "October 2022", "2022-10-01", "9999-12-31", 1, FACTS,
     "RBCS category|Procedure|-|20221001|99991231\nRBCS subcategory|Deck|-|20221001|99991231\nlast day|2018-12-31|-|20221001|99991231"},
    {"Addendum B, a copy", "addendum_b_2026-04.csv", OPPS OPPS_ROWS, "opps", "April 2026", "2026-04-01", "2026-12-31", 3, FACTS,
     "hospital outpatient status indicator|Q2|Packaged when a T service stands on the same claim, otherwise paid by itself.|20260401|20261231\n"
     "hospital outpatient payment rate|2967.63|" RATE "|20260401|20261231\n"
     "hospital outpatient status indicator|N|Always packaged into another service.|20260401|20261231\n"
     "hospital outpatient status indicator|S9|-|20260401|20261231\n"
     "hospital outpatient payment rate|1.00|" RATE "|20260401|20261231"},
    {"Addendum B as it is published", "january-2026-opps-addendum-b.csv",
     "Addendum B.- Final,,,,,,,,,\n\"CPT codes only,\nof nobody\",,,,,,,,,\n\"HCPCS\nCode\",Short Descriptor,SI,APC,Relative Weight,Payment Rate,"
     "National Unadjusted Copayment,Minimum Unadjusted Copayment,Note,* Indicates a Change\n20680,,T,5071,7.0,\"$1,687.37\",,337.48,,*\n",
     "opps", "January 2026", "2026-01-01", "2026-12-31", 1, FACTS,
     "hospital outpatient status indicator|T|Paid by itself; reduced when several such procedures are done.|20260101|20261231\n"
     "hospital outpatient payment rate|1,687.37|" RATE "|20260101|20261231"},
};

static void good_files(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(good); i++) {
        const struct good *row = &good[i];
        struct import_result result;
        struct why why = {""};
        forget(on);
        if (import_as(on, row->file, NULL, span_of(row->text), NULL, IMPORT_GUESS, &result, &why))
            fail_msg("%s: %s", row->name, why.text);
        expect_text(row->name, "kind", result.kind, row->kind);
        expect_text(row->name, "edition", result.edition, row->edition);
        expect_text(row->name, "first day", result.valid_from.iso, row->from);
        expect_text(row->name, "last day", result.valid_to.iso, row->to);
        if (result.rows != row->rows || result.rejected)
            fail_msg("%s: %zu rows, %zu rejected", row->name, result.rows, result.rejected);
        expect_text(row->name, row->sql, ask(on, row->sql), row->wanted);
    }
}

struct bad {
    const char *name, *file, *text, *error;
};

static void rejected_rows(void **state) {
    struct importing *on = *state;
    static const struct bad rows[] = {
        {"taxonomy: no code", "nucc_taxonomy_251.csv", NUCC NUCC_ROW "207ZZ,A,B,,,,Short,Individual\n", "207ZZ is no taxonomy code"},
        {"taxonomy: no name", "nucc_taxonomy_251.csv", NUCC NUCC_ROW "208ZZ0000X,A,,,,,,Individual\n", "208ZZ0000X is no taxonomy code with"},
        {"taxonomy: blank code", "nucc_taxonomy_251.csv", NUCC NUCC_ROW ",A,B,,,,Name,Individual\n", "a row without a code"},
        {"taxonomy: twice", "nucc_taxonomy_251.csv", NUCC NUCC_ROW NUCC_ROW, "stands in the file twice"},
        {"places: no number", "places.csv", POS POS_NEW "AB,Facility,Hold,Below.\n", "\"AB\" is no place of service"},
        {"places: no name", "places.csv", POS POS_NEW "05,Facility,,Below.\n", "\"05\" is no place of service"},
        {"places: twice", "places.csv", POS POS_NEW "05,Facility,Hold,\n5,Facility,Hold,\n", "05 stands in the file twice"},
        {"RBCS: no code", "rbcs_2022-10.csv", RBCS RBCS_ROWS "XYZ,,DME,Legs,,,,2014-01-01\n", "\"XYZ\" is no code"},
        {"RBCS: no day", "rbcs_2022-10.csv", RBCS RBCS_ROWS "A9902,,DME,Legs,,,,soon\n", "\"A9902\" is no code with a category and a day"},
        {"RBCS: cut off", "rbcs_2022-10.csv", RBCS RBCS_ROWS "A9902,,DM", "\"A9902\" is no code with a category and a day"},
        {"Addendum B: no code", "b_2026-04.csv", OPPS OPPS_ROWS "ABC,,N,,,\n", "\"ABC\" is no code"},
        {"Addendum B: no indicator", "b_2026-04.csv", OPPS OPPS_ROWS "A9903,,,,,\n", "A9903 has no status indicator"},
        {"Addendum B: rate in words", "b_2026-04.csv", OPPS OPPS_ROWS "A9903,,T,much,,\n", "a rate that is no figure"},
        {"Addendum B: cut off", "b_2026-04.csv", OPPS OPPS_ROWS "A9903,", "A9903 has no status indicator"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        struct why why = {""};
        int code = import_as(on, rows[i].file, NULL, span_of(rows[i].text), NULL, IMPORT_GUESS, &result, &why);
        if (code != FAIL_INPUT || result.rejected != 1)
            fail_msg("%s: %d, %zu rejected", rows[i].name, code, result.rejected);
        expect_within(rows[i].name, why.text, rows[i].error);
    }
}

static void not_usable(void **state) {
    static const struct {
        const char *kind, *file, *header;
    } kinds[] = {
        {"nucc", "nucc_taxonomy_251.csv", NUCC},
        {"pos", "places.csv", POS},
        {"rbcs", "rbcs_2022-10.csv", RBCS},
        {"opps", "addendum_b_2026-04.csv", OPPS},
    };
    for (size_t i = 0; i < COUNT(kinds); i++) {
        const char *header = kinds[i].header, *quote = arena_printf(((struct importing *)*state)->arena, "%s\"never,", header);
        bool undated = strcmp(kinds[i].kind, "pos") == 0;
        const struct unusable rows[] = {
            {kinds[i].kind, kinds[i].file, {"", 0}, "is empty"},
            {kinds[i].kind, kinds[i].file, SPAN("color,size\nred,9\n"), undated ? "--effective" : "column names"},
            {kinds[i].kind, kinds[i].file, span_of(header), undated ? "--effective" : "no row"},
            {kinds[i].kind, kinds[i].file, span_of(quote), undated ? "--effective" : "never closed"},
            {kinds[i].kind, kinds[i].file, SPAN("\x89PNG\0\0\n\0"), undated ? "--effective" : "byte 0"},
            {kinds[i].kind, kinds[i].file, SPAN("\xff\xfe" "c\0o\0"), undated ? "--effective" : "UTF-16"},
            {kinds[i].kind, "undated.csv", span_of(header), "--effective"},
        };
        expect_unusable(*state, kinds[i].kind, rows, COUNT(rows));
    }
}

static void damaged_package(void **state) {
    static const struct unusable rows[] = {
        {"gzip, its data broken", "nucc_taxonomy_251.csv.gz", SPAN("\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff"), "damaged or cut off"},
    };
    expect_unusable(*state, "nucc", rows, COUNT(rows));
}

/* Where the list of places has a day, what else is wrong with it is told. */
static void places_not_usable(void **state) {
    struct importing *on = *state;
    static const struct bad rows[] = {
        {"other columns", "places.csv", "color,size\nred,9\n", "column names"},
        {"no row", "places.csv", POS, "no row"},
        {"a quote", "places.csv", POS "\"01", "never closed"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        struct why why = {""};
        int code = import_as(on, rows[i].file, "pos", span_of(rows[i].text), "2026-01-01", IMPORT_GUESS, &result, &why);
        assert_int_equal(code, FAIL_INPUT);
        expect_within(rows[i].name, why.text, rows[i].error);
    }
}

struct step {
    const char *file, *text, *effective;
};

static void editions(void **state) {
    struct importing *on = *state;
#define N(version, name) {"nucc_taxonomy_" version ".csv", NUCC "207ZZ0000X,P,B,,None,," name ",Individual\n", NULL}
#define P(day, name) {"places.csv", POS "27,Facility," name ",\n66,Facility,Galley,\n", day}
#define O(month, rate) {"addendum_b_2026-" month ".csv", OPPS "20680,,T," rate ",,\n", NULL}
#define R(month, family) {"rbcs_2022-" month ".csv", RBCS "20680,,Procedure,Deck," family ",,,2014-01-01\n", NULL}
    static const struct {
        const char *name;
        struct step steps[2];
        const char *sql, *wanted;
    } rows[] = {
        {"taxonomy, next", {N("251", "Beak"), N("260", "Bill")}, VERSIONS, "20250701|20251231|1|Beak\n20260101|99991231|1|Bill"},
        {"taxonomy, again", {N("251", "Beak"), N("251", "Beak")}, VERSIONS, "20250701|99991231|1|Beak"},
        {"taxonomy, an older one later", {N("260", "Bill"), N("251", "Beak")}, VERSIONS, "20250701|20251231|1|Beak\n20260101|99991231|1|Bill"},
        {"taxonomy, again from a later day",
         {{"nucc_taxonomy_251.csv", NUCC NUCC_ROW, NULL}, {"nucc_taxonomy_251.csv", NUCC NUCC_ROW, "2025-10-01"}},
         "SELECT valid_from, valid_to FROM facts ORDER BY valid_from", "20250701|20250930\n20251001|99991231"},
        {"places, next", {P(NULL, "Plank"), P("2026-01-01", "Bridge")}, VERSIONS " LIMIT 2",
         "20240801|20251231|1|Plank\n20260101|99991231|1|Bridge"},
        {"places, again", {P(NULL, "Plank"), P(NULL, "Plank")}, "SELECT count(*) FROM sources WHERE imported > 0", "1"},
        {"Addendum B, next", {O("04", "1.00"), O("07", "2.00")}, "SELECT value, valid_from, valid_to FROM facts WHERE label LIKE '% rate' "
         "ORDER BY valid_from", "1.00|20260401|20260630\n2.00|20260701|20261231"},
        {"Addendum B, an older one later", {O("07", "2.00"), O("04", "1.00")}, "SELECT value, valid_from, valid_to FROM facts "
         "WHERE label LIKE '% rate' ORDER BY valid_from", "1.00|20260401|20260630\n2.00|20260701|20261231"},
        {"Addendum B, again", {O("04", "1.00"), O("04", "1.00")}, "SELECT count(*) FROM facts", "2"},
        {"RBCS, again", {R("10", "Wood"), R("10", "Wood")}, "SELECT count(*) FROM facts", "3"},
        {"RBCS, next", {R("09", "Wood"), R("10", "Iron")},
         "SELECT value, valid_to FROM facts WHERE position % 1000 = 3 ORDER BY source", "Wood|20220930\nIron|99991231"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        forget(on);
        for (size_t step = 0; step < 2; step++) {
            const struct step *at = &rows[i].steps[step];
            struct import_result result;
            struct why why = {""};
            if (import_as(on, at->file, NULL, span_of(at->text), at->effective, IMPORT_WHOLE, &result, &why))
                fail_msg("%s: %s", rows[i].name, why.text);
        }
        expect_text(rows[i].name, "tables", ask(on, rows[i].sql), rows[i].wanted);
    }
}

static void notices(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *file, *text, *notice;
    } rows[] = {
        {"nucc_taxonomy_251.csv", NUCC NUCC_ROW, "National Uniform Claim Committee"},
        {"addendum_b_2026-04.csv", OPPS OPPS_ROWS, "CPT only copyright American Medical Association"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        forget(on);
        assert_int_equal(import_as(on, rows[i].file, NULL, span_of(rows[i].text), NULL, IMPORT_GUESS, &result, NULL), 0);
        expect_within(rows[i].file, ask(on, "SELECT notice FROM sources WHERE imported > 0"), rows[i].notice);
    }
}

int main(void) {
#define ROW(test) cmocka_unit_test_setup_teardown(test, open_importing, close_importing)
    const struct CMUnitTest tests[] = {ROW(good_files), ROW(rejected_rows), ROW(not_usable), ROW(damaged_package), ROW(places_not_usable), ROW(editions), ROW(notices)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
