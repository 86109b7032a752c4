#include "handlers/understand/amount.h"

static const struct {
    const char *words;
    enum amount_unit unit;
    long factor;
} units[] = {
    {"unit units iu", AMOUNT_UNITS, 1},
    {"mcg ug microgram micrograms", AMOUNT_DOSE, 1},
    {"mg milligram milligrams", AMOUNT_DOSE, 1000},
    {"g gm gram grams", AMOUNT_DOSE, 1000000},
    {"ml cc milliliter milliliters", AMOUNT_ML, 1},
    {"minute minutes min mins", AMOUNT_MINUTES, 1},
    {"hour hours hr hrs", AMOUNT_MINUTES, 60},
    {"level levels interspace interspaces", AMOUNT_LEVELS, 1},
    {"lesion lesions wart warts nail nails tag tags keratosis keratoses callus calluses corn corns ak aks mole moles nevus nevi polyp "
     "polyps cyst cysts",
     AMOUNT_PIECES, 1},
    {"time times", AMOUNT_TIMES, 1},
    {"sq square sqcm cm2", AMOUNT_AREA, 1},
    {"mm millimeter millimeters", AMOUNT_LENGTH, 1},
    {"cm cms centimeter centimeters", AMOUNT_LENGTH, 10},
    {"day days", AMOUNT_DAYS, 1},
    {"week weeks wk wks", AMOUNT_DAYS, 7},
};

static const char numbers[] = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
                              "eighteen nineteen twenty";

enum amount_unit amount_unit_of(struct span word, long *ret_factor) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct span rest = span_of(units[i].words), item;
        while (span_cut(&rest, ' ', &item))
            if (span_same(item, word)) {
                *ret_factor = units[i].factor;
                return units[i].unit;
            }
    }
    return AMOUNT_NONE;
}

static bool word_number(struct span text, long *ret) {
    struct span rest = span_of(numbers), item;
    for (long n = 1; span_cut(&rest, ' ', &item); n++)
        if (span_same(item, text)) {
            *ret = n * 1000;
            return true;
        }
    return false;
}

/* "000" or "000,000" behind a comma: exactly three digits. */
static bool is_group(struct span rest) {
    size_t digits = 0;
    while (digits < rest.len && char_is_digit(rest.ptr[digits]))
        digits++;
    return digits == 3;
}

bool amount_number_of(struct span text, long *ret_thousandths) {
    long value = 0, place = 1000; /* what the next digit counts, behind the point */
    size_t digits = 0, group = 0; /* digits since the last comma */
    bool behind = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (char_is_digit(c)) {
            if (++digits > AMOUNT_DIGITS)
                return false;
            place = behind ? place / 10 : place;
            if (place == 0)
                return false;
            group++;
            value = (behind ? value : value * 10) + (c - '0') * place;
        } else if (c == '.' && !behind && digits > 0)
            behind = true;
        else if (c != ',' || behind || digits == 0)
            return word_number(text, ret_thousandths);
        else if (value == 0 || group > 3 || !is_group(span_slice(text, i + 1, text.len)))
            return false;
        else
            group = 0;
    }
    *ret_thousandths = value;
    return digits > 0;
}

static size_t word_end(struct span text, size_t at) {
    while (at < text.len && char_is_alpha(text.ptr[at]))
        at++;
    return at;
}

static size_t number_end(struct span text) {
    size_t at = 0;
    while (at < text.len && (char_is_digit(text.ptr[at]) || (at > 0 && (text.ptr[at] == '.' || text.ptr[at] == ',') && at + 1 < text.len &&
                                                             char_is_digit(text.ptr[at + 1]))))
        at++;
    return at ? at : word_end(text, 0);
}

bool amount_at(struct span text, struct amount *ret, size_t *ret_end) {
    long number, factor;
    size_t end = number_end(text);
    if (!amount_number_of(span_slice(text, 0, end), &number))
        return false;
    if (end < text.len && (text.ptr[end] == ' ' || text.ptr[end] == '-'))
        end++;
    size_t to = word_end(text, end);
    enum amount_unit unit = amount_unit_of(span_slice(text, end, to), &factor);
    if (unit == AMOUNT_NONE)
        return false;
    *ret = (struct amount){.thousandths = number * factor, .unit = unit};
    *ret_end = to;
    return true;
}
