#include "kb/agree.h"

#include "kb/words.h"

enum { BEGINNING = 5, WORD_LEAST = 3, HUNDRED = 100 };

/* How many bytes the letter at the start has; 0 when there is none. Typographic punctuation (U+2000 to U+203F) is no letter. */
static size_t letter(struct span text) {
    if (!text.len)
        return 0;
    if ((unsigned char)*text.ptr < 0x80)
        return char_is_alnum(*text.ptr);
    return span_starts(text, SPAN("\xe2\x80")) ? 0 : 1;
}

static bool next_word(struct span *rest, struct span *word) {
    size_t len = 0, step;
    while (rest->len && !letter(*rest))
        *rest = span_slice(*rest, span_starts(*rest, SPAN("\xe2\x80")) ? 3 : 1, rest->len);
    while ((step = letter(span_slice(*rest, len, rest->len))) > 0)
        len += step;
    *word = span_slice(*rest, 0, len);
    *rest = span_slice(*rest, len, rest->len);
    return len > 0;
}

void agree_read(struct span text, struct agree_words *ret) {
    struct span word;
    while (ret->count < AGREE_WORDS_MAX && next_word(&text, &word))
        if (word.len >= WORD_LEAST && !words_common(word) && !agree_has(ret, word))
            ret->items[ret->count++] = word;
}

static bool alike(struct span a, struct span b) {
    if (a.len < BEGINNING || b.len < BEGINNING)
        return span_same(a, b);
    return span_same(span_slice(a, 0, BEGINNING), span_slice(b, 0, BEGINNING));
}

bool agree_has(const struct agree_words *words, struct span word) {
    for (size_t i = 0; i < words->count; i++)
        if (alike(words->items[i], word))
            return true;
    return false;
}

unsigned agree_percent(const struct agree_words *a, const struct agree_words *b) {
    size_t found = 0;
    for (size_t i = 0; i < a->count; i++)
        found += agree_has(b, a->items[i]);
    return a->count ? (unsigned)(found * HUNDRED / a->count) : HUNDRED;
}

bool agree_differ_in_one(struct span title, struct span other, struct span *word, struct span *other_word) {
    struct span a, b;
    size_t differing = 0;
    for (;;) {
        bool more = next_word(&title, &a), other_more = next_word(&other, &b);
        if (more != other_more)
            return false;
        if (!more)
            return differing == 1;
        if (span_same(a, b))
            continue;
        differing++;
        *word = a;
        *other_word = b;
    }
}

bool agree_same(struct span title, struct span other) {
    struct span a, b;
    for (;;) {
        bool more = next_word(&title, &a), other_more = next_word(&other, &b);
        if (more != other_more || (more && !span_same(a, b)))
            return false;
        if (!more)
            return true;
    }
}
