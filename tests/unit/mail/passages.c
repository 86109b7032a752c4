/* What is new, quoted and signature in a text. */
#include "tests/unit/mail/fixture.h"

#include "mail/passages.h"

/* "new text|>quoted text|~signature" */
static const char *drawn(struct span text, struct arena *arena) {
    static const char *const marks[] = {[PASSAGE_NEW] = "", [PASSAGE_QUOTED] = ">", [PASSAGE_SIGNATURE] = "~"};
    struct buf out;
    buf_init(&out, FILE_BYTES);
    size_t count;
    const struct passage *passages = passages_split(text, arena, &count);
    for (size_t i = 0; i < count; i++)
        buf_printf(&out, "%s%s%.*s", i ? "|" : "", marks[passages[i].kind], SPAN_ARG(passages[i].text));
    const char *ret = buf_keep(&out, arena);
    buf_free(&out);
    return ret;
}

struct row {
    const char *name, *text, *drawn;
};

static void check(const struct row *rows, size_t count) {
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < count; i++) {
        const char *have = drawn(span_of(rows[i].text), arena);
        if (!span_equal(span_of(have), span_of(rows[i].drawn)))
            fail_msg("%s: %s", rows[i].name, have);
    }
    arena_free(arena);
}

static void quotes_are_found(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"nothing but new", "What is 20693?\n", "What is 20693?"},
        {"empty", "\n \n", ""},
        {"lone CRs", "a\r> b\rc\r\n", "a|>> b|c"},
        {"answer on top", "And 20690?\n\nOn Mon, Mar 2, 2026 at 10:12 AM Desk <d@x.example> wrote:\n> 20693 is\n> a revision\n",
         "And 20690?|>On Mon, Mar 2, 2026 at 10:12 AM Desk <d@x.example> wrote:\n> 20693 is\n> a revision"},
        {"answer below", "On 2 March 2026 Desk wrote:\n> 20693\n\nAnd 20690?\n", ">On 2 March 2026 Desk wrote:\n> 20693|And 20690?"},
        {"answers between", "> one?\n\nYes.\n\n> two?\n\nNo.\n", ">> one?|Yes.|>> two?|No."},
        {"wrapped attribution", "x\n\nOn Mon, Mar 2, 2026 at 10:12 AM Desk\n<d@x.example> wrote:\n> q\n",
         "x|>On Mon, Mar 2, 2026 at 10:12 AM Desk\n<d@x.example> wrote:\n> q"},
        {"attribution without marks below", "x\n\nOn 3/2/2026 Desk <d@x.example> wrote:\n20693 is a revision\n",
         "x|>On 3/2/2026 Desk <d@x.example> wrote:\n20693 is a revision"},
        {"German", "x\nAm 28.08.2026 um 15:11 schrieb Desk:\n> q\n", "x|>Am 28.08.2026 um 15:11 schrieb Desk:\n> q"},
        {"French", "x\nLe 12/05/2026 à 21:55, Desk a écrit :\n> q\n", "x|>Le 12/05/2026 à 21:55, Desk a écrit :\n> q"},
        {"Spanish", "x\nEl 3 mar 2026, Desk <d@x.example> escribió:\n> q\n", "x|>El 3 mar 2026, Desk <d@x.example> escribió:\n> q"},
        {"a sentence that begins with On", "On Monday the auditor wrote:\n20693 is wrong. Is it?\n",
         "On Monday the auditor wrote:\n20693 is wrong. Is it?"},
        {"Outlook block", "x\n\nFrom: Desk <d@x.example>\nSent: Monday, March 2, 2026 10:12 AM\nTo: Jane\nSubject: RE: frame\n\n20693\n",
         "x|>From: Desk <d@x.example>\nSent: Monday, March 2, 2026 10:12 AM\nTo: Jane\nSubject: RE: frame\n\n20693"},
        {"block below a rule", "x\n________________________________\nFrom: D\nSent: Monday\nTo: J\n\nq\n",
         "x|>________________________________\nFrom: D\nSent: Monday\nTo: J\n\nq"},
        {"German block, bold", "x\n\n*Von:* Desk\n*Gesendet:* Montag\n*An:* Jane\n*Betreff:* WG\n\nq\n",
         "x|>*Von:* Desk\n*Gesendet:* Montag\n*An:* Jane\n*Betreff:* WG\n\nq"},
        {"a lone From is no block", "From: the chart\nit reads 20693?\n", "From: the chart\nit reads 20693?"},
        {"original message", "x\n\n-----Original Message-----\nFrom: D\nq\n", "x|>-----Original Message-----\nFrom: D\nq"},
        {"forwarded with a comment",
         "See below.\n\n---------- Forwarded message ---------\nFrom: D <d@x.example>\nDate: Mon\nSubject: s\n\nq?\n",
         "See below.|>---------- Forwarded message ---------\nFrom: D <d@x.example>\nDate: Mon\nSubject: s\n\nq?"},
        {"forwarded without a comment",
         "---------- Forwarded message ---------\nFrom: D <d@x.example>\nDate: Mon\nSubject: s\nTo: <j@x.example>\n\nWhat is 20693?\n",
         ">---------- Forwarded message ---------\nFrom: D <d@x.example>\nDate: Mon\nSubject: s\nTo: <j@x.example>|What is 20693?"},
        {"only quoted", "> What is 20693?\n", "> What is 20693?"},
    };
    check(rows, sizeof rows / sizeof *rows);
}

static void signatures_are_found(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"dashes", "What is 20693?\n-- \nJane\n5 Main St\n", "What is 20693?|~-- \nJane\n5 Main St"},
        {"dashes without the blank", "What is 20693?\n--\nJane\n", "What is 20693?|~--\nJane"},
        {"a list is not a signature", "Codes:\n- 20690\n-- 20692\nboth?\n", "Codes:\n- 20690\n-- 20692\nboth?"},
        {"telephone", "20693?\n\nSent from my iPhone\n", "20693?|~Sent from my iPhone"},
        {"telephone, German", "20693?\n\nVon meinem iPhone gesendet\n", "20693?|~Von meinem iPhone gesendet"},
        {"a sentence about a desk", "20693?\n\nSent from my desk, which is easier to write on than a phone.\n",
         "20693?\n\nSent from my desk, which is easier to write on than a phone."},
        {"sign-off", "20693?\n\nKind regards,\nJane Doe\nWestgate\n(555) 555-0131\n",
         "20693?|~Kind regards,\nJane Doe\nWestgate\n(555) 555-0131"},
        {"sign-off before a postscript",
         "20693?\n\nThanks\nJane\n\nP.S. and what about the fixator on the other leg, is it paid as well by Medicare?\n",
         "20693?\n\nThanks\nJane\n\nP.S. and what about the fixator on the other leg, is it paid as well by Medicare?"},
        {"sign-off before a question", "Thanks.\n20693?\n", "Thanks.\n20693?"},
        {"thanks within a sentence", "Thanks for 20690, what is 20693?\n", "Thanks for 20690, what is 20693?"},
        {"address block", "20693?\n\nJane Doe\nWestgate Billing\n4 Harbor Plaza, Beltsville MD 20705\n",
         "20693?|~Jane Doe\nWestgate Billing\n4 Harbor Plaza, Beltsville MD 20705"},
        {"address on one line", "20693?\n\nJane \xE2\x80\x93 Headache House, 64615 Rte 9\n",
         "20693?|~Jane \xE2\x80\x93 Headache House, 64615 Rte 9"},
        {"CT is a scan", "Which of these is right?\n\nCT 73700\nCT 73701\n", "Which of these is right?\n\nCT 73700\nCT 73701"},
        {"disclaimer",
         "20693?\n\nThis e-mail and any attachments are confidential and intended for the recipient only.\nDelete it: 99999.\n",
         "20693?|~This e-mail and any attachments are confidential and intended for the recipient only.\nDelete it: 99999."},
        {"a question about a message", "This message says 20693. Is it right?\n", "This message says 20693. Is it right?"},
        {"signature before a quote", "20693?\n-- \nJane\n\nOn 3/2/2026 D <d@x.example> wrote:\n> q\n",
         "20693?|~-- \nJane|>On 3/2/2026 D <d@x.example> wrote:\n> q"},
        {"nothing but a signature", "Thanks,\nJane\n", "Thanks,\nJane"},
    };
    check(rows, sizeof rows / sizeof *rows);
}

/* Many lines that each might begin something must not cost their square. */
static void long_texts_take_no_longer_than_they_are(void **state) {
    (void)state;
    static const char *const lines[] = {"Thanks\n", "Thanks\n\n",    "On 1\n", "From: x\n",    ">\n",
                                        "\n",       "a\nTel: 5\n\n", "--\n",   "This e-mail\n"};
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct buf text;
        buf_init(&text, FILE_BYTES);
        while (text.len < 256 * 1024)
            buf_text(&text, lines[i]);
        size_t count;
        passages_split(buf_span(&text), arena, &count);
        if (count > text.len)
            fail_msg("%s", lines[i]);
        buf_free(&text);
        arena_clear(arena);
    }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_are_found),
        cmocka_unit_test(signatures_are_found),
        cmocka_unit_test(long_texts_take_no_longer_than_they_are),
    };
    return cmocka_run_group_tests_name("mail.passages", tests, NULL, NULL);
}
