/* codingdesk kb status: what the answers are made from. */
#include "desk/command.h"

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

static void print_edition(struct desk *desk, const struct kb_edition *edition) {
    bool lasts = date_compare(edition->valid_to, DATE_FOREVER) >= 0;
    printf("%s%-9s%s %7zu codes  %-9s  %s to %-10s  %s (%s)\n", desk->bold, name_text(system_names, (int)edition->system), desk->plain,
           edition->codes, edition->complete ? "complete" : "extract", edition->valid_from.iso, lasts ? "now" : edition->valid_to.iso,
           edition->name, edition->source->publisher);
}

int kb_status_run(struct desk *desk, const struct invocation *invocation) {
    struct kb_editions editions = {0};
    struct why why;
    int failed = desk_open_kb(desk);
    if (failed)
        return failed;
    failed = kb_editions(desk->kb, desk->arena, &editions, &why);
    if (failed)
        return desk_complain(failed, "%s", failed == FAIL_EMPTY ? "the knowledge base holds no edition; build or import one" : why.text);
    for (size_t i = 0; i < editions.count; i++)
        if (option_given(invocation, "--json"))
            desk_print_json(edition_json(desk, &editions.items[i]));
        else
            print_edition(desk, &editions.items[i]);
    return 0;
}
