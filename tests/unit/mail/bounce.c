/* What mail systems report of a reply, each in its own manner. */
#include "tests/unit/mail/fixture.h"

#include <ftw.h>
#include <string.h>

#include "mail/bounce.h"

static struct bounce read_bounce(struct span raw, struct arena *arena) {
    struct message message;
    struct bounce bounce;
    struct why why;
    if (message_read(raw, true, &message_default_limits, arena, &message, &why))
        fail_msg("%s", why.text);
    bounce_read(raw, true, &message, &message_default_limits, arena, &bounce);
    return bounce;
}

static size_t lines_in(const char *names) {
    size_t count = *names != '\0';
    for (; *names; names++)
        count += *names == '\n';
    return count;
}

static bool is_among(const char *wanted, const char *names) {
    struct span rest = span_of(names), name;
    while (span_line(&rest, &name))
        if (span_equal(name, span_of(wanted)))
            return true;
    return false;
}

static void each_manner_is_understood(void **state) {
    static const struct {
        const char *name;
        enum bounce_action action;
        const char *status, *diagnostic, *recipient;
    } rows[] = {
        {"bounce-postfix", BOUNCE_FAILED, "5.1.1", "550 5.1.1 no such person here", "jane@clinic.example"},
        {"bounce-postfix-delayed", BOUNCE_DELAYED, "4.4.1", "connect to store.clinic.example", "jane@clinic.example"},
        {"bounce-exim", BOUNCE_FAILED, "5.0.0", "550 5.7.1 not from there", "jane@clinic.example"},
        {"bounce-exim-plain", BOUNCE_FAILED, "5.2.2", "552 5.2.2 the box is full", "jane@clinic.example"},
        {"bounce-sendmail", BOUNCE_FAILED, "5.3.0", "553 5.3.0 <jane@clinic.example>... gone", "jane@clinic.example"},
        {"bounce-microsoft", BOUNCE_FAILED, "5.1.10", "550 5.1.10 no mailbox", "jane@clinic.example"},
        {"bounce-gmail", BOUNCE_FAILED, "5.1.1", "550-5.1.1 nobody by that name 550", "jane@clinic.example"},
        {"bounce-qmail", BOUNCE_FAILED, "5.1.1", "Remote host said: 550 5.1.1 nobody", "jane@clinic.example"},
        {"bounce-success", BOUNCE_DELIVERED, "2.0.0", "", "jane@clinic.example"},
        {"bounce-to-several", BOUNCE_FAILED, "5.2.1", "550 5.2.1 switched off", "jane@clinic.example"},
        {"bounce-no-recipient", BOUNCE_FAILED, "5.0.0", "", "jane@clinic.example"},
    };
    (void)state;
    struct arena *arena = arena_new(ARENA_BYTES), *kept = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bounce got = read_bounce(fixture_text(rows[i].name, arena), arena), bounce = bounce_copy(&got, kept);
        arena_clear(arena);
        if (bounce.action != rows[i].action || strcmp(bounce.status, rows[i].status) != 0 || !strstr(bounce.diagnostic, rows[i].diagnostic))
            fail_msg("%s: action %d, status %s: %s", rows[i].name, (int)bounce.action, bounce.status, bounce.diagnostic);
        if (!is_among(rows[i].recipient, bounce.recipients))
            fail_msg("%s: the recipients are %s", rows[i].name, bounce.recipients);
        if (!is_among("<reply1@desk.example>", bounce.message_ids) || is_among("<other@desk.example>", bounce.message_ids))
            fail_msg("%s: the message-ids are %s", rows[i].name, bounce.message_ids);
    }
    arena_free(arena);
    arena_free(kept);
}

static void what_is_no_bounce_is_none(void **state) {
    static const char *const names[] = {
        "plain",         "thread", "gate-vacation", "gate-vacation-german", "gate-vacation-words", "gate-list", "gate-calendar-reply",
        "gate-complaint"};
    (void)state;
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct bounce bounce = read_bounce(fixture_text(names[i], arena), arena);
        if (bounce.action != BOUNCE_NONE || *bounce.message_ids || *bounce.recipients)
            fail_msg("%s: action %d", names[i], (int)bounce.action);
    }
    arena_free(arena);
}

/* One field of a delivery-status that is broken, missing or hostile. */
static void one_field_decides(void **state) {
    static const struct {
        const char *name, *fields;
        enum bounce_action action;
        const char *status, *diagnostic;
        size_t recipients;
    } rows[] = {
        {"no action, class 5", "Final-Recipient: rfc822; a@b.example\r\nStatus: 5.4.4\r\n", BOUNCE_FAILED, "5.4.4", "", 1},
        {"no action, class 4", "Final-Recipient: rfc822; a@b.example\r\nStatus: 4.4.7\r\n", BOUNCE_DELAYED, "4.4.7", "", 1},
        {"an action with a comment", "Action: Failed (no such user)\r\nStatus: 5.1.1\r\n", BOUNCE_FAILED, "5.1.1", "", 0},
        {"no status", "Action: failed\r\n", BOUNCE_FAILED, "", "", 0},
        {"a status of four parts", "Action: failed\r\nStatus: 5.1.1.1\r\n", BOUNCE_FAILED, "", "", 0},
        {"a status of class 9", "Action: failed\r\nStatus: 9.1.1\r\n", BOUNCE_FAILED, "", "", 0},
        {"a long status", "Action: failed\r\nStatus: 5.1111.1\r\n", BOUNCE_FAILED, "", "", 0},
        {"a recipient in brackets", "Action: failed\r\nFinal-Recipient: rfc822;<a@b.example>\r\n", BOUNCE_FAILED, "", "", 1},
        {"a recipient without a type", "Action: failed\r\nFinal-Recipient: a@b.example\r\n", BOUNCE_FAILED, "", "", 1},
        {"a recipient that is none", "Action: failed\r\nFinal-Recipient: rfc822; nobody\r\n", BOUNCE_FAILED, "", "", 0},
        {"escapes in the diagnostic", "Action: failed\r\nDiagnostic-Code: smtp; 550 \x1b[2Jgone \xc3\xa4\r\n", BOUNCE_FAILED, "",
         "550 ?[2Jgone ??", 0},
    };
    (void)state;
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *mail =
            arena_printf(arena,
                         "From: MAILER-DAEMON@b.example\r\nMIME-Version: 1.0\r\n"
                         "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
                         "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; b.example\r\n\r\n%s\r\n--x--\r\n",
                         rows[i].fields);
        struct bounce bounce = read_bounce(span_of(mail), arena);
        if (bounce.action != rows[i].action || strcmp(bounce.status, rows[i].status) != 0 ||
            strcmp(bounce.diagnostic, rows[i].diagnostic) != 0 || lines_in(bounce.recipients) != rows[i].recipients)
            fail_msg("%s: action %d, status \"%s\", diagnostic \"%s\", %zu recipients", rows[i].name, (int)bounce.action, bounce.status,
                     bounce.diagnostic, lines_in(bounce.recipients));
    }
    arena_free(arena);
}

/* However much there is of everything, what is kept of it is bounded. */
static void much_of_all_is_bounded(void **state) {
    enum { MANY = 3000, MOST = 50 };
    (void)state;
    struct arena *arena = arena_new(ARENA_BYTES);
    struct buf mail;
    buf_init(&mail, 4 << 20);
    buf_text(&mail, "From: MAILER-DAEMON@b.example\r\nContent-Type: multipart/report; boundary=x\r\n\r\n"
                    "--x\r\nContent-Type: message/delivery-status\r\n\r\n");
    for (int i = 0; i < MANY; i++)
        buf_printf(&mail, "Action: failed\r\nFinal-Recipient: rfc822; a%d@b.example\r\nOriginal-Message-ID: <%d@b.example>\r\n\r\n", i, i);
    buf_text(&mail, "--x--\r\n");
    struct bounce bounce = read_bounce(buf_span(&mail), arena);
    assert_int_equal(bounce.action, BOUNCE_FAILED);
    assert_int_equal(lines_in(bounce.recipients), MOST);
    assert_int_equal(lines_in(bounce.message_ids), MOST);
    buf_free(&mail);
    arena_free(arena);
}

/* --- what others collected, where it lies beside the project ------------------------------------------------------ */

static struct {
    struct arena *arena;
    size_t mails, reports, with_id, with_recipient;
} found;

static int count_one(const char *path, const struct stat *stat, int kind, struct FTW *at) {
    (void)stat, (void)at;
    if (kind != FTW_F)
        return 0;
    arena_clear(found.arena);
    struct message message;
    struct bounce bounce;
    struct span raw = file_text(path, found.arena);
    if (message_read(raw, true, &message_default_limits, found.arena, &message, NULL))
        return 0;
    bounce_read(raw, true, &message, &message_default_limits, found.arena, &bounce);
    found.mails++;
    found.reports += bounce.action != BOUNCE_NONE;
    found.with_id += *bounce.message_ids != '\0';
    found.with_recipient += *bounce.recipients != '\0';
    return 0;
}

static void real_bounces_name_their_mail(void **state) {
    static const char folder[] = SHARED_FOLDER "/mail/sisimai-set/maildir";
    (void)state;
    found.arena = arena_new(ARENA_BYTES);
    bool there = nftw(folder, count_one, 16, FTW_PHYS) == 0;
    arena_free(found.arena);
    print_message("%zu mails, %zu reports, %zu name a mail, %zu a recipient\n", found.mails, found.reports, found.with_id,
                  found.with_recipient);
    if (there) {
        assert_true(found.reports >= 397);
        assert_true(found.with_id >= 350);
        assert_true(found.with_recipient >= 360);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_manner_is_understood), cmocka_unit_test(what_is_no_bounce_is_none),    cmocka_unit_test(one_field_decides),
        cmocka_unit_test(much_of_all_is_bounded),    cmocka_unit_test(real_bounces_name_their_mail),
    };
    return cmocka_run_group_tests_name("unit.mail.bounce", tests, NULL, NULL);
}
