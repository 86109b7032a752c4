/* codingdesk history: what the journal keeps of the exchanges. */
#include <inttypes.h>

#include "desk/account.h"
#include "desk/command.h"

enum { ROWS_DEFAULT = 50, ROWS_MOST = 100000 };

static const char *known(const char *text) { return text && *text ? text : "-"; }

/* ---- JSON ---- */

static void set_time(struct desk *desk, json_t *object, const char *key, time_t when) {
    json_object_set_new(object, key, when ? desk_json(desk, desk_time(desk, when)) : json_null());
}

static json_t *codes_of(const struct exchange_row *row) {
    json_t *codes = row->codes ? json_loads(row->codes, 0, NULL) : NULL;
    return codes ? codes : json_array();
}

static json_t *exchange_json(struct desk *desk, const struct exchange_row *row) {
    json_t *ret = json_object();
    json_object_set_new(ret, "id", json_integer(row->id));
    json_object_set_new(ret, "account", desk_json(desk, row->place.account));
    json_object_set_new(ret, "step", json_string(name_text(step_names, (int)row->step)));
    json_object_set_new(ret, "action", desk_json(desk, row->action));
    json_object_set_new(ret, "reason", desk_json(desk, row->reason));
    json_object_set_new(ret, "handler", desk_json(desk, row->handler));
    json_object_set_new(ret, "asker", desk_json(desk, row->asker));
    json_object_set_new(ret, "intents", desk_json(desk, row->intents));
    json_object_set_new(ret, "codes", codes_of(row));
    json_object_set_new(ret, "keywords", desk_json(desk, row->keywords));
    set_time(desk, ret, "found_at", row->found_at);
    set_time(desk, ret, "changed_at", row->changed_at);
    set_time(desk, ret, "sent_at", row->sent_at);
    set_time(desk, ret, "bounced_at", row->bounced_at);
    json_object_set_new(ret, "question_message_id", desk_json(desk, row->question_message_id));
    json_object_set_new(ret, "reply_message_id", desk_json(desk, row->reply_message_id));
    json_object_set_new(ret, "kb_edition", desk_json(desk, row->kb_edition));
    json_object_set_new(ret, "keep", json_boolean(row->keep));
    set_time(desk, ret, "purged_at", row->purged_at);
    return ret;
}

static json_t *steps_json(struct desk *desk, const struct step_rows *steps) {
    json_t *ret = json_array();
    for (size_t i = 0; i < steps->count; i++) {
        json_t *item = json_object();
        json_object_set_new(item, "step", json_string(name_text(step_names, (int)steps->items[i].step)));
        set_time(desk, item, "at", steps->items[i].at);
        json_object_set_new(item, "reason", desk_json(desk, steps->items[i].reason));
        json_array_append_new(ret, item);
    }
    return ret;
}

/* ---- for people ---- */

static const char *list_codes(struct desk *desk, const struct exchange_row *row) {
    struct buf line;
    buf_init(&line, 4096);
    json_t *codes = codes_of(row), *code, *modifier;
    size_t index, inner;
    json_array_foreach(codes, index, code) {
        buf_printf(&line, "%s%s", index ? " " : "", known(json_string_value(json_object_get(code, "code"))));
        json_array_foreach(json_object_get(code, "modifiers"), inner, modifier)
            buf_printf(&line, "-%s", known(json_string_value(modifier)));
    }
    const char *ret = buf_keep(&line, desk->arena);
    buf_free(&line);
    json_decref(codes);
    return ret;
}

static void print_row(struct desk *desk, const struct exchange_row *row) {
    printf("%6" PRId64 "  %s  %-7s  %-7s  %s  %s  %s\n", row->id, desk_time(desk, row->found_at), name_text(step_names, (int)row->step),
           known(row->action), known(row->asker), known(list_codes(desk, row)), row->purged_at ? "forgotten" : known(row->reason));
}

static void print_steps(struct desk *desk, const struct step_rows *steps) {
    for (size_t i = 0; i < steps->count; i++) {
        const struct step_row *step = &steps->items[i];
        account_line(desk, i ? "" : "steps",
                     arena_printf(desk->arena, "%s %s%s%s", desk_time(desk, step->at), name_text(step_names, (int)step->step),
                                  step->reason ? ": " : "", step->reason ? step->reason : ""));
    }
}

static void print_exchange(struct desk *desk, const struct exchange_row *row, const struct step_rows *steps) {
    account_line(desk, "exchange",
                 arena_printf(desk->arena, "%" PRId64 ", %s, %s", row->id, name_text(step_names, (int)row->step), known(row->action)));
    account_line(desk, "asker", row->asker);
    account_line(desk, "reason", row->reason);
    account_line(desk, "subject", row->question_subject);
    account_line(desk, "intents", row->intents);
    account_line(desk, "codes", list_codes(desk, row));
    account_line(desk, "keywords", row->keywords);
    account_line(desk, "handler", row->handler);
    account_line(desk, "knowledge", row->kb_edition);
    account_line(desk, "question", row->question_message_id);
    account_line(desk, "reply", row->reply_message_id);
    if (row->bounced_at)
        account_line(desk, "came back", desk_time(desk, row->bounced_at));
    account_line(desk, "found in",
                 arena_printf(desk->arena, "%s, %s, uid %" PRIu32, known(row->place.account), known(row->place.folder), row->place.uid));
    account_line(desk, "kept", row->keep ? "until history keep --no" : NULL);
    account_line(desk, "forgotten", row->purged_at ? desk_time(desk, row->purged_at) : NULL);
    print_steps(desk, steps);
    bool has_text = row->question_text && *row->question_text;
    if (has_text || row->reply_text || row->draft)
        putchar('\n');
    if (has_text)
        printf("%sasked%s\n\n%s\n\n", desk->bold, desk->plain, row->question_text);
    if (row->reply_text)
        account_text(desk, "reply", row->reply_text);
    if (row->draft)
        account_text(desk, "draft", row->draft);
}

/* ---- commands ---- */

static int read_filter(const struct invocation *invocation, struct history_filter *ret) {
    const char *step = option_value(invocation, "--step");
    long limit = ROWS_DEFAULT, before = 0;
    int failed = option_number(invocation, "--limit", ROWS_MOST, &limit);
    if (!failed)
        failed = option_number(invocation, "--before", INT32_MAX, &before);
    if (failed)
        return failed;
    *ret = (struct history_filter){.before_id = before,
                                   .asker = option_value(invocation, "--asker"),
                                   .code = option_value(invocation, "--code"),
                                   .step = -1,
                                   .max = (size_t)limit};
    if (step && !name_value(step_names, span_of(step), &ret->step))
        return desk_complain(FAIL_INPUT, "%s is no step; see codingdesk history list --help", step);
    return 0;
}

int history_list_run(struct desk *desk, const struct invocation *invocation) {
    struct history_filter filter;
    struct exchange_rows rows = {0};
    struct why why;
    int failed = read_filter(invocation, &filter);
    if (!failed)
        failed = desk_open_journal(desk);
    if (failed)
        return failed;
    failed = journal_history(desk->journal, &filter, desk->arena, &rows, &why);
    if (failed && failed != FAIL_EMPTY)
        return desk_complain(failed, "%s", why.text);
    for (size_t i = 0; i < rows.count; i++)
        if (option_given(invocation, "--json"))
            desk_print_json(exchange_json(desk, &rows.items[i]));
        else
            print_row(desk, &rows.items[i]);
    return rows.count > 0 ? 0 : desk_complain(FAIL_EMPTY, "no exchange");
}

int history_show_run(struct desk *desk, const struct invocation *invocation) {
    struct exchange_row row;
    struct step_rows steps = {0};
    struct why why;
    long id;
    if (!span_to_long(span_of(invocation->operands[0]), 1, INT32_MAX, &id))
        return desk_complain(FAIL_INPUT, "%s is no number of an exchange; history list shows them", invocation->operands[0]);
    int failed = desk_open_journal(desk);
    if (failed)
        return failed;
    failed = journal_get(desk->journal, id, desk->arena, &row, &why);
    if (failed == FAIL_EMPTY)
        return desk_complain(failed, "there is no exchange %ld", id);
    if (!failed)
        failed = journal_steps(desk->journal, id, desk->arena, &steps, &why);
    if (failed && failed != FAIL_EMPTY)
        return desk_complain(failed, "%s", why.text);
    if (option_given(invocation, "--json")) {
        json_t *object = exchange_json(desk, &row);
        json_object_set_new(object, "question_subject", desk_json(desk, row.question_subject));
        json_object_set_new(object, "question_text", desk_json(desk, row.question_text));
        json_object_set_new(object, "reply_text", desk_json(desk, row.reply_text));
        json_object_set_new(object, "draft", desk_json(desk, row.draft));
        json_object_set_new(object, "steps", steps_json(desk, &steps));
        desk_print_json(object);
    } else
        print_exchange(desk, &row, &steps);
    return 0;
}
