/* The codes of an inquiry, each with what it is. */
#include "handlers/write/page.h"

int page_find_asked(struct page *page, const struct inquiry *inquiry, struct page_asked **ret, struct why *why) {
    struct page_asked *items = arena_array(page->arena, inquiry->code_count, sizeof *items);
    for (size_t i = 0; i < inquiry->code_count; i++) {
        items[i].asked = &inquiry->codes[i];
        int failed = page_find(page, inquiry->codes[i].system, inquiry->codes[i].key, &items[i].found, why);
        if (failed)
            return failed;
    }
    *ret = items;
    return 0;
}

int page_add_asked(struct page *page, const struct page_asked *asked, size_t count, struct template_rows *ret, struct why *why) {
    for (size_t i = 0; i < count; i++) {
        int failed = page_status(page, &asked[i].found, template_rows_add(ret, page->arena), why);
        if (failed)
            return failed;
    }
    return 0;
}
