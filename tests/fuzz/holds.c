#include "tests/fuzz/holds.h"

#include <gumbo.h>
#include <string.h>

#include "base/utf8.h"
#include "reader/messages.h"
#include "reader/trust.h"

enum { REPLY_BYTES = 4 << 20, TEXT_BYTES = 1 << 20, REASON_BYTES = 400, LINE_MOST = 78, WORD_MOST = 998, PACKED_BYTES = 2 << 20, DIAGNOSTIC_BYTES = 200, BOUNCE_NAMES = 50 };

/* The first sentence that there is. */
#define UNLESS(holds, sentence)                                                                                                            \
    do {                                                                                                                                   \
        if (!(holds))                                                                                                                      \
            return (sentence);                                                                                                             \
    } while (0)
#define PASS_ON(call)                                                                                                                      \
    do {                                                                                                                                   \
        const char *breach_ = (call);                                                                                                      \
        if (breach_)                                                                                                                       \
            return breach_;                                                                                                                \
    } while (0)

/* ---- texts ---- */

static bool is_control(uint32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

const char *breach_of_text(struct span text, const char *allowed) {
    UNLESS(utf8_valid(text), "text is UTF-8");
    for (size_t at = 0; at < text.len;) {
        uint32_t c = utf8_next(text, &at);
        UNLESS(!is_control(c) || (c != 0 && c < 0x80 && strchr(allowed, (int)c)), "text has no control characters");
    }
    return NULL;
}

static const char *breach_of_line(const char *text) { return breach_of_text(span_of(text), ""); }

/* ---- a message ---- */

static const char *breach_of_addresses(const struct addresses *addresses) {
    for (size_t i = 0; i < addresses->count; i++) {
        UNLESS(address_usable(span_of(addresses->items[i].mailbox)), "every address can stand in an SMTP command");
        PASS_ON(breach_of_line(addresses->items[i].name));
    }
    return NULL;
}

static const char *breach_of_ids(const char *const *ids, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct span id = span_of(ids[i]);
        UNLESS(id.len >= 5 && id.len <= 998 && id.ptr[0] == '<' && id.ptr[id.len - 1] == '>', "a message-id stands in brackets");
        for (size_t k = 1; k + 1 < id.len; k++)
            UNLESS(id.ptr[k] > ' ' && id.ptr[k] <= '~' && id.ptr[k] != '<' && id.ptr[k] != '>', "a message-id is printable ASCII");
    }
    return NULL;
}

static bool is_blank(struct span text) { return span_trim(text).len == 0; }

/* In order, apart, and all of the text but white space. */
static const char *breach_of_passages(const struct message *message) {
    struct span text = message->text;
    size_t end = 0;
    for (size_t i = 0; i < message->passage_count; i++) {
        struct span piece = message->passages[i].text;
        UNLESS(piece.ptr >= text.ptr + end && piece.ptr + piece.len <= text.ptr + text.len, "passages are slices of the text, in order");
        UNLESS(!is_blank(piece), "a passage is not blank");
        size_t from = (size_t)(piece.ptr - text.ptr);
        UNLESS(is_blank(span_slice(text, end, from)), "between passages is nothing but white space");
        end = from + piece.len;
    }
    UNLESS(is_blank(span_slice(text, end, text.len)), "the passages cover the text");
    return NULL;
}

static const char *breach_of_fields(const struct message *message, const struct message_limits *limits) {
    UNLESS(message->header_count > 0 && message->header_count <= limits->headers, "as many fields as allowed");
    for (size_t i = 0; i < message->header_count; i++) {
        const struct header *field = &message->headers[i];
        UNLESS(field->name.len > 0 && field->value.len <= limits->header_bytes, "a field has a name and no more bytes than allowed");
        for (size_t k = 0; k < field->value.len; k++)
            UNLESS(field->value.ptr[k] != '\r' && field->value.ptr[k] != '\n', "a field is one line");
    }
    return NULL;
}

const char *breach_of_message(const struct message *message, const struct message_limits *limits) {
    PASS_ON(breach_of_fields(message, limits));
    PASS_ON(breach_of_addresses(&message->from));
    PASS_ON(breach_of_addresses(&message->sender));
    PASS_ON(breach_of_addresses(&message->reply_to));
    PASS_ON(breach_of_addresses(&message->to));
    PASS_ON(breach_of_addresses(&message->cc));
    PASS_ON(breach_of_line(message->subject));
    if (message->message_id)
        PASS_ON(breach_of_ids(&message->message_id, 1));
    PASS_ON(breach_of_ids(message->references, message->reference_count));
    PASS_ON(breach_of_ids(message->in_reply_to, message->in_reply_to_count));
    UNLESS(message->text.len <= limits->text_bytes, "the text is as long as allowed");
    UNLESS(utf8_valid(message->text) && span_find_char(message->text, '\0') == SPAN_NONE, "the text is UTF-8 without NUL");
    UNLESS(span_find_char(message->text, '\r') == SPAN_NONE, "lines of the text end in LF");
    return breach_of_passages(message);
}

/* ---- HTML ---- */

static bool is_allowed(GumboTag tag) {
    static const GumboTag tags[] = {GUMBO_TAG_HTML, GUMBO_TAG_HEAD, GUMBO_TAG_META, GUMBO_TAG_TITLE, GUMBO_TAG_STYLE, GUMBO_TAG_BODY,
                                    GUMBO_TAG_H1, GUMBO_TAG_H2, GUMBO_TAG_H3, GUMBO_TAG_H4, GUMBO_TAG_H5, GUMBO_TAG_H6, GUMBO_TAG_P,
                                    GUMBO_TAG_UL, GUMBO_TAG_OL, GUMBO_TAG_LI, GUMBO_TAG_TABLE, GUMBO_TAG_THEAD, GUMBO_TAG_TBODY,
                                    GUMBO_TAG_TR, GUMBO_TAG_TH, GUMBO_TAG_TD, GUMBO_TAG_EM, GUMBO_TAG_STRONG, GUMBO_TAG_CODE, GUMBO_TAG_PRE,
                                    GUMBO_TAG_BR, GUMBO_TAG_HR, GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_A};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (tags[i] == tag)
            return true;
    return false;
}

static const char *breach_of_element(const GumboElement *element) {
    UNLESS(is_allowed(element->tag), "HTML has only the elements that CommonMark has");
    for (unsigned i = 0; i < element->attributes.length; i++) {
        const GumboAttribute *attribute = element->attributes.data[i];
        struct span name = span_of(attribute->name), value = span_of(attribute->value);
        UNLESS(span_is_among(name, "lang charset name content href align start class"), "HTML has no attribute that acts");
        UNLESS(!span_same(name, SPAN("href")) || span_starts(value, SPAN("https://")), "a link leads to the web");
        UNLESS(!span_same(name, SPAN("href")) || span_find_same(value, SPAN(ENEMY)) == SPAN_NONE, "no link is the asker's");
    }
    return NULL;
}

/* The node behind this one, in the order of the text; NULL at the end. */
static const GumboNode *next_node(const GumboNode *node) {
    if ((node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE) && node->v.element.children.length > 0)
        return node->v.element.children.data[0];
    for (; node->parent && node->parent->type != GUMBO_NODE_DOCUMENT; node = node->parent) {
        const GumboVector *siblings = &node->parent->v.element.children;
        if (node->index_within_parent + 1 < siblings->length)
            return siblings->data[node->index_within_parent + 1];
    }
    return NULL;
}

const char *breach_of_html(struct span html) {
    PASS_ON(breach_of_text(html, "\n\t"));
    const char *breach = NULL;
    GumboOptions options = kGumboDefaultOptions;
    GumboOutput *output = gumbo_parse_with_options(&options, html.ptr, html.len);
    for (const GumboNode *node = output->root; node && !breach; node = next_node(node)) {
        if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE)
            breach = breach_of_element(&node->v.element);
    }
    gumbo_destroy_output(&options, output);
    return breach;
}

/* ---- a report ---- */

/* Lines of at most `most`, and none of them empty. */
static const char *breach_of_list(struct span list, size_t most) {
    struct span line;
    PASS_ON(breach_of_text(list, "\n"));
    for (size_t i = 0; list.len > 0 && span_cut(&list, '\n', &line); i++)
        UNLESS(i < most && line.len > 0, "a list is bounded, and names something on each line");
    return NULL;
}

const char *breach_of_bounce(const struct bounce *bounce) {
    UNLESS(bounce->action <= BOUNCE_DELIVERED, "a report says what became of a mail");
    PASS_ON(breach_of_line(bounce->status));
    PASS_ON(breach_of_line(bounce->diagnostic));
    UNLESS(span_of(bounce->diagnostic).len <= DIAGNOSTIC_BYTES && span_of(bounce->status).len <= DIAGNOSTIC_BYTES, "a diagnostic is short");
    PASS_ON(breach_of_list(span_of(bounce->message_ids), BOUNCE_NAMES));
    return breach_of_list(span_of(bounce->recipients), BOUNCE_NAMES);
}

/* ---- question and answer ---- */

static const char *breach_of_code(const struct asked_code *code) {
    struct span key = span_of(code->key);
    UNLESS(key.len > 0 && code->modifier_count <= CODE_MODIFIERS && code->system < SYSTEM_COUNT, "a code has a key and a system");
    for (size_t i = 0; i < key.len; i++)
        UNLESS(char_is_digit(key.ptr[i]) || (key.ptr[i] >= 'A' && key.ptr[i] <= 'Z'), "a key is capitals and digits");
    PASS_ON(breach_of_line(code->display));
    return breach_of_line(code->evidence);
}

static const char *breach_of_inquiries(const struct question *question) {
    UNLESS(question->inquiry_count > 0 && question->inquiry_count <= QUESTION_INQUIRIES, "one inquiry to eight");
    for (size_t i = 0; i < question->inquiry_count; i++) {
        const struct inquiry *inquiry = &question->inquiries[i];
        UNLESS(inquiry->intent < INTENT_COUNT && inquiry->confidence >= 0 && inquiry->confidence <= 100, "an inquiry is sure in percent");
        for (size_t k = 0; k < inquiry->code_count; k++)
            PASS_ON(breach_of_code(&inquiry->codes[k]));
    }
    return NULL;
}

const char *breach_of_question(const struct question *question) {
    UNLESS(question->code_count <= QUESTION_CODES && question->keyword_count <= QUESTION_KEYWORDS &&
               question->amount_count <= QUESTION_AMOUNTS && question->passed_over_count <= QUESTION_PASSED_OVER,
           "a question is bounded");
    for (size_t i = 0; i < question->code_count; i++) {
        PASS_ON(breach_of_code(&question->codes[i]));
        UNLESS(i == 0 || question->codes[i].role >= question->codes[i - 1].role, "codes that are asked stand first");
    }
    for (size_t i = 0; i < question->keyword_count; i++)
        PASS_ON(breach_of_line(question->keywords[i]));
    UNLESS(question->intent_count > 0 && question->intent_count <= INTENT_COUNT, "a question has an intent");
    for (size_t i = 0; i < question->intent_count; i++)
        for (size_t k = 0; k < i; k++)
            UNLESS(question->intents[i] != question->intents[k], "no intent is named twice");
    return breach_of_inquiries(question);
}

const char *breach_of_answer(const struct answer *answer) {
    PASS_ON(breach_of_line(answer->reason));
    PASS_ON(breach_of_line(answer->handler));
    UNLESS(span_of(answer->reason).len <= REASON_BYTES, "a reason is one short line");
    UNLESS(answer->confidence >= 0 && answer->confidence <= 100, "an answer is sure in percent");
    PASS_ON(breach_of_text(span_of(answer->commonmark), "\n"));
    PASS_ON(breach_of_text(span_of(answer->text), "\n"));
    PASS_ON(breach_of_text(span_of(answer->draft), "\n"));
    UNLESS(span_of(answer->text).len <= TEXT_BYTES && span_of(answer->html).len <= TEXT_BYTES, "an answer is bounded");
    UNLESS(span_find_same(span_of(answer->text), SPAN(ENEMY)) == SPAN_NONE, "an answer repeats no address of the asker's");
    return answer->html ? breach_of_html(span_of(answer->html)) : NULL;
}

/* ---- the letter ---- */

static const char *breach_of_bytes(struct span rest) {
    UNLESS(rest.len <= REPLY_BYTES, "the letter is bounded");
    while (rest.len > 0) {
        size_t end = span_find(rest, SPAN("\r\n"));
        UNLESS(end != SPAN_NONE, "the letter ends in CRLF");
        UNLESS(end <= WORD_MOST, "no line of the letter is over 998");
        for (size_t i = 0; i < end; i++)
            UNLESS(rest.ptr[i] == '\t' || (rest.ptr[i] >= ' ' && rest.ptr[i] <= '~'), "the letter is printable ASCII");
        rest = span_slice(rest, end + 2, rest.len);
    }
    return NULL;
}

/* As we write it; a line of one word may be longer: a Message-ID, an address. */
static const char *breach_of_layout(struct span rest) {
    struct span line;
    while (span_line(&rest, &line)) {
        bool one_word = span_find_char(span_slice(line, 1, line.len), ' ') == SPAN_NONE;
        UNLESS(line.len <= LINE_MOST || one_word, "no line of the letter is over 78");
        UNLESS(line.len == 0 || line.ptr[0] != '.', "no line of the letter begins with a dot");
    }
    return NULL;
}

static const char *breach_of_header(const struct message *mail) {
    static const char *const once[] = {"Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
                                       "MIME-Version", "Content-Type"};
    static const char ours[] = "date from to subject message-id auto-submitted x-auto-response-suppress mime-version content-type "
                               "in-reply-to references codingdesk-loop";
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        size_t at = 0;
        UNLESS(message_header(mail, once[i], &at) && !message_header(mail, once[i], &at), "what the letter must have it has once");
    }
    for (size_t i = 0; i < mail->header_count; i++) {
        UNLESS(span_is_among(mail->headers[i].name, ours), "the letter has only our header fields");
        for (size_t k = 0; k < i; k++)
            UNLESS(!span_same(mail->headers[i].name, mail->headers[k].name), "no field stands twice");
    }
    UNLESS(span_equal(message_field(mail, "Auto-Submitted"), SPAN("auto-replied")), "the letter says that it is automatic");
    return NULL;
}

const char *breach_of_letter(struct span bytes, const char *recipient, struct arena *arena) {
    struct message mail;
    PASS_ON(breach_of_bytes(bytes));
    UNLESS(message_read(bytes, true, &message_default_limits, arena, &mail, NULL) == 0, "the letter can be read");
    PASS_ON(breach_of_header(&mail));
    UNLESS(mail.to.count == 1 && mail.cc.count == 0, "one recipient");
    UNLESS(recipient && strcmp(mail.to.items[0].mailbox, recipient) == 0, "the recipient is the one whom the gate named");
    return NULL;
}

const char *breach_of_reply(const struct reply *reply, const char *recipient, const struct answer *answer, struct arena *arena) {
    struct message mail;
    PASS_ON(breach_of_letter(reply->bytes, recipient, arena));
    PASS_ON(breach_of_layout(reply->bytes));
    UNLESS(message_read(reply->bytes, true, &message_default_limits, arena, &mail, NULL) == 0, "the letter can be read");
    UNLESS(strcmp(reply->recipient, recipient) == 0, "the reply goes to its recipient");
    UNLESS(mail.message_id && strcmp(mail.message_id, reply->message_id) == 0, "the letter's Message-ID is read back");
    UNLESS(strcmp(mail.subject, reply->subject) == 0, "the letter's subject is read back");
    UNLESS(span_equal(span_trim(mail.text), span_trim(span_of(answer->text))), "the letter's text is the answer's");
    return NULL;
}

/* ---- the whole ---- */

/* What is asked lives no longer than the question: it is kept as it travels. */
int overhear(void *context, const struct sender_view *view, struct arena *arena, struct sender_memory *ret, struct why *why) {
    struct overheard *overheard = context;
    struct buf packed;
    buf_init(&packed, PACKED_BYTES);
    shape_pack(&view_shape, view, &packed);
    struct span bytes = {buf_keep(&packed, arena), packed.len};
    int failed = buf_full(&packed) ? FAIL_LIMIT : shape_unpack(&view_shape, bytes, arena, &overheard->view, why);
    buf_free(&packed);
    if (!failed)
        failed = recall_sender(&overheard->recall, &overheard->view, arena, ret, why);
    overheard->asked = !failed;
    overheard->memory = failed ? overheard->memory : *ret;
    return failed;
}

static const char *breach_of_trust(const struct reading *reading, struct span raw, const struct reader_desk *desk, struct arena *arena) {
    const struct overheard *overheard = desk->recall_context;
    const struct sender_view *asked = overheard->asked ? &overheard->view : NULL;
    struct reading_note note;
    struct why why;
    UNLESS(!asked || trust_view(asked, raw, desk, &why) == 0, "the daemon lets the reader ask");
    note_reading(reading, arena, &note);
    UNLESS(trust_note(&note, asked, asked ? &overheard->memory : NULL, desk, &why) == 0, arena_printf(arena, "the daemon believes the reader: %s", why.text));
    return NULL;
}

const char *breach_of_reading(const struct reading *reading, struct span raw, const struct reader_desk *desk, struct arena *arena) {
    PASS_ON(breach_of_message(&reading->message, &desk->limits));
    UNLESS(!reading->gate.rule != !reading->gate.recipient, "either a rule or a recipient");
    UNLESS(!reading->gate.rule || !reading->reply_ready, "what the gate stops gets no reply");
    PASS_ON(breach_of_line(reading->reason));
    if (reading->bounce.action != BOUNCE_NONE)
        PASS_ON(breach_of_bounce(&reading->bounce));
    PASS_ON(breach_of_text(span_of(reading->log_text), "\n"));
    if (reading->question_was_read) {
        PASS_ON(breach_of_question(&reading->question));
        PASS_ON(breach_of_answer(&reading->answer));
    }
    if (reading->reply_ready)
        PASS_ON(breach_of_reply(&reading->reply, reading->gate.recipient, &reading->answer, arena));
    return breach_of_trust(reading, raw, desk, arena);
}
