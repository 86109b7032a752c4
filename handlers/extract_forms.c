#include "handlers/extract.h"

#include <string.h>

#define BIT(system) (1u << SYSTEM_##system)

struct mention *extract_add(struct mentions *mentions, struct arena *arena, const struct mention *mention) {
    if (mentions->count == EXTRACT_MENTIONS)
        return NULL;
    mentions->items = arena_grow(arena, mentions->items, mentions->count, sizeof *mentions->items);
    struct mention *ret = &mentions->items[mentions->count++];
    *ret = *mention;
    return ret;
}

/* --- single words. shape: the text with every digit as 9 and every letter as A */

enum { WORD_BYTES = 12 };

struct word {
    char upper[WORD_BYTES];
    char shape[WORD_BYTES];
    size_t len, digits;
};

static bool word_of(struct span text, struct word *ret) {
    *ret = (struct word){.len = text.len};
    if (text.len >= WORD_BYTES)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        ret->upper[i] = char_upper(text.ptr[i]);
        ret->shape[i] = char_is_digit(text.ptr[i]) ? '9' : 'A';
        ret->digits += char_is_digit(text.ptr[i]);
        if (!char_is_alnum(text.ptr[i]))
            return false;
    }
    return true;
}

/* The letter O where a code can only hold a zero, from that character on, in a word of at least so many digits. */
static bool word_with_zeros(const struct word *word, size_t from, size_t digits, struct word *ret) {
    *ret = *word;
    for (size_t i = from; i < word->len; i++)
        if (word->upper[i] == 'O') {
            ret->upper[i] = '0';
            ret->shape[i] = '9';
            ret->digits++;
        }
    return ret->digits > word->digits && word->digits >= digits;
}

static bool has_shape(const struct word *word, const char *shape) { return strcmp(word->shape, shape) == 0; }

static void mention_set(struct mention *ret, enum code_system system, unsigned systems, const char *key, evidence_set evidence) {
    ret->system = system;
    ret->systems = systems;
    ret->evidence |= evidence;
    memset(ret->key, 0, sizeof ret->key);
    memcpy(ret->key, key, strnlen(key, sizeof ret->key - 1));
}

static bool is_taxonomy(const struct word *word) {
    return word->len == 10 && word->upper[9] == 'X' && strncmp(word->shape, "999", 3) == 0 && word->digits < 9 + 1;
}

static bool is_pcs(const struct word *word) {
    return word->len == 7 && word->digits < 7 && word->digits > 0 && strchr("0123456789BCDFGHX", word->upper[0]) &&
           !strpbrk(word->upper, "IO");
}

/* Three to seven characters without the dot: letter, digit, digit (or A, B), then digits or X, the last ones may be letters. */
static bool is_icd_plain(const struct word *word) {
    if (word->len < 3 || word->len > 7 || word->shape[0] != 'A' || word->shape[1] != '9')
        return false;
    if (word->shape[2] != '9' && word->upper[2] != 'A' && word->upper[2] != 'B')
        return false;
    for (size_t i = 3; i < word->len; i++)
        if (word->shape[i] != '9' && word->upper[i] != 'X' && !(i == 5 && word->len == 7 && word->upper[i] == 'A') &&
            !(i == 6 && strchr("ABCDEFGHJKMNPQRS", word->upper[i])))
            return false;
    return word->upper[0] != 'U' || word->len <= 5;
}

/* "11045x3", "J7325x48": a code and how often. */
static bool is_times_form(const struct word *word) {
    return word->len > 6 && word->len <= 8 && word->upper[5] == 'X' && strncmp(word->shape + 1, "9999", 4) == 0 &&
           strspn(word->shape + 6, "9") == word->len - 6 && (word->shape[0] == '9' || strchr("EJLQ", word->upper[0]));
}

static bool match_word(const struct word *word, struct mention *ret) {
    if (has_shape(word, "99999")) {
        mention_set(ret, SYSTEM_CPT, BIT(CPT), word->upper, EVIDENCE(FIVE_DIGITS));
    } else if (has_shape(word, "9999A") && strchr("FTUM", word->upper[4])) {
        mention_set(ret, SYSTEM_CPT, BIT(CPT), word->upper, EVIDENCE(DIGITS_LETTER));
    } else if (is_times_form(word)) {
        struct word front = *word;
        front.upper[5] = front.shape[5] = '\0';
        front.len = 5;
        return match_word(&front, ret);
    } else if (has_shape(word, "A9999") && word->upper[0] <= 'V') {
        mention_set(ret, SYSTEM_HCPCS, BIT(HCPCS) | (is_icd_plain(word) ? BIT(ICD10CM) : 0), word->upper, EVIDENCE(LETTER_DIGITS));
    } else if (is_taxonomy(word)) {
        mention_set(ret, SYSTEM_NUCC, BIT(NUCC), word->upper, EVIDENCE(TAXONOMY));
    } else if (is_icd_plain(word)) {
        unsigned pcs = is_pcs(word) ? BIT(ICD10PCS) : 0;
        mention_set(ret, SYSTEM_ICD10CM, BIT(ICD10CM) | pcs, word->upper, word->len >= 5 ? EVIDENCE(ICD_PLAIN) : EVIDENCE(ICD_SHORT));
    } else if (is_pcs(word)) {
        mention_set(ret, SYSTEM_ICD10PCS, BIT(ICD10PCS), word->upper, EVIDENCE(PCS));
    } else {
        return false;
    }
    return true;
}

static bool match_with_zeros(const struct word *word, struct mention *ret) {
    struct word zeros;
    size_t from = word->upper[0] == 'O' && word->shape[1] == '9' && word->upper[1] <= '1' && word->len == 5 ? 0
                  : word->shape[0] == 'A'                                                                   ? 1
                                                                                                            : 0;
    if (!strchr(word->upper, 'O') || !word_with_zeros(word, from, 3, &zeros) || !match_word(&zeros, ret))
        return false;
    ret->evidence |= EVIDENCE(LETTER_O);
    return true;
}

/* --- several tokens */

/* "S82.251A": a letter and two characters, a dot, one to four characters, all without a gap. */
static bool match_dotted(const struct context *context, size_t i, struct mention *ret) {
    struct word front, back, zeros;
    if (context_mark(context, i + 1) != '.' || !context_glued(context, i, 2) || !word_of(context_at(context, i)->text, &front) ||
        !word_of(context_at(context, i + 2)->text, &back) || front.len != 3 || back.len < 1 || back.len > 4 || !is_icd_plain(&front))
        return false;
    if (word_with_zeros(&back, 0, 1, &zeros))
        back = zeros;
    bool placeholder = back.len == 4 && strncmp(back.upper, "XXX", 3) == 0;
    bool letters_only = !placeholder && back.digits == 0 &&
                        (back.len > 1 || char_lower(context_at(context, i + 2)->text.ptr[0]) == context_at(context, i + 2)->text.ptr[0]);
    if (letters_only)
        return false;
    char key[2 * WORD_BYTES] = "";
    memcpy(key, front.upper, front.len);
    memcpy(key + front.len, back.upper, back.len);
    mention_set(ret, SYSTEM_ICD10CM, BIT(ICD10CM), key, EVIDENCE(ICD_DOTTED));
    ret->end = i + 3;
    return true;
}

/* "20 690": two groups that make five digits, and no further number beside them. */
static bool match_spaced(const struct context *context, size_t i, struct mention *ret) {
    const struct token *front = context_at(context, i), *back = context_at(context, i + 1);
    if (front->kind != TOKEN_NUMBER || back->kind != TOKEN_NUMBER || front->text.len + back->text.len != 5 || back->line != front->line ||
        front->text.len < 2 || back->text.len < 2 || back->text.ptr != front->text.ptr + front->text.len + 1)
        return false;
    bool hangs = front->glued && !context_mark_in(context, i - 1, "\"'([");
    if (context_at(context, i - 1)->kind == TOKEN_NUMBER || context_at(context, i + 2)->kind == TOKEN_NUMBER || hangs ||
        (context_at(context, i + 2)->glued && context_at(context, i + 3)->glued && context_at(context, i + 3)->kind != TOKEN_WORD))
        return false;
    char key[CODE_BYTES] = "";
    memcpy(key, front->text.ptr, front->text.len);
    memcpy(key + front->text.len, back->text.ptr, back->text.len);
    mention_set(ret, SYSTEM_CPT, BIT(CPT), key, EVIDENCE(FIVE_DIGITS) | EVIDENCE(BLANK_WITHIN));
    ret->end = i + 2;
    return true;
}

bool extract_form(const struct context *context, size_t i, struct mention *ret) {
    const struct token *token = context_at(context, i);
    *ret = (struct mention){.first = i, .end = i + 1};
    if (token->kind == TOKEN_NONE || token->kind == TOKEN_MARK || token->literal)
        return false;
    struct word word;
    bool short_enough = word_of(token->text, &word);
    if (context_is_times(context, i))
        return false;
    bool found = token->kind == TOKEN_WORD ? extract_spoken(context, i, ret)
                                           : match_dotted(context, i, ret) || match_spaced(context, i, ret) ||
                                                 (short_enough && (match_word(&word, ret) || match_with_zeros(&word, ret)));
    ret->after = ret->end;
    return found;
}

/* The digit that a word says, or -1. */
static int spoken_digit(struct span lower) {
    static const char *const words[10] = {"zero oh o null", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
    for (int digit = 0; digit < 10; digit++)
        if (context_one_of(lower, words[digit]))
            return digit;
    return -1;
}

bool extract_spoken(const struct context *context, size_t i, struct mention *ret) {
    char key[6] = "";
    if (spoken_digit(context_at(context, i - 1)->lower) >= 0)
        return false;
    for (size_t k = 0; k < 5; k++) {
        int digit = spoken_digit(context_at(context, i + k)->lower);
        if (digit < 0)
            return false;
        key[k] = (char)('0' + digit);
    }
    if (spoken_digit(context_at(context, i + 5)->lower) >= 0)
        return false;
    mention_set(ret, SYSTEM_CPT, BIT(CPT), key, EVIDENCE(FIVE_DIGITS) | EVIDENCE(SPOKEN));
    ret->end = i + 5;
    return true;
}

void extract_forms(const struct context *context, struct arena *arena, struct mentions *ret) {
    *ret = (struct mentions){0};
    struct mention mention;
    for (size_t i = 0; i < context->count && ret->count < EXTRACT_MENTIONS;) {
        if (!extract_form(context, i, &mention)) {
            i++;
            continue;
        }
        extract_attached_modifiers(context, &mention);
        size_t head = ret->count;
        extract_add(ret, arena, &mention);
        extract_shortened(context, arena, ret, head);
        i = ret->items[ret->count - 1].after;
    }
}
