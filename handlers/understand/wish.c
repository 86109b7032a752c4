#include "handlers/understand/wish.h"

#include <stddef.h>

/* Whole words, one blank between them. */
static const char *const for_person[] = {
    "human answer", "human to answer", "human reply", "human look", "human respond", "human please", "human being answer", "human instead",
    "human call", "real human", "real person", "live person", "actual person", "person answer", "person to answer", "person please",
    "person instead", "speak to someone", "speak with someone", "talk to someone", "speak to somebody", "talk to somebody", "speak to a person",
    "speak with a person", "talk to a person", "talk with a person", "speak to a human", "talk to a human", "someone call", "somebody call",
    "someone to call", "please call me", "please call us", "call me back", "call us back", "give me a call", "give us a call", "ring me",
    "phone me", "not a robot", "no robot", "stop the robot", "not a machine", "no machine", "person call", "can you call me", NULL,
};

static bool is_edge(struct span text, size_t at) { return at >= text.len || !char_is_alnum(text.ptr[at]); }

static bool holds(struct span text, struct span phrase) {
    for (size_t from = 0; from + phrase.len <= text.len;) {
        size_t at = span_find_same(span_slice(text, from, text.len), phrase);
        if (at == SPAN_NONE)
            return false;
        at += from;
        if ((at == 0 || is_edge(text, at - 1)) && is_edge(text, at + phrase.len))
            return true;
        from = at + 1;
    }
    return false;
}

static bool holds_one_of(struct span text, const char *const *phrases) {
    for (; *phrases; phrases++)
        if (holds(text, span_of(*phrases)))
            return true;
    return false;
}

bool wish_for_person(struct span words) { return holds_one_of(words, for_person); }
