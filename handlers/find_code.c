/* Words -> codes: the one that covers them, or the best five, or the plain word that none does. */
#include "handlers/rules/find_code.h"

#include <string.h>

#include "handlers/rules/fit.h"

enum { OTHERS_BESIDE_BEST = 3, WORDS_ECHOED = 5, VARIANTS = 32, ENCOUNTER_PLACE = 6, ECHO_BYTES = 512 };

/* "Which modifiers?" tells nothing to search for. */
static bool tells_something(const struct inquiry *inquiry) {
    for (size_t i = 0; i < inquiry->keyword_count; i++)
        if (!span_is_among(span_of(inquiry->keywords[i]), "modifier modifiers code codes units"))
            return true;
    return fit_tells_any_side(inquiry->words);
}

/* Words beside a code that nobody here knows do not find another one. */
static bool claims(const struct question *question, const struct inquiry *inquiry) {
    enum intent intent = inquiry->intent;
    if (inquiry->code_count > 0)
        return find_code_claims_named(inquiry) || (inquiry->words.len > 0 && find_code_claims_instead(inquiry));
    if (inquiry->words.len == 0 || question->asks_advice)
        return false;
    if ((intent == INTENT_MODIFIER || intent == INTENT_UNITS) && tells_something(inquiry) && fit_asks_code(inquiry->words))
        return true;
    return intent == INTENT_FIND_CODE || intent == INTENT_MEANING || intent == INTENT_CROSSWALK ||
           (intent == INTENT_NOT_CODING && fit_asks_code(inquiry->words));
}

/* ---- the one that is named ---- */

/* Where two titles part, behind a blank. */
static size_t common_start(const char *a, const char *b) {
    size_t same = 0, ret = 0;
    for (; a[same] && a[same] == b[same]; same++)
        if (a[same] == ' ')
            ret = same + 1;
    return ret;
}

static bool tells_encounter(struct span words) {
    for (struct span word; words.len > 0 && span_cut(&words, ' ', &word);)
        if (span_same(word, SPAN("initial")) || span_same(word, SPAN("subsequent")) || span_starts_same(word, SPAN("sequel")))
            return true;
    return false;
}

/* The same diagnosis with its other seventh characters, where the asker did not say which encounter it is. */
static int add_variants(struct page *page, const struct inquiry *inquiry, const struct kb_code *best, struct template_row *ret,
                        struct why *why) {
    struct template_rows rows = {0};
    struct kb_codes codes = {0};
    static const char usual[] = "ABDS"; /* of a fracture's sixteen; other injuries have A, D and S alone */
    if (best->system != SYSTEM_ICD10CM || strlen(best->key) != ENCOUNTER_PLACE + 1 || !best->title || tells_encounter(inquiry->words))
        return 0;
    size_t len = ENCOUNTER_PLACE;
    while (best->key[len - 1] == 'X')
        len--;
    const char *header = arena_copy(page->arena, (struct span){best->key, len});
    int failed = kb_children(page->kb, best->system, header, page->date, VARIANTS, page->arena, &codes, why);
    if (failed)
        return failed == FAIL_EMPTY ? 0 : failed;
    for (size_t i = 0; i < codes.count; i++) {
        const struct kb_code *code = &codes.items[i];
        if (!code->title || strlen(code->key) != ENCOUNTER_PLACE + 1 || strcmp(code->key, best->key) == 0 ||
            !strchr(usual, code->key[ENCOUNTER_PLACE]))
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "character", code->key + ENCOUNTER_PLACE);
        template_text(row, "character_means", code->title + common_start(code->title, best->title));
    }
    template_text(ret, "character_here", best->key + ENCOUNTER_PLACE);
    template_flag(ret, "more_characters", codes.count > rows.count + 1);
    template_list(ret, "variants", rows);
    return 0;
}

int find_code_add_best(struct page *page, const struct inquiry *inquiry, const struct kb_hit *hit, struct template_row *ret,
                       struct why *why) {
    struct page_code found;
    struct template_rows rows = {0};
    struct template_row *row = template_rows_add(&rows, page->arena);
    int failed = page_find(page, hit->code.system, hit->code.key, &found, why);
    if (!failed)
        failed = page_status(page, &found, row, why);
    if (!failed)
        failed = add_variants(page, inquiry, &hit->code, row, why);
    if (failed)
        return failed;
    template_markup(row, "sections", page_sections(page, &found, &(struct page_view){.set = SECTION_BIT(SECTION_PLAIN)}));
    template_flag(row, "extract", !kb_complete(page->kb, hit->code.system, page->date) && !hit->code.edition_ended);
    template_list(ret, "best", rows);
    return 0;
}

/* ---- none ---- */

/* Of the systems wanted, the first of which only some codes are described here: CPT for whoever asks for a procedure. */
static int first_extract(struct page *page, const struct inquiry *inquiry) {
    unsigned wanted = page_systems_wanted(inquiry->words);
    bool named = !(wanted & 1u << SYSTEM_CPT && wanted & 1u << SYSTEM_ICD10CM);
    for (int system = 0; system < SYSTEM_COUNT; system++)
        if (wanted & 1u << system && !kb_complete(page->kb, (enum code_system)system, page->date) &&
            (named ? system <= SYSTEM_CPT || system >= SYSTEM_DRG : system == SYSTEM_CPT && fit_asks_procedure(inquiry->words)))
            return system;
    return SYSTEM_COUNT;
}

static int add_described(struct page *page, const struct inquiry *inquiry, struct template_row *ret, struct why *why) {
    struct kb_editions editions;
    int system = first_extract(page, inquiry), failed = kb_editions(page->kb, page->arena, &editions, why);
    for (size_t i = 0; !failed && i < editions.count; i++)
        if ((int)editions.items[i].system == system && !editions.items[i].complete) {
            template_text(ret, "described", arena_printf(page->arena, "%zu", editions.items[i].codes));
            template_text(ret, "described_system", name_text(system_titles, system));
        }
    return failed;
}

/* Keywords alone: what the knowledge base does not know is not repeated. */
static const char *echo(const struct inquiry *inquiry, struct arena *arena) {
    struct buf text;
    buf_init(&text, ECHO_BYTES);
    for (size_t i = 0; i < inquiry->keyword_count && i < WORDS_ECHOED; i++)
        buf_printf(&text, "%s%s", i ? ", " : "", inquiry->keywords[i]);
    const char *ret = text.len && !buf_full(&text) ? buf_keep(&text, arena) : NULL;
    buf_free(&text);
    return ret;
}

static int answer_none(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    int failed = add_described(page, inquiry, &row, why);
    if (failed)
        return failed;
    template_flag(&row, "none", true);
    template_text(&row, "wanted", echo(inquiry, page->arena));
    *ret = (struct part){.about = "A code for your words",
                         .action = ACTION_HUMAN,
                         .reason = inquiry->keyword_count > 0 ? "no code described here fits the words"
                                                              : "no code, and no words that the knowledge base knows",
                         .confidence = CONFIDENCE_GUESS};
    part_write(page, "find_code", &row, ret);
    return 0;
}

/* ---- */

static int answer_hits(struct page *page, const struct inquiry *inquiry, struct page_hits *found, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    const struct kb_hit *best = &found->hits.items[0];
    int failed = found->clear ? find_code_add_best(page, inquiry, best, &row, why) : 0;
    if (failed)
        return failed;
    if (found->clear && found->hits.count > 1 + OTHERS_BESIDE_BEST)
        found->hits.count = 1 + OTHERS_BESIDE_BEST;
    template_flag(&row, "single", found->hits.count == 1);
    template_flag(&row, "side_decides", found->sides && !found->clear);
    page_list_hits(page, found, found->clear ? 1 : 0, &row);
    page->procedures = page->procedures || (found->clear && page_is_procedure(best->code.system));
    *ret = (struct part){.about = "A code for your words",
                         .action = ACTION_ANSWER,
                         .reason = found->clear   ? "a code found for the words"
                                   : found->sides ? "codes found for the words; the side decides"
                                                  : "several codes fit the words",
                         .confidence = found->clear || found->sides ? CONFIDENCE_VERDICT : CONFIDENCE_PARTLY,
                         .named = found->clear ? &best->code : NULL};
    part_write(page, "find_code", &row, ret);
    return 0;
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct page_hits found = {0};
    if (inquiry->code_count > 0 && find_code_claims_instead(inquiry))
        return find_code_instead(page, inquiry, ret, why);
    if (inquiry->code_count > 0)
        return find_code_named(page, inquiry, ret, why);
    struct page_found searched;
    unsigned systems = page_systems_wanted(inquiry->words);
    const struct fit_wanted wanted = fit_read(page->kb, inquiry->words, page->arena);
    int failed = page_search(page, inquiry, systems, &searched, why);
    if (failed)
        return failed;
    int judged = page_judge(page, &wanted, &searched, HITS_GOOD, &found, why);
    if (judged && judged != FAIL_EMPTY)
        return judged;
    bool any = judged == 0;
    failed =
        any && found.covers && wanted.cause == FIT_ANY ? FAIL_EMPTY : find_code_wants(page, inquiry, systems, &searched, !any, ret, why);
    if (failed != FAIL_EMPTY)
        return failed;
    return any ? answer_hits(page, inquiry, &found, ret, why) : answer_none(page, inquiry, ret, why);
}

const struct handler handler_find_code = {.name = "find_code", .claims = claims, .answer = answer};
