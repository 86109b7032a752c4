/* Several codes side by side: what tells them apart, which one the asker's words fit, and when none is chosen. */
#include "tests/unit/handlers/one_line.h"
#include "tests/unit/kb/importing.h"

#include "handlers/answer.h"
#include "handlers/rules/difference.h"
#include "handlers/handler.h"
#include "kb/build.h"

enum { CODES = 10, WANTED = 5 };

static const struct row {
    const char *name;
    const char *codes[CODES]; /* "CPT 20690" */
    const char *words;
    int confidence; /* 0: not this handler's */
    const char *want[WANTED], *not_want[WANTED];
} rows[] = {
    {"by their titles",
     {"CPT 20690", "CPT 20692"},
     "how do they differ",
     CONFIDENCE_VERDICT,
     {"What tells them apart: 20690: one bar [1]. 20692: rings and wires [1]. The record decides",
      "20690: A bar holds the bone. Rings make it 20692.", "Work RVU [3] 8.00 9.00", "Together: 20690 is column 2 of 20692, indicator 1"},
     {"Going by your words", "Global days", "MUE", "Status"}},
    {"the order of the text",
     {"CPT 20692", "CPT 20690"},
     "",
     CONFIDENCE_VERDICT,
     {"apart: 20692: rings and wires [1]. 20690: one bar"},
     {NULL}},
    {"words that fit one alone",
     {"CPT 20690", "CPT 20692"},
     "the surgeon put rings and tensioned wires",
     CONFIDENCE_FACTS,
     {"Going by your words (rings, tensioned, wires) it is 20692: rings and wires.", "It is right when the record shows"},
     {"The record decides"}},
    {"one word is too little",
     {"CPT 20690", "CPT 20692"},
     "there were rings",
     CONFIDENCE_VERDICT,
     {"The record decides"},
     {"Going by your words"}},
    {"words that fit both",
     {"CPT 20690", "CPT 20692"},
     "rings and wires or a bar",
     CONFIDENCE_VERDICT,
     {"The record decides"},
     {"Going by your words"}},
    {"words that deny it",
     {"CPT 20690", "CPT 20692"},
     "without rings and no wires",
     CONFIDENCE_VERDICT,
     {"The record decides"},
     {"Going by your words"}},
    {"the codes as such",
     {"CPT 20690", "CPT 20692"},
     "explain rings and wires",
     CONFIDENCE_VERDICT,
     {"The record decides"},
     {"Going by your words"}},
    {"by what one calls the other",
     {"CPT 20650", "CPT 20660"},
     "",
     CONFIDENCE_VERDICT,
     {"20650: a pin instead [1]. 20660: a pull instead [1]."},
     {NULL}},
    {"by nothing but their titles",
     {"CPT 20650", "CPT 20690"},
     "",
     CONFIDENCE_FACTS,
     {"20650: Pin for a pull [1]. 20690: Frame at the limb"},
     {NULL}},
    {"a rule forbids to choose",
     {"CPT 27786", "CPT 27788"},
     "pull on the bone, then a boot, left in it lies",
     CONFIDENCE_VERDICT,
     {"What counts as setting: A pull on the bone counts, even in vain."},
     {"Going by your words"}},
    {"a rule settles it",
     {"CPT 92014", "CPT 99214"},
     "which one",
     CONFIDENCE_VERDICT,
     {"Eye visit or office visit (99214): either may be told. [1] What tells them apart"},
     {"Going by your words", "The record decides"}},
    {"diagnoses, and what stands beside them",
     {"ICD10CM S06.0X1A", "ICD10CM S06.0X2A"},
     "",
     CONFIDENCE_VERDICT,
     {"S06.0X1A: of known length [1]. S06.0X2A: undecided [1].", "Beside them: S06.0X3A Shaken brain without sleep, initial encounter"},
     {"S06.0X3D"}},
    {"a word of the official title",
     {"ICD10CM S06.0X1A", "ICD10CM S06.0X2A"},
     "it stays undecided",
     CONFIDENCE_FACTS,
     {"Going by your words (undecided) it is S06.0X2A: undecided."},
     {NULL}},
    {"a word of the description of one diagnosis alone",
     {"ICD10CM S07.1XXA", "ICD10CM S07.1XXB"},
     "the brain can be seen",
     CONFIDENCE_FACTS,
     {"From your words it is S07.1XXB, depth 4: brain stands in its description alone.", "It is right when the record shows"},
     {"Going by your words", "The record decides"}},
    {"words of the descriptions of both",
     {"ICD10CM S07.1XXA", "ICD10CM S07.1XXB"},
     "the brain and the fat can be seen",
     CONFIDENCE_VERDICT,
     {"The record decides"},
     {"From your words"}},
    {"a word that says nothing",
     {"ICD10CM S06.0X1A", "ICD10CM S06.0X9A"},
     "may it be unspecified",
     CONFIDENCE_VERDICT,
     {"S06.0X9A: unspecified [1]."},
     {"Going by your words"}},
    {"a header beside its codes",
     {"ICD10CM S06.0X", "ICD10CM S06.0X1A", "ICD10CM S06.0X2A"},
     "",
     CONFIDENCE_VERDICT,
     {"apart: S06.0X1A: of known length"},
     {"is a header"}},
    {"a header and its code",
     {"ICD10CM S06.0X", "ICD10CM S06.0X3A"},
     "",
     CONFIDENCE_FACTS,
     {"ICD-10-CM S06.0X (Shaken brain) [1] is a header"},
     {NULL}},
    {"one that does not exist",
     {"CPT 20690", "CPT 20999"},
     "",
     CONFIDENCE_FACTS,
     {"CPT 20999 does not exist", "20690: Frame at the limb with one bar [1]. 20999: nothing is known of it here."},
     {"Together"}},
    {"none that exists", {"CPT 20998", "CPT 20999"}, "", 0, {NULL}, {NULL}},
    {"one alone", {"CPT 20690"}, "", 0, {NULL}, {NULL}},
    {"one named twice", {"CPT 20690", "CPT 20690"}, "", 0, {NULL}, {NULL}},
    {"systems mixed",
     {"CPT 20690", "ICD10CM S06.0X3A"},
     "",
     CONFIDENCE_FACTS,
     {"20690: Frame at the limb with one bar", "S06.0X3A: Shaken brain"},
     {NULL}},
    {"modifiers beside procedures", {"CPT 20690", "CPT 20692", "MOD XE"}, "", CONFIDENCE_VERDICT, {"one bar"}, {"Modifier XE"}},
    {"places", {"POS 12", "POS 13"}, "", CONFIDENCE_FACTS, {"Place of service 12: Home [1]. Place of service 13: Assisted place"}, {NULL}},
    {"payment groups with the same words",
     {"DRG 469", "DRG 470"},
     "",
     CONFIDENCE_VERDICT,
     {"MS-DRG 469: with MCC [1]. MS-DRG 470: without MCC [1].", "- First joint of the leg. [1]"},
     {"469: First"}},
    {"many are a list",
     {"MOD XE", "MOD XS", "MOD XP", "MOD XU"},
     "",
     CONFIDENCE_FACTS,
     {"What tells them apart (the record decides", "- Modifier XE: Another encounter of the day. [1]",
      "- Modifier XU: Unusual service. [1]"},
     {NULL}},
    {"of too many those that hold",
     {"CPT 20991", "CPT 20992", "CPT 20993", "CPT 20994", "CPT 20995", "CPT 20996", "CPT 20997", "CPT 20998", "CPT 20690", "CPT 20692"},
     "",
     CONFIDENCE_VERDICT,
     {"apart: 20690: one bar", "And 8 more"},
     {"does not exist"}},
    {"more than are compared",
     {"CPT 20690", "CPT 20692", "CPT 20650", "CPT 20660", "CPT 27786", "CPT 27788", "CPT 92014", "CPT 99214", "DRG 469", "DRG 470"},
     "",
     CONFIDENCE_FACTS,
     {"- 20690: Frame at the limb with one bar.", "And 2 more"},
     {"Together"}},
};

static struct asked_code read_code(struct importing *on, struct kb *kb, const char *written, struct date date) {
    struct asked_code ret = {.role = ROLE_ASKED};
    struct span rest = span_of(written), word;
    struct kb_code code;
    int system = SYSTEM_COUNT;
    assert_true(span_cut(&rest, ' ', &word) && name_value(system_names, word, &system));
    ret.system = (enum code_system)system;
    system_key(ret.system, rest, ret.key);
    system_display(ret.system, ret.key, ret.display);
    assert_int_equal(kb_lookup(kb, ret.system, ret.key, date, on->arena, &code, NULL), 0);
    ret.status = code.status;
    return ret;
}

static void check(struct importing *on, struct kb *kb, const struct row *row) {
    struct asked_code codes[CODES];
    struct date today;
    struct why why = {""};
    struct part part;
    assert_true(date_parse(SPAN("2026-08-01"), &today));
    struct inquiry inquiry = {.intent = INTENT_DIFFERENCE, .codes = codes, .words = span_of(row->words), .confidence = 100};
    for (; inquiry.code_count < CODES && row->codes[inquiry.code_count]; inquiry.code_count++)
        codes[inquiry.code_count] = read_code(on, kb, row->codes[inquiry.code_count], today);
    struct question question = {.today = today, .codes = codes, .code_count = inquiry.code_count, .words = inquiry.words};
    struct page page = page_begin(kb, &question, on->arena);
    if (handler_difference.claims(&question, &inquiry) != (row->confidence > 0))
        fail_msg("%s: claimed: %d", row->name, row->confidence == 0);
    if (!row->confidence)
        return;
    if (handler_difference.answer(&page, &inquiry, &part, &why))
        fail_msg("%s: %s", row->name, why.text);
    const char *text = one_line(answer_render_text(part.commonmark, on->arena), on->arena);
    if (part.confidence != row->confidence)
        fail_msg("%s: confidence %d instead of %d:\n%s", row->name, part.confidence, row->confidence, text);
    for (size_t i = 0; i < WANTED && row->want[i]; i++)
        expect_within(row->name, text, row->want[i]);
    for (size_t i = 0; i < WANTED && row->not_want[i]; i++)
        if (strstr(text, row->not_want[i]))
            fail_msg("%s: \"%s\" in\n%s", row->name, row->not_want[i], text);
}

/* "25 minutes" lies in the minutes of one title; nothing is said where it lies in none, or two times are named. */
static void a_time_is_looked_up(void **state) {
    static const struct {
        const char *name, *titles[2];
        long minutes[2];
        int chosen; /* -1: none */
    } times[] = {
        {"in the first", {"Visit of 20-29 minutes", "Visit of 30-39 minutes"}, {29}, 0},
        {"in the second", {"Visit of 20-29 minutes", "Visit of 30-39 minutes, long"}, {30}, 1},
        {"in none", {"Visit of 20-29 minutes", "Visit of 30-39 minutes"}, {40}, -1},
        {"in both", {"Visit of 20-30 minutes", "Visit of 30-39 minutes"}, {30}, -1},
        {"two times", {"Visit of 20-29 minutes", "Visit of 30-39 minutes"}, {25, 35}, -1},
        {"no time", {"Visit of 20-29 minutes", "Visit of 30-39 minutes"}, {0}, -1},
        {"a title without a range", {"Visit of 20 minutes", "Visit of 30-39 minutes"}, {35}, -1},
        {"a title without minutes", {NULL, "Visit of 30-39 minutes"}, {35}, -1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(times); i++) {
        struct asked_amount amounts[2];
        struct comparison all = {.count = 2};
        struct question question = {.amounts = amounts};
        const char *written = NULL;
        for (; question.amount_count < 2 && times[i].minutes[question.amount_count]; question.amount_count++)
            amounts[question.amount_count] = (struct asked_amount){
                .amount = {times[i].minutes[question.amount_count] * 1000, AMOUNT_MINUTES}, .written = "some minutes"};
        for (size_t k = 0; k < 2; k++)
            all.items[k].found.code.title = times[i].titles[k];
        const struct compared *chosen = compare_by_time(&question, &all, &written);
        if (chosen != (times[i].chosen < 0 ? NULL : &all.items[times[i].chosen]) || !chosen != !written)
            fail_msg("%s", times[i].name);
    }
}

/* Whose inquiry it is: that of the difference, or that of the meaning where the difference is asked with it and not apart. */
static void the_difference_is_claimed_once(void **state) {
    static const struct {
        const char *name;
        enum intent intents[2], inquiries[2];
        bool first, second;
    } claims[] = {
        {"difference alone", {INTENT_DIFFERENCE, INTENT_MEANING}, {INTENT_DIFFERENCE, INTENT_FEE}, true, false},
        {"meaning and difference", {INTENT_MEANING, INTENT_DIFFERENCE}, {INTENT_MEANING, INTENT_FEE}, true, false},
        {"each apart", {INTENT_FIND_CODE, INTENT_DIFFERENCE}, {INTENT_FIND_CODE, INTENT_DIFFERENCE}, false, true},
        {"meaning alone", {INTENT_MEANING, INTENT_FEE}, {INTENT_MEANING, INTENT_FEE}, false, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(claims); i++) {
        struct asked_code codes[] = {{.system = SYSTEM_CPT, .key = "20690", .status = STATUS_VALID},
                                     {.system = SYSTEM_CPT, .key = "20692", .status = STATUS_VALID}};
        struct inquiry inquiries[] = {{.intent = claims[i].inquiries[0], .codes = codes, .code_count = 2},
                                      {.intent = claims[i].inquiries[1], .codes = codes, .code_count = 2}};
        struct question question = {.inquiries = inquiries, .inquiry_count = 2, .intent_count = 2};
        memcpy(question.intents, claims[i].intents, sizeof claims[i].intents);
        if (handler_difference.claims(&question, &inquiries[0]) != claims[i].first ||
            handler_difference.claims(&question, &inquiries[1]) != claims[i].second)
            fail_msg("%s", claims[i].name);
    }
}

static void codes_are_told_apart(void **state) {
    struct importing *on = *state;
    const char *files[] = {FIXTURES "/difference.json"};
    struct buf problems;
    struct why why = {""};
    struct kb *kb;
    buf_init(&problems, 1 << 16);
    if (kb_build(on->kb, files, 1, &problems, &why))
        fail_msg("%s\n%s", why.text, buf_span(&problems).ptr);
    buf_free(&problems);
    if (kb_open(on->kb, &kb, &why))
        fail_msg("%s", why.text);
    for (size_t i = 0; i < COUNT(rows); i++)
        check(on, kb, &rows[i]);
    kb_close(kb);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(codes_are_told_apart), cmocka_unit_test(a_time_is_looked_up),
                                       cmocka_unit_test(the_difference_is_claimed_once)};
    return cmocka_run_group_tests(tests, open_importing, close_importing);
}
