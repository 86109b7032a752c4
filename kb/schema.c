#include "kb/schema.h"

int64_t schema_day(struct date date) {
    int64_t ret = 0;
    for (const char *c = date.iso; *c; c++)
        if (char_is_digit(*c))
            ret = ret * 10 + (*c - '0');
    return ret;
}

/* By hand, since an answer turns a hundred of them into text. */
struct date schema_date(int64_t day) {
    struct date ret = {"0000-00-00"};
    if (day < 0 || day > 99999999)
        return (struct date){""};
    for (int at = 9; at >= 0; at--) {
        if (ret.iso[at] == '-')
            continue;
        ret.iso[at] = (char)('0' + day % 10);
        day /= 10;
    }
    return ret;
}

int64_t schema_add_days(int64_t day, int days) {
    return day >= SCHEMA_FOREVER || day <= 0 ? day : schema_day(date_add_days(schema_date(day), days));
}
