#include "handlers/understand/extract_units.h"

#include <string.h>

/* 0: none are told there. */
static int units_behind(const struct context *context, size_t at) {
    const struct token *token = context_at(context, at), *next = context_at(context, at + 1);
    struct span number = token->text;
    long ret = 0;
    if (context_is_times(context, at))
        number = token->kind == TOKEN_MIXED ? span_slice(token->text, 1, token->text.len) : next->text;
    else if (token->kind != TOKEN_NUMBER || !span_is_among(next->lower, "unit units"))
        return 0;
    return span_to_long(number, 1, UNITS_MOST, &ret) ? (int)ret : 0;
}

/* "2 x 20680", "3 units of 97110", "2x 20680". */
static int units_before(const struct context *context, size_t first) {
    struct span number = context_at(context, first - 2)->text, glued = context_at(context, first - 1)->text;
    long ret = 0;
    if (context_is(context, first - 1, "of") && span_is_among(context_at(context, first - 2)->lower, "unit units"))
        number = context_at(context, first - 3)->text;
    else if (glued.len > 1 && glued.len <= 4 && glued.ptr[glued.len - 1] == 'x')
        number = span_slice(glued, 0, glued.len - 1);
    else if (!context_is(context, first - 1, "x"))
        return 0;
    return span_to_long(number, 1, UNITS_MOST, &ret) ? (int)ret : 0;
}

/* Before the code or behind it; "97140 x2 GP" tells them before its modifiers. */
static int units_at(const struct context *context, const struct mention *mention) {
    int ret = units_before(context, mention->first);
    for (size_t at = mention->end; at <= mention->after && ret == 0; at++)
        ret = units_behind(context, at);
    return ret;
}

static bool is_of(const struct mention *mention, const struct asked_code *code) {
    return mention->accepted && mention->system == code->system && strcmp(mention->key, code->key) == 0;
}

void extract_units(const struct context *context, const struct mentions *mentions, struct asked_code *codes, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < mentions->count; k++) {
            const struct mention *mention = &mentions->items[k];
            int units = is_of(mention, &codes[i]) ? units_at(context, mention) : 0;
            bool counted = codes[i].system == SYSTEM_CPT || codes[i].system == SYSTEM_HCPCS;
            if (counted && units > codes[i].units)
                codes[i].units = units;
        }
}
