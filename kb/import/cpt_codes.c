/* Codes of CPT with their long descriptors, from a licensed user's files of the AMA. Any of:
 *   LONGULT.txt, LONGUT.txt   code, tab, descriptor;
 *   LONGULF.txt, LONGUF.txt   1-5 code, 6-8 sequence, 9 blank, 10- text, a code again with the next sequence (2001: 6-7 sequence, 9- text);
 *   Consolidated_Code_List    tabs, column names beginning with "Concept Id": long, medium, short and consumer descriptor.
 * An edition is a calendar year. A code of the consolidated list without a long descriptor is called by its medium or short one. */
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "kb/import/cpt.h"
#include "kb/import/columns.h"
#include "kb/import/registry.h"

enum { CODE_LEN = 5, LEAST = 9000, TITLE_BYTES = 20000, CONSUMER_BYTES = 8000, HEAD_BYTES = 200 };
enum { CONCEPT, CODE, LONG, MEDIUM, SHORT, CONSUMER, COLUMN_COUNT };

static const struct column columns[COLUMN_COUNT] = {
    [CONCEPT] = {"Concept Id", true},
    [CODE] = {"CPT Code", true},
    [LONG] = {"Long|Long Descriptor", true},
    [MEDIUM] = {"Medium|Medium Descriptor", true},
    [SHORT] = {"Short|Short Descriptor", true},
    [CONSUMER] = {"Consumer|Consumer Friendly Descriptor|Consumer Descriptor", false},
};

static bool is_header(struct span line) {
    struct record row;
    size_t at[COLUMN_COUNT];
    columns_split(line, '\t', &row);
    return columns_find(&row, columns, COLUMN_COUNT, at);
}

static bool is_tabbed(struct span line) {
    return cpt_begins(line, '\t') && span_find_char(span_slice(line, CODE_LEN + 1, line.len), '\t') == SPAN_NONE;
}

/* How many digits the sequence behind the code has: 3, 2, or 0 when it is no such line. */
static size_t sequence_digits(struct span line) {
    size_t digits = 0;
    while (CODE_LEN + digits < line.len && char_is_digit(line.ptr[CODE_LEN + digits]))
        digits++;
    bool fits = (digits == 2 || digits == 3) && cpt_begins(line, line.ptr[CODE_LEN]) && CODE_LEN + digits < line.len;
    return fits && line.ptr[CODE_LEN + digits] == ' ' ? digits : 0;
}

static bool starts(struct span line) { return is_tabbed(line) || sequence_digits(line) || is_header(line); }

static bool recognises(const char *name, struct span head) {
    struct span first = cpt_first(head, starts);
    return first.len && (is_header(first) || cpt_is_ama(head) || strstr(name, "longul") || strstr(name, "longut") || strstr(name, "longuf"));
}

/* A title may stand in several lines: the code is handed over when the next one begins. */
struct reading {
    struct import *import;
    struct input *input;
    bool consolidated;
    size_t at[COLUMN_COUNT];
    char key[CODE_BYTES]; /* of the title that is being put together; empty: none */
    struct buf title;
    long sequence;
};

static bool hand_over(struct reading *on, const char *key, struct span title) {
    struct import_code code = {.system = SYSTEM_CPT, .key = key, .official = true, .title = title};
    bool taken = import_code(on->import, &code);
    if (!taken)
        import_reject(on->import, on->input, "%s stands in the file twice", key);
    return taken;
}

static void end_title(struct reading *on) {
    if (on->key[0])
        hand_over(on, on->key, span_trim(buf_span(&on->title)));
    on->key[0] = '\0';
}

static void take_sequence(struct reading *on, struct span line, size_t digits) {
    struct span code = span_slice(line, 0, CODE_LEN), text = span_trim(span_slice(line, CODE_LEN + digits, line.len));
    long sequence = 0;
    bool goes_on = on->key[0] && span_equal(code, span_of(on->key));
    span_to_long(span_slice(line, CODE_LEN, CODE_LEN + digits), 0, 999, &sequence);
    if (!goes_on) {
        end_title(on);
        import_row(on->import, on->input);
        if (!cpt_key(on->import, on->input, code, on->key)) {
            on->key[0] = '\0';
            return;
        }
        buf_clear(&on->title);
    } else if (sequence != on->sequence + 1) {
        import_reject(on->import, on->input, "%s: line %ld of its descriptor follows line %ld", on->key, sequence, on->sequence);
    }
    if (on->title.len)
        buf_char(&on->title, ' ');
    buf_add(&on->title, text);
    on->sequence = sequence;
}

static void tell_consumer(struct reading *on, const char *key, struct span text) {
    char copy[CONSUMER_BYTES];
    struct import_fact fact = {.system = SYSTEM_CPT, .key = key, .section = SECTION_PLAIN, .text = copy};
    snprintf(copy, sizeof copy, "%.*s", SPAN_ARG(utf8_cut(text, sizeof copy - 1)));
    if (text.len)
        import_fact(on->import, &fact);
}

static void take_consolidated(struct reading *on, struct span line) {
    struct record row;
    char key[CODE_BYTES];
    struct span title = {0};
    columns_split(line, '\t', &row);
    if (!cpt_key(on->import, on->input, columns_field(&row, on->at[CODE]), key))
        return;
    for (int i = LONG; i <= SHORT && !title.len; i++)
        title = columns_field(&row, on->at[i]);
    if (!title.len) {
        import_reject(on->import, on->input, "%s has no descriptor", key);
        return;
    }
    if (!hand_over(on, key, title))
        return;
    import_words(on->import, SYSTEM_CPT, key, columns_field(&row, on->at[MEDIUM]));
    import_words(on->import, SYSTEM_CPT, key, columns_field(&row, on->at[SHORT]));
    tell_consumer(on, key, columns_field(&row, on->at[CONSUMER]));
}

static void take_tabbed(struct reading *on, struct span line) {
    char key[CODE_BYTES];
    struct span title = span_trim(span_slice(line, CODE_LEN + 1, line.len));
    if (!is_tabbed(line) || !title.len)
        import_reject(on->import, on->input, "not a code, a tab and a descriptor");
    else if (cpt_key(on->import, on->input, span_slice(line, 0, CODE_LEN), key))
        hand_over(on, key, title);
}

static void take(void *context, struct span line) {
    struct reading *on = context;
    struct record row;
    size_t digits = sequence_digits(line);
    if (!on->consolidated && is_header(line)) {
        columns_split(line, '\t', &row);
        on->consolidated = columns_find(&row, columns, COLUMN_COUNT, on->at);
    } else if (digits && !on->consolidated) {
        take_sequence(on, line, digits);
    } else {
        import_row(on->import, on->input);
        if (on->consolidated)
            take_consolidated(on, line);
        else
            take_tabbed(on, line);
    }
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    static const struct cpt_part part = {"long", 1u << SYSTEM_CPT, starts, take};
    struct reading on = {.import = import, .input = input};
    buf_init(&on.title, TITLE_BYTES);
    int code = cpt_read(import, input, &part, &on, why);
    if (!code)
        end_title(&on);
    buf_free(&on.title);
    return code;
}

const struct importer cpt = {"cpt", "CPT, long descriptors", recognises, read_file, LEAST};
