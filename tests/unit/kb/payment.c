/* Amounts of the fee schedule, computed by hand for invented figures, and against the totals that the schedule itself prints. */
#include "tests/unit/kb/importing.h"

#include "kb/build.h"
#include "kb/decimal.h"
#include "kb/payment.h"

#define CODE(code) "{'system': 'CPT', 'code': '" code "', 'title': 't', 'source': 's'}"
#define FEE(year, code, status, work, practice, practice_facility, malpractice, total, total_facility, factor, rest)                        \
    "{'code': '" code "', 'source': 's', 'valid_from': '" year "-01-01', 'valid_to': '" year "-12-31', 'status': '" status               \
    "', 'work': '" work "', 'practice': '" practice "', 'practice_facility': '" practice_facility "', 'malpractice': '" malpractice        \
    "', 'total': '" total "', 'total_facility': '" total_facility "', 'factor': '" factor "'" rest "}"

/* Written with ' for ". */
static const char seed[] =
    "{'sources': [{'id': 's', 'publisher': 'p', 'title': 't', 'edition': 'e', 'kind': 'rvu'}],"
    "'editions': [{'system': 'CPT', 'name': 'n', 'valid_from': '2025-01-01', 'valid_to': '2026-12-31', 'complete': true, 'source': 's'}],"
    "'codes': ["
    CODE("20690") ","
    CODE("20692") ","
    CODE("45378") ","
    CODE("76000") ","
    CODE("99001") ","
    CODE("99002") ","
    CODE("99003") ","
    CODE("99004") ","
    CODE("99005") ","
    CODE("99006") ","
    CODE("99007") ","
    CODE("99008") "],"
    "'fees': ["
    FEE("2025", "20690", "A", "8.00", "6.00", "2.00", "1.50", "15.50", "11.50", "32.3465", "") ","
    FEE("2026", "20692", "A", "8.00", "6.00", "6.00", "1.50", "15.50", "15.50", "33.4009", ", 'rare': true") ","
    FEE("2026", "76000", "A", "0.30", "0.90", "0.90", "0.04", "1.24", "1.24", "33.4009", ", 'rare_facility': true") ","
    FEE("2026", "76000", "A", "0.30", "0.10", "0.10", "0.03", "0.43", "0.43", "33.4009", ", 'modifier': '26'") ","
    FEE("2026", "76000", "A", "0.00", "0.80", "0.80", "0.01", "0.81", "0.81", "33.4009", ", 'modifier': 'TC'") ","
    FEE("2026", "45378", "A", "2.00", "6.00", "1.40", "0.40", "8.40", "3.80", "33.4009", "") ","
    FEE("2026", "45378", "A", "1.00", "3.00", "0.70", "0.20", "4.20", "1.90", "33.4009", ", 'modifier': '53'") ","
    FEE("2026", "99001", "A", "0.50", "0.40", "0.40", "0.10", "1.00", "1.00", "33.4050", "") ","
    FEE("2026", "99002", "C", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "33.4009", "") ","
    FEE("2026", "99003", "X", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "33.4009", "") ","
    FEE("2026", "99004", "N", "1.00", "1.00", "1.00", "0.10", "2.10", "2.10", "33.4009", ", 'unused': true") ","
    FEE("2026", "99005", "R", "1.00", "1.00", "1.00", "0.10", "2.10", "2.10", "33.4009", "") ","
    FEE("2026", "99006", "R", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "33.4009", "") ","
    FEE("2026", "99007", "T", "900.00", "900.00", "900.00", "99.99", "1899.99", "1899.99", "33.4009", "") ","
    FEE("2026", "99008", "C", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "33.4009", "") ","
    FEE("2026", "99008", "A", "0.30", "0.10", "0.10", "0.03", "0.43", "0.43", "33.4009", ", 'modifier': '26'") "]}";

static const char indices[] =
    "TITLE OF 2026,,,,,,\nMedicare Administrative Contractor (MAC),State,Locality Number,Locality Name,PW GPCI,PE GPCI,MP GPCI\n"
    "99910,AL,00,SOUTHLAND,1.000,0.875,0.566\n99911,NY,01,EAST ISLAND,1.064,1.162,1.586\n99911,NY,02,REST OF THE EAST,1.5,1.5,3\n"
    "99912,CA,01,\"WEST BAY (BAY/ROCK CNTY)\",1.010,1.020,1.030\n";

struct paying {
    struct importing *on;
    struct kb *kb;
};

static int open_paying(void **state) {
    struct paying *paying = calloc(1, sizeof *paying);
    struct import_result result;
    struct buf problems;
    struct why why = {""};
    assert_non_null(paying);
    assert_int_equal(open_importing((void **)&paying->on), 0);
    const char *path = arena_printf(paying->on->arena, "%s/seed.json", paying->on->folder), *files[] = {path};
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    for (const char *c = seed; *c; c++)
        fputc(*c == '\'' ? '"' : *c, file);
    assert_int_equal(fclose(file), 0);
    buf_init(&problems, 1 << 16);
    if (kb_build(paying->on->kb, files, 1, &problems, &why))
        fail_msg("%s\n%s", why.text, buf_span(&problems).ptr);
    buf_free(&problems);
    unlink(path);
    if (import_as(paying->on, "gpci2026.csv", "gpci", span_of(indices), NULL, IMPORT_GUESS, &result, &why) ||
        import_as(
            paying->on, "gpci2025.csv", "gpci",
            SPAN("TITLE OF 2025,,,,,,\nMedicare Administrative Contractor (MAC),State,Locality Number,Locality Name,PW GPCI,PE GPCI,MP "
                 "GPCI\n99911,NY,01,EAST ISLAND,1.064,1.162,1.586\n"),
            NULL, IMPORT_GUESS, &result, &why) ||
        kb_open(paying->on->kb, &paying->kb, &why))
        fail_msg("%s", why.text);
    *state = paying;
    return 0;
}

static int close_paying(void **state) {
    struct paying *paying = *state;
    kb_close(paying->kb);
    int left = close_importing((void **)&paying->on);
    free(paying);
    return left;
}

static struct date day(const char *iso) {
    struct date ret;
    assert_true(date_parse(span_of(iso), &ret));
    return ret;
}

/* NA is written NA here. */
static const struct {
    const char *name, *code, *modifier, *locality, *day, *office, *facility;
} amounts[] = {
    {"national", "20690", NULL, NULL, "2025-06-01", "501.37", "371.98"},
    {"in a locality", "20690", NULL, "99911-01", "2025-06-01", "577.81", "427.46"},
    {"of last year, national", "20690", NULL, NULL, "2026-06-01", "501.37", "371.98"},
    {"of last year, with the indices of last year", "20690", NULL, "99911-01", "2026-06-01", "577.81", "427.46"},
    {"not done in an office", "20692", NULL, NULL, "2026-06-01", "NA", "517.71"},
    {"the whole", "76000", NULL, NULL, "2026-06-01", "41.42", "NA"},
    {"the whole, in a locality", "76000", NULL, "SOUTHLAND", "2026-06-01", "37.08", "NA"},
    {"professional part", "76000", "26", NULL, "2026-06-01", "14.36", "14.36"},
    {"professional part, in a locality", "76000", "26", "SOUTHLAND", "2026-06-01", "13.51", "13.51"},
    {"technical part", "76000", "TC", NULL, "2026-06-01", "27.05", "NA"},
    {"technical part, in a locality", "76000", "TC", "SOUTHLAND", "2026-06-01", "23.57", "NA"},
    {"broken off", "45378", "53", NULL, "2026-06-01", "140.28", "63.46"},
    {"a part of what the contractor prices", "99008", "26", NULL, "2026-06-01", "14.36", "14.36"},
    {"half a cent", "99001", NULL, NULL, "2026-06-01", "33.41", "33.41"},
    {"restricted with figures", "99005", NULL, NULL, "2026-06-01", "70.14", "70.14"},
    {"large", "99007", NULL, "99911-02", "2026-06-01", "100201.70", "100201.70"},
};

static const struct kb_locality *locality_named(struct paying *paying, const char *name, const char *iso) {
    struct kb_localities all, found;
    const char *nearest;
    struct why why = {""};
    if (!name)
        return NULL;
    if (kb_localities(paying->kb, day(iso), paying->on->arena, &all, &why))
        fail_msg("%s", why.text);
    kb_localities_named(&all, span_of(name), paying->on->arena, &found, &nearest);
    if (found.count != 1)
        fail_msg("%s names %zu localities", name, found.count);
    return found.items;
}

static void amounts_are_exact(void **state) {
    struct paying *paying = *state;
    for (size_t i = 0; i < COUNT(amounts); i++) {
        const struct kb_locality *locality = locality_named(paying, amounts[i].locality, amounts[i].day);
        struct kb_payment payment;
        struct why why = {""};
        if (kb_payment(paying->kb, SYSTEM_CPT, amounts[i].code, amounts[i].modifier, locality, day(amounts[i].day), paying->on->arena,
                       &payment, &why))
            fail_msg("%s: %s", amounts[i].name, why.text);
        if (payment.unpaid)
            fail_msg("%s: %s", amounts[i].name, payment.unpaid);
        expect_text(amounts[i].name, "office", payment.office.dollars ? payment.office.dollars : "NA", amounts[i].office);
        expect_text(amounts[i].name, "facility", payment.facility.dollars ? payment.facility.dollars : "NA", amounts[i].facility);
    }
}

static void the_formula_is_told(void **state) {
    struct paying *paying = *state;
    struct kb_payment payment;
    struct date today = day("2026-06-01");
    const struct kb_locality *south = locality_named(paying, "99910-00", "2026-06-01");
    assert_int_equal(kb_payment(paying->kb, SYSTEM_CPT, "76000", NULL, south, today, paying->on->arena, &payment, NULL), 0);
    assert_string_equal(payment.office.formula, "(0.30 x 1.000 + 0.90 x 0.875 + 0.04 x 0.566) x 33.4009");
    assert_false(payment.ended);
    assert_int_equal(kb_payment(paying->kb, SYSTEM_CPT, "20690", NULL, NULL, today, paying->on->arena, &payment, NULL), 0);
    assert_string_equal(payment.facility.formula, "(8.00 + 2.00 + 1.50) x 32.3465");
    assert_true(payment.ended);
    assert_string_equal(payment.of.iso, "2025-12-31");
}

static const struct {
    const char *name, *code, *reason; /* NULL: it is paid */
    const char *condition;
} judged[] = {
    {"contractor-priced", "99002", "Priced by the Medicare contractor", NULL},
    {"another schedule", "99003", "no physician service", NULL},
    {"not covered, with figures", "99004", "Not covered by Medicare", NULL},
    {"restricted, with figures", "99005", NULL, "special circumstances"},
    {"restricted, without figures", "99006", "special circumstances", NULL},
    {"only when alone", "99007", NULL, "bills nothing else"},
    {"active", "20692", NULL, NULL},
};

static void a_status_that_does_not_pay_says_so(void **state) {
    struct paying *paying = *state;
    for (size_t i = 0; i < COUNT(judged); i++) {
        struct kb_payment payment;
        struct why why = {""};
        if (kb_payment(paying->kb, SYSTEM_CPT, judged[i].code, NULL, NULL, day("2026-06-01"), paying->on->arena, &payment, &why))
            fail_msg("%s: %s", judged[i].name, why.text);
        if (!payment.unpaid != !judged[i].reason || !payment.condition != !judged[i].condition)
            fail_msg("%s: %s, %s", judged[i].name, payment.unpaid, payment.condition);
        if (judged[i].reason)
            expect_within(judged[i].name, payment.unpaid, judged[i].reason);
        if (judged[i].condition)
            expect_within(judged[i].name, payment.condition, judged[i].condition);
        if (payment.unpaid && (payment.office.dollars || payment.facility.dollars))
            fail_msg("%s: there is an amount all the same", judged[i].name);
    }
}

static void what_is_missing_is_named(void **state) {
    struct paying *paying = *state;
    struct kb_payment payment;
    struct why why = {""};
    struct date today = day("2026-06-01");
    const struct kb_locality *south = locality_named(paying, "99910-00", "2026-06-01");
    assert_int_equal(kb_payment(paying->kb, SYSTEM_CPT, "20690", "26", NULL, today, paying->on->arena, &payment, &why), FAIL_EMPTY);
    expect_within("no such part", why.text, "no fee figures of 20690-26");
    assert_int_equal(kb_payment(paying->kb, SYSTEM_CPT, "20690", NULL, south, today, paying->on->arena, &payment, &why), FAIL_EMPTY);
    expect_within("no indices of that year", why.text, "figures are of 2025");
    assert_int_equal(kb_payment(paying->kb, SYSTEM_CPT, "20692", NULL, NULL, day("2025-06-01"), paying->on->arena, &payment, &why),
                     FAIL_EMPTY);
    expect_within("no figures yet", why.text, "no fee figures of 20692");
}

static const struct {
    const char *name, *wanted, *found, *nearest;
} named[] = {
    {"contractor and number", "99911-01", "99911-01", NULL},
    {"with a blank", "99911 02", "99911-02", NULL},
    {"number of one", "00", "99910-00", NULL},
    {"number of two", "01", "99912-01 99911-01", NULL},
    {"state and number", "ny 01", "99911-01", NULL},
    {"word of a name", "bay", "99912-01", NULL},
    {"beginning of a word", "south", "99910-00", NULL},
    {"words of several", "east", "99911-01 99911-02", NULL},
    {"whole name", "East Island", "99911-01", NULL},
    {"within a word", "land", "", NULL},
    {"mistyped", "Southlnd", "", "SOUTHLAND"},
    {"nothing like it", "zzzzzzzzzzzzzzzzzzzzz", "", NULL},
    {"no word", "--", "", NULL},
};

static void localities_are_found(void **state) {
    struct paying *paying = *state;
    struct kb_localities all, found;
    assert_int_equal(kb_localities(paying->kb, day("2026-06-01"), paying->on->arena, &all, NULL), 0);
    assert_int_equal(all.count, 4);
    for (size_t i = 0; i < COUNT(named); i++) {
        struct buf list;
        const char *nearest;
        kb_localities_named(&all, span_of(named[i].wanted), paying->on->arena, &found, &nearest);
        buf_init(&list, 4096);
        buf_text(&list, "");
        for (size_t k = 0; k < found.count; k++)
            buf_printf(&list, "%s%s-%s", k ? " " : "", found.items[k].contractor, found.items[k].number);
        expect_text(named[i].name, "localities", found.count ? list.ptr : "", named[i].found);
        if (named[i].nearest || found.count)
            expect_text(named[i].name, "nearest", nearest ? nearest : "-", named[i].nearest ? named[i].nearest : "-");
        buf_free(&list);
    }
    assert_int_equal(kb_localities(paying->kb, day("2027-06-01"), paying->on->arena, &all, NULL), 0);
    assert_int_equal(all.count, 4);
    assert_int_equal(kb_localities(paying->kb, day("2028-06-01"), paying->on->arena, &all, NULL), 0);
    assert_int_equal(all.count, 0);
}

/* The shipped figures: what is computed of the parts is the printed total times the conversion factor. */
static void shipped_amounts_are_those_of_the_totals(void **state) {
    struct paying *paying = *state;
    struct importing shipped = *paying->on;
    struct kb *kb;
    assert_true(snprintf(shipped.kb, sizeof shipped.kb, "%s", KB_FILE) < (int)sizeof shipped.kb);
    assert_int_equal(kb_open(KB_FILE, &kb, NULL), 0);
    struct span rows =
        span_of(ask(&shipped, "SELECT t.code, t.value, c.value, max(t.valid_from / 10000) FROM facts t JOIN facts c ON c.code = "
                              "t.code AND c.source = t.source AND c.label = 'conversion factor' WHERE t.label = "
                              "'total RVU, non-facility' AND t.text IS NULL GROUP BY t.code"));
    struct span line;
    size_t compared = 0;
    while (span_line(&rows, &line)) {
        struct span id, total, factor;
        struct kb_payment payment;
        enum code_system system;
        char key[CODE_BYTES];
        int64_t rvus, dollars;
        assert_true(span_cut(&line, '|', &id) && span_cut(&line, '|', &total) && span_cut(&line, '|', &factor));
        assert_true(system_of_id(strtoll(id.ptr, NULL, 10), &system, key));
        struct date today = day(arena_printf(paying->on->arena, "%.*s-06-01", SPAN_ARG(line)));
        assert_int_equal(kb_payment(kb, system, key, NULL, NULL, today, paying->on->arena, &payment, NULL), 0);
        if (payment.unpaid)
            continue;
        assert_true(decimal_read(total, 2, &rvus) && decimal_read(factor, 4, &dollars));
        int64_t cents = decimal_round(rvus * dollars, 4);
        expect_text(key, "office", payment.office.dollars,
                    arena_printf(paying->on->arena, "%lld.%02lld", (long long)(cents / 100), (long long)(cents % 100)));
        compared++;
    }
    kb_close(kb);
    assert_true(compared > 100);
}

static const struct {
    const char *name, *text;
    unsigned places;
    int64_t number;
    bool good;
} decimals[] = {
    {"all places", "33.4009", 4, 334009, true},
    {"fewer places", "1.5", 3, 1500, true},
    {"no point", "7", 2, 700, true},
    {"zero", "0.00", 2, 0, true},
    {"too many places", "1.234", 2, 0, false},
    {"nothing", "", 2, 0, false},
    {"point alone", ".", 2, 0, false},
    {"nothing behind", "1.", 2, 0, false},
    {"nothing before", ".5", 2, 0, false},
    {"two points", "1.2.3", 4, 0, false},
    {"minus", "-1.00", 2, 0, false},
    {"letter", "1.0O", 2, 0, false},
    {"too large", "1234567.00", 2, 0, false},
};

static void figures_are_read_exactly(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(decimals); i++) {
        int64_t number = 0;
        if (decimal_read(span_of(decimals[i].text), decimals[i].places, &number) != decimals[i].good || number != decimals[i].number)
            fail_msg("%s: %lld", decimals[i].name, (long long)number);
    }
    assert_int_equal(decimal_round(1249, 1), 125);
    assert_int_equal(decimal_round(1245, 1), 125);
    assert_int_equal(decimal_round(1244, 1), 124);
    assert_int_equal(decimal_round(7, 0), 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_exact),
        cmocka_unit_test(the_formula_is_told),
        cmocka_unit_test(a_status_that_does_not_pay_says_so),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(localities_are_found),
        cmocka_unit_test(shipped_amounts_are_those_of_the_totals),
        cmocka_unit_test(figures_are_read_exactly),
    };
    return cmocka_run_group_tests(tests, open_paying, close_paying);
}
