#include "mail/reply_check.h"

#include <string.h>

enum { LINE_MAX_BYTES = 998 };

/* The fields of a reply. What reply_write comes to write needs its row here. */
enum field { DATE, FROM, TO, SUBJECT, MESSAGE_ID, IN_REPLY_TO, REFERENCES, LOOP, AUTO_SUBMITTED, SUPPRESS, MIME, CONTENT_TYPE, FIELD_COUNT };
static const struct {
    const char *name;
    bool needed;
} fields[FIELD_COUNT] = {
    [DATE] = {"Date", true},
    [FROM] = {"From", true},
    [TO] = {"To", true},
    [SUBJECT] = {"Subject", true},
    [MESSAGE_ID] = {"Message-ID", true},
    [IN_REPLY_TO] = {"In-Reply-To", false},
    [REFERENCES] = {"References", false},
    [LOOP] = {REPLY_LOOP_FIELD, false},
    [AUTO_SUBMITTED] = {"Auto-Submitted", true},
    [SUPPRESS] = {"X-Auto-Response-Suppress", false},
    [MIME] = {"MIME-Version", true},
    [CONTENT_TYPE] = {"Content-Type", true},
};

static int refuse(struct why *why, const char *what) { return why_set(why, FAIL_INPUT, "the reply %s", what); }

static int check_bytes(struct span bytes, struct why *why) {
    size_t line = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.ptr[i];
        bool ends = c == '\r' && i + 1 < bytes.len && bytes.ptr[i + 1] == '\n';
        if (ends) {
            i++;
            line = 0;
        } else if ((c < ' ' && c != '\t') || c > '~')
            return refuse(why, "holds bytes that are not 7-bit text with CRLF");
        else if (++line > LINE_MAX_BYTES)
            return refuse(why, "has a line that is too long");
    }
    return bytes.len && line == 0 ? 0 : refuse(why, "does not end in CRLF");
}

/* The next field of the header, with the lines it goes on in. */
static struct span cut_field(struct span *rest) {
    size_t end = 0;
    do {
        size_t line = span_find(span_slice(*rest, end, rest->len), SPAN("\r\n"));
        end = line == SPAN_NONE ? rest->len : end + line + 2;
    } while (end < rest->len && (rest->ptr[end] == ' ' || rest->ptr[end] == '\t'));
    struct span ret = span_slice(*rest, 0, end);
    *rest = span_slice(*rest, end, rest->len);
    return ret;
}

static int find_fields(struct span header, struct span values[static FIELD_COUNT], struct why *why) {
    while (header.len) {
        struct span field = cut_field(&header);
        size_t colon = span_find_char(field, ':'), at = 0;
        while (at < FIELD_COUNT && (colon == SPAN_NONE || !span_same(span_slice(field, 0, colon), span_of(fields[at].name))))
            at++;
        if (at == FIELD_COUNT)
            return refuse(why, "has a header field that no reply has");
        if (values[at].ptr)
            return refuse(why, "has a header field twice");
        values[at] = span_trim(span_slice(field, colon + 1, field.len));
    }
    for (size_t at = 0; at < FIELD_COUNT; at++)
        if (fields[at].needed && !values[at].ptr)
            return refuse(why, "lacks a header field");
    return 0;
}

/* "<address>", with a name before it or not. */
static bool is_mailbox(struct span value, const char *address, bool named) {
    size_t open = value.len;
    while (open > 0 && value.ptr[open - 1] != '<')
        open--;
    struct span inside = span_slice(value, open, value.len);
    return open > 0 && (named || open == 1) && inside.len && inside.ptr[inside.len - 1] == '>' &&
           span_equal(span_slice(inside, 0, inside.len - 1), span_of(address));
}

int reply_check(struct span bytes, const char *recipient, const struct reply_marks *marks, const struct reply_desk *desk, struct why *why) {
    struct span values[FIELD_COUNT] = {{NULL, 0}};
    int failed = check_bytes(bytes, why);
    size_t header = span_find(bytes, SPAN("\r\n\r\n"));
    if (!failed && header == SPAN_NONE)
        failed = refuse(why, "has no end of its header");
    if (!failed)
        failed = find_fields(span_slice(bytes, 0, header + 2), values, why);
    if (failed)
        return failed;
    if (!is_mailbox(values[TO], recipient, false))
        return refuse(why, "is not to its recipient alone");
    if (!is_mailbox(values[FROM], desk->from_address, true))
        return refuse(why, "is not from the desk");
    if (!span_equal(values[MESSAGE_ID], span_of(marks->message_id)))
        return refuse(why, "has another Message-ID than it should");
    if (!span_equal(values[LOOP], span_of(marks->loop)))
        return refuse(why, "has another mark against loops than it should");
    return span_equal(values[AUTO_SUBMITTED], SPAN("auto-replied")) ? 0 : refuse(why, "is not marked as an automatic one");
}
