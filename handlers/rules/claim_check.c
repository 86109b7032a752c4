#include "handlers/rules/claim_check.h"

#include <string.h>

#include "handlers/handler.h"
#include "handlers/rules/modifier.h"
#include "kb/figures.h"

enum { MODIFIERS_MAX = 64, DIAGNOSES_TOLD = 4, CARRIERS_TOLD = 4 };

const struct name severity_names[] = {{SEVERITY_ERROR, "error"}, {SEVERITY_WARNING, "warning"}, {SEVERITY_NOTE, "note"}, {0, NULL}};

const struct name claim_rule_names[] = {
    {RULE_CODE, "code"}, {RULE_EDIT, "ncci"},   {RULE_ADD_ON, "add-on"}, {RULE_MODIFIER, "modifier"},   {RULE_SIDE, "side"},
    {RULE_VISIT, "visit"}, {RULE_UNITS, "units"}, {RULE_DIAGNOSIS, "diagnosis"}, {0, NULL},
};

struct claim {
    struct page *page;
    const struct inquiry *inquiry;
    const struct page_asked *asked;
    size_t count;
    struct findings *findings;
};

/* ---- findings ---- */

static struct template_row begin(const struct claim *claim, const char *kind) {
    struct template_row ret = template_row_new(claim->page->arena);
    template_flag(&ret, kind, true);
    return ret;
}

static const char *write_text(const struct claim *claim, const struct template_row *row) {
    struct part part = {0};
    part_write(claim->page, "check-finding", row, &part);
    return part.commonmark ? arena_copy(claim->page->arena, span_trim(span_of(part.commonmark))) : "";
}

/* When all places are taken an error has that of a note, else of a warning, and a warning that of a note. NULL: none is free. */
static struct finding *place_for(struct findings *findings, enum severity severity) {
    if (findings->count < FINDINGS_MAX)
        return &findings->items[findings->count++];
    findings->untold++;
    for (enum severity other = SEVERITY_NOTE; other > severity; other--)
        for (size_t i = findings->count; i-- > 0;)
            if (findings->items[i].severity == other)
                return &findings->items[i];
    return NULL;
}

/* one and two: the codes it is about; NULL: none. */
static void add(const struct claim *claim, enum severity severity, enum claim_rule rule, const char *one, const char *two,
                const struct template_row *row) {
    struct findings *findings = claim->findings;
    struct finding *finding = place_for(findings, severity);
    findings->of[severity]++;
    if (!finding)
        return;
    *finding = (struct finding){.severity = severity, .rule = rule, .text = write_text(claim, row)};
    if (one)
        finding->codes[finding->code_count++] = one;
    if (two)
        finding->codes[finding->code_count++] = two;
}

static void sort_worst_first(struct page *page, struct findings *findings) {
    struct finding *sorted = arena_array(page->arena, FINDINGS_MAX, sizeof *sorted);
    size_t count = 0;
    for (enum severity severity = SEVERITY_ERROR; severity < SEVERITY_COUNT; severity++)
        for (enum claim_rule rule = RULE_CODE; rule <= RULE_DIAGNOSIS; rule++)
            for (size_t i = 0; i < findings->count; i++)
                if (findings->items[i].severity == severity && findings->items[i].rule == rule)
                    sorted[count++] = findings->items[i];
    findings->items = sorted;
}

/* ---- does the code hold ---- */

static int check_codes(const struct claim *claim, struct why *why) {
    for (size_t i = 0; i < claim->count; i++) {
        const struct kb_code *code = &claim->asked[i].found.code;
        bool figures = claim->asked[i].found.facts.count > 0, no_data = code->status == STATUS_NO_DATA;
        if (code->status == STATUS_VALID || (no_data && (figures || code->system == SYSTEM_MOD)))
            continue;
        if (no_data)
            claim->findings->not_known[claim->findings->not_known_count++] = code->display;
        struct template_row row = begin(claim, "finding_code");
        int failed = page_status(claim->page, &claim->asked[i].found, &row, why);
        if (failed)
            return failed;
        add(claim, no_data ? SEVERITY_WARNING : SEVERITY_ERROR, RULE_CODE, code->display, NULL, &row);
    }
    return 0;
}

/* ---- what stands between the procedures ---- */

/* What the facts of column 2 say of a modifier beside column 1: "only when this frame is on another limb". */
static void add_condition(const struct claim *claim, const struct pair *pair, struct template_row *ret) {
    const struct page_asked both[] = {*pair->column_2, *pair->column_1};
    struct pair_facts facts;
    pairs_facts(claim->page, both, 2, SECTION_BIT(SECTION_MODIFIERS), &facts);
    bool told = pair->state == PAIR_OPEN && facts.count > 0 && facts.items[0].of == &both[0];
    template_text(ret, "condition_modifier", told ? facts.items[0].fact->related_display : NULL);
    template_text(ret, "condition", told ? facts.items[0].fact->text : NULL);
    template_text(ret, "condition_mark", told ? page_cite(claim->page, facts.items[0].fact->source) : NULL);
}

static int check_edits(const struct claim *claim, struct why *why) {
    struct pairs *pairs = &claim->findings->pairs;
    int failed = pairs_find_most(claim->page, claim->asked, claim->count, PAIRS_CLAIM, pairs, why);
    for (size_t i = 0; i < pairs->count && !failed; i++) {
        const struct pair *pair = &pairs->items[i];
        if (pair->state != PAIR_CLOSED && pair->state != PAIR_OPEN)
            continue;
        struct template_row row = begin(claim, "finding_edit");
        pairs_add_fields(claim->page, pair, &row);
        add_condition(claim, pair, &row);
        bool odd = pair->opener && pair->key != KEY_DISTINCT && strcmp(pair->opener, pair->key == KEY_DECISION ? "57" : "25") != 0;
        enum severity severity = !pair->opener ? SEVERITY_ERROR : odd || pair->two_visits ? SEVERITY_WARNING : SEVERITY_NOTE;
        add(claim, severity, RULE_EDIT, pair->column_2->found.code.display, pair->column_1->found.code.display, &row);
    }
    return failed;
}

static bool is_add_on(const struct add_ons *add_ons, const struct page_asked *line) {
    for (size_t i = 0; i < add_ons->count; i++)
        if (add_ons->items[i].of == line)
            return true;
    return false;
}

/* The first procedures on the claim that are no visits and no add-ons and might carry one: "27447 or 20680". NULL: there are none. */
static const char *carriers(const struct claim *claim, const struct add_ons *add_ons) {
    const char *ret = NULL;
    size_t told = 0;
    for (size_t i = 0; i < claim->count && told < CARRIERS_TOLD; i++) {
        const struct page_asked *line = &claim->asked[i];
        const char *code = line->found.code.display;
        if (!pairs_can(line) || modifier_is_visit(&line->found.code) || is_add_on(add_ons, line) || (ret && pairs_names(ret, code)))
            continue;
        ret = told++ ? arena_printf(claim->page->arena, "%s or %s", ret, code) : code;
    }
    return ret;
}

static int check_add_ons(const struct claim *claim, struct why *why) {
    struct add_ons add_ons;
    int failed = add_ons_find(claim->page, claim->asked, claim->count, &add_ons, why);
    if (failed)
        return failed;
    for (size_t i = 0; i < add_ons.count; i++) {
        const struct add_on *add_on = &add_ons.items[i];
        if (add_on->primary)
            continue;
        struct template_row row = begin(claim, "finding_add_on");
        template_text(&row, "add_on", add_on->of->found.code.display);
        template_text(&row, "carriers", carriers(claim, &add_ons));
        add_ons_add_fields(claim->page, &add_ons, add_on, &row);
        bool sure = add_ons.whole && add_on->list && !add_on->any_primary;
        add(claim, sure ? SEVERITY_ERROR : SEVERITY_WARNING, RULE_ADD_ON, add_on->of->found.code.display, NULL, &row);
    }
    return 0;
}

static bool has_edit(const struct pairs *pairs, const struct page_asked *one, const struct page_asked *two) {
    for (size_t i = 0; i < pairs->count; i++) {
        const struct pair *pair = &pairs->items[i];
        bool both = (pair->column_1 == one && pair->column_2 == two) || (pair->column_1 == two && pair->column_2 == one);
        if (both && (pair->state == PAIR_CLOSED || pair->state == PAIR_OPEN))
            return true;
    }
    return false;
}

static void check_visit(const struct claim *claim, const struct page_asked *visit, const struct page_asked *procedure) {
    const char *global = pairs_global(&procedure->found);
    bool told = pairs_has_modifier(visit->asked, "25") || pairs_has_modifier(visit->asked, "57") || pairs_has_modifier(visit->asked, "24");
    if (!global || told || !modifier_is_one_of(global, "000 010 090") || has_edit(&claim->findings->pairs, visit, procedure))
        return;
    struct template_row row = begin(claim, "finding_visit");
    const struct kb_fact *days = page_fact(&procedure->found, SECTION_FEE, name_text(figure_labels, FIGURE_GLOBAL));
    template_text(&row, "visit", visit->found.code.display);
    template_text(&row, "procedure", procedure->found.code.display);
    template_text(&row, "global", global);
    template_flag(&row, "major", strcmp(global, "090") == 0);
    template_text(&row, "global_mark", page_cite(claim->page, days->source));
    add(claim, SEVERITY_WARNING, RULE_VISIT, visit->found.code.display, procedure->found.code.display, &row);
}

/* The global package: a visit of the day is in it unless its modifier says otherwise. Where NCCI has an edit, that has told it. */
static void check_visits(const struct claim *claim) {
    for (size_t i = 0; i < claim->count; i++)
        for (size_t k = 0; k < claim->count && modifier_is_visit(&claim->asked[i].found.code); k++)
            if (pairs_can(&claim->asked[i]) && pairs_can(&claim->asked[k]) && !modifier_is_visit(&claim->asked[k].found.code))
                check_visit(claim, &claim->asked[i], &claim->asked[k]);
}

/* ---- modifiers and sides ---- */

/* What the check of the edits has told already, or is no fault. */
static bool is_told_elsewhere(const struct judgement *judgement) {
    bool edit = judgement->reason && (strcmp(judgement->reason, "edit_closed") == 0 || strcmp(judgement->reason, "edit_other_line") == 0 ||
                                      strcmp(judgement->reason, "edit_open") == 0);
    return edit || judgement->verdict == VERDICT_FITS;
}

static int check_modifier(const struct claim *claim, const struct page_asked *line, const struct modifier *modifier, struct why *why) {
    struct judgement judgement;
    int failed = modifier_judge(claim->page, claim->inquiry, line, modifier, &judgement, why);
    if (failed || is_told_elsewhere(&judgement))
        return failed;
    struct template_row row = begin(claim, "finding_modifier"), *name;
    struct template_rows names = {0};
    name = template_rows_add(&names, claim->page->arena);
    template_text(name, "modifier", modifier->key);
    template_list(&row, "names", names);
    template_text(&row, "code", line->found.code.display);
    modifier_add_judgement(claim->page, &judgement, modifier, &row);
    bool needless = judgement.reason && (strcmp(judgement.reason, "edit_none") == 0 || strcmp(judgement.reason, "edit_over") == 0);
    const char *named = arena_printf(claim->page->arena, "%s-%s", line->found.code.display, modifier->key);
    enum severity severity = judgement.verdict == VERDICT_UNSAID ? SEVERITY_NOTE : needless ? SEVERITY_WARNING : SEVERITY_ERROR;
    add(claim, severity, RULE_MODIFIER, named, NULL, &row);
    return 0;
}

static struct template_rows rows_of(const struct template_row *row, const char *name) {
    for (size_t i = 0; i < row->count; i++)
        if (span_equal(row->fields[i].name, span_of(name)))
            return row->fields[i].rows;
    return (struct template_rows){0};
}

static size_t count_diagnoses(const struct claim *claim) {
    size_t ret = 0;
    for (size_t i = 0; i < claim->count; i++)
        ret += claim->asked[i].found.code.system == SYSTEM_ICD10CM;
    return ret;
}

/* With several diagnoses another line may be meant by the one that disagrees. */
static void check_sides(const struct claim *claim, const struct modifier *modifiers, size_t count) {
    struct template_row found = template_row_new(claim->page->arena);
    modifier_add_diagnoses(claim->page, claim->asked, claim->count, modifiers, count, &found);
    struct template_rows rows = rows_of(&found, "mismatches");
    for (size_t i = 0; i < rows.count; i++) {
        struct template_row *row = &rows.items[i];
        template_flag(row, "finding_side", true);
        add(claim, count_diagnoses(claim) == 1 ? SEVERITY_ERROR : SEVERITY_WARNING, RULE_SIDE, row->fields[0].text, NULL, row);
    }
}

static void add_line(const struct claim *claim, const char *kind, enum severity severity, enum claim_rule rule, const struct page_asked *line,
                     const char *one, const char *two) {
    struct template_row row = begin(claim, kind);
    template_text(&row, "code", line->found.code.display);
    template_text(&row, "modifier", one);
    template_text(&row, "with_modifier", two);
    add(claim, severity, rule, line->found.code.display, NULL, &row);
}

/* Modifiers of one line that say the same, or what can not both be. In a text the lines of a code are one, so some of it may be two lines. */
static void check_together(const struct claim *claim, const struct page_asked *line) {
    static const struct {
        const char *one, *others, *kind;
        bool may_be_two_lines;
    } clashes[] = {
        {"50", "LT RT", "finding_side_of_both", false}, {"LT", "RT", "finding_left_right", true},    {"26", "TC", "finding_parts", false},
        {"80", "81 82 AS", "finding_assistants", true}, {"81", "82 AS", "finding_assistants", true}, {"82", "AS", "finding_assistants", true},
    };
    const struct asked_code *asked = line->asked;
    bool text = claim->page->question->intent_count > 0; /* of operands none is read */
    for (size_t i = 0; i < asked->modifier_count; i++)
        for (size_t k = 0; k < asked->modifier_count; k++) {
            const char *one = asked->modifiers[i], *two = asked->modifiers[k];
            if (i < k && strcmp(one, two) == 0)
                add_line(claim, "finding_twice", SEVERITY_ERROR, RULE_MODIFIER, line, one, NULL);
            for (size_t c = 0; c < sizeof clashes / sizeof *clashes; c++)
                if (strcmp(one, clashes[c].one) == 0 && modifier_is_one_of(two, clashes[c].others) && !(text && clashes[c].may_be_two_lines))
                    add_line(claim, clashes[c].kind, SEVERITY_ERROR, RULE_MODIFIER, line, one, two);
        }
    if (pairs_has_modifier(asked, "50") && asked->units > 1)
        add_line(claim, "finding_both_units", SEVERITY_ERROR, RULE_UNITS, line, "50", NULL);
}

/* 50 beside diagnoses that all lie on one side. */
static void check_one_side(const struct claim *claim, const struct page_asked *line) {
    const char *side = NULL, *diagnosis = NULL;
    if (!pairs_has_modifier(line->asked, "50"))
        return;
    for (size_t i = 0; i < claim->count; i++) {
        const struct kb_code *code = &claim->asked[i].found.code;
        const char *of = code->system == SYSTEM_ICD10CM ? modifier_side_of(code->title) : NULL;
        if (code->system == SYSTEM_ICD10CM && (!of || (side && strcmp(side, of) != 0)))
            return;
        side = of ? of : side;
        diagnosis = of ? code->display : diagnosis;
    }
    if (!side)
        return;
    struct template_row row = begin(claim, "finding_one_side");
    template_text(&row, "code", line->found.code.display);
    template_text(&row, "diagnosis", diagnosis);
    template_text(&row, "side", side);
    add(claim, SEVERITY_WARNING, RULE_SIDE, line->found.code.display, diagnosis, &row);
}

/* What the fee schedule says of a code at the place of service: marked NA there. */
static void check_place(const struct claim *claim, const struct page_asked *line, const struct page_asked *place) {
    const struct kb_fact *rate = page_fact(&place->found, SECTION_FEE, "rate");
    bool facility = rate && rate->value && strcmp(rate->value, "facility") == 0;
    const struct kb_fact *fact =
        page_fact(&line->found, SECTION_FEE, name_text(figure_labels, facility ? FIGURE_TOTAL_FACILITY : FIGURE_TOTAL));
    if (!rate || !rate->value || !fact || !fact->text || strncmp(fact->text, "Marked NA", 9) != 0)
        return;
    struct template_row row = begin(claim, "finding_place");
    template_text(&row, "code", line->found.code.display);
    template_text(&row, "place", place->found.code.display);
    template_text(&row, "place_text", fact->text);
    template_text(&row, "place_mark", page_cite(claim->page, fact->source));
    add(claim, SEVERITY_WARNING, RULE_CODE, line->found.code.display, NULL, &row);
}

static void check_lines(const struct claim *claim) {
    for (size_t i = 0; i < claim->count; i++) {
        if (!page_is_procedure(claim->asked[i].found.code.system))
            continue;
        check_together(claim, &claim->asked[i]);
        check_one_side(claim, &claim->asked[i]);
        for (size_t k = 0; k < claim->count; k++)
            if (claim->asked[k].found.code.system == SYSTEM_POS)
                check_place(claim, &claim->asked[i], &claim->asked[k]);
    }
}

static bool is_new(const struct modifier *modifiers, size_t count, const char *key) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(modifiers[i].key, key) == 0)
            return false;
    return true;
}

static int check_modifiers(const struct claim *claim, struct why *why) {
    struct modifier *modifiers = arena_array(claim->page->arena, MODIFIERS_MAX, sizeof *modifiers), modifier;
    size_t count = 0;
    for (size_t i = 0; i < claim->count; i++) {
        const struct asked_code *asked = claim->asked[i].asked;
        for (size_t k = 0; k < asked->modifier_count; k++) {
            int failed = modifier_find(claim->page, asked->modifiers[k], &modifier, why);
            if (!failed && pairs_can(&claim->asked[i]))
                failed = check_modifier(claim, &claim->asked[i], &modifier, why);
            if (failed)
                return failed;
            if (count < MODIFIERS_MAX && is_new(modifiers, count, modifier.key))
                modifiers[count++] = modifier;
        }
    }
    check_sides(claim, modifiers, count);
    return 0;
}

/* ---- units and diagnoses ---- */

static bool is_same_code(const struct page_asked *one, const struct page_asked *two) {
    return one->found.code.system == two->found.code.system && strcmp(one->found.code.key, two->found.code.key) == 0;
}

/* A limit of the day counts all lines of the code, at the first of them; 0: they are counted there. One of the line counts that alone. */
static long units_against(const struct claim *claim, size_t at, bool of_the_line) {
    long ret = 0;
    for (size_t i = 0; i < claim->count; i++) {
        bool counts = of_the_line ? i == at : is_same_code(&claim->asked[i], &claim->asked[at]);
        if (counts && i < at)
            return 0;
        ret += counts ? pairs_units(&claim->asked[i]) : 0;
    }
    return ret;
}

/* Tells the units as well, where the two sides are over the limit. Indicator 3 pays each side in full: nothing to tell. */
static int check_both_sides(const struct claim *claim, size_t at, bool *ret_told, struct why *why) {
    struct both_sides sides;
    int failed = both_sides_find(claim->page, claim->asked, claim->count, at, &sides, why);
    *ret_told = !failed && (sides.one_line || (sides.indicator && sides.indicator->value && modifier_is_one_of(sides.indicator->value, "0 2")));
    if (failed || !*ret_told)
        return failed == FAIL_EMPTY ? 0 : failed;
    struct template_row row = begin(claim, "finding_both_sides");
    both_sides_add_fields(claim->page, &sides, &row);
    bool closed = sides.over && strcmp(sides.kind->value, "2") == 0;
    add(claim, closed ? SEVERITY_ERROR : SEVERITY_WARNING, RULE_UNITS, sides.of->found.code.display, NULL, &row);
    return 0;
}

static int check_units(const struct claim *claim, struct why *why) {
    for (size_t i = 0; i < claim->count; i++) {
        const struct page_asked *line = &claim->asked[i];
        bool told;
        int failed = check_both_sides(claim, i, &told, why);
        if (failed)
            return failed;
        if (told)
            continue;
        const struct kb_fact *limit = page_fact(&line->found, SECTION_UNITS, "MUE"), *kind = page_fact(&line->found, SECTION_UNITS, "MAI");
        const char *indicator = kind && kind->value ? kind->value : "";
        long most, units = units_against(claim, i, strcmp(indicator, "1") == 0);
        if (!limit || !limit->value || !span_to_long(span_of(limit->value), 0, 1000000, &most) || units <= most)
            continue;
        struct template_row row = begin(claim, "finding_units");
        template_text(&row, "code", line->found.code.display);
        template_text(&row, "units", arena_printf(claim->page->arena, "%ld", units));
        template_flag(&row, "one_unit", units == 1);
        template_flag(&row, "no_unit", most == 0);
        template_text(&row, "most_units", limit->value);
        template_text(&row, "indicator", kind ? kind->value : NULL);
        template_text(&row, "indicator_text", kind && most > 0 ? kind->text : NULL);
        template_text(&row, "units_file", limit->source->edition);
        template_text(&row, "units_mark", page_cite(claim->page, limit->source));
        add(claim, most > 0 && strcmp(indicator, "2") == 0 ? SEVERITY_ERROR : SEVERITY_WARNING, RULE_UNITS, line->found.code.display, NULL, &row);
    }
    return 0;
}

static const struct kb_fact *listed(const struct page_code *procedure, const struct kb_code *diagnosis) {
    struct page_facts facts = page_facts(procedure, SECTION_DIAGNOSES);
    for (size_t i = 0; i < facts.count; i++)
        if (facts.items[i].has_related && strcmp(facts.items[i].related_display, diagnosis->display) == 0)
            return &facts.items[i];
    return NULL;
}

/* Listed is not covered, and not listed is not refused: the lists are not whole. */
static void check_diagnosis(const struct claim *claim, const struct page_asked *diagnosis) {
    struct template_rows with = {0}, without = {0};
    for (size_t i = 0; i < claim->count; i++) {
        const struct page_asked *line = &claim->asked[i];
        if (!pairs_can(line) || page_facts(&line->found, SECTION_DIAGNOSES).count == 0)
            continue;
        const struct kb_fact *fact = listed(&line->found, &diagnosis->found.code);
        struct template_row *row = template_rows_add(fact ? &with : &without, claim->page->arena);
        template_text(row, fact ? "with" : "without", line->found.code.display);
        template_text(row, "with_mark", fact ? page_cite(claim->page, fact->source) : NULL);
    }
    struct template_row row = begin(claim, "finding_diagnosis");
    template_text(&row, "diagnosis", diagnosis->found.code.display);
    template_list(&row, "listed", with);
    template_list(&row, "unlisted", without);
    if (with.count + without.count > 0)
        add(claim, SEVERITY_NOTE, RULE_DIAGNOSIS, diagnosis->found.code.display, NULL, &row);
}

static bool is_diagnosis(const struct page_asked *code) {
    return code->found.code.system == SYSTEM_ICD10CM && code->found.code.status == STATUS_VALID;
}

static void check_diagnoses(const struct claim *claim) {
    size_t told = 0;
    for (size_t i = 0; i < claim->count && told < DIAGNOSES_TOLD; i++) {
        if (is_diagnosis(&claim->asked[i])) {
            check_diagnosis(claim, &claim->asked[i]);
            told++;
        }
    }
}

/* ---- diagnoses beside each other ---- */

enum { CATEGORY_LEN = 3 };

/* "(P70-P74)": the category lies between the two. */
static bool is_in_range(const char *text, const char *key) {
    for (const char *dash = text ? strchr(text, '-') : NULL; dash; dash = strchr(dash + 1, '-')) {
        const char *first = dash - text > CATEGORY_LEN ? dash - CATEGORY_LEN : NULL, *last = dash + 1;
        bool range = first && first[-1] == '(' && char_is_alpha(*first) && char_is_alpha(*last) && char_is_digit(last[1]);
        if (range && strncmp(first, key, CATEGORY_LEN) <= 0 && strncmp(key, last, CATEGORY_LEN) <= 0)
            return true;
    }
    return false;
}

static const struct kb_fact *excludes(const struct page_code *one, const struct kb_code *other) {
    struct page_facts facts = page_facts(one, SECTION_GUIDELINES);
    for (size_t i = 0; i < facts.count; i++) {
        const struct kb_fact *fact = &facts.items[i];
        char start[CODE_BYTES] = "";
        if (!fact->label || strncmp(fact->label, "Excludes1", 9) != 0)
            continue;
        if (fact->has_related && fact->related_system == SYSTEM_ICD10CM)
            system_key(SYSTEM_ICD10CM, span_of(fact->related_display), start);
        if ((*start && strncmp(other->key, start, strlen(start)) == 0) || (!*start && is_in_range(fact->text, other->key)))
            return fact;
    }
    return NULL;
}

static void check_exclusion(const struct claim *claim, const struct page_asked *one, const struct page_asked *two) {
    const struct kb_fact *fact = excludes(&one->found, &two->found.code);
    const struct page_asked *of = one;
    if (!fact) {
        fact = excludes(&two->found, &one->found.code);
        of = two;
    }
    if (!fact)
        return;
    struct template_row row = begin(claim, "finding_excludes");
    template_text(&row, "diagnosis", of->found.code.display);
    template_text(&row, "other", (of == one ? two : one)->found.code.display);
    template_text(&row, "note", fact->text);
    template_text(&row, "note_label", fact->label);
    template_text(&row, "note_edition", fact->source->edition);
    template_text(&row, "note_mark", page_cite(claim->page, fact->source));
    add(claim, SEVERITY_WARNING, RULE_DIAGNOSIS, one->found.code.display, two->found.code.display, &row);
}

/* Excludes1: the two are not coded together, unless they have nothing to do with each other. */
static void check_exclusions(const struct claim *claim) {
    for (size_t i = 0; i < claim->count; i++)
        for (size_t k = i + 1; k < claim->count; k++)
            if (is_diagnosis(&claim->asked[i]) && is_diagnosis(&claim->asked[k]))
                check_exclusion(claim, &claim->asked[i], &claim->asked[k]);
}

static bool is_side(struct span a, struct span b) {
    return (span_same(a, SPAN("right")) && span_same(b, SPAN("left"))) || (span_same(a, SPAN("left")) && span_same(b, SPAN("right")));
}

/* "Fracture of right shaft" and "Fracture of left shaft". */
static bool differ_in_side(const char *one, const char *two) {
    struct span a = span_of(one), b = span_of(two), left, right;
    size_t sides = 0;
    bool more = span_cut(&a, ' ', &left), more_too = span_cut(&b, ' ', &right);
    while (more && more_too) {
        bool side = is_side(left, right);
        if (!side && !span_same(left, right))
            return false;
        sides += side;
        more = span_cut(&a, ' ', &left);
        more_too = span_cut(&b, ' ', &right);
    }
    return sides > 0 && more == more_too;
}

/* It looks like a slip, and is none. */
static void check_two_sides(const struct claim *claim) {
    for (size_t i = 0; i < claim->count; i++)
        for (size_t k = i + 1; k < claim->count; k++) {
            const struct kb_code *one = &claim->asked[i].found.code, *two = &claim->asked[k].found.code;
            if (!is_diagnosis(&claim->asked[i]) || !is_diagnosis(&claim->asked[k]) || !one->title || !two->title || !differ_in_side(one->title, two->title))
                continue;
            struct template_row row = begin(claim, "finding_two_sides");
            template_text(&row, "diagnosis", one->display);
            template_text(&row, "other", two->display);
            template_text(&row, "diagnosis_mark", page_cite(claim->page, one->source));
            add(claim, SEVERITY_NOTE, RULE_SIDE, one->display, two->display, &row);
        }
}

int claim_check(struct page *page, const struct inquiry *inquiry, const struct page_asked *asked, struct findings *ret, struct why *why) {
    *ret = (struct findings){.items = arena_array(page->arena, FINDINGS_MAX, sizeof *ret->items)};
    ret->not_known = arena_array(page->arena, inquiry->code_count + 1, sizeof *ret->not_known);
    const struct claim claim = {page, inquiry, asked, inquiry->code_count, ret};
    int failed = check_codes(&claim, why);
    if (!failed)
        failed = check_edits(&claim, why);
    if (!failed)
        failed = check_modifiers(&claim, why);
    if (!failed)
        failed = check_add_ons(&claim, why);
    if (failed)
        return failed;
    check_lines(&claim);
    check_visits(&claim);
    failed = check_units(&claim, why);
    if (failed)
        return failed;
    check_exclusions(&claim);
    check_two_sides(&claim);
    check_diagnoses(&claim);
    sort_worst_first(page, ret);
    ret->edits_not_loaded = ret->pairs.not_loaded && inquiry_holding(inquiry, PROCEDURE_SYSTEMS) > 1;
    ret->whole = !ret->edits_not_loaded && ret->pairs.left_out == 0 && ret->not_known_count == 0;
    return 0;
}
