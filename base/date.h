/* date.h - a calendar day, as ISO 8601 writes it. Days compare as their text does. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <time.h>

#include "base/span.h"

struct date {
    char iso[11]; /* "2026-03-01"; empty: no date */
};

#define DATE_FOREVER ((struct date){"9999-12-31"})

bool date_parse(struct span iso, struct date *ret); /* "YYYY-MM-DD" of a day that exists, 1900 to 9999 */
bool date_make(long year, long month, long day, struct date *ret);
struct date date_of_time(time_t when); /* the day in UTC */
struct date date_add_days(struct date, int days);
long date_days_between(struct date from, struct date to); /* negative when to is earlier */
int date_compare(struct date a, struct date b); /* <0, 0, >0 */
bool date_is_set(struct date);

#endif
