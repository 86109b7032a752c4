/* The Medicare locality that a text names by its number: "locality 05", "locality 99912-05". A ZIP code names none. */
#include "handlers/understand/extract.h"

enum { WORDS_BETWEEN = 3, NUMBER_LEN = 2, CONTRACTOR_LEN = 5 };

static bool is_number(const struct context *context, size_t i, size_t len) {
    const struct token *token = context_at(context, i);
    return token->kind == TOKEN_NUMBER && token->text.len == len;
}

static const char *number_at(const struct context *context, size_t i, struct arena *arena) {
    const struct token *token = context_at(context, i);
    if (is_number(context, i, CONTRACTOR_LEN) && context_mark_in(context, i + 1, "-") && is_number(context, i + 2, NUMBER_LEN))
        return arena_printf(arena, "%.*s-%.*s", SPAN_ARG(token->text), SPAN_ARG(context_at(context, i + 2)->text));
    if (is_number(context, i, NUMBER_LEN))
        return arena_copy(arena, token->text);
    return is_number(context, i, 1) ? arena_printf(arena, "0%.*s", SPAN_ARG(token->text)) : NULL;
}

const char *extract_locality(const struct context *context, struct arena *arena) {
    for (size_t i = 0; i < context->count; i++) {
        if (!context_is(context, i, "locality") || !context_is_new(context_at(context, i)))
            continue;
        for (size_t k = i + 1; k <= i + 1 + WORDS_BETWEEN; k++) {
            const char *number = number_at(context, k, arena);
            if (number)
                return number;
        }
    }
    return NULL;
}
