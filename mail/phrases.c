#include "mail/phrases.h"

#include <string.h>

size_t phrase_at_start(struct span text, const char *phrase) {
    size_t len = 0;
    for (; phrase[len]; len++)
        if (len == text.len || char_lower(text.ptr[len]) != char_lower(phrase[len]))
            return 0;
    return len;
}

bool phrase_is(struct span text, const char *const *phrases, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (text.len && phrase_at_start(text, phrases[i]) == text.len)
            return true;
    return false;
}

bool phrase_starts(struct span text, const char *const *phrases, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (phrase_at_start(text, phrases[i]))
            return true;
    return false;
}

bool phrase_ends(struct span text, const char *const *phrases, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (span_ends_same(text, span_of(phrases[i])))
            return true;
    return false;
}

bool phrase_within(struct span text, const char *const *phrases, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (span_find_same(text, span_of(phrases[i])) != SPAN_NONE)
            return true;
    return false;
}

/* French puts a blank that does not break before a colon. */
static struct span without_blanks(struct span text) {
    static const struct span blanks[] = {SPAN(" "), SPAN("\u00a0"), SPAN("\u202f")};
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks;)
        if (span_starts(text, blanks[i])) {
            text = span_slice(text, blanks[i].len, text.len);
            i = 0;
        } else
            i++;
    return text;
}

bool phrase_heads(struct span text, const char *marks, const char *const *heads, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t head = phrase_at_start(text, heads[i]);
        struct span rest = without_blanks(span_slice(text, head, text.len));
        if (head && (rest.len == 0 || strchr(marks, rest.ptr[0]) || span_starts(rest, SPAN("："))))
            return true;
    }
    return false;
}

bool phrase_said_early(struct span text, const char *const *phrases, size_t count) {
    text = span_slice(text, 0, PHRASE_EARLY_BYTES);
    bool start = true;
    for (size_t i = 0; i < text.len; i++) {
        if (char_is_space(text.ptr[i])) {
            start |= text.ptr[i] == '\n';
            continue;
        }
        if (start && phrase_starts(span_slice(text, i, text.len), phrases, count))
            return true;
        start = strchr(".!,:;", text.ptr[i]) != NULL;
    }
    return false;
}
