#include "kb/import/month.h"

#include "kb/schema.h"

enum { YEAR_DIGITS = 4, FIRST_YEAR = 1990, LAST_YEAR = 2199, MONTHS = 12, DAYS = 100 };

static const char *const months[MONTHS] = {"January", "February", "March",     "April",   "May",      "June",
                                           "July",    "August",   "September", "October", "November", "December"};

static bool digit_at(struct span text, size_t at) { return at < text.len && char_is_digit(text.ptr[at]); }

/* Where the first year stands, or text.len. */
static size_t year_at(struct span text, long *year) {
    for (size_t i = 0; i + YEAR_DIGITS <= text.len; i++)
        if ((i == 0 || !digit_at(text, i - 1)) && !digit_at(text, i + YEAR_DIGITS) &&
            span_to_long(span_slice(text, i, i + YEAR_DIGITS), FIRST_YEAR, LAST_YEAR, year))
            return i;
    return text.len;
}

long year_in_text(struct span text) {
    long year = 0;
    return year_at(text, &year) < text.len ? year : 0;
}

/* "-04" behind the year. */
static long month_number(struct span rest) {
    long month;
    if (rest.len < 3 || char_is_alnum(rest.ptr[0]) || digit_at(rest, 3) || !span_to_long(span_slice(rest, 1, 3), 1, MONTHS, &month))
        return 0;
    return month;
}

/* The first three letters of a month, at the beginning of a word. */
static long month_word(struct span name) {
    for (size_t i = 0; i < name.len; i++)
        for (long month = 0; month < MONTHS && (i == 0 || !char_is_alpha(name.ptr[i - 1])); month++)
            if (span_starts_same(span_slice(name, i, name.len), span_slice(span_of(months[month]), 0, 3)))
                return month + 1;
    return 0;
}

int64_t month_in_name(const char *name, long usual) {
    struct span text = span_of(name);
    long year = 0, month;
    size_t at = year_at(text, &year);
    if (at == text.len)
        return 0;
    month = month_number(span_slice(text, at + YEAR_DIGITS, text.len));
    if (!month)
        month = month_word(text);
    if (!month)
        month = usual;
    return month ? (int64_t)year * SCHEMA_YEAR + month * DAYS + 1 : 0;
}

const char *month_title(struct import *import, int64_t day) {
    if (!day)
        return "";
    if (day % DAYS != 1)
        return arena_copy(import_arena(import), span_of(schema_date(day).iso));
    return arena_printf(import_arena(import), "%s %d", months[day / DAYS % DAYS - 1], (int)(day / SCHEMA_YEAR));
}

const char *edition_id(struct import *import, const char *kind, int64_t day) {
    return arena_printf(import_arena(import), "%s-%s", kind, schema_date(day).iso);
}
