/* What the daemon believes of a note: one that is right, and each way in which it can be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "reader/trust.h"

#define KEY "0123456789abcdef0123456789abcdef"

static const char question[] = "From: \"Asker, A.\" <asker@clinic.example>\r\nTo: desk@desk.example\r\n\r\nWrite to victim@elsewhere.example\r\n";

static const char *const own_addresses[] = {"desk@desk.example"};
static const struct reader_desk desk = {.gate = {.addresses = own_addresses, .address_count = 1},
                                        .reply = {.from_address = "desk@desk.example", .from_name = "Desk"}};

static const struct sender_view asker = {.address = "asker@clinic.example", .question_key = KEY};
static const struct sender_memory known = {.reply_message_id = "<r@desk.example>", .loop_mark = "mark"};

#define HEADER                                                                                                                             \
    "Date: Sat, 21 Nov 2026 09:00:00 +0000\r\nFrom: \"Desk\" <desk@desk.example>\r\nTo: <asker@clinic.example>\r\n"                        \
    "Subject: Re: A code\r\nMessage-ID: <r@desk.example>\r\nCodingdesk-Loop: mark\r\nAuto-Submitted: auto-replied\r\n"                     \
    "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n"

static struct reading_note good(void) {
    return (struct reading_note){
        .action = ACTION_ANSWER,
        .reason = "",
        .question_key = KEY,
        .asker = "asker@clinic.example",
        .bounce = {BOUNCE_NONE, "", "", "", ""},
        .recipient = "asker@clinic.example",
        .reply_message_id = "<r@desk.example>",
        .reply_text = "Hello",
        .reply = SPAN(HEADER "\r\nHello\r\n"),
    };
}

static void a_note_that_is_right_is_believed(void **state) {
    (void)state;
    struct why why = {""};
    struct reading_note note = good();
    if (trust_note(&note, &asker, &known, &desk, &why))
        fail_msg("%s", why.text);
    if (trust_view(&asker, span_of(question), &desk, &why))
        fail_msg("%s", why.text);
}

static void an_asker_must_be_named_in_the_header(void **state) {
    (void)state;
    static const struct {
        const char *name, *address;
    } rows[] = {
        {"in the text alone", "victim@elsewhere.example"}, {"nowhere", "other@clinic.example"}, {"the desk itself", "desk@desk.example"},
        {"two", "asker@clinic.example,victim@elsewhere.example"}, {"a line end", "asker@clinic.example\r\nBcc: x@y.example"}, {"nobody", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sender_view view = {.address = rows[i].address, .question_key = KEY};
        if (trust_view(&view, span_of(question), &desk, NULL) != FAIL_INPUT)
            fail_msg("%s", rows[i].name);
    }
    struct sender_view verified = asker;
    verified.verified = true;
    assert_int_equal(trust_view(&verified, span_of(question), &desk, NULL), FAIL_INPUT);
    struct reader_desk believing = desk;
    believing.gate.authserv_id = "mx.desk.example";
    assert_int_equal(trust_view(&verified, span_of(question), &believing, NULL), FAIL_INPUT);
    assert_int_equal(trust_view(&verified, SPAN("Authentication-Results: MX.desk.example; dmarc=pass\r\nFrom: asker@clinic.example\r\n\r\nx\r\n"), &believing, NULL), 0);
    const struct sender_view keyless = {.address = "asker@clinic.example", .question_key = "../../etc"};
    assert_int_equal(trust_view(&keyless, span_of(question), &desk, NULL), FAIL_INPUT);
}

static void a_reply_must_be_the_desks_to_the_asker(void **state) {
    (void)state;
    static const struct {
        const char *name, *reply;
    } rows[] = {
        {"another recipient", "To: <victim@elsewhere.example>\r\n"},
        {"a second recipient", HEADER "Cc: <victim@elsewhere.example>\r\n\r\nx\r\n"},
        {"a blind one", HEADER "Bcc: <victim@elsewhere.example>\r\n\r\nx\r\n"},
        {"To twice", HEADER "To: <victim@elsewhere.example>\r\n\r\nx\r\n"},
        {"a field of its own", HEADER "X-Mailer: x\r\n\r\nx\r\n"},
        {"no end of the header", HEADER},
        {"a bare line feed", HEADER "\r\na\nb\r\n"},
        {"a bare carriage return", HEADER "\r\na\rb\r\n"},
        {"a byte of 8 bits", HEADER "\r\n\xE9\r\n"},
        {"no line end", HEADER "\r\nx"},
        {"nothing", ""},
        {"not from the desk", "Date: x\r\nFrom: <ceo@clinic.example>\r\nTo: <asker@clinic.example>\r\nSubject: x\r\nMessage-ID: <r@desk.example>\r\n"
                              "Codingdesk-Loop: mark\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx\r\n"},
        {"another Message-ID", "Date: x\r\nFrom: <desk@desk.example>\r\nTo: <asker@clinic.example>\r\nSubject: x\r\nMessage-ID: <q@desk.example>\r\n"
                               "Codingdesk-Loop: mark\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx\r\n"},
        {"no mark", "Date: x\r\nFrom: <desk@desk.example>\r\nTo: <asker@clinic.example>\r\nSubject: x\r\nMessage-ID: <r@desk.example>\r\n"
                    "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx\r\n"},
        {"not automatic", "Date: x\r\nFrom: <desk@desk.example>\r\nTo: <asker@clinic.example>\r\nSubject: x\r\nMessage-ID: <r@desk.example>\r\n"
                          "Codingdesk-Loop: mark\r\nAuto-Submitted: no\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx\r\n"},
        {"two in To", "Date: x\r\nFrom: <desk@desk.example>\r\nTo: <a@b.example>, <asker@clinic.example>\r\nSubject: x\r\nMessage-ID: <r@desk.example>\r\n"
                      "Codingdesk-Loop: mark\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx\r\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reading_note note = good();
        note.reply = span_of(rows[i].reply);
        if (trust_note(&note, &asker, &known, &desk, NULL) != FAIL_INPUT)
            fail_msg("%s", rows[i].name);
    }
}

/* Each row spoils one thing. */
static void spoil(size_t row, struct reading_note *note, struct sender_memory *told) {
    switch (row) {
    case 0: note->recipient = "victim@elsewhere.example"; break;
    case 1: note->question_key = "fedcba9876543210fedcba9876543210"; break;
    case 2: note->reply_message_id = "<q@desk.example>"; break;
    case 3: note->action = ACTION_SILENT; break;
    case 4: note->recipient = NULL; break; /* the reply is left */
    case 5: note->reason = NULL; break;
    case 6: note->reason = "a\nb"; break;
    case 7: note->draft = "\xFF"; break;
    case 8: note->asker = "a b"; break;
    case 9: note->change = SENDER_REGISTERS; break;
    case 10: note->change = SENDER_LEAVES; break;
    case 11: note->told = TOLD_LIMIT; break;
    case 12: told->standing.standing = STANDING_BLOCKED; break;
    case 13: told->standing.breaker = "breaker-all"; break;
    case 14: told->standing.limit = "limit-day"; break;
    case 15: told->is_own = true; break;
    case 16: note->bounce.status = NULL; break;
    case 17: note->question_text = "\xC3"; break;
    case 18: note->asker = "nobody@elsewhere.example"; break; /* whose allowance the reply would use up */
    case 19: note->asker = NULL; break;
    default: fail();
    }
}

static void a_note_that_is_wrong_is_not(void **state) {
    (void)state;
    for (size_t row = 0; row < 20; row++) {
        struct reading_note note = good();
        struct sender_memory told = known;
        spoil(row, &note, &told);
        if (trust_note(&note, &asker, &told, &desk, NULL) != FAIL_INPUT)
            fail_msg("row %zu", row);
    }
    struct reading_note unasked = good();
    assert_int_equal(trust_note(&unasked, NULL, &known, &desk, NULL), FAIL_INPUT);
}

static void a_sender_who_may_be_changed_is(void **state) {
    (void)state;
    struct reading_note note = good();
    struct sender_memory told = known;
    told.standing.token = TOKEN_REGISTERS;
    note.change = SENDER_REGISTERS;
    assert_int_equal(trust_note(&note, &asker, &told, &desk, NULL), 0);
    note.asker = "victim@elsewhere.example";
    assert_int_equal(trust_note(&note, &asker, &told, &desk, NULL), FAIL_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_note_that_is_right_is_believed),       cmocka_unit_test(an_asker_must_be_named_in_the_header),
        cmocka_unit_test(a_reply_must_be_the_desks_to_the_asker), cmocka_unit_test(a_note_that_is_wrong_is_not),
        cmocka_unit_test(a_sender_who_may_be_changed_is),
    };
    return cmocka_run_group_tests_name("reader.trust", tests, NULL, NULL);
}
