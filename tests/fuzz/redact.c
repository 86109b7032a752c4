/* Whatever else stands in a question, what tells who the patient is does not come out of it: known pieces of each kind are put before the text, and stand
 * neither in what may be kept nor in the answer. What is left is clean and bounded, and nothing is masked in it a second time. The last byte chooses the pieces. */
#include <string.h>

#include "base/utf8.h"
#include "handlers/answer.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/holds.h"

enum { ARENA_BYTES = 256 << 20, KEPT_BYTES = 16 << 10 /* REDACT_TEXT_BYTES */, SUBJECT_MOST = 4096 };

/* The sentence, and what of it must not come out. */
static const struct {
    const char *sentence, *piece;
} pieces[] = {
    {"Her SSN is 900-12-3456.", "900-12-3456"},
    {"The patient's DOB: 01/02/1960.", "01/02/1960"},
    {"MRN 48151623 is hers.", "48151623"},
    {"Member ID XKJ904412 of the plan.", "XKJ904412"},
    {"Please call (555) 010-0199 about it.", "010-0199"},
    {"Write to zoe.quimbly@clinic.example then.", "zoe.quimbly"},
    {"Patient: Zoe Quimbly came today.", "Quimbly"},
    {"Account # 7790-4431 is open.", "7790-4431"},
};

static void absent(struct span text, const char *piece, const char *what) { must(span_find_same(text, span_of(piece)) == SPAN_NONE, what); }

static void check_redacted(const struct redacted *redacted) {
    size_t total = 0;
    must_hold(breach_of_text(span_of(redacted->subject), ""));
    must_hold(breach_of_text(span_of(redacted->text), "\n"));
    must(span_of(redacted->text).len <= KEPT_BYTES && span_of(redacted->subject).len <= SUBJECT_MOST, "what is kept is bounded");
    for (enum mask mask = MASK_NONE; mask < MASK_COUNT; mask++)
        total += redacted->counts[mask];
    must(total == redacted->total + redacted->counts[MASK_TOKEN] && redacted->counts[MASK_NONE] == 0, "what is masked is counted by kind");
}

static struct question read_question(const char *subject, struct span text, struct arena *arena, bool *read) {
    struct question ret = {0};
    struct date today;
    const struct passage passage = {PASSAGE_NEW, text};
    const struct question_text asked = {.subject = subject, .passages = &passage, .passage_count = 1};
    must(date_parse(SPAN("2026-11-21"), &today), "a day");
    int failed = question_read(&asked, fuzz_kb(), today, arena, &ret, NULL);
    must(!failed || failed == FAIL_EMPTY, "a text is understood, or there is none");
    *read = !failed;
    return ret;
}

/* Neither kept nor answered. */
static void check_piece(const struct question *question, const char *piece, struct arena *arena) {
    struct answer answer;
    absent(span_of(question->redacted.text), piece, "a piece is not kept");
    absent(span_of(question->redacted.subject), piece, "a piece is not kept in the subject");
    for (size_t i = 0; i < question->keyword_count; i++)
        absent(span_of(question->keywords[i]), piece, "a piece is no keyword");
    must(answer_question(question, fuzz_kb(), ANSWER_LEAST_CONFIDENCE, arena, &answer, NULL) == 0, "a question is answered");
    absent(span_of(answer.text), piece, "a piece is not answered");
    absent(span_of(answer.html), piece, "a piece is not in the HTML");
    absent(span_of(answer.draft), piece, "a piece is not in the draft");
    absent(span_of(answer.reason), piece, "a piece is not in the reason");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct span raw = span_of_bytes(bytes, size);
    size_t which = take_byte(&raw) % (sizeof pieces / sizeof *pieces);
    struct arena *arena = arena_new(ARENA_BYTES);
    struct span clean = utf8_clean(arena, raw);
    /* Where the fuzzer writes the piece itself, in words of another kind, nobody promises anything. */
    if (span_find_same(clean, span_of(pieces[which].piece)) == SPAN_NONE) {
        char *text = arena_printf(arena, "%s\n\n%.*s", pieces[which].sentence, SPAN_ARG(clean));
        for (char *at = text; *at; at++)
            *at = *at == '\r' ? '\n' : *at;
        bool read;
        const struct question question = read_question("frame", span_of(text), arena, &read);
        must(read, "there is a text");
        check_redacted(&question.redacted);
        check_piece(&question, pieces[which].piece, arena);
    }
    arena_free(arena);
    return 0;
}
