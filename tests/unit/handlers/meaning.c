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
    SEED_CODE("CPT", "20699", "Blood", SEED_NAMES("diagnoses", "ICD10CM:E11.9", "Sugar.")) ","
    SEED_CODE("ICD10CM", "E11.9", "Diabetes", NOTE("Includes", "insulin secretory defect") "," NOTE("use additional", "code to identify control using:") ","
              NOTE("use additional", "insulin (Z79.4)") "," NOTE("use additional", "tablets (Z79.84)") "," NOTE("Excludes1", "of pregnancy (O24.4-)")) ","
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
      "What the record must show: Limb and plane.", "Related: Removal: 20694 [1]; Ring: 20692 [1]", "Also known of 20690: diagnoses, guidelines"},
     {"Imaging", "Add-on"}},
    {"what bears on the words is told", "What is 20690, is imaging of the day included?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"Chapter I: Imaging of the day is included. [1]"}, {NULL}},
    {"still valid", "Is 20690 still valid?", INTENT_MEANING, "meaning", ACTION_ANSWER, {"Yes, valid on 2026-08-01. CPT 20690: Put a frame on [1]."}, {NULL}},
    {"there is no yes to an or", "Is 20690 valid or deleted?", INTENT_MEANING, "meaning", ACTION_ANSWER, {"CPT 20690: Put a frame on"}, {"Yes"}},
    {"a relation whose text names its code", "What is 20694?", INTENT_MEANING, "meaning", ACTION_ANSWER, {"Related: 20690 Put a frame on [1]"}, {NULL}},
    {"two, and what one says of the other", "What are 20690 and 20692?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"Both are valid on 2026-08-01.", "- 20690 Put a frame on [1]. Pins go into the bone. A ring is 20692.", "In one plane it is 20690."},
     {"heavy", "Nothing is cut", "Related:"}},
    {"one of several does not exist", "What are 20690, 20694 and 20695?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"Valid on 2026-08-01: 20690, 20694. Not valid, or in doubt: 20695; the reason stands below.", "CPT 20695 does not exist on 2026-08-01", "Like it: 20690"}, {"All 3"}},
    {"what else to code comes first", "Is E11.9 still valid for a patient on insulin, anything else to code?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"Yes, valid", "More to code with it: - Use additional: code to identify control using: insulin (Z79.4); tablets (Z79.84) [1]"},
     {"Excludes1", "insulin secretory", "Listed here with"}},
    {"whose bill it is", "What is 20694, can I dispute it?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"Whether the bill can be disputed is in no file loaded here"}, {NULL}},
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

/* Codes that nobody describes here, but that files tell something of. */
static const char traces[] =
    "{\"sources\": [" SEED_SOURCE "], \"editions\": ["
    "{\"system\": \"CPT\", \"name\": \"N26\", \"valid_from\": \"2026-01-01\", \"valid_to\": \"2026-12-31\", \"complete\": false, \"source\": \"s\"}"
    "], \"codes\": [" SEED_CODE("CPT", "20690", "Put a frame on", "") "," SEED_CODE("CPT", "20692", "Put a ring on", "") "]}";

static const char rates[] = "HCPCSCode,ShortDescriptor,StatusIndicator,PaymentRate,Changed?,Source\n20697,,Q2,2.00,false,2026-04\n";

static const char classes[] = "hcpcs_code,rbcs_category,rbcs_subcategory,rbcs_family,hcpcs_date_ended,rbcs_date_effective\n"
                              "20690,Procedure,Bones,Frames,9999-12-31,2014-01-01\n"
                              "20692,Procedure,Bones,Rings,9999-12-31,2014-01-01\n"
                              "20695,Procedure,Bones,Frames,2018-12-31,2014-01-01\n";

static const struct seeded_row traced[] = {
    {"known by figures alone is not wrong", "What are 20690 and 20697?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"Valid on 2026-08-01: 20690. Not described here, but files give their figures, so nothing speaks against them: 20697."},
     {"in doubt", "CPT 20697:"}},
    {"gone, and of its like the family alone", "What replaced 20695?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"CPT 20695 [1] is no longer valid on 2026-08-01; its last day was 2018-12-31. No file here names a code that replaces it.",
      "Of its family (Frames) here: - 20690: Put a frame on"}, {"look like it", "20692"}},
    {"gone, among others", "What are 20690 and 20695?", INTENT_MEANING, "meaning", ACTION_ANSWER,
     {"Not valid, or in doubt: 20695", "its last day was 2018-12-31", "Of its family (Frames) here: 20690."}, {"Like it", "20692"}},
    {"gone, and not billable", "Is this claim clean? 20690 with 20695", INTENT_MEANING, "check", ACTION_ANSWER,
     {"One thing to mend", "20695 [1] is no longer valid on 2026-08-01; its last day was 2018-12-31."}, {"Nothing speaks"}},
};

static void traces_are_told(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct why why = {""};
    struct kb *kb;
    seeded_open(on, traces, &kb);
    kb_close(kb);
    if (import_as(on, "rbcs_2022-10.csv", "rbcs", span_of(classes), NULL, IMPORT_WHOLE, &result, &why) ||
        import_as(on, "addendum_b_2026-04.csv", "opps", span_of(rates), NULL, IMPORT_WHOLE, &result, &why) || kb_open(on->kb, &kb, &why))
        fail_msg("%s", why.text);
    for (size_t i = 0; i < COUNT(traced); i++)
        seeded_check(on, kb, &traced[i]);
    kb_close(kb);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(meanings_are_answered), cmocka_unit_test(traces_are_told)};
    return cmocka_run_group_tests_name("handlers.meaning", tests, open_importing, close_importing);
}
