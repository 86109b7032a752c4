/* About the service itself: how it works, registering, leaving. */
#include "handlers/handler.h"
#include "handlers/service.h"

static const struct {
    enum intent intent;
    const char *about, *reason;
} services[] = {
    {INTENT_HELP, "How this desk works", "asks how the service works"},
    {INTENT_REGISTER, "Registering", "wants to register"},
    {INTENT_UNSUBSCRIBE, "Unsubscribing", "wants no more mail"},
};
enum { SERVICE_COUNT = sizeof services / sizeof *services };

static size_t service_of(enum intent intent) {
    size_t ret = 0;
    while (ret < SERVICE_COUNT && services[ret].intent != intent)
        ret++;
    return ret;
}

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    (void)question;
    return service_of(inquiry->intent) < SERVICE_COUNT;
}

/* Registering and leaving, as far as they can be told to this sender. What can not be confirmed here is told as where to do it. */
static void add_standing(struct template_row *row, enum intent intent, const struct service_facts *facts) {
    static const struct service_facts unknown = {.registered = false};
    const struct service_facts *known = facts ? facts : &unknown;
    bool leaving = intent == INTENT_UNSUBSCRIBE, in = known->registered || known->listed;
    const char *token = leaving ? (known->registered && !known->leaves ? known->leave_token : NULL) : in ? NULL : known->register_token;
    template_flag(row, "listed", !leaving && known->listed);
    template_flag(row, "registered", !leaving && known->registered);
    template_flag(row, "left", leaving && known->leaves);
    template_markup(row, "register_token", leaving ? NULL : token);
    template_markup(row, "leave_token", leaving ? token : NULL);
    template_flag(row, "elsewhere", !token && (leaving ? !known->leaves : !in));
    template_text(row, "token_until", known->token_until);
    template_text(row, "guest_day", known->guest_day);
    template_text(row, "registered_day", known->registered_day);
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    (void)why;
    size_t service = service_of(inquiry->intent);
    struct template_row row = template_row_new(page->arena);
    template_flag(&row, name_text(intent_names, (int)inquiry->intent), true);
    template_flag(&row, "terminal", page->question->in_terminal);
    add_standing(&row, inquiry->intent, page->question->service);
    *ret = (struct part){
        .about = services[service].about, .action = ACTION_SERVICE, .reason = services[service].reason, .confidence = CONFIDENCE_VERDICT};
    part_write(page, "help", &row, ret);
    return 0;
}

const struct handler handler_help = {.name = "help", .claims = claims, .answer = answer};
