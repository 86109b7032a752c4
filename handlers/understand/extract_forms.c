#include "handlers/understand/extract.h"

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

/* Letters that stand where a code can only hold a digit, from that character on, in a word of at least so many digits: O, and l or I. */
static bool word_with_digits(const struct word *word, size_t from, size_t digits, struct word *ret) {
    *ret = *word;
    for (size_t i = from; i < word->len; i++)
        if (strchr("OIL", word->upper[i])) {
            ret->upper[i] = word->upper[i] == 'O' ? '0' : '1';
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

/* In the sections of images and treatments the third character is a digit: CMS1500 is a form, no procedure. */
static bool is_pcs(const struct word *word) {
    if (word->len == 7 && strchr("BCDGH", word->upper[0]) && word->shape[2] != '9' && word->upper[2] != 'Y')
        return false;
    return word->len == 7 && word->digits < 7 && word->digits > 0 && strchr("0123456789BCDFGHX", word->upper[0]) &&
           !strpbrk(word->upper, "IO");
}

/* Three to seven characters without the dot: letter, digit, digit (or A, B), then digits or X, the last ones may be letters. */
static bool is_icd_plain(const struct word *word) {
    bool times = word->upper[0] == 'X' && word->len > 5 && word->digits == word->len - 1;
    if (word->len < 3 || word->len > 7 || word->shape[0] != 'A' || word->shape[1] != '9' || times)
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
    } else if (has_shape(word, "9999A") && (strchr("FTUM", word->upper[4]) || strncmp(word->upper, "0", 1) == 0) &&
               strchr("AFTUM", word->upper[4])) {
        mention_set(ret, SYSTEM_CPT, BIT(CPT), word->upper, EVIDENCE(DIGITS_LETTER));
    } else if (is_times_form(word)) {
        struct word front = *word;
        front.upper[5] = front.shape[5] = '\0';
        front.len = 5;
        return match_word(&front, ret);
    } else if (has_shape(word, "A9999") && word->upper[0] <= 'V' && !strchr("FINO", word->upper[0])) {
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

/* Written with letters for digits: "2O693", "992l3", "J11OO". */
static bool match_misread(const struct word *word, struct mention *ret) {
    struct word digits;
    bool zero_first = word->upper[0] == 'O' && (word->len == 7 || (word->shape[1] == '9' && word->upper[1] <= '1' && word->len == 5));
    size_t from = word->shape[0] == 'A' && !zero_first ? 1 : 0, least = word->len == 5 || from == 0 ? 2 : 3;
    if (!strpbrk(word->upper, "OIL") || !word_with_digits(word, from, least, &digits) || !match_word(&digits, ret))
        return false;
    ret->evidence |= EVIDENCE(LETTER_O);
    return true;
}

/* What hangs behind a procedure: its modifier ("20610RT", "L4360LT"; in small letters only a side), a plural's s, or nothing known. */
static bool match_with_tail(const struct word *word, const struct span text, struct mention *ret) {
    struct word front = *word;
    bool plural = word->len == 6 && text.ptr[5] == 's' && strcmp(word->shape, "99999A") == 0;
    bool side = word->len == 7 && (strcmp(word->upper + 5, "RT") == 0 || strcmp(word->upper + 5, "LT") == 0);
    bool modifier = word->len == 7 && word->shape[5] == 'A' && (side || extract_is_modifier(span_slice(text, 5, 7)));
    if ((!plural && !modifier) || strncmp(word->shape + 1, "9999", 4) != 0)
        return false;
    front.upper[5] = front.shape[5] = '\0';
    front.len = 5;
    if ((front.shape[0] == 'A' && !strchr("AEJLGQV", front.upper[0])) || !match_word(&front, ret))
        return false;
    if (modifier) {
        extract_attach(ret, span_slice(text, 5, 7));
        ret->evidence |= EVIDENCE(HAS_MODIFIER);
    }
    return true;
}

/* --- several tokens */

/* "S82.251A": a letter and two characters, a dot, one to four characters, all without a gap. */
static bool match_dotted(const struct context *context, size_t i, struct mention *ret) {
    struct word front, back, digits;
    if (context_mark(context, i + 1) != '.' || !context_glued(context, i, 2) || !word_of(context_at(context, i)->text, &front) ||
        !word_of(context_at(context, i + 2)->text, &back) || front.len != 3 || back.len < 1 || back.len > 4 || !is_icd_plain(&front))
        return false;
    if (word_with_digits(&back, 0, 1, &digits))
        back = digits;
    bool chained =
        (context_at(context, i)->glued && context_mark(context, i - 1) == '.' && context_at(context, i - 1)->glued) ||
        (context_mark(context, i + 3) == '.' && context_glued(context, i + 2, 2) && context_at(context, i + 4)->kind != TOKEN_MARK);
    if (chained)
        return false;
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

static bool same_line(const struct context *context, size_t i, size_t k) {
    return context_at(context, i)->line == context_at(context, k)->line;
}

/* "S82. 251A", "S82 .251A", "S82 251A", "M25,511", "M25-511": the dot is misplaced or missing. */
static bool match_dot_astray(const struct context *context, size_t i, struct mention *ret) {
    struct word front, back;
    char mark = context_mark(context, i + 1);
    size_t tail = mark ? i + 2 : i + 1;
    bool glued = context_glued(context, i, 2);
    if (mark ? !strchr(".,-", mark) || (mark != '.' && !glued) : context_at(context, tail)->glued)
        return false;
    if (!same_line(context, i, tail) || !word_of(context_at(context, i)->text, &front) ||
        !word_of(context_at(context, tail)->text, &back) || front.len != 3 || !is_icd_plain(&front) || back.len < 3 || back.len > 4 ||
        back.digits < 2 || back.shape[0] != '9')
        return false;
    char key[2 * WORD_BYTES] = "";
    memcpy(key, front.upper, front.len);
    memcpy(key + front.len, back.upper, back.len);
    mention_set(ret, SYSTEM_ICD10CM, BIT(ICD10CM), key, EVIDENCE(ICD_PLAIN) | EVIDENCE(BLANK_WITHIN));
    ret->end = tail + 1;
    return true;
}

/* "S82.251 A": the seventh character apart, and nothing behind it that could make it a word. */
static void take_seventh(const struct context *context, struct mention *mention) {
    const struct token *letter = context_at(context, mention->end), *behind = context_at(context, mention->end + 1);
    bool apart = context_at(context, mention->first)->text.len == 1 && !letter->capitals; /* "S 82 . 251 A": so are the others */
    bool ends = apart || behind->kind == TOKEN_NONE || behind->kind == TOKEN_MARK || behind->line != letter->line;
    if (strlen(mention->key) != 6 || !strchr("MSTVWXY", mention->key[0]) || letter->text.len != 1 || letter->glued || !ends ||
        !strchr("ABCDEFGHJKMNPQRS", letter->text.ptr[0]) || !same_line(context, mention->first, mention->end))
        return;
    mention->key[6] = letter->text.ptr[0];
    mention->key[7] = '\0';
    mention->end++;
}

/* "M 17 . 11", "S 82 . 251", "M 25.511": the letter apart, as one dictates. A and I are words of their own; T 38.5, P 72.0
 * and R 18.5 are no diagnoses but signs of life. */
static bool match_letter_first(const struct context *context, size_t i, struct mention *ret) {
    const struct token *letter = context_at(context, i), *number = context_at(context, i + 1), *tail = context_at(context, i + 3);
    char first = letter->text.ptr[0], key[CODE_BYTES] = "";
    struct word back;
    bool apart = letter->kind == TOKEN_WORD && letter->text.len == 1 && first != letter->lower.ptr[0] && !letter->glued && !number->glued;
    if (!apart || strchr("AI", first) || number->kind != TOKEN_NUMBER || number->text.len != 2 || context_mark(context, i + 2) != '.' ||
        tail->glued != context_at(context, i + 2)->glued || !same_line(context, i, i + 3))
        return false;
    if (!word_of(tail->text, &back) || back.len < 1 || back.len > 4 || (strchr("TPR", first) && back.len == 1))
        return false;
    if (back.shape[0] != '9' && strncmp(back.upper, "XXX", 3) != 0)
        return false;
    key[0] = first;
    memcpy(key + 1, number->text.ptr, 2);
    memcpy(key + 3, back.upper, back.len);
    mention_set(ret, SYSTEM_ICD10CM, BIT(ICD10CM), key, EVIDENCE(ICD_PLAIN) | EVIDENCE(BLANK_WITHIN));
    ret->end = i + 4;
    take_seventh(context, ret);
    return true;
}

/* "3074 F", "J 1100", "J-1100": a letter apart from its four digits. */
static bool match_letter_apart(const struct context *context, size_t i, struct mention *ret) {
    const struct token *first = context_at(context, i);
    bool hyphen = context_mark(context, i + 1) == '-' && context_glued(context, i, 2);
    const struct token *second = context_at(context, hyphen ? i + 2 : i + 1);
    struct word word;
    char text[6] = "";
    if (first->text.len + second->text.len != 5 || first->line != second->line || first->glued || (second->glued && !hyphen))
        return false;
    bool letter_first = first->kind == TOKEN_WORD && strchr("CEGJKLQSV", first->text.ptr[0]) && second->kind == TOKEN_NUMBER;
    bool letter_last = !hyphen && first->kind == TOKEN_NUMBER && second->kind == TOKEN_WORD && strchr("FTU", second->text.ptr[0]);
    if ((!letter_first || first->text.len != 1) && (!letter_last || second->text.len != 1))
        return false;
    memcpy(text, first->text.ptr, first->text.len);
    memcpy(text + first->text.len, second->text.ptr, second->text.len);
    if (!word_of(span_of(text), &word) || !match_word(&word, ret))
        return false;
    ret->evidence |= EVIDENCE(BLANK_WITHIN);
    ret->end = hyphen ? i + 3 : i + 2;
    return true;
}

/* "206-93", "206.93", "20,693": five digits with a mark within. */
static bool match_marked(const struct context *context, size_t i, struct mention *ret) {
    const struct token *front = context_at(context, i), *back = context_at(context, i + 2);
    if (front->kind != TOKEN_NUMBER || back->kind != TOKEN_NUMBER || !context_mark_in(context, i + 1, ".,-") || front->text.len < 2 ||
        back->text.len < 2 || front->text.len + back->text.len != 5 || !context_glued(context, i, 2))
        return false;
    if ((context_at(context, i + 3)->glued && context_at(context, i + 4)->glued && context_at(context, i + 4)->kind != TOKEN_MARK) ||
        (front->glued && context_mark_in(context, i - 1, "$.,-/")))
        return false;
    char key[CODE_BYTES] = "";
    memcpy(key, front->text.ptr, front->text.len);
    memcpy(key + front->text.len, back->text.ptr, back->text.len);
    mention_set(ret, SYSTEM_CPT, BIT(CPT), key, EVIDENCE(FIVE_DIGITS) | EVIDENCE(MARK_WITHIN));
    ret->end = i + 3;
    return true;
}

bool extract_form(const struct context *context, size_t i, struct mention *ret) {
    const struct token *token = context_at(context, i);
    *ret = (struct mention){.first = i, .end = i + 1};
    if (token->kind == TOKEN_NONE || token->kind == TOKEN_MARK || token->literal || context_is_times(context, i))
        return false;
    struct word word;
    bool short_enough = word_of(token->text, &word), found;
    if (token->kind == TOKEN_WORD)
        found = extract_spoken(context, i, ret) || match_letter_first(context, i, ret) || match_letter_apart(context, i, ret);
    else
        found = match_dotted(context, i, ret) || match_dot_astray(context, i, ret) || match_spaced(context, i, ret) ||
                extract_spoken(context, i, ret) || match_letter_apart(context, i, ret) || match_marked(context, i, ret) ||
                (short_enough && (match_with_tail(&word, token->text, ret) || match_word(&word, ret) || match_misread(&word, ret)));
    if (found && ret->evidence & EVIDENCE(ICD_DOTTED))
        take_seventh(context, ret);
    ret->after = ret->end;
    return found;
}

/* The digit that a word says, or that stands by itself, or -1. */
static int spoken_digit(struct span lower) {
    static const char *const words[10] = {"zero oh o null nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
    if (lower.len == 1 && char_is_digit(lower.ptr[0]))
        return lower.ptr[0] - '0';
    for (int digit = 0; digit < 10; digit++)
        if (span_is_among(lower, words[digit]))
            return digit;
    return -1;
}

bool extract_spoken(const struct context *context, size_t i, struct mention *ret) {
    char key[6] = "";
    size_t at = i;
    bool hyphens = context_mark(context, i + 1) == '-' && context_glued(context, i, 2);
    if (spoken_digit(context_at(context, hyphens ? i - 2 : i - 1)->lower) >= 0)
        return false;
    for (size_t k = 0; k < 5; k++, at++) {
        int digit = spoken_digit(context_at(context, at)->lower);
        if (digit < 0 || (k > 0 && !hyphens && context_at(context, at)->glued))
            return false;
        key[k] = (char)('0' + digit);
        if (hyphens && k < 4 && context_mark(context, ++at) != '-')
            return false;
    }
    if (spoken_digit(context_at(context, at)->lower) >= 0)
        return false;
    mention_set(ret, SYSTEM_CPT, BIT(CPT), key, EVIDENCE(FIVE_DIGITS) | EVIDENCE(SPOKEN));
    ret->end = at;
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
