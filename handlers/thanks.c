/* Thanks and nothing else: nobody needs to look, and nobody wants a reply. */
#include "handlers/handler.h"

static bool claims(const struct question *question) { return question->only_thanks; }

static int answer(const struct question *question, struct kb *kb, struct draft *draft, struct why *why) {
    (void)question, (void)kb, (void)why;
    draft->action = ACTION_SILENT;
    draft->reason = "thanks alone";
    return 0;
}

const struct handler handler_thanks = {.name = "thanks", .claims = claims, .answer = answer};
