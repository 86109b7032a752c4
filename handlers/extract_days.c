/* How long ago the operation was that a new text tells of: "day 40 after", "POD 12", "3 weeks post op", "6-week visit". */
#include "handlers/extract.h"

enum { BEHIND_WORDS = 2, DAYS_MAX = 400 };

static bool is_after(struct span lower) { return context_one_of(lower, "after later out post postop past following since from follow"); }

/* "within 90 days after", "the 90 days": a term, no day. */
static bool is_term(struct span lower) {
    return context_one_of(lower, "within in first the for under up to than global of a per and or every");
}

static bool read_number(const struct context *context, size_t i, long *ret) {
    const struct token *token = context_at(context, i);
    long thousandths;
    if (token->taken || token->literal || token->postal || !amount_number_of(token->lower, &thousandths) || thousandths % 1000)
        return false;
    *ret = thousandths / 1000;
    return *ret > 0 && *ret <= DAYS_MAX;
}

/* Days in one: the least and the most; 0: not a span of time. */
static void days_in(struct span lower, long *least, long *most) {
    *least = context_one_of(lower, "day days d")          ? 1
             : context_one_of(lower, "week weeks wk wks") ? 7
             : context_one_of(lower, "month months")      ? 28
                                                          : 0;
    *most = *least == 28 ? 31 : *least;
}

/* "day 40", "day # 40", "POD12" */
static bool counted_day(const struct context *context, size_t i, long *ret) {
    const struct token *token = context_at(context, i);
    size_t number = i + 1 + (size_t)context_mark_in(context, i + 1, "#");
    if (token->kind == TOKEN_MIXED && span_starts_same(token->lower, SPAN("pod")))
        return span_to_long(span_slice(token->lower, 3, token->lower.len), 1, DAYS_MAX, ret);
    return context_one_of(token->lower, "day pod") && context_at(context, number)->kind == TOKEN_NUMBER &&
           read_number(context, number, ret);
}

/* "3 weeks after", "12 days post op" */
static bool time_after(const struct context *context, size_t i, long *least, long *most) {
    long number;
    size_t unit = i + 1 + (size_t)context_mark_in(context, i + 1, "-");
    if (!read_number(context, i, &number) || is_term(context_at(context, i - 1)->lower))
        return false;
    days_in(context_at(context, unit)->lower, least, most);
    for (size_t k = 1; *least && k <= BEHIND_WORDS; k++)
        if (is_after(context_at(context, unit + k)->lower)) {
            *least *= number;
            *most *= number;
            return *most <= DAYS_MAX;
        }
    return false;
}

bool extract_days_after(const struct context *context, long *least, long *most) {
    for (size_t i = 0; i < context->count; i++) {
        if (!context_is_new(context_at(context, i)))
            continue;
        if (time_after(context, i, least, most))
            return true;
        if (counted_day(context, i, least)) {
            *most = *least;
            return true;
        }
    }
    *least = *most = 0;
    return false;
}
