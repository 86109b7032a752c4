/* What is paid for a procedure: its figures, global days and amounts, for a locality where the question names one. */
#include "handlers/handler.h"
#include "handlers/page.h"

enum { FACTS_OF_A_SECTION = 25, CODES_IN_DETAIL = 12 };

/* Fees alone: with another wish beside it the whole answer is the page's parts. */
static bool wants_fee_alone(const struct question *question) {
    static const enum intent beside[] = {INTENT_MEANING, INTENT_COVERAGE, INTENT_HELP, INTENT_REGISTER, INTENT_UNSUBSCRIBE};
    for (size_t i = 0; i < question->intent_count; i++) {
        bool allowed = question->intents[i] == INTENT_FEE;
        for (size_t k = 0; k < sizeof beside / sizeof *beside; k++)
            allowed = allowed || question->intents[i] == beside[k];
        if (!allowed)
            return false;
    }
    return question->intent_count > 0 && question->intents[0] == INTENT_FEE;
}

static bool claims(const struct question *question) {
    bool known = false;
    for (size_t i = 0; i < question->code_count; i++) {
        const struct asked_code *code = &question->codes[i];
        if (code->role == ROLE_ASKED && !page_is_procedure(code->system))
            return false;
        known = known || (code->role == ROLE_ASKED && code->status != STATUS_NO_DATA);
    }
    return known && wants_fee_alone(question);
}

/* ---- the answer ---- */

/* "What does Medicare pay for" may be taken for three wishes: they are told together. */
static unsigned sections_wanted(const struct question *question) {
    static const struct {
        enum intent intent;
        enum kb_section section;
    } beside[] = {{INTENT_MEANING, SECTION_PLAIN}, {INTENT_COVERAGE, SECTION_COVERAGE}};
    unsigned ret = SECTION_BIT(SECTION_FEE);
    for (size_t i = 0; i < question->intent_count; i++)
        for (size_t k = 0; k < sizeof beside / sizeof *beside; k++)
            ret |= question->intents[i] == beside[k].intent ? SECTION_BIT(beside[k].section) : 0;
    return ret;
}

static int add_code(struct page *page, const struct question *question, const struct asked_code *asked, struct template_row *row,
                    struct why *why) {
    struct page_code found;
    struct page_view view = {
        .set = sections_wanted(question), .first = SECTION_BIT(SECTION_FEE), .most = FACTS_OF_A_SECTION, .words = question->words};
    int failed = page_find(page, asked->system, asked->key, &found, why);
    if (!failed)
        failed = page_status(page, &found, row, why);
    if (failed)
        return failed;
    template_markup(row, "sections", page_sections(page, &found, &view));
    page_list_sections(page, view.set & page_expected(&found.code) & ~found.known, row, "absent");
    page_list_sections(page, found.known & ~view.set, row, "also");
    return 0;
}

static int add_codes(struct page *page, const struct question *question, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < question->code_count && rows.count < CODES_IN_DETAIL; i++) {
        if (question->codes[i].role != ROLE_ASKED)
            continue;
        int failed = add_code(page, question, &question->codes[i], template_rows_add(&rows, page->arena), why);
        if (failed)
            return failed;
    }
    template_flag(ret, "single", rows.count == 1);
    template_list(ret, "codes", rows);
    return 0;
}

static int answer(const struct question *question, struct kb *kb, struct draft *draft, struct why *why) {
    struct page page = page_begin(kb, question_date(question), date_is_set(question->date_of_service), draft->arena);
    struct template_row row = template_row_new(draft->arena);
    int failed = page_add_places(&page, question, &row, why);
    if (!failed)
        failed = add_codes(&page, question, &row, why);
    if (failed)
        return failed;
    page_add_wishes(question, &row);
    template_flag(&row, "procedures", true);
    page_write(&page, "fee", &row, draft);
    draft->action = ACTION_ANSWER;
    draft->reason = page.localities->count == 1 ? "the fee of the codes asked, in a locality" : "the fee of the codes asked";
    return 0;
}

const struct handler handler_fee = {.name = "fee", .claims = claims, .answer = answer};
