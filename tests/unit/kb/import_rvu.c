/* The relative value file in its layouts of 31 and 32 columns. Codes have true forms, the figures are invented. */
#include "tests/unit/kb/importing.h"

#define TITLE(year, release)                                                                                                               \
    ",," year " National Physician Fee Schedule Relative Value File " release ",,,,,,,,,,,,,,,,,,,,,,,,,,,,\r\n"                           \
    ",,CPT codes and descriptions only are copyright " year " somebody,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r\n,,RELEASED,,\r\n"
#define STACK(comma, pric1, pric2)                                                                                                         \
    ",, , ," comma ",,,,,,,,,,,,,,,,,,,,,,,,NON-FACILITY,FACILITY,\r\n"                                                                    \
    ",,,,NOT USED," comma ",,,,,,,,,,,,,,,,,,,,PHYSICIAN,,DIAGNOSTIC,PE USED,PE USED,MP USED\r\n"                                          \
    ",,,,FOR,,,NON-FAC,,FACILITY ," comma ",,,,,,,,,,,,,,,SUPERVISION OF,,IMAGING,FOR OPPS,FOR OPPS,FOR OPPS\r\n"                          \
    ",,,STATUS,MEDICARE ,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,CO-,TEAM," pric1    \
    "ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT\r\n"                                                                  \
    "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE "                                                                          \
    "RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,SURG,SURG,SURG,SURG," pric2                                                      \
    "BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT\r\n"
#define OLD TITLE("2025", "October Release") STACK("", "", "")
#define NEW TITLE("2026", "July Release") STACK(",", "PRIC,", "IND,")
#define TAIL(factor) factor ",09,0,99,0.00,0.00,0.00\r\n"
#define SURGERY "20690,,,A,,8.00,6.00,NA,6.00,,1.50,15.50,15.50,0,090,0.10,0.69,0.21,2,0,1,0,0,"
#define SPACE "CPT codes and descriptions only are copyright "

static const char surgery[] =
    "status|A|Active: paid separately under the physician fee schedule, if covered.\n"
    "work RVU|8.00|-\n"
    "practice expense RVU, non-facility|6.00|Marked NA: the file says this is rarely or never done outside a facility.\n"
    "practice expense RVU, facility|6.00|-\n"
    "malpractice RVU|1.50|-\n"
    "total RVU, non-facility|15.50|Marked NA: the file says this is rarely or never done outside a facility.\n"
    "total RVU, facility|15.50|-\n"
    "global days|090|Major surgery: the day before, the day itself and the 90 days after it are included.\n"
    "global split, before / during / after|0.10 / 0.69 / 0.21|Shares of the package, for care that is split with 56, 54 and 55.\n"
    "multiple procedure indicator|2|Standard reduction: 100 percent for the highest, 50 percent for the next ones.\n"
    "bilateral indicator|0|The 150 percent rule does not apply; both sides together are paid at most as one.\n"
    "assistant indicator|1|An assistant at surgery may not be paid.\n"
    "co-surgeon indicator|0|Two surgeons are not paid.\n"
    "team indicator|0|A surgical team is not paid.\n"
    "PC/TC indicator|0|A physician service: it does not split into professional and technical parts.\n";

#define FACTOR "Dollars a relative value unit"

static const struct {
    const char *name, *file, *text, *source, *edition, *factor, *from, *to;
} files[] = {
    {"31 columns", "PPRRVU2025_Oct.csv", OLD SURGERY "," TAIL("32.3465"), "rvu-2025-oct-extract", "October 2025 release of the 2025 schedule",
     "conversion factor|32.3465|" FACTOR ", before the locality is applied.", "2025-01-01", "2025-12-31"},
    {"32 columns, outside of models", "PPRRVU2026_Jul_nonQPP.csv", NEW SURGERY "9,," TAIL("33.4009"), "rvu-2026-jul-extract",
     "July 2026 release of the 2026 schedule",
     "conversion factor|33.4009|" FACTOR " (clinicians outside a qualifying alternative payment model), before the locality is applied.",
     "2026-01-01", "2026-12-31"},
};

static const char fees[] = "SELECT label, value, text FROM facts WHERE code = %lld ORDER BY position";

static const char *fees_of(struct importing *on, const char *key) {
    return ask(on, arena_printf(on->arena, fees, (long long)system_id(SYSTEM_CPT, key)));
}

static void both_layouts_are_read(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(files); i++) {
        struct import_result result;
        struct why why = {""};
        forget(on);
        if (import_as(on, files[i].file, NULL, span_of(files[i].text), NULL, IMPORT_GUESS, &result, &why))
            fail_msg("%s: %s", files[i].name, why.text);
        expect_text(files[i].name, "kind", result.kind, "rvu");
        expect_text(files[i].name, "edition", result.edition, files[i].edition);
        expect_text(files[i].name, "first day", result.valid_from.iso, files[i].from);
        expect_text(files[i].name, "last day", result.valid_to.iso, files[i].to);
        expect_text(files[i].name, "source", ask(on, "SELECT name FROM sources"), files[i].source);
        expect_within(files[i].name, ask(on, "SELECT notice FROM sources"), SPACE);
        expect_text(files[i].name, "facts", fees_of(on, "20690"), arena_printf(on->arena, "%s%s", surgery, files[i].factor));
    }
}

static const struct {
    const char *name, *rows, *facts;
} codes[] = {
    {"parts",
     "76000,TC,,A,,0.00,0.80,,0.80,NA,0.01,0.81,0.81,1,XXX,0.00,0.00,0.00,0,0,0,0,0,," TAIL(
         "32.3465") "76000,26,,A,,0.30,0.10,,0.10,,0.03,0.43,0.43,1,XXX,0.00,0.00,0.00,0,0,0,0,0,," TAIL("32.3465"),
     "total RVU, modifier 26|0.43|The professional part alone.\nwork RVU, modifier 26|0.30|-\npractice expense RVU, modifier 26|0.10|-\n"
     "malpractice RVU, modifier 26|0.03|-\ntotal RVU, modifier TC|0.81|The technical part alone.\npractice expense RVU, modifier "
     "TC|0.80|-\n"
     "malpractice RVU, modifier TC|0.01|-\nconversion factor|32.3465|" FACTOR ", before the locality is applied."},
    {"broken off", "76000,53,,A,,1.00,3.00,,0.70,,0.20,4.20,1.90,0,000,0.00,0.00,0.00,2,0,1,0,0,," TAIL("32.3465"),
     "total RVU, non-facility, modifier 53|4.20|The procedure when it was broken off.\n"
     "total RVU, facility, modifier 53|1.90|The procedure when it was broken off.\nwork RVU, modifier 53|1.00|-\n"
     "practice expense RVU, non-facility, modifier 53|3.00|-\npractice expense RVU, facility, modifier 53|0.70|-\n"
     "malpractice RVU, modifier 53|0.20|-\nconversion factor|32.3465|" FACTOR ", before the locality is applied."},
    {"a part that the contractor prices", "76000,TC,,C,,0.00,0.00,,0.00,,0.00,0.00,0.00,1,XXX,0.00,0.00,0.00,0,0,0,0,0,," TAIL("32.3465"),
     "total RVU, modifier TC|0.00|The technical part alone.\n"
     "status, modifier TC|C|Priced by the Medicare contractor, mostly case by case from the record."},
    {"not a physician service", "76000,,,X,,0.00,0.00,,0.00,,0.00,0.00,0.00,9,XXX,0.00,0.00,0.00,9,9,9,9,9,," TAIL("32.3465"),
     "status|X|By law no physician service: this schedule does not pay it, another one may."},
    {"figures that Medicare does not use", "76000,,,N,+,1.80,0.80,,0.40,,0.10,2.70,2.30,9,XXX,0.00,0.00,0.00,9,9,9,9,9,," TAIL("32.3465"),
     "status|N|Not covered by Medicare. Medicare does not pay by the figures.\nwork RVU|1.80|-\npractice expense RVU, non-facility|0.80|-\n"
     "practice expense RVU, facility|0.40|-\nmalpractice RVU|0.10|-\ntotal RVU, non-facility|2.70|-\ntotal RVU, facility|2.30|-\n"
     "global days|XXX|The global concept does not apply.\nconversion factor|32.3465|" FACTOR ", before the locality is applied."},
    {"a blank row and the mark of an end",
     "76000,,,J,,0.00,0.00,,0.00,,0.00,0.00,0.00,9,XXX,0.00,0.00,0.00,9,9,9,9,9,," TAIL("32.3465") "\r\n\x1a\r\n",
     "status|J|Anesthesia: paid by base and time units, not by relative values."},
    {"commas in the description", "76000,,\"one, two\",J,,0.00,0.00,,0.00,,0.00,0.00,0.00,9,XXX,0.00,0.00,0.00,9,9,9,9,9,," TAIL("32.3465"),
     "status|J|Anesthesia: paid by base and time units, not by relative values."},
};

static void what_applies_is_told(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct import_result result;
        struct why why = {""};
        const char *text = arena_printf(on->arena, "%s%s", OLD, codes[i].rows);
        forget(on);
        if (import_as(on, "PPRRVU2025_Oct.csv", NULL, span_of(text), NULL, IMPORT_GUESS, &result, &why))
            fail_msg("%s: %s", codes[i].name, why.text);
        expect_text(codes[i].name, "facts", fees_of(on, "76000"), codes[i].facts);
    }
}

static const struct {
    const char *name, *row, *reason;
} rejected[] = {
    {"no code", "2069,,,A,,8.00,6.00,NA,6.00,,1.50,15.50,15.50,0,090,0.10,0.69,0.21,2,0,1,0,0,,32.3\r\n", "no code of CPT or HCPCS"},
    {"modifier", "20690,59,,A,,8.00,6.00,NA,6.00,,1.50,15.50,15.50,0,090,0.10,0.69,0.21,2,0,1,0,0,,32.3\r\n", "none of 26, TC and 53"},
    {"status", "20690,,,,,8.00,6.00,NA,6.00,,1.50,15.50,15.50,0,090,0.10,0.69,0.21,2,0,1,0,0,,32.3\r\n", "status code is no letter"},
    {"figure", "20690,,,A,,8.0O,6.00,NA,6.00,,1.50,15.50,15.50,0,090,0.10,0.69,0.21,2,0,1,0,0,,32.3\r\n", "is no number"},
    {"global days", "20690,,,A,,8.00,6.00,NA,6.00,,1.50,15.50,15.50,0,90,0.10,0.69,0.21,2,0,1,0,0,,32.3\r\n", "global days"},
    {"too few columns", "20690,,,A,,8.00,6.00,NA,6.00,,1.50,15.50,15.50,0,090\r\n", "is no number"},
};

static void a_row_that_can_not_be_used_is_told(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(rejected); i++) {
        struct import_result result;
        struct why why = {""};
        const char *text = arena_printf(on->arena, "%s%s%s", OLD, SURGERY "," TAIL("32.3465"), rejected[i].row);
        if (import_as(on, "PPRRVU2025_Oct.csv", NULL, span_of(text), NULL, IMPORT_GUESS, &result, &why) != FAIL_INPUT)
            fail_msg("%s: imported", rejected[i].name);
        if (result.rejected != 1 || result.rejects[0].line != 10)
            fail_msg("%s: %zu rejected, line %zu", rejected[i].name, result.rejected, result.rejects[0].line);
        expect_within(rejected[i].name, result.rejects[0].reason, rejected[i].reason);
    }
}

static const struct unusable unusable[] = {
    {"empty", "PPRRVU2025_Oct.csv", {"", 0}, "is empty"},
    {"header alone", "PPRRVU2025_Oct.csv", {OLD, sizeof OLD - 1}, "holds no row"},
    {"title alone", "PPRRVU2025_Oct.csv", {TITLE("2025", "x"), sizeof TITLE("2025", "x") - 1}, "no row that begins with HCPCS"},
    {"another kind", "PPRRVU2025_Oct.csv", {"HCPCS,MOD\n20690,\n", 17}, "no column headed \"STATUS CODE\""},
    {"no year", "fees.csv", {STACK("", "", "") "x", sizeof STACK("", "", "")}, "--effective"},
    {"cut in a row", "PPRRVU2025_Oct.csv", {OLD "20690,,,A,,8.0", sizeof OLD + 13}, "can not be used"},
    {"binary",
     "PPRRVU2025_Oct.csv",
     {"\x7f"
      "ELF\0\0\n",
      7},
     "no text"},
    {"UTF-16",
     "PPRRVU2025_Oct.csv",
     {"\xff\xfe"
      "C\0P\0",
      6},
     "UTF-16"},
};

static void a_file_that_is_none_is_refused(void **state) { expect_unusable(*state, "rvu", unusable, COUNT(unusable)); }

static void import_release(struct importing *on, const char *year, const char *release, const char *work) {
    struct import_result result;
    struct why why = {""};
    const char *text = arena_printf(on->arena,
                                    ",,%s National Physician Fee Schedule Relative Value File %s Release,,\r\n%s"
                                    "20690,,,A,,%s,6.00,NA,6.00,,1.50,15.50,15.50,0,090,0.10,0.69,0.21,2,0,1,0,0,,32.3\r\n",
                                    year, release, STACK("", "", ""), work);
    if (import_as(on, "rvu.csv", NULL, span_of(text), NULL, IMPORT_WHOLE, &result, &why))
        fail_msg("%s %s: %s", release, year, why.text);
}

static const char works[] = "SELECT value, valid_from, valid_to FROM facts WHERE label = 'work RVU' AND valid_from <= valid_to ORDER BY valid_from";

/* Figures hold for the year; a later release of the year takes the earlier one's place. */
static void years_follow_each_other(void **state) {
    struct importing *on = *state;
    forget(on);
    import_release(on, "2026", "January", "8.00");
    import_release(on, "2026", "April", "8.10");
    expect_text("two releases", "figures", ask(on, works), "8.10|20260101|20261231");
    import_release(on, "2025", "October", "7.00");
    expect_text("an older year later", "figures", ask(on, works), "7.00|20250101|20251231\n8.10|20260101|20261231");
    import_release(on, "2025", "October", "7.00");
    expect_text("the same again", "figures", ask(on, works), "7.00|20250101|20251231\n8.10|20260101|20261231");
}

/* The same release for those outside and inside of models, in either order: neither takes the other's place. */
static void both_conversion_factors_are_kept(void **state) {
    static const struct {
        const char *file, *text;
    } releases[] = {
        {"PPRRVU2026_Jul_nonQPP.csv", NEW SURGERY "9,," TAIL("33.4009")},
        {"PPRRVU2026_Jul_QPP.csv", NEW SURGERY "9,," TAIL("33.5675")},
    };
    struct importing *on = *state;
    for (size_t first = 0; first < COUNT(releases); first++) {
        struct import_result result;
        struct why why = {""};
        const char *name = releases[first].file;
        forget(on);
        for (size_t i = 0; i < COUNT(releases); i++) {
            size_t at = (first + i) % COUNT(releases);
            if (import_as(on, releases[at].file, NULL, span_of(releases[at].text), NULL, IMPORT_GUESS, &result, &why))
                fail_msg("%s: %s", releases[at].file, why.text);
        }
        expect_text(name, "factors", ask(on, "SELECT label, value, valid_from, valid_to FROM facts WHERE label LIKE 'conv%' ORDER BY value"),
                    "conversion factor|33.4009|20260101|20261231\nconversion factor (qualifying APM)|33.5675|20260101|20261231");
        expect_text(name, "whose", ask(on, "SELECT text FROM facts WHERE value = '33.5675'"),
                    FACTOR " (clinicians in a qualifying alternative payment model), before the locality is applied.");
        expect_text(name, "work", ask(on, "SELECT value FROM facts WHERE label = 'work RVU'"), "8.00");
        expect_text(name, "sources", ask(on, "SELECT name, kind FROM sources ORDER BY name"), "rvu-2026-jul-extract|rvu\nrvu-2026-jul-qpp-extract|rvu/qpp");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_layouts_are_read),
        cmocka_unit_test(what_applies_is_told),
        cmocka_unit_test(years_follow_each_other),
        cmocka_unit_test(both_conversion_factors_are_kept),
        cmocka_unit_test_setup_teardown(a_row_that_can_not_be_used_is_told, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(a_file_that_is_none_is_refused, open_importing, close_importing),
    };
    return cmocka_run_group_tests(tests, open_importing, close_importing);
}
