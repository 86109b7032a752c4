#include "mail/address.h"

#include <string.h>

#include "base/buf.h"

#include "mail/charset.h"

enum { MAILBOX_BYTES = 254, LOCAL_BYTES = 64, LABEL_BYTES = 63, LITERAL_BYTES = 64, LIST_LENGTH = 1000 };

static bool is_atom_char(char c) { return char_is_alnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c)); }

static bool is_dot_string(struct span local) {
    struct span part;
    while (span_cut(&local, '.', &part)) {
        if (part.len == 0)
            return false;
        for (size_t i = 0; i < part.len; i++)
            if (!is_atom_char(part.ptr[i]))
                return false;
    }
    return true;
}

/* One with an at sign in it is none: mail servers take off the quotes and send the mail on to another domain. */
static bool is_quoted_string(struct span local) {
    if (local.len < 3 || local.ptr[0] != '"' || local.ptr[local.len - 1] != '"' || span_find_char(local, '@') != SPAN_NONE)
        return false;
    for (size_t i = 1; i + 1 < local.len; i++) {
        if (local.ptr[i] == '\\')
            i++;
        else if (local.ptr[i] == '"')
            return false;
        if (i + 1 >= local.len || local.ptr[i] <= ' ' || local.ptr[i] >= 0x7F)
            return false;
    }
    return true;
}

static bool is_domain(struct span domain) {
    struct span label;
    while (span_cut(&domain, '.', &label)) {
        if (label.len == 0 || label.len > LABEL_BYTES || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
            return false;
        for (size_t i = 0; i < label.len; i++)
            if (!char_is_alnum(label.ptr[i]) && label.ptr[i] != '-' && label.ptr[i] != '_')
                return false;
    }
    return true;
}

static bool is_literal(struct span domain) {
    if (domain.len < 3 || domain.ptr[0] != '[' || domain.ptr[domain.len - 1] != ']')
        return false;
    for (size_t i = 1; i + 1 < domain.len; i++)
        if (!char_is_alnum(domain.ptr[i]) && domain.ptr[i] != '.' && domain.ptr[i] != ':')
            return false;
    return true;
}

static size_t last_at(struct span mailbox) {
    size_t at = mailbox.len;
    while (at > 0 && mailbox.ptr[at - 1] != '@')
        at--;
    return at ? at - 1 : SPAN_NONE;
}

struct span address_local(struct span mailbox) {
    return span_slice(mailbox, 0, last_at(mailbox));
}

struct span address_domain(struct span mailbox) {
    size_t at = last_at(mailbox);
    return at == SPAN_NONE ? (struct span){"", 0} : span_slice(mailbox, at + 1, mailbox.len);
}

bool address_usable(struct span mailbox) {
    struct span local = address_local(mailbox), domain = address_domain(mailbox);
    return mailbox.len <= MAILBOX_BYTES && local.len && local.len <= LOCAL_BYTES && domain.len &&
           (is_dot_string(local) || is_quoted_string(local)) && (is_domain(domain) || is_literal(domain));
}

static struct span without_detail(struct span local) {
    size_t plus = span_find_char(local, '+');
    return plus == 0 ? local : span_slice(local, 0, plus);
}

bool address_same_mailbox(struct span a, struct span b) {
    return span_same(without_detail(address_local(a)), without_detail(address_local(b))) && span_same(address_domain(a), address_domain(b));
}

/* One address under way. */
struct entry {
    struct buf words;   /* outside of <>, quoted strings unquoted */
    struct buf bare;    /* the same as written */
    struct buf angle;   /* inside <> */
    struct span remark; /* inside the last () */
    bool has_angle;
};

static size_t behind_comment(struct span text, size_t at, struct span *inner) {
    size_t from = at + 1, depth = 0;
    for (; at < text.len; at++) {
        if (text.ptr[at] == '\\')
            at++;
        else if (text.ptr[at] == '(')
            depth++;
        else if (text.ptr[at] == ')' && --depth == 0)
            break;
    }
    *inner = span_slice(text, from, at);
    return at + 1;
}

static size_t behind_quotes(struct span text, size_t at) {
    for (at++; at < text.len && text.ptr[at] != '"'; at++)
        at += text.ptr[at] == '\\';
    return at + 1 < text.len ? at + 1 : text.len;
}

static void add_unquoted(struct buf *buf, struct span quoted) {
    for (size_t i = 1; i < quoted.len && quoted.ptr[i] != '"'; i++) {
        i += quoted.ptr[i] == '\\' && i + 1 < quoted.len;
        buf_char(buf, quoted.ptr[i]);
    }
}

static size_t take_angle(struct span text, size_t at, struct entry *entry) {
    entry->has_angle = true;
    buf_clear(&entry->angle);
    for (at++; at < text.len && text.ptr[at] != '>';) {
        size_t end = text.ptr[at] == '"' ? behind_quotes(text, at) : at + 1;
        buf_add(&entry->angle, span_slice(text, at, end));
        at = end;
    }
    return at + 1;
}

static struct span without_route(struct span mailbox) {
    mailbox = span_trim(mailbox);
    if (span_starts_same(mailbox, SPAN("mailto:")))
        return span_slice(mailbox, 7, mailbox.len);
    size_t colon = mailbox.len && mailbox.ptr[0] == '@' ? span_find_char(mailbox, ':') : SPAN_NONE;
    return colon == SPAN_NONE ? mailbox : span_slice(mailbox, colon + 1, mailbox.len);
}

/* "a @ b . c" is the obsolete form of a@b.c: blanks beside a dot or at sign mean nothing. */
static struct span without_blanks(struct span mailbox, struct arena *arena) {
    char *out = arena_alloc(arena, mailbox.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < mailbox.len; i++) {
        if (!char_is_space(mailbox.ptr[i])) {
            out[len++] = mailbox.ptr[i];
            continue;
        }
        size_t next = i;
        while (next + 1 < mailbox.len && char_is_space(mailbox.ptr[next]))
            next++;
        bool idle = (len && strchr("@.", out[len - 1])) || strchr("@.", mailbox.ptr[next]);
        if (!idle)
            out[len++] = ' ';
        i = next - 1;
    }
    return (struct span){out, len};
}

/* "John Doe john@x.example", as some programs write it: the one word that can be used. */
static struct span only_usable_word(struct span text) {
    struct span word, found = {"", 0};
    while (span_cut(&text, ' ', &word))
        if (address_usable(word)) {
            if (found.len)
                return (struct span){"", 0};
            found = word;
        }
    return found;
}

static void finish(struct entry *entry, struct addresses *list, struct arena *arena) {
    struct span mailbox = without_route(buf_span(entry->has_angle ? &entry->angle : &entry->bare));
    if (!address_usable(mailbox) && mailbox.len <= MAILBOX_BYTES) {
        mailbox = without_blanks(mailbox, arena);
        mailbox = entry->has_angle || address_usable(mailbox) ? mailbox : only_usable_word(mailbox);
    }
    if (address_usable(mailbox) && list->count < LIST_LENGTH) {
        struct span name = entry->has_angle ? span_trim(buf_span(&entry->words)) : entry->remark;
        list->items = arena_grow(arena, list->items, list->count, sizeof *list->items);
        list->items[list->count++] = (struct address){arena_copy(arena, mailbox), charset_words(name.len ? name : entry->remark, arena)};
    }
    buf_clear(&entry->words);
    buf_clear(&entry->bare);
    buf_clear(&entry->angle);
    entry->remark = (struct span){"", 0};
    entry->has_angle = false;
}

/* The group's name is no address. */
static void open_group(struct entry *entry) {
    buf_clear(&entry->words);
    buf_clear(&entry->bare);
}

static void add_both(struct entry *entry, struct span text) {
    buf_add(&entry->bare, text);
    buf_add(&entry->words, text);
}

static size_t take(struct span value, size_t at, struct entry *entry) {
    size_t end = at + 1;
    switch (value.ptr[at]) {
    case '"':
        end = behind_quotes(value, at);
        buf_add(&entry->bare, span_slice(value, at, end));
        add_unquoted(&entry->words, span_slice(value, at, end));
        return end;
    case '(': return behind_comment(value, at, &entry->remark);
    case '<': return take_angle(value, at, entry);
    case '[':
        end = span_find_char(span_slice(value, at, at + LITERAL_BYTES), ']');
        end = end == SPAN_NONE ? at + 1 : at + end + 1;
        break;
    case ':':
        if (entry->has_angle || span_find_char(buf_span(&entry->bare), '@') != SPAN_NONE)
            break;
        open_group(entry);
        return end;
    default: break;
    }
    add_both(entry, span_slice(value, at, end));
    return end;
}

struct addresses address_list(struct span value, struct arena *arena) {
    struct addresses list = {NULL, 0};
    struct entry entry = {.remark = {"", 0}};
    buf_init(&entry.words, value.len + 1);
    buf_init(&entry.bare, value.len + 1);
    buf_init(&entry.angle, value.len + 1);
    for (size_t at = 0; at < value.len;) {
        if (value.ptr[at] == ',' || value.ptr[at] == ';') {
            finish(&entry, &list, arena);
            at++;
        } else {
            at = take(value, at, &entry);
        }
    }
    finish(&entry, &list, arena);
    buf_free(&entry.words);
    buf_free(&entry.bare);
    buf_free(&entry.angle);
    return list;
}

bool address_domain_within(struct span domain, struct span parent) {
    if (parent.len && span_same(domain, parent))
        return true;
    return domain.len > parent.len + 1 && span_ends_same(domain, parent) && domain.ptr[domain.len - parent.len - 1] == '.' &&
           span_find_char(parent, '.') != SPAN_NONE;
}
