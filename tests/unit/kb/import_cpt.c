/* The AMA's CPT files in their true layout. Every descriptor here is made up and says nothing of the code it stands at. */
#include "tests/unit/kb/importing.h"

#define NOTICE "CPT\xc2\xae 2026 Data\r\n\r\nCopyright 1966-2025 American Medical Association.\r\nAll rights reserved; 22 parrots and a crow.\r\n\r\n"
#define OLD_NOTICE "American Medical Association\r\nCopyright 2000\r\n"
#define CONSOLIDATED                                                                                                                     \
    "Concept Id\tCPT Code\tLong\tMedium\tShort\tConsumer\tSpanish Consumer\tCurrent Descriptor Effective Date\tTest Name\tLab Name\t"      \
    "Manufacturer Name\r\n"
#define CLINICIAN "Concept Id\tCPT Code\tClinician Descriptor Id\tClinician Descriptor\r\n"
#define CONSUMER "Concept Id\tCPT Code\tConsumer Friendly Descriptor\r\n"

#define TITLES "SELECT valid_from, valid_to, official, title FROM versions ORDER BY code, valid_from"
#define WORDS "SELECT text FROM words ORDER BY code, text"
#define FACTS "SELECT section, label, value, text FROM facts ORDER BY code, section"
#define TWO_TITLES "20260101|99991231|1|Counting of feathers, \"each\"\n20260101|99991231|1|Polishing of a beak; both halves"

struct good {
    const char *name, *file, *text;
    const char *kind, *edition;
    size_t rows;
    const char *sql, *wanted;
};

static const struct good good[] = {
    {"long, upper and lower case", "LONGULT.txt", NOTICE "0001F\tCounting of feathers, \"each\"\r\n20680\tPolishing of a beak; both halves\r\n", "cpt",
     "CPT 2026", 2, TITLES, TWO_TITLES},
    {"long, behind a byte order mark", "longult.txt", "\xef\xbb\xbf" NOTICE "20680\tPolishing of a beak\r\n", "cpt", "CPT 2026", 1, TITLES,
     "20260101|99991231|1|Polishing of a beak"},
    {"long, without a notice", "LONGULT_2026.txt", "20680\tPolishing of a beak\n", "cpt", "CPT 2026", 1, TITLES,
     "20260101|99991231|1|Polishing of a beak"},
    {"long, in lines", "LONGULF.txt",
     NOTICE "20670001 Counting of feathers,\r\n20670002 \"each\"\r\n20680001 Polishing of a beak;\r\n20680002 both\r\n20680003 halves\r\n", "cpt",
     "CPT 2026", 2, TITLES, TWO_TITLES},
    {"long, in lines of 2001", "LONGULF_2001.txt",
     OLD_NOTICE "2067001 Counting of feathers,\r\n2067002 \"each\"\r\n2068001 Polishing of a beak; both halves\r\n", "cpt", "CPT 2001", 2,
     "SELECT title FROM versions ORDER BY code", "Counting of feathers, \"each\"\nPolishing of a beak; both halves"},
    {"consolidated", "Consolidated_Code_List.txt",
     NOTICE CONSOLIDATED "100\t20670\tCounting of feathers, \"each\"\tCOUNT FEATHERS\tFEATHERS\tYour feathers are counted.\t\t1/1/2020\t\t\t\r\n"
                         "101\t20680\t\tPolishing of a beak; both halves\tBEAK\t\t\t\t\t\t\r\n",
     "cpt", "CPT 2026", 2, TITLES, TWO_TITLES},
    {"consolidated, words", "Consolidated_Code_List.txt", NOTICE CONSOLIDATED "100\t20670\tCounting of feathers\tCOUNT FEATHERS\tFEATHERS\n",
     "cpt", "CPT 2026", 1, WORDS, "COUNT FEATHERS\nFEATHERS"},
    {"consolidated, plain words", "Consolidated_Code_List.txt",
     NOTICE CONSOLIDATED "100\t20670\tCounting of feathers\tX\tY\tYour feathers are counted.\n", "cpt", "CPT 2026", 1, FACTS,
     "0|-|-|Your feathers are counted."},
    {"medium", "MEDU.txt", NOTICE "20670 COUNTING OF FEATHERS, EACH OF THEM\r\n20680 POLISH BEAK\r\n", "cpt-medium", "CPT 2026", 2, WORDS,
     "COUNTING OF FEATHERS, EACH OF THEM\nPOLISH BEAK"},
    {"medium by its length", "codes.txt", NOTICE "20670 COUNTING OF FEATHERS, EACH OF THEM\r\n20680 POLISH BEAK\r\n", "cpt-medium", "CPT 2026", 2,
     "SELECT count(*) FROM versions", "0"},
    {"short", "SHORTU.txt", NOTICE "20670 COUNT FEATHERS\r\n20680 POLISH BEAK\r\n", "cpt-short", "CPT 2026", 2, WORDS,
     "COUNT FEATHERS\nPOLISH BEAK"},
    {"short by its length", "codes.txt", NOTICE "20670 COUNT FEATHERS\r\n20680 POLISH BEAK\r\n", "cpt-short", "CPT 2026", 2, WORDS,
     "COUNT FEATHERS\nPOLISH BEAK"},
    {"clinician", "ClinicianDescriptor.txt",
     NOTICE CLINICIAN "100\t20670\t900\tCounting of tail feathers\r\n100\t20670\t901\tCounting of wing feathers\r\n", "cpt-clinician",
     "CPT 2026", 2, WORDS, "Counting of tail feathers\nCounting of wing feathers"},
    {"consumer", "ConsumerDescriptor.txt", NOTICE CONSUMER "100\t20670\tYour feathers are counted.\r\n", "cpt-consumer", "CPT 2026", 1, FACTS,
     "0|-|-|Your feathers are counted."},
    {"modifiers", "MODUL.txt",
     NOTICE "22 Louder Parrot: When it shrieks,\r\nsay so.\r\n23 Two Parrots:\r\nas it says (both).\r\nP1 of them stays.\r\n\r\nZ1 Tame parrot\r\n",
     "cpt-modifiers", "CPT 2026", 3, "SELECT valid_from, title FROM versions ORDER BY code",
     "20260101|Louder Parrot\n20260101|Two Parrots\n20260101|Tame parrot"},
    {"modifiers, plain words", "MODUL.txt", NOTICE "22 Louder Parrot: When it shrieks,\r\nsay so.\r\n", "cpt-modifiers", "CPT 2026", 1, FACTS,
     "0|-|-|When it shrieks, say so."},
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
        if (result.rows != row->rows || result.rejected)
            fail_msg("%s: %zu rows, %zu rejected", row->name, result.rows, result.rejected);
        expect_text(row->name, row->sql, ask(on, row->sql), row->wanted);
    }
}

static void rejected_rows(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *file, *text, *error;
    } rows[] = {
        {"long: no tab", "LONGULT.txt", NOTICE "20670\tFeathers\n20680 Beak\n", "not a code, a tab and a descriptor"},
        {"long: cut off", "LONGULT.txt", NOTICE "20670\tFeathers\n2068", "not a code, a tab and a descriptor"},
        {"long: another system", "LONGULT.txt", NOTICE "20670\tFeathers\n2068Z\tBeak\n", "\"2068Z\" is no CPT code"},
        {"long: twice", "LONGULT.txt", NOTICE "20670\tFeathers\n20670\tFeathers\n", "20670 stands in the file twice"},
        {"lines: one is missing", "LONGULF.txt", NOTICE "20670001 Feathers\n20670003 of a wing\n", "line 3 of its descriptor follows line 1"},
        {"lines: another system", "LONGULF.txt", NOTICE "20670001 Feathers\n2068Z001 Beak\n", "\"2068Z\" is no CPT code"},
        {"lines: a code comes back", "LONGULF.txt", NOTICE "20670001 Feathers\n20680001 Beak\n20670001 Wing\n", "20670 stands in the file twice"},
        {"consolidated: no code", "list.txt", NOTICE CONSOLIDATED "1\t20670\tFeathers\n2\tBeak\tBeak\n", "\"Beak\" is no CPT code"},
        {"consolidated: no descriptor", "list.txt", NOTICE CONSOLIDATED "1\t20670\tFeathers\n2\t20680\n", "20680 has no descriptor"},
        {"consolidated: twice", "list.txt", NOTICE CONSOLIDATED "1\t20670\tFeathers\n2\t20670\tFeathers\n", "20670 stands in the file twice"},
        {"short: another layout", "SHORTU.txt", NOTICE "20670 FEATHERS\n20680,BEAK\n", "not a code, a blank and a descriptor"},
        {"short: another system", "SHORTU.txt", NOTICE "20670 FEATHERS\n2068Z BEAK\n", "\"2068Z\" is no CPT code"},
        {"clinician: no code", "c.txt", NOTICE CLINICIAN "1\t20670\t9\tFeathers\n2\t\t9\tBeak\n", "\"\" is no CPT code"},
        {"clinician: cut off", "c.txt", NOTICE CLINICIAN "1\t20670\t9\tFeathers\n2\t20680\t9", "20680 has no descriptor"},
        {"consumer: cut off", "c.txt", NOTICE CONSUMER "1\t20670\tFeathers\n2\t20680", "20680 has no descriptor"},
        {"modifiers: twice", "MODUL.txt", NOTICE "22 Loud: So.\n\n22 Loud: So.\n", "22 stands in the file twice"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        struct why why = {""};
        int code = import_as(on, rows[i].file, NULL, span_of(rows[i].text), NULL, IMPORT_GUESS, &result, &why);
        if (code != FAIL_INPUT || result.rejected != 1)
            fail_msg("%s: %d, %zu rejected, %s", rows[i].name, code, result.rejected, why.text);
        expect_within(rows[i].name, why.text, rows[i].error);
    }
}

static void not_usable(void **state) {
    static const char *const kinds[] = {"cpt", "cpt-medium", "cpt-short", "cpt-clinician", "cpt-consumer", "cpt-modifiers"};
    static const struct unusable rows[] = {
        {"empty", "cpt_2026.txt", {"", 0}, "is empty"},
        {"only the notice", "cpt_2026.txt", SPAN(NOTICE), "no line of data"},
        {"another kind", "cpt_2026.csv", SPAN("Code,Grouping\nA,B\n"), "no line of data"},
        {"binary", "cpt_2026.txt", SPAN("\x7f" "ELF\0\0\n\0"), "byte 0"},
        {"UTF-16", "cpt_2026.txt", SPAN("\xff\xfe" "2\0"), "UTF-16"},
    };
    for (size_t i = 0; i < COUNT(kinds); i++)
        expect_unusable(*state, kinds[i], rows, COUNT(rows));
}

static void edition_is_named(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *file, *text, *effective;
        const char *source, *notice; /* notice NULL: the import fails, and source is in the sentence */
    } rows[] = {
        {"by the notice", "LONGULT.txt", NOTICE "20670\tFeathers\n", NULL, "cpt-long-2026-extract|20260101|20261231", "CPT copyright 2025 American"},
        {"by (R)", "LONGULT.txt", "American Medical Association CPT(R) 2025\n20670\tFeathers\n", NULL, "cpt-long-2025-extract|20250101|20251231",
         "CPT copyright 2025 American"},
        {"by the name", "LONGULT_2024.txt", OLD_NOTICE "20670\tFeathers\n", NULL, "cpt-long-2024-extract|20240101|20241231", "CPT copyright 2000 American"},
        {"by the user", "LONGULT.txt", NOTICE "20670\tFeathers\n", "2023-07-01", "cpt-long-2023-from-2023-07-01-extract|20230701|20231231", "CPT copyright 2025 American"},
        {"the year of the copyright is none of the edition", "LONGULT.txt", OLD_NOTICE "20670\tFeathers\n", NULL, "--effective", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        struct why why = {""};
        forget(on);
        int code = import_as(on, rows[i].file, NULL, span_of(rows[i].text), rows[i].effective, IMPORT_GUESS, &result, &why);
        if ((code == 0) != (rows[i].notice != NULL))
            fail_msg("%s: %d %s", rows[i].name, code, why.text);
        if (code) {
            expect_within(rows[i].name, why.text, rows[i].source);
            continue;
        }
        expect_text(rows[i].name, "source", ask(on, "SELECT name, valid_from, valid_to FROM sources WHERE imported > 0"), rows[i].source);
        expect_within(rows[i].name, ask(on, "SELECT notice FROM sources WHERE imported > 0"), rows[i].notice);
    }
}

/* Parts of one year stand side by side: a part replaces only itself. */
static void parts(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *file, *text;
    } files[] = {
        {"SHORTU.txt", NOTICE "20670 COUNT FEATHERS\n"},
        {"LONGULT.txt", NOTICE "20670\tCounting of feathers\n"},
        {"MEDU.txt", NOTICE "20670 COUNTING OF FEATHERS\n"},
        {"ConsumerDescriptor.txt", NOTICE CONSUMER "1\t20670\tYour feathers are counted.\n"},
        {"ClinicianDescriptor.txt", NOTICE CLINICIAN "1\t20670\t9\tCounting of wing feathers\n"},
        {"MODUL.txt", NOTICE "22 Louder: So.\n"},
        {"LONGULT.txt", NOTICE "20670\tCounting of feathers\n"},
        {"SHORTU.txt", NOTICE "20670 COUNT FEATHER\n"},
    };
    for (size_t i = 0; i < COUNT(files); i++) {
        struct import_result result;
        struct why why = {""};
        if (import_as(on, files[i].file, NULL, span_of(files[i].text), NULL, IMPORT_WHOLE, &result, &why))
            fail_msg("%s: %s", files[i].file, why.text);
    }
    assert_string_equal(ask(on, WORDS), "COUNT FEATHER\nCOUNTING OF FEATHERS\nCounting of wing feathers");
    assert_string_equal(ask(on, "SELECT title FROM versions ORDER BY code"), "Louder\nCounting of feathers");
    assert_string_equal(ask(on, "SELECT text FROM facts ORDER BY code"), "So.\nYour feathers are counted.");
    assert_string_equal(ask(on, "SELECT name, valid_to, complete FROM editions WHERE system = 0"), "CPT 2026|20261231|1");
}

static void editions(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *years[2], *titles[2], *wanted;
    } rows[] = {
        {"the same again", {"2026", "2026"}, {"Beak", "Beak"}, "20260101|99991231|1|Beak"},
        {"the next year", {"2025", "2026"}, {"Beak", "Bill"}, "20250101|20251231|1|Beak\n20260101|99991231|1|Bill"},
        {"the next year, unchanged", {"2025", "2026"}, {"Beak", "Beak"}, "20250101|99991231|1|Beak"},
        {"an older year later", {"2026", "2025"}, {"Bill", "Beak"}, "20250101|20251231|1|Beak\n20260101|99991231|1|Bill"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        forget(on);
        for (size_t step = 0; step < 2; step++) {
            const char *text = arena_printf(on->arena, "CPT %s\nAmerican Medical Association\n20680\t%s\n", rows[i].years[step], rows[i].titles[step]);
            struct import_result result;
            struct why why = {""};
            if (import_as(on, "LONGULT.txt", NULL, span_of(text), NULL, IMPORT_WHOLE, &result, &why))
                fail_msg("%s: %s", rows[i].name, why.text);
        }
        expect_text(rows[i].name, "versions", ask(on, TITLES), rows[i].wanted);
    }
}

int main(void) {
#define ROW(test) cmocka_unit_test_setup_teardown(test, open_importing, close_importing)
    const struct CMUnitTest tests[] = {ROW(good_files), ROW(rejected_rows), ROW(not_usable), ROW(edition_is_named), ROW(parts), ROW(editions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
