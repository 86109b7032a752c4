#include "handlers/understand/cues.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *key, const void *row) {
    const struct span *word = key;
    const char *text = ((const struct number_cue *)row)->word;
    size_t len = strlen(text);
    int order = memcmp(word->ptr, text, word->len < len ? word->len : len);
    return order ? order : (word->len > len) - (word->len < len);
}

const struct number_cue *cue_before_number(struct span lower) {
    return bsearch(&lower, number_cues, number_cue_count, sizeof *number_cues, compare);
}

enum { CUES_MAX = 8192, WORDS_MAX = 1200, GAP_WORDS = 4 };

/* --- the text as words for the patterns */

struct word {
    struct span text;
    uint64_t sentences; /* that it belongs to: one, or all for what stands before the text */
};

struct words {
    struct word *items;
    size_t count;
};

static void add_word(struct words *words, struct span text, uint64_t sentences) {
    if (words->count < WORDS_MAX)
        words->items[words->count++] = (struct word){text, sentences};
}

static bool ends_sentence(const struct context *context, size_t i) {
    char mark = context_mark(context, i);
    return (mark == '.' && !(context_at(context, i + 1)->glued && context_at(context, i + 1)->kind != TOKEN_MARK)) || mark == '!';
}

static void add_token(struct words *words, const struct context *context, size_t i, uint64_t sentence) {
    const struct token *token = context_at(context, i);
    if (context_is_times(context, i))
        add_word(words, SPAN("<times>"), sentence);
    else if (token->kind == TOKEN_NUMBER)
        add_word(words, SPAN("<n>"), sentence);
    else if (token->kind != TOKEN_MARK || strchr("?+=$", token->text.ptr[0]))
        add_word(words, token->lower, sentence);
    else if (ends_sentence(context, i))
        add_word(words, SPAN("."), sentence);
}

static void add_mention(struct words *words, const struct mention *mention, uint64_t sentence) {
    static const char *const kinds[SYSTEM_COUNT] = {
        [SYSTEM_CPT] = "<px>", [SYSTEM_HCPCS] = "<px>", [SYSTEM_ICD10CM] = "<dx>", [SYSTEM_ICD10PCS] = "<pcs>", [SYSTEM_MOD] = "<mod>"};
    add_word(words, span_of(kinds[mention->system] ? kinds[mention->system] : "<code>"), sentence);
    if (mention->modifier_count)
        add_word(words, SPAN("<with>"), sentence);
}

static void add_begin(struct words *words, const struct context *context, const struct sentence *sentence, uint64_t bit) {
    const struct token *first = context_at(context, sentence->first);
    const struct token *last = context_at(context, sentence->first - 1);
    if (last->kind != TOKEN_NONE && last->paragraph != first->paragraph)
        add_word(words, SPAN("."), bit);
    if (last->place != first->place || last->kind == TOKEN_NONE)
        add_word(words, SPAN("<start>"), bit);
    add_word(words, SPAN("<begin>"), bit);
}

static struct words words_of(const struct context *context, const struct mentions *mentions, const struct sentence_list *sentences,
                             size_t asked, bool from_thread, struct arena *arena) {
    struct words ret = {arena_array(arena, WORDS_MAX, sizeof *ret.items), 0};
    add_word(&ret, asked == 0 ? SPAN("<none>") : asked == 1 ? SPAN("<one>") : SPAN("<many>"), ALL_SENTENCES);
    if (from_thread)
        add_word(&ret, SPAN("<thread>"), ALL_SENTENCES);
    size_t m = 0;
    for (size_t s = 0; s < sentences->count; s++) {
        const struct sentence *sentence = &sentences->items[s];
        if (!sentence->is_clause)
            add_begin(&ret, context, sentence, SENTENCE(s));
        for (size_t i = sentence->first; i < sentence->end; i++) {
            const struct token *token = context_at(context, i);
            while (m < mentions->count && (!mentions->items[m].accepted || mentions->items[m].after <= i))
                m++;
            if (!context_is_new(token) || token->literal)
                continue;
            if (!token->taken)
                add_token(&ret, context, i, SENTENCE(s));
            else if (m < mentions->count && mentions->items[m].first == i)
                add_mention(&ret, &mentions->items[m], SENTENCE(s));
        }
    }
    uint64_t last = sentences->count ? SENTENCE(sentences->count - 1) : ALL_SENTENCES;
    add_word(&ret, SPAN("."), last);
    add_word(&ret, SPAN("<end>"), last);
    return ret;
}

/* --- patterns */

static bool is_code(struct span word) { return word.ptr[0] == '<' && span_is_among(span_slice(word, 1, word.len), "px> dx> pcs> code>"); }

static bool fits_one(struct span word, struct span choice) {
    if (span_equal(choice, SPAN("<code>")))
        return word.len && is_code(word);
    if (choice.len > 1 && choice.ptr[choice.len - 1] == '*')
        return span_starts(word, span_slice(choice, 0, choice.len - 1));
    return span_equal(word, choice);
}

static bool fits(struct span word, struct span choices) {
    struct span choice;
    while (span_cut(&choices, '|', &choice))
        if (fits_one(word, choice))
            return true;
    return false;
}

static bool is_end(struct span word) {
    return (word.len == 1 && (word.ptr[0] == '.' || word.ptr[0] == '?')) || span_equal(word, SPAN("<begin>"));
}

/* The sentences of the last word that the pattern takes, when it fits from word `at` on; else none. */
static uint64_t match(struct span pattern, const struct words *words, size_t at) {
    struct span part;
    uint64_t ret = 0;
    while (span_cut(&pattern, ' ', &part)) {
        bool anywhere = span_equal(part, SPAN("..."));
        size_t tries = anywhere ? words->count : 1;
        if (span_equal(part, SPAN("..")))
            tries = GAP_WORDS + 1;
        if (tries > 1)
            span_cut(&pattern, ' ', &part);
        while (tries && at < words->count && !fits(words->items[at].text, part)) {
            if (--tries && !anywhere && is_end(words->items[at].text))
                return 0;
            at++;
        }
        if (!tries || at >= words->count)
            return 0;
        ret = words->items[at++].sentences;
    }
    return ret;
}

/* Cues by the first two characters of each word they may begin with: CUES_MAX such words in all. */
enum { INDEX_SLOTS = 256 };

struct cue_index {
    uint16_t head[INDEX_SLOTS];
    uint16_t cue[CUES_MAX], next[CUES_MAX];
    uint16_t count; /* entry 0 is none */
};

static size_t slot_of(struct span word) {
    unsigned first = (unsigned char)word.ptr[0], second = word.len > 1 ? (unsigned char)word.ptr[1] : 0;
    return (first * 31 + second) % INDEX_SLOTS;
}

static void index_cue(struct cue_index *index, uint16_t cue, size_t slot) {
    if (index->count + 1 >= CUES_MAX || (index->head[slot] && index->cue[index->head[slot]] == cue))
        return;
    index->count++;
    index->cue[index->count] = cue;
    index->next[index->count] = index->head[slot];
    index->head[slot] = index->count;
}

static void index_build(struct cue_index *index) {
    for (size_t i = 0; i < intent_cue_count; i++) {
        const char *at = intent_cues[i].pattern;
        for (size_t len; (len = strcspn(at, "| ")) > 0; at += len + 1) {
            struct span word = {at, len};
            index_cue(index, (uint16_t)i, slot_of(word));
            for (size_t kind = 0; kind < 3 && span_equal(word, SPAN("<code>")); kind++)
                index_cue(index, (uint16_t)i, slot_of(span_of(((const char *const[]){"<px>", "<dx>", "<pcs>"})[kind])));
            if (at[len] != '|')
                break;
        }
    }
}

void cues_fire(const struct context *context, const struct mentions *mentions, const struct sentence_list *sentences, size_t asked,
               bool from_thread, struct arena *arena, struct cues_fired *ret) {
    static struct cue_index index; /* of a table that never changes */
    if (!index.count)
        index_build(&index);
    struct words words = words_of(context, mentions, sentences, asked, from_thread, arena);
    uint64_t *fired = arena_array(arena, intent_cue_count, sizeof *fired);
    for (size_t i = 0; i < words.count; i++) {
        const struct word *word = &words.items[i];
        for (uint16_t entry = word->text.len ? index.head[slot_of(word->text)] : 0; entry; entry = index.next[entry]) {
            uint16_t cue = index.cue[entry];
            if ((fired[cue] & word->sentences) != word->sentences)
                fired[cue] |= match(span_of(intent_cues[cue].pattern), &words, i);
        }
    }
    *ret = (struct cues_fired){.sentences = fired, .word_count = words.count};
    for (size_t i = 0; i < intent_cue_count; i++)
        ret->aimed[intent_cues[i].aim] |= fired[i];
}
