/* What decides between several codes: the facts that speak of the choice, and the asker's words that fit one of them alone. */
#include <string.h>

#include "handlers/rules/difference.h"
#include "handlers/understand/keywords.h"
#include "kb/relevance.h"

enum { RULES_SHOWN = 2, RULES_READ = 64, SCORE_LEAST = 3, WORD_LEAST = 3, TITLE_WORD_LEAST = 4, FITTING_SHOWN = 4, SENTENCES_BYTES = 4096 };

static bool names_code(const char *text, const char *code) {
    size_t len = strlen(code);
    for (const char *at = text; at && (at = strstr(at, code)); at++)
        if ((at == text || !char_is_alnum(at[-1])) && !char_is_alnum(at[len]))
            return true;
    return false;
}

bool compare_names_other(const struct comparison *all, const struct compared *one, const char *text) {
    for (size_t i = 0; i < all->count; i++)
        if (&all->items[i] != one && names_code(text, all->items[i].found.code.display))
            return true;
    return false;
}

/* ---- rules ---- */

struct rule {
    const struct kb_fact *fact;
    const struct compared *of; /* NULL: told of several */
    size_t score;
    bool settles;
};

/* Labels of facts that tell which code it is: alone, or once the record is read by them. */
static const char *const settling[] = {"which of the two", "who bills what", "how to choose"};
static const char *const deciding[] = {"what counts as", "what is a ", "which way", "how to measure", "how lengths"};

static bool has_label(const struct kb_fact *fact, const char *const *labels, size_t count) {
    for (size_t i = 0; i < count && fact->label; i++)
        if (span_starts_same(span_of(fact->label), span_of(labels[i])))
            return true;
    return false;
}

static struct rule weigh(const struct comparison *all, const struct compared *one, const struct kb_fact *fact,
                         const struct kb_terms *terms) {
    struct rule ret = {.fact = fact, .of = one};
    bool settles = all->count <= COMPARED_CLOSELY && has_label(fact, settling, sizeof settling / sizeof *settling);
    bool others = compare_names_other(all, one, fact->text);
    bool decides = has_label(fact, deciding, sizeof deciding / sizeof *deciding);
    bool of_payment = fact->section == SECTION_UNITS || (fact->label && span_starts_same(span_of(fact->label), SPAN("chapter")));
    if (of_payment && !others && !settles && !decides)
        return ret;
    ret.settles = settles && (others || !names_code(fact->text, one->found.code.display));
    ret.score = (others ? 3u : 0) + (settles ? 4u : 0) + (decides ? 2u : 0) + (fact->label ? 0 : 1u) + kb_terms_found(terms, fact->text);
    return ret;
}

static bool is_listed(struct rule *rules, size_t count, const struct kb_fact *fact) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(rules[i].fact->text, fact->text) == 0) {
            rules[i].of = NULL;
            return true;
        }
    return false;
}

/* The guidelines and unit rules of a procedure; of a diagnosis the titles and plain words say it, and its notes are another question's. */
static bool may_decide(const struct compared *one, const struct kb_fact *fact) {
    bool unit = fact->label && (strcmp(fact->label, "MUE") == 0 || strcmp(fact->label, "MAI") == 0);
    return one->asked->system != SYSTEM_ICD10CM && fact->text && !unit &&
           (fact->section == SECTION_GUIDELINES || fact->section == SECTION_UNITS);
}

bool compare_has_rule(const struct comparison *all) {
    for (size_t i = 0; i < all->count; i++)
        for (size_t k = 0; k < all->items[i].found.facts.count; k++) {
            const struct kb_fact *fact = &all->items[i].found.facts.items[k];
            if (may_decide(&all->items[i], fact) && has_label(fact, deciding, sizeof deciding / sizeof *deciding))
                return true;
        }
    return false;
}

static size_t find_rules(const struct comparison *all, const struct kb_terms *terms, struct rule ret[static RULES_READ]) {
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++)
        for (size_t k = 0; k < all->items[i].found.facts.count && count < RULES_READ; k++) {
            const struct kb_fact *fact = &all->items[i].found.facts.items[k];
            if (!may_decide(&all->items[i], fact) || is_listed(ret, count, fact))
                continue;
            struct rule rule = weigh(all, &all->items[i], fact, terms);
            if (rule.score >= SCORE_LEAST)
                ret[count++] = rule;
        }
    return count;
}

static size_t take_best(struct rule *rules, size_t count) {
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (rules[i].score > rules[best].score)
            best = i;
    return best;
}

/* "What counts as setting", "20670", "Separate procedure, 20670". */
static const char *label_of(struct page *page, const struct rule *rule) {
    const char *label = page_capitalised(rule->fact->label, page->arena), *code = rule->of ? rule->of->found.code.display : NULL;
    return label && code ? arena_printf(page->arena, "%s, %s", label, code) : label ? label : code;
}

int compare_add_rules(struct page *page, const struct comparison *all, struct span words, struct template_row *ret, bool *settled,
                      struct why *why) {
    struct rule rules[RULES_READ];
    struct kb_terms terms;
    struct template_rows rows = {0};
    int failed = kb_terms(page->kb, words, page->arena, &terms, why);
    if (failed)
        return failed;
    size_t count = find_rules(all, &terms, rules);
    *settled = false;
    while (count > 0 && rows.count < RULES_SHOWN) {
        size_t best = take_best(rules, count);
        const struct kb_fact *fact = rules[best].fact;
        bool ruling = !*settled && rules[best].settles;
        struct template_row *row = ruling ? ret : template_rows_add(&rows, page->arena);
        if (!ruling)
            template_text(row, "label", label_of(page, &rules[best]));
        template_text(row, ruling ? "ruling" : "text", fact->text);
        template_text(row, ruling ? "ruling_mark" : "mark", page_cite(page, fact->source));
        *settled = *settled || ruling;
        rules[best] = rules[--count];
    }
    template_list(ret, "rules", rows);
    return 0;
}

/* ---- the asker's words ---- */

/* The sentences of a code's own description that speak of no other code. */
static void add_own_sentences(const struct kb_fact *fact, struct buf *ret) {
    struct span rest = span_of(fact->text), sentence;
    while (span_cut(&rest, '.', &sentence)) {
        size_t digits = 0;
        for (size_t i = 0; i < sentence.len; i++)
            digits += char_is_digit(sentence.ptr[i]);
        if (digits < 3)
            buf_add(ret, sentence);
        buf_char(ret, ' ');
    }
}

/* What a code says of itself: its title and mark, its plain words, and the terms that a diagnosis includes. */
static const char *own_text(struct page *page, const struct compared *one) {
    struct buf text;
    buf_init(&text, SENTENCES_BYTES);
    buf_printf(&text, "%s %s ", one->found.code.title ? one->found.code.title : "", one->mark ? one->mark : "");
    struct page_facts plain = page_facts(&one->found, SECTION_PLAIN), notes = page_facts(&one->found, SECTION_GUIDELINES);
    if (plain.count > 0)
        add_own_sentences(&plain.items[0], &text);
    for (size_t i = 0; i < notes.count; i++)
        if (notes.items[i].label && notes.items[i].text && strcmp(notes.items[i].label, "inclusion terms") == 0)
            buf_text(&text, notes.items[i].text);
    const char *ret = text.len ? buf_keep(&text, page->arena) : "";
    buf_free(&text);
    return ret;
}

/* What a title says when it says nothing. */
static bool is_unspecific(struct span word) {
    return span_same(word, SPAN("unspecified")) || span_same(word, SPAN("specified")) || span_same(word, SPAN("other"));
}

static bool turns_round(struct span word) {
    static const char *const words[] = {"no",      "not",   "without", "never",  "instead", "nor",
                                        "neither", "isn't", "wasn't",  "didn't", "none",    "if"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_same(word, span_of(words[i])))
            return true;
    return false;
}

struct fit {
    size_t words, in_title;
    struct buf fitting;
};

/* In whose text the word stands: in that of one code alone, or COMPARED_MAX. */
static int find_owner(struct page *page, const struct comparison *all, const char *const *texts, struct span word, size_t *ret,
                      struct why *why) {
    struct kb_terms terms;
    int failed = kb_terms(page->kb, word, page->arena, &terms, why);
    *ret = COMPARED_MAX;
    for (size_t i = 0; !failed && i < all->count; i++)
        if (kb_terms_found(&terms, texts[i])) {
            if (*ret != COMPARED_MAX) {
                *ret = COMPARED_MAX;
                return 0;
            }
            *ret = i;
        }
    return failed;
}

static bool may_tell(struct span word, struct span before, struct span before_that, struct arena *arena) {
    char *lower = arena_copy(arena, word);
    for (size_t i = 0; i < word.len; i++)
        lower[i] = char_lower(lower[i]);
    return word.len >= WORD_LEAST && !is_unspecific(word) && !keywords_is_common(span_of(lower)) && !turns_round(before) &&
           !turns_round(before_that);
}

static int read_fits(struct page *page, const struct comparison *all, const char *const *texts, struct span words, struct fit *fits,
                     struct why *why) {
    struct span word, before = {0}, before_that = {0};
    for (; span_cut(&words, ' ', &word); before_that = before, before = word) {
        size_t owner;
        if (!may_tell(word, before, before_that, page->arena))
            continue;
        int failed = find_owner(page, all, texts, word, &owner, why);
        if (failed)
            return failed;
        if (owner == COMPARED_MAX)
            continue;
        struct fit *fit = &fits[owner];
        bool again = fit->fitting.len && span_find_same(buf_span(&fit->fitting), word) != SPAN_NONE;
        const char *title = all->items[owner].found.code.title;
        if (again)
            continue;
        fit->in_title += title && word.len >= TITLE_WORD_LEAST && page_has_words(span_of(title), word);
        if (fit->words++ < FITTING_SHOWN)
            buf_printf(&fit->fitting, "%s%.*s", fit->fitting.len ? ", " : "", SPAN_ARG(word));
    }
    return 0;
}

/* The one that words fit while none fit another. Two are needed, one of them of its title; of a diagnosis, whose title is the publisher's
 * and says what it takes, one word that no other title has will do. Of two diagnoses it leans to the one whose description alone has it. */
static const struct compared *only_fit(const struct comparison *all, const struct fit *fits, bool *leans) {
    const struct compared *ret = NULL;
    for (size_t i = 0; i < all->count; i++) {
        if (!fits[i].words)
            continue;
        bool official = all->items[i].asked->system == SYSTEM_ICD10CM && all->items[i].mark;
        *leans = !fits[i].in_title && official && all->count == 2;
        if (ret || !all->items[i].holds || (!fits[i].in_title && !*leans) || (!official && fits[i].words < 2))
            return NULL;
        ret = &all->items[i];
    }
    return ret;
}

int compare_choose(struct page *page, const struct comparison *all, struct span words, const struct compared **ret, const char **fitting,
                   bool *leans, struct why *why) {
    const char *texts[COMPARED_MAX];
    struct fit fits[COMPARED_MAX] = {{0}};
    for (size_t i = 0; i < all->count; i++) {
        texts[i] = own_text(page, &all->items[i]);
        buf_init(&fits[i].fitting, SENTENCES_BYTES);
    }
    int failed = read_fits(page, all, texts, words, fits, why);
    *ret = failed ? NULL : only_fit(all, fits, leans);
    *fitting = *ret ? buf_keep(&fits[*ret - all->items].fitting, page->arena) : NULL;
    for (size_t i = 0; i < all->count; i++)
        buf_free(&fits[i].fitting);
    return failed;
}
