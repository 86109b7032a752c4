/* What else the AMA's files call a code of CPT, beside the long descriptor (cpt_codes.c). Each is a part, and a kind, of its own:
 *   MEDU.txt, SHORTU.txt      1-5 code, blank, 7- descriptor in capitals of at most 48 and 28 characters: for the search;
 *   ClinicianDescriptor.txt   tabs: Concept Id, CPT Code, Clinician Descriptor Id, Clinician Descriptor; several a code: for the search;
 *   ConsumerDescriptor.txt    tabs: Concept Id, CPT Code, Consumer Friendly Descriptor: a description in plain words. */
#include <string.h>

#include "base/utf8.h"
#include "kb/import/cpt.h"
#include "kb/import/columns.h"
#include "kb/import/registry.h"

enum { CODE_LEN = 5, SHORT_MAX = 28, TEXT_BYTES = 8000 };
enum { CODE, TEXT, COLUMN_COUNT };

static const struct column clinician[COLUMN_COUNT] = {{"CPT Code", true}, {"Clinician Descriptor", true}};
static const struct column consumer[COLUMN_COUNT] = {{"CPT Code", true}, {"Consumer Friendly Descriptor", true}};
static const struct column long_too[COLUMN_COUNT] = {{"CPT Code", true}, {"Long|Long Descriptor", true}};

static bool names(struct span line, const struct column *columns, size_t at[COLUMN_COUNT]) {
    struct record row;
    columns_split(line, '\t', &row);
    return columns_find(&row, columns, COLUMN_COUNT, at);
}

static bool starts_capitals(struct span line) {
    return cpt_begins(line, ' ') && line.len > CODE_LEN + 1 && char_is_alnum(line.ptr[CODE_LEN + 1]) && span_find_char(line, '\t') == SPAN_NONE;
}

static bool starts_clinician(struct span line) {
    size_t at[COLUMN_COUNT];
    return names(line, clinician, at);
}

static bool starts_consumer(struct span line) {
    size_t at[COLUMN_COUNT];
    return names(line, consumer, at) && !names(line, long_too, at);
}

/* The longest text tells medium from short, unless the name does. */
static bool has_medium(const char *name, struct span head) {
    struct span line;
    bool ret = false;
    if (strstr(name, "medu") || strstr(name, "shortu"))
        return strstr(name, "medu") != NULL;
    while (span_line(&head, &line))
        ret = ret || (starts_capitals(line) && span_trim(line).len > CODE_LEN + 1 + SHORT_MAX);
    return ret;
}

static bool is_capitals(const char *name, struct span head) {
    return cpt_first(head, starts_capitals).len && (cpt_is_ama(head) || strstr(name, "medu") || strstr(name, "shortu"));
}

static bool recognises_medium(const char *name, struct span head) { return is_capitals(name, head) && has_medium(name, head); }

static bool recognises_short(const char *name, struct span head) { return is_capitals(name, head) && !has_medium(name, head); }

static bool recognises_clinician(const char *name, struct span head) {
    (void)name;
    return cpt_first(head, starts_clinician).len != 0;
}

static bool recognises_consumer(const char *name, struct span head) {
    (void)name;
    return cpt_first(head, starts_consumer).len != 0;
}

struct reading {
    struct import *import;
    struct input *input;
    const struct column *columns;
    bool begun;
    size_t at[COLUMN_COUNT];
};

static void take_capitals(void *context, struct span line) {
    struct reading *on = context;
    char key[CODE_BYTES];
    import_row(on->import, on->input);
    if (!starts_capitals(line))
        import_reject(on->import, on->input, "not a code, a blank and a descriptor");
    else if (cpt_key(on->import, on->input, span_slice(line, 0, CODE_LEN), key))
        import_words(on->import, SYSTEM_CPT, key, span_slice(line, CODE_LEN + 1, line.len));
}

/* The code and the text of a row; false when it is the header, or was rejected. */
static bool read_tabbed(struct reading *on, struct span line, char key[static CODE_BYTES], struct span *text) {
    struct record row;
    if (!on->begun) {
        on->begun = names(line, on->columns, on->at);
        return false;
    }
    import_row(on->import, on->input);
    columns_split(line, '\t', &row);
    if (!cpt_key(on->import, on->input, columns_field(&row, on->at[CODE]), key))
        return false;
    *text = columns_field(&row, on->at[TEXT]);
    if (!text->len)
        import_reject(on->import, on->input, "%s has no descriptor", key);
    return text->len != 0;
}

static void take_clinician(void *context, struct span line) {
    struct reading *on = context;
    char key[CODE_BYTES];
    struct span text;
    if (read_tabbed(on, line, key, &text))
        import_words(on->import, SYSTEM_CPT, key, text);
}

static void take_consumer(void *context, struct span line) {
    struct reading *on = context;
    char key[CODE_BYTES], copy[TEXT_BYTES];
    struct import_fact fact = {.system = SYSTEM_CPT, .key = key, .section = SECTION_PLAIN, .text = copy};
    struct span text;
    if (!read_tabbed(on, line, key, &text))
        return;
    snprintf(copy, sizeof copy, "%.*s", SPAN_ARG(utf8_cut(text, sizeof copy - 1)));
    import_fact(on->import, &fact);
}

static int read_part(struct import *import, struct input *input, const struct cpt_part *part, const struct column *columns,
                     struct why *why) {
    struct reading on = {.import = import, .input = input, .columns = columns};
    return cpt_read(import, input, part, &on, why);
}

static int read_medium(struct import *import, struct input *input, struct why *why) {
    return read_part(import, input, &(struct cpt_part){"medium", 0, starts_capitals, take_capitals}, NULL, why);
}

static int read_short(struct import *import, struct input *input, struct why *why) {
    return read_part(import, input, &(struct cpt_part){"short", 0, starts_capitals, take_capitals}, NULL, why);
}

static int read_clinician(struct import *import, struct input *input, struct why *why) {
    return read_part(import, input, &(struct cpt_part){"clinician", 0, starts_clinician, take_clinician}, clinician, why);
}

static int read_consumer(struct import *import, struct input *input, struct why *why) {
    return read_part(import, input, &(struct cpt_part){"consumer", 0, starts_consumer, take_consumer}, consumer, why);
}

const struct importer cpt_medium = {"cpt-medium", "CPT, medium descriptors", recognises_medium, read_medium, 0};
const struct importer cpt_short = {"cpt-short", "CPT, short descriptors", recognises_short, read_short, 0};
const struct importer cpt_clinician = {"cpt-clinician", "CPT, clinician descriptors", recognises_clinician, read_clinician, 0};
const struct importer cpt_consumer = {"cpt-consumer", "CPT, consumer friendly descriptors", recognises_consumer, read_consumer, 0};
