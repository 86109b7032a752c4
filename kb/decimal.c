#include "kb/decimal.h"

enum { WHOLE_MAX = 6, TEN = 10 };

static int64_t power(unsigned places) {
    int64_t ret = 1;
    while (places-- > 0)
        ret *= TEN;
    return ret;
}

bool decimal_read(struct span text, unsigned places, int64_t *ret) {
    size_t point = span_find_char(text, '.');
    struct span whole = span_slice(text, 0, point), part = point == SPAN_NONE ? (struct span){0} : span_slice(text, point + 1, text.len);
    int64_t number = 0;
    if (whole.len == 0 || whole.len > WHOLE_MAX || part.len > places || (point != SPAN_NONE && part.len == 0))
        return false;
    for (size_t i = 0; i < whole.len + part.len; i++) {
        char c = i < whole.len ? whole.ptr[i] : part.ptr[i - whole.len];
        if (!char_is_digit(c))
            return false;
        number = number * TEN + (c - '0');
    }
    *ret = number * power(places - (unsigned)part.len);
    return true;
}

int64_t decimal_round(int64_t number, unsigned places) {
    int64_t divisor = power(places);
    return (number + divisor / 2) / divisor;
}
