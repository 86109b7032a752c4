#include "kb/spelling.h"

#include <string.h>

enum { WORD_LEAST = 3, WORD_MOST = 32, TWO_MISTAKES_FROM = 7, RARE_BELOW = 3, REMEMBERED = 32 };

struct known {
    const char *ptr; /* in lower case */
    uint32_t met; /* how many words were met before it: of two as good as each other the earlier one is taken */
    uint8_t len;
    bool rare;
};

enum { LETTERS = 26, BUCKETS = (WORD_MOST + 1) * LETTERS };

struct proposed {
    struct proposal proposal;
    uint32_t met;
};

struct list {
    struct proposed items[SPELLING_MOST];
    size_t count;
};

/* The words by length, and by first letter among those of a length. A mail is searched for more than once: the last words asked about are
 * remembered with what was proposed. */
struct spelling {
    struct known *words;
    uint32_t *letters; /* of each word, a bit a letter: apart from the words, since nearly all are ruled out by these */
    size_t begin[BUCKETS + 1];
    size_t count;
    struct asked {
        char word[WORD_MOST];
        size_t len;
        struct list list;
    } asked[REMEMBERED];
    size_t next_asked;
};

static uint32_t letters_of(struct span word) {
    uint32_t ret = 0;
    for (size_t i = 0; i < word.len; i++)
        if (char_is_alpha(word.ptr[i]))
            ret |= 1u << (word.ptr[i] - 'a');
    return ret;
}

static size_t bucket_of(size_t len, char first) { return len * LETTERS + (size_t)(first - 'a'); }

static void lower_case(struct span text, char ret[static WORD_MOST]) {
    for (size_t i = 0; i < text.len; i++)
        ret[i] = char_lower(text.ptr[i]);
}

static void add(struct spelling *spelling, struct arena *arena, struct span word, bool rare) {
    char lower[WORD_MOST];
    if (word.len < WORD_LEAST || word.len > WORD_MOST)
        return;
    for (size_t i = 0; i < word.len; i++)
        if (!char_is_alpha(word.ptr[i]))
            return;
    lower_case(word, lower);
    const char *ptr = memcmp(lower, word.ptr, word.len) == 0 ? word.ptr : arena_copy(arena, (struct span){lower, word.len});
    spelling->words = arena_grow(arena, spelling->words, spelling->count, sizeof *spelling->words);
    spelling->words[spelling->count] = (struct known){ptr, (uint32_t)spelling->count, (uint8_t)word.len, rare};
    spelling->count++;
}

static void sort(struct spelling *spelling, struct arena *arena) {
    struct known *met = spelling->words;
    size_t next[BUCKETS + 1] = {0};
    for (size_t i = 0; i < spelling->count; i++)
        next[bucket_of(met[i].len, met[i].ptr[0]) + 1]++;
    for (size_t i = 1; i <= BUCKETS; i++)
        next[i] += next[i - 1];
    memcpy(spelling->begin, next, sizeof next);
    spelling->words = arena_array(arena, spelling->count, sizeof *spelling->words);
    spelling->letters = arena_array(arena, spelling->count, sizeof *spelling->letters);
    for (size_t i = 0; i < spelling->count; i++) {
        size_t at = next[bucket_of(met[i].len, met[i].ptr[0])]++;
        spelling->words[at] = met[i];
        spelling->letters[at] = letters_of((struct span){met[i].ptr, met[i].len});
    }
}

/* A stem is a word by itself only where no longer form of it was met. */
struct spelling *spelling_new(const struct vocabulary *vocabulary, const struct lexicon *lexicon, struct arena *arena) {
    struct spelling *ret = arena_alloc(arena, sizeof *ret);
    struct span rest = vocabulary->words, line, word;
    const struct span *words;
    for (size_t term = 0; term < vocabulary->count && span_line(&rest, &line); term++)
        while (span_cut(&line, ' ', &word))
            add(ret, arena, word, vocabulary->counts[term] < RARE_BELOW);
    for (size_t i = 0, count = lexicon_words(lexicon, &words); i < count; i++)
        add(ret, arena, words[i], false);
    sort(ret, arena);
    return ret;
}

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

/* Optimal string alignment, three rows of its table, of which only the cells within `most` of the diagonal can count. */
unsigned spelling_distance(struct span a, struct span b, unsigned most) {
    unsigned rows[3][WORD_MOST + 2];
    const char *x = a.ptr, *y = b.ptr;
    if (a.len > WORD_MOST || b.len > WORD_MOST || a.len > b.len + most || b.len > a.len + most)
        return most + 1;
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
        if (at < word.len && word.ptr[at] == known.ptr[i])
            at++;
        else if (i == 0 || !is_vowel(known.ptr[i]))
            return false;
    }
    return at == word.len;
}

/* 0: not at all. */
static double weigh_short(struct span word, struct span known) {
    if (word.len < known.len && span_starts(known, word))
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
    return known->ptr[0] == word.ptr[0] ? ret : ret - OTHER_START;
}

static bool is_better(const struct proposed *a, const struct proposed *b) {
    return a->proposal.weight != b->proposal.weight ? a->proposal.weight > b->proposal.weight : a->met < b->met;
}

static void insert(struct list *list, const struct proposed *proposed) {
    size_t at = list->count;
    while (at > 0 && is_better(proposed, &list->items[at - 1]))
        at--;
    if (at == SPELLING_MOST)
        return;
    size_t last = list->count < SPELLING_MOST ? list->count++ : list->count - 1;
    memmove(&list->items[at + 1], &list->items[at], (last - at) * sizeof *list->items);
    list->items[at] = *proposed;
}

/* Are at most so many bits set? */
static bool are_few(uint32_t bits, unsigned most) {
    for (unsigned i = 0; i < most; i++)
        bits &= bits - 1; /* the lowest one goes */
    return bits == 0;
}

static void offer(struct list *list, const struct known *known, double weight) {
    if (weight > 0)
        insert(list, &(struct proposed){{{known->ptr, known->len}, known->rare ? weight - RARE : weight}, known->met});
}

/* Of one length. A mistake takes one letter away at most and brings one, and what makes a word longer takes none: nearly all words end
 * there. */
static void look_alike(const struct spelling *spelling, struct span word, size_t len, struct list *list) {
    uint32_t letters = letters_of(word);
    unsigned lost = mistakes_of(word), won = lost;
    if (len > word.len)
        lost -= (unsigned)(len - word.len);
    else
        won -= (unsigned)(word.len - len);
    for (size_t i = spelling->begin[len * LETTERS], end = spelling->begin[(len + 1) * LETTERS]; i < end; i++) {
        if (!are_few(letters & ~spelling->letters[i], lost) || !are_few(spelling->letters[i] & ~letters, won))
            continue;
        const struct known *known = &spelling->words[i];
        double mistaken = weigh_mistaken(word, known), cut = weigh_short(word, (struct span){known->ptr, known->len});
        offer(list, known, cut > mistaken ? cut : mistaken);
    }
}

/* Longer by more than mistakes tell, and of the same beginning. */
static void look_longer(const struct spelling *spelling, struct span word, struct list *list) {
    uint32_t letters = letters_of(word);
    for (size_t len = word.len + mistakes_of(word) + 1; char_is_alpha(word.ptr[0]) && len <= WORD_MOST; len++) {
        size_t bucket = bucket_of(len, word.ptr[0]);
        for (size_t i = spelling->begin[bucket]; i < spelling->begin[bucket + 1]; i++)
            if (!(letters & ~spelling->letters[i]))
                offer(list, &spelling->words[i], weigh_short(word, (struct span){spelling->words[i].ptr, len}));
    }
}

static struct asked *find_asked(struct spelling *spelling, struct span word) {
    for (size_t i = 0; i < REMEMBERED; i++)
        if (span_equal((struct span){spelling->asked[i].word, spelling->asked[i].len}, word))
            return &spelling->asked[i];
    return NULL;
}

static struct asked *look(struct spelling *spelling, struct span word) {
    struct asked *ret = &spelling->asked[spelling->next_asked++ % REMEMBERED];
    memcpy(ret->word, word.ptr, word.len);
    ret->len = word.len;
    ret->list.count = 0;
    unsigned mistakes = mistakes_of(word);
    for (size_t len = word.len > mistakes ? word.len - mistakes : 0; len <= word.len + mistakes && len <= WORD_MOST; len++)
        look_alike(spelling, word, len, &ret->list);
    look_longer(spelling, word, &ret->list);
    return ret;
}

size_t spelling_propose(struct spelling *spelling, struct span word, struct proposal ret[static SPELLING_MOST]) {
    char lower[WORD_MOST];
    if (word.len < WORD_LEAST || word.len > WORD_MOST)
        return 0;
    lower_case(word, lower);
    word.ptr = lower;
    const struct asked *asked = find_asked(spelling, word);
    asked = asked ? asked : look(spelling, word);
    for (size_t i = 0; i < asked->list.count; i++)
        ret[i] = asked->list.items[i].proposal;
    return asked->list.count;
}
