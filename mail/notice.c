#include "mail/notice.h"

#include "base/utf8.h"
#include "mail/encode.h"

enum { LINE_BYTES = 250, NOTICE_BYTES = 64 << 10 };

int notice_write(const char *recipient, const char *subject, struct span text, const struct reply_marks *marks, const struct reply_desk *desk,
                 time_t now, struct arena *arena, struct span *ret, struct why *why) {
    struct buf buf;
    int failed = 0;
    if (!address_usable(span_of(desk->from_address)))
        return why_set(why, FAIL_CONFIG, "\"%.100s\" can not be the sender of a mail: correct the desk's address", desk->from_address);
    if (!address_usable(span_of(recipient)))
        return why_set(why, FAIL_INPUT, "\"%.100s\" is no address that mail can be sent to", recipient);
    buf_init(&buf, NOTICE_BYTES);
    encode_date_field(&buf, now);
    encode_mailbox_field(&buf, "From", encode_one_line(span_of(desk->from_name), LINE_BYTES, arena), desk->from_address);
    encode_mailbox_field(&buf, "To", SPAN(""), recipient);
    encode_text_field(&buf, "Subject", encode_one_line(span_of(subject), LINE_BYTES, arena));
    encode_ids_field(&buf, "Message-ID", &marks->message_id, 1);
    if (marks->loop)
        buf_printf(&buf, REPLY_LOOP_FIELD ": %s\r\n", marks->loop);
    buf_text(&buf, "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n"
                   "Content-Type: text/plain; charset=utf-8\r\n");
    encode_body(&buf, utf8_clean(arena, text));
    if (buf_full(&buf))
        failed = why_set(why, FAIL_LIMIT, "the notice would be larger than %d bytes", NOTICE_BYTES);
    else
        *ret = (struct span){buf_keep(&buf, arena), buf_span(&buf).len};
    buf_free(&buf);
    return failed;
}
