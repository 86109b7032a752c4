/* The physician fee schedule's relative value file: CMS, "PPRRVU2026_Jul_nonQPP.csv". A title with year and release, a header stacked over
 * several rows of which the last begins with HCPCS, then a row for each code, and more for its modifiers 26, TC and 53. Columns are
 * found by what is stacked over them: there are 31 until 2025 and 32 from 2026 on. Figures hold for the calendar year, whichever its
 * release. From 2026 on there are two files, with the conversion factors for clinicians inside and outside of payment models (QPP); of the
 * one for those inside the factor alone is taken, under a label of its own: all else is said by the other one, too. */
#include <string.h>

#include "base/buf.h"
#include "kb/import/handed.h"
#include "kb/import/month.h"
#include "kb/import/registry.h"
#include "kb/schema.h"

enum column {
    CODE,
    MODIFIER,
    STATUS,
    UNUSED,
    WORK,
    PRACTICE,
    RARE,
    PRACTICE_FACILITY,
    RARE_FACILITY,
    MALPRACTICE,
    TOTAL,
    TOTAL_FACILITY,
    COMPONENTS,
    GLOBAL,
    BEFORE,
    DURING,
    AFTER,
    MULTIPLE,
    BILATERAL,
    ASSISTANT,
    COSURGEON,
    TEAM,
    FACTOR,
    COLUMNS
};

/* As stacked, one row's cell behind the other. */
static const char *const titles[COLUMNS] = {
    [CODE] = "HCPCS",
    [MODIFIER] = "MOD",
    [STATUS] = "STATUS CODE",
    [UNUSED] = "NOT USED FOR MEDICARE PAYMENT",
    [WORK] = "WORK RVU",
    [PRACTICE] = "NON-FAC PE RVU",
    [RARE] = "NON-FAC NA INDICATOR",
    [PRACTICE_FACILITY] = "FACILITY PE RVU",
    [RARE_FACILITY] = "FACILITY NA INDICATOR",
    [MALPRACTICE] = "MP RVU",
    [TOTAL] = "NON-FACILITY TOTAL",
    [TOTAL_FACILITY] = "FACILITY TOTAL",
    [COMPONENTS] = "PCTC IND",
    [GLOBAL] = "GLOB DAYS",
    [BEFORE] = "PRE OP",
    [DURING] = "INTRA OP",
    [AFTER] = "POST OP",
    [MULTIPLE] = "MULT PROC",
    [BILATERAL] = "BILAT SURG",
    [ASSISTANT] = "ASST SURG",
    [COSURGEON] = "CO- SURG",
    [TEAM] = "TEAM SURG",
    [FACTOR] = "CONV FACTOR",
};

enum { STACKED = 5, STACK_BYTES = 8 << 10, ROW_BYTES = 2 << 20, FIRST_DAY = 101, LAST_DAY = 1231, CELL_MAX = 16 };

static const struct span title_words = {"Physician Fee Schedule Relative Value File", 42};

/* The last rows above the data, and what the title and the notice say. */
struct head {
    struct arena *arena;
    struct span stack[STACKED][INPUT_FIELDS_MAX];
    size_t rows, columns;
    long year;
    int64_t month; /* its first day; 0: the title tells none */
    const char *notice;
    size_t at[COLUMNS];
};

static bool recognises(const char *name, struct span head) {
    (void)name;
    return span_find_same(head, title_words) != SPAN_NONE && span_find(head, SPAN("\nHCPCS,MOD,")) != SPAN_NONE;
}

/* "2026 National Physician Fee Schedule Relative Value File July Release" */
static void read_title(struct head *head, struct span cell) {
    size_t at = span_find_same(cell, title_words);
    if (at != SPAN_NONE) {
        head->year = year_in_text(cell);
        head->month = month_in_name(arena_copy(head->arena, cell), 0);
    } else if (!head->notice && span_starts_same(cell, SPAN("CPT codes and descriptions only are copyright")))
        head->notice = arena_copy(head->arena, cell);
}

static void stack_row(struct head *head, const struct record *record) {
    struct span *row = head->stack[head->rows++ % STACKED];
    head->columns = record->count > head->columns ? record->count : head->columns;
    for (size_t i = 0; i < INPUT_FIELDS_MAX; i++) {
        struct span cell = i < record->count ? record->fields[i] : (struct span){0};
        row[i] = cell.len ? span_of(arena_copy(head->arena, cell)) : cell;
        read_title(head, row[i]);
    }
}

static struct span stacked_title(const struct head *head, size_t column) {
    struct buf title;
    buf_init(&title, STACK_BYTES);
    for (size_t i = 0; i < STACKED; i++) {
        struct span cell = head->stack[(head->rows + i) % STACKED][column];
        if (cell.len)
            buf_printf(&title, "%s%.*s", title.len ? " " : "", SPAN_ARG(cell));
    }
    struct span ret = title.len ? span_of(buf_keep(&title, head->arena)) : (struct span){0};
    buf_free(&title);
    return ret;
}

static int find_columns(struct import *import, struct head *head, struct why *why) {
    for (size_t column = 0; column < COLUMNS; column++)
        head->at[column] = SPAN_NONE;
    for (size_t i = 0; i < head->columns; i++) {
        struct span title = stacked_title(head, i);
        for (size_t column = 0; column < COLUMNS; column++)
            if (span_same(title, span_of(titles[column])))
                head->at[column] = i;
    }
    for (size_t column = 0; column < COLUMNS; column++)
        if (head->at[column] == SPAN_NONE)
            return why_set(why, FAIL_INPUT, "%s has no column headed \"%s\" as relative value files have: is it whole?",
                           import_file_name(import), titles[column]);
    return 0;
}

static int read_head(struct import *import, struct input *input, struct head *head, struct why *why) {
    struct record record;
    int code;
    do {
        if (!(code = input_record(input, ',', &record, why)))
            stack_row(head, &record);
        if (!code && head->rows > 64)
            code = FAIL_EMPTY;
    } while (!code && !span_equal(record.fields[0], SPAN("HCPCS")));
    if (code == FAIL_EMPTY)
        return why_set(why, FAIL_INPUT, "%s has no row that begins with HCPCS, as relative value files have: is it the csv file?",
                       import_file_name(import));
    return code ? code : find_columns(import, head, why);
}

/* The name tells, as CMS writes it. */
static enum fee_group group_of(struct import *import) {
    const char *name = import_file_name(import);
    if (strstr(name, "nonqpp") || strstr(name, "non-qpp") || strstr(name, "non_qpp"))
        return FEE_OUTSIDE_MODELS;
    return strstr(name, "qpp") ? FEE_IN_MODELS : FEE_EVERYBODY;
}

static int announce(struct import *import, const struct head *head, enum fee_group group, struct why *why) {
    struct arena *arena = import_arena(import);
    int64_t effective = import_effective(import);
    long year = effective ? (long)(effective / SCHEMA_YEAR) : head->year;
    const char *release = head->month ? month_title(import, head->month) : NULL;
    bool in = group == FEE_IN_MODELS;
    char *source = arena_printf(arena, "rvu-%ld%s%.3s%s", year, release ? "-" : "", release ? release : "", in ? "-qpp" : "");
    for (char *c = source; *c; c++)
        *c = char_lower(*c);
    struct import_edition edition = {
        .source = source,
        .part = in ? "qpp" : NULL,
        .publisher = "CMS",
        .name =
            release ? arena_printf(arena, "%s release of the %ld schedule", release, year) : arena_printf(arena, "schedule of %ld", year),
        .notice = head->notice,
        .valid_from = year ? year * SCHEMA_YEAR + FIRST_DAY : 0,
        .valid_to = year ? year * SCHEMA_YEAR + LAST_DAY : 0,
        .released = head->month,
    };
    return import_edition(import, &edition, why);
}

static bool is_figure(struct span text) {
    size_t dots = 0;
    for (size_t i = 0; i < text.len; i++) {
        dots += text.ptr[i] == '.';
        if (!char_is_digit(text.ptr[i]) && text.ptr[i] != '.')
            return false;
    }
    return text.len && text.len < CELL_MAX && dots <= 1 && char_is_digit(text.ptr[0]);
}

/* NULL, or what is wrong with it. */
static const char *check(const struct span cells[static COLUMNS]) {
    static const enum column figures[] = {WORK, PRACTICE, PRACTICE_FACILITY, MALPRACTICE, TOTAL, TOTAL_FACILITY, FACTOR};
    if (cells[STATUS].len != 1 || !char_is_alpha(cells[STATUS].ptr[0]))
        return "the status code is no letter";
    if (cells[GLOBAL].len != 3)
        return "the global days are none of 000, 010, 090, MMM, XXX, YYY and ZZZ";
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (!is_figure(cells[figures[i]]))
            return "a relative value or the conversion factor is no number";
    return NULL;
}

static struct fee fee_of(const struct span cells[static COLUMNS], enum fee_group group, struct arena *arena) {
    const char *texts[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        texts[i] = arena_copy(arena, cells[i]);
    return (struct fee){
        .modifier = texts[MODIFIER],
        .status = texts[STATUS],
        .work = texts[WORK],
        .practice = texts[PRACTICE],
        .practice_facility = texts[PRACTICE_FACILITY],
        .malpractice = texts[MALPRACTICE],
        .total = texts[TOTAL],
        .total_facility = texts[TOTAL_FACILITY],
        .rare = *texts[RARE],
        .rare_facility = *texts[RARE_FACILITY],
        .unused = *texts[UNUSED],
        .global = texts[GLOBAL],
        .before = texts[BEFORE],
        .during = texts[DURING],
        .after = texts[AFTER],
        .multiple = texts[MULTIPLE],
        .bilateral = texts[BILATERAL],
        .assistant = texts[ASSISTANT],
        .cosurgeon = texts[COSURGEON],
        .team = texts[TEAM],
        .components = texts[COMPONENTS],
        .factor = texts[FACTOR],
        .group = group,
    };
}

/* Whoever computes an amount looks for the other one, and finds that alone. */
static void keep_factor(struct figures *figures) {
    size_t kept = 0;
    for (size_t i = 0; i < figures->count; i++)
        if (figures->items[i].position == FIGURE_FACTOR)
            figures->items[kept++] = figures->items[i];
    figures->count = kept;
    for (size_t i = 0; i < kept; i++)
        figures->items[i].label = "conversion factor (qualifying APM)";
}

static void read_row(struct import *import, struct input *input, const struct record *record, const struct head *head,
                     enum fee_group group) {
    struct span cells[COLUMNS];
    enum code_system system;
    char key[CODE_BYTES];
    struct figures figures;
    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = head->at[i] < record->count ? record->fields[head->at[i]] : (struct span){0};
    const char *wrong = check(cells), *modifier = arena_copy(head->arena, cells[MODIFIER]);
    if (!import_procedure(cells[CODE], &system, key))
        wrong = "no code of CPT or HCPCS";
    else if (*modifier && !figure_modifier_known(modifier))
        wrong = "the modifier is none of 26, TC and 53";
    if (wrong) {
        import_reject(import, input, "%s", wrong);
        return;
    }
    struct fee fee = fee_of(cells, group, head->arena);
    figures_of_fee(&fee, head->arena, &figures);
    if (group == FEE_IN_MODELS)
        keep_factor(&figures);
    hand_figures(import, system, key, SECTION_FEE, &figures);
}

static int read_rows(struct import *import, struct input *input, struct head *head, struct why *why) {
    struct record record;
    enum fee_group group = group_of(import);
    int code;
    while (!(code = input_record(input, ',', &record, why))) {
        arena_clear(head->arena);
        if (!record.fields[0].len)
            continue;
        import_row(import, input);
        read_row(import, input, &record, head, group);
    }
    if (group == FEE_IN_MODELS)
        import_note(import, "of this file the conversion factor alone was taken: relative values come with the one outside of models (nonQPP)");
    return code == FAIL_EMPTY ? 0 : code;
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    struct head *head = arena_alloc(import_arena(import), sizeof *head);
    head->arena = arena_new(ROW_BYTES);
    int code = read_head(import, input, head, why);
    if (!code)
        code = announce(import, head, group_of(import), why);
    if (!code)
        code = read_rows(import, input, head, why);
    arena_free(head->arena);
    return code;
}

const struct importer rvu = {"rvu", "Medicare physician fee schedule, relative value file", recognises, read_file, 8000};
