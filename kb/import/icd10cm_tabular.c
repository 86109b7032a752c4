/* The tabular list of ICD-10-CM: what a code includes and excludes, what goes before or with it, what its seventh character means.
 * CDC, "icd10cm_tabular_2021.xml": ICD10CM.tabular > version, chapter(desc, notes) > section(desc, notes) > diag(name, desc, notes) >
 * diag ...; the notes lie in blocks (excludes1, codeFirst ...) of note elements. The codes themselves are the order file's business.
 * A note holds for all codes below it: those of a chapter or section are written at its categories, and kb_facts gathers the rest. */
#include <string.h>

#include "base/buf.h"
#include "kb/import/fiscal.h"
#include "kb/import/registry.h"
#include "kb/import/xml.h"

enum { DIAGS_MAX = 8, LEVELS_MAX = 6, NOTES_MAX = 100, OWN_MAX = 400, LEVEL_BYTES = 1 << 20, NOTE_BYTES_MAX = 8000, CATEGORY_LEN = 3 };

static const char root[] = "ICD10CM.tabular";

/* The blocks of notes, and how a page calls them. */
static const struct block {
    const char *element, *label;
} blocks[] = {
    {"notes", "note"},          {"includes", "includes"},    {"inclusionTerm", "inclusion terms"},    {"excludes1", "Excludes1"},
    {"excludes2", "Excludes2"}, {"codeFirst", "code first"}, {"useAdditionalCode", "use additional"}, {"codeAlso", "code also"},
};

/* A note and the one code that it names. */
struct note {
    const char *label, *text;
    char related[CODE_BYTES]; /* key; empty: none or several */
};

/* A chapter or section, and what it says of its categories. */
struct level {
    char first[CODE_BYTES], last[CODE_BYTES], range[2 * CODE_BYTES];
    bool held; /* categories lie directly in it; the others frame the sections that follow in their range */
    struct arena *arena;
    struct note notes[NOTES_MAX];
    size_t count;
};

struct diag {
    char key[CODE_BYTES]; /* empty: no name yet, or none that is a code */
    unsigned position;
};

struct tabular {
    struct import *import;
    struct input *input;
    bool announced;
    struct level levels[LEVELS_MAX]; /* the chapter first */
    size_t level_count;
    struct diag diags[DIAGS_MAX];
    size_t diag_count;
    struct buf terms;   /* the inclusion terms of a block */
    char character[2];  /* the seventh character that is being told, or "" */
    struct buf meaning; /* of it */
    struct arena *scratch;
};

/* ---- one note ---- */

/* The next code inside brackets of the text: the letters and digits, and the dot if there is one. */
static bool next_code(struct span text, size_t *at, bool *inside, struct span *ret) {
    for (; *at < text.len; ++*at) {
        char c = text.ptr[*at];
        if (c == '(' || c == '[')
            *inside = true;
        else if (c == ')' || c == ']')
            *inside = false;
        if (!*inside || !char_is_alpha(c) || (*at && char_is_alnum(text.ptr[*at - 1])))
            continue;
        size_t end = *at;
        while (end < text.len && (char_is_alnum(text.ptr[end]) || text.ptr[end] == '.'))
            end++;
        *ret = span_slice(text, *at, end);
        if (ret->ptr[ret->len - 1] == '.')
            ret->len--;
        if (!system_fits(SYSTEM_ICD10CM, *ret))
            continue;
        *at = end;
        return true;
    }
    return false;
}

/* The key of the code that a note names, when it is exactly one. Both ends of a range count. */
static void find_related(struct span text, char ret[static CODE_BYTES]) {
    struct span code, found = {0};
    size_t at = 0, count = 0;
    bool inside = false;
    while (next_code(text, &at, &inside, &code) && ++count == 1)
        found = code;
    ret[0] = '\0';
    if (count == 1)
        system_key(SYSTEM_ICD10CM, found, ret);
}

/* Some notes go on behind their heading with a comma: "Code also" ", if applicable, ...". */
static struct span clean(struct span text) {
    while (text.len && (text.ptr[0] == ',' || char_is_space(text.ptr[0])))
        text = span_slice(text, 1, text.len);
    return span_slice(text, 0, NOTE_BYTES_MAX);
}

static void write_fact(struct tabular *on, const char *key, unsigned position, const char *value, const struct note *note) {
    struct import_fact fact = {
        .system = SYSTEM_ICD10CM,
        .key = key,
        .section = SECTION_GUIDELINES,
        .position = position,
        .label = note->label,
        .value = value,
        .text = note->text,
        .related_system = SYSTEM_ICD10CM,
        .related = note->related[0] ? note->related : NULL,
    };
    import_fact(on->import, &fact);
}

static void tell_of_diag(struct tabular *on, const char *label, const char *value, struct span text) {
    struct diag *diag = &on->diags[on->diag_count - 1];
    struct note note = {.label = label};
    if (!diag->key[0])
        return;
    if (diag->position == OWN_MAX) {
        import_reject(on->import, on->input, "%s has more than %d notes", diag->key, OWN_MAX);
        return;
    }
    arena_clear(on->scratch);
    note.text = arena_copy(on->scratch, text);
    find_related(text, note.related);
    write_fact(on, diag->key, diag->position++, value, &note);
}

static void tell_of_level(struct tabular *on, const char *label, struct span text) {
    struct level *level = &on->levels[on->level_count - 1];
    if (level->count == NOTES_MAX) {
        import_reject(on->import, on->input, "%s has more than %d notes", level->range, NOTES_MAX);
        return;
    }
    struct note *note = &level->notes[level->count++];
    note->label = arena_printf(level->arena, "%s (%s)", label, level->range);
    note->text = arena_copy(level->arena, text);
    find_related(text, note->related);
}

static void tell(struct tabular *on, const char *label, struct span text) {
    text = clean(text);
    if (text.len && on->diag_count)
        tell_of_diag(on, label, NULL, text);
    else if (text.len && on->level_count)
        tell_of_level(on, label, text);
}

/* ---- chapters and sections ---- */

/* "... (S80-S89)", "... (R99)" */
static bool read_range(struct level *level, struct span desc) {
    struct span first, last = {0};
    if (desc.len && desc.ptr[desc.len - 1] == ')')
        last = span_slice(desc, desc.len - 1 - (CATEGORY_LEN < desc.len ? CATEGORY_LEN : 0), desc.len - 1);
    first = last;
    if (desc.len > 2 * CATEGORY_LEN + 3 && desc.ptr[desc.len - CATEGORY_LEN - 2] == '-')
        first = span_slice(desc, desc.len - 2 * CATEGORY_LEN - 2, desc.len - CATEGORY_LEN - 2);
    if (!system_fits(SYSTEM_ICD10CM, first) || !system_fits(SYSTEM_ICD10CM, last))
        return false;
    system_key(SYSTEM_ICD10CM, first, level->first);
    system_key(SYSTEM_ICD10CM, last, level->last);
    bool single = first.ptr == last.ptr;
    snprintf(level->range, sizeof level->range, "%s%s%s", level->first, single ? "" : "-", single ? "" : level->last);
    return true;
}

/* Sections stand one behind the other, also those that others lie in: the range tells ("M00-M25" before "M00-M02"). */
static void leave_levels(struct tabular *on, const struct level *next) {
    while (on->level_count > 1) {
        const struct level *top = &on->levels[on->level_count - 1];
        if (!top->held && strcmp(top->first, next->first) <= 0 && strcmp(next->last, top->last) <= 0)
            return;
        on->level_count--;
    }
}

static int enter_level(struct tabular *on, bool chapter, struct span desc, struct why *why) {
    struct level next = {.count = 0};
    if (!read_range(&next, desc))
        return why_set(why, FAIL_INPUT, "line %zu: \"%.*s\" does not end with its range of codes: this is no tabular list",
                       input_line_number(on->input), SPAN_ARG(span_slice(desc, 0, 80)));
    if (chapter)
        on->level_count = 0;
    leave_levels(on, &next);
    if (on->level_count == LEVELS_MAX)
        return why_set(why, FAIL_LIMIT, "line %zu: sections lie more than %d deep", input_line_number(on->input), LEVELS_MAX);
    struct level *level = &on->levels[on->level_count++];
    next.arena = level->arena ? level->arena : arena_new(LEVEL_BYTES);
    arena_clear(next.arena);
    *level = next;
    return 0;
}

/* The nearest section first, the chapter last, behind all that the category says itself. */
static void write_levels(struct tabular *on, const char *category) {
    unsigned position = OWN_MAX;
    for (size_t i = on->level_count; i-- > 0;)
        for (size_t j = 0; j < on->levels[i].count; j++)
            write_fact(on, category, position++, NULL, &on->levels[i].notes[j]);
}

/* ---- codes ---- */

static void name_diag(struct tabular *on, struct span name) {
    struct diag *diag = &on->diags[on->diag_count - 1];
    import_row(on->import, on->input);
    if (!system_fits(SYSTEM_ICD10CM, name)) {
        import_reject(on->import, on->input, "\"%.*s\" is no code of ICD-10-CM", SPAN_ARG(span_slice(name, 0, 40)));
        return;
    }
    system_key(SYSTEM_ICD10CM, name, diag->key);
    if (on->diag_count == 1 && strlen(diag->key) == CATEGORY_LEN)
        write_levels(on, diag->key);
}

static int open_diag(struct tabular *on, struct why *why) {
    if (on->diag_count == DIAGS_MAX || !on->level_count)
        return why_set(why, FAIL_INPUT, "line %zu: a code lies too deep or in no section: this is no tabular list",
                       input_line_number(on->input));
    on->levels[on->level_count - 1].held = true;
    on->diags[on->diag_count++] = (struct diag){.position = 0};
    return 0;
}

static void end_character(struct tabular *on) {
    if (on->character[0] && on->meaning.len && on->diag_count)
        tell_of_diag(on, "7th character", on->character, clean(buf_span(&on->meaning)));
    on->character[0] = '\0';
    buf_clear(&on->meaning);
}

static void open_character(struct tabular *on, const char *character) {
    end_character(on);
    if (!character || strlen(character) != 1 || !char_is_alnum(character[0]))
        import_reject(on->import, on->input, "a seventh character is \"%.20s\"", character ? character : "");
    else
        on->character[0] = char_upper(character[0]);
}

/* A remark below a seventh character says what else it means. */
static void add_meaning(struct tabular *on, struct span text) {
    buf_printf(&on->meaning, "%s%.*s", on->meaning.len ? "; " : "", SPAN_ARG(text));
}

/* Most of these only say that a seventh character is to be added; some say behind that how to choose it. */
static void tell_how_to_choose(struct tabular *on, struct span text) {
    if (on->diag_count && span_find(text, SPAN(". ")) != SPAN_NONE)
        tell_of_diag(on, "7th character", NULL, clean(text));
}

static void add_term(struct tabular *on, struct span text) {
    buf_printf(&on->terms, "%s%.*s", on->terms.len ? "; " : "", SPAN_ARG(text));
    if (on->diag_count && on->diags[on->diag_count - 1].key[0])
        import_words(on->import, SYSTEM_ICD10CM, on->diags[on->diag_count - 1].key, text);
}

/* ---- the elements ---- */

static const struct block *block_of(const char *element) {
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (strcmp(blocks[i].element, element) == 0)
            return &blocks[i];
    return NULL;
}

static int open_element(void *context, struct xml *xml, const char *name, struct why *why) {
    struct tabular *on = context;
    if (!*xml_parent(xml) && strcmp(name, root) != 0)
        return why_set(why, FAIL_INPUT, "it is no tabular list of ICD-10-CM: its first element is <%s>", name);
    if (strcmp(name, "chapter") == 0 && !on->announced)
        return why_set(why, FAIL_INPUT, "line %zu: no version stands before the first chapter", input_line_number(on->input));
    if (strcmp(name, "diag") == 0)
        return open_diag(on, why);
    if (strcmp(name, "extension") == 0)
        open_character(on, xml_attribute(xml, "char"));
    if (strcmp(name, "inclusionTerm") == 0)
        buf_clear(&on->terms);
    if (strcmp(name, "note") == 0 || strcmp(name, "name") == 0 || strcmp(name, "desc") == 0 || strcmp(name, "version") == 0 ||
        strcmp(name, "extension") == 0)
        xml_gather(xml);
    return 0;
}

static void close_note(struct tabular *on, const char *parent, struct span text) {
    const struct block *block = block_of(parent);
    if (strcmp(parent, "sevenChrNote") == 0)
        tell_how_to_choose(on, text);
    else if (strcmp(parent, "sevenChrDef") == 0)
        add_meaning(on, text);
    else if (strcmp(parent, "inclusionTerm") == 0)
        add_term(on, text);
    else if (block)
        tell(on, block->label, text);
}

static int close_element(void *context, struct xml *xml, const char *name, struct span text, struct why *why) {
    struct tabular *on = context;
    const char *parent = xml_parent(xml);
    bool in_chapter = strcmp(parent, "chapter") == 0;
    if (strcmp(name, "version") == 0) {
        on->announced = true;
        return fiscal_edition(on->import, icd10cm_tabular.kind, NULL, text, why);
    }
    if (strcmp(name, "desc") == 0 && (in_chapter || strcmp(parent, "section") == 0))
        return enter_level(on, in_chapter, text, why);
    if (strcmp(name, "name") == 0 && strcmp(parent, "diag") == 0)
        name_diag(on, text);
    else if (strcmp(name, "note") == 0)
        close_note(on, parent, text);
    else if (strcmp(name, "extension") == 0)
        add_meaning(on, text);
    else if (strcmp(name, "sevenChrDef") == 0)
        end_character(on);
    else if (strcmp(name, "inclusionTerm") == 0)
        tell(on, block_of(name)->label, buf_span(&on->terms));
    else if (strcmp(name, "diag") == 0)
        on->diag_count--;
    return 0;
}

static bool recognises(const char *name, struct span head) {
    (void)name;
    return xml_root_is(head, root);
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    static const struct xml_handler handler = {open_element, close_element};
    struct tabular *on = arena_alloc(import_arena(import), sizeof *on);
    on->import = import;
    on->input = input;
    on->scratch = arena_new(LEVEL_BYTES);
    buf_init(&on->terms, NOTE_BYTES_MAX);
    buf_init(&on->meaning, NOTE_BYTES_MAX);
    int code = xml_read(input, &handler, on, why);
    for (size_t i = 0; i < LEVELS_MAX; i++)
        arena_free(on->levels[i].arena);
    buf_free(&on->terms);
    buf_free(&on->meaning);
    arena_free(on->scratch);
    return code ? why_prefix(why, code, "%s: ", import_file_name(import)) : 0;
}

const struct importer icd10cm_tabular = {"icd10cm-tabular", "ICD-10-CM tabular list", recognises, read_file, 30000};
