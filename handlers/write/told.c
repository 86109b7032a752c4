#include "handlers/write/told.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

/* Shorter lines say little by themselves ("It fits."), and are told of many codes. */
enum { TELLING_BYTES = 24, LONG_BYTES = 40, LABEL_BYTES = 60, LINES_MAX = 4096, TEXT_BYTES = 512 * 1024 };

enum line_kind { LINE_EMPTY, LINE_HEADING, LINE_ITEM, LINE_ROW, LINE_PARAGRAPH };

static size_t ordinal_len(struct span line) {
    size_t len = 0;
    while (len < line.len && char_is_digit(line.ptr[len]))
        len++;
    return len > 0 && span_starts(span_slice(line, len, line.len), SPAN(". ")) ? len + 2 : 0;
}

static enum line_kind kind_of(struct span line) {
    if (line.len == 0)
        return LINE_EMPTY;
    if (line.ptr[0] == '#')
        return LINE_HEADING;
    if (line.ptr[0] == '|')
        return LINE_ROW;
    return span_starts(line, SPAN("- ")) || ordinal_len(line) ? LINE_ITEM : LINE_PARAGRAPH;
}

/* "[12]" at the start: its length. */
static size_t mark_len(struct span text) {
    size_t len = 1;
    if (text.len < 3 || text.ptr[0] != '[')
        return 0;
    while (len < text.len && char_is_digit(text.ptr[len]))
        len++;
    return len > 1 && len < text.len && text.ptr[len] == ']' ? len + 1 : 0;
}

/* The line as it reads: no list sign, no emphasis, no marks, one blank between words. */
static const char *as_read(struct span line, struct arena *arena) {
    char *ret = arena_alloc(arena, line.len + 1);
    size_t len = 0;
    line = span_slice(line, ordinal_len(line), line.len);
    if (span_starts(line, SPAN("- ")))
        line = span_slice(line, 2, line.len);
    for (size_t i = 0; i < line.len; i++) {
        size_t mark = mark_len(span_slice(line, i, line.len));
        char c = line.ptr[i];
        if (mark)
            i += mark - 1;
        else if (c != '*' && (c != ' ' || (len > 0 && ret[len - 1] != ' ')))
            ret[len++] = c;
        if (mark && len > 0 && ret[len - 1] == ' ')
            len--;
    }
    ret[len] = '\0';
    return ret;
}

/* Of which codes a line speaks stands before its first colon: "27786, what counts as setting: ...". Behind it, or NULL: there is none. */
static const char *behind_label(const char *line) {
    const char *colon = strstr(line, ": ");
    return colon && colon - line <= LABEL_BYTES ? colon + 2 : NULL;
}

static bool is_code(struct span word) {
    bool ret = word.len >= 2;
    for (size_t i = 0; i < word.len; i++)
        ret = ret && !(word.ptr[i] >= 'a' && word.ptr[i] <= 'z');
    return ret;
}

/* Every code of the label stands in the earlier line, too, or that speaks of no code in particular. */
static bool speaks_of_same(const char *label, const char *behind, const char *earlier) {
    const char *earlier_behind = behind_label(earlier);
    struct span words = {label, (size_t)(behind - label) - 2}, word, others = {earlier, earlier_behind ? (size_t)(earlier_behind - earlier) : 0};
    bool all = true, in_particular = false;
    while (span_cut(&words, ' ', &word)) {
        while (word.len && strchr(",;:", word.ptr[word.len - 1]))
            word.len--;
        all = all && (!is_code(word) || span_find(span_of(earlier), word) != SPAN_NONE);
    }
    while (span_cut(&others, ' ', &word))
        in_particular = in_particular || is_code(word);
    return all || (earlier_behind && !in_particular);
}

static bool was_told(const struct told *told, struct span line) {
    const char *read = as_read(line, told->arena), *behind = behind_label(read);
    if (strlen(read) < TELLING_BYTES)
        return false;
    for (size_t i = 0; i < told->count; i++)
        if (strstr(told->lines[i], read) ||
            (behind && strlen(behind) >= LONG_BYTES && strstr(told->lines[i], behind) && speaks_of_same(read, behind, told->lines[i])))
            return true;
    return false;
}

struct line {
    struct span text;
    enum line_kind kind;
    bool kept;
};

static size_t cut_lines(struct span text, struct line *ret) {
    size_t count = 0;
    for (struct span line; count < LINES_MAX && span_line(&text, &line); count++)
        ret[count] = (struct line){.text = span_trim(line), .kind = kind_of(span_trim(line)), .kept = true};
    return count;
}

static const struct line *next_kept(const struct line *lines, size_t count, size_t i) {
    for (i++; i < count; i++)
        if (lines[i].kept && lines[i].kind != LINE_EMPTY)
            return &lines[i];
    return NULL;
}

static size_t level_of(const struct line *heading) {
    size_t ret = 0;
    while (ret < heading->text.len && heading->text.ptr[ret] == '#')
        ret++;
    return ret;
}

/* A heading stands above something, and what ends in a colon before a list or a table. */
static bool stands_alone(const struct line *lines, size_t count, size_t i) {
    const struct line *next = next_kept(lines, count, i);
    bool announces = lines[i].kind == LINE_PARAGRAPH && lines[i].text.ptr[lines[i].text.len - 1] == ':';
    if (lines[i].kind == LINE_HEADING)
        return !next || (next->kind == LINE_HEADING && level_of(next) <= level_of(&lines[i]));
    return announces && (!next || (next->kind != LINE_ITEM && next->kind != LINE_ROW));
}

static const char *join(const struct line *lines, size_t count, struct arena *arena) {
    struct buf buf;
    buf_init(&buf, TEXT_BYTES);
    for (size_t i = 0; i < count; i++)
        if (lines[i].kept) {
            buf_add(&buf, lines[i].text);
            buf_char(&buf, '\n');
        }
    const char *ret = buf_keep(&buf, arena);
    buf_free(&buf);
    return ret;
}

const char *told_without(const struct told *told, const char *commonmark) {
    struct line *lines = arena_array(told->arena, LINES_MAX, sizeof *lines);
    size_t count = cut_lines(span_of(commonmark), lines), left = 0, dropped = 0;
    for (size_t i = 0; i < count; i++) {
        bool telling = lines[i].kind == LINE_ITEM || lines[i].kind == LINE_PARAGRAPH;
        lines[i].kept = !telling || !was_told(told, lines[i].text);
        dropped += !lines[i].kept;
    }
    if (dropped == 0 || count == LINES_MAX)
        return commonmark;
    for (size_t i = count; i-- > 0;) {
        lines[i].kept = lines[i].kept && !(lines[i].kind != LINE_EMPTY && stands_alone(lines, count, i));
        left += lines[i].kept && lines[i].kind != LINE_EMPTY;
    }
    return left ? join(lines, count, told->arena) : NULL;
}

void told_add(struct told *told, const char *commonmark) {
    struct span rest = span_of(commonmark), line;
    while (told->count < LINES_MAX && span_line(&rest, &line)) {
        line = span_trim(line);
        if (kind_of(line) == LINE_EMPTY || kind_of(line) == LINE_HEADING)
            continue;
        told->lines = arena_grow(told->arena, told->lines, told->count, sizeof *told->lines);
        told->lines[told->count++] = as_read(line, told->arena);
    }
}
