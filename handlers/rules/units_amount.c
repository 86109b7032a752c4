/* Quantities in facts and titles against those asked. */
#include "handlers/rules/units.h"

#include <string.h>

enum { QUARTER_HOUR = 15 * 1000, FROM_MINUTE = 8 * 1000 };

static const char size_label[] = "what one unit is";

/* ---- one unit ---- */

static bool starts_quantity(struct span text, struct arena *arena, struct unit_size *ret) {
    static const char any[] = "Any dose up to ";
    size_t end, skipped = span_starts(text, SPAN("Any dose up to ")) ? sizeof any - 1 : 0;
    struct span rest = span_slice(text, skipped, text.len);
    if (span_starts(rest, SPAN("One unit of the drug"))) {
        *ret = (struct unit_size){.amount = {1000, AMOUNT_UNITS}, .words = "one unit of the drug"};
        return true;
    }
    if (!char_is_digit(rest.len ? rest.ptr[0] : 0) || !amount_at(rest, &ret->amount, &end))
        return false;
    ret->up_to = skipped > 0;
    ret->words = arena_copy(arena, span_slice(rest, 0, end));
    return true;
}

/* Of a title the one quantity that ends it. */
static bool ends_quantity(struct span title, struct arena *arena, struct unit_size *ret) {
    size_t found = 0;
    for (size_t at = 0; at < title.len; at++) {
        struct amount amount;
        size_t end;
        bool begins = char_is_digit(title.ptr[at]) && (at == 0 || (!char_is_alnum(title.ptr[at - 1]) && title.ptr[at - 1] != '.'));
        if (!begins || !amount_at(span_slice(title, at, title.len), &amount, &end))
            continue;
        found++;
        if (at + end != title.len)
            return false;
        struct span before = span_trim(span_slice(title, 0, at));
        *ret = (struct unit_size){
            .amount = amount, .up_to = span_ends_same(before, SPAN("up to")), .words = arena_copy(arena, span_slice(title, at, at + end))};
        at += end;
    }
    return found == 1;
}

/* A rule that the facts tell: "rounded up to the next whole unit", "How to count (Medicare, 8-minute rule)". */
static bool tells(const struct page_code *code, const char *rule) {
    struct page_facts facts = page_facts(code, SECTION_UNITS);
    for (size_t i = 0; i < facts.count; i++)
        if (span_find(span_of(facts.items[i].text), span_of(rule)) != SPAN_NONE ||
            span_find(span_of(facts.items[i].label), span_of(rule)) != SPAN_NONE)
            return true;
    return false;
}

bool units_size(const struct page_code *code, struct arena *arena, struct unit_size *ret) {
    const struct kb_fact *fact = page_fact(code, SECTION_UNITS, size_label);
    *ret = (struct unit_size){0};
    if (fact) {
        bool known = starts_quantity(span_of(fact->text), arena, ret);
        ret->source = fact->source;
        ret->rounds_up = tells(code, "rounded up to the next");
        ret->eight_minutes = known && ret->amount.thousandths == QUARTER_HOUR && tells(code, "8-minute rule");
        return known && ret->amount.thousandths > 0;
    }
    if (code->code.system != SYSTEM_HCPCS || !code->code.title || !ends_quantity(span_trim(span_of(code->code.title)), arena, ret))
        return false;
    ret->source = code->code.source;
    return ret->amount.thousandths > 0;
}

long units_of(struct amount asked, const struct unit_size *size, bool *ret_rest) {
    *ret_rest = false;
    if (asked.unit != size->amount.unit)
        return 0;
    if (asked.thousandths <= 0)
        return 0;
    long full = asked.thousandths / size->amount.thousandths;
    if (asked.thousandths % size->amount.thousandths == 0)
        return full;
    bool begun_counts = size->up_to || size->rounds_up;
    *ret_rest = !begun_counts;
    return begun_counts ? full + 1 : full;
}

/* Of the last quarter of an hour its 8th minute has to be reached. */
long units_by_eight_minutes(struct amount asked) { return (asked.thousandths + QUARTER_HOUR - FROM_MINUTE) / QUARTER_HOUR; }

/* ---- the sentence about an amount ---- */

static bool skip_word(struct span *text, struct span word) {
    if (!span_starts(*text, word))
        return false;
    *text = span_slice(*text, word.len, text->len);
    return true;
}

/* "91" or "six". */
static bool take_number(struct span *text, long *ret) {
    bool digits = text->len > 0 && char_is_digit(text->ptr[0]);
    size_t end = 0;
    while (end < text->len && (digits ? char_is_digit(text->ptr[end]) : char_is_alpha(text->ptr[end])))
        end++;
    if (end == 0 || !amount_number_of(span_slice(*text, 0, end), ret))
        return false;
    *text = span_slice(*text, end, text->len);
    return true;
}

/* The unit that the sentence counts in so far: "75-104 minutes one, 105-134 two". */
struct counting {
    enum amount_unit unit;
    long factor;
};

/* "91 to 150 minutes", "75-104 minutes", "six to twenty nails", "74 minutes and less", "155 units": does it hold the amount? */
static bool holds(struct span text, struct amount amount, struct counting *counting) {
    long from, to;
    if (!take_number(&text, &from))
        return false;
    to = from;
    bool range = skip_word(&text, SPAN(" to ")) || skip_word(&text, SPAN("-"));
    if (range && !take_number(&text, &to))
        return false;
    text = span_trim(text);
    size_t end = 0;
    while (end < text.len && char_is_alpha(text.ptr[end]))
        end++;
    struct counting own = {0};
    own.unit = amount_unit_of(span_slice(text, 0, end), &own.factor);
    if (own.unit != AMOUNT_NONE)
        *counting = own;
    else if (!range || counting->unit == AMOUNT_NONE)
        return false;
    text = span_slice(text, own.unit == AMOUNT_NONE ? 0 : end, text.len);
    if (skip_word(&text, SPAN(" and less")) || skip_word(&text, SPAN(" or less")))
        from = 0;
    return counting->unit == amount.unit && amount.thousandths >= from * counting->factor && amount.thousandths <= to * counting->factor;
}

static bool speaks_of(struct span sentence, struct amount amount) {
    struct counting counting = {AMOUNT_NONE, 0};
    bool inside = false;
    for (size_t at = 0; at < sentence.len; at++) {
        bool begins = char_is_alnum(sentence.ptr[at]) && !inside && (at == 0 || !strchr(".-,", sentence.ptr[at - 1]));
        inside = char_is_alnum(sentence.ptr[at]);
        if (begins && holds(span_slice(sentence, at, sentence.len), amount, &counting))
            return true;
    }
    return false;
}

const char *units_sentence(const char *text, struct amount amount, struct arena *arena) {
    struct span rest = span_trim(span_of(text));
    const char *ret = NULL;
    while (rest.len > 0) {
        size_t end = span_find(rest, SPAN(". "));
        end = end == SPAN_NONE ? rest.len : end + 1;
        struct span sentence = span_slice(rest, 0, end);
        if (speaks_of(sentence, amount))
            ret = arena_printf(arena, "%s%s%.*s", ret ? ret : "", ret ? " " : "", SPAN_ARG(sentence));
        rest = span_trim(span_slice(rest, end, rest.len));
    }
    return ret;
}
