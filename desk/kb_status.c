/* codingdesk kb status: what the answers are made from, and what of it has grown old. */
#include <string.h>

#include "desk/command.h"

enum { REMARK_BYTES = 120, MONTHS_OF_YEAR = 12 };

/* How often its publisher brings a set out anew. */
static const struct rhythm {
    const char *kind;
    int months;
} rhythms[] = {
    {"add-on", 12}, {"cpt", 12},          {"gpci", 12}, {"hcpcs", 3}, {"icd10cm-index", 12}, {"icd10cm-order", 12}, {"icd10cm-tabular", 12},
    {"icd10pcs-order", 12}, {"mue", 3},   {"nucc", 6},  {"opps", 3},  {"ptp", 3},            {"rbcs", 12},          {"rvu", 3},
};

/* A part of a set ("icd10cm-index/drug") has the rhythm of the set. */
static int months_of(const char *kind) {
    struct span set = span_slice(span_of(kind), 0, strcspn(kind, "/"));
    for (size_t i = 0; i < sizeof rhythms / sizeof *rhythms; i++)
        if (span_equal(span_of(rhythms[i].kind), set))
            return rhythms[i].months;
    return 0;
}

static struct date add_months(struct date date, int months) {
    long year, month, day;
    struct date ret = date;
    if (span_to_long(span_slice(span_of(date.iso), 0, 4), 0, 9999, &year) && span_to_long(span_slice(span_of(date.iso), 5, 7), 1, 12, &month) &&
        span_to_long(span_slice(span_of(date.iso), 8, 10), 1, 31, &day)) {
        month += months - 1;
        date_make(year + month / MONTHS_OF_YEAR, month % MONTHS_OF_YEAR + 1, day, &ret);
    }
    return ret;
}

static bool lasts(struct date date) { return !date_is_set(date) || date_compare(date, DATE_FOREVER) >= 0; }

/* "" while the set is fresh. Only the newest of its kind can be old. */
static void remark_on(const struct kb_set *set, bool newest, struct date today, char ret[static REMARK_BYTES]) {
    struct date due = add_months(set->valid_from, months_of(set->kind));
    ret[0] = '\0';
    if (!newest || !date_is_set(set->valid_from))
        return;
    if (!lasts(set->valid_to) && date_compare(set->valid_to, today) < 0)
        snprintf(ret, REMARK_BYTES, "ended %s: a new one is due", set->valid_to.iso);
    else if (!lasts(set->valid_to))
        snprintf(ret, REMARK_BYTES, "ends %s", set->valid_to.iso);
    else if (months_of(set->kind) && date_compare(due, today) <= 0)
        snprintf(ret, REMARK_BYTES, "a new one is due since %s", due.iso);
}

static json_t *day_json(struct desk *desk, struct date date) { return lasts(date) ? json_null() : desk_json(desk, date.iso); }

static json_t *edition_json(struct desk *desk, const struct kb_edition *edition) {
    json_t *ret = json_object();
    json_object_set_new(ret, "system", json_string(name_text(system_names, (int)edition->system)));
    json_object_set_new(ret, "edition", desk_json(desk, edition->name));
    json_object_set_new(ret, "valid_from", desk_json(desk, edition->valid_from.iso));
    json_object_set_new(ret, "valid_to", desk_json(desk, edition->valid_to.iso));
    json_object_set_new(ret, "complete", json_boolean(edition->complete));
    json_object_set_new(ret, "codes", json_integer((json_int_t)edition->codes));
    json_object_set_new(ret, "source", desk_json(desk, edition->source->id));
    return ret;
}

static json_t *set_json(struct desk *desk, const struct kb_set *set, const char *remark) {
    json_t *ret = json_object();
    json_object_set_new(ret, "kind", desk_json(desk, set->kind));
    json_object_set_new(ret, "source", desk_json(desk, set->source->id));
    json_object_set_new(ret, "edition", desk_json(desk, set->source->edition));
    json_object_set_new(ret, "valid_from", day_json(desk, set->valid_from));
    json_object_set_new(ret, "valid_to", day_json(desk, set->valid_to));
    json_object_set_new(ret, "rows", json_integer((json_int_t)set->rows));
    json_object_set_new(ret, "imported", day_json(desk, set->imported));
    json_object_set_new(ret, "remark", *remark ? desk_json(desk, remark) : json_null());
    return ret;
}

static void print_edition(struct desk *desk, const struct kb_edition *edition) {
    printf("%s%-9s%s %7zu codes  %-9s  %s to %-10s  %s (%s)\n", desk->bold, name_text(system_names, (int)edition->system), desk->plain,
           edition->codes, edition->complete ? "complete" : "extract", edition->valid_from.iso,
           lasts(edition->valid_to) ? "now" : edition->valid_to.iso, edition->name, edition->source->publisher);
}

static void print_set(struct desk *desk, const struct kb_set *set, const char *remark) {
    printf("%s%-22s%s %8zu rows  from %s  imported %s  %s%s%s%s\n", desk->bold, set->kind, desk->plain, set->rows, set->valid_from.iso,
           set->imported.iso, set->source->edition, *remark ? " (" : "", remark, *remark ? ")" : "");
}

/* Of the imported ones. */
static bool is_newest(const struct kb_sets *sets, size_t i) {
    for (size_t k = i + 1; k < sets->count && strcmp(sets->items[k].kind, sets->items[i].kind) == 0; k++)
        if (date_is_set(sets->items[k].imported))
            return false;
    return true;
}

static void show_editions(struct desk *desk, const struct kb_editions *editions, bool json) {
    for (size_t i = 0; i < editions->count; i++)
        if (json)
            desk_print_json(edition_json(desk, &editions->items[i]));
        else
            print_edition(desk, &editions->items[i]);
}

/* What the seed data names is not listed for people: it comes with the program. */
static void show_sets(struct desk *desk, const struct kb_sets *sets, bool json) {
    struct date today = date_of_time(desk->now);
    char remark[REMARK_BYTES];
    for (size_t i = 0; i < sets->count; i++) {
        remark_on(&sets->items[i], is_newest(sets, i), today, remark);
        if (json)
            desk_print_json(set_json(desk, &sets->items[i], remark));
        else if (date_is_set(sets->items[i].imported))
            print_set(desk, &sets->items[i], remark);
    }
}

int kb_status_run(struct desk *desk, const struct invocation *invocation) {
    enum { MEBIBYTE = 1 << 20 };
    struct kb_editions editions = {0};
    struct kb_sets sets = {0};
    struct why why;
    bool json = option_given(invocation, "--json");
    int failed = desk_open_kb(desk);
    if (failed)
        return failed;
    failed = kb_editions(desk->kb, desk->arena, &editions, &why);
    if (!failed)
        failed = kb_sets(desk->kb, desk->arena, &sets, &why);
    if (failed)
        return desk_complain(failed, "%s", failed == FAIL_EMPTY ? "the knowledge base holds no edition; build or import one" : why.text);
    show_editions(desk, &editions, json);
    show_sets(desk, &sets, json);
    if (!json)
        printf("%s, %.1f MiB\n", desk_kb_path(desk), (double)kb_file_bytes(desk->kb) / MEBIBYTE);
    return 0;
}
