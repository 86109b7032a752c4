/* The index of ICD-10-CM and its tables: they bring words, each file its own part of them. */
#include "tests/unit/kb/importing.h"

#define INDEX(head, inside)                                                                                                                \
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ICD10CM.index>\n" head "\n<letter><title>A</title>\n" inside "</letter></"               \
    "ICD10CM.index>\n"
#define VERSION(year) "<version>" year "</version>"
#define MAIN VERSION("2017") "<title>ICD-10-CM INDEX TO DISEASES and INJURIES</title>"
#define CAUSES VERSION("2026") "<title>ICD-10-CM EXTERNAL CAUSE of INJURIES INDEX</title>"
#define HEADING(first) "<indexHeading><head col=\"1\">" first "</head><head col=\"2\">Something</head></indexHeading>"
#define DRUGS VERSION("2026") HEADING("Substance")
#define LUMPS VERSION("2026") HEADING("Neoplasm")
#define MAIN_TERM(title, inside) "<mainTerm><title>" title "</title>" inside "</mainTerm>\n"
#define TERM(title, inside) "<term level=\"1\"><title>" title "</title>" inside "</term>\n"
#define CODE(code) "<code>" code "</code>"
#define CELL(column, code) "<cell col=\"" column "\">" code "</cell>"

static const char kind[] = "icd10cm-index";

static const char main_index[] = INDEX(
    MAIN, MAIN_TERM("Broken, break<nemod>(bent) (cracked)</nemod>",
                    CODE("S82.9-") TERM("leg<nemod>(left)</nemod>", CODE("S82.90") TERM("bone NEC<nemod>(any)</nemod>", CODE("S82.2-"))))
              MAIN_TERM("Gout", CODE("M10.9") "<manif>M14.8-</manif>") MAIN_TERM("Podagra", "<see>Gout</see>")
                  MAIN_TERM("Snapped", "<see>Break,  leg (left)</see>") MAIN_TERM("Shattered", "<see>Broken, leg</see>")
                      MAIN_TERM("Limb", "<see>condition</see>") MAIN_TERM("Ringing", "<subcat>H93.1</subcat>")
                          MAIN_TERM("Itch", "<seeAlso>Gout</seeAlso>"));

static const char words_sql[] = "SELECT text FROM words WHERE code = %lld ORDER BY text";

static const char *words_of(struct importing *on, const char *key) {
    return ask(on, arena_printf(on->arena, words_sql, (long long)system_id(SYSTEM_ICD10CM, key)));
}

static void import_text(struct importing *on, const char *file, struct span text, struct import_result *result) {
    struct why why = {""};
    if (import_as(on, file, NULL, text, NULL, IMPORT_WHOLE, result, &why))
        fail_msg("%s: %s", file, why.text);
    assert_string_equal(result->kind, kind);
}

static void terms_become_words(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *text, *key, *words;
    } rows[] = {
        {"main term with what may stand there", main_index, "S829", "Broken, break (bent) (cracked)"},
        {"the way to a term, and what points at it", main_index, "S8290", "Broken, break, leg (left)\nShattered"},
        {"the way to a deeper one", main_index, "S822", "Broken, break, leg, bone NEC (any)"},
        {"what points at a main term", main_index, "M109", "Gout\nPodagra"},
        {"manifestation", main_index, "M148", "Gout\nPodagra"},
        {"subcategory", main_index, "H931", "Ringing"},
        {"nothing else", main_index, "R52", ""},
        {"drug", INDEX(DRUGS, MAIN_TERM("Dulline<nemod>(mild)</nemod>", CELL("2", "T39.311") CELL("3", "--") CELL("6", "T39.315"))),
         "T39311", "Dulline (mild)\npoisoning, overdose, accidental"},
        {"drug, another column", INDEX(DRUGS, MAIN_TERM("Dulline", CELL("2", "T39.311") CELL("3", "--") CELL("6", "T39.315"))), "T39315",
         "Dulline\nadverse effect, side effect"},
        {"drug that points at another",
         INDEX(DRUGS, MAIN_TERM("Ache-Away", "<see>Dulline</see>") MAIN_TERM("Dulline", CELL("7", "T39.316"))), "T39316",
         "Ache-Away\nDulline\nunderdosing, not taken"},
        {"neoplasm without its main term",
         INDEX(LUMPS, MAIN_TERM("Neoplasm, neoplastic",
                                CELL("2", "C80.1") TERM("leg", CELL("2", "C76.5-") CELL("3", "-") TERM("skin", CELL("2", "C76.5"))))),
         "C765", "cancer, tumor\nleg\nleg, skin"},
        {"the main term itself", INDEX(LUMPS, MAIN_TERM("Neoplasm, neoplastic", CELL("2", "C80.1"))), "C801",
         "Neoplasm, neoplastic\ncancer, tumor"},
        {"remark in the place of a manifestation",
         INDEX(LUMPS, MAIN_TERM("Neoplasm", TERM("leg", "<manif>above the knee</manif>" CELL("5", "D21.2")))), "D212", "benign tumor\nleg"},
        {"external cause", INDEX(CAUSES, MAIN_TERM("Fall", TERM("ladder", CODE("W11")))), "W11", "Fall, ladder"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        forget(on);
        import_text(on, "any.xml", span_of(rows[i].text), &result);
        expect_text(rows[i].name, "words", words_of(on, rows[i].key), rows[i].words);
        if (result.rejected)
            fail_msg("%s: %zu rejected", rows[i].name, result.rejected);
    }
}

static void a_file_is_counted_and_dated(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *file, *text, *source;
        size_t rows;
    } rows[] = {
        {"main", "icd10cm_index_2017.xml", main_index, "icd10cm-index-main-fy2017|icd10cm-index/main|20161001|99991231", 10},
        {"April", "drug_2026-04.xml", INDEX(DRUGS, MAIN_TERM("Dulline", CELL("2", "T39.311"))),
         "icd10cm-index-drug-fy2026-04|icd10cm-index/drug|20260401|99991231", 1},
        {"neoplasm", "n.xml", INDEX(LUMPS, MAIN_TERM("Neoplasm", CELL("2", "C80.1"))),
         "icd10cm-index-neoplasm-fy2026|icd10cm-index/neoplasm|20251001|99991231", 1},
        {"causes", "e.xml", INDEX(CAUSES, MAIN_TERM("Fall", CODE("W19"))),
         "icd10cm-index-external-fy2026|icd10cm-index/external|20251001|99991231", 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        forget(on);
        import_text(on, rows[i].file, span_of(rows[i].text), &result);
        expect_text(rows[i].name, "source", ask(on, "SELECT name, kind, valid_from, valid_to FROM sources"), rows[i].source);
        if (result.rows != rows[i].rows)
            fail_msg("%s: %zu rows", rows[i].name, result.rows);
    }
}

/* One part's words stay when another part is imported, and go with a newer edition of their own. */
static void a_part_has_editions_of_its_own(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *text, *words, *sources;
        size_t added, gone;
    } rows[] = {
        {"index", INDEX(VERSION("2025") "<title>INDEX TO DISEASES</title>", MAIN_TERM("Gout", CODE("M10.9"))), "Gout", "20241001|99991231",
         1, 0},
        {"table beside it", INDEX(VERSION("2026") HEADING("Substance"), MAIN_TERM("Dulline", CELL("2", "T39.311"))),
         "Dulline\nGout\npoisoning, overdose, accidental", "20241001|99991231\n20251001|99991231", 2, 0},
        {"newer index", INDEX(VERSION("2026") "<title>INDEX TO DISEASES</title>", MAIN_TERM("Podagra", CODE("M10.9"))),
         "Dulline\nPodagra\npoisoning, overdose, accidental", "20241001|99991231\n20251001|99991231\n20251001|99991231", 1, 1},
        {"older index again", INDEX(VERSION("2025") "<title>INDEX TO DISEASES</title>", MAIN_TERM("Gout", CODE("M10.9"))),
         "Dulline\nPodagra\npoisoning, overdose, accidental", "20241001|99991231\n20251001|99991231\n20251001|99991231", 0, 0},
        {"same table again", INDEX(VERSION("2026") HEADING("Substance"), MAIN_TERM("Sharpine", CELL("2", "T39.311"))),
         "Podagra\nSharpine\npoisoning, overdose, accidental", "20241001|99991231\n20251001|99991231\n20251001|99991231", 1, 1},
    };
    forget(on);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        import_text(on, "any.xml", span_of(rows[i].text), &result);
        expect_text(rows[i].name, "words", ask(on, "SELECT text FROM words ORDER BY text"), rows[i].words);
        expect_text(rows[i].name, "sources", ask(on, "SELECT valid_from, valid_to FROM sources ORDER BY valid_from, valid_to"),
                    rows[i].sources);
        if (result.added != rows[i].added || result.gone != rows[i].gone)
            fail_msg("%s: %zu new, %zu gone", rows[i].name, result.added, result.gone);
    }
}

static void what_is_no_code_is_rejected(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct why why = {""};
    struct buf good;
    buf_init(&good, 1 << 20);
    for (int i = 0; i < 200; i++)
        buf_printf(&good, MAIN_TERM("Hurt %d", CODE("S82.%02d")), i, i % 100);
    const char *text = arena_printf(on->arena, INDEX(MAIN, "%s" MAIN_TERM("Odd", CODE("see leg"))), buf_span(&good).ptr);
    buf_free(&good);
    forget(on);
    if (import_as(on, "any.xml", NULL, span_of(text), NULL, IMPORT_WHOLE, &result, &why))
        fail_msg("%s", why.text);
    assert_int_equal(result.rejected, 1);
    assert_string_equal(result.rejects[0].reason, "\"see leg\" is no code of ICD-10-CM");
    assert_true(result.rejects[0].line > 200);
    assert_int_equal(result.added, 200);
}

#define TIMES_8(text) text text text text text text text text

static void files_that_are_none_are_refused(void **state) {
    struct importing *on = *state;
    static const struct unusable rows[] = {
        {"empty", "e.xml", {"", 0}, "is empty"},
        {"no XML", "n.xml", SPAN("Gout M10.9\n"), "n.xml: line 1: "},
        {"binary", "b.xml", SPAN("PK\3\4\0\0"), "b.xml"},
        {"UTF-16, which XML may be, of another kind", "u.xml", SPAN("\xff\xfe<\0a\0>\0"), "first element is <a>"},
        {"not the characters that it says", "z.xml", SPAN("<ICD10CM.index><version>\xff\xff</version>"), "z.xml: line 1: "},
        {"another root", "r.xml", SPAN("<ICD10CM.tabular/>"), "first element is <ICD10CM.tabular>"},
        {"no known part", "p.xml", SPAN(INDEX(VERSION("2026") "<title>LIST of ALL</title>", MAIN_TERM("Gout", CODE("M10.9")))),
         "does not say which index"},
        {"no version", "v.xml", SPAN(INDEX("<title>INDEX TO DISEASES</title>", MAIN_TERM("Gout", CODE("M10.9")))), "no fiscal year"},
        {"a term under no letter", "l.xml", SPAN("<ICD10CM.index>" MAIN "<mainTerm/></ICD10CM.index>"), "under no letter"},
        {"too many levels of terms", "t.xml", SPAN("<ICD10CM.index>" MAIN "<letter>" TIMES_8("<term>") TIMES_8("<term>") "<term>"),
         "lies too deep"},
        {"a column beyond the table", "c.xml", SPAN(INDEX(DRUGS, MAIN_TERM("Dulline", CELL("8", "T39.311")))), "no column from 1 to 7"},
        {"a cell without a column", "d.xml", SPAN(INDEX(DRUGS, MAIN_TERM("Dulline", "<cell>T39.311</cell>"))), "no column from 1 to 7"},
        {"cut off", "f.xml", SPAN("<ICD10CM.index>" MAIN "<letter>\n<mainTerm><title>Gou"), "line 2: "},
        {"no terms", "g.xml", SPAN(INDEX(MAIN, "")), "holds no row"},
    };
    forget(on);
    expect_unusable(on, kind, rows, COUNT(rows));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_become_words),
        cmocka_unit_test(a_file_is_counted_and_dated),
        cmocka_unit_test(a_part_has_editions_of_its_own),
        cmocka_unit_test(what_is_no_code_is_rejected),
        cmocka_unit_test(files_that_are_none_are_refused),
    };
    return cmocka_run_group_tests(tests, open_importing, close_importing);
}
