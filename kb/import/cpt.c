#include "kb/import/cpt.h"

#include "kb/import/month.h"
#include "kb/schema.h"

/* What the notice says. */
struct preamble {
    long edition;   /* "CPT 2026": 2026; 0: not said */
    long copyright; /* the last year behind the word; 0: not said */
};

enum { CODE_LEN = 5, PREAMBLE_LINES_MAX = 500, FIRST_OF_JANUARY = 101, LAST_OF_DECEMBER = 1231, SHOWN = 20 };

/* The year directly behind "CPT", marks between them aside: "CPT 2026", "CPT(R) 2026". */
static long year_behind_name(struct span line) {
    for (size_t at; (at = span_find(line, SPAN("CPT"))) != SPAN_NONE; line = span_slice(line, at + 3, line.len)) {
        struct span rest = span_slice(line, at + 3, line.len);
        if (span_starts_same(rest, SPAN("(R)")))
            rest = span_slice(rest, 3, rest.len);
        while (rest.len && !char_is_alnum(rest.ptr[0]))
            rest = span_slice(rest, 1, rest.len);
        long year = year_in_text(span_slice(rest, 0, CODE_LEN));
        if (year && char_is_digit(rest.ptr[0]))
            return year;
    }
    return 0;
}

/* "Copyright 1995-2025": the last one. */
static long year_of_copyright(struct span line) {
    size_t at = span_find_same(line, SPAN("copyright"));
    long year = 0;
    for (size_t i = at == SPAN_NONE ? line.len : at; i < line.len; i++) {
        bool begins = char_is_digit(line.ptr[i]) && !char_is_digit(line.ptr[i - 1]);
        long found = begins ? year_in_text(span_slice(line, i, i + CODE_LEN)) : 0;
        year = found ? found : year;
    }
    return year;
}

static void read_notice(struct preamble *preamble, struct span line) {
    long edition = year_behind_name(line), copyright = year_of_copyright(line);
    preamble->edition = preamble->edition ? preamble->edition : edition;
    preamble->copyright = preamble->copyright ? preamble->copyright : copyright;
}

static int announce(struct import *import, const struct preamble *preamble, const struct cpt_part *part, struct why *why) {
    struct arena *arena = import_arena(import);
    int64_t effective = import_effective(import);
    long year = effective ? (long)(effective / SCHEMA_YEAR) : preamble->edition;
    if (!year)
        year = year_in_text(span_of(import_file_name(import)));
    struct import_edition edition = {
        .systems = part->systems,
        .source = arena_printf(arena, "cpt-%s-%ld", part->part, year),
        .publisher = "American Medical Association",
        .name = arena_printf(arena, "CPT %ld", year),
        .notice = arena_printf(arena, "CPT copyright %ld American Medical Association. All rights reserved. CPT is a registered trademark of "
                                      "the American Medical Association.",
                               preamble->copyright ? preamble->copyright : year),
        .valid_from = year ? (int64_t)year * SCHEMA_YEAR + FIRST_OF_JANUARY : 0,
        .valid_to = year ? (int64_t)year * SCHEMA_YEAR + LAST_OF_DECEMBER : 0,
    };
    return import_edition(import, &edition, why);
}

bool cpt_begins(struct span line, char separator) {
    if (line.len <= CODE_LEN + 1 || line.ptr[CODE_LEN] != separator)
        return false;
    for (size_t i = 0; i < CODE_LEN - 1; i++)
        if (!char_is_digit(line.ptr[i]))
            return false;
    char last = line.ptr[CODE_LEN - 1];
    return char_is_digit(last) || (last >= 'A' && last <= 'Z');
}

bool cpt_is_ama(struct span head) {
    return span_find_same(head, SPAN("American Medical Association")) != SPAN_NONE;
}

struct span cpt_first(struct span head, bool (*starts)(struct span line)) {
    struct span line;
    for (size_t i = 0; i < PREAMBLE_LINES_MAX && span_line(&head, &line); i++)
        if (starts(line))
            return line;
    return (struct span){0};
}

bool cpt_key(struct import *import, const struct input *input, struct span text, char key[static CODE_BYTES]) {
    if (!system_fits(SYSTEM_CPT, text)) {
        import_reject(import, input, "\"%.*s\" is no CPT code", SPAN_ARG(span_slice(text, 0, SHOWN)));
        return false;
    }
    system_key(SYSTEM_CPT, text, key);
    return true;
}

int cpt_read(struct import *import, struct input *input, const struct cpt_part *part, void *context, struct why *why) {
    struct preamble preamble = {.edition = 0};
    struct span line;
    int code;
    size_t lines = 0;
    while (!(code = input_line(input, &line, why)) && !part->starts(line) && lines++ < PREAMBLE_LINES_MAX)
        read_notice(&preamble, line);
    if (code == FAIL_EMPTY || (!code && !part->starts(line)))
        return why_set(why, FAIL_INPUT, "%s has no line of data of this kind: is it the right file?", import_file_name(import));
    if (!code)
        code = announce(import, &preamble, part, why);
    for (; !code; code = input_line(input, &line, why))
        if (span_trim(line).len)
            part->take(context, line);
    return code == FAIL_EMPTY ? 0 : code;
}
