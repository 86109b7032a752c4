#include "handlers/extract.h"

#include <string.h>

/* A date from token i on: how many tokens it takes, 0 when there is none. */
static size_t read_iso(const struct context *context, size_t i, struct date *ret) {
    struct span first = context_at(context, i)->text;
    if (first.len != 4 || context_mark(context, i + 1) != '-' || context_mark(context, i + 3) != '-' || !context_glued(context, i, 4))
        return 0;
    long year, month, day;
    bool read = span_to_long(first, 1900, 9999, &year) && span_to_long(context_at(context, i + 2)->text, 1, 12, &month) &&
                span_to_long(context_at(context, i + 4)->text, 1, 31, &day) && date_make(year, month, day, ret);
    return read ? 5 : 0;
}

/* "3/1/2026", "03-01-26", "3.1.2026": month first, as this desk's users write. "3/1" takes the year from today, not later than it. */
static size_t read_american(const struct context *context, size_t i, struct date today, struct date *ret) {
    long month, day, year;
    char mark = context_mark(context, i + 1);
    if (!mark || !strchr("/-.", mark) || !context_glued(context, i, 2) || !span_to_long(context_at(context, i)->text, 1, 12, &month) ||
        !span_to_long(context_at(context, i + 2)->text, 1, 31, &day))
        return 0;
    struct span last = context_at(context, i + 4)->text;
    if (context_mark(context, i + 3) == mark && context_glued(context, i + 2, 2) && (last.len == 2 || last.len == 4) &&
        span_to_long(last, 0, 9999, &year))
        return date_make(last.len == 2 ? 2000 + year : year, month, day, ret) ? 5 : 0;
    if (mark != '/' || !span_to_long(span_of((char[]){today.iso[0], today.iso[1], today.iso[2], today.iso[3], 0}), 1, 9999, &year) ||
        !date_make(year, month, day, ret))
        return 0;
    return date_compare(*ret, today) <= 0 || date_make(year - 1, month, day, ret) ? 3 : 0;
}

static long month_of(struct span lower) {
    static const char *const months[] = {"jan january",  "feb february", "mar march",  "apr april",          "may",
                                         "jun june",     "jul july",     "aug august", "sep sept september", "oct october",
                                         "nov november", "dec december"};
    for (long month = 0; month < 12; month++)
        if (context_one_of(lower, months[month]))
            return month + 1;
    return 0;
}

/* "1", "1st", "22nd" */
static bool day_of(struct span text, long *ret) {
    if (text.len > 2 && context_one_of(span_slice(text, text.len - 2, text.len), "st nd rd th"))
        text.len -= 2;
    return span_to_long(text, 1, 31, ret);
}

static size_t skip_mark(const struct context *context, size_t i, const char *marks) {
    char mark = context_mark(context, i);
    return mark && strchr(marks, mark) ? i + 1 : i;
}

/* "March 1st, 2026" and "1 March 2026". The year is needed: without it a month is rarely a date of service. */
static size_t read_worded(const struct context *context, size_t i, struct date *ret) {
    long day, year, month = month_of(context_at(context, i)->lower);
    size_t at = i + 1;
    if (month) {
        at = skip_mark(context, at, ".");
        if (!day_of(context_at(context, at++)->lower, &day))
            return 0;
    } else {
        if (!day_of(context_at(context, i)->lower, &day))
            return 0;
        at = context_is(context, at, "of") ? at + 1 : at;
        month = month_of(context_at(context, at++)->lower);
        at = skip_mark(context, at, ".");
    }
    at = skip_mark(context, at, ",");
    if (!month || context_at(context, at)->text.len != 4 || !span_to_long(context_at(context, at)->text, 1900, 9999, &year))
        return 0;
    return date_make(year, month, day, ret) ? at + 1 - i : 0;
}

/* Which date is it? Words before it tell: 2 for the date of service by name, 1 for one that may be it, 0 for another one. */
static int standing(const struct context *context, size_t i) {
    static const char service[] = "dos service served performed seen surgery operated done operation visit procedure rendered";
    static const char other[] =
        "dob born birth birthday b printed published dated denied received paid since effective until through before after letter "
        "sent updated called wrote edition";
    int ret = 0;
    for (size_t at = i - 1; at < context->count && i - at <= 5 && context_at(context, at)->paragraph == context_at(context, i)->paragraph;
         at--) {
        struct span word = context_at(context, at)->lower;
        if (context_one_of(word, other))
            return 0;
        if (context_one_of(word, service))
            return 2;
        if (at == i - 1 && context_one_of(word, "on for"))
            ret = 1;
        if (context_mark(context, at) && strchr(";?!|", context_mark(context, at)))
            break;
    }
    return ret;
}

struct date extract_date_of_service(const struct context *context, struct date today) {
    struct date best = {""}, date;
    int best_standing = 0;
    bool several = false;
    for (size_t i = 0, used; i < context->count; i += used ? used : 1) {
        const struct token *token = context_at(context, i);
        used = 0;
        if (!context_is_new(token) || token->literal || token->kind == TOKEN_MARK || (token->glued && context_mark(context, i - 1) == '-'))
            continue;
        used = read_iso(context, i, &date);
        if (!used)
            used = read_american(context, i, today, &date);
        if (!used)
            used = read_worded(context, i, &date);
        int now = used ? standing(context, i) : 0;
        if (now > best_standing) {
            best_standing = now;
            best = date;
            several = false;
        } else if (now && now == best_standing && date_compare(date, best) != 0) {
            several = true;
        }
    }
    return several ? (struct date){""} : best;
}
