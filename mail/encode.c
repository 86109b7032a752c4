#include "mail/encode.h"

#include "base/utf8.h"

enum { LINE = 78, WORD = 75, QP_LINE = 76, QUOTED_NAME = 60 };

static const char hex[] = "0123456789ABCDEF";

static bool is_printable(char c) { return c >= ' ' && c <= '~'; }

/* --- header fields ------------------------------------------------------------------------------------------------ */

struct span encode_one_line(struct span text, size_t max_bytes, struct arena *arena) {
    struct span clean = utf8_clean(arena, text);
    char *line = arena_alloc(arena, clean.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < clean.len;) {
        size_t from = at;
        uint32_t character = utf8_next(clean, &at);
        bool blank = character <= ' ' || (character >= 0x7f && character < 0xa0) || character == 0x2028 || character == 0x2029;
        if (len + (at - from) > max_bytes)
            break;
        if (!blank)
            memcpy(line + len, clean.ptr + from, at - from);
        else if (len && line[len - 1] != ' ')
            line[len] = ' ';
        else
            continue;
        len += blank ? 1 : at - from;
    }
    return span_trim((struct span){line, len});
}

/* Plain text in a header comes back the same when it is ASCII, holds nothing that looks like an encoded word, and can be folded. */
static bool is_plain(struct span text) {
    struct span word;
    for (size_t i = 0; i < text.len; i++)
        if (!is_printable(text.ptr[i]))
            return false;
    if (span_find(text, SPAN("=?")) != SPAN_NONE)
        return false;
    while (span_cut(&text, ' ', &word))
        if (word.len > LINE - 20)
            return false;
    return true;
}

static void add_folded(struct buf *buf, size_t column, struct span text) {
    struct span word;
    for (bool first = true; span_cut(&text, ' ', &word); first = false) {
        bool fold = !first && column + 1 + word.len > LINE;
        buf_text(buf, fold ? "\r\n " : first ? "" : " ");
        buf_add(buf, word);
        column = (fold ? 0 : column) + !first + word.len;
    }
}

/* The characters that "Q" leaves alone, in a phrase as well. */
static bool q_safe(char c) { return char_is_alnum(c) || (c != '\0' && strchr("!*+-/", c)); }

static size_t q_length(struct span character) {
    return character.len == 1 && (q_safe(character.ptr[0]) || character.ptr[0] == ' ') ? 1 : 3 * character.len;
}

static void add_q(struct buf *buf, struct span character) {
    for (size_t i = 0; i < character.len; i++) {
        char c = character.ptr[i];
        if (q_safe(c) || c == ' ')
            buf_char(buf, c == ' ' ? '_' : c);
        else
            buf_printf(buf, "=%c%c", hex[(unsigned char)c >> 4], hex[(unsigned char)c & 15]);
    }
}

/* No character is split between two words, as RFC 2047 section 5 wants it. Returns the column it ends in. */
static size_t add_words(struct buf *buf, size_t column, struct span text) {
    static const struct span open = SPAN("=?UTF-8?Q?"), shut = SPAN("?=");
    bool inside = false;
    size_t start = 0;
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        utf8_next(text, &at);
        struct span character = span_slice(text, from, at);
        size_t end = column + (inside ? 0 : open.len) + q_length(character) + shut.len;
        if (end > LINE || (inside && end - start > WORD)) {
            buf_text(buf, inside ? "?=\r\n " : "\r\n ");
            column = 1;
            inside = false;
        }
        if (!inside) {
            start = column;
            buf_add(buf, open);
            column += open.len;
            inside = true;
        }
        add_q(buf, character);
        column += q_length(character);
    }
    buf_add(buf, shut);
    return column + shut.len;
}

void encode_text_field(struct buf *buf, const char *name, struct span text) {
    size_t column = strlen(name) + 2;
    buf_printf(buf, "%s: ", name);
    if (is_plain(text))
        add_folded(buf, column, text);
    else
        add_words(buf, column, text);
    buf_text(buf, "\r\n");
}

/* Between quotes it needs no escapes. */
static bool is_quotable(struct span text) {
    return text.len <= QUOTED_NAME && is_plain(text) && span_find_char(text, '"') == SPAN_NONE && span_find_char(text, '\\') == SPAN_NONE;
}

void encode_mailbox_field(struct buf *buf, const char *name, struct span display, const char *mailbox) {
    size_t column = strlen(name) + 2;
    buf_printf(buf, "%s: ", name);
    if (display.len && is_quotable(display)) {
        buf_printf(buf, "\"%.*s\"", SPAN_ARG(display));
        column += display.len + 2;
    } else if (display.len)
        column = add_words(buf, column, display);
    bool fold = column + strlen(mailbox) + 3 > LINE;
    buf_printf(buf, "%s<%s>\r\n", fold ? "\r\n " : display.len ? " " : "", mailbox);
}

void encode_ids_field(struct buf *buf, const char *name, const char *const *ids, size_t count) {
    size_t column = strlen(name) + 1;
    buf_printf(buf, "%s:", name);
    for (size_t i = 0; i < count; i++) {
        bool fold = i > 0 || column + 1 + strlen(ids[i]) > LINE;
        buf_printf(buf, "%s %s", fold ? "\r\n" : "", ids[i]);
    }
    buf_text(buf, "\r\n");
}

/* --- bodies ------------------------------------------------------------------------------------------------------- */

/* A line that may stand as it is, whoever carries it: mbox files want no "From ", SMTP no lone dot, blanks at the end get lost, and
 * what begins a boundary is not for texts. */
static bool line_is_plain(struct span line) {
    if (line.len > QP_LINE || span_starts(line, SPAN("From ")) || span_starts(line, SPAN(".")))
        return false;
    for (size_t i = 0; i < line.len; i++)
        if (!is_printable(line.ptr[i]) || (line.ptr[i] == '_' && i > 0 && line.ptr[i - 1] == '='))
            return false;
    return line.len == 0 || line.ptr[line.len - 1] != ' ';
}

static bool text_is_plain(struct span text) {
    struct span line;
    while (span_line(&text, &line))
        if (!line_is_plain(line))
            return false;
    return true;
}

/* How many characters may stand as they are: not "=", no blank at the end of the line, nothing that a relay takes for more at its start. */
static size_t safe_run(struct span line, bool at_start) {
    size_t run = 0;
    if (at_start && (line.ptr[0] == '.' || span_starts(line, SPAN("From "))))
        return 0;
    while (run < line.len && is_printable(line.ptr[run]) && line.ptr[run] != '=')
        run++;
    return run && run == line.len && line.ptr[run - 1] == ' ' ? run - 1 : run;
}

static void add_quoted_printable(struct buf *buf, struct span line) {
    size_t column = 0;
    while (line.len) {
        size_t run = safe_run(line, column == 0), room = QP_LINE - 1 - column;
        if (room < (run ? 1 : 3)) {
            buf_text(buf, "=\r\n");
            column = 0;
            continue;
        }
        size_t taken = run == 0 ? 1 : run < room ? run : room;
        unsigned char c = (unsigned char)line.ptr[0];
        if (run)
            buf_add(buf, span_slice(line, 0, taken));
        else
            buf_add(buf, (struct span){(const char[]){'=', hex[c >> 4], hex[c & 15]}, 3});
        column += run ? taken : 3;
        line = span_slice(line, taken, line.len);
    }
}

void encode_body(struct buf *buf, struct span text) {
    struct span line;
    bool plain = text_is_plain(text);
    buf_text(buf, plain ? "Content-Transfer-Encoding: 7bit\r\n\r\n" : "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    while (span_line(&text, &line)) {
        if (plain || (line_is_plain(line) && span_find_char(line, '=') == SPAN_NONE))
            buf_add(buf, line);
        else
            add_quoted_printable(buf, line);
        buf_text(buf, "\r\n");
    }
}

/* strftime would speak the language of the locale. */
void encode_date_field(struct buf *buf, time_t now) {
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm tm;
    if (gmtime_r(&now, &tm))
        buf_printf(buf, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d +0000\r\n", days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
                   tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}
