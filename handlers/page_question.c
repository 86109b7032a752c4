/* The parts of an answer that come from the question. */
#include "handlers/handler.h"
#include "handlers/page.h"

void page_add_wishes(const struct question *question, struct template_row *ret) {
    static const enum intent wishes[] = {INTENT_HELP, INTENT_REGISTER, INTENT_UNSUBSCRIBE};
    for (size_t w = 0; w < sizeof wishes / sizeof *wishes; w++) {
        bool wanted = false;
        for (size_t i = 0; i < question->intent_count; i++)
            wanted = wanted || question->intents[i] == wishes[w];
        template_flag(ret, name_text(intent_names, (int)wishes[w]), wanted);
    }
    template_flag(ret, "terminal", question->in_terminal);
}

int page_add_asked(struct page *page, const struct question *question, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < question->code_count; i++) {
        const struct asked_code *asked = &question->codes[i];
        struct page_code found;
        if (asked->role != ROLE_ASKED)
            continue;
        int failed = page_find(page, asked->system, asked->key, &found, why);
        if (!failed)
            failed = page_status(page, &found, template_rows_add(&rows, page->arena), why);
        if (failed)
            return failed;
    }
    template_list(ret, "codes", rows);
    return 0;
}

void page_write(struct page *page, const char *template_name, struct template_row *row, struct draft *ret) {
    page_end(page, row);
    template_render(template_name, row, ret->commonmark);
}
