#include "desk/account.h"

#include "base/buf.h"
#include "handlers/understand/codes_json.h"
#include "handlers/write/render.h"

enum { LINE_BYTES = 16 * 1024, KEY_COLUMNS = 10 };

/* ---- JSON ---- */

static json_t *intents_json(const struct question *question) {
    json_t *ret = json_array();
    for (size_t i = 0; i < question->intent_count; i++)
        json_array_append_new(ret, json_string(name_text(intent_names, (int)question->intents[i])));
    return ret;
}

static json_t *keywords_json(struct desk *desk, const struct question *question) {
    json_t *ret = json_array();
    for (size_t i = 0; i < question->keyword_count; i++)
        json_array_append_new(ret, desk_json(desk, question->keywords[i]));
    return ret;
}

static json_t *inquiries_json(const struct question *question) {
    json_t *ret = json_array();
    for (size_t i = 0; i < question->inquiry_count; i++) {
        const struct inquiry *inquiry = &question->inquiries[i];
        json_t *item = json_object(), *codes = json_array();
        for (size_t k = 0; k < inquiry->code_count; k++)
            json_array_append_new(codes, json_string(inquiry->codes[k].display));
        json_object_set_new(item, "intent", json_string(name_text(intent_names, (int)inquiry->intent)));
        json_object_set_new(item, "codes", codes);
        json_object_set_new(item, "confidence", json_integer(inquiry->confidence));
        json_array_append_new(ret, item);
    }
    return ret;
}

static json_t *masked_json(const struct question *question) {
    json_t *ret = json_object();
    for (int kind = MASK_NONE + 1; kind < MASK_COUNT; kind++)
        if (question->redacted.counts[kind])
            json_object_set_new(ret, name_text(mask_names, kind), json_integer((json_int_t)question->redacted.counts[kind]));
    return ret;
}

static json_t *passed_over_json(struct desk *desk, const struct question *question) {
    json_t *ret = json_array();
    for (size_t i = 0; i < question->passed_over_count; i++) {
        json_t *item = json_object();
        json_object_set_new(item, "text", desk_json(desk, question->passed_over[i].text));
        json_object_set_new(item, "evidence", desk_json(desk, question->passed_over[i].evidence));
        json_array_append_new(ret, item);
    }
    return ret;
}

json_t *account_json(struct desk *desk, const struct account *account) {
    static const struct question no_question;
    const struct question *question = account->question ? account->question : &no_question;
    const struct answer *answer = account->answer;
    bool reply = account->answer && account->replies;
    json_t *ret = json_object();
    json_object_set_new(ret, "id", desk_json(desk, account->id));
    json_object_set_new(ret, "reply", json_boolean(reply));
    json_object_set_new(ret, "action", json_string(name_text(action_names, (int)account->action)));
    json_object_set_new(ret, "reason", desk_json(desk, account->reason));
    json_object_set_new(ret, "meaning", desk_json(desk, account->meaning));
    json_object_set_new(ret, "sender", desk_json(desk, account->sender));
    json_object_set_new(ret, "intent", intents_json(question));
    json_object_set_new(ret, "inquiries", inquiries_json(question));
    json_object_set_new(ret, "codes", codes_to_json(question->codes, question->code_count));
    json_object_set_new(ret, "passed_over", passed_over_json(desk, question));
    json_object_set_new(ret, "masked", masked_json(question));
    json_object_set_new(ret, "keywords", keywords_json(desk, question));
    json_object_set_new(ret, "date_of_service",
                        date_is_set(question->date_of_service) ? desk_json(desk, question->date_of_service.iso) : json_null());
    json_object_set_new(ret, "place_of_service", desk_json(desk, question->place));
    json_object_set_new(ret, "reply_subject", desk_json(desk, account->reply_subject));
    json_object_set_new(ret, "reply_text", desk_json(desk, reply ? answer->text : NULL));
    json_object_set_new(ret, "reply_html", desk_json(desk, reply ? answer->html : NULL));
    json_object_set_new(ret, "log_text", desk_json(desk, account->log_text));
    json_object_set_new(ret, "handler", desk_json(desk, answer ? answer->handler : NULL));
    json_object_set_new(ret, "confidence", answer ? json_integer(answer->confidence) : json_null());
    json_object_set_new(ret, "draft", desk_json(desk, answer ? answer->draft : NULL));
    return ret;
}

/* ---- for people ---- */

static bool cut_to_width(struct span *rest, size_t width, struct span *line) {
    *rest = span_trim(*rest);
    size_t end = rest->len;
    if (end == 0)
        return false;
    if (end > width) {
        for (end = width; end > 0 && rest->ptr[end] != ' '; end--)
            ;
        if (end == 0) {
            size_t space = span_find_char(*rest, ' ');
            end = space == SPAN_NONE ? rest->len : space;
        }
    }
    *line = span_slice(*rest, 0, end);
    *rest = span_slice(*rest, end, rest->len);
    return true;
}

void account_line(struct desk *desk, const char *key, const char *value) {
    struct span rest = span_of(value), line;
    printf("%s%-*s%s", desk->bold, KEY_COLUMNS, key, desk->plain);
    if (!cut_to_width(&rest, desk->width - KEY_COLUMNS - 1, &line))
        line = SPAN("-");
    printf(" %.*s\n", SPAN_ARG(line));
    while (cut_to_width(&rest, desk->width - KEY_COLUMNS - 1, &line))
        printf("%*s %.*s\n", KEY_COLUMNS, "", SPAN_ARG(line));
}

static void print_intents(struct desk *desk, const struct question *question) {
    struct buf line;
    buf_init(&line, LINE_BYTES);
    for (size_t i = 0; i < question->intent_count; i++)
        buf_printf(&line, "%s%s", i ? ", " : "", name_text(intent_names, (int)question->intents[i]));
    if (question->intent_evidence && *question->intent_evidence)
        buf_printf(&line, " (%s)", question->intent_evidence);
    account_line(desk, "intent", line.ptr);
    buf_free(&line);
}

/* "modifier of 20690 20692, sure to 85 %" */
static void print_inquiries(struct desk *desk, const struct question *question) {
    for (size_t i = 0; i < question->inquiry_count; i++) {
        const struct inquiry *inquiry = &question->inquiries[i];
        struct buf line;
        buf_init(&line, LINE_BYTES);
        buf_printf(&line, "%s of", name_text(intent_names, (int)inquiry->intent));
        for (size_t k = 0; k < inquiry->code_count; k++)
            buf_printf(&line, " %s", inquiry->codes[k].display);
        buf_printf(&line, "%s, sure to %d %%", inquiry->code_count ? "" : " no code", inquiry->confidence);
        account_line(desk, i ? "" : "asks", line.ptr);
        buf_free(&line);
    }
}

static void print_code(struct desk *desk, const struct asked_code *code, bool first) {
    struct buf line;
    buf_init(&line, LINE_BYTES);
    buf_printf(&line, "%s %s", name_text(system_names, (int)code->system), code->display);
    for (size_t i = 0; i < code->modifier_count; i++)
        buf_printf(&line, "-%s", code->modifiers[i]);
    buf_printf(&line, ", %s, %s", name_text(role_names, (int)code->role), name_text(status_names, (int)code->status));
    if (code->evidence && *code->evidence)
        buf_printf(&line, ": %s", code->evidence);
    account_line(desk, first ? "codes" : "", line.ptr);
    buf_free(&line);
}

/* "NAME 1, DOB 2", and what is left of the question */
static void print_masked(struct desk *desk, const struct redacted *redacted) {
    struct buf line;
    if (redacted->total + redacted->counts[MASK_TOKEN] == 0)
        return;
    buf_init(&line, LINE_BYTES);
    for (int kind = MASK_NONE + 1; kind < MASK_COUNT; kind++)
        if (redacted->counts[kind])
            buf_printf(&line, "%s%s %zu", line.len ? ", " : "", name_text(mask_names, kind), redacted->counts[kind]);
    account_line(desk, "masked", line.ptr);
    buf_free(&line);
}

static void print_question(struct desk *desk, const struct question *question) {
    struct buf line;
    print_intents(desk, question);
    print_inquiries(desk, question);
    for (size_t i = 0; i < question->code_count; i++)
        print_code(desk, &question->codes[i], i == 0);
    if (question->from_thread)
        account_line(desk, "", "taken over from the earlier mail of the thread");
    for (size_t i = 0; i < question->passed_over_count; i++)
        account_line(desk, i == 0 ? "no codes" : "",
                     arena_printf(desk->arena, "%s: not taken: %s", question->passed_over[i].text, question->passed_over[i].evidence));
    buf_init(&line, LINE_BYTES);
    for (size_t i = 0; i < question->keyword_count; i++)
        buf_printf(&line, "%s%s", i ? ", " : "", question->keywords[i]);
    account_line(desk, "keywords", line.ptr);
    buf_free(&line);
    print_masked(desk, &question->redacted);
    if (date_is_set(question->date_of_service))
        account_line(desk, "service", question->date_of_service.iso);
    if (question->place)
        account_line(desk, "place", question->place);
}

void account_text(struct desk *desk, const char *what, const char *commonmark) {
    printf("%s%s%s\n\n%s\n", desk->bold, what, desk->plain, render_text(commonmark, desk->width, desk->arena));
}

void account_print(struct desk *desk, const struct account *account) {
    account_line(desk, "decision", arena_printf(desk->arena, "%s: %s", name_text(action_names, (int)account->action), account->reason));
    if (account->question)
        print_question(desk, account->question);
    if (!account->answer)
        return;
    account_line(desk, "handler", arena_printf(desk->arena, "%s, confidence %d %%", account->answer->handler, account->answer->confidence));
    if (account->reply_subject)
        account_line(desk, "subject", account->reply_subject);
    if (account->replies)
        account_text(desk, "reply", account->answer->commonmark);
    else if (account->silence)
        account_line(desk, "reply", account->silence);
    if (account->answer->draft)
        account_text(desk, "draft", account->answer->draft);
}
