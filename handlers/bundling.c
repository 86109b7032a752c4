/* May these be billed together: what NCCI, the add-on file and the guidelines have between the procedures asked; of one procedure, what
 * belongs to it. */
#include "handlers/rules/bundling.h"

#include <string.h>

#include "handlers/rules/modifier.h"
#include "kb/figures.h"

enum { CODES_IN_HEADING = 2 };

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    (void)question;
    return inquiry->intent == INTENT_BUNDLING && inquiry_holding(inquiry, PROCEDURE_SYSTEMS) > 0;
}

struct bundle {
    struct page *page;
    const struct inquiry *inquiry;
    struct page_asked *asked;
    size_t count, procedures; /* procedures: those that hold, each once */
    const struct page_asked *first;
    struct pairs pairs;
    struct add_ons add_ons;
    struct pair_facts facts;
};

static size_t count_procedures(const struct bundle *bundle) {
    size_t ret = 0;
    for (size_t i = 0; i < bundle->count; i++) {
        bool again = false;
        for (size_t k = 0; k < i && !again; k++)
            again = bundle->asked[k].asked->system == bundle->asked[i].asked->system &&
                    strcmp(bundle->asked[k].asked->key, bundle->asked[i].asked->key) == 0;
        ret += !again && pairs_can(&bundle->asked[i]);
    }
    return ret;
}

static int gather(struct page *page, const struct inquiry *inquiry, struct bundle *ret, struct why *why) {
    static const unsigned sections = SECTION_BIT(SECTION_MODIFIERS) | SECTION_BIT(SECTION_RELATED) | SECTION_BIT(SECTION_GUIDELINES);
    *ret = (struct bundle){.page = page, .inquiry = inquiry, .count = inquiry->code_count};
    int failed = page_find_asked(page, inquiry, &ret->asked, why);
    if (!failed)
        failed = pairs_find(page, ret->asked, ret->count, &ret->pairs, why);
    if (failed)
        return failed;
    for (size_t i = ret->count; i-- > 0;)
        if (pairs_can(&ret->asked[i]))
            ret->first = &ret->asked[i];
    ret->procedures = count_procedures(ret);
    pairs_facts(page, ret->asked, ret->count, sections, &ret->facts);
    return add_ons_find(page, ret->asked, ret->count, &ret->add_ons, why);
}

/* ---- several procedures ---- */

/* What the record of the column 2 code has to show, where only a record opens an edit. */
static void add_record(struct page *page, const struct pair *pair, struct template_row *ret) {
    const struct kb_fact *fact = page_fact(&pair->column_2->found, SECTION_CLINICAL, "what the record must show");
    bool wanted = pair->state == PAIR_OPEN && fact;
    template_text(ret, "record_of", wanted ? pair->column_2->found.code.display : NULL);
    template_text(ret, "record", wanted ? fact->text : NULL);
    template_text(ret, "record_mark", wanted ? page_cite(page, fact->source) : NULL);
}

static const struct pair_fact *rule_about_both(const struct pair_facts *facts) {
    return facts->count > 0 && facts->items[0].fact->section == SECTION_GUIDELINES ? &facts->items[0] : NULL;
}

/* A rule that speaks of the two decides more than the edit: no edit is no leave, and a modifier is none where it does not fit. */
static void add_rule(struct bundle *bundle, struct template_row *ret) {
    const struct pair_fact *rule = rule_about_both(&bundle->facts);
    if (!rule)
        return;
    template_text(ret, "rule", rule->fact->text);
    template_text(ret, "rule_mark", page_cite(bundle->page, rule->fact->source));
    bundle->facts.items++;
    bundle->facts.count--;
}

/* An add-on and its primary code are made for each other: that is the answer, and not only that no edit stands between them. And what is
 * none of its primary codes does not carry it, edit or not. */
static void add_primary(struct bundle *bundle, struct template_row *ret) {
    const struct pair *pair = &bundle->pairs.items[0];
    const struct add_on *add_on = &bundle->add_ons.items[0];
    bool one = bundle->add_ons.count == 1, made = one && pair->state == PAIR_NONE && add_on->primary;
    bool apart = one && !add_on->primary && !add_on->any_primary && add_on->list;
    template_text(ret, "add_on_of_pair", made ? add_on->of->found.code.display : NULL);
    template_text(ret, "add_on_apart", apart ? add_on->of->found.code.display : NULL);
    if (!made && !apart)
        return;
    const struct page_asked *other = pair->column_1 == add_on->of ? pair->column_2 : pair->column_1;
    template_text(ret, "primary_of_pair", made ? add_on->primary->found.code.display : NULL);
    template_text(ret, "primary_mark", page_cite(bundle->page, add_on->source));
    template_text(ret, "apart_from", other->found.code.display);
    template_flag(ret, "apart_known", !bundle->add_ons.whole);
    bool decides = apart && bundle->add_ons.whole && pair->state == PAIR_NONE && !rule_about_both(&bundle->facts);
    template_text(ret, "apart_list", decides ? add_on->list : NULL);
    template_text(ret, "apart_more", add_on->more ? arena_printf(bundle->page->arena, "%zu", add_on->more) : NULL);
    bundle->add_ons.count = 0;
}

static void add_pairs(struct bundle *bundle, struct template_row *ret) {
    struct template_rows edits = {0}, none = {0}, one = {0};
    struct page *page = bundle->page;
    const struct pairs *pairs = &bundle->pairs;
    bool single = pairs->count == 1;
    for (size_t i = 0; i < pairs->count; i++) {
        struct template_rows *to = single ? &one : pairs->items[i].state == PAIR_NONE ? &none : &edits;
        struct template_row *row = template_rows_add(to, page->arena);
        pairs_add_fields(page, &pairs->items[i], row);
        if (single) {
            add_primary(bundle, row);
            add_rule(bundle, row);
            add_record(page, &pairs->items[i], row);
        }
    }
    template_list(ret, "pair", one);
    template_list(ret, "edits", edits);
    template_list(ret, "no_edits", none);
    template_flag(ret, "several", pairs->count > 1);
    template_text(ret, "edit_count", pairs->edits ? arena_printf(page->arena, "%zu", pairs->edits) : NULL);
    template_flag(ret, "one_edit", pairs->edits == 1);
    template_flag(ret, "all_edits", pairs->edits == pairs->count);
    template_text(ret, "pair_count", arena_printf(page->arena, "%zu", pairs->count));
    template_flag(ret, "edits_not_loaded", pairs->not_loaded);
    template_text(ret, "edition", pairs->edition);
    template_flag(ret, "edition_old", pairs->old);
    template_text(ret, "left_out", pairs->left_out ? arena_printf(page->arena, "%zu", pairs->left_out) : NULL);
}

/* Beside an edit those that open nothing: 51, 22. Without one those that are there to open: 59. */
static int add_modifier(struct bundle *bundle, const char *modifier, struct template_rows *powerless, struct template_rows *needless,
                        struct why *why) {
    bool opens;
    int failed = pairs_may_open(bundle->page, modifier, &opens, why);
    if (failed)
        return failed;
    if (bundle->pairs.edits > 0 && !opens)
        template_text(template_rows_add(powerless, bundle->page->arena), "powerless", modifier);
    else if (bundle->pairs.edits == 0 && bundle->pairs.count > 0 && modifier_is_distinct(modifier))
        template_text(template_rows_add(needless, bundle->page->arena), "needless", modifier);
    return 0;
}

/* Those attached to the codes, and those that the question names by themselves. */
static int add_modifiers(struct bundle *bundle, struct template_row *ret, struct why *why) {
    struct template_rows powerless = {0}, needless = {0};
    const struct question *question = bundle->page->question;
    int failed = 0;
    for (size_t i = 0; i < bundle->count; i++)
        for (size_t k = 0; k < bundle->asked[i].asked->modifier_count && !failed; k++)
            failed = add_modifier(bundle, bundle->asked[i].asked->modifiers[k], &powerless, &needless, why);
    for (size_t i = 0; i < question->code_count && !failed; i++)
        if (question->codes[i].system == SYSTEM_MOD && question->codes[i].role == ROLE_ASKED)
            failed = add_modifier(bundle, question->codes[i].key, &powerless, &needless, why);
    template_list(ret, "powerless_modifiers", powerless);
    template_list(ret, "needless_modifiers", needless);
    return failed;
}

static int add_unfit(struct bundle *bundle, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    bundle->page->procedures = true;
    for (size_t i = 0; i < bundle->count; i++) {
        const struct kb_code *code = &bundle->asked[i].found.code;
        if (code->status == STATUS_VALID || pairs_can(&bundle->asked[i]) || (code->system == SYSTEM_MOD && code->status == STATUS_NO_DATA))
            continue;
        int failed = page_status(bundle->page, &bundle->asked[i].found, template_rows_add(&rows, bundle->page->arena), why);
        if (failed)
            return failed;
    }
    template_list(ret, "codes", rows);
    return 0;
}

static const char *heading(const struct bundle *bundle) {
    struct arena *arena = bundle->page->arena;
    const char *names[CODES_IN_HEADING] = {0};
    size_t count = 0;
    for (size_t i = 0; i < bundle->count && count < CODES_IN_HEADING; i++)
        if (pairs_can(&bundle->asked[i]) && (count == 0 || strcmp(names[0], bundle->asked[i].asked->display) != 0))
            names[count++] = bundle->asked[i].asked->display;
    if (count < 2)
        return arena_printf(arena, "What belongs to %s", names[0]);
    if (bundle->procedures == 2)
        return arena_printf(arena, "%s and %s together", names[0], names[1]);
    return arena_printf(arena, "%s, %s and %zu more together", names[0], names[1], bundle->procedures - 2);
}

/* No edit is no payment: what Medicare does not pay by itself is told beside the verdict. */
static void add_unpaid(struct bundle *bundle, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < bundle->count; i++) {
        const struct kb_fact *status = page_fact(&bundle->asked[i].found, SECTION_FEE, name_text(figure_labels, FIGURE_STATUS));
        if (!pairs_can(&bundle->asked[i]) || !status || !status->value || !status->text || !modifier_is_one_of(status->value, "B G I M N P"))
            continue;
        struct template_row *row = template_rows_add(&rows, bundle->page->arena);
        template_text(row, "unpaid", bundle->asked[i].found.code.display);
        template_text(row, "unpaid_status", status->value);
        template_text(row, "unpaid_text", status->text);
        template_text(row, "unpaid_mark", page_cite(bundle->page, status->source));
    }
    template_list(ret, "unpaid_codes", rows);
}

static int write_several(struct bundle *bundle, struct template_row *row, struct part *ret, struct why *why) {
    const struct pair_facts told = bundle->facts;
    add_pairs(bundle, row);
    add_unpaid(bundle, row);
    add_ons_list(bundle->page, &bundle->add_ons, row);
    pairs_list_facts(bundle->page, &bundle->facts, row);
    int failed = add_modifiers(bundle, row, why);
    if (bundling_asks_reduction(bundle->inquiry))
        bundling_reduction(bundle->page, bundle->asked, bundle->count, row);
    else if (!failed)
        failed = bundling_said_of_words(bundle->page, bundle->inquiry, bundle->asked, bundle->count, &told, row, why);
    if (failed)
        return failed;
    ret->confidence = bundle->pairs.not_loaded ? CONFIDENCE_PARTLY : CONFIDENCE_VERDICT;
    ret->reason = "the NCCI edits between the codes asked";
    part_write(bundle->page, "bundling", row, ret);
    return 0;
}

static int write_add_on(struct bundle *bundle, struct template_row *row, struct part *ret, struct why *why) {
    int failed = add_ons_answer(bundle->page, bundle->first, &bundle->add_ons, row, why);
    ret->reason = "whether the code asked is an add-on";
    if (!failed)
        part_write(bundle->page, "bundling-add-on", row, ret);
    return failed;
}

/* What is asked of one code may be more than what belongs to it. Ret stays without text when it is that. */
static int write_special(struct bundle *bundle, struct template_row *row, struct part *ret, struct why *why) {
    struct both_sides sides;
    size_t at = (size_t)(bundle->first - bundle->asked);
    ret->confidence = CONFIDENCE_VERDICT;
    if (bundling_asks_add_on(bundle->inquiry))
        return write_add_on(bundle, row, ret, why);
    if (bundling_days(bundle->page, bundle->inquiry, bundle->first, row)) {
        ret->reason = "visits within the global days of the code asked";
        part_write(bundle->page, "bundling-days", row, ret);
        return 0;
    }
    int failed = both_sides_find(bundle->page, bundle->asked, bundle->count, at, &sides, why);
    if (failed)
        return failed == FAIL_EMPTY ? 0 : failed;
    both_sides_add_fields(bundle->page, &sides, row);
    ret->reason = "the two sides of the code asked";
    part_write(bundle->page, "bundling-both-sides", row, ret);
    return 0;
}

static int write_one(struct bundle *bundle, struct template_row *row, struct part *ret, struct why *why) {
    int failed = write_special(bundle, row, ret, why);
    if (failed || ret->commonmark)
        return failed;
    add_ons_list(bundle->page, &bundle->add_ons, row);
    template_flag(row, "lone", true);
    ret->reason = "what belongs to the code asked";
    failed = bundling_of_one(bundle->page, bundle->inquiry, bundle->first, row, &ret->confidence, why);
    if (!failed)
        part_write(bundle->page, "bundling-one", row, ret);
    return failed;
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    struct bundle bundle;
    int failed = gather(page, inquiry, &bundle, why);
    if (!failed)
        failed = add_unfit(&bundle, &row, why);
    if (failed)
        return failed;
    template_text(&row, "date", page->date.iso);
    template_flag(&row, "date_named", page->date_named);
    bundling_add_way(page->question, inquiry, &row);
    template_flag(&row, "negated", inquiry->negated);
    *ret = (struct part){.about = heading(&bundle), .action = ACTION_ANSWER};
    return bundle.procedures > 1 ? write_several(&bundle, &row, ret, why) : write_one(&bundle, &row, ret, why);
}

const struct handler handler_bundling = {.name = "bundling", .claims = claims, .answer = answer};
