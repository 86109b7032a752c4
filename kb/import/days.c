/* Days as the official files write them. */
#include "base/date.h"
#include "kb/import/importer.h"
#include "kb/schema.h"

enum { COMPACT = 8, CENTURY = 2000, TWO_DIGIT_YEAR = 100 };

static int64_t checked(long year, long month, long day) {
    struct date date;
    return date_make(year, month, day, &date) ? schema_day(date) : 0;
}

static int64_t compact(struct span text) {
    long year, month, day;
    if (!span_to_long(span_slice(text, 0, 4), 1900, 9999, &year) || !span_to_long(span_slice(text, 4, 6), 1, 12, &month) ||
        !span_to_long(span_slice(text, 6, COMPACT), 1, 31, &day))
        return 0;
    return checked(year, month, day);
}

/* month/day/year, the year with two or four digits. */
static int64_t american(struct span text) {
    struct span month_text, day_text;
    long year, month, day;
    if (!span_cut(&text, '/', &month_text) || !span_cut(&text, '/', &day_text) || !span_to_long(month_text, 1, 12, &month) ||
        !span_to_long(day_text, 1, 31, &day) || !span_to_long(text, 0, 9999, &year))
        return 0;
    return checked(year < TWO_DIGIT_YEAR ? CENTURY + year : year, month, day);
}

int64_t import_day(struct span text) {
    struct date date;
    text = span_trim(text);
    if (text.len == COMPACT && span_find_char(text, '/') == SPAN_NONE)
        return compact(text);
    if (span_find_char(text, '/') != SPAN_NONE)
        return american(text);
    return date_parse(text, &date) ? schema_day(date) : 0;
}
