/* Any text may come as a question, its first line as the subject. It is understood and answered within its bounds, and nothing of it
 * acts in the answer: no element, link or image of the asker's. The same text gets the same answer. The last byte chooses what is new, quoted and
 * signed, and whether it is asked twice. */
#include <string.h>

#include "base/utf8.h"
#include "handlers/answer.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/holds.h"

enum { ARENA_BYTES = 256 << 20, SUBJECT_BYTES = 998, TWICE = 1 << 7 };

struct heard {
    struct question question;
    struct answer answer;
};

static struct date today(void) {
    struct date ret;
    must(date_parse(SPAN("2026-11-21"), &ret), "a day");
    return ret;
}

/* An empty line parts passages, as in a mail, whose texts have no NUL and no CR. */
static size_t cut_passages(struct span text, uint8_t kinds, struct passage *ret, size_t most) {
    size_t count = 0;
    while (text.len > 0 && count < most) {
        size_t end = count + 1 < most ? span_find(text, SPAN("\n\n")) : SPAN_NONE;
        struct span piece = span_trim(span_slice(text, 0, end == SPAN_NONE ? text.len : end));
        if (piece.len > 0) {
            ret[count] = (struct passage){(enum passage_kind)((kinds >> (2 * (count % 4)) & 3) % 3), piece};
            count++;
        }
        text = end == SPAN_NONE ? SPAN("") : span_slice(text, end + 2, text.len);
    }
    return count;
}

static bool hear(const struct question_text *text, struct arena *arena, struct heard *ret) {
    struct why why;
    int failed = question_read(text, fuzz_kb(), today(), arena, &ret->question, &why);
    must(!failed || failed == FAIL_EMPTY, "a text is understood, or there is none");
    if (failed)
        return false;
    must_hold(breach_of_question(&ret->question));
    must(answer_question(&ret->question, fuzz_kb(), ANSWER_LEAST_CONFIDENCE, arena, &ret->answer, &why) == 0, "a question is answered");
    must_hold(breach_of_answer(&ret->answer));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct span raw = span_of_bytes(bytes, size);
    uint8_t kinds = take_byte(&raw);
    struct arena *arena = arena_new(ARENA_BYTES);
    char *clean = arena_copy(arena, utf8_clean(arena, raw));
    for (char *at = clean; *at; at++)
        *at = *at == '\r' ? '\n' : *at;
    struct span text = span_of(clean), subject;
    struct passage passages[8];
    if (!span_line(&text, &subject))
        subject = SPAN("");
    struct question_text asked = {.subject = arena_copy(arena, utf8_cut(subject, SUBJECT_BYTES)), .passages = passages,
                                  .passage_count = cut_passages(text, kinds, passages, sizeof passages / sizeof *passages)};
    struct heard first, second;
    if (hear(&asked, arena, &first) && kinds & TWICE) {
        must(hear(&asked, arena, &second) && strcmp(first.answer.commonmark, second.answer.commonmark) == 0, "the same question gets the same answer");
        must(first.answer.action == second.answer.action, "and is decided in the same way");
    }
    arena_free(arena);
    return 0;
}
