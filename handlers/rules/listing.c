#include "handlers/rules/listing.h"

#include <string.h>

#include "kb/words.h"

enum { CATEGORY = 3, WITHOUT_SEVENTH = 6, WHOLE = 7 }; /* characters of a diagnosis */

static bool is_side(struct span word) { return span_same(word, SPAN("left")) || span_same(word, SPAN("right")); }

static bool next_but_side(struct span *rest, struct span *word) {
    while (words_next(rest, word))
        if (!is_side(*word))
            return true;
    return false;
}

bool listing_same_but_side(const char *title, const char *other) {
    struct span rest = span_of(title), others = span_of(other), word, another;
    if (!title || !other)
        return false;
    for (;;) {
        bool more = next_but_side(&rest, &word), others_more = next_but_side(&others, &another);
        if (!more || !others_more)
            return more == others_more;
        if (!span_same(word, another))
            return false;
    }
}

static enum listing compare(const struct kb_fact *fact, const struct kb_code *diagnosis) {
    char key[CODE_BYTES];
    if (!fact->has_related || fact->related_system != diagnosis->system)
        return LISTING_NONE;
    if (strcmp(fact->related_display, diagnosis->display) == 0)
        return LISTING_EXACT;
    system_key(fact->related_system, span_of(fact->related_display), key);
    if (strncmp(key, diagnosis->key, CATEGORY) != 0)
        return LISTING_NONE;
    if (listing_same_but_side(fact->related_title, diagnosis->title))
        return LISTING_SIDE;
    bool whole = strlen(key) == WHOLE && strlen(diagnosis->key) == WHOLE;
    return whole && strncmp(key, diagnosis->key, WITHOUT_SEVENTH) == 0 ? LISTING_ENCOUNTER : LISTING_CATEGORY;
}

enum listing listing_find(const struct page_code *procedure, const struct kb_code *diagnosis, const struct kb_fact **fact) {
    struct page_facts facts = page_facts(procedure, SECTION_DIAGNOSES);
    enum listing ret = LISTING_NONE;
    *fact = NULL;
    for (size_t i = 0; i < facts.count; i++) {
        enum listing one = compare(&facts.items[i], diagnosis);
        if (one > ret) {
            ret = one;
            *fact = &facts.items[i];
        }
    }
    return ret;
}

void listing_write(struct page *page, const struct page_code *procedure, const struct kb_code *diagnosis, struct template_row *ret) {
    static const char *const flags[] = {
        [LISTING_NONE] = "not_listed",          [LISTING_CATEGORY] = "category_listed", [LISTING_ENCOUNTER] = "encounter_listed",
        [LISTING_SIDE] = "other_side_listed", [LISTING_EXACT] = "is_listed",
    };
    const struct kb_fact *fact;
    enum listing listing = listing_find(procedure, diagnosis, &fact);
    bool any = procedure->known & SECTION_BIT(SECTION_DIAGNOSES);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        template_flag(ret, flags[i], any && i == (size_t)listing);
    template_flag(ret, "none_loaded", !any);
    template_text(ret, "procedure", procedure->code.display);
    template_text(ret, "diagnosis", diagnosis->display);
    template_text(ret, "diagnosis_title", diagnosis->title);
    template_text(ret, "listed", fact ? fact->related_display : NULL);
    template_text(ret, "listed_title", fact ? fact->related_title : NULL);
    template_text(ret, "listed_text", fact ? fact->text : NULL);
    template_text(ret, "mark", page_cite(page, fact ? fact->source : any ? page_facts(procedure, SECTION_DIAGNOSES).items[0].source : NULL));
}
