#include "handlers/understand/keywords.h"

#include <string.h>

#include "base/buf.h"

/* How many words are looked up at most: each is a query. */
enum { WORDS_LOOKED_UP = 200, PHRASE_WORDS = 3 };

/* Words that stand in descriptions and in every question. Sorted. */
static const char *const common[] = {
    "able",   "about",    "above",    "after",  "again",   "all",      "also",      "always", "and",    "another",  "answer",
    "any",    "anything", "are",      "ask",    "asks",    "away",     "back",      "based",  "been",   "before",   "being",
    "best",   "between",  "bill",     "billed", "billing", "both",     "but",       "call",   "called", "came",     "can",
    "cannot", "claim",    "claims",   "code",   "coded",   "coder",    "codes",     "coding", "come",   "comes",    "correct",
    "could",  "cpt",      "dear",     "did",    "does",    "doing",    "done",      "down",   "during", "each",     "either",
    "else",   "even",     "ever",     "every",  "find",    "first",    "for",       "from",   "full",   "get",      "give",
    "given",  "goes",     "good",     "got",    "had",     "has",      "have",      "hcpcs",  "hello",  "help",     "her",
    "here",   "him",      "his",      "how",    "icd",     "into",     "its",       "just",   "keep",   "know",     "last",
    "left",   "like",     "line",     "lines",  "made",    "mail",     "make",      "many",   "may",    "mean",     "means",
    "more",   "most",     "much",     "must",   "name",    "need",     "needed",    "needs",  "never",  "new",      "not",
    "note",   "nothing",  "now",      "off",    "once",    "one",      "ones",      "only",   "other",  "our",      "out",
    "over",   "own",      "part",     "please", "put",     "question", "questions", "read",   "report", "reported", "reporting",
    "right",  "said",     "same",     "say",    "see",     "sent",     "she",       "should", "since",  "some",     "something",
    "still",  "such",     "take",     "taken",  "tell",    "than",     "thank",     "thanks", "that",   "the",      "their",
    "them",   "then",     "there",    "these",  "they",    "thing",    "this",      "those",  "three",  "through",  "time",
    "times",  "today",    "together", "too",    "two",     "type",     "under",     "until",  "use",    "used",     "using",
    "valid",  "very",     "want",     "was",    "way",     "week",     "weeks",     "well",   "were",   "what",     "when",
    "where",  "whether",  "which",    "while",  "who",     "whole",    "why",       "will",   "with",   "within",   "without",
    "would",  "year",     "years",    "yes",    "you",     "your",
};

static int compare(const void *key, const void *row) {
    const struct span *word = key;
    const char *text = *(const char *const *)row;
    size_t len = strlen(text);
    int order = memcmp(word->ptr, text, word->len < len ? word->len : len);
    return order ? order : (word->len > len) - (word->len < len);
}

bool keywords_is_common(struct span lower) {
    return bsearch(&lower, common, sizeof common / sizeof *common, sizeof *common, compare) != NULL;
}

static bool may_be_keyword(const struct token *token) {
    return context_is_new(token) && token->kind == TOKEN_WORD && token->text.len >= 3 && !token->taken && !token->literal && !token->name &&
           !token->doubtful && !token->mask && !keywords_is_common(token->lower);
}

static bool holds(const char *const *keywords, size_t count, struct span phrase) {
    for (size_t i = 0; i < count; i++)
        if (span_equal(span_of(keywords[i]), phrase))
            return true;
    return false;
}

/* The known words from token i on that follow each other directly: how many. */
static size_t phrase_length(const struct context *context, size_t i, struct kb *kb, size_t *lookups) {
    size_t ret = 0;
    while (ret < PHRASE_WORDS && *lookups < WORDS_LOOKED_UP && may_be_keyword(context_at(context, i + ret)) &&
           (ret == 0 || context_at(context, i + ret)->line == context_at(context, i)->line)) {
        (*lookups)++;
        if (!kb_knows_word(kb, context_at(context, i + ret)->lower))
            break;
        ret++;
    }
    return ret;
}

const char **keywords_find(const struct context *context, struct kb *kb, struct arena *arena, size_t *ret_count) {
    const char **ret = arena_array(arena, QUESTION_KEYWORDS, sizeof *ret);
    size_t count = 0, lookups = 0;
    for (size_t i = 0; i < context->count && count < QUESTION_KEYWORDS && lookups < WORDS_LOOKED_UP;) {
        size_t words = phrase_length(context, i, kb, &lookups);
        struct buf phrase;
        buf_init(&phrase, 256);
        for (size_t k = 0; k < words; k++) {
            buf_text(&phrase, k ? " " : "");
            buf_add(&phrase, context_at(context, i + k)->lower);
        }
        if (words && !buf_full(&phrase) && !holds(ret, count, buf_span(&phrase)))
            ret[count++] = buf_keep(&phrase, arena);
        buf_free(&phrase);
        i += words ? words : 1;
    }
    *ret_count = count;
    return ret;
}

/* Lines that greet or take leave. */
static bool is_polite(const struct context *context, size_t i) {
    static const char words[] = "hi hello hey dear hola bonjour thanks thank thx regards sincerely cheers best kind greetings";
    bool begins = context_at(context, i - 1)->line != context_at(context, i)->line;
    return begins && span_is_among(context_at(context, i)->lower, words);
}

static size_t line_end(const struct context *context, size_t i) {
    size_t end = i + 1;
    while (context_at(context, end)->kind != TOKEN_NONE && context_at(context, end)->line == context_at(context, i)->line)
        end++;
    return end;
}

/* "type 2", "stage 3", "level-4": a short number that belongs to the word before it. */
static bool is_numbered(const struct context *context, size_t i) {
    static const char numbered[] = "type types stage grade level class category degree part phase group factor bmi weber";
    const struct token *token = context_at(context, i);
    size_t name = context_mark_in(context, i - 1, "-") ? i - 2 : i - 1;
    bool whole =
        !context_at(context, i + 1)->glued || !context_mark_in(context, i + 1, "./:") || context_at(context, i + 2)->kind != TOKEN_NUMBER;
    return token->kind == TOKEN_NUMBER && token->text.len <= 2 && whole && span_is_among(context_at(context, name)->lower, numbered);
}

struct span keywords_text(const struct context *context, struct arena *arena) {
    struct buf text;
    buf_init(&text, KEYWORDS_TEXT_BYTES);
    for (size_t i = 0; i < context->count;) {
        const struct token *token = context_at(context, i);
        size_t end = is_polite(context, i) ? line_end(context, i) : 0;
        if (end && end - i <= 5) {
            i = end;
            continue;
        }
        bool says_something = token->kind == TOKEN_WORD || token->kind == TOKEN_MIXED || is_numbered(context, i);
        bool kept = context_is_new(token) && !token->taken && !token->literal && !token->name && !token->mask && says_something;
        if (kept && text.len + token->text.len + 1 < KEYWORDS_TEXT_BYTES) {
            buf_text(&text, text.len ? " " : "");
            buf_add(&text, token->text);
        }
        i++;
    }
    struct span ret = span_of(text.len ? buf_keep(&text, arena) : "");
    buf_free(&text);
    return ret;
}

const char *keywords_unsaid(const struct context *context, struct arena *arena) {
    struct buf words;
    buf_init(&words, KEYWORDS_TEXT_BYTES);
    for (size_t i = 0; i < context->count; i++) {
        const struct token *token = context_at(context, i);
        if (!context_is_new(token) || !(token->doubtful || token->name || token->mask) || token->kind != TOKEN_WORD)
            continue;
        if (words.len + token->lower.len + 1 < KEYWORDS_TEXT_BYTES)
            buf_printf(&words, "%s%.*s", words.len ? " " : "", SPAN_ARG(token->lower));
    }
    const char *ret = words.len ? buf_keep(&words, arena) : "";
    buf_free(&words);
    return ret;
}
