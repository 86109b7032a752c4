#include "kb/pages.h"

#include <stdlib.h>
#include <string.h>

enum { SOURCES_MAX = 64 };

/* Facts, their sources, then all texts. Inside, a pointer is its distance from the start of the block, and 0 stands for NULL:
 * distance 0 is the first fact, to which nothing points. */
struct page {
    int64_t code, day;
    size_t fact_count, source_count, bytes;
    bool more_edits;
    max_align_t block[];
};

static const size_t fact_texts[] = {offsetof(struct kb_fact, label), offsetof(struct kb_fact, value), offsetof(struct kb_fact, text),
                                    offsetof(struct kb_fact, related_display), offsetof(struct kb_fact, related_title)};
static const size_t source_texts[] = {offsetof(struct kb_source, id), offsetof(struct kb_source, title),
                                      offsetof(struct kb_source, publisher), offsetof(struct kb_source, edition),
                                      offsetof(struct kb_source, notice)};
enum { FACT_TEXTS = sizeof fact_texts / sizeof *fact_texts, SOURCE_TEXTS = sizeof source_texts / sizeof *source_texts };

static const char **text_at(void *item, size_t offset) { return (const char **)((char *)item + offset); }

static size_t texts_bytes(const void *item, const size_t *offsets, size_t count) {
    size_t ret = 0;
    for (size_t i = 0; i < count; i++) {
        const char *text = *(const char *const *)((const char *)item + offsets[i]);
        ret += text ? strlen(text) + 1 : 0;
    }
    return ret;
}

/* The sources of the facts, each once. False when there are too many. */
struct source_list {
    const struct kb_source *items[SOURCES_MAX];
    size_t count;
};

static size_t source_place(const struct source_list *list, const struct kb_source *source) {
    size_t at = 0;
    while (at < list->count && list->items[at] != source)
        at++;
    return at;
}

static bool list_sources(const struct kb_facts *facts, struct source_list *list) {
    for (size_t i = 0; i < facts->count; i++) {
        size_t at = source_place(list, facts->items[i].source);
        if (at == SOURCES_MAX)
            return false;
        list->items[at] = facts->items[i].source;
        list->count += at == list->count;
    }
    return true;
}

static size_t block_bytes(const struct kb_facts *facts, const struct source_list *list) {
    size_t ret = facts->count * sizeof(struct kb_fact) + list->count * sizeof(struct kb_source);
    for (size_t i = 0; i < facts->count; i++)
        ret += texts_bytes(&facts->items[i], fact_texts, FACT_TEXTS);
    for (size_t i = 0; i < list->count; i++)
        ret += texts_bytes(list->items[i], source_texts, SOURCE_TEXTS);
    return ret;
}

/* Move the texts of one item to the end of the block. */
static void pack_texts(struct page *page, void *item, const size_t *offsets, size_t count, size_t *end) {
    for (size_t i = 0; i < count; i++) {
        const char **text = text_at(item, offsets[i]);
        if (!*text)
            continue;
        size_t len = strlen(*text) + 1;
        memcpy((char *)page->block + *end, *text, len);
        *text = (const char *)(uintptr_t)*end;
        *end += len;
    }
}

static void pack(struct page *page, const struct kb_facts *facts, const struct source_list *list) {
    struct kb_fact *fact = (struct kb_fact *)page->block;
    struct kb_source *source = (struct kb_source *)(fact + facts->count);
    size_t sources_at = facts->count * sizeof *fact, end = sources_at + list->count * sizeof *source;
    for (size_t i = 0; i < facts->count; i++) {
        fact[i] = facts->items[i];
        fact[i].source = (const struct kb_source *)(uintptr_t)(sources_at + source_place(list, fact[i].source) * sizeof *source);
        pack_texts(page, &fact[i], fact_texts, FACT_TEXTS, &end);
    }
    for (size_t i = 0; i < list->count; i++) {
        source[i] = *list->items[i];
        pack_texts(page, &source[i], source_texts, SOURCE_TEXTS, &end);
    }
}

static size_t slot_of(int64_t code, int64_t day) { return ((uint64_t)code * 31 + (uint64_t)day) % PAGES_MAX; }

void pages_keep(struct pages *pages, int64_t code, int64_t day, const struct kb_facts *facts) {
    struct source_list list = {.count = 0};
    if (!facts->count || !list_sources(facts, &list))
        return;
    size_t bytes = block_bytes(facts, &list);
    struct page *page = bytes <= PAGE_BYTES_MAX ? malloc(sizeof *page + bytes) : NULL;
    if (!page)
        return;
    *page = (struct page){code, day, facts->count, list.count, bytes, facts->more_edits};
    pack(page, facts, &list);
    struct page **slot = &pages->slots[slot_of(code, day)];
    free(*slot);
    *slot = page;
}

static void unpack_texts(char *block, void *item, const size_t *offsets, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const char **text = text_at(item, offsets[i]);
        if (*text)
            *text = block + (uintptr_t)*text;
    }
}

bool pages_find(const struct pages *pages, int64_t code, int64_t day, struct arena *arena, struct kb_facts *ret) {
    const struct page *page = pages->slots[slot_of(code, day)];
    if (!page || page->code != code || page->day != day)
        return false;
    char *block = memcpy(arena_alloc(arena, page->bytes), page->block, page->bytes);
    struct kb_fact *fact = (struct kb_fact *)(void *)block;
    struct kb_source *source = (struct kb_source *)(fact + page->fact_count);
    for (size_t i = 0; i < page->fact_count; i++) {
        fact[i].source = (const struct kb_source *)(void *)(block + (uintptr_t)fact[i].source);
        unpack_texts(block, &fact[i], fact_texts, FACT_TEXTS);
    }
    for (size_t i = 0; i < page->source_count; i++)
        unpack_texts(block, &source[i], source_texts, SOURCE_TEXTS);
    *ret = (struct kb_facts){fact, page->fact_count, page->more_edits};
    return true;
}

void pages_free(struct pages *pages) {
    for (size_t i = 0; i < PAGES_MAX; i++)
        free(pages->slots[i]);
}
