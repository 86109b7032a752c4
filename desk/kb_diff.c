/* codingdesk kb diff: what became of the codes from one knowledge base, or edition, to another. */
#include <string.h>
#include <sys/stat.h>

#include "desk/command.h"
#include "kb/diff.h"

enum { FAMILY_BYTES = 256 };

/* One side of the comparison: a file, or an edition of the knowledge base that is open. */
struct side {
    struct kb *kb;
    struct kb *own; /* to close */
    struct date day;
    enum code_system system; /* an edition's; SYSTEM_COUNT: all */
};

struct listing {
    struct desk *desk;
    bool json, summary;
    enum code_system family_system;
    char family[FAMILY_BYTES];
    size_t family_counts[DIFF_CHANGES], counts[DIFF_CHANGES];
};

static const char signs[DIFF_CHANGES] = {
    [DIFF_ADDED] = '+', [DIFF_GONE] = '-', [DIFF_RETITLED] = '~', [DIFF_NOW_HEADER] = '>', [DIFF_NOW_BILLABLE] = '<'};

static void print_counts(const size_t counts[DIFF_CHANGES]) {
    const char *comma = "";
    for (int change = 0; change < DIFF_CHANGES; change++)
        if (counts[change]) {
            printf("%s%zu %s", comma, counts[change], name_text(diff_names, change));
            comma = ", ";
        }
    putchar('\n');
}

static void end_family(struct listing *listing) {
    size_t whole = 0;
    for (int change = 0; change < DIFF_CHANGES; change++)
        whole += listing->family_counts[change];
    if (whole && listing->summary && !listing->json) {
        printf("%s%s %s%s: ", listing->desk->bold, name_text(system_titles, (int)listing->family_system), listing->family,
               listing->desk->plain);
        print_counts(listing->family_counts);
    }
    memset(listing->family_counts, 0, sizeof listing->family_counts);
}

static void print_json(struct desk *desk, const struct diff_item *item) {
    json_t *object = json_object();
    json_object_set_new(object, "change", json_string(name_text(diff_names, item->change)));
    json_object_set_new(object, "system", json_string(name_text(system_names, (int)item->system)));
    json_object_set_new(object, "code", desk_json(desk, item->display));
    json_object_set_new(object, "family", desk_json(desk, item->family));
    json_object_set_new(object, "before", desk_json(desk, item->before));
    json_object_set_new(object, "after", desk_json(desk, item->after));
    desk_print_json(object);
}

static void print_item(const struct diff_item *item) {
    if (item->change == DIFF_RETITLED)
        printf("  ~ %-9s %s -> %s\n", item->display, item->before ? item->before : "(none)", item->after ? item->after : "(none)");
    else
        printf("  %c %-9s %s\n", signs[item->change], item->display,
               item->after    ? item->after
               : item->before ? item->before
                              : "");
}

static void show(void *context, const struct diff_item *item) {
    struct listing *listing = context;
    if (strcmp(listing->family, item->family) != 0 || listing->family_system != item->system) {
        end_family(listing);
        snprintf(listing->family, sizeof listing->family, "%s", item->family);
        listing->family_system = item->system;
        if (!listing->json && !listing->summary)
            printf("%s%s %s%s\n", listing->desk->bold, name_text(system_titles, (int)item->system), item->family, listing->desk->plain);
    }
    listing->family_counts[item->change]++;
    listing->counts[item->change]++;
    if (listing->json)
        print_json(listing->desk, item);
    else if (!listing->summary)
        print_item(item);
}

static int open_edition(struct desk *desk, const char *name, struct side *ret) {
    struct kb_editions editions;
    struct why why;
    int failed = desk_open_kb(desk);
    if (failed)
        return failed;
    if ((failed = kb_editions(desk->kb, desk->arena, &editions, &why)))
        return desk_complain(failed, "%s", why.text);
    for (size_t i = 0; i < editions.count; i++)
        if (span_same(span_of(editions.items[i].name), span_of(name)) &&
            (ret->system == SYSTEM_COUNT || ret->system == editions.items[i].system)) {
            *ret = (struct side){.kb = desk->kb, .day = editions.items[i].valid_from, .system = editions.items[i].system};
            return 0;
        }
    return desk_complain(FAIL_INPUT, "%s is neither a file nor an edition that is loaded; codingdesk kb status lists them", name);
}

/* A file is compared as of the given day, an edition as of its first. A folder may be called as an edition is. */
static int open_side(struct desk *desk, const char *name, struct date day, struct side *ret) {
    struct why why;
    struct stat info;
    if (stat(name, &info) != 0 || S_ISDIR(info.st_mode))
        return open_edition(desk, name, ret);
    ret->day = day;
    int failed = kb_open(name, &ret->own, &why);
    ret->kb = ret->own;
    return failed ? desk_complain(failed, "%s", why.text) : 0;
}

/* Who compares a file with an edition wants to know of that edition's codes. */
static int compare(struct listing *listing, const struct side *before, const struct side *after) {
    struct why why;
    enum code_system system = before->own ? after->system : before->system;
    int failed = kb_diff(before->kb, before->day, after->kb, after->day, system, show, listing, &why);
    if (failed)
        return desk_complain(failed, "%s", why.text);
    end_family(listing);
    size_t whole = 0;
    for (int change = 0; change < DIFF_CHANGES; change++)
        whole += listing->counts[change];
    if (listing->json)
        return 0;
    printf("%s", whole ? "in all: " : "no code differs\n");
    if (whole)
        print_counts(listing->counts);
    return 0;
}

int kb_diff_run(struct desk *desk, const struct invocation *invocation) {
    struct listing listing = {.desk = desk, .json = option_given(invocation, "--json"), .summary = option_given(invocation, "--summary")};
    struct side before = {.system = SYSTEM_COUNT}, after = {.system = SYSTEM_COUNT};
    const char *system = option_value(invocation, "--system");
    struct date day;
    int number = SYSTEM_COUNT;
    if (system && !name_value(system_names, span_of(system), &number))
        return desk_complain(FAIL_INPUT, "--system %s: CPT, HCPCS, ICD10CM, ICD10PCS, MOD, DRG, REV, POS or NUCC", system);
    before.system = after.system = (enum code_system)number;
    int failed = desk_date(desk, option_value(invocation, "--date"), &day);
    if (!failed && !(failed = open_side(desk, invocation->operands[0], day, &before))) {
        after.system = before.system;
        failed = open_side(desk, invocation->operands[1], day, &after);
    }
    if (!failed)
        failed = compare(&listing, &before, &after);
    kb_close(before.own);
    kb_close(after.own);
    return failed;
}
