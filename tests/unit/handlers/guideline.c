/* Rules: which fact opens the answer, what a note at one diagnosis says of another, and what stays out. */
#include "tests/unit/handlers/seeded.h"

#define SEVENTH(letter, text) "{\"section\": \"guidelines\", \"label\": \"7th character\", \"value\": \"" letter "\", \"text\": \"" text "\", \"source\": \"s\"}"

static const char seed[] =
    "{\"sources\": [" SEED_SOURCE "], \"editions\": [" SEED_EDITION("CPT", "2026-01-01", "2026-12-31") ","
    SEED_EDITION("MOD", "2026-01-01", "2026-12-31") "," SEED_EDITION("ICD10CM", "2026-01-01", "2026-12-31") "], \"codes\": ["
    SEED_CODE("CPT", "20690", "Put a frame on",
              SEED_FACT("clinical", "what the record must show", "Limb and plane of every pin.") ","
              SEED_FACT("clinical", "how it goes", "Pins go in.") "," SEED_FACT("guidelines", "chapter I", "Imaging of the day is included.") ","
              SEED_NAMES("modifiers", "MOD:22", "When the work was far beyond the usual.") "," SEED_NAMES("modifiers", "MOD:58", "When it was planned.")) ","
    SEED_CODE("CPT", "20692", "Put a ring on", SEED_FACT("guidelines", "chapter I", "Imaging of the day is included.")) ","
    SEED_CODE("CPT", "20694", "Take a frame off", "") ","
    SEED_CODE("CPT", "20698", "Long talk", SEED_TEXT("plain", "A talk. It takes at least 40 minutes. Nothing is cut.")) ","
    SEED_CODE("MOD", "22", "More work", "") "," SEED_CODE("MOD", "58", "Planned", "") ","
    SEED_CODE("ICD10CM", "Z47.1", "Aftercare", SEED_FACT("guidelines", "use additional", "code for the joint (Z96.6-)")) ","
    SEED_CODE("ICD10CM", "Z96.642", "Left artificial hip", "") ","
    SEED_CODE("ICD10CM", "I63.9", "Stroke", SEED_FACT("guidelines", "Excludes2", "sequelae (I69.3-)") "," SEED_FACT("guidelines", "Excludes1", "newborn (P91.82-)") ","
              SEED_FACT("guidelines", "Excludes2 (I00-I99)", "injury (S00-T88)")) ","
    SEED_CODE("ICD10CM", "I69.351", "Hemiplegia after stroke", "") "," SEED_CODE("ICD10CM", "P91.821", "Newborn stroke", "") ","
    SEED_HEADER("S82.10", "Fracture") ","
    SEED_CODE("ICD10CM", "S82.101A", "Fracture, right, initial", SEVENTH("A", "initial")) "," SEED_CODE("ICD10CM", "S82.101D", "Fracture, later", SEED_FACT("guidelines", "code first", "the fracture with its later encounter (S82.-)")) "]}";

static const struct seeded_row rows[] = {
    {"what the record must show", "What must be documented for 20690?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER,
     {"20690, what the record must show: Limb and plane of every pin. [1]"}, {"No rule loaded"}},
    {"the rule with the asker's words", "Is imaging on the day included with 20690?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER,
     {"20690, chapter I: Imaging of the day is included. [1]"}, {"No rule loaded"}},
    {"a rule of two codes once", "Is imaging on the day included with 20690 and 20692?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER,
     {"20690, 20692, chapter I: Imaging of the day is included."}, {"20692, chapter I: Imaging of the day is included. [1] -"}},
    {"the modifier that is named and no other", "What must the report hold for modifier 22 on 20690?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER,
     {"22 More work. When the work was far beyond the usual."}, {"planned"}},
    {"nothing bears on it", "May a zebra groom do 20690 on Tuesday?", INTENT_GUIDELINE, "guideline", ACTION_HUMAN,
     {"No rule loaded here speaks of exactly what you ask"}, {NULL}},
    {"only something shares a word", "May a zebra groom set the pins of 20690?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER,
     {"No rule loaded here speaks of exactly what you ask", "Limb and plane of every pin."}, {NULL}},
    {"no rule at all", "Which rule is there for 20694?", INTENT_GUIDELINE, "guideline", ACTION_HUMAN, {"No data: no rule for 20694 is loaded here."}, {NULL}},
    {"use additional", "Z47.1 and Z96.642, right?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER,
     {"Z47.1 first, then Z96.642: the note at Z47.1 says use additional code for the joint (Z96.6-) [1]."}, {"use additional: code"}},
    {"whichever is named first", "Z96.642 and Z47.1, right?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER, {"Z47.1 first, then Z96.642"}, {"Z96.642 first"}},
    {"Excludes2", "I63.9 or I69.351?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER,
     {"Two things, not one: the Excludes2 note at I63.9 covers I69.351: sequelae (I69.3-) [1]."}, {"Not both"}},
    {"Excludes1", "I63.9 with P91.821?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER,
     {"Not both for the same condition: I63.9 (Stroke) has an Excludes1 note at I63.9 that covers P91.821: newborn (P91.82-)"}, {"Two things"}},
    {"a note that covers its own code says nothing of another", "S82.101D with S82.101A?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER,
     {"S82.101D, code first: the fracture"}, {"first, then"}},
    {"beside a note of the code that of the chapter is silent", "I63.9 with I69.351 and S82.101A?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER,
     {"the Excludes2 note at I63.9 covers I69.351"}, {"I00-I99"}},
    {"a note of the chapter speaks of a code that is asked", "I63.9 with S82.101A?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER,
     {"the Excludes2 note at I00-I99 covers S82.101A"}, {NULL}},
    {"no order where no note sets one, and no note about others", "Which goes first, S82.101D or I63.9?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER,
     {"No note loaded here says which of S82.101D and I63.9 comes first."}, {"newborn", "later encounter"}},
    {"the minutes first", "What must the note say to bill 20698 on time?", INTENT_GUIDELINE, "guideline", ACTION_ANSWER,
     {"20698, by time: It takes at least 40 minutes. [1]"}, {"A talk"}},
    {"documentation that a payer wants", "What documentation does Medicare want for 20690?", INTENT_COVERAGE, "guideline", ACTION_ANSWER,
     {"20690, what the record must show: Limb and plane of every pin. [1] No list of Medicare's own"}, {"It depends"}},
    {"and else it is left out", "What of strokes and injury, I63.9?", INTENT_GUIDELINE, "guideline", ACTION_HUMAN, {"sequelae (I69.3-)"}, {"S00-T88"}},
};

static void rules_are_answered(void **state) { seeded_rows(*state, seed, rows, COUNT(rows)); }

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(rules_are_answered)};
    return cmocka_run_group_tests_name("handlers.guideline", tests, open_importing, close_importing);
}
