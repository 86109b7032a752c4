#include "mail/phrases.h"

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
