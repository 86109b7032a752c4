/* What the indicators of the fee schedule, and the kind of a code, say of a modifier. */
#include <string.h>

#include "handlers/rules/modifier.h"
#include "kb/figures.h"

enum { YEAR_LEN = 4 };

/* The first row that names the modifier and the figure's value decides. "9": the schedule leaves the figure out of a code it pays. */
static const struct rule {
    const char *modifiers;
    enum figure figure;
    const char *values;
    enum verdict verdict;
    const char *reason;
} rules[] = {
    {"50", FIGURE_BILATERAL, "0", VERDICT_NOT, "both_as_one"},
    {"50", FIGURE_BILATERAL, "1", VERDICT_FITS, "both_at_150"},
    {"50", FIGURE_BILATERAL, "2", VERDICT_NOT, "both_in_figures"},
    {"50", FIGURE_BILATERAL, "3", VERDICT_FITS, "both_in_full"},
    {"50", FIGURE_BILATERAL, "9", VERDICT_NOT, "no_sides"},
    {"LT RT", FIGURE_BILATERAL, "0", VERDICT_UNSAID, "side_not_paid"},
    {"LT RT", FIGURE_BILATERAL, "1 3", VERDICT_FITS, "side_tells"},
    {"LT RT", FIGURE_BILATERAL, "2", VERDICT_NOT, "both_in_figures"},
    {"LT RT", FIGURE_BILATERAL, "9", VERDICT_UNSAID, "side_not_told"},
    {"80 81 82 AS", FIGURE_ASSISTANT, "0", VERDICT_FITS, "assistant_documents"},
    {"80 81 82 AS", FIGURE_ASSISTANT, "1", VERDICT_NOT, "assistant_never"},
    {"82", FIGURE_ASSISTANT, "2", VERDICT_FITS, "assistant_no_resident"},
    {"AS", FIGURE_ASSISTANT, "2", VERDICT_FITS, "assistant_no_physician"},
    {"80 81", FIGURE_ASSISTANT, "2", VERDICT_FITS, "assistant_paid"},
    {"80 81 82 AS", FIGURE_ASSISTANT, "9", VERDICT_NOT, "assistant_none"},
    {"62", FIGURE_COSURGEON, "0", VERDICT_NOT, "cosurgeon_never"},
    {"62", FIGURE_COSURGEON, "1", VERDICT_FITS, "cosurgeon_documents"},
    {"62", FIGURE_COSURGEON, "2", VERDICT_FITS, "cosurgeon_paid"},
    {"62", FIGURE_COSURGEON, "9", VERDICT_NOT, "cosurgeon_none"},
    {"66", FIGURE_TEAM, "0", VERDICT_NOT, "team_never"},
    {"66", FIGURE_TEAM, "1", VERDICT_FITS, "team_documents"},
    {"66", FIGURE_TEAM, "2", VERDICT_FITS, "team_paid"},
    {"66", FIGURE_TEAM, "9", VERDICT_NOT, "team_none"},
    {"26", FIGURE_COMPONENTS, "1 6", VERDICT_FITS, "professional_part"},
    {"TC", FIGURE_COMPONENTS, "1", VERDICT_FITS, "technical_part"},
    {"26 TC", FIGURE_COMPONENTS, "0", VERDICT_NOT, "no_split"},
    {"26 TC", FIGURE_COMPONENTS, "2", VERDICT_NOT, "professional_only"},
    {"26 TC", FIGURE_COMPONENTS, "3", VERDICT_NOT, "technical_only"},
    {"26 TC", FIGURE_COMPONENTS, "4", VERDICT_NOT, "whole_only"},
    {"26 TC", FIGURE_COMPONENTS, "5", VERDICT_NOT, "incident_only"},
    {"TC", FIGURE_COMPONENTS, "6 8", VERDICT_NOT, "no_technical_part"},
    {"26", FIGURE_COMPONENTS, "8", VERDICT_UNSAID, "components_unsaid"},
    {"26 TC", FIGURE_COMPONENTS, "7", VERDICT_UNSAID, "components_unsaid"},
    {"26 TC", FIGURE_COMPONENTS, "9", VERDICT_NOT, "no_components"},
    {"51", FIGURE_GLOBAL, "ZZZ", VERDICT_NOT, "add_on_not_reduced"},
    {"51", FIGURE_MULTIPLE, "0", VERDICT_NOT, "not_reduced"},
    {"51", FIGURE_MULTIPLE, "1 2", VERDICT_FITS, "reduced"},
    {"51", FIGURE_MULTIPLE, "3", VERDICT_FITS, "reduced_endoscopy"},
    {"51", FIGURE_MULTIPLE, "4 5 6 7", VERDICT_UNSAID, "reduced_by_itself"},
    {"51", FIGURE_MULTIPLE, "9", VERDICT_NOT, "no_multiple"},
    {"58", FIGURE_GLOBAL, "000 010 090 MMM XXX YYY", VERDICT_FITS, "planned_stage"},
    {"78", FIGURE_GLOBAL, "000 010 090 MMM XXX YYY", VERDICT_FITS, "complication"},
    {"79", FIGURE_GLOBAL, "000 010 090 MMM XXX YYY", VERDICT_FITS, "unrelated"},
    {"58 78 79", FIGURE_GLOBAL, "ZZZ", VERDICT_UNSAID, "main_code_tells"},
    {"25", FIGURE_GLOBAL, "000 010 XXX", VERDICT_ELSEWHERE, "visit_separate"},
    {"25", FIGURE_GLOBAL, "090", VERDICT_NOT, "visit_is_57"},
    {"57", FIGURE_GLOBAL, "090", VERDICT_ELSEWHERE, "visit_decision"},
    {"57", FIGURE_GLOBAL, "000 010 XXX", VERDICT_NOT, "visit_not_57"},
    {"24", FIGURE_GLOBAL, "010 090", VERDICT_ELSEWHERE, "visit_unrelated"},
    {"24", FIGURE_GLOBAL, "000 XXX", VERDICT_NOT, "no_days_after"},
    {"24 25 57", FIGURE_GLOBAL, "MMM YYY ZZZ", VERDICT_ELSEWHERE, "visit_alone"},
    {"54", FIGURE_GLOBAL, "010 090", VERDICT_FITS, "care_operation"},
    {"55", FIGURE_GLOBAL, "010 090", VERDICT_FITS, "care_after"},
    {"56", FIGURE_GLOBAL, "010 090", VERDICT_FITS, "care_before"},
    {"54 55 56", FIGURE_GLOBAL, "000 XXX ZZZ", VERDICT_NOT, "nothing_to_share"},
    {"54 55 56", FIGURE_GLOBAL, "MMM YYY", VERDICT_UNSAID, "global_unsaid"},
};

bool modifier_is_one_of(const char *modifier, const char *list) {
    struct span rest = span_of(list), item;
    while (span_cut(&rest, ' ', &item))
        if (span_equal(item, span_of(modifier)))
            return true;
    return false;
}

bool modifier_is_distinct(const char *modifier) { return modifier_is_one_of(modifier, "59 XE XP XS XU"); }

bool modifier_is_anatomic(const char *modifier) {
    return modifier_is_one_of(modifier, "LT RT E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LC LD LM RC RI");
}

static bool is_in_range(const struct kb_code *code, const char *first, const char *last) {
    return code->system == SYSTEM_CPT && strlen(code->key) == 5 && strcmp(code->key, first) >= 0 && strcmp(code->key, last) <= 0;
}

bool modifier_is_visit(const struct kb_code *code) { return is_in_range(code, "99202", "99499") || is_in_range(code, "92002", "92014"); }

/* Where a code is paid by the schedule, an indicator that is not among its figures is a 9. */
static bool is_paid_by_schedule(const char *status) { return status && modifier_is_one_of(status, "A C R T"); }

static const char *year_of(struct page *page, const struct kb_fact *fact) {
    return fact->ended ? arena_copy(page->arena, span_slice(span_of(fact->valid_to.iso), 0, YEAR_LEN)) : NULL;
}

bool modifier_by_figures(struct page *page, const struct page_code *code, const struct modifier *modifier, struct judgement *ret) {
    const struct kb_fact *status = page_fact(code, SECTION_FEE, name_text(figure_labels, FIGURE_STATUS));
    if (!status)
        return false;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct rule *rule = &rules[i];
        const char *label = name_text(figure_labels, (int)rule->figure);
        const struct kb_fact *figure = page_fact(code, SECTION_FEE, label);
        const char *value = figure ? figure->value : is_paid_by_schedule(status->value) ? "9" : NULL;
        if (!value || !modifier_is_one_of(modifier->key, rule->modifiers) || !modifier_is_one_of(value, rule->values))
            continue;
        const struct kb_fact *split = page_fact(code, SECTION_FEE, name_text(figure_labels, FIGURE_SPLIT));
        *ret = (struct judgement){.verdict = rule->verdict,
                                  .reason = rule->reason,
                                  .label = label,
                                  .value = value,
                                  .shares = split ? split->value : NULL,
                                  .figures_of = year_of(page, figure ? figure : status),
                                  .source = (figure ? figure : status)->source};
        return true;
    }
    return false;
}

/* Kinds of code by their place in the book. */
enum kind { KIND_VISIT, KIND_ANESTHESIA, KIND_LABORATORY, KIND_OTHER, KIND_HCPCS };

static enum kind kind_of(const struct kb_code *code) {
    if (code->system != SYSTEM_CPT)
        return KIND_HCPCS;
    if (modifier_is_visit(code))
        return KIND_VISIT;
    if (is_in_range(code, "00100", "01999"))
        return KIND_ANESTHESIA;
    return is_in_range(code, "80047", "89398") ? KIND_LABORATORY : KIND_OTHER;
}

#define KIND_BIT(kind) (1u << (kind))
static const unsigned kinds_cpt = KIND_BIT(KIND_VISIT) | KIND_BIT(KIND_ANESTHESIA) | KIND_BIT(KIND_LABORATORY) | KIND_BIT(KIND_OTHER);
static const unsigned kinds_work = KIND_BIT(KIND_ANESTHESIA) | KIND_BIT(KIND_LABORATORY) | KIND_BIT(KIND_OTHER);

bool modifier_by_kind(const struct page_code *code, const struct modifier *modifier, struct judgement *ret) {
    /* What a modifier is for is told by its own fact: here stands only on which kinds of code. */
    const struct {
        const char *modifiers;
        unsigned kinds;
        enum verdict verdict;
        const char *reason; /* NULL: the modifier's own text */
    } rows[] = {
        {"24 25 57", KIND_BIT(KIND_VISIT), VERDICT_FITS, NULL},
        {"24 25 57", kinds_work | KIND_BIT(KIND_HCPCS), VERDICT_ELSEWHERE, "visit_alone"},
        {"22 58 78 79 54 55 56 59 XE XP XS XU", KIND_BIT(KIND_VISIT), VERDICT_NOT, "never_on_visit"},
        {"59 XE XP XS XU", kinds_work | KIND_BIT(KIND_HCPCS), VERDICT_FITS, NULL},
        {"22 52 53 63 73 74 76 77", KIND_BIT(KIND_OTHER), VERDICT_FITS, NULL},
        {"91", KIND_BIT(KIND_LABORATORY), VERDICT_FITS, NULL},
        {"91", kinds_cpt, VERDICT_NOT, "laboratory_only"},
        {"P1 P2 P3 P4 P5 P6 AA AD QK QS QX QY QZ G8 G9 23", KIND_BIT(KIND_ANESTHESIA), VERDICT_FITS, NULL},
        {"P1 P2 P3 P4 P5 P6 AA AD QK QX QY QZ", kinds_cpt, VERDICT_NOT, "anesthesia_only"},
    };
    unsigned kind = KIND_BIT(kind_of(&code->code));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].kinds & kind && modifier_is_one_of(modifier->key, rows[i].modifiers) && (rows[i].reason || modifier->plain)) {
            *ret = (struct judgement){.verdict = rows[i].verdict,
                                      .reason = rows[i].reason,
                                      .text = rows[i].reason ? NULL : modifier->plain,
                                      .source = rows[i].reason ? NULL : modifier->source};
            return true;
        }
    return false;
}
