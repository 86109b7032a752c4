/* Quantities that the new text names: "60 mg", "x2", "twice", "fifteen warts", "08:10 - 09:58", "5 x 3 cm". */
#include "handlers/understand/extract_dose.h"

#include <string.h>

enum { WORDS_BETWEEN = 6 };

/* "45 more minutes", "48 extra minutes": what is beyond something else is no quantity of its own. */
static bool is_beyond(struct span lower) { return span_is_among(lower, "extra more further additional over beyond past"); }

static bool is_plain_number(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    return token->kind == TOKEN_NUMBER && !token->taken && !token->literal && !token->postal;
}

/* Of "0.5" or "1,000" the token behind the last digit. */
static size_t number_tokens(const struct context *context, size_t i) {
    size_t end = i + 1;
    while (context_mark_in(context, end, ".,") && context_glued(context, end - 1, 2) && context_at(context, end + 1)->kind == TOKEN_NUMBER)
        end += 2;
    return end;
}

/* "60mg", "2.5cm": digits and the unit in one token. */
static bool glued_amount(const struct context *context, size_t i, struct amount *ret, size_t *end) {
    bool fraction = is_plain_number(context, i) && context_mark_in(context, i + 1, ".,") && context_glued(context, i, 2);
    size_t last = fraction ? i + 2 : i, read;
    struct span text = context_written(context, i, last + 1);
    if (context_at(context, last)->kind != TOKEN_MIXED || context_at(context, i)->taken || !amount_at(text, ret, &read))
        return false;
    *end = last + 1;
    bool squared = ret->unit == AMOUNT_LENGTH && read + 1 == text.len && text.ptr[read] == '2'; /* "45cm2" */
    if (squared)
        ret->unit = AMOUNT_AREA;
    if (squared)
        ret->thousandths /= 10;
    return squared ? context_at(context, last)->lower.ptr[context_at(context, last)->lower.len - 3] == 'c' : read == text.len;
}

/* "5 x 3 cm", "5 by 3 cm": the unit of the last one is that of all. */
static bool side_amount(const struct context *context, size_t i, struct amount *ret, size_t *end) {
    enum { SIDES = 3 };
    long number, factor;
    size_t first = number_tokens(context, i), at = first;
    if (!is_plain_number(context, i) || !amount_number_of(context_written(context, i, first), &number))
        return false;
    for (size_t side = 1; side < SIDES && span_is_among(context_at(context, at)->lower, "x by") && is_plain_number(context, at + 1);
         side++)
        at = number_tokens(context, at + 1);
    if (at == first || amount_unit_of(context_at(context, at)->lower, &factor) != AMOUNT_LENGTH)
        return false;
    *ret = (struct amount){.thousandths = number * factor, .unit = AMOUNT_LENGTH};
    *end = first;
    return true;
}

/* "45 sq cm": an area of centimeters, and of nothing else. Where it ends, or 0. */
static size_t area_end(const struct context *context, size_t unit) {
    size_t length = context_mark_in(context, unit + 1, ".") ? unit + 2 : unit + 1;
    if (!span_is_among(context_at(context, unit)->lower, "sq square"))
        return unit + 1;
    return span_is_among(context_at(context, length)->lower, "cm cms centimeter centimeters") ? length + 1 : 0;
}

/* "60 mg", "15 frozen warts", "two levels"; the size of a vessel too. */
static bool any_amount(const struct context *context, size_t i, struct amount *ret, size_t *end) {
    long number, factor;
    const struct token *token = context_at(context, i);
    size_t behind = token->kind == TOKEN_NUMBER ? number_tokens(context, i) : i + 1;
    bool number_ok = token->kind == TOKEN_WORD || is_plain_number(context, i);
    if (!number_ok || !amount_number_of(context_written(context, i, behind), &number) || context_mark(context, i - 1) == '$')
        return false;
    if (context_mark(context, behind) == '-')
        behind++;
    enum amount_unit unit = amount_unit_of(context_at(context, behind)->lower, &factor);
    const struct token *between = context_at(context, behind);
    if (unit == AMOUNT_NONE && between->kind == TOKEN_WORD && !is_beyond(between->lower) &&
        !span_is_among(between->lower, "of to and or x"))
        unit = amount_unit_of(context_at(context, ++behind)->lower, &factor);
    if (unit == AMOUNT_NONE)
        return false;
    *ret = (struct amount){.thousandths = number * factor, .unit = unit};
    *end = area_end(context, behind);
    return *end > 0;
}

/* "200 unit vial": its size. */
static bool spaced_amount(const struct context *context, size_t i, struct amount *ret, size_t *end) {
    return any_amount(context, i, ret, end) && (!span_is_among(context_at(context, *end)->lower, "vial vials bag bags syringe") ||
                                                context_is_times(context, *end + 1)); /* "40 mg vials x2" were given */
}

static bool vial_amount(const struct context *context, size_t i, struct amount *ret) {
    size_t end;
    long before;
    bool several = amount_number_of(context_at(context, i - 1)->lower, &before) && before != 1000;
    return !several && any_amount(context, i, ret, &end) && span_is_among(context_at(context, end)->lower, "vial syringe bag");
}

/* "x2", "x 2", "twice". */
static bool times_amount(const struct context *context, size_t i, struct amount *ret, size_t *end) {
    long number;
    const struct token *token = context_at(context, i);
    if (token->taken || (is_plain_number(context, i - 1) && !context_at(context, i - 1)->taken && context_is(context, i, "x")))
        return false;
    if (token->kind == TOKEN_MIXED && token->lower.ptr[0] == 'x' &&
        amount_number_of(span_slice(token->lower, 1, token->lower.len), &number)) {
        *end = i + 1;
    } else if (context_is_times(context, i) && amount_number_of(context_at(context, i + 1)->lower, &number)) {
        *end = i + 2;
    } else if (span_is_among(token->lower, "twice thrice")) {
        number = token->lower.ptr[1] == 'w' ? 2000 : 3000;
        *end = i + 1;
    } else
        return false;
    *ret = (struct amount){.thousandths = number, .unit = AMOUNT_UNITS};
    return true;
}

/* "08:10" at token i in minutes of the day, or -1. */
static long clock_at(const struct context *context, size_t i) {
    long hour, minute;
    bool form = is_plain_number(context, i) && context_mark(context, i + 1) == ':' && context_glued(context, i, 2);
    if (!form || !span_to_long(context_at(context, i)->text, 0, 23, &hour) || context_at(context, i + 2)->text.len != 2 ||
        !span_to_long(context_at(context, i + 2)->text, 0, 59, &minute))
        return -1;
    return hour * 60 + minute;
}

/* "08:10 - 09:58", "from 8:10 to 9:58". */
static bool clock_amount(const struct context *context, size_t i, struct amount *ret, size_t *end) {
    long from = clock_at(context, i);
    bool until = context_mark(context, i + 3) == '-' || span_is_among(context_at(context, i + 3)->lower, "to until till");
    long to = from >= 0 && until ? clock_at(context, i + 4) : -1;
    if (to <= from)
        return false;
    *ret = (struct amount){.thousandths = (to - from) * 1000, .unit = AMOUNT_MINUTES};
    *end = i + 7;
    return true;
}

/* The procedure that the amount stands at: just before it in its line, or behind "of". "" when there is none. */
static void find_code(const struct context *context, const struct mentions *mentions, size_t first, size_t end, char key[CODE_BYTES]) {
    bool of = span_is_among(context_at(context, end)->lower, "of for");
    for (size_t i = 0; i < mentions->count; i++) {
        const struct mention *mention = &mentions->items[i];
        bool procedure = mention->accepted && (mention->system == SYSTEM_CPT || mention->system == SYSTEM_HCPCS);
        bool same_line = context_at(context, mention->first)->line == context_at(context, first)->line;
        bool before = mention->first < first && first - mention->end <= WORDS_BETWEEN;
        bool behind = of && mention->first > first && mention->first - end <= 2;
        if (procedure && same_line && (before || behind))
            memcpy(key, mention->key, CODE_BYTES);
    }
}

/* ---- what was thrown away ---- */

static bool is_number(const struct token *token) {
    long ignored;
    return token->kind == TOKEN_NUMBER || token->kind == TOKEN_MIXED || amount_number_of(token->lower, &ignored);
}

/* "wasted", but not of "nothing was wasted". */
static bool tells_waste(const struct context *context, size_t i) {
    if (!span_is_among(context_at(context, i)->lower, "wasted waste wastage discarded discard discarding thrown threw leftover"))
        return false;
    for (size_t k = 1; k <= 3 && k <= i; k++)
        if (span_is_among(context_at(context, i - k)->lower, "no nothing none not without zero"))
            return false;
    return true;
}

/* "wasted the other 45 units" */
static bool waste_before(const struct context *context, size_t first) {
    for (size_t k = 1; k <= 3 && k <= first; k++) {
        if (tells_waste(context, first - k))
            return true;
        if (is_number(context_at(context, first - k)))
            return false;
    }
    return false;
}

/* "45 units were wasted", but not the 155 of "155 units, wasted 45" */
static bool waste_behind(const struct context *context, size_t end) {
    for (size_t i = end; i < end + 3 && context_at(context, i)->kind == TOKEN_WORD; i++)
        if (tells_waste(context, i))
            return !is_number(context_at(context, i + 1)) && !is_number(context_at(context, i + 2));
    return false;
}

static bool is_waste(const struct context *context, size_t first, size_t end) {
    return waste_before(context, first) || waste_behind(context, end);
}

/* What is left of the one vial whose size is told. */
static struct amount left_over(const struct context *context, const struct asked_amount *given) {
    struct amount vial, ret = {0};
    bool wasted = false;
    for (size_t i = 0; i < context->count; i++) {
        bool is_new = context_is_new(context_at(context, i));
        wasted = wasted || (is_new && tells_waste(context, i));
        if (is_new && vial_amount(context, i, &vial) && vial.unit == given->amount.unit)
            ret = (struct amount){.thousandths = vial.thousandths - given->amount.thousandths, .unit = vial.unit};
    }
    return wasted && ret.thousandths > 0 ? ret : (struct amount){0};
}

/* "the wasted 45": a number without its unit has that of what was given. */
static bool bare_waste(const struct context *context, size_t i, const struct asked_amount *given, struct amount *ret) {
    long number;
    bool bare = is_plain_number(context, i) && is_waste(context, i, i + 1) && given && given->amount.unit == AMOUNT_UNITS;
    if (!bare || !amount_number_of(context_at(context, i)->lower, &number))
        return false;
    *ret = (struct amount){.thousandths = number, .unit = AMOUNT_UNITS};
    return true;
}

static bool read_amount(const struct context *context, size_t i, struct arena *arena, struct asked_amount *ret, size_t *end) {
    *ret = (struct asked_amount){0};
    if (!context_is_new(context_at(context, i)))
        return false;
    if (dose_unreadable(context, i, arena, ret, end))
        return true;
    bool found = (clock_amount(context, i, &ret->amount, end) || times_amount(context, i, &ret->amount, end) ||
                  side_amount(context, i, &ret->amount, end) || glued_amount(context, i, &ret->amount, end) ||
                  spaced_amount(context, i, &ret->amount, end)) &&
                 context_at(context, *end - 1)->paragraph == context_at(context, i)->paragraph; /* a subject is another text */
    if (found)
        ret->written = arena_copy(arena, context_written(context, i, *end));
    return found;
}

void extract_amounts(const struct context *context, const struct mentions *mentions, struct arena *arena, struct question *ret) {
    struct asked_amount *amounts = arena_array(arena, QUESTION_AMOUNTS, sizeof *amounts), amount;
    struct amount_place *places = arena_array(arena, QUESTION_AMOUNTS, sizeof *places);
    size_t count = 0;
    ret->waste = (struct amount){0};
    for (size_t i = 0; i < context->count;) {
        size_t end = i + 1;
        bool found = read_amount(context, i, arena, &amount, &end);
        if (found && is_waste(context, i, end))
            ret->waste = amount.amount;
        else if (found && count == QUESTION_AMOUNTS)
            ret->amounts_left_out = true;
        else if (found) {
            find_code(context, mentions, i, end, amount.key);
            places[count] = (struct amount_place){i, end};
            amounts[count++] = amount;
        } else if (context_is_new(context_at(context, i)))
            bare_waste(context, i, count ? amounts : NULL, &ret->waste);
        i = found ? end : is_plain_number(context, i) ? number_tokens(context, i) : i + 1;
    }
    doses_settle(context, arena, amounts, places, &count);
    if (count == 1 && ret->waste.unit == AMOUNT_NONE && !amounts[0].in_doubt)
        ret->waste = left_over(context, amounts);
    ret->amounts = amounts;
    ret->amount_count = count;
}
