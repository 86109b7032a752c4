#include "kb/import/named.h"

#include "base/span.h"
#include "kb/import/importer.h"
#include "kb/schema.h"

enum { YEAR_FIRST = 1994, YEAR_LAST = 2199, MONTH = 100, DAY_LEN = 10, QUARTERS = 4, NCCI_YEAR = 1994 };

static int64_t first_day(long year, long month) { return year * SCHEMA_YEAR + month * MONTH + 1; }

/* Does the piece stand alone, without digits around it? */
static bool alone(struct span name, size_t at, size_t len) {
    return (at == 0 || !char_is_digit(name.ptr[at - 1])) && (at + len == name.len || !char_is_digit(name.ptr[at + len]));
}

/* 07-01-2026 as 07/01/2026, which import_day reads. */
static int64_t day_at(struct span piece) {
    char american[DAY_LEN];
    if (piece.ptr[4] == '-')
        return import_day(piece);
    if (piece.ptr[2] != '-' || piece.ptr[5] != '-')
        return 0;
    for (size_t i = 0; i < DAY_LEN; i++)
        american[i] = piece.ptr[i] == '-' ? '/' : piece.ptr[i];
    return import_day((struct span){american, DAY_LEN});
}

int64_t named_day(const char *text) {
    struct span name = span_of(text);
    int64_t day = 0;
    for (size_t at = 0; !day && at + DAY_LEN <= name.len; at++)
        if (alone(name, at, DAY_LEN))
            day = day_at(span_slice(name, at, at + DAY_LEN));
    return day;
}

int64_t named_quarter(const char *text) {
    struct span name = span_of(text);
    long year, quarter;
    for (size_t at = 0; at + 6 <= name.len; at++)
        if (alone(name, at, 6) && char_lower(name.ptr[at + 4]) == 'q' &&
            span_to_long(span_slice(name, at, at + 4), YEAR_FIRST, YEAR_LAST, &year) &&
            span_to_long(span_slice(name, at + 5, at + 6), 1, QUARTERS, &quarter))
            return first_day(year, quarter * 3 - 2);
    return 0;
}

int64_t named_version(const char *text) {
    struct span name = span_of(text);
    long years, quarter;
    for (size_t at = 0; at + 5 <= name.len; at++)
        if (char_lower(name.ptr[at]) == 'v' && char_lower(name.ptr[at + 4]) == 'r' &&
            span_to_long(span_slice(name, at + 1, at + 3), 1, 99, &years) &&
            span_to_long(span_slice(name, at + 3, at + 4), 0, QUARTERS - 1, &quarter))
            return first_day(NCCI_YEAR + years, quarter * 3 + 1);
    return 0;
}
