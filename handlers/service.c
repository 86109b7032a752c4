#include "handlers/service.h"

#include "handlers/answer.h"
#include "handlers/write/render.h"
#include "handlers/write/template.h"

enum { SERVICE_BYTES = 64 << 10 };

static const struct {
    const char *section, *reason;
} replies[] = {
    [SERVICE_REGISTERED] = {"confirmed", "has registered"},
    [SERVICE_LEFT] = {"left", "has left"},
    [SERVICE_EXPIRED] = {"expired", "a confirmation that has expired"},
    [SERVICE_WRONG] = {"wrong", "a confirmation that is not for this address"},
    [SERVICE_LIMIT] = {"limit", "the allowance is used up"},
};
enum { REPLY_COUNT = sizeof replies / sizeof *replies };

static struct template_row row_of(enum service_reply reply, const struct service_facts *facts, struct arena *arena) {
    struct template_row row = template_row_new(arena);
    for (int i = 0; i < REPLY_COUNT; i++)
        template_flag(&row, replies[i].section, i == (int)reply);
    template_flag(&row, "registered", facts->registered || facts->listed);
    template_flag(&row, "hourly", facts->limit_is_hourly);
    template_text(&row, "guest_day", facts->guest_day);
    template_text(&row, "registered_day", facts->registered_day);
    template_text(&row, "limit_replies", facts->limit_replies);
    template_text(&row, "resets_at", facts->resets_at);
    return row;
}

void answer_service(enum service_reply reply, const struct service_facts *facts, struct arena *arena, struct answer *ret) {
    struct template_row row = row_of(reply, facts, arena);
    struct rendering rendering;
    struct buf buf;
    buf_init(&buf, SERVICE_BYTES);
    template_render("service", &row, &buf);
    *ret = (struct answer){.action = ACTION_SERVICE,
                           .reason = replies[reply].reason,
                           .handler = "service",
                           .confidence = 100,
                           .commonmark = arena_printf(arena, "%.*s\n", SPAN_ARG(span_trim(buf_span(&buf))))};
    buf_free(&buf);
    render_both(ret->commonmark, arena, &rendering);
    ret->text = rendering.text;
    ret->html = rendering.html;
}
