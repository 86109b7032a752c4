/* Questions about fees: which amounts the answer names, for which place, and what it says where there is none. */
#include "tests/unit/handlers/one_line.h"
#include "tests/unit/kb/from_seed.h"

#include "handlers/answer.h"

#define CODE(code) "{\"system\": \"CPT\", \"code\": \"" code "\", \"title\": \"t" code "\", \"source\": \"s\"}"
#define FEE(code, status, work, total, total_in, from, factor)                                                                             \
    "{\"code\": \"" code "\", \"source\": \"s\", \"valid_from\": \"" from "-01-01\", \"valid_to\": \"" from                                \
    "-12-31\", \"status\": \"" status "\", \"work\": \"" work                                                                              \
    "\", \"practice\": \"6.00\", \"practice_facility\": \"2.00\", \"malpractice\": \"1.50\", \"total\": \"" total                          \
    "\", \"total_facility\": \"" total_in "\", \"global\": \"090\", \"factor\": \"" factor "\"}"

#define PART(code, modifier, work, total)                                                                                                  \
    "{\"code\": \"" code "\", " modifier                                                                                                   \
    "\"source\": \"s\", \"valid_from\": \"2026-01-01\", \"valid_to\": \"2026-12-31\", \"status\": \"A\", "                                 \
    "\"work\": \"" work "\", \"practice\": \"0.50\", \"practice_facility\": \"0.50\", \"malpractice\": \"0.50\", \"total\": \"" total      \
    "\", \"total_facility\": \"" total "\", \"global\": \"XXX\", \"factor\": \"33.4009\"}"

#define OTHER(system, code, title, facts)                                                                                                  \
    "{\"system\": \"" system "\", \"code\": \"" code "\", \"title\": \"" title "\", \"source\": \"s\", \"facts\": [" facts "]}"
#define FACT(section, label, value, text)                                                                                                  \
    "{\"section\": \"" section "\", \"label\": \"" label "\"" value ", \"text\": \"" text "\", \"source\": \"s\"}"
#define VALUE(value) ", \"value\": \"" value "\""
#define EDITION(system)                                                                                                                    \
    "{\"system\": \"" system                                                                                                               \
    "\", \"name\": \"n\", \"valid_from\": \"2025-01-01\", \"valid_to\": \"2026-12-31\", \"complete\": true, \"source\": \"s\"}"

/* clang-format off */
static const char seed[] =
    "{\"sources\": [{\"id\": \"s\", \"publisher\": \"p\", \"title\": \"t\", \"edition\": \"e\", \"kind\": \"rvu\"}],"
    "\"editions\": [" EDITION("CPT") "," EDITION("MOD") "," EDITION("POS") "," EDITION("DRG") "," EDITION("HCPCS") "],"
    "\"codes\": [" CODE("20690") "," CODE("20692") "," CODE("20693") "," CODE("20694") "," CODE("20695") "," CODE("20696") "," CODE("20697") "," CODE("99213") "," OTHER("MOD", "26", "Reading", "") "," OTHER("MOD", "TC", "Equipment", "") ","
    OTHER("CPT", "01462", "t01462", FACT("units", "base units", "", "Not in this file.")) ","
    OTHER("MOD", "24", "Unrelated visit", "") "," OTHER("MOD", "25", "Visit of the day", "") "," OTHER("MOD", "57", "Decision", "") ","
    OTHER("MOD", "58", "Planned", "") "," OTHER("MOD", "78", "Back to surgery", "") "," OTHER("MOD", "79", "Unrelated procedure", "") ","
    OTHER("HCPCS", "A4000", "Tray", FACT("coverage", "how it is paid", "", "By the piece.")) ","
    OTHER("HCPCS", "A4001", "Pan", FACT("fee", "pricing indicator", VALUE("32"), "Bought.")) ","
    OTHER("POS", "11", "Practice", FACT("fee", "rate", VALUE("non-facility"), "The office rate.")) ","
    OTHER("POS", "24", "Surgery center", FACT("fee", "rate", VALUE("facility"), "The facility rate.")) ","
    OTHER("POS", "99", "Elsewhere", "") ","
    OTHER("DRG", "492", "Leg with", FACT("fee", "relative weight", VALUE("3.1234"), "t")) ","
    OTHER("DRG", "493", "Leg without", FACT("guidelines", "what is not here", "", "Not in this file either.")) "],"
    "\"fees\": [" FEE("20690", "A", "8.00", "15.50", "11.50", "2026", "33.4009") ","
    FEE("20692", "A", "8.00", "15.50", "11.50", "2025", "32.3465") ","
    FEE("20693", "C", "8.00", "15.50", "11.50", "2026", "33.4009") ","
    FEE("20696", "A", "8.00", "15.50", "11.50", "2026", "33.4009") ","
    FEE("20695", "A", "9.05", "16.55", "12.55", "2026", "33.4009") ","
    PART("99213", "", "1.30", "2.30") "," PART("20697", "", "5.00", "6.00") "," PART("20697", "\"modifier\": \"26\", ", "1.00", "2.00") "," PART("20697", "\"modifier\": \"TC\", ", "3.00", "4.00") ","
    "{\"code\": \"01462\", \"source\": \"s\", \"valid_from\": \"2026-01-01\", \"valid_to\": \"2026-12-31\", \"status\": \"J\", \"work\": \"0.00\", "
    "\"practice\": \"0.00\", \"practice_facility\": \"0.00\", \"malpractice\": \"0.00\", \"total\": \"0.00\", \"total_facility\": \"0.00\", "
    "\"global\": \"XXX\", \"factor\": \"33.4009\"}]}";
/* clang-format on */

static const char indices[] =
    "TITLE OF 2026,,,,,,\nMedicare Administrative Contractor (MAC),State,Locality Number,Locality Name,PW GPCI,PE GPCI,MP GPCI\n"
    "99910,AL,01,SOUTHLAND,1.000,0.875,0.566\n99911,NY,05,METROPOLITAN EAST ISLAND,1.064,1.162,1.586\n"
    "99913,HS,01,ROCKTON,1.000,1.100,0.900\n99913,HS,02,REST OF HILLSLAND,1.000,1.000,0.800\n"
    "99912,CA,05,WESTBAY-ROCKFORD (WESTBAY/SANDY CNTY),1.010,1.020,1.030\n99912,CA,09,WESTBAY-ROCKFORD (HILLS CNTY),1.0,1.0,1.0\n";

#define NATIONAL "national: non-facility $517.71 = (8.00 + 6.00 + 1.50) x 33.4009; facility $384.11 = (8.00 + 2.00 + 1.50) x 33.4009"
#define EAST                                                                                                                               \
    "99911-05 (NY, METROPOLITAN EAST ISLAND): non-facility $596.64 = (8.00 x 1.064 + 6.00 x 1.162 + 1.50 x 1.586) x 33.4009; "             \
    "facility $441.39 = (8.00 x 1.064 + 2.00 x 1.162 + 1.50 x 1.586) x 33.4009"

enum { WANTED = 5 };

static const struct row {
    const char *name, *text, *handler;
    bool localities;
    const char *want[WANTED], *not_want[WANTED];
} rows[] = {
    {"national",
     "What is the fee for 20690?",
     "fee",
     true,
     {"allows $517.71 in an office and $384.11 in a facility, national, 2026", NATIONAL, "Locality: none is named",
      "What an amount rests on"},
     {"99911", "global", "RVU 15.50"}},
    {"no localities loaded",
     "What is the fee for 20690 in East Island?",
     "fee",
     false,
     {NATIONAL, "no locality indices (GPCI) are loaded"},
     {"none is named"}},
    {"by its place", "How much does Medicare pay for 20690 in East Island?", "fee", true, {EAST, NATIONAL}, {"Locality:"}},
    {"by contractor and number", "Fee for 20690 in locality 99911-05?", "fee", true, {EAST, NATIONAL}, {"Locality:", "99912-05"}},
    {"by a number that two have",
     "What does 20690 pay in locality 05?",
     "fee",
     true,
     {EAST, "99912-05 (CA", "several fit what you named"},
     {"99910"}},
    {"by a place that two have",
     "What is the fee for 20690 in Rockford?",
     "fee",
     true,
     {"99912-05 (CA", "99912-09 (CA", "several fit", "allows $517.71"},
     {"99911-05 (NY"}},
    {"by a county", "Fee of 20690 in Sandy county please", "fee", true, {"99912-05 (CA"}, {"99912-09", "several fit"}},
    {"a number that none has",
     "What is the fee for 20690, locality 77?",
     "fee",
     true,
     {NATIONAL, "none of those loaded has the number 77"},
     {NULL}},
    {"a ZIP code", "What is the fee for 20690, ZIP 10001?", "fee", true, {NATIONAL, "a ZIP code alone does not tell it"}, {NULL}},
    {"a place within a word", "Fee for 20690? We are the Southlanders.", "fee", true, {NATIONAL, "none is named"}, {"99910"}},
    {"figures of last year",
     "What is the fee for 20692?",
     "fee",
     true,
     {"allows $501.37", "national, 2025, the newest on file", "national (figures of 2025): non-facility $501.37"},
     {NULL}},
    {"figures of last year, indices of this",
     "What is the fee for 20692 in East Island?",
     "fee",
     true,
     {"EAST ISLAND): none. The figures are of 2025, and no locality indices of that year are loaded"},
     {NULL}},
    {"not paid by figures",
     "What is the fee for 20693 in East Island?",
     "fee",
     true,
     {"No amount. Priced by the Medicare contractor"},
     {"$"}},
    {"nothing known", "What is the fee for 20694?", "fee", true, {"no data: no fee schedule loaded here has figures of it"}, {"$"}},
    {"two codes",
     "Fees of 20690 and 20693 in East Island?",
     "fee",
     true,
     {"20690 (t20690) [1]: Medicare allows $596.64", "$441.39", "20693 (t20693) [1]: No amount. Priced by", "$517.71 / $384.11"},
     {NULL}},
    {"global days alone",
     "How many global days has 20690?",
     "fee",
     true,
     {"20690 (t20690) [1]: 90 global days (2026)"},
     {"$", "Locality", "RVU"}},
    {"a visit in them",
     "What are the global days of 20690 for the follow-up visit?",
     "fee",
     true,
     {"90 global days", "up to day 90 and billed by itself again from day 91", "24: Unrelated visit", "78: Back to surgery"},
     {"$", "25:"}},
    {"relative values alone",
     "What are the RVU of 20690?",
     "fee",
     true,
     {"Total RVU 15.50 non-facility, 11.50 facility (2026): work 8.00, practice expense 6.00 / 2.00, malpractice 1.50"},
     {"$", "global days"}},
    {"relative values and a locality",
     "What is the work RVU of 20690 in locality 99911-05?",
     "fee",
     true,
     {"Work RVU 8.00 (2026)", "same in every locality"},
     {"$"}},
    {"work RVU by its short name",
     "What is the wRVU of 20690 and its global period?",
     "fee",
     true,
     {"20690 (t20690) [1]: Work RVU 8.00 (2026)", "90 global days"},
     {"$"}},
    {"the total of two, in a facility",
     "What are the total facility RVUs of 20690 and 20695?",
     "fee",
     true,
     {"Total RVU in a facility: 20690 11.50; 20695 12.55."},
     {"Work RVU: 20690"}},
    {"the total of two, in an office",
     "Total RVU of 20690 and 20695 in the office?",
     "fee",
     true,
     {"Total RVU non-facility: 20690 15.50; 20695 16.55."},
     {NULL}},
    {"the shares of reading and equipment",
     "What are the 26 and TC RVUs of 20697?",
     "fee",
     true,
     {"Of the total RVU 6.00, modifier 26 has 2.00 (33 %), TC has 4.00 (67 %) (2026)"},
     {"$"}},
    {"a day within the global days",
     "The patient came on day 40 after 20690 for a wound check, is the visit payable?",
     "fee",
     true,
     {"No: day 40 after 20690 lies within its 90 global days", "24: Unrelated visit"},
     {"$", "up to day 90"}},
    {"a week within them, asked the other way",
     "Is a visit 3 weeks after 20690 included?",
     "fee",
     true,
     {"Day 21 after 20690 lies within"},
     {"No:", "Yes"}},
    {"a day behind them",
     "Is the follow-up visit on day 91 after 20690 payable?",
     "fee",
     true,
     {"Yes, as far as the global days go: day 91 after 20690 lies behind its 90 global days."},
     {"No:"}},
    {"months that leave it open", "Is the follow-up visit 3 months after 20690 payable?", "fee", true, {"90 global days"}, {"No:", "Yes"}},
    {"a term is no day",
     "Are follow-up visits in the 90 days after 20690 payable?",
     "fee",
     true,
     {"up to day 90"},
     {"No:", "day 90 after"}},
    {"the conversion factor without a code",
     "what is the medicare conversion factor",
     "fee",
     true,
     {"Medicare's conversion factor is 33.4009 (2026)"},
     {"$"}},
    {"another conversion factor", "what is the anesthesia conversion factor", "unknown", true, {NULL}, {"33.4009"}},
    {"the indices of a state",
     "What are the GPCIs for Southland?",
     "fee",
     true,
     {"GPCI (2026): work, practice expense, malpractice.", "99910-01 (AL, SOUTHLAND): 1.000, 0.875, 0.566"},
     {"99911"}},
    {"the indices of a place",
     "gpci of East Island please",
     "fee",
     true,
     {"99911-05 (NY, METROPOLITAN EAST ISLAND): 1.064, 1.162, 1.586"},
     {"99910"}},
    {"the indices of a state by its rest",
     "GPCIs for Hillsland?",
     "fee",
     true,
     {"99913-02 (HS, REST OF HILLSLAND)", "99913-01 (HS, ROCKTON)"},
     {"99911"}},
    {"the higher one",
     "Which has the higher work RVU, 20690 or 20695?",
     "fee",
     true,
     {"20695 has the highest work RVU, 9.05: 20690 has 8.00, 1.05 less."},
     {NULL}},
    {"the higher amount",
     "How much more is the fee of 20695 than that of 20690?",
     "fee",
     true,
     {"20695 has the highest national amount in a facility, $419.18: 20690 has $384.11, $35.07 less."},
     {NULL}},
    {"years are not compared",
     "Which has the higher work RVU, 20692 or 20695?",
     "fee",
     true,
     {"20692 8.00; 20695 9.05"},
     {"has the highest"}},
    {"neither is higher", "Which has the higher work RVU, 20690 or 20696?", "fee", true, {"20690 8.00"}, {"has the highest"}},
    {"in an office",
     "What does Medicare pay for 20690 with POS 11?",
     "fee",
     true,
     {"allows $517.71, the non-facility amount, in place 11"},
     {NULL}},
    {"in a surgery center",
     "What does Medicare pay for 20690 with POS 24?",
     "fee",
     true,
     {"allows $384.11 in a facility, which place 24 (Surgery center) is", "the surgery center's own is another"},
     {NULL}},
    {"a place without a rate",
     "What does Medicare pay for 20690 with POS 99?",
     "fee",
     true,
     {"$517.71 in an office and $384.11"},
     {"place 99 ("}},
    {"the conversion factor", "Which conversion factor goes with 20690?", "fee", true, {"Conversion factor 33.4009 (2026)"}, {"$517"}},
    {"one that does not hold",
     "Fees of 20690 and 20691?",
     "fee",
     true,
     {"CPT 20691 does not exist", "allows $517.71"},
     {"20691: No amount"}},
    {"many that do not hold",
     "Fees of 20680, 20681, 20682 and 20690?",
     "fee",
     true,
     {"No fee for 20680, 20681, 20682: not valid on 2026-08-01, or not known here.", "20690 (t20690)", "allows $517.71"},
     {"does not exist"}},
    {"more than a table holds",
     "Fees of 20601, 20602, 20603, 20604, 20605, 20606, 20607, 20608, 20609, 20612, 20613, 20614, 20690?",
     "fee",
     true,
     {"allows $517.71"},
     {"does not exist"}},
    {"two without figures",
     "Fees of 20694 and 20690 on 2025-03-01?",
     "fee",
     true,
     {"20694 (t20694) [1]: no data: no fee schedule loaded here has figures of it for the date of service 2025-03-01"},
     {"$", "Work RVU"}},
    {"paid another way",
     "What is the fee of A4000?",
     "fee",
     true,
     {"A4000 (Tray) [1]: no data: no fee schedule loaded here has figures of it for 2026-08-01. How it is paid: By the piece. [1]"},
     {"$"}},
    {"a visit after an operation without a code",
     "We did a total hip replacement and the patient came back after 3 weeks for wound check, can we bill 99213?",
     "fee",
     true,
     {"The global days of the operation decide, not those of 99213", "Day 21 lies within 90 days", "- 24: Unrelated visit"},
     {"XXX"}},
    {"a visit after an operation with its code", "20690, wound check after 3 weeks, bill 99213?", "fee", true, {"No: day 21 after 20690 lies within its 90 global days"}, {"XXX"}},
    {"a visit in the global period", "Can I bill 99213 in the global period of 20690?", "fee", true, {"No, not within the 90 global days of 20690"}, {"XXX"}},
    {"the global days of a visit", "What are the global days of 99213?", "fee", true, {"Global days XXX"}, {"the operation"}},
    {"only priced",
     "What is the fee of A4001?",
     "fee",
     true,
     {"figures of it for 2026-08-01. Pricing indicator 32: Bought. [1]"},
     {"$", "How it is paid"}},
    {"anesthesia",
     "How many base units has 01462?",
     "fee",
     true,
     {"01462 (t01462) [1]: no base units are on file here", "Base units: Not in this file."},
     {"$", "RVU"}},
    {"a payment group with its weight",
     "What is the relative weight of DRG 492?",
     "fee",
     true,
     {"MS-DRG 492", "Relative weight 3.1234"},
     {"Locality"}},
    {"a payment group without",
     "What is the relative weight of DRG 493?",
     "fee",
     true,
     {"No data on the weight of MS-DRG 493", "Not in this file either."},
     {"Locality"}},
    {"with another wish", "Which modifier goes with 20690, and what is its fee in East Island?", "fee", true, {EAST, NATIONAL}, {NULL}},
};

static void build(struct importing *on, bool localities, struct kb **ret) {
    struct import_result result;
    struct why why = {""};
    build_from_seed(on, seed);
    if (localities && import_as(on, "gpci2026.csv", "gpci", span_of(indices), NULL, IMPORT_GUESS, &result, &why))
        fail_msg("%s", why.text);
    if (kb_open(on->kb, ret, &why))
        fail_msg("%s", why.text);
}

static void check(struct importing *on, struct kb *kb, const struct row *row) {
    struct passage passage = {PASSAGE_NEW, span_of(row->text)};
    struct question_text text = {.subject = "", .passages = &passage, .passage_count = 1};
    struct question question;
    struct answer answer;
    struct why why = {""};
    struct date today;
    assert_true(date_parse(SPAN("2026-08-01"), &today));
    if (question_read(&text, kb, today, on->arena, &question, &why) ||
        answer_question(&question, kb, ANSWER_LEAST_CONFIDENCE, on->arena, &answer, &why))
        fail_msg("%s: %s", row->name, why.text);
    expect_within(row->name, answer.handler, row->handler);
    const char *line = one_line(answer.text, on->arena);
    for (size_t i = 0; i < WANTED && row->want[i]; i++)
        expect_within(row->name, line, row->want[i]);
    for (size_t i = 0; i < WANTED && row->not_want[i]; i++)
        if (strstr(line, row->not_want[i]))
            fail_msg("%s: \"%s\" in\n%s", row->name, row->not_want[i], answer.text);
}

static void fees_are_answered(void **state) {
    struct importing *on = *state;
    struct kb *with, *without;
    build(on, false, &without);
    build(on, true, &with);
    for (size_t i = 0; i < COUNT(rows); i++)
        check(on, rows[i].localities ? with : without, &rows[i]);
    kb_close(with);
    kb_close(without);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(fees_are_answered)};
    return cmocka_run_group_tests(tests, open_importing, close_importing);
}
