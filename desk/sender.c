/* codingdesk sender: who is a guest, registered, listed or blocked, and the change of it by hand. */
#include <string.h>

#include "desk/account.h"
#include "desk/command.h"
#include "mail/message.h"
#include "reader/desk.h"
#include "store/retention.h"
#include "store/senders.h"

/* ---- looking ---- */

static json_t *sender_json(struct desk *desk, const struct sender_row *row) {
    json_t *ret = json_object();
    json_object_set_new(ret, "address", desk_json(desk, row->address));
    json_object_set_new(ret, "standing", json_string(name_text(standing_names, (int)row->standing)));
    json_object_set_new(ret, "since", row->since ? desk_json(desk, desk_time(desk, row->since)) : json_null());
    return ret;
}

int sender_list_run(struct desk *desk, const struct invocation *invocation) {
    struct sender_rows rows = {0};
    struct why why;
    int failed = desk_open_journal(desk);
    if (failed)
        return failed;
    failed = journal_senders(desk->journal, desk->arena, &rows, &why);
    if (failed)
        return desk_complain(failed, "%s", why.text);
    for (size_t i = 0; i < rows.count; i++)
        if (option_given(invocation, "--json"))
            desk_print_json(sender_json(desk, &rows.items[i]));
        else
            printf("%-10s  %s  %s\n", name_text(standing_names, (int)rows.items[i].standing), desk_time(desk, rows.items[i].since),
                   rows.items[i].address);
    return rows.count > 0 ? 0 : desk_complain(FAIL_EMPTY, "nobody has registered or is blocked in this journal");
}

/* As the daemon would see a mail of this sender now; verified, where that is asked for. */
static int look_at(struct desk *desk, const char *address, struct sender_row *ret, struct sender_standing *ret_standing) {
    struct recall recall = reader_recall_of(&desk->config, desk->journal, NULL);
    const struct sender_view view = {.address = address, .verified = true, .question_key = ""};
    struct why why;
    recall.now = desk->now;
    int failed = journal_sender(desk->journal, address, ret, &why);
    if (!failed)
        failed = recall_standing(&recall, &view, desk->arena, ret_standing, &why);
    if (failed)
        return desk_complain(failed, "%s", why.text);
    ret->standing = ret_standing->standing;
    return 0;
}

static int read_address(const struct invocation *invocation, const char **ret) {
    *ret = invocation->operands[0];
    return address_usable(span_of(*ret)) ? 0 : desk_complain(FAIL_INPUT, "%s is no e-mail address; write name@domain", *ret);
}

int sender_show_run(struct desk *desk, const struct invocation *invocation) {
    struct sender_row row;
    struct sender_standing standing;
    const char *address;
    int failed = read_address(invocation, &address);
    if (!failed)
        failed = desk_open_journal(desk);
    if (!failed)
        failed = look_at(desk, address, &row, &standing);
    if (failed)
        return failed;
    if (option_given(invocation, "--json")) {
        json_t *object = sender_json(desk, &row);
        json_object_set_new(object, "limit", desk_json(desk, standing.limit));
        json_object_set_new(object, "resets_at", standing.limit ? desk_json(desk, desk_time(desk, standing.resets_at)) : json_null());
        json_object_set_new(object, "breaker", desk_json(desk, standing.breaker));
        desk_print_json(object);
        return 0;
    }
    account_line(desk, "sender", row.address);
    account_line(desk, "standing", name_text(standing_names, (int)row.standing));
    account_line(desk, "since", row.since ? desk_time(desk, row.since) : NULL);
    account_line(desk, "allowance", standing.limit ? arena_printf(desk->arena, "used up (%s, %d replies) until %s", standing.limit,
                                                                  standing.limit_replies, desk_time(desk, standing.resets_at))
                                                   : "not used up");
    account_line(desk, "breaker", standing.breaker);
    return 0;
}

/* ---- changing ---- */

static int change(struct desk *desk, const char *address, enum standing standing) {
    struct why why;
    int failed = journal_begin(desk->journal, &why);
    if (!failed)
        failed = journal_sender_set(desk->journal, address, standing, desk->now, &why);
    if (!failed)
        failed = journal_commit(desk->journal, &why);
    return failed ? desk_complain(failed, "%s", why.text) : 0;
}

/* from: the one standing that the change begins at; GUEST: any. */
static int change_run(struct desk *desk, const struct invocation *invocation, enum standing from, enum standing to) {
    const char *address;
    struct sender_row row;
    struct why why;
    int failed = read_address(invocation, &address);
    if (!failed)
        failed = desk_change_journal(desk);
    if (failed)
        return failed;
    failed = journal_sender(desk->journal, address, &row, &why);
    if (failed)
        return desk_complain(failed, "%s", why.text);
    if (from != STANDING_GUEST && row.standing != from)
        return desk_complain(FAIL_EMPTY, "%s is not %s in the journal", address, name_text(standing_names, (int)from));
    failed = change(desk, address, to);
    if (failed)
        return failed;
    row = (struct sender_row){.address = address, .standing = to, .since = to == STANDING_GUEST ? 0 : desk->now};
    if (option_given(invocation, "--json"))
        desk_print_json(sender_json(desk, &row));
    else
        printf("%s is %s now.\n", address, to == STANDING_GUEST ? "a guest" : name_text(standing_names, (int)to));
    return 0;
}

int sender_register_run(struct desk *desk, const struct invocation *invocation) {
    return change_run(desk, invocation, STANDING_GUEST, STANDING_REGISTERED);
}

int sender_block_run(struct desk *desk, const struct invocation *invocation) {
    return change_run(desk, invocation, STANDING_GUEST, STANDING_BLOCKED);
}

int sender_unblock_run(struct desk *desk, const struct invocation *invocation) {
    return change_run(desk, invocation, STANDING_BLOCKED, STANDING_GUEST);
}

int sender_forget_run(struct desk *desk, const struct invocation *invocation) {
    return change_run(desk, invocation, STANDING_GUEST, STANDING_GUEST);
}
