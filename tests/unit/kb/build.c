/* What the builder refuses, and that it leaves the file alone when it does. */
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/unit/kb/small.h"

/* Seeds are written with ' for ", see write_seed. These are enough to make the rest of a row right. */
#define SOURCES "'sources': [{'id': 's', 'publisher': 'p', 'title': 't', 'edition': 'e'}]"
#define EDITION(system) "{'system': '" system "', 'name': 'n', 'valid_from': '2026-01-01', 'complete': false, 'source': 's'}"
#define HEAD SOURCES ", 'editions': [" EDITION("CPT") ", " EDITION("ICD10CM") "], "
#define ITEM(system, code, rest) "{'system': '" system "', 'code': '" code "', 'title': 't', 'source': 's'" rest "}"
#define CODES(items) "{" HEAD "'codes': [" items "]}"
#define CODE(rest) CODES(ITEM("CPT", "20690", rest))
#define FACT(fact) CODE(", 'facts': [{" fact "}]")
#define SAID(fact) FACT(fact ", 'source': 's'")
#define PAIRS(pairs) "{" HEAD "'codes': [" ITEM("CPT", "20690", "") ", " ITEM("CPT", "20692", "") "], 'pairs': [" pairs "]}"
#define PAIR(one, other, indicator, from, rest)                                                                                            \
    "{'column1': '" one "', 'column2': ['" other "'], 'indicator': '" indicator "', 'valid_from': '" from "'" rest ", 'source': 's'}"
#define LISTED(list, rows) "{" HEAD "'codes': [" ITEM("CPT", "20690", "") "], '" list "': [" rows "]}"
#define FEE_OF(code, sums, from, rest)                                                                                                     \
    "{'code': '" code "', 'source': 's', 'valid_from': '" from "', 'valid_to': '2026-12-31', 'status': 'A', 'factor': '33.4009', " sums rest "}"
#define SUMS(work, total)                                                                                                                  \
    "'work': '" work "', 'practice': '6.05', 'practice_facility': '5.05', 'malpractice': '1.73', 'total': '" total                         \
    "', 'total_facility': '15.34'"
#define FEE(rest) FEE_OF("20690", SUMS("8.56", "16.34"), "2026-01-01", rest)
#define LIMIT(code, mue, mai, from)                                                                                                        \
    "{'code': '" code "', 'source': 's', 'valid_from': '" from "', 'mue': '" mue "', 'mai': '" mai "', 'rationale': 'CMS Policy'}"
#define RATE(code, rate)                                                                                                                   \
    "{'code': '" code "', 'source': 's', 'valid_from': '2026-01-01', 'valid_to': '2026-12-31', 'status': 'J1', 'rate': '" rate "'}"
#define SOURCE "{'id': 's', 'publisher': 'p', 'title': 't', 'edition': 'e'}"

static const struct {
    const char *name, *json, *problem;
} refused[] = {
    {"no JSON", "{'codes': [}", "line 1: "},
    {"no object", "[]", "this has to hold one object"},
    {"a key twice", "{'codes': [], 'codes': []}", "duplicate object key"},
    {"unknown list", "{'code': []}", "unknown key \"code\""},
    {"list is none", "{'codes': {}}", "\"codes\" has to be a list of objects"},
    {"item is no object", "{'codes': [7]}", "codes[0]: this has to be an object"},
    {"unknown key", CODE(", 'titel': 'x'"), "codes[0] CPT:20690: unknown key \"titel\", the nearest is title"},
    {"unknown key of a fact", SAID("'section': 'plain', 'txt': 'x'"), "facts[0]: unknown key \"txt\""},
    {"unknown system", CODES(ITEM("CPTT", "20690", "")), "unknown system \"CPTT\", the nearest is CPT"},
    {"unknown section", SAID("'section': 'plan', 'text': 'x'"), "unknown section \"plan\", the nearest is plain"},
    {"form", CODES(ITEM("CPT", "2069", "")), "\"2069\" has not the form of a code of CPT"},
    {"related form", SAID("'section': 'related', 'related': 'CPT:2069'"), "\"related\" has to be SYSTEM:CODE"},
    {"related without system", SAID("'section': 'related', 'related': '20690'"), "\"related\" has to be SYSTEM:CODE"},
    {"CPT nobody describes", SAID("'section': 'related', 'related': 'CPT:20691'"), "facts[0]: CPT 20691 is named here, but no file"},
    {"diagnosis nobody describes", SAID("'section': 'diagnoses', 'related': 'ICD10CM:S82.341A'"), "ICD10CM S82341A is named here"},
    {"modifier nobody describes", SAID("'section': 'modifiers', 'related': 'MOD:11'"), "MOD 11 is named here"},
    {"specialty nobody describes", SAID("'section': 'specialties', 'related': 'NUCC:2086S0200X'"), "NUCC 2086S0200X is named here"},
    {"place nobody describes", SAID("'section': 'service', 'related': 'POS:98'"), "POS 98 is named here"},
    {"modifiers name another system", SAID("'section': 'modifiers', 'related': 'CPT:20690'"), "has to be one of MOD"},
    {"successor nobody describes", CODE(", 'successor': '20691'"), "CPT 20691 is named here"},
    {"successor form", CODE(", 'successor': 'XYZ:1'"), "\"successor\" has to be"},
    {"fact without source", FACT("'section': 'plain', 'text': 'x'"), "facts[0]: \"source\" is missing"},
    {"fact with null source", FACT("'section': 'plain', 'text': 'x', 'source': null"), "\"source\" may not be null"},
    {"code without source", CODES("{'system': 'CPT', 'code': '20690', 'title': 't'}"), "\"source\" is missing"},
    {"unknown source", FACT("'section': 'plain', 'text': 'x', 'source': 'z'"), "no file describes the source \"z\""},
    {"fact that says nothing", SAID("'section': 'plain', 'label': 'x'"), "this says nothing"},
    {"no such day", SAID("'section': 'plain', 'text': 'x', 'valid_from': '2026-02-30'"), "\"valid_from\" has to be a day"},
    {"day of another form", CODE(", 'valid_to': '12/31/2026'"), "\"valid_to\" has to be a day"},
    {"days backwards", CODE(", 'valid_from': '2026-05-01', 'valid_to': '2026-04-01'"), "valid_from lies after valid_to"},
    {"days of a fact backwards", SAID("'section': 'plain', 'text': 'x', 'valid_to': '2025-01-01'"), "facts[0]: valid_from lies after"},
    {"flag is a text", CODE(", 'billable': 'no'"), "\"billable\" has to be true or false"},
    {"text is a number", SAID("'section': 'fee', 'value': 5.91"), "\"value\" has to be a text"},
    {"empty text", CODE(", 'family': ''"), "\"family\" is empty"},
    {"blanks around", CODE(", 'family': ' x'"), "has blanks around it"},
    {"line break in a line", CODE(", 'family': 'x\\ny'"), "\"family\" has a control character"},
    {"words are no list", CODE(", 'words': 'x'"), "\"words\" has to be a list"},
    {"facts are no list", CODE(", 'facts': {}"), "\"facts\" has to be a list"},
    {"code twice", CODES(ITEM("ICD10CM", "S82.1", "") ", " ITEM("ICD10CM", "S821", "")), "ICD10CM:S821: this code stands in "},
    {"source twice", "{'sources': [" SOURCE ", " SOURCE "]}", "sources[1]: the source \"s\" stands in "},
    {"source incomplete", "{'sources': [{'id': 's', 'publisher': 'p', 'title': 't'}]}", "sources[0]: \"edition\" is missing"},
    {"no edition of the system", CODES(ITEM("POS", "11", "")), "no file describes an edition of POS"},
    {"edition twice", "{" SOURCES ", 'editions': [" EDITION("CPT") ", " EDITION("CPT") "]}", "editions[1]: this edition stands in "},
    {"edition without a word on completeness", "{'editions': [{'system': 'CPT', 'name': 'n'}]}", "\"complete\" is missing"},
    {"pair indicator", PAIRS(PAIR("20690", "20692", "2", "2026-01-01", "")), "pairs[0]: \"indicator\" has to be"},
    {"pair form", PAIRS(PAIR("20690", "2069", "1", "2026-01-01", "")), "\"2069\" has neither the form"},
    {"pair with itself", PAIRS(PAIR("20690", "20690", "1", "2026-01-01", "")), "can not be paired with itself"},
    {"pair nobody describes", PAIRS(PAIR("20690", "20691", "1", "2026-01-01", "")), "pairs[0]: CPT 20691 is named here"},
    {"pair without a list", PAIRS("{'column1': '20690', 'column2': '20692'}"), "\"column2\" has to be a list of texts"},
    {"fee nobody describes", LISTED("fees", FEE_OF("20691", SUMS("8.56", "16.34"), "2026-01-01", "")), "fees[0]: 20691 is named here"},
    {"fee form", LISTED("fees", FEE_OF("2069", SUMS("8.56", "16.34"), "2026-01-01", "")), "\"2069\" has neither the form"},
    {"fee that does not sum up", LISTED("fees", FEE_OF("20690", SUMS("8.56", "16.43"), "2026-01-01", "")), "do not sum up to the totals"},
    {"fee that is no figure", LISTED("fees", FEE_OF("20690", SUMS("8,56", "16.34"), "2026-01-01", "")), "\"8,56\" is no figure"},
    {"fee of another modifier", LISTED("fees", FEE(", 'modifier': '59'")), "\"modifier\" has to be 26, TC or 53"},
    {"fee of another group", LISTED("fees", FEE(", 'group': 'qqp'")), "\"group\" has to be everybody"},
    {"fee with an unknown key", LISTED("fees", FEE(", 'totall': '1.00'")), "unknown key \"totall\", the nearest is total"},
    {"fee twice", LISTED("fees", FEE("") ", " FEE_OF("20690", SUMS("8.56", "16.34"), "2026-07-01", "")), "these figures stand in "},
    {"limit nobody describes", LISTED("limits", LIMIT("20691", "2", "3", "2026-01-01")), "limits[0]: 20691 is named here"},
    {"limit that is no number", LISTED("limits", LIMIT("20690", "two", "3", "2026-01-01")), "\"mue\" has to be a number"},
    {"limit indicator", LISTED("limits", LIMIT("20690", "2", "4", "2026-01-01")), "\"mai\" has to be"},
    {"limit twice", LISTED("limits", LIMIT("20690", "2", "3", "2026-01-01") ", " LIMIT("20690", "3", "3", "2026-04-01")), "this limit stands in "},
    {"rate twice", LISTED("hospital", RATE("20690", "1.00") ", " RATE("20690", "2.00")), "this rate stands in "},
    {"rate that is no figure", LISTED("hospital", RATE("20690", "$1")), "\"$1\" is no figure"},
    {"rate nobody describes", LISTED("hospital", RATE("20691", "1.00")), "hospital[0]: 20691 is named here"},
    {"pair twice", PAIRS(PAIR("20690", "20692", "1", "2026-01-01", "") ", " PAIR("20690", "20692", "1", "2026-04-01", "")),
     "this pair stands in "},
};

struct folder {
    char path[64], seed[96], kb[96], aside[96];
};

static int open_folder(void **state) {
    struct folder *folder = calloc(1, sizeof *folder);
    assert_non_null(folder);
    snprintf(folder->path, sizeof folder->path, "/tmp/unit-kb-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    snprintf(folder->seed, sizeof folder->seed, "%s/seed.json", folder->path);
    snprintf(folder->kb, sizeof folder->kb, "%s/kb.sqlite", folder->path);
    snprintf(folder->aside, sizeof folder->aside, "%s/kb.sqlite.new", folder->path);
    *state = folder;
    return 0;
}

static int close_folder(void **state) {
    struct folder *folder = *state;
    unlink(folder->seed);
    unlink(folder->kb);
    int left = rmdir(folder->path);
    free(folder);
    return left;
}

static void write_seed(const char *path, const char *json) {
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    for (const char *c = json; *c; c++)
        fputc(*c == '\'' ? '"' : *c, file);
    assert_int_equal(fclose(file), 0);
}

static int build(const struct folder *folder, struct buf *problems, struct why *why) {
    const char *files[] = {folder->seed};
    return kb_build(folder->kb, files, 1, problems, why);
}

static void wrong_seeds_are_refused_with_their_place(void **state) {
    struct folder *folder = *state;
    struct buf problems;
    struct why why;
    buf_init(&problems, 1 << 16);
    for (size_t i = 0; i < COUNT(refused); i++) {
        buf_clear(&problems);
        write_seed(folder->seed, refused[i].json);
        int code = build(folder, &problems, &why);
        struct span lines = buf_span(&problems);
        if (code != FAIL_INPUT || span_find(lines, span_of(refused[i].problem)) == SPAN_NONE || !span_starts(lines, span_of(folder->seed)))
            fail_msg("%s: %d %s", refused[i].name, code, lines.ptr);
        if (access(folder->kb, F_OK) == 0 || access(folder->aside, F_OK) == 0)
            fail_msg("%s: a file was written", refused[i].name);
    }
    buf_free(&problems);
}

static void right_seeds_are_not_refused(void **state) {
    struct folder *folder = *state;
    static const struct {
        const char *name, *json;
    } rows[] = {
        {"bare code", CODE("")},
        {"nothing at all", "{}"},
        {"nulls stand for nothing", CODE(", 'family': null, 'valid_to': null, 'facts': null")},
        {"named but not described, where that is allowed", SAID("'section': 'related', 'related': 'HCPCS:A4570'")},
        {"a pair that comes back",
         PAIRS(PAIR("20690", "20692", "1", "2025-01-01", ", 'valid_to': '2025-12-31'") ", " PAIR("20690", "20692", "0", "2026-04-01", ""))},
    };
    struct buf problems;
    struct why why;
    buf_init(&problems, 1 << 16);
    for (size_t i = 0; i < COUNT(rows); i++) {
        write_seed(folder->seed, rows[i].json);
        if (build(folder, &problems, &why))
            fail_msg("%s: %s %s", rows[i].name, why.text, buf_span(&problems).ptr);
        if (access(folder->kb, F_OK) != 0 || access(folder->aside, F_OK) == 0)
            fail_msg("%s: no file, or one left aside", rows[i].name);
    }
    assert_true(buf_span(&problems).len == 0);
    buf_free(&problems);
}

static size_t count_lines(struct span text) {
    size_t ret = 0;
    struct span line;
    while (span_line(&text, &line))
        ret += line.len > 0;
    return ret;
}

static void all_problems_are_told_at_once(void **state) {
    struct folder *folder = *state;
    const char *files[] = {folder->seed, "/nowhere/seed.json", folder->path};
    struct buf problems;
    struct why why;
    buf_init(&problems, 1 << 16);
    write_seed(folder->seed, CODE(", 'billable': 1, 'colour': 'red', 'facts': [{'section': 'fee'}]"));
    assert_int_equal(kb_build(folder->kb, files, 3, &problems, &why), FAIL_INPUT);
    /* billable, colour, the fact's source, the fact that says nothing, and two files that are none */
    assert_int_equal(count_lines(buf_span(&problems)), 6);
    assert_string_equal(why.text, "6 things in the seed files have to be put right first");
    buf_free(&problems);
}

static void a_refused_seed_leaves_the_old_file(void **state) {
    struct folder *folder = *state;
    struct stat before, after;
    struct buf problems;
    struct why why;
    buf_init(&problems, 1 << 16);
    write_seed(folder->seed, CODE(""));
    assert_int_equal(build(folder, &problems, &why), 0);
    assert_int_equal(stat(folder->kb, &before), 0);
    write_seed(folder->seed, CODE(", 'colour': 'red'"));
    assert_int_equal(build(folder, &problems, &why), FAIL_INPUT);
    assert_int_equal(stat(folder->kb, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    buf_free(&problems);
}

static void the_same_seed_gives_the_same_file(void **state) {
    struct folder *folder = *state;
    char *bytes[2];
    size_t sizes[2];
    for (int turn = 0; turn < 2; turn++) {
        build_small(folder->kb);
        FILE *file = fopen(folder->kb, "re");
        assert_non_null(file);
        bytes[turn] = malloc(1 << 20);
        assert_non_null(bytes[turn]);
        sizes[turn] = fread(bytes[turn], 1, 1 << 20, file);
        fclose(file);
    }
    assert_true(sizes[0] > 4096 && sizes[0] < 1 << 20);
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
}

static void a_place_that_can_not_be_written_is_a_system_failure(void **state) {
    struct folder *folder = *state;
    struct buf problems;
    struct why why;
    const char *files[] = {folder->seed};
    buf_init(&problems, 1 << 16);
    write_seed(folder->seed, CODE(""));
    assert_int_equal(kb_build("/nowhere/kb.sqlite", files, 1, &problems, &why), FAIL_SYSTEM);
    assert_int_equal(kb_build(folder->path, files, 1, &problems, &why), FAIL_SYSTEM);
    buf_free(&problems);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(wrong_seeds_are_refused_with_their_place, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(right_seeds_are_not_refused, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(all_problems_are_told_at_once, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(a_refused_seed_leaves_the_old_file, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(the_same_seed_gives_the_same_file, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(a_place_that_can_not_be_written_is_a_system_failure, open_folder, close_folder),
    };
    return cmocka_run_group_tests_name("kb.build", tests, NULL, NULL);
}
