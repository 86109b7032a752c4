/* Side and finger of the diagnoses asked against those of the modifiers: on one claim line they have to be of the same place. */
#include "handlers/rules/modifier.h"

#include <string.h>

enum { DIAGNOSES_TOLD = 4 };

/* Where a title lies: its side, and its finger or toe as far as it names one. */
struct place {
    const char *side, *digit; /* NULL: not told */
};

/* One of the words, space-separated, in the title. */
static bool says(const char *title, const char *words) {
    struct span rest = span_of(words), wanted;
    while (title && span_cut(&rest, ' ', &wanted)) {
        struct span text = span_of(title);
        for (size_t at = 0; at < text.len; at++)
            if ((at == 0 || !char_is_alpha(text.ptr[at - 1])) && span_starts_same(span_slice(text, at, text.len), wanted) &&
                (at + wanted.len == text.len || !char_is_alpha(text.ptr[at + wanted.len]) || text.ptr[at + wanted.len] == 's'))
                return true;
    }
    return false;
}

/* Fingers by name, and as the modifiers' official titles count them: "right hand, fourth digit". */
static const char *finger_of(const char *title) {
    static const struct {
        const char *names, *finger;
    } fingers[] = {
        {"thumb", "thumb"}, {"index second", "index"}, {"middle third", "middle"}, {"ring fourth", "ring"}, {"little fifth", "little"},
    };
    for (size_t i = 0; i < sizeof fingers / sizeof *fingers; i++)
        if (says(title, fingers[i].names))
            return fingers[i].finger;
    return NULL;
}

static struct place place_of(const char *title) {
    struct place ret = {0};
    bool left = says(title, "left"), right = says(title, "right");
    if (left != right)
        ret.side = left ? "left" : "right";
    if (says(title, "toe foot"))
        ret.digit = says(title, "great") ? "great" : says(title, "second third fourth fifth lesser") ? "lesser" : NULL;
    else if (says(title, "finger hand thumb"))
        ret.digit = finger_of(title);
    return ret;
}

const char *modifier_side_of(const char *title) { return place_of(title).side; }

static bool differ(const char *a, const char *b) { return a && b && strcmp(a, b) != 0; }

static bool conflict(struct place a, struct place b) { return differ(a.side, b.side) || differ(a.digit, b.digit); }

static bool agrees_with_any(struct place place, const struct modifier *modifiers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const char *title = modifiers[i].found.code.title;
        if (modifier_is_anatomic(modifiers[i].key) && place_of(title).side && !conflict(place, place_of(title)))
            return true;
    }
    return false;
}

static void add_mismatches(struct page *page, const struct kb_code *diagnosis, const struct modifier *modifiers, size_t count,
                           struct template_rows *ret) {
    struct place place = place_of(diagnosis->title);
    for (size_t i = 0; i < count && ret->count < DIAGNOSES_TOLD; i++) {
        const char *title = modifiers[i].found.code.title;
        if (!modifier_is_anatomic(modifiers[i].key) || !conflict(place, place_of(title)))
            continue;
        struct template_row *row = template_rows_add(ret, page->arena);
        template_text(row, "diagnosis", diagnosis->display);
        template_text(row, "diagnosis_title", diagnosis->title);
        template_text(row, "modifier", modifiers[i].key);
        template_text(row, "modifier_title", title);
        template_text(row, "code_mark", page_cite(page, diagnosis->source));
    }
}

/* The modifier among those listed for a code that names the diagnosis's finger. */
static void add_match(struct page *page, const struct kb_code *diagnosis, const struct page_asked *code, struct template_rows *ret) {
    struct place place = place_of(diagnosis->title);
    struct page_facts facts = page_facts(&code->found, SECTION_MODIFIERS);
    for (size_t i = 0; i < facts.count && place.side && place.digit && ret->count < DIAGNOSES_TOLD; i++) {
        const struct kb_fact *fact = &facts.items[i];
        struct place of = place_of(fact->related_title);
        if (!fact->has_related || strcmp(place.digit, "lesser") == 0 || !of.side || !of.digit || conflict(place, of))
            continue;
        struct template_row *row = template_rows_add(ret, page->arena);
        template_text(row, "diagnosis", diagnosis->display);
        template_text(row, "diagnosis_title", diagnosis->title);
        template_text(row, "code", code->asked->display);
        template_text(row, "modifier", fact->related_display);
        template_text(row, "modifier_mark", page_cite(page, fact->source));
        return;
    }
}

void modifier_add_diagnoses(struct page *page, const struct page_asked *asked, size_t count, const struct modifier *modifiers,
                            size_t modifier_count, struct template_row *ret) {
    struct template_rows mismatches = {0}, matches = {0};
    for (size_t i = 0; i < count; i++) {
        const struct kb_code *diagnosis = &asked[i].found.code;
        if (diagnosis->system != SYSTEM_ICD10CM || agrees_with_any(place_of(diagnosis->title), modifiers, modifier_count))
            continue;
        add_mismatches(page, diagnosis, modifiers, modifier_count, &mismatches);
        for (size_t k = 0; k < count; k++)
            if (page_is_procedure(asked[k].asked->system))
                add_match(page, diagnosis, &asked[k], &matches);
    }
    template_list(ret, "mismatches", mismatches);
    template_list(ret, "matches", matches);
}
