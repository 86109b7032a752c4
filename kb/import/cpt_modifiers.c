/* Modifiers of CPT: the AMA's MODUL.txt. 1-2 modifier, blank, text, which goes on in the lines below it: title, colon, description. A
 * modifier begins behind a blank line, or behind a line that ends a sentence; where both stand together is nowhere laid down. */
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "kb/import/cpt.h"
#include "kb/import/registry.h"

enum { MODIFIER_LEN = 2, TEXT_BYTES = 16000, TITLE_MAX = 300 };

static bool is_modifier(struct span line) {
    return line.len > MODIFIER_LEN + 1 && system_fits(SYSTEM_MOD, span_slice(line, 0, MODIFIER_LEN)) && line.ptr[MODIFIER_LEN] == ' ' &&
           char_is_alpha(line.ptr[MODIFIER_LEN + 1]) && line.ptr[MODIFIER_LEN + 1] < 'a';
}

static bool has_digit(struct span line) { return char_is_digit(line.ptr[0]) || char_is_digit(line.ptr[1]); }

/* Words of the notice may look like modifiers of two letters. */
static bool starts(struct span line) { return is_modifier(line) && char_is_digit(line.ptr[0]) && char_is_digit(line.ptr[1]); }

static bool starts_code(struct span line) { return cpt_begins(line, '\t') || cpt_begins(line, ' '); }

static bool recognises(const char *name, struct span head) {
    bool ours = strstr(name, "modul") != NULL || (cpt_is_ama(head) && span_find(head, SPAN("\n22 ")) != SPAN_NONE);
    return ours && cpt_first(head, starts).len && !cpt_first(head, starts_code).len;
}

struct reading {
    struct import *import;
    struct input *input;
    struct buf text; /* of the modifier that is being read, which stands at its beginning; empty: none */
    size_t line;     /* the last one that was read */
};

static void hand_over(struct reading *on) {
    struct span all = buf_span(&on->text), text = span_trim(span_slice(all, MODIFIER_LEN, all.len));
    char key[CODE_BYTES], description[TEXT_BYTES];
    if (!all.len)
        return;
    system_key(SYSTEM_MOD, span_slice(all, 0, MODIFIER_LEN), key);
    size_t colon = span_find_char(span_slice(text, 0, TITLE_MAX), ':');
    struct import_code code = {.system = SYSTEM_MOD, .key = key, .official = true, .title = span_trim(span_slice(text, 0, colon))};
    struct span rest = span_trim(span_slice(text, colon == SPAN_NONE ? text.len : colon + 1, text.len));
    snprintf(description, sizeof description, "%.*s", SPAN_ARG(utf8_cut(rest, sizeof description - 1)));
    struct import_fact fact = {.system = SYSTEM_MOD, .key = key, .section = SECTION_PLAIN, .text = description};
    if (!import_code(on->import, &code))
        import_reject(on->import, on->input, "%s stands in the file twice", key);
    else if (rest.len)
        import_fact(on->import, &fact);
    buf_clear(&on->text);
}

static bool ends_sentence(struct span text) { return text.len && strchr(".)", text.ptr[text.len - 1]) != NULL; }

static void take(void *context, struct span line) {
    struct reading *on = context;
    size_t number = input_line_number(on->input);
    bool behind_blank = number != on->line + 1;
    on->line = number;
    bool begins = is_modifier(line) && (!on->text.len || behind_blank || (has_digit(line) && ends_sentence(buf_span(&on->text))));
    if (begins) {
        hand_over(on);
        import_row(on->import, on->input);
    } else {
        buf_char(&on->text, ' ');
    }
    buf_add(&on->text, span_trim(line));
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    static const struct cpt_part part = {"modifiers", 1u << SYSTEM_MOD, starts, take};
    struct reading on = {.import = import, .input = input};
    buf_init(&on.text, TEXT_BYTES);
    int code = cpt_read(import, input, &part, &on, why);
    if (!code)
        hand_over(&on);
    buf_free(&on.text);
    return code;
}

const struct importer cpt_modifiers = {"cpt-modifiers", "CPT modifiers", recognises, read_file, 0};
