/* How long ago the operation was that a new text tells of: "day 40 after", "POD 12", "3 weeks post op", "6-week visit". */
#include "handlers/understand/extract.h"

enum { BEHIND_WORDS = 2, DAYS_MAX = 400 };

static bool is_after(struct span lower) { return span_is_among(lower, "after later out post postop past following since from follow"); }

/* "within 90 days after", "the 90 days": a term, no day. */
static bool is_term(struct span lower) {
    return span_is_among(lower, "within in first the for under up to than global of a per and or every");
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
    *least = span_is_among(lower, "day days d")          ? 1
             : span_is_among(lower, "week weeks wk wks") ? 7
             : span_is_among(lower, "month months")      ? 28
             : span_is_among(lower, "year years yr yrs") ? 365
                                                          : 0;
    *most = *least == 28 ? 31 : *least == 365 ? 366 : *least;
}

/* "a week", "the day" */
static bool is_one(const struct context *context, size_t i) {
    return span_is_among(context_at(context, i)->lower, "a an the") &&
           span_is_among(context_at(context, i + 1)->lower, "day week month year") && is_after(context_at(context, i + 2)->lower);
}

/* "day 40", "day # 40", "POD12" */
static bool counted_day(const struct context *context, size_t i, long *ret) {
    const struct token *token = context_at(context, i);
    size_t number = i + 1 + (size_t)context_mark_in(context, i + 1, "#");
    if (token->kind == TOKEN_MIXED && span_starts_same(token->lower, SPAN("pod")))
        return span_to_long(span_slice(token->lower, 3, token->lower.len), 1, DAYS_MAX, ret);
    return span_is_among(token->lower, "day pod") && context_at(context, number)->kind == TOKEN_NUMBER &&
           read_number(context, number, ret);
}

/* "after 3 weeks"; "after 3 weeks of therapy" tells what was before. */
static bool stands_behind_after(const struct context *context, size_t i, size_t unit) {
    return context_is(context, i - 1, "after") && !context_is(context, unit + 1, "of");
}

/* "3 weeks after", "12 days post op", "after 3 weeks" */
static bool time_after(const struct context *context, size_t i, long *least, long *most) {
    long number;
    size_t unit = i + 1 + (size_t)context_mark_in(context, i + 1, "-");
    if (is_one(context, i))
        number = 1;
    else if (!read_number(context, i, &number) || is_term(context_at(context, i - 1)->lower))
        return false;
    days_in(context_at(context, unit)->lower, least, most);
    bool behind = stands_behind_after(context, i, unit);
    for (size_t k = 1; *least && k <= BEHIND_WORDS; k++)
        if (behind || is_after(context_at(context, unit + k)->lower)) {
            *least *= number;
            *most *= number;
            return *most <= DAYS_MAX;
        }
    return false;
}

/* --- the days of both */

enum event { NO_EVENT, OPERATION, VISIT };

/* Of what happened on the day at token i its nearest word before tells, within the same sentence. */
static enum event event_before(const struct context *context, size_t i) {
    static const char operation[] = "done surgery operated operation operative performed procedure removed removal fixed nailed plated "
                                    "repaired repair replaced underwent injected injection placed op sx";
    static const char visit[] = "visit visits seen saw follow followup check checked came returned appointment appt recheck";
    static const char other[] = "dob born birth denied billed submitted paid sent injured injury fell effective";
    enum { REACH = 7 };
    for (size_t at = i - 1; at < context->count && i - at <= REACH; at--) {
        const struct token *token = context_at(context, at);
        bool stop = context_mark_in(context, at, ";?!") || (context_mark_in(context, at, ".") && !context_at(context, at + 1)->glued);
        if (stop || token->paragraph != context_at(context, i)->paragraph || span_is_among(token->lower, other))
            return NO_EVENT;
        if (span_is_among(token->lower, operation))
            return OPERATION;
        if (span_is_among(token->lower, visit))
            return VISIT;
    }
    return NO_EVENT;
}

/* 0 to 6 from Monday on, or -1. */
static long weekday_of(struct span lower) {
    static const char *const names[] = {"monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thurs",
                                        "friday fri", "saturday",         "sunday"};
    for (long day = 0; day < 7; day++)
        if (span_is_among(lower, names[day]))
            return day;
    return -1;
}

/* From the day of the operation to that of the visit behind it; 0: not exactly one of each is told. */
static long days_between(const struct context *context, struct date today) {
    struct date date, operation = {""}, visit = {""};
    size_t operations = 0, visits = 0;
    for (size_t i = 0, used; i < context->count; i += used ? used : 1) {
        const struct token *token = context_at(context, i);
        bool may_be_day = context_is_new(token) && !token->literal && !token->taken && token->kind != TOKEN_MARK;
        used = may_be_day ? extract_day(context, i, today, &date) : 0;
        enum event event = used ? event_before(context, i) : NO_EVENT;
        operation = event == OPERATION ? date : operation;
        visit = event == VISIT ? date : visit;
        operations += event == OPERATION;
        visits += event == VISIT;
    }
    return operations == 1 && visits == 1 ? date_days_between(operation, visit) : 0;
}

/* "injected on Monday, seen on Thursday": in one week, where no other is spoken of. */
static long weekdays_between(const struct context *context) {
    long operation = -1, visit = -1, told = 0;
    for (size_t i = 0; i < context->count; i++) {
        struct span lower = context_at(context, i)->lower;
        if (context_at(context, i)->kind != TOKEN_WORD)
            continue;
        long day = context_is_new(context_at(context, i)) ? weekday_of(lower) : -1;
        enum event event = day >= 0 ? event_before(context, i) : NO_EVENT;
        if (span_is_among(lower, "week weeks next last previous"))
            return 0;
        told += day >= 0;
        operation = event == OPERATION ? day : operation;
        visit = event == VISIT ? day : visit;
    }
    return told == 2 && operation >= 0 && visit >= 0 ? (visit - operation + 7) % 7 : 0;
}

bool extract_days_after(const struct context *context, struct date today, long *least, long *most) {
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
    long days = days_between(context, today);
    days = days ? days : weekdays_between(context);
    *least = *most = days > 0 && days <= DAYS_MAX ? days : 0;
    return *least > 0;
}
