#include "mail/passages.h"

#include "mail/marks.h"

enum {
    RESPLITS = 4,       /* forwards within forwards */
    SIGN_OFF_LINES = 6, /* that may follow "Regards," */
    CONTACT_LINES = 8,  /* of a block with telephone and address */
    SHORT_LINE = 70,
};

struct line {
    struct span text; /* without white space at its ends */
    struct span whole;
    enum passage_kind kind;
};

struct page {
    struct line *lines;
    size_t count;
    size_t behind_cut; /* first line of what was forwarded or answered below a mark; count when there is no such mark */
};

static bool blank(const struct page *page, size_t at) { return page->lines[at].text.len == 0; }

static size_t skip_blank(const struct page *page, size_t at, size_t end) {
    while (at < end && blank(page, at))
        at++;
    return at;
}

static void set_kind(struct page *page, size_t from, size_t to, enum passage_kind kind) {
    for (size_t i = from; i < to; i++)
        page->lines[i].kind = kind;
}

static bool is_quoted_line(struct span line) { return line.len && line.ptr[0] == '>'; }

static void quote_rest(struct page *page, size_t mark, size_t behind) {
    set_kind(page, mark, page->count, PASSAGE_QUOTED);
    page->behind_cut = behind;
}

/* Quoted lines after an attribution are marked with ">", or everything below it is quoted. */
static void quote_attributed(struct page *page, size_t at, size_t lines) {
    size_t next = skip_blank(page, at + lines, page->count);
    if (next < page->count && is_quoted_line(page->lines[next].text))
        set_kind(page, at, next, PASSAGE_QUOTED);
    else
        quote_rest(page, at, at + lines);
}

/* Marks from which on everything is quoted. Returns false when none begins at this line. */
static bool cut_at(struct page *page, size_t at) {
    struct span ahead[MARKS_AHEAD];
    size_t count = 0;
    for (size_t i = at; i < page->count && count < MARKS_AHEAD; i++)
        ahead[count++] = page->lines[i].text;
    size_t lines = marks_header_block(ahead, count);
    if (!lines)
        lines = marks_separator(ahead[0]) ? 1 + (count > 1 ? marks_header_block(ahead + 1, count - 1) : 0) : 0;
    if (!lines)
        return false;
    size_t from = at;
    while (from > 0 && (blank(page, from - 1) || marks_rule(page->lines[from - 1].text)))
        from--;
    quote_rest(page, from, at + lines);
    return true;
}

static void find_quotes(struct page *page, size_t from) {
    for (size_t i = from; i < page->count; i++) {
        if (blank(page, i) || page->lines[i].kind == PASSAGE_QUOTED)
            continue;
        if (is_quoted_line(page->lines[i].text)) {
            page->lines[i].kind = PASSAGE_QUOTED;
            continue;
        }
        struct span ahead[MARKS_AHEAD];
        size_t count = 0;
        for (size_t k = i; k < page->count && count < MARKS_AHEAD; k++)
            ahead[count++] = page->lines[k].text;
        size_t lines = marks_attribution(ahead, count);
        if (lines)
            quote_attributed(page, i, lines);
        else if (cut_at(page, i))
            return;
        if (page->behind_cut < page->count)
            return;
    }
}

/* Lines that follow a sign-off or hold an address: short ones that ask nothing. */
static bool is_signature_line(struct span line) { return line.len <= SHORT_LINE && span_find_char(line, '?') == SPAN_NONE; }

static bool ends_after_sign_off(const struct page *page, size_t at, size_t end) {
    size_t lines = 0;
    for (size_t i = at + 1; i < end; i++) {
        lines += !blank(page, i);
        if (lines > SIGN_OFF_LINES || !is_signature_line(page->lines[i].text))
            return false;
    }
    return true;
}

/* Where the signature of the run from..end begins. */
static size_t signature_start(const struct page *page, size_t from, size_t end) {
    for (size_t i = from; i < end; i++) {
        struct span line = page->lines[i].text, whole = page->lines[i].whole;
        if (span_equal(whole, SPAN("-- ")) || span_equal(line, SPAN("--")) || marks_device(line) || marks_disclaimer(line))
            return i;
    }
    return end;
}

static size_t sign_off_start(const struct page *page, size_t from, size_t end) {
    for (size_t i = from; i < end; i++)
        if (marks_sign_off(page->lines[i].text) && ends_after_sign_off(page, i, end))
            return i;
    return end;
}

/* "Jane Doe, 64615 Rte 9": not a sentence, but pieces side by side. */
static bool is_one_line_address(struct span line) {
    static const char *const dividers[] = {",", "|", "\xC2\xB7", "\xE2\x80\x93", " - "};
    bool divided = false;
    for (size_t i = 0; i < sizeof dividers / sizeof *dividers; i++)
        divided |= span_find(line, span_of(dividers[i])) != SPAN_NONE;
    return divided && line.ptr[line.len - 1] != '.';
}

/* The last paragraph, when it is an address block and not all there is. */
static size_t contact_start(const struct page *page, size_t from, size_t end) {
    while (end > from && blank(page, end - 1))
        end--;
    size_t start = end, marks = 0;
    while (start > from && !blank(page, start - 1) && end - start <= CONTACT_LINES) {
        start--;
        if (!is_signature_line(page->lines[start].text))
            return end;
        marks += marks_contact(page->lines[start].text);
    }
    bool block = end - start <= CONTACT_LINES && (end - start > 1 || (start < end && is_one_line_address(page->lines[start].text)));
    return marks && block && start > from ? start : end;
}

static void sign_run(struct page *page, size_t from, size_t end) {
    from = skip_blank(page, from, end);
    size_t start = signature_start(page, from, end);
    for (size_t next; (next = contact_start(page, from, start)) < start && !blank(page, next);)
        start = next;
    start = sign_off_start(page, from, start) < start ? sign_off_start(page, from, start) : start;
    set_kind(page, start, end, PASSAGE_SIGNATURE);
}

static void find_signatures(struct page *page, size_t from) {
    for (size_t i = from; i < page->count;) {
        size_t end = i;
        while (end < page->count && (page->lines[end].kind == PASSAGE_NEW || blank(page, end)))
            end++;
        if (end > i)
            sign_run(page, i, end);
        i = end > i ? end : i + 1;
    }
}

static bool has_new(const struct page *page) {
    for (size_t i = 0; i < page->count; i++)
        if (!blank(page, i) && page->lines[i].kind == PASSAGE_NEW)
            return true;
    return false;
}

static void split(struct page *page, size_t from) {
    set_kind(page, from, page->count, PASSAGE_NEW);
    page->behind_cut = page->count;
    find_quotes(page, from);
    find_signatures(page, from);
}

static struct passage *collect(const struct page *page, struct arena *arena, size_t *ret_count) {
    struct passage *passages = NULL;
    size_t count = 0;
    for (size_t i = 0; i < page->count; i++) {
        const struct line *line = &page->lines[i];
        if (line->text.len == 0)
            continue;
        if (count && passages[count - 1].kind == line->kind) {
            struct passage *last = &passages[count - 1];
            last->text.len = (size_t)(line->text.ptr + line->text.len - last->text.ptr);
            continue;
        }
        passages = arena_grow(arena, passages, count, sizeof *passages);
        passages[count++] = (struct passage){line->kind, line->text};
    }
    *ret_count = count;
    return passages;
}

/* Never less than span_line finds. */
static size_t line_count(struct span text) {
    static const char ends[] = {'\n', '\r'};
    size_t count = 1;
    for (size_t i = 0; i < sizeof ends; i++)
        for (size_t from = 0, at; (at = span_find_char(span_slice(text, from, text.len), ends[i])) != SPAN_NONE; from += at + 1)
            count++;
    return count;
}

struct passage *passages_split(struct span text, struct arena *arena, size_t *ret_count) {
    struct page page = {.lines = arena_array(arena, line_count(text), sizeof *page.lines)};
    struct span line;
    while (span_line(&text, &line))
        page.lines[page.count++] = (struct line){span_trim(line), line, PASSAGE_NEW};
    split(&page, 0);
    for (size_t i = 0; i < RESPLITS && !has_new(&page) && page.behind_cut < page.count; i++)
        split(&page, page.behind_cut);
    if (!has_new(&page))
        set_kind(&page, 0, page.count, PASSAGE_NEW);
    return collect(&page, arena, ret_count);
}
