#include "handlers/write/page.h"

#include <string.h>

#include "handlers/answer.h"

struct page page_begin(struct kb *kb, const struct question *question, struct arena *arena) {
    return (struct page){.kb = kb,
                         .question = question,
                         .date = question_date(question),
                         .date_named = date_is_set(question->date_of_service),
                         .arena = arena};
}

int page_find(struct page *page, enum code_system system, const char *key, struct page_code *ret, struct why *why) {
    struct page_code found = {0};
    int failed = kb_lookup(page->kb, system, key, page->date, page->arena, &found.code, why);
    if (!failed)
        failed = kb_facts(page->kb, system, key, page->date, page->arena, &found.facts, why);
    if (failed && failed != FAIL_EMPTY)
        return failed;
    for (size_t i = 0; i < found.facts.count; i++)
        found.known |= SECTION_BIT(found.facts.items[i].section);
    *ret = found;
    return 0;
}

unsigned page_expected(const struct kb_code *code) {
    static const unsigned notes = SECTION_BIT(SECTION_PLAIN) | SECTION_BIT(SECTION_GUIDELINES);
    if (code->status != STATUS_VALID && code->status != STATUS_HEADER)
        return 0;
    switch (code->system) {
    case SYSTEM_CPT:
    case SYSTEM_HCPCS: return SECTIONS_ALL;
    case SYSTEM_ICD10CM: return notes | SECTION_BIT(SECTION_RELATED) | SECTION_BIT(SECTION_COVERAGE);
    case SYSTEM_ICD10PCS: return notes | SECTION_BIT(SECTION_RELATED);
    case SYSTEM_DRG: return notes | SECTION_BIT(SECTION_FEE);
    case SYSTEM_MOD: return notes;
    default: return SECTION_BIT(SECTION_PLAIN);
    }
}

/* ---- sources ---- */

/* The seed data and an import may name the same edition: it is one source for whoever reads. */
static bool reads_the_same(const struct kb_source *a, const struct kb_source *b) {
    return strcmp(a->publisher, b->publisher) == 0 && strcmp(a->title, b->title) == 0 && strcmp(a->edition, b->edition) == 0;
}

const char *page_cite(struct page *page, const struct kb_source *source) {
    if (!source)
        return NULL;
    size_t at = 0;
    while (at < page->source_count && !reads_the_same(page->sources[at], source))
        at++;
    if (at == page->source_count) {
        page->sources = arena_grow(page->arena, page->sources, page->source_count, sizeof(struct kb_source *));
        page->sources[page->source_count++] = source;
    }
    return arena_printf(page->arena, "%zu", at + 1);
}

static bool notice_is_new(const struct page *page, size_t at) {
    if (!page->sources[at]->notice)
        return false;
    for (size_t i = 0; i < at; i++)
        if (page->sources[i]->notice && strcmp(page->sources[i]->notice, page->sources[at]->notice) == 0)
            return false;
    return true;
}

void page_end(struct page *page, struct template_row *ret) {
    struct template_rows sources = {0}, notices = {0};
    for (size_t i = 0; i < page->source_count; i++) {
        const struct kb_source *source = page->sources[i];
        struct template_row *row = template_rows_add(&sources, page->arena);
        template_text(row, "number", arena_printf(page->arena, "%zu", i + 1));
        template_text(row, "publisher", source->publisher);
        template_text(row, "source_title", source->title);
        template_text(row, "edition", source->edition);
        if (notice_is_new(page, i))
            template_text(template_rows_add(&notices, page->arena), "notice", source->notice);
    }
    template_list(ret, "sources", sources);
    template_list(ret, "notices", notices);
}

/* ---- what a code is ---- */

bool page_is_procedure(enum code_system system) { return system == SYSTEM_CPT || system == SYSTEM_HCPCS; }

const char *page_capitalised(const char *text, struct arena *arena) {
    if (!text || !*text)
        return NULL;
    char *ret = arena_copy(arena, span_of(text));
    ret[0] = char_upper(ret[0]);
    return ret;
}

static struct template_rows list_codes(struct page *page, const struct kb_codes *codes, size_t max) {
    struct template_rows ret = {0};
    for (size_t i = 0; i < codes->count && i < max; i++) {
        struct template_row *row = template_rows_add(&ret, page->arena);
        template_text(row, "other", codes->items[i].display);
        template_text(row, "other_title", codes->items[i].title);
        template_text(row, "other_mark", page_cite(page, codes->items[i].source));
    }
    return ret;
}

static int add_children(struct page *page, const struct kb_code *code, struct template_row *ret, struct why *why) {
    struct kb_codes children = {0};
    if (code->status == STATUS_HEADER) {
        int failed = kb_children(page->kb, code->system, code->key, page->date, PAGE_CHILDREN + 1, page->arena, &children, why);
        if (failed && failed != FAIL_EMPTY)
            return failed;
    }
    template_list(ret, "children", list_codes(page, &children, PAGE_CHILDREN));
    template_flag(ret, "more_children", children.count > PAGE_CHILDREN);
    return 0;
}

/* Where a code ended and no file names a successor. */
static int add_remaining(struct page *page, const struct kb_code *code, struct template_row *ret, struct why *why) {
    struct kb_codes remaining = {0};
    const char *header = NULL;
    int failed = 0;
    if (code->status == STATUS_RETIRED && !code->successor)
        failed = kb_remaining(page->kb, code->system, code->key, page->date, PAGE_CHILDREN, page->arena, &header, &remaining, why);
    if (failed)
        return failed;
    template_text(ret, "remaining_below", header);
    template_list(ret, "remaining", list_codes(page, &remaining, PAGE_CHILDREN));
    return 0;
}

/* A code that has figures is none that somebody mistyped. */
static int add_neighbours(struct page *page, const struct page_code *found, struct template_row *ret, struct why *why) {
    static const unsigned figures = SECTION_BIT(SECTION_FEE) | SECTION_BIT(SECTION_UNITS);
    const struct kb_code *code = &found->code;
    struct kb_codes neighbours = {0};
    if (code->status == STATUS_UNKNOWN || (code->status == STATUS_NO_DATA && !(found->known & figures))) {
        int failed = kb_neighbours(page->kb, code->system, code->key, page->date, PAGE_NEIGHBOURS, page->arena, &neighbours, why);
        if (failed && failed != FAIL_EMPTY)
            return failed;
    }
    template_list(ret, "neighbours", list_codes(page, &neighbours, PAGE_NEIGHBOURS));
    return 0;
}

static bool edition_holds(const struct kb_edition *edition, enum code_system system, struct date date) {
    return edition->system == system && edition->complete && date_compare(edition->valid_from, date) <= 0 &&
           date_compare(date, edition->valid_to) <= 0;
}

/* A code that does not exist has no source of its own: the edition that does not hold it speaks. */
static int add_edition(struct page *page, const struct kb_code *code, struct template_row *ret, struct why *why) {
    const struct kb_source *source = code->source;
    struct kb_editions editions = {0};
    if (code->status == STATUS_UNKNOWN) {
        int failed = kb_editions(page->kb, page->arena, &editions, why);
        if (failed && failed != FAIL_EMPTY)
            return failed;
    }
    for (size_t i = 0; i < editions.count; i++)
        if (edition_holds(&editions.items[i], code->system, page->date)) {
            source = editions.items[i].source;
            template_text(ret, "in_edition", editions.items[i].name);
        }
    template_text(ret, "code_mark", page_cite(page, source));
    return 0;
}

static void add_status_flags(const struct kb_code *code, struct template_row *ret) {
    static const char *const flags[] = {
        [STATUS_VALID] = "valid",   [STATUS_HEADER] = "header",   [STATUS_RETIRED] = "retired",
        [STATUS_FUTURE] = "future", [STATUS_UNKNOWN] = "unknown", [STATUS_NO_DATA] = "no_data",
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        template_flag(ret, flags[i], (size_t)code->status == i);
}

static void add_days(struct page *page, const struct kb_code *code, struct template_row *ret) {
    bool lasts = date_compare(code->valid_to, DATE_FOREVER) >= 0;
    template_text(ret, "date", arena_copy(page->arena, span_of(page->date.iso)));
    template_flag(ret, "date_named", page->date_named);
    template_text(ret, "since", arena_copy(page->arena, span_of(code->valid_from.iso)));
    template_text(ret, "old_edition", code->edition_ended ? code->edition : NULL);
    template_text(ret, "until", lasts ? NULL : arena_copy(page->arena, span_of(code->valid_to.iso)));
}

int page_status(struct page *page, const struct page_code *found, struct template_row *ret, struct why *why) {
    const struct kb_code *code = &found->code;
    const char *system = name_text(system_titles, (int)code->system);
    template_text(ret, "system", system);
    template_text(ret, "System", page_capitalised(system, page->arena));
    template_text(ret, "code", code->display);
    template_text(ret, "title", code->title);
    template_flag(ret, "official", code->title && code->title_official);
    template_flag(ret, "without_descriptor", code->system == SYSTEM_CPT && !code->title_official);
    page->own_words = page->own_words || (code->system == SYSTEM_CPT && code->title && !code->title_official);
    page->procedures = page->procedures || page_is_procedure(code->system);
    template_text(ret, "family", code->family);
    template_text(ret, "successor", code->successor);
    add_status_flags(code, ret);
    template_flag(ret, "figures_only", code->status == STATUS_NO_DATA && found->facts.count > 0);
    template_flag(ret, "unfit", code->status != STATUS_VALID);
    add_days(page, code, ret);
    int failed = add_edition(page, code, ret, why);
    if (!failed)
        failed = add_children(page, code, ret, why);
    if (!failed)
        failed = add_remaining(page, code, ret, why);
    if (!failed)
        failed = add_neighbours(page, found, ret, why);
    return failed;
}

/* ---- sections ---- */

static bool is_wanted(const struct kb_fact *fact, const struct page_codes *others) {
    if (!others || fact->section != SECTION_RELATED)
        return true;
    for (size_t i = 0; i < others->count && fact->has_related; i++)
        if (others->items[i].system == fact->related_system && strcmp(others->items[i].display, fact->related_display) == 0)
            return true;
    return false;
}

/* The source that speaks for the section, in its heading: that of most facts, or NULL. The others' facts are marked one by one. */
static const struct kb_source *main_source(const struct kb_fact *facts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t same = 0;
        for (size_t j = 0; j < count; j++)
            same += strcmp(facts[i].source->id, facts[j].source->id) == 0;
        if (same * 2 > count)
            return facts[i].source;
    }
    return NULL;
}

/* The fee schedule prints a figure also where it marks it as not applicable; nobody must take it for one that is paid. */
const char *page_figure(const struct kb_fact *fact) {
    bool not_applicable = fact->section == SECTION_FEE && fact->value && fact->text && strncmp(fact->text, "Marked NA", 9) == 0;
    return not_applicable ? "NA" : fact->value;
}

enum { YEAR_LEN = 4 };

static const char *year_of(struct page *page, const struct kb_fact *fact) {
    return arena_copy(page->arena, span_slice(span_of(fact->valid_to.iso), 0, YEAR_LEN));
}

/* The last day of the newest figures that have ended: their year is told once, above all of them. Not set: none has. */
static struct date newest_ended(struct page_facts facts) {
    struct date ret = {""};
    for (size_t i = 0; i < facts.count; i++)
        if (facts.items[i].ended && date_compare(facts.items[i].valid_to, ret) > 0)
            ret = facts.items[i].valid_to;
    return ret;
}

/* What a row says of its year: nothing where it is the one above, or where all figures hold on the day. */
static const char *figures_of(struct page *page, const struct kb_fact *fact, struct date above) {
    bool same = fact->ended ? date_compare(fact->valid_to, above) == 0 : !date_is_set(above) || date_compare(fact->valid_to, DATE_FOREVER) == 0;
    return same ? NULL : year_of(page, fact);
}

static void add_fact(struct page *page, const struct kb_fact *fact, struct date above, bool cite, struct template_rows *ret) {
    struct template_row *row = template_rows_add(ret, page->arena);
    template_text(row, "label", page_capitalised(fact->label, page->arena));
    template_text(row, "value", page_figure(fact));
    template_text(row, "text", fact->text);
    template_text(row, "related", fact->has_related ? fact->related_display : NULL);
    template_text(row, "related_system", fact->has_related ? name_text(system_titles, (int)fact->related_system) : NULL);
    template_text(row, "related_title", fact->has_related ? fact->related_title : NULL);
    template_flag(row, "named", fact->has_related || fact->value);
    template_text(row, "figures_of", figures_of(page, fact, above));
    template_text(row, "from", fact->valid_from.iso);
    template_text(row, "mark", cite ? page_cite(page, fact->source) : NULL);
}

struct page_facts page_facts(const struct page_code *found, enum kb_section section) {
    const struct kb_fact *facts = found->facts.items;
    size_t from = 0, to;
    while (from < found->facts.count && facts[from].section != section)
        from++;
    for (to = from; to < found->facts.count && facts[to].section == section;)
        to++;
    return from < to ? (struct page_facts){facts + from, to - from} : (struct page_facts){0};
}

const struct kb_fact *page_fact(const struct page_code *found, enum kb_section section, const char *label) {
    struct page_facts facts = page_facts(found, section);
    for (size_t i = 0; i < facts.count; i++)
        if (facts.items[i].label && strcmp(facts.items[i].label, label) == 0)
            return &facts.items[i];
    return NULL;
}

/* Has the asker used a word of the label? Of "work RVU" both count, of "Global split, before / during / after" the long ones. */
static bool is_asked_figure(const struct kb_fact *fact, struct span words) {
    enum { WORD_OF_A_FIGURE = 4 };
    struct span label = span_of(fact->label ? fact->label : ""), word, rest, asked;
    while (fact->section == SECTION_FEE && span_cut(&label, ' ', &word))
        for (rest = words; word.len >= WORD_OF_A_FIGURE && span_cut(&rest, ' ', &asked);)
            if (span_same(word, asked))
                return true;
    return false;
}

static bool is_any_asked(struct page_facts facts, struct span words) {
    for (size_t i = 0; i < facts.count; i++)
        if (is_asked_figure(&facts.items[i], words))
            return true;
    return false;
}

/* In a brief view what does not go on the code's own line ("On the visit") is told from what does. */
static bool goes_on_the_line(const struct kb_fact *fact) { return fact->has_related && !fact->label; }

static struct template_rows list_facts(struct page *page, struct page_facts facts, const struct page_view *view,
                                       const struct kb_source *source, bool brief, struct template_rows *on_the_line) {
    struct template_rows ret = {0};
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < facts.count; i++) {
            const struct kb_fact *fact = &facts.items[i];
            bool cite = !source || strcmp(fact->source->id, source->id) != 0;
            if (is_asked_figure(fact, view->words) == (turn == 0) && is_wanted(fact, view->others))
                add_fact(page, fact, newest_ended(facts), cite, brief && goes_on_the_line(fact) ? on_the_line : &ret);
            if (view->most > 0 && ret.count + on_the_line->count == view->most)
                return ret;
        }
    return ret;
}

static size_t count_wanted(struct page_facts facts, const struct page_view *view) {
    size_t ret = 0;
    for (size_t i = 0; i < facts.count; i++)
        ret += is_wanted(&facts.items[i], view->others);
    return ret;
}

static void render_section(struct page *page, const struct page_code *found, enum kb_section section, const struct page_view *view,
                           struct buf *ret) {
    struct page_facts facts = page_facts(found, section);
    size_t wanted = count_wanted(facts, view);
    if (wanted == 0)
        return;
    struct template_row row = template_row_new(page->arena);
    const struct kb_source *source = main_source(facts.items, facts.count);
    bool brief = view->brief && section == SECTION_MODIFIERS;
    struct template_rows on_the_line = {0};
    template_text(&row, "code", found->code.display);
    template_text(&row, "section_mark", page_cite(page, source));
    struct template_rows rows = list_facts(page, facts, view, source, brief, &on_the_line);
    template_list(&row, "facts", rows);
    template_list(&row, "on_the_line", on_the_line);
    if (section == SECTION_FEE) {
        struct date ended = newest_ended(facts);
        template_text(&row, "section_figures_of", date_is_set(ended) ? arena_copy(page->arena, span_slice(span_of(ended.iso), 0, YEAR_LEN)) : NULL);
        template_list(&row, is_any_asked(facts, view->words) ? "amounts_below" : "amounts", page_amounts(page, &found->code));
    }
    template_flag(&row, "more", rows.count + on_the_line.count < wanted || (section == SECTION_NCCI && found->facts.more_edits));
    template_render(arena_printf(page->arena, "section-%s%s", name_text(section_names, (int)section), brief ? "-brief" : ""), &row, ret);
    buf_char(ret, '\n');
}

const char *page_sections(struct page *page, const struct page_code *found, const struct page_view *view) {
    struct buf buf;
    buf_init(&buf, PAGE_CAP_BYTES);
    for (int turn = 0; turn < 2; turn++)
        for (enum kb_section section = 0; section < SECTION_COUNT; section++)
            if ((view->set & found->known & SECTION_BIT(section)) && !(view->first & SECTION_BIT(section)) == (turn == 1))
                render_section(page, found, section, view, &buf);
    const char *ret = buf_keep(&buf, page->arena);
    buf_free(&buf);
    return ret;
}

void page_list_sections(struct page *page, unsigned set, struct template_row *ret, const char *name) {
    struct template_rows rows = {0};
    for (enum kb_section section = 0; section < SECTION_COUNT; section++)
        if (set & SECTION_BIT(section))
            template_flag(template_rows_add(&rows, page->arena), name_text(section_names, (int)section), true);
    template_list(ret, name, rows);
}

/* ---- the whole page ---- */

int answer_code_page(struct kb *kb, enum code_system system, const char *key, struct date date, const struct kb_localities *localities,
                     struct arena *arena, const char **ret, struct why *why) {
    const struct question question = {.today = date};
    struct page page = page_begin(kb, &question, arena);
    page.localities = localities;
    struct page_code found;
    struct template_row row = template_row_new(arena);
    int failed = page_find(&page, system, key, &found, why);
    if (!failed)
        failed = page_status(&page, &found, &row, why);
    if (failed)
        return failed;
    template_markup(&row, "sections", page_sections(&page, &found, &(struct page_view){.set = SECTIONS_ALL}));
    page_list_sections(&page, page_expected(&found.code) & ~found.known, &row, "missing");
    page_end(&page, &row);
    struct buf buf;
    buf_init(&buf, PAGE_CAP_BYTES);
    template_render("page", &row, &buf);
    *ret = buf_keep(&buf, arena);
    buf_free(&buf);
    return 0;
}
