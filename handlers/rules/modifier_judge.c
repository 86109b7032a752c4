/* One modifier at one code: what is known of the two, in the order in which it counts. */
#include "handlers/rules/modifier.h"

#include <string.h>

int modifier_find(struct page *page, const char *key, struct modifier *ret, struct why *why) {
    *ret = (struct modifier){0};
    memcpy(ret->key, key, sizeof ret->key);
    int failed = page_find(page, SYSTEM_MOD, ret->key, &ret->found, why);
    if (failed)
        return failed;
    struct page_facts plain = page_facts(&ret->found, SECTION_PLAIN);
    ret->plain = plain.count ? plain.items[0].text : NULL;
    ret->source = plain.count ? plain.items[0].source : ret->found.code.source;
    return 0;
}

const struct kb_fact *modifier_fact(const struct page_code *code, const char *modifier) {
    struct page_facts facts = page_facts(code, SECTION_MODIFIERS);
    for (size_t i = 0; i < facts.count; i++)
        if (facts.items[i].has_related && strcmp(facts.items[i].related_display, modifier) == 0)
            return &facts.items[i];
    return NULL;
}

/* ---- "26 and TC: it does not split. 62: co-surgeon indicator 0." ---- */

static bool take_sentence(struct span *rest, struct span *sentence) {
    *rest = span_trim(*rest);
    if (rest->len == 0)
        return false;
    size_t end = span_find(*rest, SPAN(". "));
    end = end == SPAN_NONE ? rest->len : end + 1;
    *sentence = span_trim(span_slice(*rest, 0, end));
    *rest = span_slice(*rest, end, rest->len);
    return true;
}

static bool take_word(struct span *rest, struct span *word) {
    size_t from = 0;
    while (from < rest->len && !char_is_alnum(rest->ptr[from]))
        from++;
    size_t to = from;
    while (to < rest->len && char_is_alnum(rest->ptr[to]))
        to++;
    *word = span_slice(*rest, from, to);
    *rest = span_slice(*rest, to, rest->len);
    return word->len > 0;
}

static bool names_modifier(struct span head, const char *modifier) {
    struct span word;
    while (take_word(&head, &word)) {
        bool any_x = span_equal(word, SPAN("X")) && modifier[0] == 'X' && modifier_is_distinct(modifier);
        if (any_x || span_equal(word, span_of(modifier)))
            return true;
    }
    return false;
}

/* "26 and TC." says no more than that they do not fit. */
static bool is_bare_list(struct span sentence) {
    struct span word;
    while (take_word(&sentence, &word))
        if (word.len != 2 && !span_equal(word, SPAN("and")))
            return false;
    return true;
}

const char *modifier_clause(const char *text, const char *modifier, struct arena *arena) {
    struct span rest = span_of(text), sentence;
    while (take_sentence(&rest, &sentence)) {
        size_t colon = span_find(sentence, SPAN(": "));
        struct span head = colon == SPAN_NONE ? sentence : span_slice(sentence, 0, colon);
        if (names_modifier(head, modifier)) {
            bool on_visit = span_find(head, SPAN(" on the visit")) != SPAN_NONE;
            size_t from = colon == SPAN_NONE || on_visit ? 0 : colon + 2;
            return is_bare_list(sentence) ? "" : arena_copy(arena, span_slice(sentence, from, sentence.len));
        }
    }
    return NULL;
}

/* ---- the order ---- */

static bool by_facts(struct page *page, const struct page_code *code, const struct modifier *modifier, struct judgement *ret) {
    const struct kb_fact *fact = modifier_fact(code, modifier->key);
    if (fact) {
        bool here = !fact->label;
        *ret = (struct judgement){.verdict = here ? VERDICT_FITS : VERDICT_ELSEWHERE, .text = fact->text, .source = fact->source};
        return true;
    }
    fact = page_fact(code, SECTION_MODIFIERS, "do not fit");
    const char *clause = fact ? modifier_clause(fact->text, modifier->key, page->arena) : NULL;
    if (clause)
        *ret = (struct judgement){.verdict = VERDICT_NOT, .text = *clause ? clause : NULL, .source = fact->source};
    return clause != NULL;
}

int modifier_judge(struct page *page, const struct inquiry *inquiry, const struct page_asked *code, const struct modifier *modifier,
                   struct judgement *ret, struct why *why) {
    bool judged = false;
    if (modifier->found.code.status != STATUS_VALID && modifier->found.code.status != STATUS_NO_DATA) {
        *ret = (struct judgement){.verdict = VERDICT_NO_SUCH};
        return 0;
    }
    int failed = 0;
    if (modifier_is_distinct(modifier->key) && !modifier_is_visit(&code->found.code))
        failed = modifier_by_edits(page, inquiry, code, modifier, &judged, ret, why);
    if (failed || judged)
        return failed;
    bool visit_only = modifier_is_visit(&code->found.code) && modifier_is_one_of(modifier->key, "24 25 57 58 78 79 54 55 56");
    if (by_facts(page, &code->found, modifier, ret) || (!visit_only && modifier_by_figures(page, &code->found, modifier, ret)) ||
        modifier_by_kind(&code->found, modifier, ret))
        return 0;
    *ret = (struct judgement){.verdict = VERDICT_UNSAID, .reason = "unsaid"};
    return 0;
}

/* ---- wording ---- */

/* "When the ..." goes on from "fits 20693"; "Facility claim only: ..." stands by itself. */
static const char *joined(const char *text, struct arena *arena) {
    static const char starts[] = "When On For In With As Beside At Only Within By After During";
    struct span rest = span_of(text), word;
    if (!text || !span_cut(&rest, ' ', &word))
        return NULL;
    char *ret = arena_copy(arena, span_of(text));
    const char *first = arena_copy(arena, word);
    if (!modifier_is_one_of(first, starts))
        return NULL;
    ret[0] = char_lower(ret[0]);
    return ret;
}

void modifier_add_judgement(struct page *page, const struct judgement *judgement, const struct modifier *modifier,
                            struct template_row *ret) {
    static const char *const flags[VERDICT_COUNT] = {"fits", "elsewhere", "fits_not", "fits_unsaid", "no_such"};
    const struct kb_code *code = &modifier->found.code;
    const char *text = judgement->text;
    template_text(ret, "modifier", modifier->key);
    template_text(ret, "modifier_title", code->title);
    template_text(ret, "modifier_plain", modifier->plain);
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        template_flag(ret, flags[i], (size_t)judgement->verdict == i);
    if (judgement->reason)
        template_flag(ret, judgement->reason, true);
    template_flag(ret, "reasoned", judgement->reason || text);
    template_text(ret, "figure", judgement->label);
    template_text(ret, "figure_value", judgement->value);
    template_text(ret, "figures_of", judgement->figures_of);
    template_text(ret, "other", judgement->other);
    template_text(ret, "shares", judgement->shares);
    template_flag(ret, "not_needed", judgement->reason && modifier_is_one_of(judgement->reason, "edit_none edit_over"));
    template_text(ret, "edition", judgement->source ? judgement->source->edition : NULL);
    template_text(ret, "general", joined(judgement->general, page->arena));
    template_text(ret, "joined", joined(text, page->arena));
    template_text(ret, "text", text);
    template_text(ret, "modifier_mark", page_cite(page, judgement->source));
}
