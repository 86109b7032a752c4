/* About the service itself: how it works, registering, leaving. */
#include "handlers/handler.h"

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

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    (void)why;
    size_t service = service_of(inquiry->intent);
    struct template_row row = template_row_new(page->arena);
    template_flag(&row, name_text(intent_names, (int)inquiry->intent), true);
    template_flag(&row, "terminal", page->question->in_terminal);
    *ret = (struct part){
        .about = services[service].about, .action = ACTION_SERVICE, .reason = services[service].reason, .confidence = CONFIDENCE_VERDICT};
    part_write(page, "help", &row, ret);
    return 0;
}

const struct handler handler_help = {.name = "help", .claims = claims, .answer = answer};
