/* Does this modifier fit this code, which ones go with it, and what is a modifier for? */
#include "handlers/handler.h"
#include "handlers/understand/inquiry.h"
#include "handlers/rules/modifier.h"

#include <string.h>

#include "kb/figures.h"

enum { PAIRS_MAX = 16, CODES_LISTED = 4, TOP_ALONE = 6, TOP_OF_SEVERAL = 4, PLAIN_MAX = 3, PAIRS_EXPLAINED = 3, UNFIT_TOLD = 4 };

/* A modifier at a code of the inquiry. */
struct pair {
    const struct page_asked *code;
    const struct modifier *modifier;
    bool lone; /* it stands by itself in the text, not behind the code */
    struct judgement judgement;
    const char *chosen; /* by what among its alternatives, a field of the wording: "by_words", "by_days", "by_fact"; NULL: it was not */
    bool later;         /* it may be on another code asked: on that of the later procedure */
};

struct work {
    struct page *page;
    const struct inquiry *inquiry;
    struct page_asked *asked; /* all codes, in their order */
    struct modifier *modifiers;
    size_t modifier_count;
    struct pair *pairs;
    size_t pair_count;
    bool by_topic;                    /* the asker's words named the modifiers, not their numbers */
    bool chosen;                      /* one of the pairs is */
    const struct page_asked *days_of; /* chosen by the global days of this one */
};

static const unsigned procedures = 1u << SYSTEM_CPT | 1u << SYSTEM_HCPCS;

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    (void)question;
    bool no_code = inquiry->code_count == 0 && (inquiry->intent == INTENT_MODIFIER || inquiry->intent == INTENT_FIND_CODE);
    if (no_code && modifier_alone_topic(inquiry->words))
        return true;
    if (inquiry->intent != INTENT_MODIFIER)
        return false;
    for (size_t i = 0; i < inquiry->code_count; i++)
        if (inquiry->codes[i].system == SYSTEM_MOD)
            return true;
    return inquiry_holding(inquiry, procedures) > 0;
}

static bool holds(const struct asked_code *code) {
    return page_is_procedure(code->system) && (code->status == STATUS_VALID || code->has_figures);
}

static bool any_visit(const struct work *work) {
    for (size_t i = 0; i < work->inquiry->code_count; i++)
        if (holds(work->asked[i].asked) && modifier_is_visit(&work->asked[i].found.code))
            return true;
    return false;
}

/* A procedure with days after it, or one that includes the visit of its day. */
static bool any_operation(const struct work *work) {
    const struct page_asked *ignored;
    return modifier_of_days(work->asked, work->inquiry->code_count, &ignored) != NULL;
}

static bool any_supply(const struct work *work) {
    for (size_t i = 0; i < work->inquiry->code_count; i++)
        if (holds(work->asked[i].asked) && work->asked[i].asked->system == SYSTEM_HCPCS)
            return true;
    return false;
}

/* ---- which modifiers at which codes ---- */

static int add_modifier(struct work *work, const char *key, const struct modifier **ret, struct why *why) {
    for (size_t i = 0; i < work->modifier_count; i++)
        if (strcmp(work->modifiers[i].key, key) == 0) {
            *ret = &work->modifiers[i];
            return 0;
        }
    *ret = NULL;
    if (work->modifier_count == QUESTION_CODES)
        return 0;
    *ret = &work->modifiers[work->modifier_count];
    return modifier_find(work->page, key, &work->modifiers[work->modifier_count++], why);
}

static bool has_pair(const struct work *work, const struct page_asked *code, const char *key) {
    for (size_t i = 0; i < work->pair_count; i++)
        if (strcmp(work->pairs[i].modifier->key, key) == 0 && (!code || strcmp(work->pairs[i].code->asked->key, code->asked->key) == 0))
            return true;
    return false;
}

static int add_pair(struct work *work, const struct page_asked *code, const char *key, bool lone, struct why *why) {
    const struct modifier *modifier;
    if (work->pair_count == PAIRS_MAX || has_pair(work, code, key))
        return 0;
    int failed = add_modifier(work, key, &modifier, why);
    if (!failed && modifier)
        work->pairs[work->pair_count++] = (struct pair){.code = code, .modifier = modifier, .lone = lone};
    return failed;
}

/* A modifier that no code carries is asked of each; one for visits only of the visits, where there are any. */
static int add_lone(struct work *work, const char *key, struct why *why) {
    bool visits_only = modifier_is_one_of(key, "24 25 57") && any_visit(work);
    int failed = 0;
    for (size_t i = 0; i < work->inquiry->code_count && !failed; i++) {
        const struct page_asked *code = &work->asked[i];
        if (holds(code->asked) && (!visits_only || modifier_is_visit(&code->found.code)))
            failed = add_pair(work, code, key, true, why);
    }
    return failed;
}

static int add_named(struct work *work, struct why *why) {
    int failed = 0;
    for (size_t i = 0; i < work->inquiry->code_count && !failed; i++)
        for (size_t k = 0; holds(work->asked[i].asked) && k < work->asked[i].asked->modifier_count && !failed; k++)
            failed = add_pair(work, &work->asked[i], work->asked[i].asked->modifiers[k], false, why);
    size_t attached = work->pair_count;
    for (size_t i = 0; i < work->inquiry->code_count && !failed; i++) {
        const struct asked_code *code = work->asked[i].asked;
        bool carried = false;
        for (size_t k = 0; k < attached; k++)
            carried = carried || strcmp(work->pairs[k].modifier->key, code->key) == 0;
        if (code->system == SYSTEM_MOD && !carried)
            failed = add_lone(work, code->key, why);
    }
    return failed;
}

static int add_topic(struct work *work, struct why *why) {
    const char *beside = any_visit(work) && any_operation(work) ? modifier_beside_visit(work->inquiry->words) : NULL;
    const char *drug = any_supply(work) ? modifier_of_drug(work->page->question->words) : NULL;
    const char *topic = beside ? beside : drug ? drug : modifier_topic(work->inquiry->words, work->page->arena);
    struct span rest = span_of(topic), key;
    int failed = 0;
    work->by_topic = topic != NULL;
    while (topic && !failed && span_cut(&rest, ' ', &key))
        failed = add_lone(work, arena_copy(work->page->arena, key), why);
    return failed;
}

/* ---- verdicts ---- */

static bool same_text(const char *a, const char *b) { return strcmp(a ? a : "", b ? b : "") == 0; }

/* Told in one line. What differs in a finger's or toe's name alone is the same. */
static bool reads_alike(const struct pair *a, const struct pair *b) {
    return a->code == b->code && a->judgement.verdict == b->judgement.verdict && same_text(a->judgement.reason, b->judgement.reason) &&
           same_text(a->judgement.text, b->judgement.text) && same_text(a->judgement.other, b->judgement.other);
}

/* "59 goes on 20670" need not be said beside "20670-59 fits", and that no edit is on file is said once, of the later code. */
static bool is_implied(const struct work *work, const struct pair *pair) {
    bool other_line = same_text(pair->judgement.reason, "edit_other_line"), none = same_text(pair->judgement.reason, "edit_none");
    for (const struct pair *other = work->pairs; pair->lone && other < work->pairs + work->pair_count; other++)
        if (other->modifier == pair->modifier && ((other_line && other->judgement.verdict == VERDICT_FITS) ||
                                                  (none && other > pair && same_text(other->judgement.reason, "edit_none"))))
            return true;
    return false;
}

/* Those of one code together, in the order of the codes. */
static void sort_pairs(struct work *work) {
    for (size_t i = 1; i < work->pair_count; i++) {
        struct pair pair = work->pairs[i];
        size_t at = i;
        for (; at > 0 && work->pairs[at - 1].code > pair.code; at--)
            work->pairs[at] = work->pairs[at - 1];
        work->pairs[at] = pair;
    }
}

static int judge_pairs(struct work *work, struct why *why) {
    int failed = 0;
    sort_pairs(work);
    for (size_t i = 0; i < work->pair_count && !failed; i++) {
        struct pair *pair = &work->pairs[i];
        failed = modifier_judge(work->page, work->inquiry, pair->code, pair->modifier, &pair->judgement, why);
    }
    struct pair *kept = arena_array(work->page->arena, PAIRS_MAX, sizeof *kept);
    size_t count = 0;
    for (size_t i = 0; i < work->pair_count && !failed; i++)
        if (!is_implied(work, &work->pairs[i]))
            kept[count++] = work->pairs[i];
    work->pairs = kept;
    work->pair_count = count;
    return failed;
}

/* ---- one of several ---- */

/* Of 52 and 53 the one that a fact gives for this very code. */
static const char *of_fact(const struct pair *const *pairs, size_t count) {
    const char *ret = NULL;
    size_t told = 0;
    for (size_t i = 0; i < count; i++) {
        const char *key = pairs[i]->modifier->key;
        if (!modifier_is_one_of(key, "52 53"))
            return NULL;
        if (modifier_fact(&pairs[i]->code->found, key)) {
            ret = key;
            told++;
        }
    }
    return told == 1 ? ret : NULL;
}

static const char *of_days(struct work *work, const struct pair *const *pairs, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!modifier_is_one_of(pairs[i]->modifier->key, "25 57"))
            return NULL;
    return modifier_of_days(work->asked, work->inquiry->code_count, &work->days_of);
}

static void mark_chosen(struct work *work, struct pair *const *pairs, size_t count, const char *key, const char *by) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(pairs[i]->modifier->key, key) == 0) {
            pairs[i]->chosen = by;
            work->chosen = true;
        }
}

/* Modifiers that are asked for one code and may stand there are alternatives: do the words, the global days or a fact decide on one? */
static void choose_at(struct work *work, const struct page_asked *code) {
    struct pair *open[PAIRS_MAX];
    const struct modifier *modifiers[PAIRS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < work->pair_count; i++) {
        struct pair *pair = &work->pairs[i];
        bool may_stand = pair->judgement.verdict == VERDICT_FITS || pair->judgement.verdict == VERDICT_UNSAID;
        if (pair->code == code && may_stand && (pair->lone || !modifier_is_anatomic(pair->modifier->key))) {
            modifiers[count] = pair->modifier;
            open[count++] = pair;
        }
    }
    if (count < 2)
        return;
    size_t meant = modifier_choose(modifiers, count, work->inquiry->words);
    if (meant == count && any_supply(work)) /* what was thrown away may be told in another sentence */
        meant = modifier_choose(modifiers, count, work->page->question->words);
    const char *days = of_days(work, (const struct pair *const *)open, count);
    const char *fact = of_fact((const struct pair *const *)open, count);
    if (days)
        mark_chosen(work, open, count, days, "by_days");
    else if (meant < count)
        mark_chosen(work, open, count, modifiers[meant]->key, "by_words");
    else if (fact)
        mark_chosen(work, open, count, fact, "by_fact");
}

/* 58, 78 and 79 stand on the later of two procedures, and which that is does not show: told once, of both. */
static void mark_later(struct work *work, bool *told) {
    for (size_t i = 0; i < work->pair_count; i++)
        for (size_t k = 0; k < i && !told[i] && work->chosen; k++) {
            struct pair *before = &work->pairs[k];
            bool alike = before->modifier == work->pairs[i].modifier && !before->chosen == !work->pairs[i].chosen &&
                         before->judgement.verdict == work->pairs[i].judgement.verdict;
            told[i] = alike && modifier_is_one_of(before->modifier->key, "58 78 79");
            before->later = before->later || told[i];
        }
}

static int add_verdict(struct work *work, size_t at, bool *told, struct template_rows *ret, struct why *why) {
    struct page *page = work->page;
    const struct pair *pair = &work->pairs[at];
    struct template_row *row = template_rows_add(ret, page->arena);
    struct template_rows names = {0};
    modifier_add_judgement(page, &pair->judgement, pair->modifier, row);
    template_text(row, "code", pair->code->asked->display);
    for (size_t i = at; i < work->pair_count; i++)
        if (i == at || (!pair->chosen && reads_alike(&work->pairs[i], pair))) {
            template_text(template_rows_add(&names, page->arena), "modifier", work->pairs[i].modifier->key);
            told[i] = true;
        }
    template_list(row, "names", names);
    template_flag(row, "several", names.count > 1);
    template_flag(row, "later", pair->later);
    if (pair->chosen)
        template_flag(row, pair->chosen, true);
    if (pair->chosen && strcmp(pair->chosen, "by_days") == 0) {
        template_text(row, "days_of", work->days_of->asked->display);
        template_text(row, "days", page_fact(&work->days_of->found, SECTION_FEE, name_text(figure_labels, FIGURE_GLOBAL))->value);
    }
    return pair->judgement.verdict == VERDICT_NO_SUCH ? modifier_add_place(page, pair->modifier->key, row, why) : 0;
}

/* The list "20693-58, 20693-78" of one verdict, for the short answer to several. */
static void add_summary(struct work *work, enum verdict verdict, const char *name, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < work->pair_count; i++)
        if (work->pairs[i].judgement.verdict == verdict) {
            struct template_row *row = template_rows_add(&rows, work->page->arena);
            template_text(row, "code", work->pairs[i].code->asked->display);
            template_text(row, "modifier", work->pairs[i].modifier->key);
            template_flag(row, "edit_other_line", same_text(work->pairs[i].judgement.reason, "edit_other_line"));
        }
    template_list(ret, name, rows);
}

/* The title of a letter modifier says what it is for; of one with digits, and where nothing else can be said, its text is told. */
static bool needs_plain(const struct pair *pair) {
    const struct modifier *modifier = pair->modifier;
    bool says_more = modifier->plain && pair->judgement.text != modifier->plain;
    return says_more && !modifier_is_anatomic(modifier->key) &&
           (char_is_digit(modifier->key[0]) || pair->judgement.verdict == VERDICT_UNSAID);
}

static void add_plain(struct work *work, struct template_row *ret) {
    struct template_rows rows = {0};
    const struct modifier *before[PLAIN_MAX] = {NULL};
    for (size_t i = 0;
         i < work->pair_count && rows.count < PLAIN_MAX && work->pair_count <= PAIRS_EXPLAINED && !work->by_topic && !work->chosen; i++) {
        const struct modifier *modifier = work->pairs[i].modifier;
        bool told = modifier == before[0] || modifier == before[1];
        if (told || !needs_plain(&work->pairs[i]))
            continue;
        before[rows.count] = modifier;
        struct template_row *row = template_rows_add(&rows, work->page->arena);
        template_text(row, "modifier", modifier->key);
        template_text(row, "modifier_plain", modifier->plain);
        template_text(row, "modifier_mark", page_cite(work->page, modifier->source));
    }
    template_list(ret, "plain", rows);
}

/* How much a fact about the code's units says of its lines: "11730-T5 and 11732-TA", "Right thumb F5". A side alone is no line. */
static size_t count_named(const struct work *work, const struct page_asked *code, const struct kb_fact *fact) {
    size_t lines = 0, keys = 0;
    for (size_t i = 0; i < work->pair_count; i++) {
        const struct pair *pair = &work->pairs[i];
        const char *line = arena_printf(work->page->arena, "%s-%s", pair->code->asked->display, pair->modifier->key);
        lines += strstr(fact->text, line) != NULL;
        keys += pair->code == code && modifier_is_anatomic(pair->modifier->key) &&
                modifier_clause(fact->text, pair->modifier->key, work->page->arena);
    }
    bool example = fact->label && strstr(fact->label, "example");
    return 2 * lines + (example || keys > 1 ? keys : 0);
}

static void add_unit_facts(struct work *work, struct template_row *ret) {
    struct template_rows rows = {0};
    const struct kb_fact *best = NULL;
    const struct page_asked *of = NULL;
    size_t most = 0;
    for (size_t i = 0; i < work->inquiry->code_count; i++) {
        struct page_facts facts = page_facts(&work->asked[i].found, SECTION_UNITS);
        for (size_t k = 0; k < facts.count && holds(work->asked[i].asked); k++) {
            size_t named = facts.items[k].text ? count_named(work, &work->asked[i], &facts.items[k]) : 0;
            if (named > most) {
                most = named;
                best = &facts.items[k];
                of = &work->asked[i];
            }
        }
    }
    if (best) {
        struct template_row *row = template_rows_add(&rows, work->page->arena);
        template_text(row, "code", of->asked->display);
        template_text(row, "text", best->text);
        template_text(row, "mark", page_cite(work->page, best->source));
    }
    template_list(ret, "unit_facts", rows);
}

static int add_verdicts(struct work *work, struct template_row *ret, struct why *why) {
    static const char *const names[VERDICT_COUNT] = {"all_fit", "all_elsewhere", "all_not", "all_unsaid", "all_no_such"};
    bool *told = arena_array(work->page->arena, PAIRS_MAX, sizeof *told);
    struct template_rows rows = {0}, chosen = {0};
    int failed = 0;
    for (size_t i = 0; i < work->inquiry->code_count; i++)
        choose_at(work, &work->asked[i]);
    mark_later(work, told);
    for (size_t i = 0; i < work->pair_count && !failed; i++)
        if (work->pairs[i].chosen && !told[i])
            failed = add_verdict(work, i, told, &chosen, why);
    for (size_t i = 0; i < work->pair_count && !failed; i++)
        if (!told[i])
            failed = add_verdict(work, i, told, &rows, why);
    if (failed)
        return failed;
    for (size_t i = 0; i < VERDICT_COUNT && !work->chosen; i++)
        add_summary(work, (enum verdict)i, names[i], ret);
    template_list(ret, rows.count == 1 && !work->chosen ? "verdict" : "verdicts", rows);
    template_list(ret, "chosen", chosen);
    template_flag(ret, "several_verdicts", rows.count > (work->chosen ? 0 : 1));
    add_unit_facts(work, ret);
    if (!work->by_topic)
        modifier_add_rules(work->page, work->asked, work->inquiry->code_count, work->modifiers, work->modifier_count, ret);
    add_plain(work, ret);
    return modifier_add_closed_edits(work->page, work->inquiry, work->modifiers, work->modifier_count, ret, why);
}

/* ---- which go with a code ---- */

/* Told already, with a code before it. */
static bool is_listed_alike(const struct work *work, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (holds(work->asked[i].asked) && modifier_lists_alike(&work->asked[i].found, &work->asked[at].found))
            return true;
    return false;
}

/* "99495 and 99496": the code with those behind it that have the same list. */
static const char *name_alike(const struct work *work, size_t at) {
    const char *ret = work->asked[at].asked->display;
    for (size_t i = at + 1; i < work->inquiry->code_count; i++)
        if (holds(work->asked[i].asked) && modifier_lists_alike(&work->asked[at].found, &work->asked[i].found))
            ret = arena_printf(work->page->arena, "%s and %s", ret, work->asked[i].asked->display);
    return ret;
}

static int add_lists(struct work *work, size_t *ret_told, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    size_t most = inquiry_holding(work->inquiry, procedures) > 1 ? TOP_OF_SEVERAL : TOP_ALONE;
    *ret_told = 0;
    for (size_t i = 0; i < work->inquiry->code_count && rows.count < CODES_LISTED; i++) {
        size_t told;
        if (!holds(work->asked[i].asked))
            continue;
        if (is_listed_alike(work, i))
            continue;
        struct template_row *row = template_rows_add(&rows, work->page->arena);
        template_text(row, "code", name_alike(work, i));
        int failed = modifier_add_list(work->page, work->inquiry, &work->asked[i], most, row, &told, why);
        if (failed)
            return failed;
        *ret_told += told > 0;
    }
    template_list(ret, "lists", rows);
    template_flag(ret, "more_lists", inquiry_holding(work->inquiry, procedures) > CODES_LISTED);
    return 0;
}

/* ---- the part ---- */

/* A code of which figures alone are known is not told as one that does not hold: they answer. */
static int add_unfit(struct work *work, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    size_t more = 0;
    int failed = 0;
    for (size_t i = 0; i < work->inquiry->code_count && !failed; i++) {
        const struct asked_code *code = work->asked[i].asked;
        bool procedure = page_is_procedure(code->system);
        work->page->procedures = work->page->procedures || procedure;
        bool unfit = code->status != STATUS_VALID;
        more += unfit && code->system != SYSTEM_MOD && !code->has_figures && rows.count >= UNFIT_TOLD;
        if (code->system != SYSTEM_MOD && !code->has_figures && rows.count < UNFIT_TOLD && (unfit || procedure))
            failed = page_add_asked(work->page, &work->asked[i], 1, &rows, why);
    }
    template_list(ret, "codes", rows);
    template_text(ret, "unfit_more", more ? arena_printf(work->page->arena, "%zu", more) : NULL);
    return failed;
}

static int confidence_of(const struct work *work) {
    size_t unsaid = 0;
    for (size_t i = 0; i < work->pair_count; i++)
        unsaid += work->pairs[i].judgement.verdict == VERDICT_UNSAID;
    return unsaid == 0 ? CONFIDENCE_VERDICT : unsaid < work->pair_count ? CONFIDENCE_FACTS : CONFIDENCE_PARTLY;
}

static const char *name_codes(const struct work *work, bool modifiers) {
    const char *ret = "";
    size_t named = 0, count = 0;
    for (size_t i = 0; i < work->inquiry->code_count; i++) {
        const struct asked_code *code = work->asked[i].asked;
        if (modifiers ? code->system != SYSTEM_MOD : !page_is_procedure(code->system))
            continue;
        if (count++ < CODES_LISTED - 1) {
            ret = arena_printf(work->page->arena, "%s%s%s", ret, named++ ? ", " : "", code->display);
        }
    }
    return count > named ? arena_printf(work->page->arena, "%s ...", ret) : ret;
}

static const char *heading_of(const struct work *work, bool alone) {
    struct arena *arena = work->page->arena;
    if (alone && work->inquiry->code_count == 0)
        return "The modifier that your words mean";
    if (alone)
        return arena_printf(arena, "Modifiers: %s", name_codes(work, true));
    if (work->modifier_count == 1)
        return arena_printf(arena, "Modifier %s on %s", work->modifiers[0].key, name_codes(work, false));
    return arena_printf(arena, "Modifiers of %s", name_codes(work, false));
}

static int fill(struct work *work, struct template_row *row, struct part *ret, struct why *why) {
    size_t told = 0;
    int failed = 0;
    bool alone = inquiry_holding(work->inquiry, procedures) == 0;
    if (alone) {
        failed = modifier_add_alone(work->page, work->inquiry, row, why);
        ret->confidence = CONFIDENCE_VERDICT;
        ret->reason = "what the modifiers asked are for";
    } else if (work->pair_count > 0) {
        failed = add_verdicts(work, row, why);
        ret->confidence = confidence_of(work);
        ret->reason = "whether the modifiers asked fit";
    } else {
        failed = add_lists(work, &told, row, why);
        ret->confidence = told ? CONFIDENCE_VERDICT : CONFIDENCE_PARTLY;
        ret->reason = "which modifiers go with the codes asked";
    }
    ret->about = heading_of(work, alone);
    modifier_add_diagnoses(work->page, work->asked, work->inquiry->code_count, work->modifiers, work->modifier_count, row);
    return failed;
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct work work = {.page = page,
                        .inquiry = inquiry,
                        .modifiers = arena_array(page->arena, QUESTION_CODES, sizeof *work.modifiers),
                        .pairs = arena_array(page->arena, PAIRS_MAX, sizeof *work.pairs)};
    struct template_row row = template_row_new(page->arena);
    template_flag(&row, "negated", inquiry->negated);
    *ret = (struct part){.action = ACTION_ANSWER};
    int failed = page_find_asked(page, inquiry, &work.asked, why);
    if (!failed)
        failed = add_named(&work, why);
    if (!failed && work.pair_count == 0)
        failed = add_topic(&work, why);
    if (!failed)
        failed = judge_pairs(&work, why);
    if (!failed)
        failed = add_unfit(&work, &row, why);
    if (!failed)
        failed = fill(&work, &row, ret, why);
    if (!failed)
        part_write(page, "modifier", &row, ret);
    return failed;
}

const struct handler handler_modifier = {.name = "modifier", .claims = claims, .answer = answer};
