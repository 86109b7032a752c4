#include "kb/words.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_BYTES = 16 };

/* In order, for bsearch. */
static const char common[][WORD_BYTES] = {
    "a",    "about",  "after", "all",    "also",    "am",    "an",   "and",     "any",     "anyone",   "are",   "as",      "ask",
    "at",   "be",     "been",  "before", "being",   "best",  "bill", "billed",  "billing", "but",      "by",    "can",     "cannot",
    "code", "coded",  "codes", "coding", "correct", "could", "cpt",  "d",       "dear",    "did",      "do",    "does",    "doing",
    "don",  "else",   "etc",   "ever",   "find",    "for",   "from", "get",     "give",    "given",    "got",   "had",     "has",
    "have", "having", "hcpcs", "he",     "hello",   "help",  "her",  "here",    "hi",      "him",      "his",   "how",     "i",
    "icd",  "if",     "in",    "into",   "is",      "it",    "its",  "just",    "know",    "ll",       "m",     "may",     "me",
    "mean", "means",  "might", "more",   "most",    "must",  "my",   "need",    "needed",  "no",       "not",   "now",     "number",
    "of",   "ok",     "on",    "only",   "or",      "other", "our",  "patient", "please",  "question", "re",    "regards", "s",
    "same", "say",    "see",   "she",    "should",  "so",    "some", "such",    "t",       "tell",     "thank", "thanks",  "that",
    "the",  "their",  "them",  "then",   "there",   "these", "they", "this",    "those",   "to",       "too",   "up",      "us",
    "use",  "used",   "using", "ve",     "was",     "we",    "were", "what",    "when",    "where",    "which", "who",     "why",
    "will", "with",   "would", "yes",    "you",     "your",
};

static const char silent[][WORD_BYTES] = {
    "an", "and", "are", "as", "at", "be", "by",   "for", "from", "in", "is",
    "it", "its", "of",  "on", "or", "s",  "that", "the", "this", "to", "was",
};

static bool in_word(char c) { return char_is_alnum(c) || (unsigned char)c >= 0x80; }

bool words_next(struct span *rest, struct span *word) {
    size_t from = 0, to;
    while (from < rest->len && !in_word(rest->ptr[from]))
        from++;
    for (to = from; to < rest->len && in_word(rest->ptr[to]);)
        to++;
    *word = span_slice(*rest, from, to);
    *rest = span_slice(*rest, to, rest->len);
    return word->len > 0;
}

bool words_next_whole(struct span *rest, struct span *word) {
    const char *begin = rest->ptr;
    bool ret;
    do
        ret = words_next(rest, word);
    while (ret && span_same(*word, SPAN("s")) && word->ptr > begin && word->ptr[-1] == '\'');
    return ret;
}

static int compare_words(const void *wanted, const void *row) { return strcmp(wanted, row); }

static bool listed(struct span word, const char (*list)[WORD_BYTES], size_t count) {
    char lower[WORD_BYTES] = "";
    if (word.len >= sizeof lower)
        return false;
    for (size_t i = 0; i < word.len; i++)
        lower[i] = char_lower(word.ptr[i]);
    return bsearch(lower, list, count, sizeof *list, compare_words) != NULL;
}

bool words_common(struct span word) { return listed(word, common, sizeof common / sizeof *common); }

bool words_silent(struct span word) { return listed(word, silent, sizeof silent / sizeof *silent); }

bool words_joins(struct span word) { return span_same(word, SPAN("and")) || span_same(word, SPAN("or")); }

bool words_plain(struct span word) {
    for (size_t i = 0; i < word.len; i++)
        if (char_is_digit(word.ptr[i]) || !in_word(word.ptr[i]))
            return false;
    return word.len > 1;
}
