#include "base/date.h"

#include <stdio.h>
#include <string.h>

static int days_in_month(long year, long month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool date_make(long year, long month, long day, struct date *ret) {
    if (year < 1900 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    snprintf(ret->iso, sizeof ret->iso, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100);
    return true;
}

bool date_parse(struct span iso, struct date *ret) {
    long year, month, day;
    if (iso.len != 10 || iso.ptr[4] != '-' || iso.ptr[7] != '-')
        return false;
    return span_to_long(span_slice(iso, 0, 4), 0, 9999, &year) && span_to_long(span_slice(iso, 5, 7), 0, 12, &month) &&
           span_to_long(span_slice(iso, 8, 10), 0, 31, &day) && date_make(year, month, day, ret);
}

struct date date_of_time(time_t when) {
    struct date ret = {""};
    struct tm tm;
    if (gmtime_r(&when, &tm))
        strftime(ret.iso, sizeof ret.iso, "%Y-%m-%d", &tm);
    return ret;
}

static time_t midnight(struct date date, int days_later) {
    struct tm tm = {0};
    long part = 0;
    span_to_long(span_slice(span_of(date.iso), 0, 4), 0, 9999, &part);
    tm.tm_year = (int)part - 1900;
    span_to_long(span_slice(span_of(date.iso), 5, 7), 0, 12, &part);
    tm.tm_mon = (int)part - 1;
    span_to_long(span_slice(span_of(date.iso), 8, 10), 0, 31, &part);
    tm.tm_mday = (int)part + days_later;
    return timegm(&tm);
}

struct date date_add_days(struct date date, int days) {
    return date_of_time(midnight(date, days));
}

long date_days_between(struct date from, struct date to) {
    enum { DAY_SECONDS = 24 * 60 * 60 };
    return (long)((midnight(to, 0) - midnight(from, 0)) / DAY_SECONDS);
}

int date_compare(struct date a, struct date b) { return strcmp(a.iso, b.iso); }

bool date_is_set(struct date date) { return date.iso[0] != '\0'; }
