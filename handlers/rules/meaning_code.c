/* What a code is: its plain words, when it is done, what stands near it, and what bears on the asker's words. */
#include <string.h>

#include "handlers/rules/meaning.h"
#include "kb/words.h"

enum { RELATED_SHOWN = 4, BEARS_SHOWN = 1, NOTES_SHOWN = 5, LISTED_SHOWN = 5, ALIKE_SHOWN = 3, SEARCH_HITS = 24, NAMERS_READ = 64, BLOCK = 4, CATEGORY = 3 };

/* ---- plain words ---- */

/* The end of the first sentence: a full stop before a capital letter. */
static size_t sentence_len(const char *text) {
    for (size_t i = 0; text[i]; i++)
        if (text[i] == '.' && (!text[i + 1] || (text[i + 1] == ' ' && text[i + 2] >= 'A' && text[i + 2] <= 'Z')))
            return i + 1;
    return strlen(text);
}

static bool names_another(const struct inquiry *inquiry, const struct page_asked *asked, struct span sentence) {
    struct span word;
    while (words_next(&sentence, &word))
        for (size_t i = 0; i < inquiry->code_count; i++)
            if (&inquiry->codes[i] != asked->asked && span_same(word, span_of(inquiry->codes[i].key)))
                return true;
    return false;
}

/* Of the sentences behind the first the one that names another code asked. */
static const char *sentence_between(const struct page *page, const struct inquiry *inquiry, const struct page_asked *asked, const char *rest) {
    while (*rest) {
        size_t len = sentence_len(rest);
        struct span sentence = span_trim((struct span){rest, len});
        if (names_another(inquiry, asked, sentence))
            return arena_copy(page->arena, sentence);
        rest += len;
    }
    return NULL;
}

void meaning_add_plain(struct page *page, const struct inquiry *inquiry, const struct page_asked *asked, bool brief, struct template_row *ret) {
    struct page_facts facts = page_facts(&asked->found, SECTION_PLAIN);
    const struct kb_fact *plain = NULL;
    for (size_t i = 0; i < facts.count && !plain; i++)
        plain = facts.items[i].text ? &facts.items[i] : NULL;
    if (!plain)
        return;
    size_t len = sentence_len(plain->text);
    const char *rest = plain->text + len;
    template_text(ret, "plain_first", arena_copy(page->arena, (struct span){plain->text, len}));
    template_text(ret, "plain_rest", brief ? sentence_between(page, inquiry, asked, rest) : arena_copy(page->arena, span_trim(span_of(rest))));
    template_text(ret, "plain_mark", page_cite(page, plain->source));
}

/* ---- when it is done, and what the record must show ---- */

/* Lines that are left for it: who asks what a code is wants to read it at a glance. */
struct room {
    size_t lines;
    bool told_more; /* a note bears on the asker's words */
};

enum { LINE = 72, ROOM = 13, ROOM_OF_DIAGNOSIS = 11, /* who lists it takes the rest */ JOINED_BYTES = 4 * LINE };

static size_t lines_of(const struct kb_fact *fact) {
    return ((fact->text ? strlen(fact->text) : 0) + (fact->label ? strlen(fact->label) : 0)) / LINE + 1;
}

static bool take(struct room *room, size_t lines) {
    bool ret = lines <= room->lines;
    room->lines -= ret ? lines : 0;
    return ret;
}

static struct room room_for(const struct page_code *found) {
    struct page_facts plain = page_facts(found, SECTION_PLAIN);
    struct room ret = {.lines = found->code.system == SYSTEM_ICD10CM ? ROOM_OF_DIAGNOSIS : ROOM};
    size_t told = plain.count > 0 ? lines_of(&plain.items[0]) : 0;
    ret.lines -= told < ret.lines ? told : ret.lines;
    return ret;
}

static void add_context(struct page *page, const struct inquiry *inquiry, const struct page_code *found, struct room *room, struct template_row *ret) {
    static const char *const labels[] = {"when it is done", "what the record must show"};
    struct template_rows rows = {0};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        const struct kb_fact *fact = page_fact(found, SECTION_CLINICAL, labels[i]);
        bool asked = i > 0 && page_rank_any(inquiry->words, "record note notes document documents documented documentation chart report");
        if (!fact || (!take(room, lines_of(fact)) && !asked))
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "label", page_capitalised(fact->label, page->arena));
        template_text(row, "text", fact->text);
        template_text(row, "mark", page_cite(page, fact->source));
    }
    template_list(ret, "context", rows);
}

/* ---- what bears on the words, the notes, the related codes ---- */

static bool is_one_of(const char *label, const char *const *list, size_t count) {
    for (size_t i = 0; label && i < count; i++)
        if (strcmp(label, list[i]) == 0)
            return true;
    return false;
}

/* Lists of files, behind the relations that were chosen for a reason. */
static bool is_from_a_list(const struct kb_fact *fact) {
    static const char *const labels[] = {"add-on", "primary code", "cross-reference"};
    return is_one_of(fact->label, labels, sizeof labels / sizeof *labels);
}

/* A code of such a list that a chosen relation names, too. */
static bool is_named_twice(const struct page_code *found, const struct kb_fact *fact) {
    struct page_facts facts = page_facts(found, SECTION_RELATED);
    for (size_t i = 0; i < facts.count && is_from_a_list(fact); i++)
        if (!is_from_a_list(&facts.items[i]) && facts.items[i].has_related && strcmp(facts.items[i].related_display, fact->related_display) == 0)
            return true;
    return false;
}

static size_t count_chosen(const struct page_code *found) {
    struct page_facts facts = page_facts(found, SECTION_RELATED);
    size_t ret = 0;
    for (size_t i = 0; i < facts.count; i++)
        ret += !is_from_a_list(&facts.items[i]);
    return ret;
}

/* What only a list holds is told where nothing was chosen, or when it is asked for; but an add-on is nothing without its primary codes. */
static bool is_left_out(const struct inquiry *inquiry, const struct page_code *found, const struct kb_fact *fact) {
    if (!is_from_a_list(fact))
        return false;
    bool wanted = strcmp(fact->label, "primary code") == 0 || page_rank_any(inquiry->words, "add addon addons");
    return is_named_twice(found, fact) || (!wanted && count_chosen(found) > 1);
}

/* Where a note bears on the words those that do not are noise. */
static void keep_bearing(struct page_ranking *ranking) {
    size_t kept = 0;
    while (kept < ranking->count && ranking->items[kept].score > 0)
        kept++;
    ranking->count = kept > 0 ? kept : ranking->count;
}

static bool tells_more_to_code(const struct page_ranking *ranking) {
    static const char *const labels[] = {"use additional", "code also"};
    const char *label = ranking->count > 0 && ranking->items[0].score > RANK_BEARS ? ranking->items[0].fact->label : NULL;
    bool ret = false;
    for (size_t i = 0; label && i < sizeof labels / sizeof *labels; i++)
        ret = ret || span_starts_same(span_of(label), span_of(labels[i]));
    return ret && (ranking->matters & MATTER_MORE);
}

/* Which facts make a field. */
struct choice {
    const char *name;
    unsigned sections;
    int least; /* score */
    size_t most;
    size_t at_least; /* also when there is no room left */
};

/* How many of them there is room for. */
static size_t count_fitting(const struct page_ranking *ranking, const struct choice *choice, struct room *room) {
    size_t ret = 0;
    while (ret < ranking->count && ret < choice->most && (take(room, lines_of(ranking->items[ret].fact)) || ret < choice->at_least))
        ret++;
    return ret;
}

static int add_ranked(struct page *page, const struct inquiry *inquiry, const struct page_code *found, const struct choice *choice, struct room *room,
                      struct template_row *ret, struct why *why) {
    static const char *const told[] = {"when it is done", "what the record must show"};
    struct page_ranking ranking;
    size_t kept = 0;
    int failed = page_rank_begin(page, inquiry, &ranking, why);
    if (failed)
        return failed;
    page_rank_add(&ranking, found, choice->sections);
    for (size_t i = 0; i < ranking.count; i++) {
        struct page_ranked item = ranking.items[i];
        bool seventh = item.fact->label && span_starts_same(span_of(item.fact->label), SPAN("7th character"));
        item.score -= is_from_a_list(item.fact) ? RANK_BEARS : 0;
        if (item.score >= choice->least && !seventh && !is_left_out(inquiry, found, item.fact) && !is_one_of(item.fact->label, told, sizeof told / sizeof *told))
            ranking.items[kept++] = item;
    }
    ranking.count = kept;
    page_rank_sort(&ranking);
    if (choice->sections == SECTION_BIT(SECTION_GUIDELINES)) {
        template_flag(ret, "more_to_code", tells_more_to_code(&ranking));
        room->told_more = ranking.count > 0 && ranking.items[0].score > 0;
        keep_bearing(&ranking);
        page_rank_join(&ranking, JOINED_BYTES);
    }
    size_t shown = count_fitting(&ranking, choice, room);
    template_flag(ret, "more_notes", choice->sections == SECTION_BIT(SECTION_GUIDELINES) && shown < ranking.count);
    struct template_rows rows = page_rank_rows(&ranking, 0, shown, false);
    for (size_t i = 0; i < rows.count; i++) /* "removal" tells enough of a code, "add-on" does not */
        template_flag(&rows.items[i], "title_wanted", !ranking.items[i].fact->label || is_from_a_list(ranking.items[i].fact));
    template_list(ret, choice->name, rows);
    if (ranking.matters & MATTER_SEVENTH)
        return page_add_seventh(page, &found->code, ret, why);
    return 0;
}

/* ---- diagnoses: who lists it, and which of its category fits the asker's other words ---- */

static bool is_before(const struct kb_namers *namers, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (strcmp(namers->items[i].display, namers->items[at].display) == 0)
            return true;
    return false;
}

static int add_listed_for(struct page *page, const struct kb_code *code, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    struct kb_namers namers;
    int failed = kb_named_by(page->kb, code->system, code->key, SECTION_DIAGNOSES, page->date, NAMERS_READ, page->arena, &namers, why);
    if (failed)
        return failed;
    for (size_t i = 0; i < namers.count && rows.count < LISTED_SHOWN; i++) {
        if (is_before(&namers, i))
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "namer", namers.items[i].display);
        template_text(row, "namer_title", namers.items[i].title);
        template_text(row, "mark", page_cite(page, namers.items[i].fact.source));
    }
    template_list(ret, "listed_for", rows);
    return 0;
}

static bool asks_for_another(const struct question *question) {
    for (size_t i = 0; i < question->intent_count; i++)
        if (question->intents[i] == INTENT_FIND_CODE)
            return true;
    return false;
}

/* "and the one for the thigh bone?": the block's title and the asker's words, within the category. */
static int add_alike(struct page *page, const struct inquiry *inquiry, const struct kb_code *code, struct template_row *ret, struct why *why) {
    char key[CODE_BYTES] = "";
    struct template_rows rows = {0};
    struct kb_code block;
    struct kb_hits hits;
    size_t len = strlen(code->key);
    if (!asks_for_another(page->question))
        return 0;
    memcpy(key, code->key, len > BLOCK ? BLOCK : CATEGORY);
    int failed = kb_lookup(page->kb, code->system, key, page->date, page->arena, &block, why);
    if (failed || !block.title)
        return failed;
    const char *query = arena_printf(page->arena, "%s %.*s", block.title, SPAN_ARG(inquiry->words));
    failed = kb_search(page->kb, span_of(query), 1u << code->system, page->date, SEARCH_HITS, page->arena, &hits, why);
    if (failed)
        return failed == FAIL_EMPTY ? 0 : failed;
    for (size_t i = 0; i < hits.count && rows.count < ALIKE_SHOWN; i++) {
        const struct kb_code *hit = &hits.items[i].code;
        if (hit->status != STATUS_VALID || strncmp(hit->key, code->key, CATEGORY) != 0 || strcmp(hit->key, code->key) == 0)
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "other", hit->display);
        template_text(row, "other_title", hit->title);
        template_text(row, "mark", page_cite(page, hit->source));
    }
    template_list(ret, "alike", rows);
    return 0;
}

/* Who lists it is told to whoever asks nothing else. */
static int add_diagnosis(struct page *page, const struct inquiry *inquiry, const struct kb_code *code, const struct room *room, struct template_row *ret,
                         struct why *why) {
    int failed = code->status == STATUS_VALID ? add_alike(page, inquiry, code, ret, why) : 0;
    return failed || room->told_more ? failed : add_listed_for(page, code, ret, why);
}

int meaning_add_details(struct page *page, const struct inquiry *inquiry, const struct page_asked *asked, struct template_row *ret, struct why *why) {
    enum { ANY = -1000 };
    const struct page_code *found = &asked->found;
    bool diagnosis = found->code.system == SYSTEM_ICD10CM;
    static const struct choice notes = {"notes", SECTION_BIT(SECTION_GUIDELINES), ANY, NOTES_SHOWN, 1},
                               bears = {"bears",
                                        SECTION_BIT(SECTION_CLINICAL) | SECTION_BIT(SECTION_GUIDELINES) | SECTION_BIT(SECTION_UNITS) |
                                            SECTION_BIT(SECTION_COVERAGE),
                                        RANK_BEARS, BEARS_SHOWN, 0},
                               related = {"related_codes", SECTION_BIT(SECTION_RELATED), ANY, RELATED_SHOWN, 3};
    struct room room = room_for(found);
    add_context(page, inquiry, found, &room, ret);
    int failed = add_ranked(page, inquiry, found, diagnosis ? &notes : &bears, &room, ret, why);
    if (!failed)
        failed = add_ranked(page, inquiry, found, &related, &room, ret, why);
    return failed || !diagnosis ? failed : add_diagnosis(page, inquiry, &found->code, &room, ret, why);
}
