/* codingdesk kb import: official files into the knowledge base. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "desk/command.h"
#include "kb/import/import.h"

enum { BAR_WIDTH = 30, HUNDRED = 100, CLEAR_MS = 100 };

/* The bar on a terminal. */
struct bar {
    bool shown;
    struct timespec started, drawn;
    const char *file;
};

static double seconds_between(const struct timespec *from, const struct timespec *to) {
    return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

static void draw(void *context, const char *file, size_t rows, uint64_t bytes, uint64_t whole) {
    struct bar *bar = context;
    struct timespec now;
    char blocks[BAR_WIDTH + 1];
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (bar->file != file)
        *bar = (struct bar){.started = now, .file = file};
    if (!isatty(STDERR_FILENO) || (bar->shown && seconds_between(&bar->drawn, &now) * 1000 < CLEAR_MS))
        return;
    size_t percent = whole ? (size_t)(bytes * HUNDRED / whole) : HUNDRED, filled = percent * BAR_WIDTH / HUNDRED;
    memset(blocks, ' ', BAR_WIDTH);
    memset(blocks, '#', filled < BAR_WIDTH ? filled : BAR_WIDTH);
    blocks[BAR_WIDTH] = '\0';
    double seconds = seconds_between(&bar->started, &now);
    fprintf(stderr, "\r\033[K[%s] %3zu%% %zu rows, %.0f/s  %s", blocks, percent < HUNDRED ? percent : HUNDRED, rows,
            seconds > 0 ? (double)rows / seconds : 0.0, file);
    bar->shown = true;
    bar->drawn = now;
}

static void clear(const struct bar *bar) {
    if (bar->shown)
        fputs("\r\033[K", stderr);
}

static bool is_kind(const char *word) {
    for (const struct import_kind *kind = import_kinds(); kind->kind; kind++)
        if (strcmp(kind->kind, word) == 0)
            return true;
    return false;
}

static bool lasts(struct date date) { return date_compare(date, DATE_FOREVER) >= 0; }

static json_t *reject_json(struct desk *desk, const struct import_reject *reject) {
    json_t *ret = json_object();
    json_object_set_new(ret, "line", reject->line ? json_integer((json_int_t)reject->line) : json_null());
    json_object_set_new(ret, "reason", desk_json(desk, reject->reason));
    return ret;
}

static json_t *rejects_json(struct desk *desk, const struct import_result *result) {
    json_t *ret = json_array();
    for (size_t i = 0; i < result->rejected && i < IMPORT_REJECTS_SHOWN; i++)
        json_array_append_new(ret, reject_json(desk, &result->rejects[i]));
    return ret;
}

static json_t *result_json(struct desk *desk, const struct import_result *result, bool guessed) {
    json_t *ret = json_object();
    json_object_set_new(ret, "file", desk_json(desk, result->file));
    json_object_set_new(ret, "kind", desk_json(desk, result->kind));
    json_object_set_new(ret, "kind_guessed", json_boolean(guessed));
    json_object_set_new(ret, "edition", desk_json(desk, result->edition));
    json_object_set_new(ret, "valid_from", desk_json(desk, result->valid_from.iso));
    json_object_set_new(ret, "valid_to", lasts(result->valid_to) ? json_null() : desk_json(desk, result->valid_to.iso));
    json_object_set_new(ret, "aside", json_boolean(result->aside));
    json_object_set_new(ret, "extract", json_boolean(result->extract));
    json_object_set_new(ret, "rows", json_integer((json_int_t)result->rows));
    json_object_set_new(ret, "new", json_integer((json_int_t)result->added));
    json_object_set_new(ret, "changed", json_integer((json_int_t)result->changed));
    json_object_set_new(ret, "gone", json_integer((json_int_t)result->gone));
    json_object_set_new(ret, "rejected", json_integer((json_int_t)result->rejected));
    json_object_set_new(ret, "rejects", rejects_json(desk, result));
    json_object_set_new(ret, "note", desk_json(desk, result->note));
    return ret;
}

static void print_reject(const struct import_reject *reject) {
    if (reject->line)
        printf("  rejected: line %zu: %s\n", reject->line, reject->reason);
    else
        printf("  rejected: %s\n", reject->reason);
}

static void print_rejects(const struct import_result *result) {
    for (size_t i = 0; i < result->rejected && i < IMPORT_REJECTS_SHOWN; i++)
        print_reject(&result->rejects[i]);
}

/* One of the files that only say something together. */
static void print_aside(struct desk *desk, const struct import_result *result, bool guessed) {
    printf("%s%s%s: %s%s, %zu rows, %zu rejected\n", desk->bold, result->file, desk->plain, guessed ? "taken for part of the " : "part of the ",
           result->title, result->rows, result->rejected);
    print_rejects(result);
}

static void print_result(struct desk *desk, const struct import_result *result, bool guessed) {
    printf("%s%s%s: %s%s, %s, valid from %s%s%s\n", desk->bold, result->file, desk->plain, guessed ? "taken for " : "", result->title,
           result->edition ? result->edition : "no edition", result->valid_from.iso, lasts(result->valid_to) ? "" : " to ",
           lasts(result->valid_to) ? "" : result->valid_to.iso);
    printf("  %zu rows, %zu new, %zu changed, %zu gone, %zu rejected\n", result->rows, result->added, result->changed, result->gone,
           result->rejected);
    print_rejects(result);
    if (result->extract)
        printf("  taken as an extract of its set: what it does not hold stays as it was (--whole if it is whole)\n");
    if (result->note)
        printf("  %s\n", result->note);
}

static void report(struct desk *desk, const struct import_results *results, bool guessed, bool json) {
    for (size_t i = 0; i < results->count; i++)
        if (json)
            desk_print_json(result_json(desk, &results->items[i], guessed));
        else
            (results->items[i].aside ? print_aside : print_result)(desk, &results->items[i], guessed);
}

/* A knowledge base of one's own begins as a copy of the shipped one. */
static void choose_files(struct desk *desk, struct import_order *order) {
    const char *shipped = kb_default_path(desk->arena);
    order->path = desk_kb_path(desk);
    order->from = access(order->path, F_OK) == 0 ? order->path : access(shipped, F_OK) == 0 ? shipped : NULL;
}

static int list_kinds(void) {
    for (const struct import_kind *kind = import_kinds(); kind->kind; kind++)
        printf("%-16s %s\n", kind->kind, kind->title);
    return 0;
}

static int read_order(struct desk *desk, const struct invocation *invocation, struct import_order *order) {
    char **operands = invocation->operands;
    size_t count = invocation->operand_count;
    const char *effective = option_value(invocation, "--effective");
    if (option_given(invocation, "--whole") && option_given(invocation, "--extract"))
        return desk_complain(FAIL_INPUT, "a file is whole or an extract, not both");
    if (count > 1 && (is_kind(operands[0]) || access(operands[0], F_OK) != 0)) {
        order->kind = operands[0];
        operands++;
        count--;
    }
    order->files = (const char *const *)operands;
    order->file_count = count;
    order->today = date_of_time(desk->now);
    order->extent = option_given(invocation, "--whole")     ? IMPORT_WHOLE
                    : option_given(invocation, "--extract") ? IMPORT_EXTRACT
                                                            : IMPORT_GUESS;
    choose_files(desk, order);
    return effective ? desk_date(desk, effective, &order->effective) : 0;
}

int kb_import_run(struct desk *desk, const struct invocation *invocation) {
    struct import_order order = {.progress = draw};
    struct import_results results = {0};
    struct bar bar = {.shown = false};
    struct why why = {""};
    bool json = option_given(invocation, "--json");
    if (option_given(invocation, "--kinds"))
        return list_kinds();
    if (!invocation->operand_count)
        return desk_complain(FAIL_INPUT, "import which file? \"codingdesk kb import --kinds\" lists what is known");
    int failed = read_order(desk, invocation, &order);
    if (failed)
        return failed;
    order.context = &bar;
    failed = kb_import(&order, desk->arena, &results, &why);
    clear(&bar);
    report(desk, &results, !order.kind, json);
    if (failed)
        return desk_complain(failed, "nothing was imported: %s", why.text);
    if (!json)
        printf("%s %s%s\n", order.path, order.from == order.path ? "has it now" : "is new",
               order.from && order.from != order.path ? ", made of the one that is shipped" : "");
    return 0;
}
