#include "handlers/write/page_notes.h"

#include <string.h>

bool page_note_is_wide(const struct kb_fact *fact) {
    size_t len = fact->label ? strlen(fact->label) : 0;
    return fact->section == SECTION_GUIDELINES && len > 0 && fact->label[len - 1] == ')';
}

static bool is_code_char(char c) { return char_is_digit(c) || (c >= 'A' && c <= 'Z'); }

/* "S82.25-" at the start of the text -> its key S8225, and how long it was. 0: no code stands there. */
static size_t read_code(const char *text, char key[static CODE_BYTES]) {
    size_t at = 0, len = 0;
    if (!(text[0] >= 'A' && text[0] <= 'Z') || !char_is_digit(text[1]))
        return 0;
    while (len + 1 < CODE_BYTES && (is_code_char(text[at]) || (text[at] == '.' && len == 3)))
        if (text[at++] != '.')
            key[len++] = text[at - 1];
    key[len] = '\0';
    return len >= 3 ? at : 0;
}

/* Do the codes and ranges of codes that a note names, (Q65-Q66, Z96.6-), cover this one? */
bool page_note_covers(const char *text, const char *wanted) {
    char from[CODE_BYTES], to[CODE_BYTES];
    for (size_t at = 0, len; text[at]; at += len ? len : 1) {
        bool inside_word = at > 0 && char_is_alnum(text[at - 1]);
        len = inside_word ? 0 : read_code(text + at, from);
        if (len == 0)
            continue;
        size_t more = text[at + len] == '-' ? read_code(text + at + len + 1, to) : 0;
        const char *last = more ? to : from;
        if (strncmp(wanted, from, strlen(from)) >= 0 && strncmp(wanted, last, strlen(last)) <= 0)
            return true;
    }
    return false;
}

static const char *const note_labels[] = {
    [NOTE_EXCLUDES1] = "Excludes1",  [NOTE_FIRST] = "code first",       [NOTE_ADDITIONAL] = "use additional",
    [NOTE_ALSO] = "code also",       [NOTE_EXCLUDES2] = "Excludes2",
};

const struct kb_fact *page_note_on(const struct page_code *found, const char *key, enum page_note note) {
    struct page_facts facts = page_facts(found, SECTION_GUIDELINES);
    for (size_t i = 0; i < facts.count; i++) {
        const struct kb_fact *fact = &facts.items[i];
        if (fact->label && span_starts_same(span_of(fact->label), span_of(note_labels[note])) && fact->text &&
            page_note_covers(fact->text, key) && !page_note_covers(fact->text, found->code.key))
            return fact;
    }
    return NULL;
}

const char *page_note_at(struct page *page, const struct page_code *found, const struct kb_fact *note) {
    const char *at = strstr(note->label, " at ");
    const char *range = strchr(note->label, '(');
    if (at)
        return at + strlen(" at ");
    return range ? arena_copy(page->arena, span_slice(span_of(range), 1, strlen(range) - 1)) : found->code.display;
}

/* ---- what they say of each other ---- */

bool page_verdict_tells(const struct page_verdicts *verdicts, const struct kb_fact *fact) {
    for (size_t i = 0; i < verdicts->count; i++)
        if (strstr(fact->text, verdicts->notes[i]->text))
            return true;
    return false;
}

static void add_verdict(struct page *page, const struct page_code *at, const struct page_code *other, enum page_note note,
                        struct page_verdicts *ret, struct template_rows *rows) {
    static const char *const flags[] = {
        [NOTE_EXCLUDES1] = "excludes1", [NOTE_FIRST] = "first_code", [NOTE_ADDITIONAL] = "additional", [NOTE_ALSO] = "also_code",
        [NOTE_EXCLUDES2] = "excludes2",
    };
    const struct kb_fact *fact = page_note_on(at, other->code.key, note);
    if (!fact || page_verdict_tells(ret, fact) || (ret->count > 0 && page_note_is_wide(fact))) /* a chapter's note adds nothing then */
        return;
    struct template_row *row = template_rows_add(rows, page->arena);
    template_flag(row, flags[note], true);
    template_text(row, "one", at->code.display);
    template_text(row, "one_title", at->code.title);
    template_text(row, "two", other->code.display);
    template_text(row, "two_title", other->code.title);
    template_text(row, "at", page_note_at(page, at, fact));
    template_text(row, "note", fact->text);
    template_text(row, "mark", page_cite(page, fact->source));
    ret->notes[ret->count++] = fact;
}

struct page_verdicts page_add_verdicts(struct page *page, const struct page_asked *asked, size_t count, struct template_row *ret) {
    struct page_verdicts verdicts = {.count = 0};
    struct template_rows rows = {0};
    for (enum page_note note = 0; note < NOTE_COUNT; note++)
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < count && verdicts.count < PAGE_VERDICTS; k++)
                if (asked[i].found.code.system == SYSTEM_ICD10CM && asked[k].found.code.system == SYSTEM_ICD10CM)
                    add_verdict(page, &asked[i].found, &asked[k].found, note, &verdicts, &rows);
    template_list(ret, "verdicts", rows);
    return verdicts;
}

/* ---- seventh characters ---- */

enum { WITHOUT_SEVENTH = 6, WHOLE = 7, CATEGORY = 3, LETTERS_MAX = 24 };

static bool is_seventh(const struct kb_fact *fact) {
    return fact->section == SECTION_GUIDELINES && fact->value && fact->text && span_starts_same(span_of(fact->label), SPAN("7th character"));
}

static void add_letter(struct page *page, const char *letter, const char *text, const char *at, const struct kb_source *source,
                       struct template_rows *ret) {
    struct template_row *row = template_rows_add(ret, page->arena);
    template_text(row, "letter", letter);
    template_text(row, "letter_text", text);
    template_text(row, "seventh_at", at);
    template_text(row, "mark", page_cite(page, source));
}

/* Those of the nearest place that tells them. */
static void add_told_letters(struct page *page, const struct page_code *found, struct template_rows *ret) {
    const char *at = NULL;
    for (size_t i = 0; i < found->facts.count; i++) {
        const struct kb_fact *fact = &found->facts.items[i];
        if (!is_seventh(fact) || (at && strcmp(at, page_note_at(page, found, fact)) != 0))
            continue;
        at = page_note_at(page, found, fact);
        add_letter(page, fact->value, fact->text, at, fact->source, ret);
    }
}

/* Where no note tells them, the titles of the codes do: what they add to the title above. */
static int add_letters_of_titles(struct page *page, const struct kb_code *above, struct template_rows *ret, struct why *why) {
    struct kb_codes codes;
    int failed = kb_children(page->kb, above->system, above->key, page->date, LETTERS_MAX, page->arena, &codes, why);
    if (failed || !above->title)
        return failed == FAIL_EMPTY ? 0 : failed;
    for (size_t i = 0; i < codes.count; i++) {
        const struct kb_code *code = &codes.items[i];
        size_t len = strlen(above->title);
        if (strlen(code->key) == WHOLE && span_starts_same(span_of(code->title), span_of(above->title)) && strlen(code->title) > len + 2)
            add_letter(page, code->key + WHOLE - 1, code->title + len + 2, above->display, code->source, ret);
    }
    return 0;
}

int page_add_seventh(struct page *page, const struct kb_code *code, struct template_row *ret, struct why *why) {
    char key[CODE_BYTES] = "";
    struct template_rows rows = {0};
    struct page_code found;
    size_t len = strlen(code->key);
    if (code->system != SYSTEM_ICD10CM || len < CATEGORY)
        return 0;
    memcpy(key, code->key, len < WITHOUT_SEVENTH ? len : WITHOUT_SEVENTH);
    int failed = page_find(page, code->system, key, &found, why);
    if (failed)
        return failed;
    add_told_letters(page, &found, &rows);
    if (rows.count == 0 && strlen(key) == WITHOUT_SEVENTH)
        failed = add_letters_of_titles(page, &found.code, &rows, why);
    template_list(ret, "seventh", rows);
    return failed;
}
