#include "kb/spelling.h"

#include <string.h>

enum { WORD_LEAST = 3, WORD_MOST = 32, TWO_MISTAKES_FROM = 7, RARE_BELOW = 3 };

struct known {
    const char *ptr;
    uint32_t count; /* documents that hold it */
    uint8_t len;
};

struct spelling {
    struct known *words;
    uint32_t *letters; /* of each word, a bit a letter, and how long it is: apart from the words, since nearly all are ruled out by these */
    uint8_t *lengths;
    size_t count;
};

static uint32_t letters_of(struct span word) {
    uint32_t ret = 0;
    for (size_t i = 0; i < word.len; i++)
        if (char_is_alpha(word.ptr[i]))
            ret |= 1u << (char_lower(word.ptr[i]) - 'a');
    return ret;
}

static void add(struct spelling *spelling, struct arena *arena, struct span word, uint32_t count) {
    if (word.len < WORD_LEAST || word.len > WORD_MOST)
        return;
    for (size_t i = 0; i < word.len; i++)
        if (!char_is_alpha(word.ptr[i]))
            return;
    spelling->words = arena_grow(arena, spelling->words, spelling->count, sizeof *spelling->words);
    spelling->letters = arena_grow(arena, spelling->letters, spelling->count, sizeof *spelling->letters);
    spelling->lengths = arena_grow(arena, spelling->lengths, spelling->count, sizeof *spelling->lengths);
    spelling->letters[spelling->count] = letters_of(word);
    spelling->lengths[spelling->count] = (uint8_t)word.len;
    spelling->words[spelling->count++] = (struct known){word.ptr, count, (uint8_t)word.len};
}

/* A stem is a word by itself only where no longer form of it was met. */
struct spelling *spelling_new(const struct vocabulary *vocabulary, const struct lexicon *lexicon, struct arena *arena) {
    enum { LEXICON_COUNT = 50 };
    struct spelling *ret = arena_alloc(arena, sizeof *ret);
    struct span rest = vocabulary->words, line, word;
    const struct span *words;
    for (size_t term = 0; term < vocabulary->count && span_line(&rest, &line); term++)
        while (span_cut(&line, ' ', &word))
            add(ret, arena, word, vocabulary->counts[term]);
    for (size_t i = 0, count = lexicon_words(lexicon, &words); i < count; i++)
        add(ret, arena, words[i], LEXICON_COUNT);
    return ret;
}

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

static void lower_case(struct span text, char ret[static WORD_MOST + 1]) {
    for (size_t i = 0; i < text.len; i++)
        ret[i] = char_lower(text.ptr[i]);
}

/* Optimal string alignment, three rows of its table, of which only the cells within `most` of the diagonal can count. */
unsigned spelling_distance(struct span a, struct span b, unsigned most) {
    unsigned rows[3][WORD_MOST + 2];
    char x[WORD_MOST + 1], y[WORD_MOST + 1];
    if (a.len > WORD_MOST || b.len > WORD_MOST || a.len > b.len + most || b.len > a.len + most)
        return most + 1;
    lower_case(a, x);
    lower_case(b, y);
    for (unsigned k = 0; k <= b.len; k++)
        rows[0][k] = k;
    for (unsigned i = 1; i <= a.len; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], best = most + 1;
        unsigned from = i > most ? i - most : 1, to = least(i + most, (unsigned)b.len);
        row[from - 1] = from == 1 ? i : most + 1;
        for (unsigned k = from; k <= to; k++) {
            unsigned cell = least(row[k - 1] + 1, above[k - 1] + (x[i - 1] != y[k - 1]));
            if (k < i + most)
                cell = least(cell, above[k] + 1);
            if (i > 1 && k > 1 && x[i - 1] == y[k - 2] && x[i - 2] == y[k - 1])
                cell = least(cell, rows[(i + 1) % 3][k - 2] + 1);
            row[k] = cell;
            best = least(best, cell);
        }
        if (best > most)
            return most + 1;
    }
    return least(rows[a.len % 3][b.len], most + 1);
}

static const double ONE_MISTAKE = 0.9, TWO_MISTAKES = 0.7, OTHER_START = 0.15, RARE = 0.05, CUT_SHORT = 0.8, CUT_LETTER = 0.01,
                    NO_VOWELS = 0.85;

static bool is_vowel(char c) { return c && strchr("aeiouy", c); }

/* "fngr" for "finger": the consonants, and perhaps some of the vowels. */
static bool is_skeleton(struct span word, struct span known) {
    size_t at = 0;
    if (word.len + 1 >= known.len)
        return false;
    for (size_t i = 0; i < known.len; i++) {
        if (at < word.len && char_lower(word.ptr[at]) == char_lower(known.ptr[i]))
            at++;
        else if (i == 0 || !is_vowel(char_lower(known.ptr[i])))
            return false;
    }
    return at == word.len;
}

/* 0: not at all. */
static double weigh_short(struct span word, struct span known) {
    if (word.len < known.len && span_starts_same(known, word))
        return CUT_SHORT - CUT_LETTER * (double)(known.len - word.len);
    return is_skeleton(word, known) ? NO_VOWELS : 0;
}

static unsigned mistakes_of(struct span word) { return word.len < TWO_MISTAKES_FROM ? 1 : 2; }

static double weigh_mistaken(struct span word, const struct known *known) {
    struct span text = {known->ptr, known->len};
    unsigned most = mistakes_of(word);
    unsigned distance = spelling_distance(word, text, most);
    if (distance > most)
        return 0;
    double ret = distance == 1 ? ONE_MISTAKE : TWO_MISTAKES;
    return char_lower(known->ptr[0]) == char_lower(word.ptr[0]) ? ret : ret - OTHER_START;
}

static size_t insert(struct proposal *list, size_t count, struct proposal proposal) {
    size_t at = count;
    while (at > 0 && list[at - 1].weight < proposal.weight)
        at--;
    if (at == SPELLING_MOST)
        return count;
    size_t last = count < SPELLING_MOST ? count++ : count - 1;
    memmove(&list[at + 1], &list[at], (last - at) * sizeof *list);
    list[at] = proposal;
    return count;
}

/* Are at most twice as many letters in one of the words alone as there may be mistakes? */
static bool shares_letters(uint32_t differing, unsigned mistakes) {
    for (unsigned i = 0; i < 2 * mistakes; i++)
        differing &= differing - 1; /* the lowest bit goes */
    return differing == 0;
}

size_t spelling_propose(const struct spelling *spelling, struct span word, struct proposal ret[static SPELLING_MOST]) {
    uint32_t letters = letters_of(word);
    unsigned mistakes = mistakes_of(word);
    size_t count = 0;
    if (word.len < WORD_LEAST || word.len > WORD_MOST)
        return 0;
    for (size_t i = 0; i < spelling->count; i++) {
        uint32_t missing = letters & ~spelling->letters[i], more = missing & (missing - 1);
        if (mistakes == 1 ? more : more & (more - 1)) /* a mistake takes one letter away at most: nearly all words end here */
            continue;
        size_t len = spelling->lengths[i];
        bool within = len > word.len && missing == 0;
        bool alike = len + mistakes >= word.len && len <= word.len + mistakes && shares_letters(letters ^ spelling->letters[i], mistakes);
        if (!within && !alike)
            continue;
        const struct known *known = &spelling->words[i];
        struct span text = {known->ptr, known->len};
        double weight = alike ? weigh_mistaken(word, known) : 0, cut = within ? weigh_short(word, text) : 0;
        weight = cut > weight ? cut : weight;
        if (weight > 0)
            count = insert(ret, count, (struct proposal){text, known->count < RARE_BELOW ? weight - RARE : weight});
    }
    return count;
}
