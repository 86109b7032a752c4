#include "mail/robot_bounces.h"

#include <string.h>

#include "mail/phrases.h"

static const char *const bounce_subjects[] = {"undelivered mail",
                                              "undeliverable",
                                              "undelivered message",
                                              "returned mail",
                                              "returned to sender",
                                              "mail delivery fail",
                                              "mail delivery status",
                                              "mail delivery problem",
                                              "mail delivery error",
                                              "delivery status notification",
                                              "delivery notification: ",
                                              "delivery has failed",
                                              "failure notice",
                                              "failed mail",
                                              "mail failure",
                                              "mail failed",
                                              "mail system error",
                                              "mail could not be delivered",
                                              "mail not delivered",
                                              "message delivery has failed",
                                              "message delivery fail",
                                              "message undeliverable",
                                              "message not delivered",
                                              "message you sent blocked",
                                              "nondeliverable",
                                              "non-deliverable",
                                              "non delivery report",
                                              "non-delivery report",
                                              "non delivery notification",
                                              "warning: could not send",
                                              "warning: message",
                                              "could not send message",
                                              "unable to deliver",
                                              "email delivery fail",
                                              "e-mail delivery fail",
                                              "postmaster] email delivery fail",
                                              "error sending your mail",
                                              "there was an error sending your mail",
                                              "sorry, your message could not be delivered",
                                              "your message could not be delivered",
                                              "notice: mail delivery",
                                              "postmaster notify",
                                              "bounce notification",
                                              "aws notification message",
                                              "Unzustellbar",
                                              "Nicht zustellbar",
                                              "Non remis",
                                              "Échec de remise",
                                              "Échec de la remise",
                                              "Message non distribué",
                                              "No se puede entregar",
                                              "No se ha podido entregar",
                                              "Mensaje no entregado",
                                              "Mancato recapito",
                                              "Não entregue",
                                              "Niet bestelbaar",
                                              "Onbestelbaar",
                                              "Ikke leveret",
                                              "Недоставленное сообщение",
                                              "Ваше сообщение не доставлено",
                                              "メールエラー",
                                              "メール送信エラー",
                                              "メッセージを配信できません",
                                              "退信",
                                              "系统退信",
                                              "無法傳遞",
                                              "無法傳送",
                                              "無法投遞",
                                              "邮件无法送达",
                                              "未送達",
                                              "配信不能",
                                              "전송 실패",
                                              "반송된 메일",
                                              "Zustellung fehlgeschlagen",
                                              "Übermittlung fehlgeschlagen",
                                              "Unzustellbare Nachricht",
                                              "Notification d'échec",
                                              "Message non remis",
                                              "Notificación de error de entrega",
                                              "Entrega fallida",
                                              "No entregado",
                                              "Impossibile recapitare",
                                              "Notifica di mancato recapito",
                                              "Falha na entrega",
                                              "Mensagem não entregue",
                                              "Não é possível entregar",
                                              "Kan niet worden bezorgd",
                                              "Olevererat",
                                              "Kunde inte levereras",
                                              "Det går inte att leverera",
                                              "Kan ikke leveres",
                                              "Ei voi toimittaa",
                                              "Nie można dostarczyć",
                                              "Niedostarczona",
                                              "Nelze doručit",
                                              "Kézbesíthetetlen",
                                              "Teslim edilemedi",
                                              "Недоставлено",
                                              "Не удалось доставить",
                                              "Не доставлено",
                                              "Сообщение не доставлено"};

/* Alone, or with a colon or a parenthesis: a person may go on from these words ("Failed delivery, forceps"). */
static const char *const short_bounce_subjects[] = {"delivery failure",      "delivery report",  "delivery status",
                                                    "delivery failed",       "failed delivery",  "failure delivery",
                                                    "delivery notification", "returned message", "non-delivery"};

bool robot_bounce_subject(struct span subject) {
    while (subject.len && strchr("*[< ", subject.ptr[0]))
        subject = span_slice(subject, 1, subject.len);
    return phrase_starts(subject, PHRASES(bounce_subjects)) || phrase_heads(subject, ":(", PHRASES(short_bounce_subjects));
}

bool robot_complaint_subject(struct span subject) {
    static const char *const starts[] = {
        "complaint about message from", "email feedback report", "abuse report",   "spam report",    "dmarc ", "report domain:",
        "rackspace abuse report",       "[report domain:",       "spam complaint", "abuse complaint"};
    return phrase_starts(subject, PHRASES(starts));
}

/* Nobody begins a mail so but a mail system. */
static const char *const machine_openings[] = {"this message was created automatically by",
                                               "this is the mail system",
                                               "this is the mail delivery",
                                               "this is the postfix program",
                                               "this is the qmail",
                                               "this is the dragonfly mail agent",
                                               "this is a mime-encapsulated message",
                                               "this is an automatically generated delivery",
                                               "this is a delivery status notification",
                                               "hi. this is the qmail",
                                               "hi. this is the",
                                               "hi! this is the mailer-daemon",
                                               "delivery has failed to these recipients",
                                               "delivery to the following recipient",
                                               "the original message was received at",
                                               "sorry, we were unable to deliver your message",
                                               "i'm sorry to have to inform you that",
                                               "a message that you sent could not be delivered",
                                               "an error occurred while trying to deliver the",
                                               "your message did not reach some or all",
                                               "your message was not delivered to",
                                               "your message wasn't delivered to",
                                               "address not found",
                                               "message blocked",
                                               "** address not found **",
                                               "** message blocked **",
                                               "Diese Nachricht wurde automatisch",
                                               "Это письмо создано автоматически"};

static const char *const bounce_openings[] = {"this is an automatically generated message",
                                              "this is a delivery failure",
                                              "delivery has failed to",
                                              "your message",
                                              "your mail",
                                              "your email",
                                              "the following address",
                                              "the following message to",
                                              "the following recipient",
                                              "the message you sent to",
                                              "the message could not be",
                                              "message could not be delivered",
                                              "unable to deliver message",
                                              "could not deliver message",
                                              "sorry, we were unable to deliver",
                                              "a message that you sent",
                                              "error: invalid user address",
                                              "this message has been undeliverable",
                                              "message not delivered",
                                              "failed to deliver to",
                                              "Ihre Nachricht",
                                              "Votre message",
                                              "Su mensaje",
                                              "Il tuo messaggio",
                                              "Sua mensagem",
                                              "Uw bericht",
                                              "Это письмо отправлено почтовым сервером"};

static const char *const bounce_words[] = {"undeliver",
                                           "not be delivered",
                                           "could not be sent",
                                           "did not reach",
                                           "not delivered",
                                           "mailbox",
                                           "recipient",
                                           "550 ",
                                           "554 ",
                                           "smtp",
                                           "delivery",
                                           "konnte nicht",
                                           "n'a pas pu",
                                           "no se pudo entregar",
                                           "non è stato",
                                           "não pôde ser",
                                           "kon niet",
                                           "доставлен"};

/* Fields of a delivery or disposition report (RFC 3464, RFC 8098) as lines of the text: its boundaries got lost. Two of them are needed. */
static bool holds_report(struct span text) {
    static const char *const fields[] = {
        "Reporting-MTA:", "Reporting-UA:", "Final-Recipient:", "Original-Recipient:", "Action: failed", "Action: delayed",
        "Status: 5.",     "Status: 4.",    "Diagnostic-Code:", "Remote-MTA:",         "Disposition:",   "Feedback-Type:"};
    struct span line;
    size_t found = 0;
    while (span_line(&text, &line))
        found += phrase_starts(line, PHRASES(fields));
    return found >= 2;
}

enum robot_hint robot_bounce_text(struct span text) {
    text = span_trim(text);
    if (phrase_starts(text, PHRASES(machine_openings)) || holds_report(text))
        return HINT_SURE;
    bool early = phrase_said_early(text, PHRASES(bounce_openings)) || phrase_said_early(text, PHRASES(machine_openings));
    return early && phrase_within(span_slice(text, 0, 2 * PHRASE_EARLY_BYTES), PHRASES(bounce_words)) ? HINT_WEAK : HINT_NONE;
}

bool robot_complaint_text(struct span text) {
    static const char *const starts[] = {
        "this is an email abuse report",     "this is a spam report", "this is an authentication failure report",
        "this is a spf/dkim authentication", "this is a dmarc",       "this is an email feedback report",
        "this is an aggregate tls report"};
    return phrase_starts(span_trim(text), PHRASES(starts));
}
