#include "reader/trust.h"

#include <string.h>

#include "base/utf8.h"
#include "mail/address.h"
#include "mail/header.h"
#include "mail/reply_check.h"

enum { SHORT_BYTES = 4096, LONG_BYTES = 128 << 10, KEY_BYTES = DIGEST_TEXT_BYTES - 1, HEADER_BYTES = 256 << 10, LOOKS = 32 << 20 };

static int refuse(struct why *why, const char *what) { return why_set(why, FAIL_INPUT, "%s", what); }

/* UTF-8 without control characters but those allowed: all of it is shown on terminals, which obey U+0080 to U+009F, too. */
static bool is_clean(struct span text, const char *allowed) {
    for (size_t at = 0; at < text.len;) {
        uint32_t c = utf8_next(text, &at);
        bool control = c < ' ' || (c >= 0x7F && c < 0xA0);
        if (control && (c == 0 || c > 0x7F || !strchr(allowed, (int)c)))
            return false;
    }
    return utf8_valid(text);
}

static bool is_text(const char *text) { return is_clean(span_of(text), "\n\t"); }

static bool is_short_line(const char *text) { return span_of(text).len <= SHORT_BYTES && is_clean(span_of(text), ""); }

static bool is_key(const char *text) {
    struct span key = span_of(text);
    for (size_t i = 0; i < key.len; i++)
        if (!char_is_digit(key.ptr[i]) && !(key.ptr[i] >= 'a' && key.ptr[i] <= 'f'))
            return false;
    return key.len == KEY_BYTES;
}

static bool is_report(const struct bounce *bounce) {
    const char *const lists[] = {bounce->message_ids, bounce->recipients};
    if (!bounce->status || !bounce->diagnostic || !is_short_line(bounce->status) || !is_short_line(bounce->diagnostic))
        return false;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (!lists[i] || !is_text(lists[i]) || strlen(lists[i]) > LONG_BYTES)
            return false;
    return true;
}

static int check_texts(const struct reading_note *note, struct why *why) {
    const char *const lines[] = {note->reason,  note->message_id, note->asker,    note->handler,
                                 note->intents, note->keywords,   note->recipient, note->reply_message_id};
    const char *const texts[] = {note->codes, note->question_subject, note->question_text, note->draft, note->reply_text};
    if (!note->reason || !note->question_key || !is_key(note->question_key))
        return refuse(why, "it lacks what every reading has");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!is_short_line(lines[i]))
            return refuse(why, "it has a text that should be one line");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!is_text(texts[i]))
            return refuse(why, "it has a text that can not be shown");
    if (!is_report(&note->bounce))
        return refuse(why, "what it says of a reply that came back is no report");
    if (note->asker && !address_usable(span_of(note->asker)))
        return refuse(why, "its asker is no address");
    return 0;
}

static bool is_field(struct span line) {
    size_t colon = span_find_char(line, ':'), end = colon == SPAN_NONE ? 0 : colon;
    while (end > 0 && (line.ptr[end - 1] == ' ' || line.ptr[end - 1] == '\t'))
        end--;
    for (size_t i = 0; i < end; i++)
        if (line.ptr[i] <= ' ' || line.ptr[i] > '~')
            return false;
    return end > 0;
}

/* The header of a mail as far as nobody has parsed it: up to the first empty line behind a field. What stands before that, the reader skips. */
static struct span header_of(struct span raw) {
    struct span rest = span_slice(raw, 0, HEADER_BYTES), line;
    const char *begin = rest.ptr;
    bool begun = false;
    while (header_line(&rest, &line)) {
        if (begun && line.len == 0)
            return (struct span){begin, (size_t)(line.ptr - begin)};
        begun = begun || is_field(line);
    }
    return span_slice(raw, 0, HEADER_BYTES);
}

static bool is_ours(const char *address, const struct gate_desk *gate) {
    for (size_t i = 0; i < gate->address_count; i++)
        if (address_same_mailbox(span_of(address), span_of(gate->addresses[i])))
            return true;
    return false;
}

static size_t behind_comment(struct span header, size_t at) {
    size_t depth = 0;
    do {
        depth += header.ptr[at] == '(';
        depth -= header.ptr[at] == ')';
        at += header.ptr[at] == '\\' ? 2 : 1;
    } while (at < header.len && depth > 0);
    return at < header.len ? at : header.len;
}

/* Ignoring case, and what may stand within a half of an address: blanks, folds, comments. What takes more than LOOKS is not found. */
static bool stands_in(struct span header, struct span half) {
    size_t left = LOOKS;
    for (size_t from = 0; from < header.len && left > 0; from++) {
        size_t met = 0, at = from;
        while (at < header.len && met < half.len) {
            size_t next = at + 1;
            if (char_lower(header.ptr[at]) == char_lower(half.ptr[met]))
                met++;
            else if (met > 0 && header.ptr[at] == '(')
                next = behind_comment(header, at);
            else if (met == 0 || !char_is_space(header.ptr[at]))
                break;
            left -= next - at < left ? next - at : left;
            at = next;
        }
        if (met == half.len)
            return true;
    }
    return false;
}

/* Both halves of an address stand in the header of every mail that it may be the sender of. */
static bool is_named(const char *address, struct span raw) {
    struct span header = header_of(raw), mailbox = span_of(address);
    return stands_in(header, address_local(mailbox)) && stands_in(header, address_domain(mailbox));
}

/* Who is verified may leave at once, and is told of earlier exchanges: our mail server has at least to be named. */
static bool may_be_verified(struct span raw, const struct gate_desk *gate) {
    return gate->authserv_id && stands_in(header_of(raw), span_of(gate->authserv_id));
}

int trust_view(const struct sender_view *view, struct span raw, const struct reader_desk *desk, struct why *why) {
    if (!view->address || !address_usable(span_of(view->address)) || is_ours(view->address, &desk->gate))
        return refuse(why, "it asks about a sender who is no address that a reply can go to");
    if (!is_named(view->address, raw))
        return refuse(why, "it asks about a sender who is not named in the question");
    if (view->verified && !may_be_verified(raw, &desk->gate))
        return refuse(why, "it takes a sender for verified whom nobody vouches for");
    return view->question_key && is_key(view->question_key) ? 0 : refuse(why, "it asks about what is no question");
}

/* What the sender becomes, and how a reply counts, follow from what is known of them and not from what the reader says. */
static int check_standing(const struct reading_note *note, const struct sender_view *asked, const struct sender_memory *told,
                          struct why *why) {
    const struct sender_standing *standing = &told->standing;
    const char *reason;
    enum standing_rule rule = standing_judge(standing, &reason);
    bool may_register = standing->token == TOKEN_REGISTERS, may_leave = standing->token == TOKEN_LEAVES || standing_leaves(standing);
    if (note->recipient && (rule == STANDING_HOLD || rule == STANDING_SILENCE))
        return refuse(why, "it has a reply to a sender who may get none");
    if (note->recipient && (rule == STANDING_TELL) != (note->told == TOLD_LIMIT))
        return refuse(why, "it is wrong about the sender's allowance");
    if ((note->change == SENDER_REGISTERS && !may_register) || (note->change == SENDER_LEAVES && !may_leave))
        return refuse(why, "it changes a sender who may not be changed");
    /* Replies count against the allowance of the asker that the journal gets. */
    return (note->change == SENDER_STAYS && !note->recipient) || (note->asker && strcmp(note->asker, asked->address) == 0)
               ? 0
               : refuse(why, "it names another asker than who asked");
}

int trust_note(const struct reading_note *note, const struct sender_view *asked, const struct sender_memory *told,
               const struct reader_desk *desk, struct why *why) {
    int failed = check_texts(note, why);
    if (!failed && asked)
        failed = check_standing(note, asked, told, why);
    else if (!failed && note->change != SENDER_STAYS)
        failed = refuse(why, "it changes a sender who did not ask");
    if (failed || !note->recipient)
        return failed || !note->reply.len ? failed : refuse(why, "it has a reply to nobody");
    if (note->action == ACTION_SILENT || !asked || told->is_own)
        return refuse(why, "it has a reply to what is not to be answered");
    if (strcmp(note->recipient, asked->address) != 0 || strcmp(note->question_key, asked->question_key) != 0)
        return refuse(why, "its reply is not to who asked");
    if (!note->reply_message_id || strcmp(note->reply_message_id, told->reply_message_id) != 0)
        return refuse(why, "its reply has another Message-ID than it should");
    return reply_check(note->reply, note->recipient, &(struct reply_marks){told->reply_message_id, told->loop_mark}, &desk->reply, why);
}
