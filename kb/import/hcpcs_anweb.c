/* The HCPCS file in fixed columns, 320 of them: "HCPC2020_ANWEB.txt", CMS. Up to a dozen lines of notice come first. 1-5 code (a
 * modifier in 4-5), 6-10 sequence, 11 kind of line: 3 procedure and 7 modifier begin a record, 4 and 8 go on with its long title, and may
 * end behind it. 12-91 long title, 92-119 short title, 120-127 pricing 4x2, 129-146 coverage issues manual 3x6, 147-170 carriers manual
 * 3x8, 171-180 statute, 205-229 cross-references 5x5, 230 coverage, 257-259 BETOS, 261-265 type of service 5x1, 269-276 day added,
 * 277-284 day of the last change, 285-292 last day. CMS, "HCPCS record layout". Columns are characters: a title may have an accent. */
#include "base/buf.h"
#include "kb/import/columns.h"
#include "kb/import/hcpcs.h"

enum { SEQUENCE_AT = 5, KIND_AT = 10, TITLE_AT = 11, TITLE_END = 91, SHORTEST = 284 };
enum { RECORD_BYTES = 4096, TITLE_BYTES = 64 << 10, LINES_BEFORE = 60 };

static struct span field(struct span line, size_t from, size_t to) { return span_trim(columns_at(line, from, to)); }

/* The kind of line, '\0' for a line of notice. */
static char kind_of(struct span line) {
    if (line.len <= TITLE_AT)
        return '\0';
    for (size_t i = SEQUENCE_AT; i < KIND_AT; i++)
        if (!char_is_digit(line.ptr[i]))
            return '\0';
    char kind = line.ptr[KIND_AT];
    return kind == '3' || kind == '4' || kind == '7' || kind == '8' ? kind : '\0';
}

static bool begins(char kind) { return kind == '3' || kind == '7'; }

static struct span code_of(struct span line) { return span_trim(span_slice(line, 0, SEQUENCE_AT)); }

bool hcpcs_is_anweb(struct span head) {
    struct span line;
    for (size_t i = 0; i < LINES_BEFORE && span_line(&head, &line); i++)
        if (kind_of(line))
            return begins(kind_of(line)) && (system_fits(SYSTEM_HCPCS, code_of(line)) || system_fits(SYSTEM_MOD, code_of(line)));
    return false;
}

/* The record that is being put together. */
struct anweb {
    struct import *import;
    const struct input *input;
    struct buf first; /* its first line; empty: none */
    struct buf title;
};

static void hand_over(struct anweb *on) {
    struct span line = buf_span(&on->first);
    if (!line.len)
        return;
    struct hcpcs_record record = {
        .code = code_of(line),
        .long_title = span_trim(buf_span(&on->title)),
        .short_title = field(line, 91, 119),
        .statute = field(line, 170, 180),
        .coverage = field(line, 229, 230),
        .betos = field(line, 256, 259),
        .added = field(line, 268, 276),
        .terminated = field(line, 284, 292),
    };
    pieces_add(&record.prices, columns_at(line, 119, 127), PRICE_WIDTH);
    pieces_add(&record.issues_manual, columns_at(line, 128, 146), ISSUES_WIDTH);
    pieces_add(&record.carriers_manual, columns_at(line, 146, 170), CARRIERS_WIDTH);
    pieces_add(&record.cross_references, columns_at(line, 204, 229), CROSS_REFERENCE_WIDTH);
    pieces_add(&record.types, columns_at(line, 260, 265), TYPE_WIDTH);
    hcpcs_take(on->import, on->input, &record);
    buf_clear(&on->first);
}

static void begin(struct anweb *on, struct span line) {
    hand_over(on);
    import_row(on->import, on->input);
    if (line.len < SHORTEST) {
        import_reject(on->import, on->input, "%.*s is cut off before its dates", SPAN_ARG(code_of(line)));
        return;
    }
    buf_clear(&on->title);
    buf_add(&on->title, field(line, TITLE_AT, TITLE_END));
    buf_add(&on->first, line);
    if (!buf_full(&on->first))
        return;
    buf_clear(&on->first);
    import_reject(on->import, on->input, "%.*s: the line is too long", SPAN_ARG(code_of(line)));
}

static void go_on(struct anweb *on, struct span line) {
    if (!span_equal(code_of(line), code_of(buf_span(&on->first)))) {
        import_row(on->import, on->input);
        import_reject(on->import, on->input, "%.*s goes on with a title that did not begin", SPAN_ARG(code_of(line)));
        return;
    }
    buf_char(&on->title, ' ');
    buf_add(&on->title, field(line, TITLE_AT, TITLE_END));
}

static void read_line(struct anweb *on, struct span line, bool *started) {
    char kind = kind_of(line);
    *started = *started || kind;
    if (kind && begins(kind))
        begin(on, line);
    else if (kind)
        go_on(on, line);
    else if (*started && span_trim(line).len) {
        hand_over(on);
        import_row(on->import, on->input);
        import_reject(on->import, on->input, "not the columns of a HCPCS file");
    }
}

int hcpcs_read_anweb(struct import *import, struct input *input, struct why *why) {
    struct anweb on = {.import = import, .input = input};
    struct span line;
    bool started = false;
    int code;
    buf_init(&on.first, RECORD_BYTES);
    buf_init(&on.title, TITLE_BYTES);
    while (!(code = input_line(input, &line, why)))
        read_line(&on, line, &started);
    hand_over(&on);
    buf_free(&on.first);
    buf_free(&on.title);
    return code == FAIL_EMPTY ? 0 : code;
}
