#include "mail/asking.h"

static const char question_words[] = "what which how can could is are do does did should may must when where who why would will";
static const char coding_words[] = "code codes coded coding cpt icd hcpcs drg modifier modifiers bill billed billable";

static bool belongs_to_word(char c) { return char_is_alnum(c) || c == '.'; }

/* Take the next word, without dots at its end, off *rest. False at the end. */
static bool cut_word(struct span *rest, struct span *word) {
    size_t from = 0, to;
    while (from < rest->len && !char_is_alnum(rest->ptr[from]))
        from++;
    for (to = from; to < rest->len && belongs_to_word(rest->ptr[to]);)
        to++;
    *word = span_slice(*rest, from, to);
    *rest = span_slice(*rest, to, rest->len);
    while (word->len && word->ptr[word->len - 1] == '.')
        word->len--;
    return word->len > 0;
}

/* 20693, J3301, 0671T; E11, M54.5. Telephone numbers come in groups of three and four digits. */
static bool is_like_a_code(struct span word) {
    size_t digits = 0;
    for (size_t i = 0; i < word.len; i++)
        digits += char_is_digit(word.ptr[i]);
    if (word.len == 5 && digits >= 4 && span_find_char(word, '.') == SPAN_NONE)
        return true;
    return word.len >= 3 && word.len <= 8 && char_is_alpha(word.ptr[0]) && char_is_digit(word.ptr[1]) && digits >= 2;
}

static bool is_of_coding(struct span word) { return span_is_among(word, coding_words) || is_like_a_code(word); }

bool asking_speaks_of_coding(struct span text) {
    struct span word;
    while (cut_word(&text, &word))
        if (is_of_coding(word))
            return true;
    return false;
}

static bool is_clear(struct span sentence) {
    struct span word;
    bool asks = false, of_coding = false;
    while (cut_word(&sentence, &word)) {
        asks |= span_is_among(word, question_words);
        of_coding |= is_of_coding(word);
    }
    return asks && of_coding;
}

/* Bytes of the question mark that ends a sentence here; those of web addresses and encoded words end none. */
static size_t mark_length(struct span rest) {
    static const struct span marks[] = {SPAN("?"), SPAN("？"), SPAN("؟")};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (span_starts(rest, marks[i]))
            return i || rest.len == 1 || char_is_space(rest.ptr[1]) || span_find_char(SPAN("?!.)\"'*_<,"), rest.ptr[1]) != SPAN_NONE
                       ? marks[i].len
                       : 0;
    return 0;
}

/* Most characters end nothing: they are passed over in one look. */
static bool may_end(char c) { return c == '?' || c == '.' || c == '!' || c == '\n' || (unsigned char)c >= 0x80; }

static bool ends_sentence(struct span text, size_t at) {
    char c = text.ptr[at];
    if (c == '\n')
        return at + 1 < text.len && text.ptr[at + 1] == '\n';
    return (c == '.' || c == '!') && (at + 1 == text.len || char_is_space(text.ptr[at + 1]));
}

enum asking asking_of(struct span text) {
    enum asking ret = ASKS_NOTHING;
    size_t begin = 0;
    for (size_t at = 0; at < text.len && ret != ASKS_CLEARLY; at++) {
        if (!may_end(text.ptr[at]))
            continue;
        size_t mark = mark_length(span_slice(text, at, text.len));
        if (mark)
            ret = is_clear(span_slice(text, begin, at)) ? ASKS_CLEARLY : ASKS;
        if (mark || ends_sentence(text, at))
            begin = at + 1;
    }
    return ret;
}
