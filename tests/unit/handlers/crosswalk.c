/* Crosswalks: which diagnoses go with a procedure, which procedures with a diagnosis, and from one set of procedures to another. */
#include "tests/unit/handlers/seeded.h"

static const char seed[] =
    "{\"sources\": [" SEED_SOURCE "], \"editions\": [" SEED_EDITION("CPT", "2026-01-01", "2026-12-31") ","
    SEED_EDITION("HCPCS", "2026-01-01", "2026-12-31") "," SEED_EDITION("ICD10CM", "2026-01-01", "2026-12-31") ","
    SEED_EDITION("ICD10PCS", "2026-01-01", "2026-12-31") "], \"codes\": ["
    SEED_CODE("CPT", "20690", "Put a frame on", SEED_NAMES("diagnoses", "ICD10CM:S82.101A", "Fresh break.") ","
              SEED_NAMES("diagnoses", "ICD10CM:M21.761", "Too short.") "," SEED_RELATED("related", "for Medicare", "HCPCS:G0412")) ","
    SEED_CODE("CPT", "20692", "Put a ring on", SEED_NAMES("diagnoses", "ICD10CM:S82.101A", "Splintered.")) ","
    SEED_CODE("CPT", "20694", "Take a frame off", "") ","
    SEED_CODE("HCPCS", "G0412", "Frame for Medicare", "") ","
    SEED_CODE("ICD10PCS", "0QSH04Z", "Reposition", SEED_RELATED("related", "physician", "CPT:20690")) ","
    SEED_CODE("ICD10PCS", "0QSJ04Z", "Reposition, other bone", "") ","
    SEED_CODE("ICD10CM", "S82.101A", "Fracture, right, initial", "") "," SEED_CODE("ICD10CM", "S82.101D", "Fracture, right, subsequent", "") ","
    SEED_CODE("ICD10CM", "S82.209A", "Fracture of the shaft, initial", "") "," SEED_CODE("ICD10CM", "M21.761", "Unequal limb, right tibia", "") ","
    SEED_CODE("ICD10CM", "M21.762", "Unequal limb, left tibia", "") "," SEED_CODE("ICD10CM", "M54.50", "Low back pain", "") "]}";

static const struct seeded_row rows[] = {
    {"procedure and a diagnosis that is listed", "Is S82.101A an accepted diagnosis for 20690?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER,
     {"Yes: S82.101A (Fracture, right, initial) is among the diagnoses listed here for 20690: Fresh break. [1]", "2 diagnoses are listed here for 20690"},
     {"No data", "Not listed"}},
    {"the other side", "Is M21.762 an accepted diagnosis for 20690?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER,
     {"Yes, on the other side: for 20690 the list here has M21.761", "the side does not matter"}, {"Not listed"}},
    {"the other encounter", "Is S82.101D an accepted diagnosis for 20690?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER,
     {"Nearly: for 20690 the list here has S82.101A", "seventh character alone"}, {"Yes"}},
    {"the same category alone", "Is S82.209A an accepted diagnosis for 20690?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER,
     {"Not itself: S82.209A", "nearest is S82.101A", "no denial"}, {"Yes"}},
    {"not listed", "Is M54.50 an accepted diagnosis for 20690?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER,
     {"Not listed: M54.50 (Low back pain)", "That is no denial"}, {"Yes"}},
    {"nothing listed at all", "Is M54.50 an accepted diagnosis for 20694?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER,
     {"No data: no diagnoses are listed here for 20694"}, {"Not listed", "Yes"}},
    {"procedure alone", "Which diagnoses support 20692?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER,
     {"One diagnosis is listed here for 20692 (Put a ring on):", "S82.101A Fracture, right, initial. Splintered. [1]", "not a payer's list"}, {NULL}},
    {"diagnosis alone", "Crosswalk from S82.101A to CPT?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER,
     {"S82.101A (Fracture, right, initial) is listed here for these procedures:", "20690 Put a frame on: Fresh break. [1]", "20692 Put a ring on: Splintered."},
     {"20694"}},
    {"diagnosis of the other side alone", "Crosswalk from M21.762 to CPT?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER,
     {"the same diagnosis on the other side is", "20690 Put a frame on (names M21.761): Too short."}, {"20692"}},
    {"diagnosis that nobody lists", "Crosswalk from M54.50 to CPT?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER, {"No procedure here lists M54.50"}, {"20690"}},
    {"hospital procedure to CPT", "Crosswalk 0QSH04Z to CPT?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER,
     {"No official crosswalk between ICD-10-PCS and CPT is loaded here", "0QSH04Z, physician: 20690 Put a frame on [1]"}, {"No data"}},
    {"hospital procedure that leads nowhere", "Crosswalk 0QSJ04Z to CPT?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER,
     {"No official crosswalk", "No data: nothing loaded here leads from 0QSJ04Z"}, {"20690"}},
    {"a hospital's code is called by its name first", "What is 0QSJ04Z and which CPT matches it?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER,
     {"0QSJ04Z is Reposition, other bone [1]. No official crosswalk"}, {NULL}},
    {"CPT to HCPCS", "Crosswalk 20690 and 20692 to HCPCS?", INTENT_CROSSWALK, "crosswalk", ACTION_ANSWER,
     {"20690 goes with G0412 (for Medicare)", "No official crosswalk"}, {"diagnoses are listed"}},
};

static void crosswalks_are_answered(void **state) { seeded_rows(*state, seed, rows, COUNT(rows)); }

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(crosswalks_are_answered)};
    return cmocka_run_group_tests_name("handlers.crosswalk", tests, open_importing, close_importing);
}
