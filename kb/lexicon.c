#include "kb/lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/name.h"
#include "kb/system.h"
#include "kb/words.h"

enum { LEXICON_BYTES = 16 << 20, KEYS_FIRST = 4096, MARKS_FIRST = 512, SET_WORDS = 8 };

struct lexicon {
    struct stemmer *stemmer;
    struct arena *arena;
    struct dictionary keys, marks, apart;
    const struct lexicon_entry **entries; /* by the dictionary's value */
    size_t entry_count;
    struct span *words;
    size_t word_count;
    unsigned sets;
};

/* The stems of a text with a blank between them, in the arena. Empty when it has too many words. */
static struct span key_of(struct lexicon *lexicon, struct span text, size_t *ret_words) {
    char key[LEXICON_KEY_BYTES];
    size_t len = 0;
    struct span word;
    struct stem stem;
    for (*ret_words = 0; words_next_whole(&text, &word); ++*ret_words) {
        if (!stemmer_stem(lexicon->stemmer, word, &stem) || len + stem.len + 1 >= sizeof key || *ret_words == LEXICON_KEY_WORDS)
            return span_of("");
        if (len)
            key[len++] = ' ';
        memcpy(key + len, stem.text, stem.len);
        len += stem.len;
    }
    return (struct span){arena_copy(lexicon->arena, (struct span){key, len}), len};
}

static void add_word(struct lexicon *lexicon, struct span text) {
    lexicon->words = arena_grow(lexicon->arena, lexicon->words, lexicon->word_count, sizeof *lexicon->words);
    lexicon->words[lexicon->word_count++] = text;
}

static void add_entry(struct lexicon *lexicon, struct span left, enum lexicon_kind kind, struct span right) {
    size_t words;
    uint32_t at;
    struct span key = key_of(lexicon, left, &words);
    struct lexicon_entry *entry = arena_alloc(lexicon->arena, sizeof *entry);
    if (key.len == 0)
        return;
    *entry = (struct lexicon_entry){kind, right, NULL};
    if (dictionary_get(&lexicon->keys, key, &at)) {
        entry->next = lexicon->entries[at];
        lexicon->entries[at] = entry;
        return;
    }
    lexicon->entries = arena_grow(lexicon->arena, lexicon->entries, lexicon->entry_count, sizeof(struct lexicon_entry *));
    dictionary_put(&lexicon->keys, key, (uint32_t)lexicon->entry_count);
    lexicon->entries[lexicon->entry_count++] = entry;
    if (words == 1)
        add_word(lexicon, left);
}

static void read_entry(struct lexicon *lexicon, struct span left, enum lexicon_kind kind, struct span right) {
    struct span key;
    while (span_cut(&left, ',', &key))
        add_entry(lexicon, span_trim(key), kind, span_trim(right));
}

static void read_same(struct lexicon *lexicon, struct span line) {
    struct span rest = line, part;
    while (lexicon_part(&rest, LEXICON_SAME, &part))
        add_entry(lexicon, part, LEXICON_SAME, line);
}

static void mark(struct lexicon *lexicon, struct span words, unsigned marks) {
    struct span word;
    struct stem stem;
    uint32_t before = 0;
    while (words_next(&words, &word)) {
        if (!stemmer_stem(lexicon->stemmer, word, &stem))
            continue;
        struct span key = {arena_copy(lexicon->arena, (struct span){stem.text, stem.len}), stem.len};
        before = lexicon_marks(lexicon, key);
        dictionary_put(&lexicon->marks, key, before | marks);
    }
}

/* Words between two bars are one member of the set. */
static void read_apart(struct lexicon *lexicon, struct span members) {
    struct span member, word;
    struct stem stem;
    for (unsigned bit = 0; bit < SET_WORDS && lexicon->sets < LEXICON_SETS && span_cut(&members, '|', &member); bit++)
        while (words_next(&member, &word))
            if (stemmer_stem(lexicon->stemmer, word, &stem)) {
                const char *key = arena_copy(lexicon->arena, (struct span){stem.text, stem.len});
                dictionary_put(&lexicon->apart, (struct span){key, stem.len}, lexicon->sets * SET_WORDS + bit);
            }
    lexicon->sets++;
}

static const struct name list_marks[] = {
    {MARK_WEAK, "!weak"},       {MARK_NEUTRAL, "!neutral"}, {MARK_NEGATES, "!negates"},
    {MARK_AFFIRMS, "!affirms"}, {MARK_PERSON, "!person"},   {0, NULL},
};

static void read_list(struct lexicon *lexicon, struct span line) {
    struct span word;
    int system, marks;
    span_cut(&line, ' ', &word);
    if (name_value(list_marks, word, &marks))
        mark(lexicon, line, (unsigned)marks);
    else if (span_equal(word, SPAN("!apart")))
        read_apart(lexicon, line);
    else if (span_equal(word, SPAN("!system")) && span_cut(&line, ' ', &word) && name_value(system_names, word, &system))
        mark(lexicon, line, (unsigned)MARK_SYSTEM << system);
    else if (span_equal(word, SPAN("!names")) && span_cut(&line, ' ', &word) && name_value(system_names, word, &system))
        mark(lexicon, line, (unsigned)MARK_NAMES << system);
}

static void read_line(struct lexicon *lexicon, struct span line) {
    size_t becomes = span_find(line, SPAN(":=")), like = span_find_char(line, '=');
    if (line.len == 0 || line.ptr[0] == '#')
        return;
    if (line.ptr[0] == '!')
        read_list(lexicon, line);
    else if (becomes != SPAN_NONE)
        read_entry(lexicon, span_slice(line, 0, becomes), LEXICON_BECOMES, span_slice(line, becomes + 2, line.len));
    else if (like != SPAN_NONE)
        read_entry(lexicon, span_slice(line, 0, like), LEXICON_LIKE, span_slice(line, like + 1, line.len));
    else
        read_same(lexicon, line);
}

struct lexicon *lexicon_new(const char *text, struct stemmer *stemmer) {
    struct arena *arena = arena_new(LEXICON_BYTES);
    struct lexicon *ret = arena_alloc(arena, sizeof *ret);
    struct span rest = span_of(text), line;
    *ret = (struct lexicon){.stemmer = stemmer, .arena = arena};
    dictionary_init(&ret->keys, KEYS_FIRST);
    dictionary_init(&ret->marks, MARKS_FIRST);
    dictionary_init(&ret->apart, MARKS_FIRST);
    while (span_line(&rest, &line))
        read_line(ret, span_trim(line));
    return ret;
}

void lexicon_free(struct lexicon *lexicon) {
    if (!lexicon)
        return;
    dictionary_free(&lexicon->keys);
    dictionary_free(&lexicon->marks);
    dictionary_free(&lexicon->apart);
    arena_free(lexicon->arena);
}

const struct lexicon_entry *lexicon_find(const struct lexicon *lexicon, struct span key) {
    uint32_t at;
    return dictionary_get(&lexicon->keys, key, &at) ? lexicon->entries[at] : NULL;
}

bool lexicon_knows(const struct lexicon *lexicon, const struct stem *stem) {
    return lexicon_find(lexicon, (struct span){stem->text, stem->len}) != NULL;
}

unsigned lexicon_marks(const struct lexicon *lexicon, struct span stem) {
    uint32_t ret = 0;
    return dictionary_get(&lexicon->marks, stem, &ret) ? ret : 0;
}

bool lexicon_apart(const struct lexicon *lexicon, struct span stem, unsigned *ret_set, uint8_t *ret_bit) {
    uint32_t at;
    if (!dictionary_get(&lexicon->apart, stem, &at))
        return false;
    *ret_set = at / SET_WORDS;
    *ret_bit = (uint8_t)(1u << at % SET_WORDS);
    return true;
}

bool lexicon_part(struct span *rest, enum lexicon_kind kind, struct span *part) {
    bool comma = kind == LEXICON_SAME && span_find_char(*rest, ',') < span_find_char(*rest, '~');
    bool ret = span_cut(rest, comma ? ',' : kind == LEXICON_SAME ? '~' : '|', part);
    *part = span_trim(*part);
    return ret;
}

size_t lexicon_words(const struct lexicon *lexicon, const struct span **ret) {
    *ret = lexicon->words;
    return lexicon->word_count;
}
