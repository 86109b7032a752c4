#include "tests/property/tokens.h"

#include <string.h>

enum { FIRST_ROOM = 1024, DAY_LEN = 10 };

struct tokens tokens_new(struct arena *arena) {
    return (struct tokens){.arena = arena, .slots = arena_array(arena, FIRST_ROOM, sizeof(char *)), .room = FIRST_ROOM};
}

static size_t slot_of(const struct tokens *tokens, struct span lower) {
    size_t hash = 5381;
    for (size_t i = 0; i < lower.len; i++)
        hash = hash * 33 + (unsigned char)lower.ptr[i];
    size_t at = hash % tokens->room;
    while (tokens->slots[at] && !span_equal(span_of(tokens->slots[at]), lower))
        at = (at + 1) % tokens->room;
    return at;
}

static struct span lower_case(struct arena *arena, struct span text) {
    char *ret = arena_copy(arena, text);
    for (size_t i = 0; i < text.len; i++)
        ret[i] = char_lower(ret[i]);
    return (struct span){ret, text.len};
}

static void grow(struct tokens *tokens) {
    struct tokens larger = *tokens;
    larger.room *= 2;
    larger.slots = arena_array(tokens->arena, larger.room, sizeof(char *));
    for (size_t i = 0; i < tokens->room; i++)
        if (tokens->slots[i])
            larger.slots[slot_of(&larger, span_of(tokens->slots[i]))] = tokens->slots[i];
    *tokens = larger;
}

static void add_one(struct tokens *tokens, struct span token) {
    struct span lower = lower_case(tokens->arena, token);
    size_t at = slot_of(tokens, lower);
    if (tokens->slots[at])
        return;
    tokens->slots[at] = lower.ptr;
    if (++tokens->count * 2 > tokens->room)
        grow(tokens);
}

bool tokens_hold(const struct tokens *tokens, struct span token) {
    return tokens->slots[slot_of(tokens, lower_case(tokens->arena, token))] != NULL;
}

static bool is_day(struct span text) {
    static const char form[] = "dddd-dd-dd";
    for (size_t i = 0; i < DAY_LEN; i++)
        if (i >= text.len || (form[i] == 'd' ? !char_is_digit(text.ptr[i]) : text.ptr[i] != form[i]))
            return false;
    return text.len == DAY_LEN || !char_is_alnum(text.ptr[DAY_LEN]);
}

static size_t token_end(struct span text) {
    if (is_day(text))
        return DAY_LEN;
    size_t end = 0;
    while (end < text.len && (char_is_alnum(text.ptr[end]) ||
                              (text.ptr[end] == '.' && end + 1 < text.len && end > 0 && char_is_alnum(text.ptr[end + 1]))))
        end++;
    return end;
}

static bool has_digit(struct span text) {
    for (size_t i = 0; i < text.len; i++)
        if (char_is_digit(text.ptr[i]))
            return true;
    return false;
}

bool tokens_next(struct span *rest, struct span *token) {
    while (rest->len > 0) {
        if (!char_is_alnum(rest->ptr[0])) {
            *rest = span_slice(*rest, 1, rest->len);
            continue;
        }
        size_t end = token_end(*rest);
        *token = span_slice(*rest, 0, end);
        *rest = span_slice(*rest, end, rest->len);
        if (has_digit(*token))
            return true;
    }
    return false;
}

void tokens_add(struct tokens *tokens, struct span text) {
    for (struct span token; tokens_next(&text, &token);) {
        add_one(tokens, token);
        if (char_lower(token.ptr[0]) == 'x') /* "x12" says twelve */
            add_one(tokens, span_slice(token, 1, token.len));
    }
}
