/* Whose fault a refusal is, by its code and where it was said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mail/smtp_verdict.h"

static const struct {
    enum smtp_command command;
    int code;
    const char *text;
    enum outbox_result result;
    enum outbox_blame blame;
} rows[] = {
    {SAY_MAIL, 451, "4.3.0 later", OUTBOX_DELAYED, BLAME_US},
    {SAY_MAIL, 550, "5.1.1 no such sender", OUTBOX_DELAYED, BLAME_US},
    {SAY_MAIL, 530, "5.7.0 log in first", OUTBOX_BROKEN, BLAME_US},
    {SAY_MAIL, 535, "", OUTBOX_BROKEN, BLAME_US},
    {SAY_MAIL, 538, "5.7.11 encryption first", OUTBOX_BROKEN, BLAME_US},
    {SAY_RSET, 500, "", OUTBOX_DELAYED, BLAME_US},
    {SAY_RCPT, 450, "4.7.1 grey", OUTBOX_DELAYED, BLAME_LETTER},
    {SAY_RCPT, 550, "5.1.1 no such user", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_RCPT, 550, "no such user", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_RCPT, 550, "", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_RCPT, 550, "5.1.10 no such mailbox", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_RCPT, 550, "5.1.7 bad sender", OUTBOX_DELAYED, BLAME_PERHAPS_US},
    {SAY_RCPT, 550, "5.1.8 bad sender domain", OUTBOX_DELAYED, BLAME_PERHAPS_US},
    {SAY_RCPT, 550, "5.1.8", OUTBOX_DELAYED, BLAME_PERHAPS_US},
    {SAY_RCPT, 550, "5.1.80 what is this", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_RCPT, 550, "5.1.8.1 what is this", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_RCPT, 550, "x5.1.8 what is this", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_RCPT, 550, "it is 5.1.8 that is meant", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_RCPT, 553, "5.7.1 <desk@desk.example>: Sender address rejected: not yours", OUTBOX_DELAYED, BLAME_PERHAPS_US},
    {SAY_RCPT, 554, "5.7.1 Relay access denied", OUTBOX_DELAYED, BLAME_EITHER},
    {SAY_RCPT, 554, "5.7.1 Recipient address rejected: Access denied", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_RCPT, 530, "5.7.0 log in first", OUTBOX_DELAYED, BLAME_PERHAPS_US},
    {SAY_RCPT, 535, "", OUTBOX_DELAYED, BLAME_PERHAPS_US},
    {SAY_RCPT, 550, "5.7.13 switched off", OUTBOX_DELAYED, BLAME_PERHAPS_US},
    {SAY_RCPT, 550, "5.7.10 encryption needed", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_DATA, 554, "5.5.1 no valid recipients", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_DATA, 530, "5.7.0 no", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_DATA, 250, "what?", OUTBOX_DELAYED, BLAME_LETTER},
    {SAY_LETTER, 451, "4.3.0 later", OUTBOX_DELAYED, BLAME_LETTER},
    {SAY_LETTER, 552, "5.3.4 too big", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_LETTER, 554, "5.7.1 looks like spam", OUTBOX_REFUSED, BLAME_LETTER},
    {SAY_LETTER, 554, "5.7.60 not in that name", OUTBOX_DELAYED, BLAME_PERHAPS_US},
    {SAY_LETTER, 550, "5.4.5 enough for today", OUTBOX_DELAYED, BLAME_PERHAPS_US},
    {SAY_LETTER, 550, "5.7.705 your house sent too much", OUTBOX_DELAYED, BLAME_PERHAPS_US},
};

static void a_refusal_is_laid_at_the_right_door(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct smtp_verdict verdict = smtp_verdict(rows[i].command, rows[i].code, span_of(rows[i].text));
        if (verdict.result != rows[i].result || verdict.blame != rows[i].blame)
            fail_msg("command %d, %d %s: %s, blame %d", (int)rows[i].command, rows[i].code, rows[i].text,
                     name_text(outbox_results, (int)verdict.result), (int)verdict.blame);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_refusal_is_laid_at_the_right_door)};
    return cmocka_run_group_tests_name("unit.mail.smtp_verdict", tests, NULL, NULL);
}
