/* The date of service: ways of writing a day, and what the words before it say of it. */
#include "handlers/understand/extract.h"

#include <string.h>

/* A day is no date of service before EARLIEST_YEAR or more than YEARS_AHEAD after today: it is somebody's birthday, or a slip. */
enum { EARLIEST_YEAR = 2000, YEARS_AHEAD = 2 };

enum standing { NOT_IT, MAY_BE_IT, BY_NAME };

static long year_of(struct date today) {
    long ret = 0;
    span_to_long((struct span){today.iso, 4}, 1, 9999, &ret);
    return ret;
}

/* "2026", or "26" for the year of this century unless that lies too far ahead. */
static bool read_year(struct span text, struct date today, long *ret) {
    if ((text.len != 2 && text.len != 4) || !span_to_long(text, 0, 9999, ret))
        return false;
    if (text.len == 2)
        *ret += *ret + 2000 > year_of(today) + YEARS_AHEAD ? 1900 : 2000;
    return true;
}

/* A day without its year is the last one that has come. */
static bool last_such_day(struct date today, long month, long day, struct date *ret) {
    long year = year_of(today);
    return date_make(year, month, day, ret) && (date_compare(*ret, today) <= 0 || date_make(year - 1, month, day, ret));
}

/* --- readers: from token i on, how many tokens the day takes, or 0 */

/* "2026-03-01", "2026/03/01" */
static size_t read_iso(const struct context *context, size_t i, struct date *ret) {
    struct span first = context_at(context, i)->text;
    char mark = context_mark(context, i + 1);
    if (first.len != 4 || (mark != '-' && mark != '/') || context_mark(context, i + 3) != mark || !context_glued(context, i, 4))
        return 0;
    long year, month, day;
    bool read = span_to_long(first, 1900, 9999, &year) && span_to_long(context_at(context, i + 2)->text, 1, 12, &month) &&
                span_to_long(context_at(context, i + 4)->text, 1, 31, &day) && date_make(year, month, day, ret);
    return read ? 5 : 0;
}

/* "20260301", "03012026", "030126": only beside the name of the date of service. */
static size_t read_digits(const struct context *context, size_t i, struct date today, struct date *ret) {
    const struct token *token = context_at(context, i);
    struct span text = token->text;
    long year, month, day;
    if (token->kind != TOKEN_NUMBER || (text.len != 6 && text.len != 8) || token->glued ||
        !span_is_among(context_at(context, context_mark_in(context, i - 1, ":#=") ? i - 2 : i - 1)->lower, "dos service"))
        return 0;
    bool year_first = text.len == 8 && span_to_long(span_slice(text, 0, 4), 1900, 2100, &year);
    struct span rest = year_first ? span_slice(text, 4, 8) : text;
    if (!year_first && !read_year(span_slice(text, 4, text.len), today, &year))
        return 0;
    bool read = span_to_long(span_slice(rest, 0, 2), 1, 12, &month) && span_to_long(span_slice(rest, 2, 4), 1, 31, &day) &&
                date_make(year, month, day, ret);
    return read ? 1 : 0;
}

/* "3/1/2026", "03-01-26", "3.1.2026": month first, as this desk's users write, unless it can only be the day. "3/1" is the last such day.
 */
static size_t read_numbers(const struct context *context, size_t i, struct date today, struct date *ret) {
    long first, second, year;
    char mark = context_mark(context, i + 1);
    if (context_at(context, i)->text.len > 2 || context_at(context, i + 2)->text.len > 2)
        return 0;
    if (!mark || !strchr("/-.", mark) || !context_glued(context, i, 2) || !span_to_long(context_at(context, i)->text, 1, 31, &first) ||
        !span_to_long(context_at(context, i + 2)->text, 1, 31, &second))
        return 0;
    if (context_mark(context, i + 3) == mark && context_glued(context, i + 2, 2) &&
        read_year(context_at(context, i + 4)->text, today, &year))
        return (first <= 12 ? date_make(year, first, second, ret) : second <= 12 && date_make(year, second, first, ret)) ? 5 : 0;
    bool fraction = span_is_among(context_at(context, i + 3)->lower, "of inch inches tablet dose");
    return mark == '/' && first <= 12 && !fraction && last_such_day(today, first, second, ret) ? 3 : 0;
}

static long month_of(struct span lower) {
    static const char *const months[] = {"jan january enero janvier januar",
                                         "feb february febrero fevrier februar",
                                         "mar march marzo mars marz maerz",
                                         "apr april abril avril",
                                         "may mayo mai",
                                         "jun june junio juin juni",
                                         "jul july julio juillet juli",
                                         "aug august agosto aout",
                                         "sep sept september septiembre septembre",
                                         "oct october octubre octobre oktober",
                                         "nov november noviembre novembre",
                                         "dec december diciembre decembre dezember"};
    for (long month = 0; month < 12; month++)
        if (span_is_among(lower, months[month]))
            return month + 1;
    return 0;
}

/* "1", "1st", "22nd" */
static bool day_of(struct span text, long *ret) {
    if (text.len > 2 && span_is_among(span_slice(text, text.len - 2, text.len), "st nd rd th"))
        text.len -= 2;
    return span_to_long(text, 1, 31, ret);
}

static size_t skip_mark(const struct context *context, size_t i, const char *marks) {
    return context_mark_in(context, i, marks) ? i + 1 : i;
}

static bool is_month_name(const struct token *token) {
    return token->kind == TOKEN_WORD && month_of(token->lower) &&
           (!span_equal(token->lower, SPAN("may")) || token->text.ptr[0] == 'M'); /* "may" is a verb */
}

/* The day and the month from token i on, and what stands between: "March 1st", "1 March", "1st of March", "1-Mar". The token behind, or 0.
 */
static size_t read_day_of_month(const struct context *context, size_t i, long *day, long *month) {
    size_t at = i + 1;
    if (is_month_name(context_at(context, i))) {
        *month = month_of(context_at(context, i)->lower);
        at = skip_mark(context, at, ".-");
        return day_of(context_at(context, at)->lower, day) ? at + 1 : 0;
    }
    if (!day_of(context_at(context, i)->lower, day))
        return 0;
    at = skip_mark(context, at, ".-");
    at += span_is_among(context_at(context, at)->lower, "of de");
    *month = month_of(context_at(context, at)->lower);
    return is_month_name(context_at(context, at)) ? skip_mark(context, at + 1, ".") : 0;
}

/* "March 1st, 2026", "1 March 2026", "01-MAR-26"; "March 1st" is the last such day. */
static size_t read_worded(const struct context *context, size_t i, struct date today, struct date *ret) {
    long day, month, year;
    size_t at = read_day_of_month(context, i, &day, &month);
    if (!at)
        return 0;
    size_t behind = skip_mark(context, at, ",-");
    behind += span_is_among(context_at(context, behind)->lower, "de del of");
    const struct token *last = context_at(context, behind);
    bool short_year = last->text.len == 2 && last->glued;
    if (last->kind == TOKEN_NUMBER && (last->text.len == 4 || short_year) && read_year(last->text, today, &year))
        return date_make(year, month, day, ret) ? behind + 1 - i : 0;
    return last_such_day(today, month, day, ret) ? at - i : 0;
}

size_t extract_day(const struct context *context, size_t i, struct date today, struct date *ret) {
    size_t used = read_iso(context, i, ret);
    used = used ? used : read_digits(context, i, today, ret);
    used = used ? used : read_numbers(context, i, today, ret);
    return used ? used : read_worded(context, i, today, ret);
}

/* --- which day is it? */

/* "D.O.S." and "D.O.B." are four letters with stops between: the last one before token i, or 0. */
static char spelled_initial(const struct context *context, size_t i) {
    size_t at = context_mark(context, i) == ':' ? i - 1 : i;
    at = context_mark(context, at) == '.' ? at - 1 : at;
    bool spelled = context_mark(context, at - 1) == '.' && context_is(context, at - 2, "o") && context_mark(context, at - 3) == '.' &&
                   context_is(context, at - 4, "d");
    return spelled && context_at(context, at)->lower.len == 1 ? context_at(context, at)->lower.ptr[0] : 0;
}

/* The words before a day tell. The nearest counts: a service, or another thing that has a day, such as a rule that takes effect. */
static enum standing words_tell(const struct context *context, size_t i) {
    static const char service[] = "dos service served performed seen surgery operated done operation visit procedure rendered appointment "
                                  "appt treated";
    static const char other[] = "dob born birth birthday birthdate b printed published dated denied received paid since effective until "
                                "through before after letter sent updated called wrote edition injured injury injuries accident doi fell "
                                "billed submitted resubmitted filed processed adjudicated appealed hired signed revised expires expired "
                                "closed opened moved joined retired due deadline";
    enum standing ret = NOT_IT;
    char initial = spelled_initial(context, i - 1);
    if (initial == 's' || initial == 'b')
        return initial == 's' ? BY_NAME : NOT_IT;
    for (size_t at = i - 1; at < context->count && i - at <= 5; at--) {
        struct span word = context_at(context, at)->lower;
        if (context_at(context, at)->paragraph != context_at(context, i)->paragraph || context_mark_in(context, at, ";?!|"))
            break;
        if (span_is_among(word, other))
            return NOT_IT;
        if (span_is_among(word, service))
            return BY_NAME;
        if (at == i - 1 && context_is(context, at, "for"))
            return MAY_BE_IT;
        if (at == i - 1 && context_is(context, at, "on"))
            ret = MAY_BE_IT;
    }
    return ret;
}

/* Only "and", "or" or a comma stand between the day that ends at token `end` and the one at token i: both are of one kind. */
static bool goes_on(const struct context *context, size_t end, size_t i) {
    if (end == 0 || i - end > 2 || i == end)
        return false;
    for (size_t at = end; at < i; at++)
        if (!context_mark_in(context, at, ",&+/;") && !span_is_among(context_at(context, at)->lower, "and or"))
            return false;
    return true;
}

/* "3/1/2026 - 3/3/2026": the end of a span of days, whose first day is the date of service. */
static bool ends_span(const struct context *context, size_t end, size_t i) {
    return end > 0 && i == end + 1 &&
           (context_mark_in(context, end, "-") || span_is_among(context_at(context, end)->lower, "to thru through until"));
}

static bool is_plausible(struct date date, struct date today) {
    long year = year_of(date);
    return year >= EARLIEST_YEAR && year <= year_of(today) + YEARS_AHEAD;
}

struct date extract_date_of_service(const struct context *context, struct date today) {
    struct date best = {""}, date;
    enum standing best_standing = NOT_IT, standing = NOT_IT;
    bool several = false;
    for (size_t i = 0, used, end = 0; i < context->count; i += used ? used : 1) {
        const struct token *token = context_at(context, i);
        used = 0;
        if (!context_is_new(token) || token->literal || token->kind == TOKEN_MARK)
            continue;
        bool hangs = token->glued && context_mark(context, i - 1) == '-';
        used = hangs && !ends_span(context, end, i) ? 0 : extract_day(context, i, today, &date);
        if (!used)
            continue;
        bool spans = ends_span(context, end, i);
        standing = goes_on(context, end, i) ? standing : words_tell(context, i);
        end = i + used;
        if (spans || !is_plausible(date, today))
            continue;
        if (standing > best_standing) {
            best_standing = standing;
            best = date;
            several = false;
        } else if (standing != NOT_IT && standing == best_standing && date_compare(date, best) != 0) {
            several = true;
        }
    }
    return several ? (struct date){""} : best;
}
