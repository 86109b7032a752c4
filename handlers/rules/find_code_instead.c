/* "R52.1 bounced, what is there for chronic pain?" and "M75.121: which procedure for the repair?": a code is named, and another one is
 * wanted that the words tell. */
#include <string.h>

#include "handlers/rules/find_code.h"
#include "handlers/rules/fit.h"

/* What stands behind the last "for"; none: "". */
static struct span behind_for(struct span words) {
    struct span ret = span_of(""), word;
    while (words.len > 0 && span_cut(&words, ' ', &word))
        if (span_same(word, SPAN("for")))
            ret = words;
    return ret;
}

static bool is_no_code(const struct asked_code *code) {
    return code->system == SYSTEM_ICD10CM && (code->status == STATUS_UNKNOWN || code->status == STATUS_NO_DATA);
}

/* A procedure is asked beside a diagnosis: no diagnosis will do. */
static bool asks_procedure_for(const struct inquiry *inquiry) {
    const unsigned cpt = 1u << SYSTEM_CPT, dx = 1u << SYSTEM_ICD10CM;
    if (inquiry->codes[0].system != SYSTEM_ICD10CM || inquiry->codes[0].status != STATUS_VALID)
        return false;
    unsigned wanted = page_systems_wanted(inquiry->words);
    bool procedure = page_has_words(inquiry->words, SPAN("procedure code")) || page_has_words(inquiry->words, SPAN("which procedure"));
    return (wanted & cpt) && (procedure || !(wanted & dx));
}

bool find_code_claims_instead(const struct inquiry *inquiry) {
    if (inquiry->intent != INTENT_FIND_CODE || inquiry->code_count != 1)
        return false;
    return is_no_code(&inquiry->codes[0]) ? behind_for(inquiry->words).len > 0 : asks_procedure_for(inquiry);
}

/* Of a procedure the diagnosis says where: it is searched for, too, but need not stand in the title. */
static int find(struct page *page, const struct inquiry *inquiry, const struct page_asked *asked, struct page_hits *ret, struct why *why) {
    bool procedure = !is_no_code(asked->asked);
    struct inquiry sought = *inquiry;
    struct page_found found;
    struct span words = procedure ? inquiry->words : behind_for(inquiry->words);
    const char *title = procedure && asked->found.code.title ? asked->found.code.title : "";
    sought.words = span_of(arena_printf(page->arena, "%.*s %s", SPAN_ARG(words), title));
    unsigned systems = procedure ? 1u << SYSTEM_CPT | 1u << SYSTEM_HCPCS : 1u << SYSTEM_ICD10CM;
    int failed = page_search(page, &sought, systems, &found, why);
    if (failed)
        return failed;
    const struct fit_wanted wanted = fit_read(page->kb, words, page->arena);
    return page_judge(page, &wanted, &found, HITS_GOOD, ret, why);
}

int find_code_instead(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    struct page_asked *asked;
    struct page_hits hits;
    struct template_rows codes = {0};
    struct part meant = {0};
    int failed = page_find_asked(page, inquiry, &asked, why);
    if (failed)
        return failed;
    bool procedure = !is_no_code(asked[0].asked);
    int found = find(page, inquiry, &asked[0], &hits, why);
    if (found && found != FAIL_EMPTY)
        return found;
    if (found)
        hits = (struct page_hits){0};
    hits.clear = hits.clear && procedure; /* a number that is none may have been meant to say more than these words */
    if (hits.clear)
        failed = find_code_add_best(page, inquiry, &hits.hits.items[0], &row, why);
    if (!failed)
        failed = procedure ? page_add_asked(page, asked, 1, &codes, why) : handler_meaning.answer(page, inquiry, &meant, why);
    if (failed)
        return failed;
    page_list_hits(page, &hits, hits.clear ? 1 : 0, &row);
    template_list(&row, "codes", codes);
    template_text(&row, "named_first", asked[0].asked->display);
    template_flag(&row, "procedure", procedure);
    template_flag(&row, "nothing", found == FAIL_EMPTY);
    template_markup(&row, "meant", meant.commonmark);
    *ret = (struct part){.about = arena_printf(page->arena, "Instead of %s", asked[0].asked->display),
                         .action = ACTION_ANSWER,
                         .reason = found ? "the code named; none found for the words" : "codes found for the words beside the code named",
                         .confidence = found        ? CONFIDENCE_GUESS
                                       : hits.clear ? CONFIDENCE_VERDICT
                                                    : CONFIDENCE_PARTLY,
                         .named = hits.clear ? &hits.hits.items[0].code : NULL};
    part_write(page, "find_code_instead", &row, ret);
    return 0;
}
