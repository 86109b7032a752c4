/* Thanks and nothing else: nobody needs to look, and nobody wants a reply. */
#include "handlers/handler.h"

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    (void)inquiry;
    return question->only_thanks;
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    (void)page, (void)inquiry, (void)why;
    *ret = (struct part){.action = ACTION_SILENT, .reason = "thanks alone", .confidence = CONFIDENCE_VERDICT};
    return 0;
}

const struct handler handler_thanks = {.name = "thanks", .claims = claims, .answer = answer};
