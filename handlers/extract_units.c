#include "handlers/extract_units.h"

#include <string.h>

/* 0: none are told there. */
static int units_behind(const struct context *context, size_t at) {
    const struct token *token = context_at(context, at), *next = context_at(context, at + 1);
    struct span number = token->text;
    long ret = 0;
    if (context_is_times(context, at))
        number = token->kind == TOKEN_MIXED ? span_slice(token->text, 1, token->text.len) : next->text;
    else if (token->kind != TOKEN_NUMBER || !context_one_of(next->lower, "unit units"))
        return 0;
    return span_to_long(number, 1, UNITS_MOST, &ret) ? (int)ret : 0;
}

static bool is_of(const struct mention *mention, const struct asked_code *code) {
    return mention->accepted && mention->system == code->system && strcmp(mention->key, code->key) == 0;
}

void extract_units(const struct context *context, const struct mentions *mentions, struct asked_code *codes, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < mentions->count; k++) {
            const struct mention *mention = &mentions->items[k];
            int units = is_of(mention, &codes[i]) ? units_behind(context, mention->after) : 0;
            bool counted = codes[i].system == SYSTEM_CPT || codes[i].system == SYSTEM_HCPCS;
            if (counted && units > codes[i].units)
                codes[i].units = units;
        }
}
