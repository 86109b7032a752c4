#include "handlers/write/page_rank.h"

#include <string.h>

#include "kb/words.h"

enum { PER_TERM = 10, PER_MATTER = 20, PER_NAMED = 25 };

/* What coders ask rules about, and the facts that tell it: by words of their labels, by words of a rule's text, or by their section. The
 * first rows are the bits MATTER_*. */
static const struct {
    const char *asked, *label, *text;
    unsigned sections;
} matters[] = {
    {"document documents documented documentation record records note notes chart report audit audits auditor proof prove evidence", "record",
     NULL, 0},
    {"first sequence sequencing sequenced primary principal secondary order before underlying", "first additional also",
     "first front behind principal sequenced", 0},
    {"seventh 7th character letter letra extension aftercare subsequent healing sequela", "7th", NULL, 0},
    {"minutes minute time hours hour", "time", NULL, 0},
    {"additional else secondary add", "additional also", NULL, 0},
    {"twice unit units many maximum mue", NULL, NULL, SECTION_BIT(SECTION_UNITS)},
    {"together both excludes excludes1 excludes2 exclude", "excludes1 excludes2", NULL, 0},
    {"person face order prescription delivery papers", "papers", NULL, 0},
    {"risk mdm", "risk", NULL, 0},
    {"data labs tests", "data", NULL, 0},
};

static bool holds_word(struct span text, struct span wanted) {
    struct span word;
    while (words_next(&text, &word))
        if (span_same(word, wanted))
            return true;
    return false;
}

bool page_rank_any(struct span text, const char *list) {
    struct span rest = span_of(list ? list : ""), word;
    while (words_next(&rest, &word))
        if (holds_word(text, word))
            return true;
    return false;
}

bool page_rank_asks_record(const struct inquiry *inquiry) {
    static const char record[] = "documentation document documents documented record chart", paid[] = "cover covers covered pay pays paid payable";
    return inquiry->intent == INTENT_COVERAGE && page_rank_any(inquiry->words, record) && !page_rank_any(inquiry->words, paid);
}

int page_rank_begin(struct page *page, const struct inquiry *inquiry, struct page_ranking *ret, struct why *why) {
    *ret = (struct page_ranking){.page = page, .inquiry = inquiry, .items = arena_array(page->arena, RANK_FACTS, sizeof *ret->items)};
    for (size_t i = 0; i < sizeof matters / sizeof *matters; i++)
        ret->matters |= page_rank_any(inquiry->words, matters[i].asked) ? 1u << i : 0;
    return kb_terms(page->kb, inquiry->words, page->arena, &ret->terms, why);
}

static int score_of_matters(const struct page_ranking *ranking, const struct kb_fact *fact) {
    int ret = 0;
    for (size_t i = 0; i < sizeof matters / sizeof *matters; i++)
        if ((ranking->matters & 1u << i) &&
            ((matters[i].sections & SECTION_BIT(fact->section)) || page_rank_any(span_of(fact->label), matters[i].label) ||
             page_rank_any(span_of(fact->text), matters[i].text)))
            ret += PER_MATTER;
    return ret;
}

/* ---- how far a fact bears on the words ---- */

static bool names(const struct kb_fact *fact, const struct asked_code *code) {
    if (fact->has_related && fact->related_system == code->system && strcmp(fact->related_display, code->display) == 0)
        return true;
    if (!fact->text)
        return false;
    return code->system == SYSTEM_ICD10CM ? page_note_covers(fact->text, code->key) : holds_word(span_of(fact->text), span_of(code->display));
}

static int score_of_named(const struct page_ranking *ranking, const struct page_code *of, const struct kb_fact *fact) {
    int ret = 0;
    for (size_t i = 0; i < ranking->inquiry->code_count; i++) {
        const struct asked_code *other = &ranking->inquiry->codes[i];
        bool itself = other->system == of->code.system && strcmp(other->key, of->code.key) == 0;
        ret += !itself && names(fact, other) ? PER_NAMED : 0;
    }
    return ret;
}

static bool label_starts(const struct kb_fact *fact, const char *start) {
    return fact->label && span_starts_same(span_of(fact->label), span_of(start));
}

/* What is done and when shares many words with any question, and is seldom the rule that is asked for. Nor is what a code leaves out
 * or takes in, unless it is another code that is asked. */
static int weakness(const struct kb_fact *fact) {
    if (fact->section == SECTION_PLAIN)
        return PER_TERM + PER_TERM / 2;
    if (fact->section == SECTION_GUIDELINES && (label_starts(fact, "Excludes") || label_starts(fact, "Includes")))
        return PER_TERM;
    if (fact->section == SECTION_UNITS)
        return 2 * PER_TERM;
    if (fact->label && strcmp(fact->label, "Medicare coverage code") == 0)
        return PER_TERM;
    return fact->section == SECTION_CLINICAL && !page_rank_any(span_of(fact->label), "record") ? PER_TERM : 0;
}

static int score_of(const struct page_ranking *ranking, const struct page_code *of, const struct kb_fact *fact) {
    const char *text = arena_printf(ranking->page->arena, "%s %s %s", fact->label ? fact->label : "", fact->text ? fact->text : "",
                                    fact->related_title ? fact->related_title : "");
    int shared = (int)kb_terms_found(&ranking->terms, text) * PER_TERM;
    return shared + score_of_matters(ranking, fact) + score_of_named(ranking, of, fact) - weakness(fact);
}

/* ---- choosing ---- */

static struct page_ranked *same_text(struct page_ranking *ranking, const struct kb_fact *fact) {
    for (size_t i = 0; i < ranking->count; i++) {
        const struct kb_fact *one = ranking->items[i].fact;
        if (one->text && fact->text && strcmp(one->text, fact->text) == 0 && one->section == fact->section)
            return &ranking->items[i];
    }
    return NULL;
}

static void add_owner(struct page_ranked *item, const struct page_code *of) {
    for (size_t i = 0; i < item->of_count; i++)
        if (strcmp(item->of[i]->code.display, of->code.display) == 0)
            return;
    if (item->of_count < RANK_CODES)
        item->of[item->of_count++] = of;
}

static void add(struct page_ranking *ranking, const struct page_code *of, const struct kb_fact *fact) {
    struct page_ranked *item = same_text(ranking, fact);
    if (!item && ranking->count == RANK_FACTS)
        return;
    if (!item) {
        item = &ranking->items[ranking->count++];
        *item = (struct page_ranked){.fact = fact, .score = score_of(ranking, of, fact)};
    }
    add_owner(item, of);
}

/* "code to identify:" is the head of those behind it: alone it tells nothing, and they not what they are for. */
static bool is_head(const struct kb_fact *fact) {
    size_t len = fact->text ? strlen(fact->text) : 0;
    return fact->section == SECTION_GUIDELINES && fact->label && len > 0 && fact->text[len - 1] == ':';
}

static bool is_of_one_list(const struct kb_fact *one, const struct kb_fact *other) {
    return one->section == other->section && one->source == other->source && one->label && other->label && strcmp(one->label, other->label) == 0 &&
           one->text && other->text;
}

/* The head and those of its list as one fact. Returns how many they were. */
static size_t join_list(struct page_ranking *ranking, const struct kb_facts *facts, size_t from, const struct kb_fact **ret) {
    struct arena *arena = ranking->page->arena;
    struct kb_fact *joined = arena_alloc(arena, sizeof *joined);
    size_t count = 1;
    *joined = facts->items[from];
    joined->has_related = false;
    for (; from + count < facts->count && is_of_one_list(joined, &facts->items[from + count]); count++)
        joined->text = arena_printf(arena, "%s%s%s", joined->text, count > 1 ? "; " : " ", facts->items[from + count].text);
    *ret = joined;
    return count;
}

void page_rank_add(struct page_ranking *ranking, const struct page_code *found, unsigned sections) {
    for (size_t i = 0, read = 1; i < found->facts.count; i += read) {
        const struct kb_fact *fact = &found->facts.items[i];
        bool wanted = (sections & SECTION_BIT(fact->section)) && !page_note_is_wide(fact);
        read = wanted && is_head(fact) ? join_list(ranking, &found->facts, i, &fact) : 1;
        if (wanted)
            add(ranking, found, fact);
    }
}

bool page_rank_is_idle(const struct page_ranking *ranking, const struct page_ranked *item, const char *titles) {
    static const char *const notes[] = {"Excludes", "code first", "use additional", "code also"};
    const struct kb_fact *fact = item->fact;
    bool note = false;
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        note = note || label_starts(fact, notes[i]);
    if (fact->section != SECTION_GUIDELINES || !note || !fact->text || score_of_named(ranking, item->of[0], fact) > 0)
        return false;
    if (label_starts(fact, "Excludes"))
        return true;
    const char *both = arena_printf(ranking->page->arena, "%s %s", titles, fact->text);
    return kb_terms_found(&ranking->terms, both) == kb_terms_found(&ranking->terms, titles);
}

/* Insertion: few, and those of one score have to stay in order. */
void page_rank_sort(struct page_ranking *ranking) {
    for (size_t i = 1; i < ranking->count; i++) {
        struct page_ranked moved = ranking->items[i];
        size_t at = i;
        for (; at > 0 && ranking->items[at - 1].score < moved.score; at--)
            ranking->items[at] = ranking->items[at - 1];
        ranking->items[at] = moved;
    }
}

static bool can_join(const struct page_ranked *item, const struct page_ranked *next) {
    const struct kb_fact *one = item->fact, *other = next->fact;
    return item->of[0] == next->of[0] && is_of_one_list(one, other) && !one->value && !other->value;
}

void page_rank_join(struct page_ranking *ranking, size_t most) {
    size_t kept = 0;
    for (size_t i = 0; i < ranking->count; i++) {
        struct page_ranked *item = kept > 0 ? &ranking->items[kept - 1] : NULL;
        if (!item || !can_join(item, &ranking->items[i]) || strlen(item->fact->text) + strlen(ranking->items[i].fact->text) > most) {
            ranking->items[kept++] = ranking->items[i];
            continue;
        }
        struct kb_fact *joined = arena_alloc(ranking->page->arena, sizeof *joined);
        *joined = *item->fact;
        joined->has_related = false; /* each text names its own */
        joined->text = arena_printf(ranking->page->arena, "%s; %s", item->fact->text, ranking->items[i].fact->text);
        item->fact = joined;
    }
    ranking->count = kept;
}

/* ---- rows ---- */

static const char *label_of(struct page_ranking *ranking, const struct page_ranked *item, bool with_codes) {
    struct arena *arena = ranking->page->arena;
    const char *label = item->fact->label, *codes = "";
    if (!with_codes)
        return page_capitalised(label, arena);
    for (size_t i = 0; i < item->of_count; i++)
        codes = arena_printf(arena, "%s%s%s", codes, i ? ", " : "", item->of[i]->code.display);
    return label ? arena_printf(arena, "%s, %s", codes, label) : codes;
}

/* A note of ICD-10-CM names its code in its text. */
static bool shows_related(const struct kb_fact *fact) {
    return fact->has_related && !(fact->section == SECTION_GUIDELINES && fact->text && strstr(fact->text, fact->related_display));
}

struct template_rows page_rank_rows(struct page_ranking *ranking, size_t from, size_t most, bool with_codes) {
    struct page *page = ranking->page;
    struct template_rows ret = {0};
    for (size_t i = from; i < ranking->count && i - from < most; i++) {
        const struct kb_fact *fact = ranking->items[i].fact;
        struct template_row *row = template_rows_add(&ret, page->arena);
        bool related = shows_related(fact);
        template_text(row, "label", label_of(ranking, &ranking->items[i], with_codes));
        template_text(row, "related", related ? fact->related_display : NULL);
        template_text(row, "related_title", related ? fact->related_title : NULL);
        template_text(row, "value", fact->value);
        template_text(row, "text", fact->text);
        template_flag(row, "named", related || fact->value);
        template_text(row, "mark", page_cite(page, fact->source));
    }
    return ret;
}
