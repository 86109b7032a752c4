/* How several codes differ: what tells them apart first, then each in plain words, then the figures in which they are not the same. */
#include "handlers/rules/difference.h"

#include <string.h>

#include "handlers/handler.h"
#include "handlers/understand/inquiry.h"

enum { PLAIN_OF_TWO_BYTES = 420, PLAIN_OF_MORE_BYTES = 230, PLAIN_OF_MANY_BYTES = 160, SENTENCES_MAX = 24 };

/* Are the words about a case, or about the codes as such? "Which one when ..., which one when ..." asks of several cases. */
static bool tells_a_case(struct span words) {
    static const char *const general[] = {"difference",    "differ",  "differs", "separates", "separate", "distinguish",
                                          "distinguishes", "explain", "each",    "compare",   "compared", "apart",
                                          "examples",      "example", "map",     "turn",      "makes",    "who"};
    for (size_t i = 0; i < sizeof general / sizeof *general; i++)
        if (page_has_words(words, span_of(general[i])))
            return false;
    size_t whens = 0;
    struct span rest = words, word;
    while (span_cut(&rest, ' ', &word))
        whens += span_same(word, SPAN("when"));
    return whens < 2;
}

/* "Explain the two": what several codes mean is asked, and how they differ with it. Or that is an inquiry of its own. */
static bool asks_difference(const struct question *question, const struct inquiry *inquiry) {
    bool ret = inquiry->intent == INTENT_DIFFERENCE;
    if (inquiry->intent != INTENT_MEANING && inquiry->intent != INTENT_FIND_CODE)
        return ret;
    for (size_t i = 0; i < question->intent_count; i++)
        ret = ret || question->intents[i] == INTENT_DIFFERENCE;
    for (size_t i = 0; i < question->inquiry_count; i++)
        ret = ret && question->inquiries[i].intent != INTENT_DIFFERENCE;
    return ret;
}

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    const struct asked_code *codes[COMPARED_MAX];
    size_t left_out;
    return asks_difference(question, inquiry) && inquiry_holding(inquiry, KB_ALL_SYSTEMS) > 0 &&
           compare_pick(inquiry, codes, &left_out) > 1;
}

/* ---- what is said of each ---- */

struct sentences {
    struct span items[SENTENCES_MAX];
    bool kept[SENTENCES_MAX];
    size_t count, bytes; /* of those kept */
};

static struct sentences split(const char *text) {
    struct sentences ret = {.count = 0};
    struct span rest = span_of(text);
    for (size_t i = 0, from = 0; i < rest.len && ret.count < SENTENCES_MAX; i++)
        if (i + 1 == rest.len || (rest.ptr[i] == '.' && rest.ptr[i + 1] == ' ')) {
            ret.items[ret.count++] = span_trim(span_slice(rest, from, i + 1));
            from = i + 1;
        }
    return ret;
}

static void keep(struct sentences *sentences, size_t at) {
    if (!sentences->kept[at])
        sentences->bytes += sentences->items[at].len + 1;
    sentences->kept[at] = true;
}

/* The first sentence and those that name another code of the comparison, then the others while there is room, in their order. */
static const char *say(struct page *page, const struct comparison *all, const struct compared *one, const char *text, size_t most) {
    struct sentences sentences = split(text);
    struct buf ret;
    for (size_t i = 0; i < sentences.count; i++)
        if (i == 0 || compare_names_other(all, one, arena_copy(page->arena, sentences.items[i])))
            keep(&sentences, i);
    for (size_t i = 0; i < sentences.count && sentences.bytes + sentences.items[i].len < most; i++)
        keep(&sentences, i);
    buf_init(&ret, PAGE_CAP_BYTES);
    for (size_t i = 0; i < sentences.count; i++)
        if (sentences.kept[i])
            buf_printf(&ret, "%s%.*s", ret.len ? " " : "", SPAN_ARG(sentences.items[i]));
    const char *kept = ret.len ? buf_keep(&ret, page->arena) : NULL;
    buf_free(&ret);
    return kept;
}

/* Of many codes only those whose official title says less than our words. */
static size_t room_for_plain(const struct comparison *all, const struct compared *one) {
    if (all->count <= COMPARED_CLOSELY)
        return all->count > 2 ? PLAIN_OF_MORE_BYTES : PLAIN_OF_TWO_BYTES;
    return one->asked->system == SYSTEM_MOD || one->asked->system == SYSTEM_POS ? PLAIN_OF_MANY_BYTES : 0;
}

/* In plain words; else its title, unless that has told it apart before. */
static void add_said(struct page *page, const struct comparison *all, const struct compared *one, struct template_row *ret) {
    struct page_facts plain = page_facts(&one->found, SECTION_PLAIN);
    const struct kb_code *code = &one->found.code;
    size_t most = room_for_plain(all, one);
    bool in_plain = plain.count > 0 && plain.items[0].text && most > 0, in_title = all->count > COMPARED_CLOSELY || one->mark;
    const char *title = code->title && in_title ? arena_printf(page->arena, "%s.", code->title) : NULL;
    const struct kb_source *source = in_plain ? plain.items[0].source : code->source;
    const char *said = in_plain ? say(page, all, one, plain.items[0].text, most) : title;
    template_text(ret, "said", one->holds ? said : NULL);
    template_text(ret, "said_mark", one->holds && said ? page_cite(page, source) : NULL);
}

/* Payment groups of one family have the same words: once is enough. */
static bool is_said_of_all(const struct comparison *all) {
    struct page_facts first = page_facts(&all->items[0].found, SECTION_PLAIN);
    for (size_t i = 0; i < all->count; i++) {
        struct page_facts plain = page_facts(&all->items[i].found, SECTION_PLAIN);
        if (!plain.count || !plain.items[0].text || strcmp(plain.items[0].text, first.items[0].text) != 0)
            return false;
    }
    return true;
}

/* Two digits or letters alone say nothing: "Place of service 12". */
static const char *called(struct page *page, const struct compared *one) {
    const char *code = one->found.code.display;
    switch (one->asked->system) {
    case SYSTEM_MOD:
    case SYSTEM_POS:
    case SYSTEM_REV:
    case SYSTEM_DRG: {
        const char *system = page_capitalised(name_text(system_titles, (int)one->asked->system), page->arena);
        return arena_printf(page->arena, "%s %s", system, code);
    }
    default: return code;
    }
}

static const char *telling(const struct compared *one) { return one->mark ? one->mark : one->found.code.title; }

static int add_codes(struct page *page, const struct comparison *all, bool described, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    bool together = described && is_said_of_all(all);
    for (size_t i = 0; i < all->count; i++) {
        const struct compared *one = &all->items[i];
        struct template_row *row = template_rows_add(&rows, page->arena);
        int failed = page_status(page, &one->found, row, why);
        if (failed)
            return failed;
        template_flag(row, "holds", one->holds);
        template_text(row, "called", called(page, one));
        template_text(row, "telling", telling(one));
        if (described && !together)
            add_said(page, all, one, row);
    }
    template_list(ret, "codes", rows);
    if (together) {
        const struct kb_fact *said = page_facts(&all->items[0].found, SECTION_PLAIN).items;
        template_text(ret, "all_said", said->text);
        template_text(ret, "all_said_mark", page_cite(page, said->source));
    }
    return 0;
}

static const char *heading(struct page *page, const struct comparison *all) {
    const char *first = called(page, &all->items[0]), *second = called(page, &all->items[1]);
    return arena_printf(page->arena, all->count > 2 ? "%s, %s and others" : "%s or %s", first, second);
}

/* The edits between two or three procedures. */
static int add_between(struct page *page, const struct comparison *all, const struct inquiry *inquiry, struct template_row *ret,
                       struct why *why) {
    size_t procedures = 0;
    for (size_t i = 0; i < all->count; i++)
        procedures += all->items[i].holds && page_is_procedure(all->items[i].asked->system);
    return all->count <= COMPARED_CLOSELY && procedures > 1 ? page_add_edits(page, inquiry, ret, why) : 0;
}

static bool add_time(struct page *page, const struct comparison *all, struct template_row *ret) {
    const char *written = NULL;
    const struct compared *by_time = compare_by_time(page->question, all, &written);
    template_text(ret, "by_time", by_time ? called(page, by_time) : NULL);
    template_text(ret, "time_named", written);
    return by_time;
}

/* Who asks which of them has the higher figure wants the figures, and gets them in another part: here their names are enough. */
static bool asks_figures(const struct question *question, const struct inquiry *inquiry) {
    for (size_t i = 0; i < question->inquiry_count; i++)
        if (question->inquiries[i].intent == INTENT_FEE && question->inquiries[i].codes == inquiry->codes)
            return true;
    return false;
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    struct comparison *all = arena_alloc(page->arena, sizeof *all); /* the answer names one of its codes */
    const struct compared *chosen = NULL;
    const char *fitting = NULL;
    bool settled = false, leans = false;
    int failed = compare_begin(page, inquiry, all, why);
    if (failed)
        return failed;
    bool brief = asks_figures(page->question, inquiry);
    compare_marks(page, all);
    failed = add_codes(page, all, !brief, &row, why);
    if (!failed && !brief)
        failed = compare_add_rules(page, all, inquiry->words, &row, &settled, why);
    if (!failed && !settled && !brief && !compare_has_rule(all) && tells_a_case(inquiry->words))
        failed = compare_choose(page, all, inquiry->words, &chosen, &fitting, &leans, why);
    if (!failed && !brief)
        failed = add_between(page, all, inquiry, &row, why);
    if (!failed)
        failed = compare_add_siblings(page, all, &row, why);
    if (failed)
        return failed;
    if (!brief)
        compare_add_figures(page, all, &row);
    bool timed = add_time(page, all, &row);
    template_text(&row, "chosen", chosen ? called(page, chosen) : NULL);
    template_text(&row, "chosen_telling", chosen ? telling(chosen) : NULL);
    template_flag(&row, "record_decides", !chosen && !settled && !timed && all->items[0].asked->system != SYSTEM_NUCC);
    template_text(&row, "fitting", fitting);
    template_flag(&row, "leans", leans);
    template_flag(&row, "closely", all->count <= COMPARED_CLOSELY);
    template_text(&row, "more_codes", all->left_out ? arena_printf(page->arena, "%zu", all->left_out) : NULL);
    *ret = (struct part){.about = heading(page, all),
                         .action = ACTION_ANSWER,
                         .reason = chosen ? "the words fit one of the codes compared" : "what tells the codes apart is known",
                         .confidence = settled || (all->marked && !chosen) ? CONFIDENCE_VERDICT : CONFIDENCE_FACTS,
                         .named = chosen ? &chosen->found.code : NULL};
    part_write(page, "difference", &row, ret);
    return 0;
}

const struct handler handler_difference = {.name = "difference", .claims = claims, .answer = answer};
