/* How many units: quantities read from the text, doses and minutes computed as far as facts say, numbers against each kind of limit. */
#include "tests/unit/handlers/part_of.h"

#include "handlers/understand/amount.h"
#include "handlers/rules/units.h"

enum { WANTED = PART_WANTED };

static const struct row {
    const char *name, *text;
    int confidence; /* 0: not this handler's */
    const char *want[WANTED], *not_want[WANTED];
} rows[] = {
    {"a dose",
     "How many units is 60 mg of J1111?",
     CONFIDENCE_VERDICT,
     {"60 mg of J1111 are 4 units, since one unit is 15 mg [1].", "At most 8 units of J1111 a day", "(MUE 8, MAI 3, edition July 2026)",
      "Clinical limit"},
     {"over the limit"}},
    {"a concentration",
     "J1111 15 mg/mL, 4 mL given, how many units?",
     CONFIDENCE_VERDICT,
     {"4 mL at 15 mg/mL of J1111 are 4 units"},
     {"is 1 unit"}},
    {"a dose twice", "J1111 30 mg x2, units?", CONFIDENCE_VERDICT, {"30 mg x 2 of J1111 are 4 units"}, {"lie within"}},
    {"a dose in doubt",
     "J1111 30 mg in both knees, units?",
     CONFIDENCE_PARTLY,
     {"30 mg was not made into units: how much was given in all?"},
     {"30 mg of J1111 are"}},
    {"a number in doubt", "J1111 1 000 mg, units?", CONFIDENCE_PARTLY, {"1 000 mg was not made into units"}, {"since"}},
    {"more amounts than are read",
     "J1111 1 mg, 2 mg, 3 mg, 4 mg, 5 mg, 6 mg, 7 mg, 8 mg, 9 mg, 10 mg, 11 mg, 12 mg, 13 mg, 14 mg, 15 mg, 16 mg, 17 mg: units?",
     CONFIDENCE_PARTLY,
     {"Nothing was computed: more amounts are named"},
     {"mg of J1111"}},
    {"over a limit of none", "Can we bill 2 units of 97016?", CONFIDENCE_FACTS, {"in the practitioner file"}, {"over the limit"}},
    {"a dose that is rounded by a fact",
     "Units for 40mg of J1111?",
     CONFIDENCE_VERDICT,
     {"40mg of J1111 are 3 units, since one unit is 15 mg and a begun one is rounded up"},
     {NULL}},
    {"a dose over the limit",
     "How many units is 0.15 g of J1111?",
     CONFIDENCE_VERDICT,
     {"0.15 g of J1111 are 10 units", "That is over the limit."},
     {NULL}},
    {"by the title",
     "How many units is 30 mg of J1112?",
     CONFIDENCE_VERDICT,
     {"30 mg of J1112 are 3 units, since one unit is 10 mg", "set by policy"},
     {NULL}},
    {"a part that nobody rounds",
     "How many units is 25 mg of J1112?",
     CONFIDENCE_VERDICT,
     {"25 mg of J1112 are 2 full units and part of another: one unit is 10 mg", "How the part counts is not said"},
     {"since"}},
    {"up to",
     "How many units is 75 mg of J1113?",
     CONFIDENCE_VERDICT,
     {"75 mg of J1113 are 2 units, since one unit is any dose up to 50 mg", "on one line a day"},
     {NULL}},
    {"a title with two doses", "How many units is 20 mg of J1114?", CONFIDENCE_FACTS, {"At most 4 units of J1114"}, {"20 mg of"}},
    {"micrograms",
     "How many units is 300 mcg of J1116?",
     CONFIDENCE_VERDICT,
     {"300 mcg of J1116 are 3 units", "No data: no limit a day (MUE) is on file for J1116."},
     {NULL}},
    {"units given",
     "We gave 155 units of J1115, how many units?",
     CONFIDENCE_VERDICT,
     {"J1115: 155 units from a 200-unit vial: 155 and 45 with JW."},
     {"lie within"}},
    {"over a clinical limit",
     "J1115 x500, is that too many units?",
     CONFIDENCE_VERDICT,
     {"500 units of J1115 are over the limit of 400 a day. What is over it is paid only when"},
     {"No: 500"}},
    {"over a limit of policy",
     "Can we bill 3 units of 97002 a day?",
     CONFIDENCE_VERDICT,
     {"No: 3 units of 97002 are over the limit of 2 a day."},
     {"What is over"}},
    {"what goes beyond has a code of its own",
     "97002 x3, units ok? or 97003 for the third?",
     CONFIDENCE_VERDICT,
     {"No: 3 units of 97002 are over the limit of 2 a day. What goes beyond it is 97003, the add-on to it [1]."},
     {NULL}},
    {"an add-on for another thing",
     "97002 x3, units ok? or 97004 for the third?",
     CONFIDENCE_VERDICT,
     {"No: 3 units of 97002 are over the limit of 2 a day."},
     {"What goes beyond"}},
    {"over a limit of the line",
     "Can we bill 3 units of 20601?",
     CONFIDENCE_VERDICT,
     {"Not on one line: 3 units of 20601 are over the limit of 2 a line."},
     {"What is over"}},
    {"within", "20601 x2, are two units ok?", CONFIDENCE_VERDICT, {"2 units of 20601 lie within the limit of 2 a line, when"}, {"over"}},
    {"minutes of a fact",
     "40 minutes of 97001, how many units?",
     CONFIDENCE_VERDICT,
     {"97001: 40 minutes of it alone are three units."},
     {"8-minute rule: one unit"}},
    {"minutes by the rule",
     "52 minutes of 97001, how many units?",
     CONFIDENCE_VERDICT,
     {"52 minutes of 97001 are 3 units for Medicare by the 8-minute rule: one unit is 15 minutes"},
     {NULL}},
    {"minutes below the rule", "53 minutes of 97001, how many units?", CONFIDENCE_VERDICT, {"are 4 units for Medicare"}, {NULL}},
    {"hours", "1.5 hours of 97001, how many units?", CONFIDENCE_VERDICT, {"1.5 hours of 97001 are 6 units"}, {NULL}},
    {"minutes of two codes",
     "23 minutes of 97014 and 20 minutes of 97015, how many units?",
     CONFIDENCE_VERDICT,
     {"43 minutes in all are 3 units for Medicare by the 8-minute rule: 97014 x 2, 97015 x 1 [1].", "97014: no limit",
      "97015: no limit a day (MUE) on file. What one unit is: 15 minutes of contact. [1] "},
     {"97015: Each whole",
      "contact. [1] How to count (Medicare, 8-minute rule): Each whole quarter of an hour is a unit, and so is what has "
      "reached its 8th minute; the minutes of the codes are added up before. [1] - 97015: no limit a day (MUE) on file. What one unit is: "
      "15 "
      "minutes of contact. [1] How"}},
    {"too few minutes at each, enough together",
     "97014 for 7 minutes and 97015 for 6 minutes, how many units?",
     CONFIDENCE_VERDICT,
     {"13 minutes in all are 1 unit for Medicare by the 8-minute rule: 97014 x 1, 97015 x 0"},
     {NULL}},
    {"the same minutes left",
     "97014 for 10 minutes and 97015 for 10 minutes, how many units?",
     CONFIDENCE_VERDICT,
     {"20 minutes in all are 1 unit for Medicare by the 8-minute rule [1]. The last one may go to either"},
     {"97014 x"}},
    {"what was thrown away",
     "60 mg of J1111 given, wasted 30 mg: how many units?",
     CONFIDENCE_VERDICT,
     {"4 units on J1111, and 2 units on a line of their own, J1111-JW. JW: What was thrown away"},
     {NULL}},
    {"what is left of the vial",
     "45 mg of J1111 out of one 60 mg vial, the rest discarded. Units?",
     CONFIDENCE_VERDICT,
     {"3 units on J1111, and 1 unit on a line of their own, J1111-JW."},
     {NULL}},
    {"thrown away where nothing is said of JW",
     "30 mg of J1112 given, 10 mg wasted: units?",
     CONFIDENCE_VERDICT,
     {"3 units of J1112 were given and 1 unit thrown away [1]. Whether the payer wants these", "30 mg of J1112 are 3 units"},
     {"J1112-JW"}},
    {"a limit of none",
     "How many units of 97016?",
     CONFIDENCE_VERDICT,
     {"No unit of 97016 is payable in the practitioner file (MUE 0, MAI 3, edition July 2026) [2]. The file for suppliers is not loaded here."},
     {"At most", "More units can be paid", "Clinical limit"}},
    {"minutes without a rule",
     "40 minutes of 97002, how many units?",
     CONFIDENCE_FACTS,
     {"15 minutes of attendance."},
     {"40 minutes of 97002 are"}},
    {"whole minutes without a rule",
     "30 minutes of 97002, how many units?",
     CONFIDENCE_VERDICT,
     {"30 minutes of 97002 are 2 units, since"},
     {NULL}},
    {"lesions",
     "Fifteen warts: how many units of 17001 and 17002?",
     CONFIDENCE_VERDICT,
     {"17002: 15 warts are 17002 once.", "MAI 2: Limit for the whole day"},
     {NULL}},
    {"times of the clock",
     "Drip 08:10 - 09:58, units of 96001 and 96002?",
     CONFIDENCE_VERDICT,
     {"96002: 91 to 150 minutes: one unit."},
     {"96001: 16"}},
    {"at a threshold", "74 minutes, how many units of 99002?", CONFIDENCE_VERDICT, {"99002: 74 minutes and less: none."}, {NULL}},
    {"below a threshold", "60 minutes, how many units of 99002?", CONFIDENCE_VERDICT, {"99002: 74 minutes and less: none."}, {NULL}},
    {"past a threshold", "80 minutes, how many units of 99002?", CONFIDENCE_VERDICT, {"99002: 75-104 minutes one."}, {"99002: 74"}},
    {"nails in words",
     "8 nails, how many units of 11001 and 11002?",
     CONFIDENCE_VERDICT,
     {"11002: Six to twenty nails together: one unit."},
     {"11001: One"}},
    {"two rules for the same minutes",
     "110 minutes, how many units of 99003?",
     CONFIDENCE_VERDICT,
     {"99003: By one rule: 75-104 minutes one, 105-134 two. By another: 104-133 minutes one."},
     {"99003: 74"}},
    {"one unit is in every fact", "Is one unit of 11001 right?", CONFIDENCE_FACTS, {"At most 1 unit of 11001"}, {"11001: One"}},
    {"toes",
     "28001-T6, 28001-T7, 28001-T8: three lines or how many units?",
     CONFIDENCE_VERDICT,
     {"28001: Three toes: 28001-T6, 28001-T7, 28001-T8.", "3 units of 28001 are over the limit of 2 a day"},
     {NULL}},
    {"an example of two codes",
     "How many units of 22001 and 22002?",
     CONFIDENCE_VERDICT,
     {"22001: Two gaps: 22001, 22002.", "22002: at most 5 a day", "MAI 3: Clinical"},
     {NULL}},
    {"both sides",
     "Both knees, how many units of 20601?",
     CONFIDENCE_VERDICT,
     {"Both sides: 20601-50 fits when it is done on both sides"},
     {NULL}},
    {"one side", "Left side only, how many units of 20601?", CONFIDENCE_VERDICT, {"At most 2 units of 20601"}, {"Both sides", NULL}},
    {"nothing known", "How many units of 20699?", CONFIDENCE_PARTLY, {"No data: no limit a day (MUE) is on file for 20699."}, {NULL}},
    {"no number",
     "How many units of 20601?",
     CONFIDENCE_VERDICT,
     {"At most 2 units of 20601 on one line a day", "What one unit is: One joint."},
     {"lie within"}},
    {"a code that does not hold beside",
     "How many units of 20602 and 20601?",
     CONFIDENCE_VERDICT,
     {"20602 (Once a service) [1] is no longer valid", "At most 2 units of 20601"},
     {NULL}},
    {"only one that does not hold", "How many units of 20602?", 0, {NULL}, {NULL}},
};

static void questions_are_answered(void **state) {
    struct importing *on = *state;
    struct kb *kb = part_kb(on, FIXTURES "/units.json");
    struct date today;
    assert_true(date_parse(SPAN("2026-08-01"), &today));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct passage passage = {PASSAGE_NEW, span_of(rows[i].text)};
        struct question_text text = {.subject = "", .passages = &passage, .passage_count = 1};
        struct question question;
        struct why why = {""};
        if (question_read(&text, kb, today, on->arena, &question, &why))
            fail_msg("%s: %s", rows[i].name, why.text);
        struct inquiry inquiry = {
            .intent = INTENT_UNITS, .codes = question.codes, .code_count = question.code_count, .words = question.words, .confidence = 100};
        part_check(on, kb, &handler_units, rows[i].name, inquiry, &question, rows[i].confidence, rows[i].want, rows[i].not_want);
    }
    kb_close(kb);
}

/* What is read of a text: "155 units @J0585" is 155000 thousandths of AMOUNT_UNITS at that code. */
static const struct {
    const char *name, *text, *amounts;
} amounts[] = {
    {"at a code", "J1115 x155 and J1115-JW x45", "x155=155000/1@J1115 x45=45000/1@J1115"},
    {"of a code", "2 units of 97001", "2 units=2000/1@97001"},
    {"twice", "97001 twice", "twice=2000/1@97001"},
    {"masses are micrograms", "2.5 mg, 2 g or 20 mcg", "2.5 mg=2500000/2@ 2 g=2000000000/2@ 20 mcg=20000/2@"},
    {"times are minutes", "1.5 hours or 08:05 to 08:20", "1.5 hours=90000/4@ 08:05 to 08:20=15000/4@"},
    {"a clock that runs backwards", "10:00 - 09:00", ""},
    {"words", "fifteen warts, two levels", "fifteen warts=15000/6@ two levels=2000/5@"},
    {"a word between", "15 frozen warts", "15 frozen warts=15000/6@"},
    {"what was thrown away is none", "155 units of J1115, wasted 45 units", "155 units=155000/1@J1115"},
    {"what is thrown away may stand before", "J1115: 155 units, and 45 units were discarded", "155 units=155000/1@J1115"},
    {"nothing thrown away", "155 units of J1115, nothing wasted, 10 units of J1116", "155 units=155000/1@J1115 10 units=10000/1@J1116"},
    {"what is beyond is none", "48 extra minutes", ""},
    {"the size of a vial is none", "one 200 unit vial", ""},
    {"codes, money and bare numbers are none", "97001 and 15, $20, room 12", ""},
    {"a thousand", "1,000 units", "1,000 units=1000000/1@"},
    {"a number that is too long", "123456789 units", ""},
    {"a number that no integer holds", "22222222222222222222222222222222 units", ""},
    {"more than three decimals", "2.12349 mg", "2.12349 mg=?"},
    {"three places", "0.125 mg", "0.125 mg=125000/2@"},
    {"a fraction that hangs on its unit", "2.5mg", "2.5mg=2500000/2@"},
    {"lengths are millimeters", "a 2.5 cm cut, 7 mm deep", "2.5 cm=25000/9@ 7 mm=7000/9@"},
    {"lengths that hang on their unit", "3.2cm and 4mm", "3.2cm=32000/9@ 4mm=4000/9@"},
    {"sides have the unit of the last", "5 x 3 cm, 2.5 by 1 mm", "5=50000/9@ 3 cm=30000/9@ 2.5=2500/9@ 1 mm=1000/9@"},
    {"three sides", "4 x 3 x 2 cm", "4=40000/9@ 3=30000/9@ 2 cm=20000/9@"},
    {"areas are square centimeters", "45 sq cm, 20 square centimeters, 8 sq. cm",
     "45 sq cm=45000/8@ 20 square centimeters=20000/8@ 8 sq. cm=8000/8@"},
    {"areas that hang on their unit", "45cm2 or 30 cm\xc2\xb2", "45cm2=45000/8@ 30 cm2=30000/8@"},
    {"areas of other measures are none", "16 sq in, 8 sq. feet, 9mm2", ""},
    {"an area at a code", "97001: 45 sq cm", "45 sq cm=45000/8@97001"},
    {"lesions by their names", "10 AKs, 3 moles and 2 polyps", "10 AKs=10000/6@ 3 moles=3000/6@ 2 polyps=2000/6@"},
    {"a comma before two digits", "97001 40,5 mg, 1,00 mg", "40,5 mg=? 1,00 mg=?"},
    {"a comma that is a point", "0,125 mg", "0,125 mg=?"},
    {"a blank in a thousand", "1 000 mg or 1 000 units", "1 000 mg=? 1 000 units=?"},
    {"a small one", "0.00001 mg", "0.00001 mg=?"},
    {"two points", "40.5.5 mg", "40.5.5 mg=?"},
    {"below nothing", "-40 mg", "-40 mg=?"},
    {"a range", "30-40 mg, 30 to 40 mg", "30-40 mg=? 30 to 40 mg=?"},
    {"so much in a milliliter", "J1111 10 mg/mL, 4 mL given", "4 mL at 10 mg/mL=40000000/2@J1111 4 mL=4000/3@J1111"},
    {"so much in several", "J1111 40 mg per 10 mL, gave 2 mL", "2 mL at 40 mg per 10 mL=8000000/2@J1111 2 mL=2000/3@"},
    {"in each", "J1111 4 mg in each mL, gave 2 mL", "2 mL at 4 mg in each mL=8000000/2@J1111 2 mL=2000/3@"},
    {"no volume told", "J1111 10 mg/mL", "10 mg/mL=?"},
    {"two volumes", "J1111 10 mg/mL, 4 mL or 5 mL", "10 mg/mL=? 4 mL=4000/3@J1111 5 mL=5000/3@"},
    {"by weight", "J1111 5 mg/kg", "5 mg/kg=?"},
    {"vials of", "J1111 2 vials of 40 mg", "40 mg x 2=80000000/2@J1111"},
    {"so many of", "2 x 40 mg of J1111", "40 mg x 2=80000000/2@J1111"},
    {"vials without of", "J1111 40 mg, 2 vials", "40 mg=?"},
    {"each knee", "J1111 40 mg to each knee", "40 mg x 2=80000000/2@J1111"},
    {"per side", "J1111 40 mg per side", "40 mg x 2=80000000/2@J1111"},
    {"both knees", "J1111 40 mg in both knees", "40 mg=?"},
    {"in all", "J1111 80 mg in all in both knees", "80 mg=80000000/2@J1111"},
    {"both of them each", "J1111 40 mg each, bilateral", "40 mg x 2=80000000/2@J1111"},
    {"each", "J1111 40 mg each", "40 mg=?"},
    {"times", "J1111 40 mg x2", "40 mg x 2=80000000/2@J1111"},
    {"times or units", "J1111 40 mg x2 units?", "40 mg=?"},
    {"times at the code", "40 mg J1111 x2", "40 mg=?"},
    {"days", "12 days, 2 weeks, 30-day", "12 days=12000/10@ 2 weeks=14000/10@ 30-day=30000/10@"},
};

static void quantities_are_read(void **state) {
    struct importing *on = *state;
    struct kb *kb = part_kb(on, FIXTURES "/units.json");
    struct date today;
    assert_true(date_parse(SPAN("2026-08-01"), &today));
    for (size_t i = 0; i < COUNT(amounts); i++) {
        struct passage passage = {PASSAGE_NEW, span_of(amounts[i].text)};
        struct question_text text = {.subject = "", .passages = &passage, .passage_count = 1};
        struct question question;
        struct why why = {""};
        const char *got = "";
        if (question_read(&text, kb, today, on->arena, &question, &why))
            fail_msg("%s: %s", amounts[i].name, why.text);
        for (size_t k = 0; k < question.amount_count; k++) {
            const struct asked_amount *amount = &question.amounts[k];
            got = amount->in_doubt ? arena_printf(on->arena, "%s%s%s=?", got, k ? " " : "", amount->written)
                                   : arena_printf(on->arena, "%s%s%s=%ld/%d@%s", got, k ? " " : "", amount->written, amount->amount.thousandths,
                               (int)amount->amount.unit, amount->key);
        }
        expect_text(amounts[i].name, "amounts", got, amounts[i].amounts);
    }
    kb_close(kb);
}

/* Subject and body are texts of their own: nothing reaches from one into the other. */
static void a_quantity_ends_with_its_text(void **state) {
    struct importing *on = *state;
    struct kb *kb = part_kb(on, FIXTURES "/units.json");
    struct date today;
    static const char *const subjects[] = {"97001: 60", "97001 x", "97001 from 08:00 to", "97001 fifteen"};
    static const char *const bodies[] = {"mg of it", "2 or 3", "09:00", "warts"};
    assert_true(date_parse(SPAN("2026-08-01"), &today));
    for (size_t i = 0; i < COUNT(subjects); i++) {
        struct passage passage = {PASSAGE_NEW, span_of(bodies[i])};
        struct question_text text = {.subject = subjects[i], .passages = &passage, .passage_count = 1};
        struct question question;
        struct why why = {""};
        if (question_read(&text, kb, today, on->arena, &question, &why))
            fail_msg("%s: %s", subjects[i], why.text);
        if (question.amount_count > 0)
            fail_msg("%s: read %s", subjects[i], question.amounts[0].written);
    }
    kb_close(kb);
}

static void no_more_quantities_are_kept_than_fit(void **state) {
    struct importing *on = *state;
    struct kb *kb = part_kb(on, FIXTURES "/units.json");
    struct buf buf;
    struct date today;
    struct why why = {""};
    struct question question;
    buf_init(&buf, 1 << 12);
    for (size_t i = 0; i < 3 * QUESTION_AMOUNTS; i++)
        buf_printf(&buf, "%zu mg, ", i + 1);
    struct passage passage = {PASSAGE_NEW, buf_span(&buf)};
    struct question_text text = {.subject = "", .passages = &passage, .passage_count = 1};
    assert_true(date_parse(SPAN("2026-08-01"), &today));
    assert_int_equal(question_read(&text, kb, today, on->arena, &question, &why), 0);
    assert_int_equal(question.amount_count, QUESTION_AMOUNTS);
    assert_true(question.amounts_left_out);
    buf_free(&buf);
    kb_close(kb);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(questions_are_answered), cmocka_unit_test(quantities_are_read),
                                       cmocka_unit_test(a_quantity_ends_with_its_text),
                                       cmocka_unit_test(no_more_quantities_are_kept_than_fit)};
    return cmocka_run_group_tests(tests, open_importing, close_importing);
}
