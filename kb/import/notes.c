/* The desk's own guidance, as JSON (docs/OPERATING.md has an example):
 *   {"edition": "November 2026", "valid_from": "2026-11-01", "notes": [
 *      {"codes": ["CPT:20693"], "text": "...", "section": "guidelines", "label": "desk", "related": "MOD:58",
 *       "author": "...", "valid_from": "...", "valid_to": "...", "words": ["..."], "calls": {"MOD:58": "staged procedure"}}]}
 * codes and text are needed. A note is shown with each of its codes; words are how people ask for it; what a note calls a code is not
 * shown, but compared with that code's title by `kb verify`. */
#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "kb/import/registry.h"
#include "kb/schema.h"

enum { NOTES_BYTES = 16 << 20, TEXT_MAX = 8000, LINE_MAX_BYTES = 400, LABEL_BYTES = 200 };

static bool recognises(const char *name, struct span head) {
    (void)name;
    struct span text = span_trim(head);
    return text.len && *text.ptr == '{' && span_find(text, SPAN("\"notes\"")) != SPAN_NONE;
}

static int load(struct input *input, json_t **ret, struct why *why) {
    struct buf text;
    struct span piece;
    json_error_t error;
    int code;
    buf_init(&text, NOTES_BYTES);
    while (!(code = input_bytes(input, &piece, why)))
        buf_add(&text, piece);
    if (code == FAIL_EMPTY)
        code = buf_full(&text) ? why_set(why, FAIL_LIMIT, "notes of more than %d bytes: split the file", NOTES_BYTES) : 0;
    if (!code && !(*ret = json_loadb(buf_span(&text).ptr, text.len, JSON_REJECT_DUPLICATES, &error)))
        code = why_set(why, FAIL_INPUT, "line %d: %s", error.line, error.text);
    buf_free(&text);
    return code;
}

static const char *text_of(json_t *object, const char *key) { return json_string_value(json_object_get(object, key)); }

static int64_t day_of(json_t *object, const char *key) {
    const char *text = text_of(object, key);
    return text ? import_day(span_of(text)) : 0;
}

/* "SYSTEM:CODE". */
static bool read_code(const char *text, enum code_system *system, char key[static CODE_BYTES]) {
    struct span rest = span_of(text), name;
    int number;
    if (!text || !span_cut(&rest, ':', &name) || !name_value(system_names, name, &number) || !system_fits((enum code_system)number, rest))
        return false;
    *system = (enum code_system)number;
    system_key(*system, rest, key);
    return true;
}

/* A note without days of its own has those of its edition. */
static bool ends_too_early(const struct import *import, json_t *note) {
    int64_t from = day_of(note, "valid_from"), to = day_of(note, "valid_to");
    return to && to < (from ? from : import_first_day(import));
}

/* What is wrong with a note, or NULL. */
static const char *wrong(const struct import *import, json_t *note) {
    static const char *const days[] = {"valid_from", "valid_to"};
    enum code_system system;
    char key[CODE_BYTES];
    int section;
    size_t i;
    json_t *item;
    const char *name;
    if (!json_array_size(json_object_get(note, "codes")))
        return "\"codes\" has to be a list of SYSTEM:CODE";
    json_array_foreach(json_object_get(note, "codes"), i, item) if (!read_code(json_string_value(item), &system, key))
        return "\"codes\" has to be a list of SYSTEM:CODE, each of the form of its system";
    if (!text_of(note, "text") || strlen(text_of(note, "text")) > TEXT_MAX || !*text_of(note, "text"))
        return "\"text\" is missing, empty or longer than 8000 bytes";
    if (json_object_get(note, "related") && !read_code(text_of(note, "related"), &system, key))
        return "\"related\" has to be SYSTEM:CODE";
    if (json_object_get(note, "section") && !name_value(section_names, span_of(text_of(note, "section")), &section))
        return "\"section\" is none that a page has";
    for (i = 0; i < sizeof days / sizeof *days; i++)
        if (json_object_get(note, days[i]) && !day_of(note, days[i]))
            return "a day has to be YYYY-MM-DD";
    if (ends_too_early(import, note))
        return "\"valid_to\" lies before its first day";
    json_object_foreach(json_object_get(note, "calls"), name, item) if (!read_code(name, &system, key) || !json_is_string(item))
        return "\"calls\" has to be an object: SYSTEM:CODE and what it is called";
    return NULL;
}

static void hand_over(struct import *import, json_t *note, unsigned position, const char *code) {
    struct import_fact fact = {.section = SECTION_GUIDELINES, .position = position, .text = text_of(note, "text")};
    char key[CODE_BYTES], related[CODE_BYTES];
    const char *label = text_of(note, "label"), *author = text_of(note, "author");
    int section = SECTION_GUIDELINES;
    if (!read_code(code, &fact.system, key))
        return;
    fact.key = key;
    if (text_of(note, "section") && name_value(section_names, span_of(text_of(note, "section")), &section))
        fact.section = (enum kb_section)section;
    fact.label = arena_printf(import_arena(import), "%s%s%s", label ? label : "the desk's guidance", author ? ", " : "", author ? author : "");
    if (read_code(text_of(note, "related"), &fact.related_system, related))
        fact.related = related;
    fact.valid_from = day_of(note, "valid_from");
    fact.valid_to = day_of(note, "valid_to");
    import_fact(import, &fact);
    size_t i;
    json_t *word;
    json_array_foreach(json_object_get(note, "words"), i, word) import_words(import, fact.system, key, span_of(json_string_value(word)));
}

static void read_note(struct import *import, struct input *input, json_t *note, unsigned position) {
    const char *problem = wrong(import, note), *name;
    enum code_system system;
    char key[CODE_BYTES];
    size_t i;
    json_t *item;
    import_row(import, input);
    if (problem) {
        import_reject(import, input, "notes[%u]: %s", position, problem);
        return;
    }
    json_array_foreach(json_object_get(note, "codes"), i, item) hand_over(import, note, position, json_string_value(item));
    json_object_foreach(json_object_get(note, "calls"), name, item) if (read_code(name, &system, key))
        import_claim(import, system, key, span_of(json_string_value(item)));
}

static int announce(struct import *import, json_t *document, struct why *why) {
    const char *name = text_of(document, "edition"), *publisher = text_of(document, "publisher");
    struct import_edition edition = {
        .source = arena_printf(import_arena(import), "notes-%s", name ? name : import_file_name(import)),
        .always_whole = true,
        .part = name ? name : import_file_name(import),
        .publisher = publisher ? publisher : "the desk",
        .name = name ? name : import_file_name(import),
        .valid_from = day_of(document, "valid_from"),
    };
    return import_edition(import, &edition, why);
}

static int read_notes(struct import *import, struct input *input, struct why *why) {
    json_t *document = NULL, *note;
    size_t i;
    int code = load(input, &document, why);
    if (code)
        return code;
    json_t *notes = json_object_get(document, "notes");
    code = json_is_array(notes) ? announce(import, document, why) : why_set(why, FAIL_INPUT, "\"notes\" has to be a list of objects");
    if (!code)
        json_array_foreach(notes, i, note) read_note(import, input, note, (unsigned)i);
    json_decref(document);
    return code;
}

const struct importer desk_notes = {"notes", "the desk's own guidance", recognises, read_notes, 0};
