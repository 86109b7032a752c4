/* codingdesk kb verify: does the knowledge base agree with itself? */
#include "desk/command.h"
#include "kb/verify.h"

struct listing {
    struct desk *desk;
    bool json;
};

static void print_finding(void *context, const struct verify_finding *finding) {
    const struct listing *listing = context;
    const char *level = finding->level == VERIFY_ERROR ? "error" : "note";
    if (!listing->json) {
        printf("%s%s%s: %s: %s: %s\n", listing->desk->bold, level, listing->desk->plain, finding->check, finding->source, finding->text);
        return;
    }
    json_t *object = json_object();
    json_object_set_new(object, "level", json_string(level));
    json_object_set_new(object, "check", json_string(finding->check));
    json_object_set_new(object, "source", desk_json(listing->desk, finding->source));
    json_object_set_new(object, "text", desk_json(listing->desk, finding->text));
    desk_print_json(object);
}

int kb_verify_run(struct desk *desk, const struct invocation *invocation) {
    struct listing listing = {desk, option_given(invocation, "--json")};
    struct verify_counts counts = {0};
    struct why why;
    int failed = desk_open_kb(desk);
    if (failed)
        return failed;
    failed = kb_verify(desk->kb, date_of_time(desk->now), desk->arena, print_finding, &listing, &counts, &why);
    if (failed)
        return desk_complain(failed, "%s", why.text);
    if (listing.json)
        desk_print_json(json_pack("{s:I, s:I, s:I}", "checked", (json_int_t)counts.checked, "errors", (json_int_t)counts.errors, "notes",
                                  (json_int_t)counts.notes));
    else
        printf("%zu rows checked: %zu errors, %zu notes\n", counts.checked, counts.errors, counts.notes);
    return counts.errors ? FAIL_EMPTY : 0;
}
