/* How many units of a code: the limit of a day, what one unit is, and what the asked number or dose makes of it. */
#include "handlers/handler.h"
#include "handlers/understand/inquiry.h"
#include "handlers/rules/modifier.h"
#include "handlers/rules/pairs.h"
#include "handlers/rules/units.h"

#include <string.h>

enum {
    CODES_TOLD = 6,
    FACTS_ALONE = 5,
    FACTS_OF_TWO = 2,
    FACTS_OF_SEVERAL = 1,
    LEADS_MAX = 2,
    ASKED_MAX = 3,
    UNFIT_TOLD = 4,
    TEXTS_TOLD = 16,
    LONG_TEXT = 100
};

static const unsigned procedures = 1u << SYSTEM_CPT | 1u << SYSTEM_HCPCS;

struct work {
    struct page *page;
    const struct inquiry *inquiry;
    struct page_asked *asked;
    bool alone;             /* one procedure holds */
    bool only;              /* and no other is asked in the question: numbers that stand at no code are its own */
    struct add_ons add_ons; /* of several */
    const char *leads[LEADS_MAX];
    const struct kb_source *lead_sources[LEADS_MAX];
    const char *lead_codes[LEADS_MAX];
    size_t lead_count;
    bool number_told;             /* a fact's own sentence speaks of the number asked */
    bool answered;                /* a number asked was judged, computed, or found in a fact */
    bool in_doubt;                /* an amount asked was not computed */
    bool limited;                 /* a limit or a unit was told */
    const char *told[TEXTS_TOLD]; /* facts that several codes share are told once */
    size_t told_count;
};

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    bool waste = inquiry->intent == INTENT_FIND_CODE && question->waste.unit != AMOUNT_NONE;
    return (inquiry->intent == INTENT_UNITS || waste) && inquiry_holding(inquiry, procedures) > 0;
}

static bool holds(const struct asked_code *code) {
    return page_is_procedure(code->system) && (code->status == STATUS_VALID || code->has_figures);
}

/* With amounts left out there is none to compute with. */
static const struct asked_amount *amounts_end(const struct work *work) {
    const struct question *question = work->page->question;
    return question->amounts + (question->amounts_left_out ? 0 : question->amount_count);
}

/* Is the amount one of this code? What stands at no code is the only code's, or that of every code which it can be compared with. */
static bool is_of(const struct asked_amount *amount, const struct page_asked *code) {
    return (!*amount->key || strcmp(amount->key, code->asked->key) == 0) && !amount->in_doubt;
}

static bool is_limit(const struct kb_fact *fact) {
    return fact->label && (strcmp(fact->label, "MUE") == 0 || strcmp(fact->label, "MAI") == 0);
}

/* ---- a fact's own sentence about the asked number comes first ---- */

static void add_lead(struct work *work, const struct page_asked *code, const char *text, const struct kb_source *source) {
    for (size_t i = 0; i < work->lead_count; i++)
        if (strcmp(work->leads[i], text) == 0)
            return;
    if (work->lead_count == LEADS_MAX)
        return;
    work->leads[work->lead_count] = text;
    work->lead_sources[work->lead_count] = source;
    work->lead_codes[work->lead_count++] = code->asked->display;
    work->answered = true;
}

/* An example that names the asked number is worth more than the general rule. */
static bool find_lead(struct work *work, const struct page_asked *code, const struct asked_amount *amount, bool example) {
    struct page_facts facts = page_facts(&code->found, SECTION_UNITS);
    for (size_t i = 0; i < facts.count; i++) {
        const struct kb_fact *fact = &facts.items[i];
        bool is_example = fact->label && strstr(fact->label, "example");
        const char *sentence =
            fact->text && !is_limit(fact) && is_example == example ? units_sentence(fact->text, amount->amount, work->page->arena) : NULL;
        if (sentence) {
            add_lead(work, code, is_example ? fact->text : sentence, fact->source);
            return true;
        }
    }
    return false;
}

static bool is_computed(const struct page_asked *code, const struct asked_amount *amount, struct arena *arena) {
    struct unit_size size;
    bool rest;
    return amount->amount.unit == AMOUNT_DOSE && units_size(&code->found, arena, &size) && units_of(amount->amount, &size, &rest) > 0;
}

static void find_leads(struct work *work) {
    for (const struct asked_amount *amount = work->page->question->amounts; amount < amounts_end(work); amount++) {
        bool is_single = amount->amount.unit == AMOUNT_UNITS && amount->amount.thousandths <= 1000; /* "one unit" is in every fact */
        for (int turn = 0; turn < 2; turn++)
            for (size_t i = 0; i < work->inquiry->code_count; i++) {
                const struct page_asked *code = &work->asked[i];
                if (holds(code->asked) && !is_single && !amount->in_doubt && (is_of(amount, code) || turn == 0) &&
                    !is_computed(code, amount, work->page->arena) && find_lead(work, code, amount, turn == 0))
                    turn = 1;
            }
    }
}

/* "22551, 22552, 22853 twice", "28285-T6": an example that speaks of what is asked together. */
static bool is_example_of(const struct work *work, const struct page_asked *code, const struct kb_fact *fact) {
    if (!fact->label || !fact->text || !strstr(fact->label, "example"))
        return false;
    for (size_t i = 0; i < work->inquiry->code_count; i++) {
        const struct asked_code *other = work->asked[i].asked;
        if (page_is_procedure(other->system) && strcmp(other->key, code->asked->key) != 0 && strstr(fact->text, other->display))
            return true;
    }
    for (size_t i = 0; i < code->asked->modifier_count; i++)
        if (strstr(fact->text, arena_printf(work->page->arena, "%s-%s", code->asked->display, code->asked->modifiers[i])))
            return true;
    return false;
}

static void find_examples(struct work *work) {
    for (size_t i = 0; i < work->inquiry->code_count && work->lead_count == 0; i++) {
        struct page_facts facts = page_facts(&work->asked[i].found, SECTION_UNITS);
        for (size_t k = 0; k < facts.count && holds(work->asked[i].asked); k++)
            if (is_example_of(work, &work->asked[i], &facts.items[k]))
                add_lead(work, &work->asked[i], facts.items[k].text, facts.items[k].source);
    }
}

static void add_leads(struct work *work, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < work->lead_count; i++) {
        struct template_row *row = template_rows_add(&rows, work->page->arena);
        template_text(row, "code", work->lead_codes[i]);
        template_text(row, "text", work->leads[i]);
        template_text(row, "mark", page_cite(work->page, work->lead_sources[i]));
    }
    template_list(ret, "leads", rows);
}

/* ---- the limit, and numbers against it ---- */

static const char *plain_number(long thousandths, struct arena *arena) {
    if (thousandths % 1000 == 0)
        return arena_printf(arena, "%ld", thousandths / 1000);
    const char *ret = arena_printf(arena, "%ld.%03ld", thousandths / 1000, thousandths % 1000);
    size_t len = strlen(ret);
    while (ret[len - 1] == '0')
        len--;
    return arena_copy(arena, (struct span){ret, len});
}

static long limit_of(const struct page_asked *code) {
    const struct kb_fact *mue = page_fact(&code->found, SECTION_UNITS, "MUE");
    long ret;
    return mue && span_to_long(span_of(mue->value), 0, 1000000, &ret) ? ret : -1;
}

static bool is_indicator(const struct page_asked *code, const char *value) {
    const struct kb_fact *mai = page_fact(&code->found, SECTION_UNITS, "MAI");
    return mai && strcmp(mai->value, value) == 0;
}

static void add_compared(const struct work *work, const struct page_asked *code, long units, struct template_row *row) {
    long limit = limit_of(code);
    template_text(row, "asked_units", plain_number(units * 1000, work->page->arena));
    template_flag(row, "asked_several", units != 1);
    template_flag(row, "over", limit > 0 && units > limit);
    template_flag(row, "within", limit > 0 && units <= limit);
    template_flag(row, "by_policy", is_indicator(code, "2"));
    template_flag(row, "by_line", is_indicator(code, "1"));
}

/* One amount in units of the code, as a row; false when the facts do not let it be computed. */
static bool add_computed_row(struct work *work, const struct page_asked *code, const struct asked_amount *amount,
                             const struct unit_size *size, struct template_rows *ret) {
    bool rest, minutes = amount->amount.unit == AMOUNT_MINUTES,
               dose = amount->amount.unit == AMOUNT_DOSE || amount->amount.unit == AMOUNT_ML;
    bool own = !amount->in_doubt && (*amount->key ? is_of(amount, code) : work->alone || dose);
    if (!own || amount->amount.unit != size->amount.unit || (!minutes && !dose))
        return false;
    if (minutes && work->number_told)
        return false;
    bool eighths = minutes && size->eight_minutes;
    long units = eighths ? units_by_eight_minutes(amount->amount) : units_of(amount->amount, size, &rest);
    rest = !eighths && rest;
    if (minutes && rest)
        return false;
    struct template_row *row = template_rows_add(ret, work->page->arena);
    template_text(row, "written", amount->written);
    template_text(row, "unit_size", size->words);
    template_flag(row, "up_to", size->up_to);
    template_flag(row, "rounded", !size->up_to && size->rounds_up && amount->amount.thousandths % size->amount.thousandths != 0);
    template_flag(row, "eight_minutes", eighths);
    template_flag(row, "rest", rest);
    template_flag(row, "whole", !rest);
    add_compared(work, code, units, row);
    template_text(row, "mark", page_cite(work->page, size->source));
    return true;
}

/* "60 mg is 4 units, since one unit is 15 mg". */
static void add_computed(struct work *work, const struct page_asked *code, struct template_row *ret) {
    struct template_rows rows = {0};
    struct unit_size size;
    bool sized = units_size(&code->found, work->page->arena, &size);
    for (const struct asked_amount *amount = work->page->question->amounts; sized && amount < amounts_end(work); amount++)
        if (rows.count < ASKED_MAX)
            work->answered = add_computed_row(work, code, amount, &size, &rows) || work->answered;
    template_list(ret, "computed", rows);
}

/* The first quantity at this code, or at none, that makes whole units; 0: there is none. */
static long given_units(const struct work *work, const struct page_asked *code, const struct unit_size *size) {
    for (const struct asked_amount *amount = work->page->question->amounts; amount < amounts_end(work); amount++) {
        bool rest;
        long units = is_of(amount, code) ? units_of(amount->amount, size, &rest) : 0;
        if (units > 0 && !rest)
            return units;
    }
    return 0;
}

/* What was thrown away is a line of its own with JW, where that goes with the code. */
static int add_waste(struct work *work, struct template_row *ret, struct why *why) {
    const struct question *question = work->page->question;
    struct template_rows rows = {0};
    struct modifier modifier;
    struct judgement judgement;
    struct unit_size size;
    bool rest = false;
    const struct page_asked *code = work->asked;
    while (work->alone && !holds(code->asked))
        code++;
    if (!work->alone || question->amounts_left_out || question->waste.unit == AMOUNT_NONE ||
        !units_size(&code->found, work->page->arena, &size))
        return 0;
    long waste = units_of(question->waste, &size, &rest), given = 0;
    int failed = rest || waste <= 0 ? FAIL_EMPTY : modifier_find(work->page, "JW", &modifier, why);
    if (!failed)
        failed = modifier_judge(work->page, work->inquiry, code, &modifier, &judgement, why);
    if (failed || (judgement.verdict != VERDICT_FITS && judgement.verdict != VERDICT_UNSAID))
        return failed == FAIL_EMPTY ? 0 : failed;
    given = given_units(work, code, &size);
    struct template_row *row = template_rows_add(&rows, work->page->arena);
    template_text(row, "code", code->asked->display);
    template_text(row, "given", given ? arena_printf(work->page->arena, "%ld", given) : NULL);
    template_flag(row, "given_several", given != 1);
    template_text(row, "waste_units", arena_printf(work->page->arena, "%ld", waste));
    template_flag(row, "waste_several", waste != 1);
    template_flag(row, "unsaid", judgement.verdict == VERDICT_UNSAID);
    template_text(row, "text", judgement.text);
    template_text(row, "mark", page_cite(work->page, judgement.source ? judgement.source : size.source));
    template_list(ret, "waste", rows);
    work->answered = work->number_told = true;
    return 0;
}

/* Fingers or toes behind one code are lines of their own. */
static long count_places(const struct asked_code *code) {
    long ret = 0;
    for (size_t i = 0; i < code->modifier_count; i++)
        ret += modifier_is_anatomic(code->modifiers[i]);
    return ret > 1 ? ret : 0;
}

static bool speaks_of_further(const char *text) { return text && (strstr(text, "further") || strstr(text, "additional")); }

/* The add-on among those asked that stands for what goes beyond this code: "each further one". */
static void add_beyond(struct work *work, const struct page_asked *code, long units, struct template_row *ret) {
    const struct kb_fact *unit;
    for (size_t i = 0; i < work->add_ons.count; i++) {
        const struct add_on *add_on = &work->add_ons.items[i];
        if (add_on->primary != code || limit_of(code) < 0 || units <= limit_of(code))
            continue;
        unit = page_fact(&add_on->of->found, SECTION_UNITS, "what one unit is");
        if (!speaks_of_further(add_on->of->found.code.title) && !(unit && speaks_of_further(unit->text)))
            continue;
        template_text(ret, "beyond", add_on->of->found.code.display);
        template_text(ret, "beyond_mark", page_cite(work->page, add_on->source));
        return;
    }
}

static void add_asked_units(struct work *work, const struct page_asked *code, struct template_row *ret) {
    struct template_rows rows = {0};
    long told[ASKED_MAX] = {0}, places = count_places(code->asked);
    const struct asked_amount *amount = work->page->question->amounts;
    for (; (amount < amounts_end(work) || places) && rows.count < ASKED_MAX && limit_of(code) > 0;) {
        long units = places;
        if (!places) {
            bool counts = amount->amount.unit == AMOUNT_UNITS || amount->amount.unit == AMOUNT_TIMES;
            bool own = !amount->in_doubt && (*amount->key ? is_of(amount, code) : work->only);
            units = counts && own && amount->amount.thousandths % 1000 == 0 ? amount->amount.thousandths / 1000 : 0;
            amount++;
        }
        places = 0;
        bool told_by_lead = work->number_told && units <= limit_of(code);
        if (units < 2 || units == told[0] || units == told[1] || told_by_lead)
            continue;
        told[rows.count] = units;
        struct template_row *row = template_rows_add(&rows, work->page->arena);
        add_compared(work, code, units, row);
        add_beyond(work, code, units, row);
        work->answered = true;
    }
    template_list(ret, "asked_rows", rows);
}

static void add_limit(struct work *work, const struct page_asked *code, struct template_row *row) {
    const struct kb_fact *mue = page_fact(&code->found, SECTION_UNITS, "MUE"), *mai = page_fact(&code->found, SECTION_UNITS, "MAI");
    template_text(row, "mue", mue ? mue->value : NULL);
    template_flag(row, "mue_several", mue && strcmp(mue->value, "1") != 0);
    template_text(row, "mai", mai ? mai->value : NULL);
    template_text(row, "mai_text", mai ? mai->text : NULL);
    template_flag(row, "none", limit_of(code) == 0);
    template_flag(row, "by_line", is_indicator(code, "1"));
    template_text(row, "edition", mue ? mue->source->edition : NULL);
    template_text(row, "mue_mark", mue ? page_cite(work->page, mue->source) : NULL);
    work->limited = work->limited || mue;
}

/* What each kind of limit means, once. */
static void add_meanings(struct work *work, struct template_row *ret) {
    struct template_rows rows = {0};
    const char *told = "";
    for (size_t i = 0; i < work->inquiry->code_count && !work->alone; i++) {
        const struct kb_fact *mai = page_fact(&work->asked[i].found, SECTION_UNITS, "MAI");
        if (!mai || !mai->text || !holds(work->asked[i].asked) || strstr(told, mai->value) || limit_of(&work->asked[i]) == 0)
            continue;
        struct template_row *row = template_rows_add(&rows, work->page->arena);
        template_text(row, "mai", mai->value);
        template_text(row, "mai_text", mai->text);
        told = arena_printf(work->page->arena, "%s%s", told, mai->value);
    }
    template_list(ret, "mai_rows", rows);
}

/* ---- the other facts ---- */

static bool is_lead(const struct work *work, const char *text) {
    for (size_t i = 0; i < work->lead_count; i++)
        if (strcmp(work->leads[i], text) == 0)
            return true;
    return false;
}

/* A long one that was told of another code before is not told again. */
static bool is_told(struct work *work, const char *text) {
    if (strlen(text) < LONG_TEXT)
        return false;
    for (size_t i = 0; i < work->told_count; i++)
        if (strcmp(work->told[i], text) == 0)
            return true;
    if (work->told_count < TEXTS_TOLD)
        work->told[work->told_count++] = text;
    return false;
}

static void add_facts(struct work *work, const struct page_asked *code, struct template_row *ret) {
    struct template_rows rows = {0};
    struct page_facts facts = page_facts(&code->found, SECTION_UNITS);
    bool two = inquiry_holding(work->inquiry, procedures) == 2;
    size_t most = work->alone ? FACTS_ALONE : two ? FACTS_OF_TWO : FACTS_OF_SEVERAL;
    for (size_t i = 0; i < facts.count && rows.count < most; i++) {
        const struct kb_fact *fact = &facts.items[i];
        if (is_limit(fact) || !fact->text || is_lead(work, fact->text) || is_told(work, fact->text))
            continue;
        struct template_row *row = template_rows_add(&rows, work->page->arena);
        template_text(row, "label", page_capitalised(fact->label, work->page->arena));
        template_text(row, "text", fact->text);
        template_text(row, "mark", page_cite(work->page, fact->source));
        work->limited = true;
    }
    template_list(ret, "facts", rows);
}

/* "The left side only" */
static bool tells_one_side(struct span words) {
    bool both = page_has_words(words, SPAN("both")) || page_has_words(words, SPAN("bilateral"));
    return !both && page_has_words(words, SPAN("left")) != page_has_words(words, SPAN("right"));
}

/* "both knees": the bilateral indicator tells how that is reported. */
static int add_both_sides(struct work *work, const struct page_asked *code, struct template_row *ret, struct why *why) {
    const char *topic = modifier_topic(work->inquiry->words, work->page->arena);
    struct modifier modifier;
    struct judgement judgement;
    struct template_rows rows = {0};
    if (!topic || strcmp(topic, MODIFIERS_OF_SIDES) != 0 || tells_one_side(work->inquiry->words))
        return 0;
    int failed = modifier_find(work->page, "50", &modifier, why);
    if (!failed)
        failed = modifier_judge(work->page, work->inquiry, code, &modifier, &judgement, why);
    if (failed || judgement.verdict == VERDICT_UNSAID)
        return failed;
    struct template_row *row = template_rows_add(&rows, work->page->arena);
    struct template_rows names = {0};
    template_text(template_rows_add(&names, work->page->arena), "modifier", "50");
    modifier_add_judgement(work->page, &judgement, &modifier, row);
    template_list(row, "names", names);
    template_list(ret, "both_sides", rows);
    return 0;
}

/* ---- the part ---- */

static int add_codes(struct work *work, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    int failed = work->alone ? 0 : add_ons_find(work->page, work->asked, work->inquiry->code_count, &work->add_ons, why);
    for (size_t i = 0; i < work->inquiry->code_count && rows.count < CODES_TOLD && !failed; i++) {
        const struct page_asked *code = &work->asked[i];
        if (!holds(code->asked))
            continue;
        struct template_row *row = template_rows_add(&rows, work->page->arena);
        template_text(row, "code", code->asked->display);
        add_computed(work, code, row);
        add_asked_units(work, code, row);
        add_limit(work, code, row);
        add_facts(work, code, row);
        failed = add_both_sides(work, code, row, why);
    }
    if (failed)
        return failed;
    template_list(ret, work->alone ? "single" : "several", rows);
    add_meanings(work, ret);
    template_flag(ret, "more_codes", inquiry_holding(work->inquiry, procedures) > CODES_TOLD);
    return 0;
}

/* A code of which figures alone are known is not told as one that does not hold: they answer. */
static int add_statuses(struct work *work, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    size_t more = 0;
    int failed = 0;
    work->page->procedures = true;
    for (size_t i = 0; i < work->inquiry->code_count && !failed; i++) {
        const struct asked_code *code = work->asked[i].asked;
        bool told = page_is_procedure(code->system) && !code->has_figures;
        more += told && code->status != STATUS_VALID && rows.count >= UNFIT_TOLD;
        if (told && rows.count < UNFIT_TOLD)
            failed = page_add_asked(work->page, &work->asked[i], 1, &rows, why);
    }
    template_list(ret, "codes", rows);
    template_text(ret, "unfit_more", more ? arena_printf(work->page->arena, "%zu", more) : NULL);
    return failed;
}

static const char *heading_of(const struct work *work) {
    const char *ret = "Units of";
    size_t named = 0;
    for (size_t i = 0; i < work->inquiry->code_count; i++)
        if (holds(work->asked[i].asked) && named++ < 4)
            ret = arena_printf(work->page->arena, "%s%s %s", ret, named > 1 ? "," : "", work->asked[i].asked->display);
    return named > 4 ? arena_printf(work->page->arena, "%s ...", ret) : ret;
}

/* Doses of which nobody can tell what was given in all. */
static void add_doubts(struct work *work, struct template_row *ret) {
    struct template_rows rows = {0};
    const struct asked_amount *amount = work->page->question->amounts;
    for (; amount < amounts_end(work) && rows.count < ASKED_MAX; amount++)
        if (amount->in_doubt)
            template_text(template_rows_add(&rows, work->page->arena), "written", amount->written);
    work->in_doubt = rows.count > 0 || work->page->question->amounts_left_out;
    template_list(ret, "doubts", rows);
    template_flag(ret, "amounts_left_out", work->page->question->amounts_left_out);
}

static int confidence_of(const struct work *work) {
    if (work->in_doubt || (!work->limited && !work->answered))
        return CONFIDENCE_PARTLY;
    bool open = work->page->question->amount_count > 0 && !work->answered;
    return open ? CONFIDENCE_FACTS : CONFIDENCE_VERDICT;
}

static size_t count_procedures(const struct question *question) {
    size_t ret = 0;
    for (size_t i = 0; i < question->code_count; i++)
        ret += question->codes[i].role == ROLE_ASKED && page_is_procedure(question->codes[i].system);
    return ret;
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct work work = {.page = page, .inquiry = inquiry, .alone = inquiry_holding(inquiry, procedures) == 1};
    work.only = work.alone && count_procedures(page->question) <= 1;
    struct template_row row = template_row_new(page->arena);
    int failed = page_find_asked(page, inquiry, &work.asked, why);
    if (!failed)
        failed = add_statuses(&work, &row, why);
    if (failed)
        return failed;
    add_doubts(&work, &row);
    work.answered = units_share_minutes(page, work.asked, inquiry->code_count, &row);
    failed = add_waste(&work, &row, why);
    if (failed)
        return failed;
    work.number_told = work.answered;
    if (!work.answered) {
        find_leads(&work);
        work.number_told = work.lead_count > 0;
        find_examples(&work);
        add_leads(&work, &row);
    }
    failed = add_codes(&work, &row, why);
    if (failed)
        return failed;
    *ret = (struct part){.about = heading_of(&work),
                         .action = ACTION_ANSWER,
                         .reason = work.answered ? "the number asked against units and limits" : "units and limits of the codes asked",
                         .confidence = confidence_of(&work)};
    part_write(page, "units", &row, ret);
    return 0;
}

const struct handler handler_units = {.name = "units", .claims = claims, .answer = answer};
