/* Mails as they come, kind by kind: those of robots, each with the rule that keeps it silent, and beside them those of people who write
 * of the same things and want an answer. From, To and Subject are those of the row or those of a person who asks. */
#include "tests/unit/mail/fixture.h"

#include "mail/gate.h"

static const char *const ours[] = {"ask@desk.example"};
static const struct gate_desk desk = {.addresses = ours, .address_count = 1, .max_hops = 25};

struct row {
    const char *name, *fields, *subject, *text, *rule;
};

static const struct row absences[] = {
    {"Exchange", "", "Automatic reply: Re: frame", "Thank you for your message. I am out until Monday.", "auto-subject"},
    {"the subject answered asks", "", "Automatic reply: Which code is 20693?", "I am back on Monday.", "auto-subject"},
    {"asks whether help is needed", "", "Out of Office", "I am out of the office until Monday. Need help before then? Call Ann.",
     "auto-subject"},
    {"coder's own notice", "", "Re: 20693", "I am out of the office. For coding questions, write to ann@practice.example.", "auto-text"},
    {"quotes our answer and its question", "", "Automatic reply: Re: frame",
     "I am on vacation.\n\nYou wrote:\nWhich code is it, 20690 or 20692?", "auto-subject"},
    {"French", "", "Réponse automatique : Re: cadre", "Je suis absente.", "auto-subject"},
    {"French in words", "In-Reply-To: <a@desk.example>\n", "cadre", "Je suis actuellement en congé jusqu'au 3 mars.", "auto-text"},
    {"German in words", "", "Re: Rahmen", "Guten Tag,\nich befinde mich bis 3. März im Urlaub.", "auto-text"},
    {"Spanish in words", "", "Re: marco", "Hola.\nMe encuentro fuera de la oficina.", "auto-text"},
    {"Italian in words", "", "Re: telaio", "Sarò assente fino al 3 marzo.", "auto-text"},
    {"Portuguese in words", "", "Re: quadro", "Estarei ausente até segunda-feira.", "auto-text"},
    {"Dutch", "", "Automatisch antwoord: frame", "x", "auto-subject"},
    {"Swedish", "", "Frånvaromeddelande", "x", "auto-subject"},
    {"Russian, capital letter", "", "Автоответ: рама", "x", "auto-subject"},
    {"Greek", "", "Αυτόματη απάντηση: πλαίσιο", "x", "auto-subject"},
    {"Hebrew", "", "תשובה אוטומטית: מסגרת", "x", "auto-subject"},
    {"Korean", "", "자동 응답: 프레임", "x", "auto-subject"},
    {"Japanese, wide colon", "", "自動返信：フレーム", "x", "auto-subject"},
    {"Turkish", "", "Ofis dışında: çerçeve", "x", "auto-subject"},
    {"Polish", "", "Poza biurem", "x", "auto-subject"},
    {"French, a no-break space before the colon", "", "=?utf-8?B?UsOpcG9uc2UgYXV0b21hdGlxdWXCoDogY2FkcmU=?=", "x", "auto-subject"},
    {"vacation program", "X-Mailer: vacation 1.2.7\n", "Re: frame", "x", "vendor-mark"},
    {"out-of-office field", "X-Out-Of-Office: yes\n", "frame", "x", "vendor-mark"},
    {"keeps the subject, names no mail", "", "frame", "I am on leave until June. Ann stands in for me.", "auto-text"},
    {"left the practice", "", "Re: frame", "I no longer work at the practice. Write to Ann instead.", "auto-text"},
    {"person on vacation asks", "", "Vacation", "I am on vacation next week. Which code do I use for 20693 done before it?", NULL},
    {"person's subject is a weak word", "", "Absence - kidney", "Please send the code for acquired absence of a kidney.", NULL},
    {"person asks of a canceled operation", "", "Canceled: knee arthroscopy", "Do we bill it with modifier 53 or 73?", NULL},
    {"person asks of an auto reply", "", "Auto reply: what came back", "Your robot said 20693. Why is that code right for an adjustment?",
     NULL},
    {"person says when he is away", "", "Frame", "I am away from Friday, so quickly: is 20693 right?", NULL},
};

static const struct row bounces[] = {
    {"no mark at all", "", "Re: frame", "This is the mail system at host mx.practice.example.\n\nI'm sorry to have to inform you.",
     "bounce-text"},
    {"asks in the part that came back", "", "Undelivered Mail Returned to Sender",
     "This is the mail system at host mx.practice.example.\n\nFrom: ask\n\nIs 20693 right?", "bounce-subject"},
    {"boundaries are lost", "", "Re: frame",
     "Dear sender\n\nFinal-Recipient: rfc822; jane@practice.example\nAction: failed\nStatus: 5.1.1\n", "bounce-text"},
    {"body fields got into the header", "Reporting-MTA: dns; mx.practice.example\n", "Re: frame", "x", "report"},
    {"diagnostic got into the header", "Diagnostic-Code: smtp; 550 5.1.1 unknown\n", "Re: frame", "x", "report"},
    {"Exchange's content class", "Content-Class: urn:content-classes:dsn\n", "Re: frame", "x", "report"},
    {"qmail", "", "failure notice", "Hi. This is the qmail-send program at mx.practice.example.", "bounce-subject"},
    {"Gmail", "", "Re: frame", "** Address not found **\n\nYour message wasn't delivered to jane@practice.example", "bounce-text"},
    {"Outlook", "", "Re: frame", "Delivery has failed to these recipients or groups:\njane@practice.example\nWas this helpful?",
     "bounce-text"},
    {"Exchange's own address", "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@practice.example>\n",
     "Re: frame", "x", "system-sender"},
    {"Spanish", "", "Notificación de error de entrega", "x", "bounce-subject"},
    {"Polish", "", "Niedostarczona wiadomość", "x", "bounce-subject"},
    {"Chinese", "", "邮件无法送达", "x", "bounce-subject"},
    {"a person forwards one", "", "Fwd: Undelivered Mail Returned to Sender",
     "Did you get mine on 20693?\n\n---------- Forwarded message ---------\nFrom: MAILER-DAEMON@practice.example\n"
     "Subject: Undelivered Mail Returned to Sender\n\nThis is the mail system at host mx.",
     NULL},
    {"a person asks of a delivery", "", "Delivery", "Your email said 59400 for the delivery. Please confirm the code.", NULL},
    {"a person asks of a recipient", "", "Your message",
     "Your message named 50360. The recipient of the kidney is 12, does a modifier apply?", NULL},
    {"a person asks of a failed delivery", "", "Failed delivery", "Forceps failed, then a section. Which code is billed?", NULL},
};

static const struct row receipts[] = {
    {"subject alone", "", "Read: 20693", "", "auto-subject"},
    {"Outlook's words", "", "Read: 20693", "Your message\n\nTo: Coding desk\nSubject: Re: 20693\n\nwas read on Monday.", "auto-subject"},
    {"words after an answer", "", "Re: 20693", "Your message\n\nTo: Coding desk\nSubject: 20693\n\nwas read on Monday.", "auto-text"},
    {"German", "", "Gelesen: 20693", "", "auto-subject"},
    {"German receipt", "", "Lesebestätigung: 20693", "x", "auto-subject"},
    {"Lotus Notes", "", "Return Receipt", "Your document: 20693 was received by: Jane", "auto-subject"},
    {"Japanese", "", "開封済み: 20693", "", "auto-subject"},
    {"disposition got into the header", "Disposition: manual-action/MDN-sent-manually; displayed\n", "Re: 20693", "x", "report"},
    {"content class", "Content-Class: urn:content-classes:mdn\n", "x", "x", "report"},
    {"a person asks for a receipt", "Disposition-Notification-To: jane@practice.example\n", "20693", "What is it?", NULL},
    {"a person asks of reading", "", "Read: chest film", "Which code is billed for the over-read of a chest film?", NULL},
};

#define CALENDAR(method) "MIME-Version: 1.0\nContent-Type: text/calendar; charset=utf-8; method=" method "\n"
static const struct row calendars[] = {
    {"accepted", CALENDAR("REPLY"), "Accepted: coding round", "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR", "calendar-reply"},
    {"canceled", CALENDAR("CANCEL"), "Canceled: coding round", "BEGIN:VCALENDAR\nMETHOD:CANCEL\nEND:VCALENDAR", "calendar-reply"},
    {"refresh", CALENDAR("REFRESH"), "coding round", "BEGIN:VCALENDAR\nMETHOD:REFRESH\nEND:VCALENDAR", "calendar-reply"},
    {"subject alone", "", "Accepted: round on Monday", "", "auto-subject"},
    {"new time", "", "New Time Proposed: round on Monday", "", "auto-subject"},
    {"German", "", "Zusage: Runde am Montag", "", "auto-subject"},
    {"Spanish", "", "Aceptado: ronda", "", "auto-subject"},
    {"Google Calendar", "Sender: Google Calendar <calendar-notification@calendar.example>\n", "Notification: round", "x", "system-sender"},
    {"a person accepts and asks", "", "Accepted: your proposal", "Then which modifier goes with 20693?", NULL},
};

static const struct row complaints[] = {
    {"text of a feedback loop", "", "FW: 20693", "This is an email abuse report for an email message received from IP 192.0.2.1",
     "feedback-loop"},
    {"authentication failure", "", "Fw: 20693", "This is an authentication failure report for an email received", "feedback-loop"},
    {"TLS report", "TLS-Report-Domain: desk.example\n", "x", "x", "feedback-loop"},
    {"DMARC report", "", "Report Domain: desk.example Submitter: mx.example Report-ID: 1", "x", "feedback-loop"},
    {"a person reports", "", "Abuse of modifier 59", "Is it abuse to bill 29881 and 29880 with modifier 59?", NULL},
};

static const struct row challenges[] = {
    {"TMDA", "", "Please confirm your message", "To deliver your message, please reply to this mail.", "challenge"},
    {"link to click", "", "Re: 20693", "Jane uses an anti-spam service. Click the link below to confirm your address.", "challenge"},
    {"wait", "", "Your email requires verification verify#abc",
     "The message you sent has been held until you reply. To release your message, reply.", "challenge"},
    {"BoxTrapper's field", "X-Boxtrapper: yes\n", "x", "x", "vendor-mark"},
    {"confirming address", "From: confirm+abc@practice.example\n", "x", "x", "system-sender"},
    {"a person wants a confirmation", "", "Please confirm your message", "You said 20693. Please confirm the code.", NULL},
    {"a person asks", "", "Re: 20693", "Should we click the link below to confirm eligibility, and which code is billed for that?", NULL},
};

static const struct row machines[] = {
    {"ticket opened", "", "Re: 20693", "Thank you.\nWe have received your request, number 12.", "auto-text"},
    {"ticket opened in French", "In-Reply-To: <a@desk.example>\n", "20693", "Nous avons bien reçu votre message.", "auto-text"},
    {"a person received an answer", "", "Re: 20693", "We received your answer. Please send the codes for both legs.", NULL},
    {"a person received something", "", "denial", "We received your form back from the payer.", NULL},
    {"ticket system's field", "X-RT-Loop-Prevention: practice.example\n", "x", "x", "vendor-mark"},
    {"OTRS", "X-OTRS-Loop: practice\n", "x", "x", "vendor-mark"},
    {"cron", "X-Cron-Env: <SHELL=/bin/sh>\n", "Cron <jane@host> backup", "x", "vendor-mark"},
    {"campaign", "X-CampaignID: 12\n", "Coding webinar", "Join us.", "precedence"},
    {"spam by its status", "X-Spam-Status: Yes, score=9.1\n", "x", "x", "vendor-mark"},
    {"no spam by its status", "X-Spam-Status: No, score=0.1\n", "20693", "What is it?", NULL},
    {"list program", "X-Sympa-To: coders\n", "x", "x", "list-id"},
    {"old list program", "X-Listprocessor-Version: 8.2\n", "x", "x", "list-id"},
    {"forum", "X-Discourse-Post-Id: 1\n", "x", "x", "vendor-mark"},
    {"French no-reply", "From: ne-pas-repondre@practice.example\n", "x", "x", "system-sender"},
    {"Spanish no-reply", "From: no_responder@practice.example\n", "x", "x", "system-sender"},
    {"German no-reply", "From: Bitte nicht antworten <info@practice.example>\n", "x", "x", "system-sender"},
    {"Portuguese no-reply", "From: nao-responda@practice.example\n", "x", "x", "system-sender"},
    {"alerts", "From: alerts@practice.example\n", "x", "x", "system-sender"},
    {"voicemail", "From: voicemail@practice.example\n", "x", "x", "system-sender"},
    {"web server", "From: www-data@practice.example\n", "x", "x", "system-sender"},
    {"ordinary fields", "X-Mailer: Outlook 16\nUser-Agent: Thunderbird\nX-Priority: 1\nX-Originating-IP: [192.0.2.1]\nFeedback-ID: 1:x\n",
     "20693", "What is it?", NULL},
    {"over SRS and DKIM", "Return-Path: <SRS0=ab=cd=practice.example=jane@relay.example>\nDKIM-Signature: v=1; d=practice.example\n",
     "20693", "What is it?", NULL},
    {"BATV", "Return-Path: <prvs=1234567=jane@practice.example>\n", "20693", "What is it?", NULL},
    {"a role's address", "From: billing@practice.example\n", "20693", "What is it?", NULL},
    {"a coder called Root", "From: Ann Root <ann.root@practice.example>\n", "20693", "What is it?", NULL},
    {"a practice's alert nurse", "From: alertnurse@practice.example\n", "20693", "What is it?", NULL},
};

static struct gate_verdict judged(const struct row *row, struct arena *arena) {
    bool from = span_find(span_of(row->fields), SPAN("From: ")) != SPAN_NONE;
    bool mime = span_find(span_of(row->fields), SPAN("Content-Type")) != SPAN_NONE;
    const char *raw = arena_printf(arena, "%s%sTo: ask@desk.example\n%sSubject: %s\n\n%s\n", row->fields,
                                   from ? "" : "From: Jane <jane@practice.example>\n",
                                   mime ? "" : "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n", row->subject, row->text);
    struct message message;
    struct gate_verdict verdict;
    assert_int_equal(message_read(span_of(raw), true, &message_default_limits, arena, &message, NULL), 0);
    gate_judge(&message, &desk, arena, &verdict);
    return verdict;
}

static void judge_all(const struct row *rows, size_t count) {
    struct arena *arena = arena_new(ARENA_BYTES);
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        struct gate_verdict verdict = judged(&rows[i], arena);
        if (span_equal(span_of(verdict.rule), span_of(rows[i].rule)))
            continue;
        print_error("%s: %s, not %s\n", rows[i].name, verdict.rule ? verdict.rule : "answered", rows[i].rule ? rows[i].rule : "answered");
        wrong++;
    }
    arena_free(arena);
    assert_int_equal(wrong, 0);
}

#define JUDGE(kind)                                                                                                                        \
    static void kind##_are_told_from_people(void **state) {                                                                                \
        (void)state;                                                                                                                       \
        judge_all(kind, sizeof kind / sizeof *kind);                                                                                       \
    }

JUDGE(absences)
JUDGE(bounces)
JUDGE(receipts)
JUDGE(calendars)
JUDGE(complaints)
JUDGE(challenges)
JUDGE(machines)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absences_are_told_from_people),   cmocka_unit_test(bounces_are_told_from_people),
        cmocka_unit_test(receipts_are_told_from_people),   cmocka_unit_test(calendars_are_told_from_people),
        cmocka_unit_test(complaints_are_told_from_people), cmocka_unit_test(challenges_are_told_from_people),
        cmocka_unit_test(machines_are_told_from_people),
    };
    return cmocka_run_group_tests_name("mail.gate_mails", tests, NULL, NULL);
}
