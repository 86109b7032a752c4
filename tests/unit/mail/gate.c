/* Who may be answered, and at which address. */
#include "tests/unit/mail/fixture.h"

#include <ftw.h>

#include "mail/gate.h"

static const char *const ours[] = {"ask@desk.example", "codes@desk.example"};
static const char *const forms[] = {"forms.example"};
static const struct gate_desk desk = {
    .addresses = ours, .address_count = 2, .max_hops = 25, .authserv_id = "mx.desk.example", .reply_to_allowed = forms, .reply_to_allowed_count = 1};

static struct gate_verdict judged(const struct message *message, struct arena *arena) {
    struct gate_verdict verdict;
    gate_judge(message, &desk, arena, &verdict);
    return verdict;
}

static void each_kind_meets_its_rule(void **state) {
    (void)state;
    static const struct {
        const char *name, *rule, *recipient;
    } rows[] = {
        {"plain", NULL, "jane@practice.example"},
        {"thread", NULL, "jane@practice.example"},
        {"attached-message", NULL, "jane@practice.example"},
        {"addresses", NULL, "jane@practice.example"},
        {"junk-in-header", "auto-submitted", NULL},
        {"gate-dsn", "null-return-path", NULL},
        {"gate-dsn-stripped", "report", NULL},
        {"gate-bounce-text", "bounce-text", NULL},
        {"gate-vacation", "auto-subject", NULL},
        {"gate-vacation-german", "auto-subject", NULL},
        {"gate-vacation-words", "auto-text", NULL},
        {"gate-vacation-question", NULL, "jane@practice.example"},
        {"gate-list", "list-id", NULL},
        {"gate-bulk", "precedence", NULL},
        {"gate-calendar-reply", "calendar-reply", NULL},
        {"gate-calendar-request", NULL, "jane@practice.example"},
        {"gate-auto-submitted-no", NULL, "jane@practice.example"},
        {"gate-oof-suppressed", NULL, "jane@practice.example"},
        {"gate-all-suppressed", "x-auto-response-suppress", NULL},
        {"gate-no-reply", "system-sender", NULL},
        {"gate-loop", "vendor-mark", NULL},
        {"gate-own", "own-address", NULL},
        {"gate-blind-copy", "not-addressed-to-us", NULL},
        {"gate-complaint", "feedback-loop", NULL},
        {"gate-nobody", "system-sender", NULL},
        {"gate-unusable-sender", "no-sender", NULL},
        {"gate-forwarded-bounce", NULL, "jane@practice.example"},
        {"gate-obstetrics", NULL, "jane@practice.example"},
        {"gate-reply-to-aligned", NULL, "billing@dept.practice.example"},
        {"gate-reply-to-elsewhere", NULL, "jane@practice.example"},
        {"gate-reply-to-two", NULL, "jane@practice.example"},
        {"gate-reply-to-us", NULL, "jane@desk.example"},
        {"gate-two-from", NULL, "clerk@practice.example"},
        {"gate-empty", "empty", NULL},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct message message = fixture_message(rows[i].name, arena);
        struct gate_verdict verdict = judged(&message, arena);
        if (!span_equal(span_of(verdict.rule), span_of(rows[i].rule)) ||
            !span_equal(span_of(verdict.recipient), span_of(rows[i].recipient)))
            fail_msg("%s: rule %s, recipient %s", rows[i].name, verdict.rule, verdict.recipient);
        if ((verdict.rule == NULL) != (verdict.meaning == NULL))
            fail_msg("%s: a rule without its meaning", rows[i].name);
    }
    arena_free(arena);
}

/* One field added to a mail that passes. */
static void one_field_decides(void **state) {
    (void)state;
    static const struct {
        const char *field, *rule;
    } rows[] = {
        {"Return-Path: <>", "null-return-path"},
        {"Return-Path: < > (from mx)", "null-return-path"},
        {"Return-Path: <jane@practice.example>", NULL},
        {"Return-Path: <>x<jane@practice.example>", NULL},
        {"Return-Path: <owner-frames@lists.example>", "system-sender"},
        {"Auto-Submitted: auto-generated", "auto-submitted"},
        {"AUTO-SUBMITTED: Auto-Replied; owner-email=\"x\"", "auto-submitted"},
        {"Auto-Submitted: no", NULL},
        {"Auto-Submitted: no; reason=person", NULL},
        {"Auto-Submitted:", NULL},
        {"Auto-Submitted: (a person) no", NULL},
        {"Auto-Submitted: (a program) auto-replied", "auto-submitted"},
        {"Auto-Submitted: (never closed", NULL},
        {"X-Auto-Response-Suppress: All", "x-auto-response-suppress"},
        {"X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", "x-auto-response-suppress"},
        {"X-Auto-Response-Suppress: OOF", NULL},
        {"X-Auto-Response-Suppress: None", NULL},
        {"List-Unsubscribe: <mailto:off@lists.example>", "list-id"},
        {"List-Post: NO", "list-id"},
        {"Listen: no", NULL},
        {"Precedence: list", "precedence"},
        {"Precedence: junk", "precedence"},
        {"Precedence: auto_reply", "precedence"},
        {"Precedence: first-class", NULL},
        {"X-Autoreply: yes", "vendor-mark"},
        {"X-Autorespond: x", "vendor-mark"},
        {"X-FC-MachineGenerated: true", "vendor-mark"},
        {"X-Failed-Recipients: a@b.example", "vendor-mark"},
        {"X-Spam-Flag: YES", "vendor-mark"},
        {"X-Spam-Flag: NO", NULL},
        {"X-Mailer: Outlook 16", NULL},
        {"Feedback-Type: abuse", "feedback-loop"},
        {"Sender: MAILER-DAEMON@mx.example", "system-sender"},
        {"Sender: ask@desk.example", "own-address"},
        {"Message-ID: <0123456789abcdef0123456789abcdef@desk.example>", NULL}, /* not the gate's to say: gate_refuse_own */
        {"In-Reply-To: <ans-1@desk.example>", NULL},
        {"Reply-To: noreply@practice.example", "system-sender"},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *raw = arena_printf(arena, "%s\nFrom: jane@practice.example\nTo: ASK+x@desk.example\nSubject: Frame\n\nWhat is 20693?\n",
                                       rows[i].field);
        struct message message;
        assert_int_equal(message_read(span_of(raw), true, &message_default_limits, arena, &message, NULL), 0);
        struct gate_verdict verdict = judged(&message, arena);
        if (!span_equal(span_of(verdict.rule), span_of(rows[i].rule)))
            fail_msg("%s: %s", rows[i].field, verdict.rule);
    }
    arena_free(arena);
}

static void robots_are_known_by_their_address(void **state) {
    (void)state;
    static const struct {
        const char *from;
        bool robot;
    } rows[] = {
        {"MAILER-DAEMON@mx.example", true},
        {"post_master@mx.example", true},
        {"no.reply@bank.example", true},
        {"orders-noreply@shop.example", true},
        {"bounces+123@mail.example", true},
        {"frames-request@lists.example", true},
        {"owner-frames@lists.example", true},
        {"root@host.example", true},
        {"notifications@portal.example", true},
        {"Mail Delivery Subsystem <gate@mx.example>", true},
        {"rootes@practice.example", false},
        {"bouncer@practice.example", false},
        {"owner@practice.example", false},
        {"request@practice.example", false},
        {"office@practice.example", false},
        {"Codemail Administrator <admin@practice.example>", false},
        {"Dr. Postma <postma@practice.example>", false},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *raw = arena_printf(arena, "From: %s\nTo: ask@desk.example\nSubject: Frame\n\nWhat is 20693?\n", rows[i].from);
        struct message message;
        assert_int_equal(message_read(span_of(raw), true, &message_default_limits, arena, &message, NULL), 0);
        struct gate_verdict verdict = judged(&message, arena);
        if (rows[i].robot != span_equal(span_of(verdict.rule), SPAN("system-sender")))
            fail_msg("%s: %s", rows[i].from, verdict.rule);
    }
    arena_free(arena);
}

/* Subjects and first words of texts; each row a mail without any header mark. */
static void words_are_hints_that_a_question_overrides(void **state) {
    (void)state;
    static const struct {
        const char *subject, *text, *rule;
    } rows[] = {
        {"Undeliverable: Re: frame code", "roe@practice.example is unknown.", "bounce-subject"},
        {"Returned mail: see transcript for details", "x", "bounce-subject"},
        {"Delivery failure", "x", "bounce-subject"},
        {"[Postmaster] Email Delivery Failure", "x", "bounce-subject"},
        {"Mail delivery failed", "Which code is for that?", NULL},
        {"Fwd: Undeliverable: frame code", "It came back. Please send me 20693 again.", NULL},
        {"Failed delivery, forceps", "Please name the code.", NULL},
        {"Automatic reply: frame code?", "x", "auto-subject"},
        {"Out of Office: Re: frame", "I return on Monday.", "auto-subject"},
        {"Out of office visit, new patient", "99203 or 99204 please.", NULL},
        {"Re: Automatic reply: frame", "Please answer my first mail.", NULL},
        {"Respuesta automática: marco", "x", "auto-subject"},
        {"Vacation", "I am back on Monday.", "auto-subject"},
        {"Vacation", "Who bills when Dr. Roe is away?", NULL},
        {"Your message", "Your message could not be delivered to the recipient.", "bounce-text"},
        {"hello", "Your message of Monday was helpful, send me 20690 as well.", NULL},
        {"Re: your answer", "I am out of the office until Monday.", "auto-text"},
        {"Frame", "I am out of the office, so send the code for a frame to my cell.", NULL},
        {"Email Feedback Report for IP 192.0.2.1", "x", "feedback-loop"},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *raw = arena_printf(
            arena, "From: jane@practice.example\nTo: ask@desk.example\nSubject: %s\nContent-Type: text/plain; charset=utf-8\n\n%s\n",
            rows[i].subject, rows[i].text);
        struct message message;
        assert_int_equal(message_read(span_of(raw), true, &message_default_limits, arena, &message, NULL), 0);
        struct gate_verdict verdict = judged(&message, arena);
        if (!span_equal(span_of(verdict.rule), span_of(rows[i].rule)))
            fail_msg("%s / %s: %s", rows[i].subject, rows[i].text, verdict.rule);
    }
    arena_free(arena);
}

static void loops_end_by_their_hops(void **state) {
    (void)state;
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t hops = 25; hops <= 26; hops++) {
        struct buf raw;
        buf_init(&raw, FILE_BYTES);
        for (size_t i = 0; i < hops; i++)
            buf_printf(&raw, "Received: from h%zu.example\n", i);
        buf_text(&raw, "From: jane@practice.example\nCc: codes@desk.example\nSubject: Frame\n\nWhat is 20693?\n");
        struct message message;
        assert_int_equal(message_read(buf_span(&raw), true, &message_default_limits, arena, &message, NULL), 0);
        const char *rule = judged(&message, arena).rule;
        assert_true(hops == 25 ? rule == NULL : span_equal(span_of(rule), SPAN("too-many-hops")));
        buf_free(&raw);
    }
    arena_free(arena);
}

static void the_table_tells_itself(void **state) {
    (void)state;
    const struct gate_rule_text *rules = gate_rules();
    size_t count = 0;
    for (; rules[count].name; count++) {
        assert_true(span_of(rules[count].meaning).len > 20);
        for (size_t k = 0; k < count; k++)
            assert_string_not_equal(rules[k].name, rules[count].name);
    }
    assert_true(count >= 20);
    assert_string_equal(rules[0].name, "null-return-path");
}

/* Whoever finds a reason in the journal finds it in the manual. */
static void the_manual_has_every_rule(void **state) {
    (void)state;
    struct arena *arena = arena_new(ARENA_BYTES);
    struct span manual = file_text(FIXTURES "/../../../../docs/OPERATING.md", arena);
    for (const struct gate_rule_text *rule = gate_rules(); rule->name; rule++)
        if (span_find(manual, span_of(arena_printf(arena, "\n| `%s` | ", rule->name))) == SPAN_NONE)
            fail_msg("docs/OPERATING.md says nothing of %s", rule->name);
    arena_free(arena);
}

static size_t bounces_seen, bounces_answered;

static int judge_bounce(const char *path, const struct stat *stat, int kind, struct FTW *ftw) {
    (void)stat;
    (void)ftw;
    if (kind != FTW_F || !span_ends_same(span_of(path), SPAN(".eml")))
        return 0;
    struct gate_desk nobody = {.max_hops = 25};
    struct arena *arena = arena_new(ARENA_BYTES);
    struct message message;
    struct gate_verdict verdict;
    assert_int_equal(message_read(file_text(path, arena), true, &message_default_limits, arena, &message, NULL), 0);
    gate_judge(&message, &nobody, arena, &verdict);
    bounces_seen++;
    bounces_answered += verdict.rule == NULL;
    arena_free(arena);
    return 0;
}

/* Where they are at hand: refused for what they are, not because our address is missing in them. Three of the set are persons' mails. */
static void real_bounces_are_refused(void **state) {
    (void)state;
    bounces_seen = bounces_answered = 0;
    if (nftw(SHARED_FOLDER "/mail/sisimai-set", judge_bounce, 16, FTW_PHYS) == 0) {
        assert_int_equal(bounces_seen, 414);
        assert_int_equal(bounces_answered, 3);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_meets_its_rule),          cmocka_unit_test(one_field_decides),
        cmocka_unit_test(robots_are_known_by_their_address), cmocka_unit_test(words_are_hints_that_a_question_overrides),
        cmocka_unit_test(loops_end_by_their_hops),           cmocka_unit_test(the_table_tells_itself),
        cmocka_unit_test(the_manual_has_every_rule),         cmocka_unit_test(real_bounces_are_refused),
    };
    return cmocka_run_group_tests_name("mail.gate", tests, NULL, NULL);
}
