/* What a code is: what opens the answer, what is told of a code that does not hold, and how short several are. */
#include "tests/unit/handlers/seeded.h"

#define NOTE(label, text) SEED_FACT("guidelines", label, text)

static const char seed[] =
    "{\"sources\": [" SEED_SOURCE "], \"editions\": [" SEED_EDITION("CPT", "2026-01-01", "2026-12-31") ","
    "{\"system\": \"ICD10CM\", \"name\": \"N25\", \"valid_from\": \"2025-06-01\", \"valid_to\": \"2026-05-31\", \"complete\": true, \"source\": \"s\"}"
    "], \"codes\": ["
    SEED_CODE("CPT", "20690", "Put a frame on",
              SEED_TEXT("plain", "Pins go into the bone. A ring is 20692. Nothing is cut.") ","
              SEED_FACT("clinical", "when it is done", "A bad break.") "," SEED_FACT("clinical", "what the record must show", "Limb and plane.") ","
              SEED_FACT("guidelines", "chapter I", "Imaging of the day is included.") ","
              SEED_RELATED("related", "add-on", "CPT:20692") "," SEED_RELATED("related", "removal", "CPT:20694") "," SEED_RELATED("related", "ring", "CPT:20692") ","
              SEED_NAMES("diagnoses", "ICD10CM:S82.101A", "Fresh.")) ","
    SEED_CODE("CPT", "20692", "Put a ring on", SEED_TEXT("plain", "A ring goes round the limb. In one plane it is 20690. It is heavy.")) ","
    SEED_CODE("CPT", "20694", "Take a frame off", SEED_NAMES("related", "CPT:20690", "Not beside 20690.")) ","
    SEED_HEADER("S82", "Fracture of leg") "," SEED_HEADER("S82.10", "Fracture of upper end") "," SEED_HEADER("S82.101", "Fracture of right upper end") ","
    SEED_CODE("ICD10CM", "S82.101A", "Fracture of right upper end, initial encounter", NOTE("Excludes2", "ankle (S99)") "," NOTE("note", "Of this code.") "," NOTE("note", "And of no other.") "," NOTE("code also", "the ankle (S99.-)") ","
              NOTE("note (S00-T88)", "Of the chapter.")) ","
    SEED_CODE("ICD10CM", "S82.101D", "Fracture of right upper end, subsequent encounter", "") ","
    SEED_CODE("ICD10CM", "S82.102A", "Fracture of left upper end, initial encounter", "") ","
    SEED_CODE("ICD10CM", "S99.001A", "Ankle, initial encounter", "") ","
    SEED_CODE("ICD10CM", "S82.109A", "Fracture of leg, unspecified", "") "]}";

static const struct seeded_row rows[] = {
    {"one code", "What is 20690?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"CPT 20690: Put a frame on [1]. Valid on 2026-08-01. Pins go into the bone. [1] A ring is 20692. Nothing is cut.", "When it is done: A bad break.",
      "What the record must show: Limb and plane.", "Removal: 20694 Take a frame off [1] - Ring: 20692", "Also known of 20690: diagnoses, guidelines"},
     {"Imaging", "Add-on"}},
    {"what bears on the words is told", "What is 20690, is imaging of the day included?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"Chapter I: Imaging of the day is included. [1]"}, {NULL}},
    {"still valid", "Is 20690 still valid?", INTENT_MEANING, "meaning", ACTION_ANSWER, {"Yes, valid on 2026-08-01. CPT 20690: Put a frame on [1]."}, {NULL}},
    {"there is no yes to an or", "Is 20690 valid or deleted?", INTENT_MEANING, "meaning", ACTION_ANSWER, {"CPT 20690: Put a frame on"}, {"Yes"}},
    {"a relation whose text names its code", "What is 20694?", INTENT_MEANING, "meaning", ACTION_ANSWER, {"Related codes - 20690 Put a frame on [1]"}, {NULL}},
    {"two, and what one says of the other", "What are 20690 and 20692?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"Both are valid on 2026-08-01.", "- 20690 Put a frame on [1]. Pins go into the bone. A ring is 20692.", "In one plane it is 20690."},
     {"heavy", "Nothing is cut", "Related codes"}},
    {"one of several does not exist", "What are 20690, 20694 and 20695?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"Valid on 2026-08-01: 2 of 3.", "CPT 20695 does not exist on 2026-08-01", "Like it: 20690"}, {"All 3"}},
    {"notes of the code, not of the chapter", "What is S82.101A?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"judged by N25, whose term has ended", "Note: Of this code.; And of no other. [1] - Code also: the ankle (S99.-) [1] - Excludes2: ankle (S99)", "Listed here with: 20690 Put a frame on"}, {"Of the chapter"}},
    {"what a note of one diagnosis says of another asked", "What are S82.101A and S99.001A?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"S82.101A and S99.001A both, when both are there: the note at S82.101A says code also the ankle (S99.-) [1]."}, {NULL}},
    {"header, with the side that is named first", "What is S82.10, left side?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"is a header on 2026-08-01", "Billable codes below S82.10 (Fracture of upper end): - S82.102A"}, {"Yes"}},
    {"header, when there is no more to tell", "What is S82, the record says nothing else?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"Billable codes below S82 (Fracture of leg): - S82.109A: Fracture of leg, unspecified"}, {NULL}},
    {"behind the newest edition, which had no such code", "Does S82.103D exist?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"ICD-10-CM S82.103D does not exist in N25, the newest edition loaded here [1]. Its term ended on 2026-05-31",
      "Billable codes below S82.10 (Fracture of upper end): - S82.101D"}, {"Yes", "No data"}},
    {"letters of the seventh character", "S82.101A, what is the seventh character later?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"The seventh character at S82.101: A initial encounter [1]; D subsequent encounter"}, {NULL}},
    {"nothing known goes to a person", "What is HCPCS J1885?", INTENT_MEANING, "unknown", ACTION_HUMAN, {"No data for J1885"}, {"Valid on"}},
};

static void meanings_are_answered(void **state) { seeded_rows(*state, seed, rows, COUNT(rows)); }

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(meanings_are_answered)};
    return cmocka_run_group_tests_name("handlers.meaning", tests, open_importing, close_importing);
}
