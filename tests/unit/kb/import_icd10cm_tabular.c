/* The tabular list of ICD-10-CM: notes become guidelines, also of the codes below them. */
#include "tests/unit/kb/importing.h"

#define VERSION(year) "<version>" year "</version>"
#define LIST(inside) "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ICD10CM.tabular>\n" inside "</ICD10CM.tabular>\n"
#define CHAPTER(inside) "<chapter><name>19</name><desc>Hurts (S00-T88)</desc>" inside "</chapter>\n"
#define SECTION(range, inside) "<section id=\"" range "\"><desc>Some hurts (" range ")</desc>" inside "</section>\n"
#define DIAG(code, inside) "<diag><name>" code "</name><desc>Invented</desc>" inside "</diag>\n"
#define NOTES(block, note) "<" block "><note>" note "</note></" block ">"

static const char kind[] = "icd10cm-tabular";

/* Sections stand one behind the other, also the one that the next ones lie in. */
static const char list[] = LIST(VERSION("2021") "<introduction><introSection><instruction>" NOTES(
    "x", "Not a note of any code") "</instruction></introSection></introduction>" CHAPTER(NOTES("notes", "Say what\n  hurt.")
                                                                                              NOTES("excludes1", "birth hurts (P10-P15)") "<sectionIndex><sectionRef first=\"S80\" last=\"S89\" id=\"S80-S89\">Leg</sectionRef></sectionIndex>" SECTION(
                                                                                                  "S50-S89",
                                                                                                  NOTES("includes", "hurts of all limbs"))
                                                                                                  SECTION(
                                                                                                      "S80-S89",
                                                                                                      NOTES("excludes2", "frostbite "
                                                                                                                         "(T33.-)")
                                                                                                          DIAG(
                                                                                                              "S82",
                                                                                                              "<excludes1><note>lost leg "
                                                                                                              "(S88.-)</note><note>lost "
                                                                                                              "toe "
                                                                                                              "(S98, "
                                                                                                              "S99)</note></"
                                                                                                              "excludes1>" NOTES(
                                                                                                                  "codeAlso",
                                                                                                                  ", if known, the ladder "
                                                                                                                  "(W11)")
                                                                                                                  NOTES(
                                                                                                                      "sevenChrNote",
                                                                                                                      "The 7th character "
                                                                                                                      "is to be "
                                                                                                                      "added.") "<sevenChrD"
                                                                                                                                "ef><"
                                                                                                                                "extension "
                                                                                                                                "char="
                                                                                                                                "\"A\">"
                                                                                                                                "first "
                                                                                                                                "visit</"
                                                                                                                                "extension>"
                                                                                                                                "<note>"
                                                                                                                                "first of "
                                                                                                                                "all</note>"
                                                                                                                                "<extension"
                                                                                                                                " "
                                                                                                                                "char="
                                                                                                                                "\"D\">"
                                                                                                                                "later "
                                                                                                                                "visit</"
                                                                                                                                "extension>"
                                                                                                                                "</"
                                                                                                                                "sevenChrDe"
                                                                                                                                "f>" DIAG(
                                                                                                                                    "S82.2",
                                                                                                                                    "<inclu"
                                                                                                                                    "sionTe"
                                                                                                                                    "rm"
                                                                                                                                    "><"
                                                                                                                                    "note>"
                                                                                                                                    "Broken"
                                                                                                                                    " "
                                                                                                                                    "&amp; "
                                                                                                                                    "bent</"
                                                                                                                                    "note><"
                                                                                                                                    "note>"
                                                                                                                                    "Cracke"
                                                                                                                                    "d</"
                                                                                                                                    "note><"
                                                                                                                                    "/"
                                                                                                                                    "inclus"
                                                                                                                                    "ionTer"
                                                                                                                                    "m"
                                                                                                                                    ">" DIAG(
                                                                                                                                        "S8"
                                                                                                                                        "2."
                                                                                                                                        "2"
                                                                                                                                        "5",
                                                                                                                                        NOTES(
                                                                                                                                            "useAdd"
                                                                                                                                            "itiona"
                                                                                                                                            "lCode",
                                                                                                                                            "code "
                                                                                                                                            "[S88."
                                                                                                                                            "1] "
                                                                                                                                            "for "
                                                                                                                                            "vitami"
                                                                                                                                            "n "
                                                                                                                                            "B1"
                                                                                                                                            "2"))))
                                                                                                              DIAG("S83", ""))
                                                                                                      SECTION("S90-S99",
                                                                                                              DIAG("S92",
                                                                                                                   NOTES("codeFirst",
                                                                                                                         "the cause:")))));

static void notes_become_guidelines(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *key, *facts;
    } rows[] = {
        {"a category, then its sections and chapter", "S82",
         "Excludes1|-|lost leg (S88.-)|20201001|99991231\n"
         "Excludes1|-|lost toe (S98, S99)|20201001|99991231\n"
         "code also|-|if known, the ladder (W11)|20201001|99991231\n"
         "7th character|A|first visit; first of all|20201001|99991231\n"
         "7th character|D|later visit|20201001|99991231\n"
         "Excludes2 (S80-S89)|-|frostbite (T33.-)|20201001|99991231\n"
         "includes (S50-S89)|-|hurts of all limbs|20201001|99991231\n"
         "note (S00-T88)|-|Say what hurt.|20201001|99991231\n"
         "Excludes1 (S00-T88)|-|birth hurts (P10-P15)|20201001|99991231"},
        {"inclusion terms are one fact", "S822", "inclusion terms|-|Broken & bent; Cracked|20201001|99991231"},
        {"a block goes on behind its name", "S8225", "use additional|-|code [S88.1] for vitamin B12|20201001|99991231"},
        {"no notes of its own", "S83",
         "Excludes2 (S80-S89)|-|frostbite (T33.-)|20201001|99991231\n"
         "includes (S50-S89)|-|hurts of all limbs|20201001|99991231\n"
         "note (S00-T88)|-|Say what hurt.|20201001|99991231\n"
         "Excludes1 (S00-T88)|-|birth hurts (P10-P15)|20201001|99991231"},
        {"outside the range of the wider section", "S92",
         "code first|-|the cause:|20201001|99991231\n"
         "note (S00-T88)|-|Say what hurt.|20201001|99991231\n"
         "Excludes1 (S00-T88)|-|birth hurts (P10-P15)|20201001|99991231"},
    };
    struct import_result result;
    struct why why = {""};
    forget(on);
    if (import_as(on, "any.xml", NULL, span_of(list), NULL, IMPORT_WHOLE, &result, &why))
        fail_msg("%s", why.text);
    assert_string_equal(result.kind, kind);
    assert_string_equal(result.edition, "FY2021");
    assert_int_equal(result.rows, 5);
    assert_int_equal(result.added, 5);
    assert_int_equal(result.rejected, 0);
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_text(rows[i].name, "guidelines", facts_in(on, SYSTEM_ICD10CM, rows[i].key, SECTION_GUIDELINES), rows[i].facts);
    expect_text("words", "words", ask(on, "SELECT text FROM words ORDER BY text"), "Broken & bent\nCracked");
    expect_text("source", "source", ask(on, "SELECT name, kind, valid_from, valid_to, rows FROM sources"),
                "icd10cm-tabular-fy2021|icd10cm-tabular|20201001|99991231|5");
}

static void a_note_that_names_one_code_leads_to_it(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *note, *key;
    } rows[] = {
        {"a code", "lost leg (S88.1)", "S881"},
        {"a header", "lost leg (S88.-)", "S88"},
        {"placeholder and seventh character", "poison (T39.1X1A)", "T391X1A"},
        {"a letter in the category", "lump [C7A.0-]", "C7A0"},
        {"the end of a sentence", "leg (see S88.)", "S88"},
        {"a range", "any leg (S80-S89)", ""},
        {"a list", "leg, toe (S88.-, S98.-)", ""},
        {"two brackets", "leg (S88.-) with toe (S98.-)", ""},
        {"outside of brackets", "lack of vitamin B12", ""},
        {"a word beside it", "lack of vitamin B12 (D51.9)", "D519"},
        {"no code", "leg (left) (USA) (2021)", ""},
        {"inside a word", "leg (XS88)", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        struct why why = {""};
        const char *text =
            arena_printf(on->arena, LIST(VERSION("2021") CHAPTER(SECTION("S80-S89", DIAG("S82", NOTES("excludes1", "%s"))))), rows[i].note);
        forget(on);
        if (import_as(on, "any.xml", NULL, span_of(text), NULL, IMPORT_WHOLE, &result, &why))
            fail_msg("%s: %s", rows[i].name, why.text);
        const char *related = ask(on, "SELECT related FROM facts");
        const char *wanted = *rows[i].key ? arena_printf(on->arena, "%lld", (long long)system_id(SYSTEM_ICD10CM, rows[i].key)) : "-";
        expect_text(rows[i].name, "related code", related, wanted);
    }
}

static void an_edition_holds_until_the_next(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *file, *version, *note, *effective, *facts;
        size_t added, changed, gone;
    } rows[] = {
        {"first", "t.xml", "2021", "old", NULL, "Excludes1|-|old|20201001|99991231", 1, 0, 0},
        {"again", "t.xml", "2021", "old", NULL, "Excludes1|-|old|20201001|99991231", 0, 0, 0},
        {"newer", "t.xml", "2024", "new", NULL, "Excludes1|-|old|20201001|20230930\nExcludes1|-|new|20231001|99991231", 0, 1, 0},
        {"older", "t.xml", "2020", "oldest", NULL,
         "Excludes1|-|oldest|20191001|20200930\nExcludes1|-|old|20201001|20230930\nExcludes1|-|new|20231001|99991231", 1, 0, 0},
        {"brought out anew in April, says the name", "icd10cm-tabular-April-2024.xml", "2024", "newest", NULL,
         "Excludes1|-|oldest|20191001|20200930\nExcludes1|-|old|20201001|20230930\nExcludes1|-|new|20231001|20240331\n"
         "Excludes1|-|newest|20240401|99991231",
         0, 1, 0},
        {"a day named by the user", "t.xml", "2025", "last", "2025-01-15",
         "Excludes1|-|oldest|20191001|20200930\nExcludes1|-|old|20201001|20230930\nExcludes1|-|new|20231001|20240331\n"
         "Excludes1|-|newest|20240401|20250114\nExcludes1|-|last|20250115|99991231",
         0, 1, 0},
    };
    forget(on);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        struct why why = {""};
        const char *text = arena_printf(on->arena, LIST(VERSION("%s") CHAPTER(SECTION("S80-S89", DIAG("S82", NOTES("excludes1", "%s"))))),
                                        rows[i].version, rows[i].note);
        if (import_as(on, rows[i].file, NULL, span_of(text), rows[i].effective, IMPORT_WHOLE, &result, &why))
            fail_msg("%s: %s", rows[i].name, why.text);
        expect_text(rows[i].name, "guidelines", facts_in(on, SYSTEM_ICD10CM, "S82", SECTION_GUIDELINES), rows[i].facts);
        if (result.added != rows[i].added || result.changed != rows[i].changed || result.gone != rows[i].gone)
            fail_msg("%s: %zu new, %zu changed, %zu gone", rows[i].name, result.added, result.changed, result.gone);
    }
}

static void what_can_not_be_used_is_rejected(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *inside, *reason;
    } rows[] = {
        {"no code", DIAG("leg", NOTES("excludes1", "x")), "\"leg\" is no code of ICD-10-CM"},
        {"seventh character of two", DIAG("S83", "<sevenChrDef><extension char=\"AB\">x</extension></sevenChrDef>"), "is \"AB\""},
        {"no seventh character", DIAG("S83", "<sevenChrDef><extension>x</extension></sevenChrDef>"), "is \"\""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        struct why why = {""};
        struct buf good;
        buf_init(&good, 1 << 20);
        for (int code = 0; code < 200; code++)
            buf_printf(&good, DIAG("S82.%02d", NOTES("excludes1", "x")), code % 100);
        const char *text =
            arena_printf(on->arena, LIST(VERSION("2021") CHAPTER(SECTION("S80-S89", "%s\n%s"))), buf_span(&good).ptr, rows[i].inside);
        buf_free(&good);
        forget(on);
        if (import_as(on, "any.xml", NULL, span_of(text), NULL, IMPORT_WHOLE, &result, &why))
            fail_msg("%s: %s", rows[i].name, why.text);
        if (result.rejected != 1)
            fail_msg("%s: %zu rejected", rows[i].name, result.rejected);
        expect_within(rows[i].name, result.rejects[0].reason, rows[i].reason);
        if (result.rejects[0].line < 200)
            fail_msg("%s: in line %zu", rows[i].name, result.rejects[0].line);
        expect_text(rows[i].name, "codes with notes", ask(on, "SELECT count(DISTINCT code) FROM facts"), "100");
    }
}

#define TIMES_8(text) text text text text text text text text

static void files_that_are_none_are_refused(void **state) {
    struct importing *on = *state;
    static const struct unusable rows[] = {
        {"empty", "e.xml", {"", 0}, "is empty"},
        {"no XML", "n.xml", SPAN("00001 A00     0 Cholera\r\n"), "n.xml: line 1: "},
        {"binary", "b.xml",
         SPAN("\x7f"
              "ELF\0\1\2\3"),
         "b.xml: line 1: "},
        {"another root", "r.xml", SPAN("<ICD10CM.index><version>2021</version></ICD10CM.index>"), "first element is <ICD10CM.index>"},
        {"no version", "v.xml", SPAN(LIST(CHAPTER(SECTION("S80-S89", DIAG("S82", ""))))), "no version stands before"},
        {"a version that is no year", "y.xml", SPAN(LIST(VERSION("new") "")), "\"new\", which is no fiscal year"},
        {"no rows", "l.xml", SPAN(LIST(VERSION("2021") "")), "holds no row"},
        {"cut off", "c.xml", SPAN("<ICD10CM.tabular><version>2021</version><chapter>\n<desc>Hurts (S00-T"), "line 2: "},
        {"cut off behind a tag", "d.xml", SPAN("<ICD10CM.tabular>" VERSION("2021")), "cut off?"},
        {"a section without its range", "s.xml", SPAN(LIST(VERSION("2021") "<chapter><desc>Hurts</desc></chapter>")),
         "\"Hurts\" does not end with its range"},
        {"a code in no section", "o.xml", SPAN(LIST(VERSION("2021") DIAG("S82", ""))), "in no section"},
        {"too many levels of codes", "t.xml",
         SPAN(LIST(VERSION("2021") CHAPTER(SECTION("S80-S89", TIMES_8("<diag>") "<diag>" TIMES_8("</diag>") "</diag>")))), "too deep"},
        {"too many levels", "x.xml", SPAN("<ICD10CM.tabular>" TIMES_8("<a>") TIMES_8("<a>") TIMES_8("<a>") TIMES_8("<a>")),
         "more than 32 deep"},
        {"entities", "a.xml", SPAN("<!DOCTYPE a [<!ENTITY b \"bbbb\">]><ICD10CM.tabular>&b;</ICD10CM.tabular>"), "declares entities"},
        {"UTF-16, which XML may be, of another kind", "u.xml", SPAN("\xff\xfe<\0a\0>\0"), "first element is <a>"},
        {"not the characters that it says", "z.xml", SPAN("<ICD10CM.tabular><version>\xff\xff</version>"), "z.xml: line 1: "},
        {"all rows rejected", "j.xml", SPAN(LIST(VERSION("2021") CHAPTER(SECTION("S80-S89", DIAG("leg", ""))))), "can not be used"},
    };
    forget(on);
    expect_unusable(on, kind, rows, COUNT(rows));
}

/* A text, a tag: each has its bound, wherever in the file it stands. */
static void what_is_too_long_is_refused(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *before;
        size_t bytes;
        const char *error;
    } rows[] = {
        {"text", "<ICD10CM.tabular><version>", 80 << 10, "cut off?"},
        {"text that ends", "<ICD10CM.tabular><version>", 80 << 10, "a text is longer than"},
        {"tag", "<ICD10CM.tabular><a b=\"", 2 << 20, "a tag or comment is longer than"},
        {"comment", "<ICD10CM.tabular><!--", 2 << 20, "a tag or comment is longer than"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        struct why why = {""};
        struct buf text;
        buf_init(&text, 4 << 20);
        buf_text(&text, rows[i].before);
        for (size_t byte = 0; byte < rows[i].bytes; byte++)
            buf_char(&text, 'x');
        if (i == 1)
            buf_text(&text, "</version></ICD10CM.tabular>");
        forget(on);
        if (!import_as(on, "any.xml", kind, buf_span(&text), NULL, IMPORT_WHOLE, &result, &why))
            fail_msg("%s: imported", rows[i].name);
        expect_within(rows[i].name, why.text, rows[i].error);
        buf_free(&text);
    }
}

static void only_a_tabular_list_is_taken_for_one(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *text;
        bool taken;
    } rows[] = {
        {"plain", LIST(VERSION("2021") CHAPTER(SECTION("S80-S89", DIAG("S82", "")))), true},
        {"comment, document type and attributes before",
         "\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- <x> -->\n<!DOCTYPE t>\n<ICD10CM.tabular xmlns:xsi=\"http://x\">" VERSION("2021")
             CHAPTER(SECTION("S80-S89", DIAG("S82", ""))) "</ICD10CM.tabular>",
         true},
        {"a longer name", "<ICD10CM.tabular2>" VERSION("2021") "</ICD10CM.tabular2>", false},
        {"named inside a comment alone", "<!-- <ICD10CM.tabular> -->\n<a/>", false},
        {"a comment without end", "<!-- <ICD10CM.tabular>", false},
        {"nothing but its start", "<ICD10CM.tab", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        struct why why = {""};
        forget(on);
        int code = import_as(on, "any.xml", NULL, span_of(rows[i].text), NULL, IMPORT_WHOLE, &result, &why);
        if ((code == 0) != rows[i].taken)
            fail_msg("%s: %s", rows[i].name, why.text);
        if (!rows[i].taken)
            expect_within(rows[i].name, why.text, "none of the files that are known");
    }
}

/* ---- what a reader gets ---- */

static void import_text(struct importing *on, const char *file, struct span text) {
    struct import_result result;
    struct why why = {""};
    if (import_as(on, file, NULL, text, NULL, IMPORT_WHOLE, &result, &why))
        fail_msg("%s", why.text);
}

static const char order[] = "00001 S82     0 A leg that is broken\r\n"
                            "00002 S8225   0 Its bone\r\n"
                            "00003 S82251A 1 First visit\r\n"
                            "00004 S82251D 1 Later visit\r\n"
                            "00005 S83     1 Another\r\n";

static const char *guidelines_of(struct importing *on, struct kb *kb, const char *key) {
    struct kb_facts facts;
    struct date day;
    struct buf text;
    assert_true(date_parse(SPAN("2026-03-01"), &day));
    buf_init(&text, 1 << 16);
    if (kb_facts(kb, SYSTEM_ICD10CM, key, day, on->arena, &facts, NULL))
        return "none";
    for (size_t i = 0; i < facts.count; i++)
        buf_printf(&text, "%s%s%s%s", i ? "\n" : "", facts.items[i].label, facts.items[i].value ? " " : "",
                   facts.items[i].value ? facts.items[i].value : "");
    const char *ret = text.len ? buf_keep(&text, on->arena) : "";
    buf_free(&text);
    return ret;
}

static void a_code_has_the_guidelines_above_it(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name, *key, *guidelines;
    } rows[] = {
        {"a whole code has its own seventh character", "S82251A",
         "use additional at S82.25\ninclusion terms at S82.2\nExcludes1 at S82\nExcludes1 at S82\ncode also at S82\n"
         "7th character at S82 A\nExcludes2 (S80-S89)\nincludes (S50-S89)\nnote (S00-T88)\nExcludes1 (S00-T88)"},
        {"another", "S82251D",
         "use additional at S82.25\ninclusion terms at S82.2\nExcludes1 at S82\nExcludes1 at S82\ncode also at S82\n"
         "7th character at S82 D\nExcludes2 (S80-S89)\nincludes (S50-S89)\nnote (S00-T88)\nExcludes1 (S00-T88)"},
        {"a header has all of them", "S8225",
         "use additional\ninclusion terms at S82.2\nExcludes1 at S82\nExcludes1 at S82\ncode also at S82\n"
         "7th character at S82 A\n7th character at S82 D\nExcludes2 (S80-S89)\nincludes (S50-S89)\nnote (S00-T88)\nExcludes1 (S00-T88)"},
        {"a category only has its own", "S83", "Excludes2 (S80-S89)\nincludes (S50-S89)\nnote (S00-T88)\nExcludes1 (S00-T88)"},
        {"a code that does not exist has none", "S82999A", "none"},
    };
    struct kb *kb;
    struct why why = {""};
    forget(on);
    import_text(on, "order_2026.txt", span_of(order));
    import_text(on, "tabular.xml", span_of(list));
    if (kb_open(on->kb, &kb, &why))
        fail_msg("%s", why.text);
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < COUNT(rows); i++)
            expect_text(rows[i].name, "guidelines", guidelines_of(on, kb, rows[i].key), rows[i].guidelines);
    kb_close(kb);
}

/* The source of what was imported first goes when it is imported again. */
static void a_knowledge_base_opens_after_an_import_was_repeated(void **state) {
    struct importing *on = *state;
    struct kb *kb;
    struct why why = {""};
    forget(on);
    import_text(on, "order_2026.txt", span_of(order));
    import_text(on, "tabular.xml", span_of(list));
    import_text(on, "order_2026.txt", span_of(order));
    assert_string_equal(ask(on, "SELECT id FROM sources ORDER BY id"), "2\n3");
    if (kb_open(on->kb, &kb, &why))
        fail_msg("%s", why.text);
    expect_text("again", "guidelines", guidelines_of(on, kb, "S83"),
                "Excludes2 (S80-S89)\nincludes (S50-S89)\nnote (S00-T88)\nExcludes1 (S00-T88)");
    kb_close(kb);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_become_guidelines),
        cmocka_unit_test(a_note_that_names_one_code_leads_to_it),
        cmocka_unit_test(an_edition_holds_until_the_next),
        cmocka_unit_test(what_can_not_be_used_is_rejected),
        cmocka_unit_test(files_that_are_none_are_refused),
        cmocka_unit_test(what_is_too_long_is_refused),
        cmocka_unit_test(only_a_tabular_list_is_taken_for_one),
        cmocka_unit_test(a_code_has_the_guidelines_above_it),
        cmocka_unit_test(a_knowledge_base_opens_after_an_import_was_repeated),
    };
    return cmocka_run_group_tests(tests, open_importing, close_importing);
}
