/* Coverage: what is said where a note, a status, a coverage code or nothing decides, and whose rules are not here. */
#include "tests/unit/handlers/seeded.h"

#define STATUS(value, text) "{\"section\": \"fee\", \"label\": \"status\", \"value\": \"" value "\", \"text\": \"" text "\", \"source\": \"s\"}"
#define HOSPITAL(value, text)                                                                                                              \
    "{\"section\": \"fee\", \"label\": \"hospital outpatient status indicator\", \"value\": \"" value "\", \"text\": \"" text "\", \"source\": \"s\"}"
#define COVERAGE_CODE(value, text)                                                                                                         \
    "{\"section\": \"coverage\", \"label\": \"Medicare coverage code\", \"value\": \"" value "\", \"text\": \"" text "\", \"source\": \"s\"}"

static const char seed[] =
    "{\"sources\": [" SEED_SOURCE "], \"editions\": [" SEED_EDITION("CPT", "2026-01-01", "2026-12-31") ","
    SEED_EDITION("HCPCS", "2026-01-01", "2026-12-31") "," SEED_EDITION("ICD10CM", "2026-01-01", "2026-12-31") ","
    SEED_EDITION("MOD", "2026-01-01", "2026-12-31") "], \"codes\": ["
    SEED_CODE("CPT", "20690", "Put a frame on", STATUS("A", "Active.") "," HOSPITAL("J1", "One package.") "," SEED_FACT("coverage", "papers", "An order.")) ","
    SEED_CODE("CPT", "20692", "Put a ring on", SEED_FACT("coverage", "Medicare", "Covered after 90 days.") "," STATUS("A", "Active.") ","
              SEED_NAMES("diagnoses", "ICD10CM:M17.0", "Worn knee.")) ","
    SEED_CODE("CPT", "20693", "Old visit", STATUS("I", "Not valid for Medicare; another code is used.") "," SEED_FACT("coverage", "other payers", "Some pay.")) ","
    SEED_CODE("CPT", "20694", "Big operation", STATUS("A", "Active.") "," HOSPITAL("C", "Inpatient only.")) ","
    SEED_CODE("CPT", "20697", "Free one", SEED_TEXT("coverage", "Medicare: no copay.")) ","
    SEED_CODE("CPT", "20698", "Yearly talk", STATUS("A", "Active.") "," SEED_TEXT("coverage", "Once every 12 months.")) ","
    SEED_CODE("CPT", "20696", "Nobody knows", "") ","
    SEED_CODE("HCPCS", "L1970", "Brace", STATUS("X", "Excluded by statute.") "," COVERAGE_CODE("C", "The contractor decides.")) ","
    SEED_CODE("MOD", "GA", "Waiver on file", SEED_TEXT("plain", "A notice was signed.")) ","
    SEED_CODE("ICD10CM", "M17.0", "Worn knees", "") "," SEED_CODE("ICD10CM", "M54.50", "Back pain", "") "]}";

static const struct seeded_row rows[] = {
    {"an active status promises nothing", "Does Medicare cover 20690?", INTENT_COVERAGE, "coverage", ACTION_ANSWER,
     {"It depends: Medicare's fee schedule lists 20690 as active (status A): it is paid if the case is covered [1].", "contractor (MAC) decide", "Papers: An order."},
     {"One package", "No data"}},
    {"a note decides before the status", "Does Medicare cover 20692?", INTENT_COVERAGE, "coverage", ACTION_ANSWER,
     {"Medicare, 20692: Covered after 90 days. [1]"}, {"It depends"}},
    {"a status that refuses", "Is 20693 covered?", INTENT_COVERAGE, "coverage", ACTION_ANSWER,
     {"Medicare, 20693: status I in the fee schedule. Not valid for Medicare", "Other payers: Some pay."}, {"It depends"}},
    {"inpatient only is said unasked", "Is 20694 covered?", INTENT_COVERAGE, "coverage", ACTION_ANSWER,
     {"For the hospital: outpatient status C. Inpatient only."}, {NULL}},
    {"inpatient only, asked", "Is 20694 inpatient only?", INTENT_COVERAGE, "coverage", ACTION_ANSWER,
     {"Yes, 20694 is inpatient only for Medicare: outpatient status C."}, {"No, 20694"}},
    {"not inpatient only, asked", "Is 20690 on the inpatient only list?", INTENT_COVERAGE, "coverage", ACTION_ANSWER,
     {"No, 20690 is not inpatient only for Medicare: it has the outpatient status J1, not C."}, {"Yes, 20690"}},
    {"the hospital's status when it is asked", "Does the hospital get 20690 paid?", INTENT_COVERAGE, "coverage", ACTION_ANSWER,
     {"For the hospital: outpatient status J1. One package."}, {NULL}},
    {"another payer", "Does Aetna cover 20692?", INTENT_COVERAGE, "coverage", ACTION_ANSWER,
     {"Not loaded here: the rules of Aetna. Ask that payer before you bill; what follows is Medicare's. Medicare, 20692"}, {"Anthem"}},
    {"two words of a payer", "Will Blue Cross pay 20692?", INTENT_COVERAGE, "coverage", ACTION_ANSWER, {"the rules of Blue Cross Blue Shield."}, {NULL}},
    {"words of a payer apart", "Blue frame or the cross, is 20692 covered?", INTENT_COVERAGE, "coverage", ACTION_ANSWER, {"Medicare, 20692"}, {"Not loaded here"}},
    {"a diagnosis that is listed", "Is 20692 covered for M17.0?", INTENT_COVERAGE, "coverage", ACTION_ANSWER,
     {"Yes: M17.0 (Worn knees) is among the diagnoses listed here for 20692"}, {"Not listed"}},
    {"one that is not", "Is 20692 covered for M54.50?", INTENT_COVERAGE, "coverage", ACTION_ANSWER, {"Not listed: M54.50", "no denial"}, {"Yes:"}},
    {"paid by another schedule", "Is L1970 covered?", INTENT_COVERAGE, "coverage", ACTION_ANSWER,
     {"Medicare, L1970: The contractor decides. (coverage code C) [1]"}, {"status X"}},
    {"a modifier by itself", "Is modifier GA needed?", INTENT_COVERAGE, "coverage", ACTION_ANSWER, {"A notice was signed."}, {"On what terms"}},
    {"how often comes first, and what is not known is said", "Does Medicare cover 20698 every 12 months, is there a copay?", INTENT_COVERAGE, "coverage", ACTION_ANSWER,
     {"Medicare, 20698: Once every 12 months. [1] No data on what the patient owes"}, {"It depends"}},
    {"a copay that a note speaks of", "Does Medicare cover 20697, is there a copay?", INTENT_COVERAGE, "coverage", ACTION_ANSWER,
     {"Medicare, 20697: Medicare: no copay."}, {"No data on"}},
    {"a topic of which nothing is known goes to a person", "Can staff bill 20690 incident to when the doc is out?", INTENT_COVERAGE, "coverage", ACTION_HUMAN,
     {"No data on incident-to billing and who has to supervise"}, {NULL}},
    {"nothing known goes to a person", "Is 20696 covered?", INTENT_COVERAGE, "coverage", ACTION_HUMAN, {"No data for 20696"}, {"It depends"}},
};

static void coverage_is_answered(void **state) { seeded_rows(*state, seed, rows, COUNT(rows)); }

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(coverage_is_answered)};
    return cmocka_run_group_tests_name("handlers.coverage", tests, open_importing, close_importing);
}
