/* Answers: what must be said of a code and a set of codes, what must not, and who gets it. */
#include "tests/unit/handlers/one_line.h"
#include "tests/unit/kb/small.h"

#include "handlers/answer.h"
#include "handlers/handler.h"
#include "handlers/write/template.h"

enum { CODES = 4, WANTED = 8, UNWANTED = 4 };

struct row {
    const char *name;
    const char *codes[CODES]; /* "CPT 20693-58", "?" before it: context */
    enum intent intent;
    const char *words, *date_of_service; /* the words are followed by " / " and the keywords among them */
    enum answer_action action;
    const char *handler;
    const char *want[WANTED], *not_want[UNWANTED]; /* in the text part, or in the draft for a person */
};

static struct asked_code read_code(const struct small *small, const char *written, struct date date) {
    struct asked_code ret = {.role = ROLE_ASKED};
    struct span rest = span_of(written), word;
    struct kb_code code;
    int system = SYSTEM_COUNT;
    if (*written == '?') {
        ret.role = ROLE_CONTEXT;
        rest = span_slice(rest, 1, rest.len);
    }
    assert_true(span_cut(&rest, ' ', &word) && name_value(system_names, word, &system));
    assert_true(span_cut(&rest, '-', &word));
    ret.system = (enum code_system)system;
    system_key(ret.system, word, ret.key);
    system_display(ret.system, ret.key, ret.display);
    while (span_cut(&rest, '-', &word))
        memcpy(ret.modifiers[ret.modifier_count++], word.ptr, 2);
    assert_int_equal(kb_lookup(small->kb, ret.system, ret.key, date, small->arena, &code, NULL), 0);
    ret.status = code.status;
    return ret;
}

static struct answer answer_row(const struct small *small, const struct row *row, struct asked_code codes[static CODES]) {
    struct question question = {.today = day("2026-08-01"), .codes = codes, .intents = {row->intent}, .intent_count = 1};
    struct answer ret;
    struct why why;
    if (row->date_of_service)
        question.date_of_service = day(row->date_of_service);
    struct span words = span_of(row->words);
    size_t slash = span_find(words, SPAN(" / "));
    const char *keywords[] = {slash == SPAN_NONE ? NULL : words.ptr + slash + 3};
    question.words = span_slice(words, 0, slash == SPAN_NONE ? words.len : slash);
    question.keywords = keywords;
    question.keyword_count = slash != SPAN_NONE;
    for (; question.code_count < CODES && row->codes[question.code_count]; question.code_count++)
        codes[question.code_count] = read_code(small, row->codes[question.code_count], question_date(&question));
    struct inquiry inquiry = {.intent = row->intent,
                              .codes = codes,
                              .words = question.words,
                              .keywords = question.keywords,
                              .keyword_count = question.keyword_count,
                              .confidence = 100};
    while (inquiry.code_count < question.code_count && codes[inquiry.code_count].role == ROLE_ASKED)
        inquiry.code_count++;
    question.inquiries = &inquiry;
    question.inquiry_count = 1;
    if (answer_question(&question, small->kb, ANSWER_LEAST_CONFIDENCE, small->arena, &ret, &why))
        fail_msg("%s: %s", row->name, why.text);
    return ret;
}

static void check(const struct small *small, const struct row *row) {
    struct asked_code codes[CODES];
    struct answer answer = answer_row(small, row, codes);
    const char *text = one_line(answer.draft ? answer_render_text(answer.draft, small->arena) : answer.text, small->arena);
    if (answer.action != row->action || strcmp(answer.handler, row->handler) != 0)
        fail_msg("%s: %s by %s", row->name, name_text(action_names, (int)answer.action), answer.handler);
    for (size_t i = 0; i < WANTED && row->want[i]; i++)
        if (!strstr(text, row->want[i]))
            fail_msg("%s: no \"%s\" in:\n%s", row->name, row->want[i], text);
    for (size_t i = 0; i < UNWANTED && row->not_want[i]; i++)
        if (strstr(text, row->not_want[i]))
            fail_msg("%s: \"%s\" in:\n%s", row->name, row->not_want[i], answer.text);
    if (strstr(answer.commonmark, "{{") || strstr(answer.commonmark, "\n\n\n") || !answer.reason || !*answer.reason)
        fail_msg("%s: %s", row->name, answer.commonmark);
}

static void one_code_is_answered(void **state) {
    static const struct row rows[] = {
        {"meaning", {"CPT 20693"}, INTENT_MEANING, "", NULL, ACTION_ANSWER, "meaning",
         {"CPT 20693: Revise a frame [1]. Valid on 2026-08-01.", "Pins are replaced", "When it is done: Loose pins.",
          "Putting on: 20690 [1]", "Also known of 20693: modifiers, NCCI edits, units (MUE), fee",
          "official descriptors are copyright", "[1] Fixture House: Notes, 2026"}, {"5.91", "date of service"}},
        {"fee, on the day", {"CPT 20693"}, INTENT_FEE, "work RVU and global", "2026-03-01", ACTION_ANSWER, "fee",
         {"Work RVU 5.80", "90 global days", "Major surgery. [2]", "[2] CMS: Fees *and* more, July 2026", "Somebody's <i>notice</i>"},
         {"5.91", "Pins are replaced"}},
        {"units", {"CPT 20693"}, INTENT_UNITS, "", NULL, ACTION_ANSWER, "units", {"At most 2 units of 20693 a day"}, {NULL}},
        {"nothing on what was asked", {"CPT 20694"}, INTENT_FEE, "", NULL, ACTION_ANSWER, "fee",
         {"20694", "no data: no fee schedule loaded here has figures of it for 2026-08-01"}, {NULL}},
        {"modifiers", {"CPT 20693"}, INTENT_MODIFIER, "", NULL, ACTION_ANSWER, "modifier",
         {"matter most for 20693", "Do not fit 20693. 50: both sides"}, {"Modifiers you named"}},
        {"modifier that fits", {"CPT 20693-58"}, INTENT_MODIFIER, "", NULL, ACTION_ANSWER, "modifier",
         {"Yes, 58 fits 20693 when it was planned."}, {NULL}},
        {"modifier that does not fit", {"CPT 20693-50"}, INTENT_MODIFIER, "", NULL, ACTION_ANSWER, "modifier",
         {"No, 50 does not fit 20693: both sides"}, {"No data on how"}},
        {"modifier of which nothing is known", {"CPT 20693-11"}, INTENT_MODIFIER, "", NULL, ACTION_ANSWER, "modifier",
         {"Nothing that is loaded here decides whether 11 fits 20693"}, {"not among"}},
        {"of the figures the one that is asked", {"CPT 20693"}, INTENT_FEE, "how long is the Global period", NULL, ACTION_ANSWER, "fee",
         {"90 global days", "Major surgery."}, {"5.91", "3.00"}},
        {"modifier by itself", {"MOD 58"}, INTENT_MODIFIER, "", NULL, ACTION_ANSWER, "modifier",
         {"58 (Planned): The next stage of a plan."}, {"CPT descriptors", "and its modifiers"}},
        {"context is not answered", {"CPT 20693", "?CPT 20694"}, INTENT_MEANING, "what are these", NULL, ACTION_ANSWER, "meaning",
         {"CPT 20693: Revise"}, {"CPT 20694:"}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check(*state, &rows[i]);
}

static void a_code_that_does_not_hold_is_told_so(void **state) {
    static const struct row rows[] = {
        {"does not exist", {"ICD10CM S82103A"}, INTENT_MEANING, "", NULL, ACTION_ANSWER, "meaning",
         {"ICD-10-CM S82.103A does not exist on 2026-08-01: the complete ICD-10-CM set (FY2026) has no such code [1]",
          "Billable codes below S82.1 (Fracture of the upper end):", "S82.101A: Fracture, right"}, {"No data"}},
        {"no data", {"CPT 99999"}, INTENT_MEANING, "", NULL, ACTION_HUMAN, "unknown",
         {"No data for 99999: no complete CPT file that speaks of 2026-08-01 is loaded"}, {"does not exist"}},
        {"no data beside a known one", {"CPT 99999", "CPT 20694"}, INTENT_MEANING, "what are these", NULL, ACTION_ANSWER, "meaning",
         {"Valid on 2026-08-01: 20694. Not valid, or in doubt: 99999;", "No data for 99999:", "20694 Take a frame off"}, {"CPT 99999 ---", "between: 99999"}},
        {"header", {"ICD10CM S821"}, INTENT_MEANING, "", NULL, ACTION_ANSWER, "meaning",
         {"S82.1 (Fracture of the upper end) [1] is a header on 2026-08-01", "- S82.101A: Fracture, right", "- S82.102A: Fracture, left"},
         {"S82.109A", "S82.191A"}},
        {"retired", {"ICD10CM S82109A"}, INTENT_MEANING, "", NULL, ACTION_ANSWER, "meaning",
         {"is no longer valid on 2026-08-01; its last day was 2025-09-30. It was replaced by S82.101A."}, {"Valid on"}},
        {"retired, but valid on the date of service", {"ICD10CM S82109A"}, INTENT_MEANING, "", "2025-03-01", ACTION_ANSWER, "meaning",
         {"S82.109A: Fracture, old way [1]. Valid on the date of service 2025-03-01."}, {"no longer"}},
        {"a place of service, taken for a modifier", {"MOD 11"}, INTENT_MEANING, "", NULL, ACTION_ANSWER, "meaning",
         {"There is no modifier 11 in the files loaded here. 11 is a place of service: Office [1]."}, {"No data"}},
        {"nor is it one behind a code", {"CPT 20693-11"}, INTENT_MEANING, "", NULL, ACTION_ANSWER, "meaning",
         {"No modifier 11 is known here; 11 is a place of service (Office)."}, {NULL}},
        {"a dental code", {"HCPCS D0120"}, INTENT_MEANING, "", NULL, ACTION_ANSWER, "meaning",
         {"D0120 has the form of a dental code (CDT). Those codes belong to the American Dental Association"}, {"does not exist", "look like"}},
        {"not yet", {"ICD10CM S82191A"}, INTENT_MEANING, "", NULL, ACTION_ANSWER, "meaning",
         {"is not yet valid on 2026-08-01: it begins on 2026-10-01"}, {NULL}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check(*state, &rows[i]);
}

static void a_set_of_codes_is_answered(void **state) {
    static const struct row rows[] = {
        {"a line each", {"CPT 20690", "CPT 20693"}, INTENT_MEANING, "what are these", NULL, ACTION_ANSWER, "meaning",
         {"Both are valid on 2026-08-01.", "- 20690 Put a frame on [1].", "- 20693 Revise a frame [1]. Pins are replaced"}, {"Column 1", "Also known"}},
        {"what is known of the two", {"CPT 20693", "CPT 20690"}, INTENT_BUNDLING, "", NULL, ACTION_ANSWER, "bundling",
         {"What is known of them together - 20693-59: With 20690 only on another limb. [2]"}, {"20693-58"}},
        {"what is known with a third is not told", {"CPT 20693", "CPT 20694"}, INTENT_BUNDLING, "", NULL, ACTION_ANSWER, "bundling",
         {"no edit stands between 20693 and 20694"}, {"another limb"}},
        {"what tells them apart", {"CPT 20693", "CPT 20690"}, INTENT_DIFFERENCE, "", NULL, ACTION_ANSWER, "difference",
         {"What tells them apart: 20693: Revise a frame", "20690: Put a frame on"}, {"Taking off", "Loose pins"}},
        {"procedure and diagnosis", {"CPT 20694", "ICD10CM S82101A"}, INTENT_MEANING, "what are these", NULL, ACTION_ANSWER, "meaning",
         {"- 20694 Take a frame off", "- S82.101A Fracture, right", "taken away"}, {"between:"}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check(*state, &rows[i]);
}

static void the_rest_goes_where_it_belongs(void **state) {
    static const struct row rows[] = {
        {"words", {NULL}, INTENT_FIND_CODE, "fixator removal / fixator removal", NULL, ACTION_ANSWER, "find_code",
         {"CPT 20694 is likely: Take a frame off [1]. Valid on 2026-08-01.", "taken away"}, {NULL}},
        {"a word that nothing described has", {NULL}, INTENT_FIND_CODE, "fixator zebra / fixator", NULL, ACTION_HUMAN, "find_code",
         {"No code stands out", "none of", "\"fixator\""}, {"20694", "zebra"}},
        {"the keywords in a long story", {NULL}, INTENT_FIND_CODE,
         "fixator removal after some weeks which were spent with another doctor whose name nobody tells / fixator removal", NULL,
         ACTION_HUMAN, "find_code", {"No code stands out"}, {"likely"}},
        {"words beside a code without data", {"CPT 99999"}, INTENT_FIND_CODE, "fixator removal / fixator removal", NULL, ACTION_HUMAN, "unknown",
         {"No data for 99999", "20694"}, {"likely"}},
        {"words, but a fee is asked", {NULL}, INTENT_FEE, "fixator removal / fixator removal", NULL, ACTION_HUMAN, "unknown", {"20694"}, {"likely"}},
        {"the system that is named is searched alone", {NULL}, INTENT_FIND_CODE, "which modifier planned / planned", NULL, ACTION_ANSWER,
         "find_code", {"Modifier 58"}, {"CPT"}},
        {"a header is told so", {NULL}, INTENT_FIND_CODE, "fracture upper end / fracture upper end", NULL, ACTION_ANSWER, "find_code",
         {"ICD-10-CM S82.1 is likely: Fracture of the upper end [1]. It is a header on 2026-08-01", "S82.102A"}, {"Valid on", "CPT"}},
        {"the side is searched for", {NULL}, INTENT_FIND_CODE, "fracture left / fracture", NULL, ACTION_ANSWER,
         "find_code", {"ICD-10-CM S82.102A is likely: Fracture, left"}, {"S82.101A"}},
        {"the right code is no side", {NULL}, INTENT_FIND_CODE, "fracture the right code / fracture", NULL, ACTION_ANSWER,
         "find_code", {"The side decides", "S82.101A: Fracture, right", "S82.102A: Fracture, left"}, {"likely"}},
        {"words that nothing has", {NULL}, INTENT_FIND_CODE, "zebra stripes", NULL, ACTION_HUMAN, "find_code",
         {"No code stands out"}, {"zebra"}},
        {"not about codes", {NULL}, INTENT_NOT_CODING, "fixator removal / fixator removal", NULL, ACTION_HUMAN, "not_coding",
         {"holds nothing that answers"}, {"20694"}},
        {"not about codes, though one is named", {"CPT 20693"}, INTENT_NOT_CODING, "", NULL, ACTION_HUMAN, "not_coding",
         {"CPT 20693: Revise"}, {NULL}},
        {"help", {NULL}, INTENT_HELP, "help", NULL, ACTION_SERVICE, "help", {"What you can ask"}, {"Registering"}},
        {"register", {NULL}, INTENT_REGISTER, "sign me up", NULL, ACTION_SERVICE, "help", {"ask to be registered"}, {"What you can ask"}},
        {"unsubscribe", {NULL}, INTENT_UNSUBSCRIBE, "stop", NULL, ACTION_SERVICE, "help", {"keeps no mailing list"}, {NULL}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check(*state, &rows[i]);
}

/* Titles, facts and sources full of markup: the letters come out, and nothing else. */
static void markup_in_facts_stays_text(void **state) {
    const struct small *small = *state;
    static const char *const shown[] = {"*Visit* <script>alert(1)</script> [x](http://evil.example) | `a` \\ end", "# Not a heading",
                                        "![p](http://evil.example/p.png)", "<u>label</u>:", "**5**. 1. one", "A|b", "5 | 6 \\. ~~x~~ &lt;"};
    static const char *const never[] = {"<script", "<u>", "<b>", "<img", "href", "<del>", "<em>a", "<i>"};
    const char *page;
    assert_int_equal(answer_code_page(small->kb, SYSTEM_CPT, "99213", day("2026-08-01"), NULL, small->arena, &page, NULL), 0);
    const char *text = one_line(answer_render_text(page, small->arena), small->arena), *html = answer_render_html(page, small->arena);
    for (size_t i = 0; i < COUNT(shown); i++)
        if (!strstr(text, shown[i]))
            fail_msg("no \"%s\" in:\n%s", shown[i], text);
    for (size_t i = 0; i < COUNT(never); i++)
        if (strstr(html, never[i]))
            fail_msg("\"%s\" in:\n%s", never[i], html);
}

static void a_page_names_what_is_missing(void **state) {
    const struct small *small = *state;
    const char *page;
    assert_int_equal(answer_code_page(small->kb, SYSTEM_CPT, "20693", day("2026-08-01"), NULL, small->arena, &page, NULL), 0);
    const char *text = one_line(answer_render_text(page, small->arena), small->arena);
    assert_non_null(strstr(text, "No data on 20693 for: type and place of service, specialties, diagnoses, Medicare coverage, guidelines"));
    assert_non_null(strstr(text, "Official descriptor: not shown."));
    assert_true(strstr(text, "In plain words") < strstr(text, "Modifiers that fit"));
    assert_true(strstr(text, "Modifiers that fit") < strstr(text, "NCCI edits"));
    assert_true(strstr(text, "NCCI edits") < strstr(text, "Fee [2]"));
    assert_non_null(strstr(text, "Practice expense RVU NA. Marked NA: not done there."));
    assert_int_equal(answer_code_page(small->kb, SYSTEM_POS, "11", day("2026-08-01"), NULL, small->arena, &page, NULL), 0);
    text = one_line(answer_render_text(page, small->arena), small->arena);
    assert_non_null(strstr(text, "Place of service 11: Office"));
    assert_non_null(strstr(text, "Official description: the one above"));
    assert_null(strstr(text, "AMA"));
}

/* What is sure is sent; the rest, that there was no room for, is for a person. */
static void what_there_was_no_room_for_goes_to_a_person(void **state) {
    struct small *small = *state;
    struct asked_code code = read_code(small, "CPT 20693", day("2026-08-01"));
    struct inquiry inquiry = {.intent = INTENT_MEANING, .codes = &code, .code_count = 1, .words = SPAN("What is 20693?"), .confidence = 100};
    struct question question = {.today = day("2026-08-01"), .codes = &code, .code_count = 1, .intents = {INTENT_MEANING}, .intent_count = 1,
                                .inquiries = &inquiry, .inquiry_count = 1, .words = inquiry.words, .more_asked = true};
    struct answer answer;
    assert_int_equal(answer_question(&question, small->kb, ANSWER_LEAST_CONFIDENCE, small->arena, &answer, NULL), 0);
    assert_int_equal(answer.action, ACTION_HUMAN);
    assert_non_null(strstr(answer.reason, "more is asked"));
    const char *text = one_line(answer.text, small->arena);
    assert_non_null(strstr(text, "CPT 20693: Revise a frame"));
    assert_non_null(strstr(text, "There were more questions than one mail is answered by itself; the rest has been passed to a person"));
    assert_null(strstr(answer.draft, "There were more questions"));
}

/* A wording that shows nothing must not make an empty mail. */
static void an_empty_answer_goes_to_a_person(void **state) {
    struct small *small = *state;
    static const struct row row = {"empty", {"CPT 20693"}, INTENT_MEANING, "", NULL, ACTION_HUMAN, "meaning", {NULL}, {NULL}};
    struct asked_code codes[CODES];
    template_replace("answer", SPAN("{{#terminal}}{{answer}}{{/terminal}}"));
    template_replace("handover", SPAN("\n"));
    struct answer answer = answer_row(small, &row, codes);
    template_replace("answer", (struct span){NULL, 0});
    template_replace("handover", (struct span){NULL, 0});
    assert_int_equal(answer.action, ACTION_HUMAN);
    assert_non_null(strstr(answer.reason, "folder of templates"));
    assert_non_null(strstr(answer.text, "passed to a person"));
}

/* The registry's order is its meaning: somebody always answers. */
static void the_last_handler_claims_everything(void **state) {
    (void)state;
    static const struct question nothing;
    static const struct inquiry no_inquiry;
    size_t last = 0;
    while (handlers[last + 1])
        last++;
    assert_true(handlers[last]->claims(&nothing, &no_inquiry));
    assert_string_equal(handlers[last]->name, "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_code_is_answered),        cmocka_unit_test(a_code_that_does_not_hold_is_told_so),
        cmocka_unit_test(a_set_of_codes_is_answered),  cmocka_unit_test(the_rest_goes_where_it_belongs),
        cmocka_unit_test(markup_in_facts_stays_text),  cmocka_unit_test(a_page_names_what_is_missing),
        cmocka_unit_test(what_there_was_no_room_for_goes_to_a_person), cmocka_unit_test(an_empty_answer_goes_to_a_person),
        cmocka_unit_test(the_last_handler_claims_everything),
    };
    return cmocka_run_group_tests_name("handlers.answer", tests, open_small, close_small);
}
