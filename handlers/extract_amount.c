/* Quantities that the new text names: "60 mg", "x2", "twice", "fifteen warts", "08:10 - 09:58". */
#include "handlers/extract.h"

#include <string.h>

enum { WORDS_BETWEEN = 6 };

/* "45 more minutes", "48 extra minutes": what is beyond something else is no quantity of its own. */
static bool is_beyond(struct span lower) { return context_one_of(lower, "extra more further additional over beyond past"); }

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

/* "60mg": digits and the unit in one token. */
static bool glued_amount(const struct context *context, size_t i, struct amount *ret) {
    size_t end;
    const struct token *token = context_at(context, i);
    return token->kind == TOKEN_MIXED && !token->taken && amount_at(token->lower, ret, &end) && end == token->lower.len;
}

/* "60 mg", "15 frozen warts", "two levels". */
static bool spaced_amount(const struct context *context, size_t i, struct amount *ret, size_t *end) {
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
        !context_one_of(between->lower, "of to and or x"))
        unit = amount_unit_of(context_at(context, ++behind)->lower, &factor);
    bool vessel = context_one_of(context_at(context, behind + 1)->lower, "vial vials bag bags syringe"); /* "200 unit vial": its size */
    if (unit == AMOUNT_NONE || vessel)
        return false;
    *ret = (struct amount){.thousandths = number * factor, .unit = unit};
    *end = behind + 1;
    return true;
}

/* "x2", "x 2", "twice". */
static bool times_amount(const struct context *context, size_t i, struct amount *ret, size_t *end) {
    long number;
    const struct token *token = context_at(context, i);
    if (token->taken)
        return false;
    if (token->kind == TOKEN_MIXED && token->lower.ptr[0] == 'x' &&
        amount_number_of(span_slice(token->lower, 1, token->lower.len), &number)) {
        *end = i + 1;
    } else if (context_is_times(context, i) && amount_number_of(context_at(context, i + 1)->lower, &number)) {
        *end = i + 2;
    } else if (context_one_of(token->lower, "twice thrice")) {
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
    bool until = context_mark(context, i + 3) == '-' || context_one_of(context_at(context, i + 3)->lower, "to until till");
    long to = from >= 0 && until ? clock_at(context, i + 4) : -1;
    if (to <= from)
        return false;
    *ret = (struct amount){.thousandths = (to - from) * 1000, .unit = AMOUNT_MINUTES};
    *end = i + 7;
    return true;
}

/* The procedure that the amount stands at: just before it in its line, or behind "of". "" when there is none. */
static void find_code(const struct context *context, const struct mentions *mentions, size_t first, size_t end, char key[CODE_BYTES]) {
    bool of = context_one_of(context_at(context, end)->lower, "of for");
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

struct asked_amount *extract_amounts(const struct context *context, const struct mentions *mentions, struct arena *arena,
                                     size_t *ret_count) {
    struct asked_amount *ret = arena_array(arena, QUESTION_AMOUNTS, sizeof *ret);
    size_t count = 0;
    for (size_t i = 0; i < context->count && count < QUESTION_AMOUNTS;) {
        struct asked_amount *amount = &ret[count];
        size_t end = i + 1;
        bool found = context_is_new(context_at(context, i)) &&
                     (clock_amount(context, i, &amount->amount, &end) || times_amount(context, i, &amount->amount, &end) ||
                      glued_amount(context, i, &amount->amount) || spaced_amount(context, i, &amount->amount, &end)) &&
                     context_at(context, end - 1)->paragraph == context_at(context, i)->paragraph; /* a subject is another text */
        if (found) {
            find_code(context, mentions, i, end, amount->key);
            amount->written = arena_copy(arena, context_written(context, i, end));
            count++;
        }
        i = found ? end : i + 1;
    }
    *ret_count = count;
    return ret;
}
