#include "mail/gate.h"

#include "mail/address.h"
#include "mail/asking.h"
#include "mail/robot_bounces.h"
#include "mail/robot_replies.h"

/* What the rules look at. */
struct view {
    const struct message *message;
    const struct gate_desk *desk;
    struct arena *arena;
    const char *recipient; /* whom an answer would reach, or NULL */
    struct span subject;
    struct span opening; /* the first passage that is new */
    bool marks[ROBOT_MARKS];
    enum asking asks;       /* in what is new, and in the subject unless that is a robot's */
    bool speaks_of_coding;  /* in the opening */
    enum robot_hint bounce; /* in the opening */
    bool absence;           /* in the opening */
};

struct rule {
    const char *name, *meaning;
    bool (*blocks)(const struct view *); /* NULL: who has the desk's key decides, gate_refuse_own */
};

static const struct header *next_field(const struct view *view, const char *name, size_t *at) {
    return message_header(view->message, name, at);
}

static bool is_ours(const struct gate_desk *desk, const char *mailbox) {
    for (size_t i = 0; i < desk->address_count; i++)
        if (address_same_mailbox(span_of(mailbox), span_of(desk->addresses[i])))
            return true;
    return false;
}

static bool holds_ours(const struct gate_desk *desk, const struct addresses *list) {
    for (size_t i = 0; i < list->count; i++)
        if (is_ours(desk, list->items[i].mailbox))
            return true;
    return false;
}

/* The mailbox of a Return-Path, of a damaged one the last. */
static struct span return_path(struct span value) {
    for (size_t open; (open = span_find_char(value, '<')) != SPAN_NONE;)
        value = span_slice(value, open + 1, value.len);
    return span_trim(span_slice(value, 0, span_find_char(value, '>')));
}

static bool has_null_return_path(const struct view *view) {
    const struct header *field;
    for (size_t at = 0; (field = next_field(view, "return-path", &at));)
        if (span_starts(field->value, SPAN("<")) && return_path(field->value).len == 0)
            return true;
    return false;
}

static bool is_from_us(const struct view *view) {
    return holds_ours(view->desk, &view->message->from) || holds_ours(view->desk, &view->message->sender);
}

/* The first word of a field, without the comment before it or behind it. */
static struct span keyword(struct span value) {
    while (span_starts(value, SPAN("("))) {
        size_t close = span_find_char(value, ')');
        value = span_trim(span_slice(value, close == SPAN_NONE ? value.len : close + 1, value.len));
    }
    size_t len = 0;
    while (len < value.len && !char_is_space(value.ptr[len]) && value.ptr[len] != ';' && value.ptr[len] != '(')
        len++;
    return span_slice(value, 0, len);
}

static bool is_auto_submitted(const struct view *view) {
    const struct header *field;
    for (size_t at = 0; (field = next_field(view, "auto-submitted", &at));)
        if (keyword(field->value).len && !span_same(keyword(field->value), SPAN("no")))
            return true;
    return false;
}

static bool suppresses_responses(const struct view *view) {
    const struct header *field;
    for (size_t at = 0; (field = next_field(view, "x-auto-response-suppress", &at));) {
        struct span rest = field->value, word;
        while (span_cut(&rest, ',', &word)) {
            word = span_trim(word);
            if (word.len && !span_same(word, SPAN("OOF")) && !span_same(word, SPAN("None")))
                return true;
        }
    }
    return false;
}

static bool is_report(const struct view *view) {
    const struct message *message = view->message;
    return view->marks[ROBOT_REPORT] || message->has_report_part || message->report_type ||
           span_equal(span_of(message->content_type), SPAN("multipart/report"));
}

static bool is_calendar_reply(const struct view *view) {
    struct span method = span_of(view->message->calendar_method);
    return span_is_among(method, "reply counter declinecounter refresh cancel");
}

static bool is_feedback(const struct view *view) {
    return view->marks[ROBOT_FEEDBACK] || robot_complaint_text(view->opening) ||
           (view->asks == ASKS_NOTHING && robot_complaint_subject(view->subject));
}

static bool is_list(const struct view *view) { return view->marks[ROBOT_LIST]; }
static bool is_bulk(const struct view *view) { return view->marks[ROBOT_BULK]; }
static bool has_vendor_mark(const struct view *view) { return view->marks[ROBOT_VENDOR]; }

static bool any_robot(const struct addresses *list) {
    for (size_t i = 0; i < list->count; i++)
        if (robot_mailbox(span_of(list->items[i].mailbox)) || robot_name(span_of(list->items[i].name)))
            return true;
    return false;
}

static bool is_system_sender(const struct view *view) {
    const struct message *message = view->message;
    const struct header *field;
    for (size_t at = 0; (field = next_field(view, "return-path", &at));)
        if (robot_mailbox(return_path(field->value)))
            return true;
    struct span from = message_field(message, "from");
    return any_robot(&message->from) || any_robot(&message->sender) || any_robot(&message->reply_to) ||
           (message->from.count == 0 && (robot_name(from) || robot_mailbox(from)));
}

static bool has_no_sender(const struct view *view) { return !view->recipient; }

/* Words are hints: alone they stand back where somebody asks, two that agree do not. */
static bool has_bounce_subject(const struct view *view) {
    return robot_bounce_subject(view->subject) && (view->asks == ASKS_NOTHING || view->bounce != HINT_NONE);
}

static bool has_bounce_text(const struct view *view) {
    return view->bounce == HINT_SURE || (view->bounce == HINT_WEAK && view->asks == ASKS_NOTHING && !view->speaks_of_coding);
}

/* A question that is not clear, "Need help before then?", stands in many absence notices. */
static bool has_automatic_subject(const struct view *view) {
    enum robot_hint hint = robot_automatic_subject(view->subject);
    if (hint == HINT_SURE && view->absence)
        return true;
    if (hint == HINT_SURE || (hint == HINT_WEAK && view->absence))
        return view->asks != ASKS_CLEARLY;
    return hint == HINT_WEAK && view->asks == ASKS_NOTHING && !view->speaks_of_coding;
}

static bool has_automatic_text(const struct view *view) {
    bool answers = robot_is_answered(view->subject) || view->message->in_reply_to_count;
    if (answers && view->absence)
        return view->asks != ASKS_CLEARLY;
    bool hint = view->absence || (answers && robot_acknowledgement_text(view->opening));
    return hint && view->asks == ASKS_NOTHING && !view->speaks_of_coding;
}

static bool is_challenge(const struct view *view) { return view->asks != ASKS_CLEARLY && robot_challenge(view->subject, view->opening); }

/* RFC 5230 section 4.5: the address must stand in one of these, so a blind copy is not answered. */
static bool is_not_for_us(const struct view *view) {
    static const char *const fields[] = {"bcc", "resent-to", "resent-cc", "resent-bcc", "apparently-to"};
    const struct message *message = view->message;
    if (view->desk->address_count == 0 || holds_ours(view->desk, &message->to) || holds_ours(view->desk, &message->cc))
        return false;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct header *field;
        for (size_t at = 0; (field = next_field(view, fields[i], &at));) {
            struct addresses list = address_list(field->value, view->arena);
            if (holds_ours(view->desk, &list))
                return false;
        }
    }
    return true;
}

static bool went_too_far(const struct view *view) {
    size_t hops = 0;
    for (size_t at = 0; next_field(view, "received", &at);)
        hops++;
    return hops > view->desk->max_hops;
}

static bool is_empty(const struct view *view) {
    return view->message->text_complete && span_trim(view->message->text).len == 0 && span_trim(span_of(view->message->subject)).len == 0;
}

static const struct rule rules[] = {
    {"null-return-path", "its envelope sender is empty: a bounce or another notice of a mail system", has_null_return_path},
    {"own-address", "it comes from the desk's own address", is_from_us},
    {"own-message", "it is an answer of the desk that came back: it bears the desk's signature", NULL},
    {"auto-submitted", "it says that a program sent it (Auto-Submitted)", is_auto_submitted},
    {"x-auto-response-suppress", "it asks for no automatic response (X-Auto-Response-Suppress)", suppresses_responses},
    {"feedback-loop", "it is a complaint forwarded by a mail provider", is_feedback},
    {"report", "it is a delivery, disposition or feedback report", is_report},
    {"calendar-reply", "it is a calendar's answer to an invitation", is_calendar_reply},
    {"list-id", "it came over a mailing list", is_list},
    {"precedence", "it is bulk, list or junk mail (Precedence)", is_bulk},
    {"vendor-mark", "a mail program marked it as automatic or unwanted", has_vendor_mark},
    {"system-sender", "its sender is a robot: a mail system, a list manager or an address that reads no mail", is_system_sender},
    {"no-sender", "it names no sender whom an answer could reach", has_no_sender},
    {"challenge", "it asks us to prove that we are a person, before our answer is let through", is_challenge},
    {"bounce-subject", "its subject is that of an undeliverable mail", has_bounce_subject},
    {"auto-subject", "its subject is that of an absence notice or another automatic reply", has_automatic_subject},
    {"bounce-text", "its text is that of an undeliverable mail", has_bounce_text},
    {"auto-text", "its text is that of an absence notice or of another automatic reply", has_automatic_text},
    {"not-addressed-to-us", "the desk's address is in none of its recipient fields", is_not_for_us},
    {"too-many-hops", "it went through too many mail servers: perhaps a loop", went_too_far},
    {"empty", "it has neither subject nor text", is_empty},
};

enum { RULES = sizeof rules / sizeof *rules };

static bool is_aligned(struct span one, struct span other) {
    return address_domain_within(one, other) || address_domain_within(other, one);
}

static bool may_reply_to(const char *reply_to, const char *from, const struct gate_desk *desk) {
    struct span domain = address_domain(span_of(reply_to));
    for (size_t i = 0; i < desk->reply_to_allowed_count; i++)
        if (address_domain_within(domain, span_of(desk->reply_to_allowed[i])))
            return true;
    return is_aligned(domain, address_domain(span_of(from)));
}

/* Reply-To is followed within the sender's domain and to domains that are allowed: elsewhere it would let anybody send our answers to a
 * third person. */
static const char *recipient_of(const struct message *message, const struct gate_desk *desk) {
    if (message->from.count == 0)
        return NULL;
    const char *from = message->from.items[0].mailbox, *sender = message->sender.count ? message->sender.items[0].mailbox : from;
    if (message->from.count > 1 && is_aligned(address_domain(span_of(sender)), address_domain(span_of(from))))
        from = sender;
    if (message->reply_to.count != 1 || is_ours(desk, message->reply_to.items[0].mailbox))
        return from;
    return may_reply_to(message->reply_to.items[0].mailbox, from, desk) ? message->reply_to.items[0].mailbox : from;
}

static void read_marks(struct view *view) {
    for (size_t i = 0; i < view->message->header_count; i++)
        view->marks[robot_field(&view->message->headers[i])] = true;
}

/* Behind "Automatic reply: " stands the subject that it answers: what that asks was asked by another. */
static bool is_robots_subject(struct span subject) {
    return robot_automatic_subject(subject) != HINT_NONE || robot_bounce_subject(subject);
}

static void read_words(struct view *view) {
    const struct message *message = view->message;
    view->subject = span_of(message->subject);
    view->opening = span_of("");
    view->asks = is_robots_subject(view->subject) ? ASKS_NOTHING : asking_of(view->subject);
    for (size_t i = message->passage_count; i-- > 0;) {
        if (message->passages[i].kind != PASSAGE_NEW)
            continue;
        view->opening = message->passages[i].text;
        enum asking asks = asking_of(view->opening);
        view->asks = asks > view->asks ? asks : view->asks;
    }
    view->speaks_of_coding = asking_speaks_of_coding(view->opening);
    view->bounce = robot_bounce_text(view->opening);
    view->absence = robot_absence_text(view->opening);
}

static void refuse(struct gate_verdict *ret, const struct rule *rule) {
    ret->rule = rule->name;
    ret->meaning = rule->meaning;
    ret->recipient = NULL;
    ret->verified = false;
}

void gate_judge(const struct message *message, const struct gate_desk *desk, struct arena *arena, struct gate_verdict *ret) {
    struct view view = {.message = message, .desk = desk, .arena = arena};
    view.recipient = recipient_of(message, desk);
    read_marks(&view);
    read_words(&view);
    *ret = (struct gate_verdict){.trust = authentication_judge(message, desk->authserv_id)};
    for (size_t i = 0; i < RULES && !ret->rule; i++)
        if (rules[i].blocks && rules[i].blocks(&view))
            refuse(ret, &rules[i]);
    if (ret->rule)
        return;
    ret->recipient = view.recipient;
    ret->verified = ret->trust == SENDER_VERIFIED && span_same(span_of(view.recipient), span_of(message->from.items[0].mailbox));
}

void gate_refuse_own(struct gate_verdict *verdict) {
    for (size_t i = 0; i < RULES; i++)
        if (!rules[i].blocks)
            refuse(verdict, &rules[i]);
}

const struct gate_rule_text *gate_rules(void) {
    static struct gate_rule_text texts[RULES + 1];
    for (size_t i = 0; i < RULES; i++)
        texts[i] = (struct gate_rule_text){rules[i].name, rules[i].meaning};
    return texts;
}
