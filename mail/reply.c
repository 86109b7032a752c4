#include "mail/reply.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "mail/encode.h"

enum { SUBJECT_BYTES = 250, NAME_BYTES = 120, ID_BYTES = 900, MARK_BYTES = 60, REFERENCES = 20, REFERENCES_BYTES = 4000, REPLY_BYTES = 4 << 20 };

static const char unnamed_subject[] = "Your coding question";

/* --- subject ------------------------------------------------------------------------------------------------------ */

/* What mail programs put before the subject of an answer. Words that people also write themselves (R:, VS:, Ref:) are left alone. */
static const struct span reply_words[] = {
    SPAN("re"),  SPAN("aw"),  SPAN("antw"), SPAN("antwort"), SPAN("sv"),   SPAN("rif"),  SPAN("odp"),  SPAN("ynt"),
    SPAN("bls"), SPAN("Отв"), SPAN("отв"),  SPAN("Ответ"),   SPAN("ΑΠ"),   SPAN("Απ"),   SPAN("ΣΧΕΤ"), SPAN("Σχετ"),
    SPAN("Vá"),  SPAN("VÁ"),  SPAN("回复"), SPAN("回覆"),    SPAN("答复"), SPAN("返信"), SPAN("回信"),
};

static struct span without_counter(struct span rest) {
    struct span counter = span_trim(rest);
    if (counter.len == 0 || !strchr("[(^", counter.ptr[0]))
        return counter;
    size_t at = 1;
    while (at < counter.len && char_is_digit(counter.ptr[at]))
        at++;
    if (counter.ptr[0] != '^' && at < counter.len && strchr("])", counter.ptr[at]))
        at++;
    return span_trim(span_slice(counter, at, counter.len));
}

/* Behind the colon of one "Re:", "AW :", "Re[2]:"; false when subject does not begin with such a thing. */
static bool cut_reply_word(struct span *subject) {
    static const struct span colons[] = {SPAN(":"), SPAN("：")};
    for (size_t i = 0; i < sizeof reply_words / sizeof *reply_words; i++) {
        if (!span_starts_same(*subject, reply_words[i]))
            continue;
        struct span rest = without_counter(span_slice(*subject, reply_words[i].len, subject->len));
        for (size_t j = 0; j < sizeof colons / sizeof *colons; j++)
            if (span_starts(rest, colons[j])) {
                *subject = span_trim(span_slice(rest, colons[j].len, rest.len));
                return true;
            }
    }
    return false;
}

const char *reply_subject(const char *question_subject, const char *fallback, struct arena *arena) {
    struct span subject = encode_one_line(span_of(question_subject), SUBJECT_BYTES, arena);
    while (cut_reply_word(&subject))
        ;
    if (subject.len == 0)
        subject = encode_one_line(span_of(fallback), SUBJECT_BYTES, arena);
    return arena_printf(arena, "Re: %.*s", SPAN_ARG(subject));
}

/* --- thread ------------------------------------------------------------------------------------------------------- */

static bool id_usable(const char *id) {
    struct span text = span_of(id);
    size_t ats = 0;
    if (text.len < 5 || text.len > ID_BYTES || text.ptr[0] != '<' || text.ptr[text.len - 1] != '>')
        return false;
    for (size_t i = 1; i + 1 < text.len; i++) {
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~' || text.ptr[i] == '<' || text.ptr[i] == '>')
            return false;
        ats += text.ptr[i] == '@';
    }
    return ats > 0;
}

/* The question's ancestors, oldest first. In-Reply-To stands in for References only when it names one message: RFC 5322 section 3.6.4. */
static size_t ancestors(const struct message *question, struct arena *arena, const char ***ret) {
    size_t count = 0, given = question->reference_count;
    bool of_references = message_field(question, "References").len > 0;
    if (!of_references && question->in_reply_to_count > 1)
        given = 0;
    *ret = arena_array(arena, given + 1, sizeof **ret);
    for (size_t i = 0; i < given; i++) {
        const char *id = question->references[i];
        if (id_usable(id) && (!question->message_id || strcmp(id, question->message_id) != 0))
            (*ret)[count++] = id;
    }
    if (question->message_id && id_usable(question->message_id))
        (*ret)[count++] = question->message_id;
    return count;
}

/* How many of the last ids fit, beside the first. */
static size_t last_that_fit(const char *const *ids, size_t count) {
    size_t bytes = count ? strlen(ids[0]) : 0, kept = 0;
    while (kept + 1 < count && kept + 1 < REFERENCES) {
        bytes += strlen(ids[count - 1 - kept]);
        if (bytes > REFERENCES_BYTES)
            break;
        kept++;
    }
    return kept;
}

static void add_thread(struct buf *buf, const struct message *question, struct arena *arena) {
    const char **ids;
    size_t count = ancestors(question, arena, &ids), kept = last_that_fit(ids, count);
    if (question->message_id && id_usable(question->message_id))
        encode_ids_field(buf, "In-Reply-To", &question->message_id, 1);
    if (count == 0)
        return;
    memmove(ids + 1, ids + count - kept, kept * sizeof *ids);
    encode_ids_field(buf, "References", ids, 1 + kept);
}

/* --- the mail ----------------------------------------------------------------------------------------------------- */

static void add_headers(struct buf *buf, const struct message *question, const struct reply *reply, const char *loop,
                        const struct reply_desk *desk, time_t now, struct arena *arena) {
    encode_date_field(buf, now);
    encode_mailbox_field(buf, "From", encode_one_line(span_of(desk->from_name), NAME_BYTES, arena), desk->from_address);
    encode_mailbox_field(buf, "To", SPAN(""), reply->recipient);
    encode_text_field(buf, "Subject", span_of(reply->subject));
    encode_ids_field(buf, "Message-ID", &reply->message_id, 1);
    add_thread(buf, question, arena);
    if (loop)
        buf_printf(buf, REPLY_LOOP_FIELD ": %s\r\n", loop);
    buf_text(buf, "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n");
}

/* The boundary is derived, so that the same reply is the same bytes; encode_body sees to it that it occurs in no part. */
static void add_parts(struct buf *buf, const char *message_id, struct span text, struct span html) {
    const struct span parts[] = {SPAN("boundary"), span_of(message_id)};
    const struct digest name = digest_of(parts, sizeof parts / sizeof *parts);
    buf_printf(buf, "Content-Type: multipart/alternative;\r\n boundary=\"=_%s\"\r\n\r\n", name.hex);
    buf_printf(buf, "--=_%s\r\nContent-Type: text/plain; charset=utf-8\r\n", name.hex);
    encode_body(buf, text);
    buf_printf(buf, "\r\n--=_%s\r\nContent-Type: text/html; charset=utf-8\r\n", name.hex);
    encode_body(buf, html);
    buf_printf(buf, "\r\n--=_%s--\r\n", name.hex);
}

static bool mark_usable(const char *mark) {
    struct span text = span_of(mark);
    for (size_t i = 0; i < text.len; i++)
        if (!char_is_alnum(text.ptr[i]) && text.ptr[i] != '.')
            return false;
    return text.len <= MARK_BYTES;
}

static int check(const char *recipient, const struct reply_marks *marks, const struct reply_desk *desk, struct why *why) {
    if (!address_usable(span_of(desk->from_address)))
        return why_set(why, FAIL_CONFIG, "\"%.100s\" can not be the sender of a mail: correct the desk's address", desk->from_address);
    if (!address_usable(span_of(recipient)))
        return why_set(why, FAIL_INPUT, "\"%.100s\" is no address that a reply can go to", recipient);
    if (!id_usable(marks->message_id))
        return why_set(why, FAIL_INPUT, "\"%.100s\" is no Message-ID", marks->message_id);
    if (!mark_usable(marks->loop))
        return why_set(why, FAIL_INPUT, "\"%.100s\" is no mark of ours", marks->loop);
    return 0;
}

int reply_write(const struct message *question, const char *recipient, const struct reply_marks *marks, struct span text, struct span html,
                const struct reply_desk *desk, time_t now, struct arena *arena, struct reply *ret, struct why *why) {
    int failed = check(recipient, marks, desk, why);
    if (failed)
        return failed;
    struct reply reply = {
        .recipient = recipient, .message_id = marks->message_id, .subject = reply_subject(question->subject, unnamed_subject, arena)};
    struct buf buf;
    buf_init(&buf, REPLY_BYTES);
    add_headers(&buf, question, &reply, marks->loop, desk, now, arena);
    add_parts(&buf, marks->message_id, utf8_clean(arena, text), utf8_clean(arena, html));
    if (buf_full(&buf))
        failed = why_set(why, FAIL_LIMIT, "the reply would be larger than %d bytes", REPLY_BYTES);
    else {
        reply.bytes = (struct span){buf_keep(&buf, arena), buf_span(&buf).len};
        *ret = reply;
    }
    buf_free(&buf);
    return failed;
}
