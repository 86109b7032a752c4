/* Words -> codes: which one is named, which are listed, and when none is. */
#include "tests/unit/handlers/one_line.h"
#include "tests/unit/kb/small.h"

#include "handlers/answer.h"

#define CPT(code, title, plain)                                                                                                            \
    "{\"system\": \"CPT\", \"code\": \"" code "\", \"title\": \"" title "\", \"source\": \"s\", \"facts\": [{\"section\": \"plain\", " \
    "\"text\": \"" plain "\", \"source\": \"s\"}]}"
#define DX(code, title) "{\"system\": \"ICD10CM\", \"code\": \"" code "\", \"title\": \"" title "\", \"source\": \"s\"}"
#define HEADER(code, title) "{\"system\": \"ICD10CM\", \"code\": \"" code "\", \"title\": \"" title "\", \"source\": \"s\", \"billable\": false}"
#define EDITION(system, complete)                                                                                                          \
    "{\"system\": \"" system "\", \"name\": \"n " system "\", \"valid_from\": \"2026-01-01\", \"valid_to\": \"2026-12-31\", \"complete\": " complete \
    ", \"source\": \"s\"}"

static const char seed[] =
    "{\"sources\": [{\"id\": \"s\", \"publisher\": \"House\", \"title\": \"Notes\", \"edition\": \"2026\"}],"
    "\"editions\": [" EDITION("CPT", "false") "," EDITION("ICD10CM", "true") "," EDITION("POS", "true") "," EDITION("HCPCS", "true") "," EDITION("ICD10PCS", "true") ","
    EDITION("MOD", "true") "],"
    "\"codes\": ["
    CPT("20526", "Inject the carpal tunnel", "A drug is injected beside the median nerve.") ","
    CPT("64721", "Freeing the median nerve at the wrist (carpal tunnel), open", "The roof of the carpal tunnel is cut.") ","
    CPT("17110", "Destroy benign skin lesions such as warts", "Warts are frozen. Skin tags are 11200, which is another code.") ","
    CPT("20680", "Take out a deep implant (screws, plates)", "Metal on the bone is taken out.") ","
    CPT("20694", "Take an external fixator off under anesthesia", "The frame is taken away.") ","
    CPT("70551", "MRI of the brain without contrast", "Without and then with it is 70553.") ","
    CPT("90471", "Inject a vaccine", "A vaccine is injected. Medicare wants G0008 in its place for flu vaccine.") ","
    "{\"system\": \"HCPCS\", \"code\": \"G0008\", \"title\": \"Administration of influenza (flu) vaccine, Medicare\", \"source\": \"s\"},"
    CPT("27130", "Total hip replacement", "Cup and stem are new.") ","
    CPT("27134", "Revision of a total hip replacement", "Cup and stem are exchanged.") ","
    DX("E10.40", "Type 1 diabetes mellitus with diabetic neuropathy") ","
    DX("E11.40", "Type 2 diabetes mellitus with diabetic neuropathy") ","
    DX("Z98.52", "Vasectomy status") ","
    DX("G56.01", "Carpal tunnel syndrome, right upper limb") ","
    DX("G56.02", "Carpal tunnel syndrome, left upper limb") ","
    HEADER("G35", "Multiple sclerosis") ","
    DX("G35.A", "Relapsing-remitting multiple sclerosis") ","
    DX("G35.D", "Multiple sclerosis, unspecified") ","
    HEADER("S82.6", "Fracture of lateral malleolus") ","
    HEADER("S82.61", "Displaced fracture of lateral malleolus of right fibula") ","
    DX("S82.61XA", "Displaced fracture of lateral malleolus of right fibula, initial encounter for closed fracture") ","
    DX("S82.61XD", "Displaced fracture of lateral malleolus of right fibula, subsequent encounter for closed fracture") ","
    DX("S82.61XS", "Displaced fracture of lateral malleolus of right fibula, sequela") ","
    HEADER("S82.62", "Displaced fracture of lateral malleolus of left fibula") ","
    DX("S82.62XA", "Displaced fracture of lateral malleolus of left fibula, initial encounter for closed fracture") ","
    CPT("29075", "Cast for forearm and wrist (short arm cast)", "A cast is put round the forearm.") ","
    CPT("64483", "Drug beside a nerve root of the lumbar spine", "The needle lies at the first level.") ","
    CPT("64484", "Add-on: drug beside a nerve root of the lumbar spine, a further level", "The needle goes to a further level.") ","
    DX("M17.0", "Bilateral primary osteoarthritis of knee") ","
    DX("M17.11", "Unilateral primary osteoarthritis, right knee") ","
    DX("M17.10", "Unilateral primary osteoarthritis, unspecified knee") ","
    DX("Z45.010", "Encounter for checking and testing of cardiac pacemaker pulse generator [battery]") ","
    DX("G89.29", "Other chronic pain") ","
    DX("R53.1", "Weakness") ","
    DX("S61.452A", "Open bite of left hand, initial encounter") ","
    DX("W54.0XXA", "Bitten by dog, initial encounter") ","
    "{\"system\": \"HCPCS\", \"code\": \"Q4009\", \"title\": \"Cast supplies, short arm cast, adult (11 years +), plaster\", \"source\": \"s\"},"
    "{\"system\": \"ICD10PCS\", \"code\": \"0PPJX5Z\", \"title\": \"Removal of External Fixation Device from Left Radius, External Approach\", "
    "\"source\": \"s\"},"
    "{\"system\": \"MOD\", \"code\": \"22\", \"title\": \"More work than usual\", \"source\": \"s\"},"
    "{\"system\": \"POS\", \"code\": \"24\", \"title\": \"Ambulatory Surgical Center\", \"source\": \"s\"}]}";

enum { WANTED = 4 };

static const struct row {
    const char *name, *text;
    enum answer_action action;
    const char *named; /* the code that the thread remembers; NULL: none */
    const char *want[WANTED], *not_want[WANTED];
} rows[] = {
    {"the operation decides", "Which code for carpal tunnel release?", ACTION_ANSWER, "64721", {"CPT 64721 is likely"}, {"20526", "G56"}},
    {"another operation", "Which code for carpal tunnel injection?", ACTION_ANSWER, "20526", {"CPT 20526 is likely"}, {"64721"}},
    {"with and without", "CPT for MRI of the brain with and without contrast?", ACTION_ANSWER, NULL, {"70551", "may not be the one"}, {"is likely"}},
    {"without alone", "CPT for MRI of the brain without contrast?", ACTION_ANSWER, "70551", {"70551 is likely"}, {NULL}},
    {"what Medicare wants", "Code to inject flu vaccine, Medicare?", ACTION_ANSWER, NULL, {"G0008"}, {"90471"}},
    {"a part of the set", "Which code for carpal tunnel release?", ACTION_ANSWER, "64721", {"Only a part of CPT is described here"}, {NULL}},
    {"what is excluded is no match", "CPT for skin tags, not warts?", ACTION_HUMAN, NULL, {"No code stands out", "12 CPT codes"}, {"17110"}},
    {"what a description says of others", "CPT for removal of skin tags?", ACTION_HUMAN, NULL, {"No code stands out"}, {"17110"}},
    {"what is not described", "What is the CPT code for cataract surgery?", ACTION_HUMAN, NULL, {"12 CPT codes, and none of them fits"}, {"1. "}},
    {"a status is no operation", "What is the code for a vasectomy?", ACTION_HUMAN, NULL, {"No code stands out"}, {"Z98.52"}},
    {"a status that is asked for", "dx for vasectomy status?", ACTION_ANSWER, "Z98.52", {"Z98.52 is likely"}, {"CPT"}},
    {"a further operation in the title", "Which CPT for a total hip replacement?", ACTION_ANSWER, "27130", {"27130 is likely"}, {NULL}},
    {"the type counts", "Which ICD-10 code for type 2 diabetes with neuropathy?", ACTION_ANSWER, "E11.40", {"E11.40 is likely"}, {"E10.40"}},
    {"the side is open", "Which dx for carpal tunnel syndrome?", ACTION_ANSWER, NULL, {"The side decides", "G56.01", "G56.02"}, {"is likely"}},
    {"the side is told", "Which dx for carpal tunnel syndrome, left?", ACTION_ANSWER, "G56.02", {"G56.02 is likely"}, {"G56.01"}},
    {"the other encounters", "Which dx for displaced fracture of lateral malleolus, right?", ACTION_ANSWER, "S82.61XA",
     {"7th character: A is taken here; D subsequent", "; S sequela."}, {NULL}},
    {"the encounter is told", "Which dx for displaced fracture of lateral malleolus, right, initial encounter?", ACTION_ANSWER, "S82.61XA",
     {"S82.61XA is likely"}, {"7th character"}},
    {"the system is named", "Place of service for an ambulatory surgical center?", ACTION_ANSWER, "24", {"24 is likely"}, {"CPT"}},
    {"the code named is right", "Is 20694 the right code for taking an external fixator off under anesthesia?", ACTION_ANSWER, NULL,
     {"20694 fits your words"}, {"another code"}},
    {"another is better", "Is 20680 the right code for taking an external fixator off under anesthesia?", ACTION_ANSWER, "20694",
     {"fit another code than 20680 better. CPT 20694 is likely"}, {NULL}},
    {"below a header", "What is the new code for G35, relapsing?", ACTION_ANSWER, "G35.A", {"G35.A is likely", "is a header"}, {NULL}},
    {"below a header, undecided", "What is the new code for G35?", ACTION_ANSWER, NULL, {"One of the codes below G35", "G35.D"}, {"likely"}},
    {"the side told is not both", "Which dx for primary osteoarthritis of the right knee?", ACTION_ANSWER, "M17.11", {"M17.11 is likely"}, {"M17.0:"}},
    {"what is put on is no supply", "Which code for a short arm cast application?", ACTION_ANSWER, "29075", {"29075 is likely"}, {"Q4009"}},
    {"an encounter is not what is done", "Which code for a pacemaker battery change?", ACTION_ANSWER, NULL, {"Z45.010"}, {"is likely"}},
    {"the first before its add-on", "Which CPT for a drug beside a nerve root of the lumbar spine?", ACTION_ANSWER, "64483", {"64483 is likely"},
     {"64484"}},
    {"the hospital's codes are for who names them", "Which code for removal of an external fixation device?", ACTION_ANSWER, NULL, {"20694"},
     {"0PPJX5Z"}},
    {"two findings in one line", "Which dx for carpal tunnel syndrome left and relapsing multiple sclerosis?", ACTION_ANSWER, NULL,
     {"Two codes are wanted", "G56.02", "G35.A"}, {"G56.01"}},
    {"the injury and its cause", "Which dx for a dog bite of the left hand, and the external cause?", ACTION_ANSWER, NULL,
     {"For the injury: 1. ICD-10-CM S61.452A", "For what it came from: 1. ICD-10-CM W54.0XXA"}, {NULL}},
    {"the cause alone", "Which code is the external cause for bitten by dog?", ACTION_ANSWER, "W54.0XXA", {"W54.0XXA is likely"}, {"S61"}},
    {"instead of what is none", "R53.7 was denied as invalid, what should I use instead for chronic pain?", ACTION_ANSWER, NULL,
     {"Not R53.7; the nearest to your words: 1. ICD-10-CM G89.29"}, {"is likely"}},
    {"a procedure for a diagnosis", "G56.02: which procedure code for freeing the nerve?", ACTION_ANSWER, NULL, {"64721"}, {"better than", "20526"}},
    {"what its own title says", "Is S82.61XA a right fibula?", ACTION_ANSWER, NULL, {"Yes, S82.61XA fits your words"}, {"better"}},
    {"a modifier by its words", "Which modifier is for much more work?", ACTION_ANSWER, "22", {"Modifier 22 is likely"}, {NULL}},
    {"a name is not repeated", "Which dx for carpal tunnel syndrome left, Zebulon?", ACTION_ANSWER, "G56.02", {"G56.02"}, {"Zebulon"}},
};

static bool is_as_wanted(const struct row *row, const struct answer *answer, const char *text) {
    const char *named = answer->named_count ? answer->named[0].display : NULL;
    bool ret = answer->action == row->action && !named == !row->named && (!named || strcmp(named, row->named) == 0);
    for (size_t i = 0; i < WANTED && row->want[i]; i++)
        ret = ret && strstr(text, row->want[i]);
    for (size_t i = 0; i < WANTED && row->not_want[i]; i++)
        ret = ret && !strstr(text, row->not_want[i]);
    return ret;
}

static bool check(struct kb *kb, struct arena *arena, const struct row *row) {
    const struct passage passage = {PASSAGE_NEW, span_of(row->text)};
    const struct question_text asked = {.subject = "", .passages = &passage, .passage_count = 1};
    struct question question;
    struct answer answer;
    struct why why;
    if (question_read(&asked, kb, day("2026-08-01"), arena, &question, &why) ||
        answer_question(&question, kb, ANSWER_LEAST_CONFIDENCE, arena, &answer, &why))
        fail_msg("%s: %s", row->name, why.text);
    const char *text = one_line(answer_render_text(answer.draft ? answer.draft : answer.commonmark, arena), arena);
    bool ret = is_as_wanted(row, &answer, text);
    if (!ret)
        print_error("%s: %s by %s, %s names %s:\n%s\n", row->name, name_text(action_names, (int)answer.action), answer.handler, answer.reason,
                    answer.named_count ? answer.named[0].display : "nothing", text);
    return ret;
}

static struct kb *build(const char *folder) {
    char text[128], path[128];
    const char *files[] = {text};
    struct buf problems;
    struct why why;
    struct kb *ret;
    snprintf(text, sizeof text, "%s/seed.json", folder);
    snprintf(path, sizeof path, "%s/kb.sqlite", folder);
    FILE *file = fopen(text, "w");
    assert_non_null(file);
    assert_true(fputs(seed, file) >= 0);
    assert_int_equal(fclose(file), 0);
    buf_init(&problems, 1 << 16);
    if (kb_build(path, files, 1, &problems, &why) || kb_open(path, &ret, &why))
        fail_msg("%s\n%s", why.text, problems.len ? problems.ptr : "");
    buf_free(&problems);
    unlink(text);
    unlink(path);
    return ret;
}

static void codes_are_found(void **state) {
    (void)state;
    char folder[] = "/tmp/unit-find-XXXXXX";
    struct arena *arena = arena_new(64 << 20);
    size_t wrong = 0;
    assert_non_null(mkdtemp(folder));
    struct kb *kb = build(folder);
    for (size_t i = 0; i < COUNT(rows); i++)
        wrong += !check(kb, arena, &rows[i]);
    kb_close(kb);
    arena_free(arena);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(codes_are_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
