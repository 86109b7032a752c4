#include "kb/ranges.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kb/words.h"

enum { NUMBER_BYTES = 16, UNIT_SAME = 2 };

/* What stands before or behind a number and makes a range of it. */
static const struct bound {
    const char *words;
    enum { UPPER, LOWER } side;
    bool strict;
} before_bounds[] =
    {
        {"less than", UPPER, true},    {"under", UPPER, true},        {"below", UPPER, true},     {"up to", UPPER, false},
        {"at most", UPPER, false},     {"greater than", LOWER, true}, {"more than", LOWER, true}, {"over", LOWER, true},
        {"above", LOWER, true},        {"at least", LOWER, false},    {"<", UPPER, true},         {">", LOWER, true},
        {"smaller than", UPPER, true},
},
  behind_bounds[] = {
      {"or less", UPPER, false},   {"and under", UPPER, false},  {"or under", UPPER, false},  {"or smaller", UPPER, false},
      {"or below", UPPER, false},  {"or greater", LOWER, false}, {"or more", LOWER, false},   {"or over", LOWER, false},
      {"and over", LOWER, false},  {"or older", LOWER, false},   {"and older", LOWER, false}, {"or above", LOWER, false},
      {"or larger", LOWER, false},
};

static bool in_word(char c) { return char_is_alnum(c) || (unsigned char)c >= 0x80; }

static struct span skip(struct span text) {
    while (text.len && (*text.ptr == ' ' || *text.ptr == '%'))
        text = span_slice(text, 1, text.len);
    return text;
}

/* Take the number at the beginning off *rest. */
static bool take_number(struct span *rest, double *ret) {
    char digits[NUMBER_BYTES];
    size_t len = 0;
    while (len < rest->len &&
           (char_is_digit(rest->ptr[len]) || (rest->ptr[len] == '.' && len + 1 < rest->len && char_is_digit(rest->ptr[len + 1]))))
        len++;
    if (len == 0 || len >= sizeof digits || !char_is_digit(*rest->ptr))
        return false;
    memcpy(digits, rest->ptr, len);
    digits[len] = '\0';
    *ret = strtod(digits, NULL);
    *rest = span_slice(*rest, len, rest->len);
    return true;
}

static struct span take_word(struct span *rest) {
    struct span text = skip(*rest);
    size_t len = 0;
    while (len < text.len && char_is_alpha(text.ptr[len]))
        len++;
    if (len)
        *rest = span_slice(text, len, text.len);
    return span_slice(text, 0, len);
}

/* "-30", "to 30", "through 30" behind the first number. */
static bool take_end(struct span *rest, double *ret) {
    struct span text = skip(*rest);
    if (text.len && *text.ptr == '-')
        text = skip(span_slice(text, 1, text.len));
    else {
        struct span word = take_word(&text);
        if (!span_same(word, SPAN("to")) && !span_same(word, SPAN("through")))
            return false;
        text = skip(text);
    }
    if (!take_number(&text, ret))
        return false;
    *rest = text;
    return true;
}

static void bind_side(struct range *range, const struct bound *bound) {
    double number = range->from;
    *range = (struct range){.from = bound->side == LOWER ? number : -INFINITY,
                            .to = bound->side == UPPER ? number : INFINITY,
                            .below = bound->side == UPPER && bound->strict,
                            .above = bound->side == LOWER && bound->strict,
                            .unit = range->unit};
}

static void bind_before(struct range *range, struct span before) {
    while (before.len && before.ptr[before.len - 1] == ' ')
        before.len--;
    for (size_t i = 0; i < sizeof before_bounds / sizeof *before_bounds; i++)
        if (span_ends_same(before, span_of(before_bounds[i].words))) {
            bind_side(range, &before_bounds[i]);
            return;
        }
}

static void bind_behind(struct range *range, struct span behind) {
    for (size_t i = 0; i < sizeof behind_bounds / sizeof *behind_bounds; i++)
        if (span_starts_same(skip(behind), span_of(behind_bounds[i].words))) {
            bind_side(range, &behind_bounds[i]);
            return;
        }
}

/* Of the text from a number on; *rest is what stands behind it. */
static bool read_range(struct span text, struct span *rest, struct range *ret) {
    struct span tail = *rest;
    struct range range = {.single = true};
    if (!take_number(&tail, &range.from))
        return false;
    range.to = range.from;
    range.single = !take_end(&tail, &range.to);
    struct span after = tail;
    bool percent = tail.len && *tail.ptr == '%';
    range.unit = percent ? SPAN("percent") : take_word(&after);
    if (range.single)
        bind_before(&range, span_slice(text, 0, (size_t)(rest->ptr - text.ptr)));
    if (range.single)
        bind_behind(&range, tail);
    if (range.single && range.unit.len)
        bind_behind(&range, after);
    *rest = tail;
    *ret = range;
    return range.from <= range.to;
}

size_t ranges_read(struct span text, struct range ret[static RANGES_MAX]) {
    size_t count = 0;
    for (struct span rest = text; rest.len && count < RANGES_MAX;) {
        bool begins = char_is_digit(*rest.ptr) && (rest.ptr == text.ptr || !in_word(rest.ptr[-1]));
        if (begins && read_range(text, &rest, &ret[count]))
            count++;
        else
            rest = span_slice(rest, 1, rest.len);
    }
    return count;
}

/* "in" and "inches" are one unit, as far as this goes. */
static bool is_comparable(const struct range *a, const struct range *b) {
    return !a->unit.len || !b->unit.len || span_same(span_slice(a->unit, 0, UNIT_SAME), span_slice(b->unit, 0, UNIT_SAME));
}

static bool holds(const struct range *outer, const struct range *inner) {
    if (inner->to > outer->to || inner->from < outer->from)
        return false;
    return !(outer->below && !inner->below && inner->to >= outer->to) && !(outer->above && !inner->above && inner->from <= outer->from);
}

enum ranges_fit ranges_compare(const struct range *asked, size_t asked_count, struct span title) {
    struct range said[RANGES_MAX];
    size_t count = ranges_read(title, said);
    enum ranges_fit ret = RANGES_SILENT;
    for (size_t i = 0; i < asked_count; i++) {
        bool compared = false, held = false;
        for (size_t k = 0; k < count; k++)
            if (!said[k].single && is_comparable(&asked[i], &said[k])) {
                compared = true;
                held = held || holds(&said[k], &asked[i]);
            }
        if (compared && !held)
            return RANGES_CLASH;
        ret = compared ? RANGES_FIT : ret;
    }
    return ret;
}
