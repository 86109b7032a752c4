#include "handlers/intent.h"

#include <string.h>

#include "base/buf.h"
#include "handlers/cues.h"

/* An intent is asked from INTENT_ENOUGH points on, and with at least this share of the first one's, which count up to INTENT_TOP. */
enum { INTENT_ENOUGH = 4, INTENT_SHARE_PERCENT = 35, INTENT_TOP = 14 };

/* A text of so few words goes on with what the thread asked, where its own words are not stronger. */
enum { INTENT_SHORT_WORDS = 12, INTENT_THREAD_POINTS = 7 };

enum { INTENT_CUES_MAX = 1024, INTENT_WORDS_MAX = 1200, GAP_WORDS = 4 };

/* --- the text as words for the patterns */

struct words {
    struct span *items;
    size_t count;
};

static void add_word(struct words *words, struct span word) {
    if (words->count < INTENT_WORDS_MAX)
        words->items[words->count++] = word;
}

static bool ends_sentence(const struct context *context, size_t i) {
    char mark = context_mark(context, i);
    return (mark == '.' && !(context_at(context, i + 1)->glued && context_at(context, i + 1)->kind != TOKEN_MARK)) || mark == '!';
}

static void add_token(struct words *words, const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    if (context_is_times(context, i))
        add_word(words, SPAN("<times>"));
    else if (token->kind == TOKEN_NUMBER)
        add_word(words, SPAN("<n>"));
    else if (token->kind != TOKEN_MARK)
        add_word(words, token->lower);
    else if (strchr("?+=", token->text.ptr[0]))
        add_word(words, token->lower);
    else if (ends_sentence(context, i))
        add_word(words, SPAN("."));
}

static void add_mention(struct words *words, const struct mention *mention) {
    static const char *const kinds[SYSTEM_COUNT] = {
        [SYSTEM_CPT] = "<px>", [SYSTEM_HCPCS] = "<px>", [SYSTEM_ICD10CM] = "<dx>", [SYSTEM_ICD10PCS] = "<pcs>", [SYSTEM_MOD] = "<mod>"};
    add_word(words, span_of(kinds[mention->system] ? kinds[mention->system] : "<code>"));
    if (mention->modifier_count)
        add_word(words, SPAN("<with>"));
}

static struct words words_of(const struct context *context, const struct mentions *mentions, size_t asked, bool from_thread,
                             struct arena *arena) {
    struct words ret = {arena_array(arena, INTENT_WORDS_MAX, sizeof *ret.items), 0};
    add_word(&ret, asked == 0 ? SPAN("<none>") : asked == 1 ? SPAN("<one>") : SPAN("<many>"));
    if (from_thread)
        add_word(&ret, SPAN("<thread>"));
    uint32_t paragraph = 0;
    for (size_t i = 0, m = 0; i < context->count; i++) {
        const struct token *token = context_at(context, i);
        while (m < mentions->count && (!mentions->items[m].accepted || mentions->items[m].after <= i))
            m++;
        if (!context_is_new(token) || token->literal)
            continue;
        if (token->paragraph != paragraph) {
            add_word(&ret, SPAN("."));
            if (i == 0 || context_at(context, i - 1)->place != token->place)
                add_word(&ret, SPAN("<start>"));
            paragraph = token->paragraph;
        }
        if (!token->taken)
            add_token(&ret, context, i);
        else if (m < mentions->count && mentions->items[m].first == i)
            add_mention(&ret, &mentions->items[m]);
    }
    add_word(&ret, SPAN("."));
    return ret;
}

/* --- patterns */

static bool is_code(struct span word) { return word.ptr[0] == '<' && context_one_of(word, "<px> <dx> <pcs> <code>"); }

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

static bool is_end(struct span word) { return word.len == 1 && (word.ptr[0] == '.' || word.ptr[0] == '?'); }

static bool matches(struct span pattern, const struct words *words, size_t at) {
    struct span part;
    while (span_cut(&pattern, ' ', &part)) {
        bool anywhere = span_equal(part, SPAN("..."));
        size_t tries = anywhere ? words->count : 1;
        if (span_equal(part, SPAN("..")))
            tries = GAP_WORDS + 1;
        if (tries > 1)
            span_cut(&pattern, ' ', &part);
        while (tries && at < words->count && !fits(words->items[at], part)) {
            if (--tries && !anywhere && is_end(words->items[at]))
                return false;
            at++;
        }
        if (!tries || at >= words->count)
            return false;
        at++;
    }
    return true;
}

/* Cues by the first two characters of each word they may begin with. */
enum { INDEX_SLOTS = 256 };

struct cue_index {
    uint16_t head[INDEX_SLOTS];
    uint16_t cue[INTENT_CUES_MAX], next[INTENT_CUES_MAX];
    uint16_t count; /* entry 0 is none */
};

static size_t slot_of(struct span word) {
    unsigned first = (unsigned char)word.ptr[0], second = word.len > 1 ? (unsigned char)word.ptr[1] : 0;
    return (first * 31 + second) % INDEX_SLOTS;
}

static void index_cue(struct cue_index *index, uint16_t cue, size_t slot) {
    if (index->count + 1 >= INTENT_CUES_MAX || (index->head[slot] && index->cue[index->head[slot]] == cue))
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

/* Which cues fire: one flag each. */
static void fire(const struct words *words, bool *fired) {
    static struct cue_index index; /* of a table that never changes */
    if (!index.count)
        index_build(&index);
    for (size_t i = 0; i < words->count; i++) {
        if (words->items[i].len == 0)
            continue;
        for (uint16_t entry = index.head[slot_of(words->items[i])]; entry; entry = index.next[entry]) {
            uint16_t cue = index.cue[entry];
            if (!fired[cue])
                fired[cue] = matches(span_of(intent_cues[cue].pattern), words, i);
        }
    }
}

/* --- the sum */

struct score {
    enum intent intent;
    int points;
};

static int by_points(const void *a, const void *b) {
    const struct score *left = a, *right = b;
    if (left->points != right->points)
        return left->points > right->points ? -1 : 1;
    return (left->intent > right->intent) - (left->intent < right->intent);
}

static void add_up(const bool *fired, size_t asked, const struct thread_memory *thread, struct score *scores) {
    for (int i = 0; i < INTENT_COUNT; i++)
        scores[i] = (struct score){(enum intent)i, 0};
    for (size_t i = 0; i < intent_cue_count; i++)
        if (fired[i])
            scores[intent_cues[i].intent].points += intent_cues[i].points;
    for (size_t i = 0; asked && thread && i < thread->intent_count; i++)
        scores[thread->intents[i]].points += i == 0 ? INTENT_THREAD_POINTS : 1;
    if (asked)
        scores[INTENT_NOT_CODING].points = 0;
    qsort(scores, INTENT_COUNT, sizeof *scores, by_points);
}

/* The strongest ones; what is not coding is nothing else. */
static size_t asked_intents(const struct score *scores, enum intent *ret) {
    int top = scores[0].points < INTENT_TOP ? scores[0].points : INTENT_TOP;
    size_t count = 0;
    for (size_t i = 0; i < INTENT_COUNT; i++) {
        bool strong = scores[i].points >= INTENT_ENOUGH && scores[i].points * 100 >= top * INTENT_SHARE_PERCENT;
        if (strong && (i == 0 || (scores[i].intent != INTENT_NOT_CODING && scores[0].intent != INTENT_NOT_CODING)))
            ret[count++] = scores[i].intent;
    }
    return count;
}

static int points_of(const struct score *scores, enum intent intent) {
    size_t i = 0;
    while (i + 1 < INTENT_COUNT && scores[i].intent != intent)
        i++;
    return scores[i].points;
}

static const char *cues_text(const bool *fired, const struct score *scores, const enum intent *intents, size_t count, struct arena *arena) {
    struct buf text;
    buf_init(&text, 4096);
    for (size_t k = 0; k < count; k++) {
        buf_printf(&text, "%s%s %d:", k ? "; " : "", name_text(intent_names, (int)intents[k]), points_of(scores, intents[k]));
        for (size_t i = 0; i < intent_cue_count; i++)
            if (fired[i] && intent_cues[i].intent == intents[k])
                buf_printf(&text, " [%s]", intent_cues[i].pattern);
    }
    const char *ret = text.len ? buf_keep(&text, arena) : "";
    buf_free(&text);
    return ret;
}

void intent_find(const struct context *context, const struct mentions *mentions, size_t asked, const struct thread_memory *thread,
                 bool from_thread, struct arena *arena, enum intent *ret, size_t *ret_count, const char **evidence) {
    struct words words = words_of(context, mentions, asked, from_thread, arena);
    bool *fired = arena_array(arena, intent_cue_count, sizeof *fired);
    struct score scores[INTENT_COUNT];
    fire(&words, fired);
    add_up(fired, asked, words.count <= INTENT_SHORT_WORDS ? thread : NULL, scores);
    size_t count = asked_intents(scores, ret);
    *evidence = cues_text(fired, scores, ret, count, arena);
    if (count == 0) {
        ret[count++] = asked ? INTENT_MEANING : INTENT_NOT_CODING;
        *evidence = asked ? "codes without a question" : "no code and no cue";
    }
    *ret_count = count;
}

bool intent_is_asking(const enum intent *intents, size_t count, const struct context *context) {
    for (size_t i = 0; i < context->count; i++)
        if (context_is_new(context_at(context, i)) && context_mark(context, i) == '?')
            return true;
    return count > 0 && intents[0] < INTENT_JOBS;
}
