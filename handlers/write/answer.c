#include "handlers/answer.h"

#include <string.h>

#include "base/buf.h"
#include "handlers/handler.h"
#include "handlers/write/render.h"
#include "handlers/write/told.h"

enum { ANSWER_CAP_BYTES = 512 * 1024 };

static const char too_long[] = "the answer is too long for a mail";
static const char empty[] = "the wording left nothing of the answer: look into the folder of templates";
static const char asks_more[] = "more is asked than one mail is answered by itself";

/* Where even the wording for a handover leaves nothing. */
static const char passed_on[] = "Your question has been passed to a person at the desk.\n";

const struct name action_names[] = {
    {ACTION_ANSWER, "answer"}, {ACTION_SERVICE, "service"}, {ACTION_HUMAN, "human"}, {ACTION_SILENT, "silent"}, {0, NULL},
};

/* Parts that had nothing to say leave empty lines behind: one between paragraphs is enough. */
static const char *without_gaps(struct span text, struct arena *arena) {
    char *ret = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    text = span_trim(text);
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '\n' || len < 2 || ret[len - 1] != '\n' || ret[len - 2] != '\n')
            ret[len++] = text.ptr[i];
    if (len > 0)
        ret[len++] = '\n';
    return ret;
}

/* NULL when it is longer than any mail may be. */
static const char *render_template(const char *name, const struct template_row *row, struct arena *arena) {
    struct buf buf;
    buf_init(&buf, ANSWER_CAP_BYTES);
    template_render(name, row, &buf);
    const char *ret = buf_full(&buf) ? NULL : without_gaps(buf_span(&buf), arena);
    buf_free(&buf);
    return ret;
}

void part_write(struct page *page, const char *template_name, const struct template_row *row, struct part *ret) {
    ret->commonmark = render_template(template_name, row, page->arena);
}

/* --- the parts */

struct parts {
    struct part items[QUESTION_INQUIRIES];
    const struct handler *by[QUESTION_INQUIRIES];
    bool sure[QUESTION_INQUIRIES];
    size_t count;
};

static const struct handler *handler_for(const struct question *question, const struct inquiry *inquiry) {
    size_t at = 0;
    while (handlers[at + 1] && !handlers[at]->claims(question, inquiry))
        at++;
    return handlers[at];
}

/* One part of the handler answers this inquiry, too. */
static bool has_answered(const struct handler *handler, const struct parts *parts) {
    for (size_t i = 0; handler->once && i < parts->count; i++)
        if (parts->by[i] == handler)
            return true;
    return false;
}

/* What a later part has to say that no sure one before it said; false: nothing. */
static bool is_new(struct told *told, struct part *part, bool sure) {
    const char *rest = part->commonmark ? told_without(told, part->commonmark) : NULL;
    if (part->commonmark && !rest)
        return false;
    part->commonmark = rest;
    if (sure && rest)
        told_add(told, rest);
    return true;
}

static int write_parts(struct page *page, int least_confidence, struct parts *ret, struct why *why) {
    const struct question *question = page->question;
    struct told told = {.arena = page->arena};
    *ret = (struct parts){0};
    for (size_t i = 0; i < question->inquiry_count; i++) {
        const struct inquiry *inquiry = &question->inquiries[i];
        const struct handler *handler = handler_for(question, inquiry);
        struct part *part = &ret->items[ret->count];
        if (has_answered(handler, ret))
            continue;
        ret->by[ret->count] = handler;
        *part = (struct part){0};
        int failed = handler->answer(page, inquiry, part, why);
        if (failed)
            return failed;
        if (!part->handler)
            part->handler = handler->name;
        if (part->confidence > inquiry->confidence)
            part->confidence = inquiry->confidence;
        if (!part->commonmark && part->action != ACTION_SILENT) {
            part->action = ACTION_HUMAN;
            part->reason = too_long;
            part->handover = HANDOVER_TOO_LONG;
        }
        bool sure = part->action != ACTION_HUMAN && part->confidence >= least_confidence;
        ret->sure[ret->count] = sure;
        ret->count += is_new(&told, part, sure);
    }
    return 0;
}

/* --- from parts to an answer */

/* What of a patient's the mail held, by its kinds; to_desk: for the person who answers it. Who asks in a terminal writes to nobody. */
static void note_patient_data(const struct page *page, bool to_desk, struct template_row *row) {
    const struct redacted *redacted = &page->question->redacted;
    struct template_rows kinds = {0};
    for (int kind = MASK_NONE + 1; kind < MASK_COUNT && !page->question->in_terminal; kind++)
        if (redacted->counts[kind] && kind != MASK_TOKEN)
            template_text(template_rows_add(&kinds, page->arena), "kind", name_text(mask_meanings, kind));
    template_flag(row, "masked", kinds.count > 0);
    template_flag(row, "to_desk", to_desk);
    template_list(row, "kinds", kinds);
}

/* The parts under one roof: numbered when there are several, with the sources that they cite, in the order of reading. only_sure: in place of the
 * others stands that a person will answer them. to_desk: it is a draft. */
static const char *compose(struct page *page, const struct parts *parts, bool only_sure, bool to_desk) {
    struct template_row row = template_row_new(page->arena);
    struct template_rows rows = {0};
    struct page cited = *page;
    cited.sources = NULL;
    cited.source_count = 0;
    for (size_t i = 0; i < parts->count; i++) {
        struct template_row *part = template_rows_add(&rows, page->arena);
        bool shown = !only_sure || parts->sure[i];
        template_text(part, "number", parts->count > 1 ? arena_printf(page->arena, "%zu", i + 1) : NULL);
        template_text(part, "about", parts->items[i].about);
        template_markup(part, "answer", shown ? page_recite(page, parts->items[i].commonmark, &cited) : NULL);
        template_flag(part, "for_a_person", !shown);
    }
    template_list(&row, "parts", rows);
    template_flag(&row, "more_asked", only_sure && page->question->more_asked);
    template_flag(&row, "terminal", page->question->in_terminal);
    template_flag(&row, "procedures", page->procedures);
    template_flag(&row, "own_words", page->own_words);
    note_patient_data(page, to_desk, &row);
    page_end(&cited, &row);
    return render_template("answer", &row, page->arena);
}

/* Nothing is sure enough: the asker is told who answers, and why. */
static const char *compose_handover(struct page *page, enum handover handover) {
    static const char *const cases[] = {
        [HANDOVER_UNKNOWN] = "unknown",       [HANDOVER_UNSURE] = "unsure", [HANDOVER_TOO_LONG] = "too_long",
        [HANDOVER_NOT_CODING] = "not_coding", [HANDOVER_ADVICE] = "advice", [HANDOVER_PERSON] = "person",
    };
    struct template_row row = template_row_new(page->arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        template_flag(&row, cases[i], i == handover);
    template_flag(&row, "terminal", page->question->in_terminal);
    note_patient_data(page, false, &row);
    const char *ret = render_template("handover", &row, page->arena);
    return ret && *ret ? ret : passed_on;
}

static enum answer_action action_of(const struct parts *parts, bool more_asked) {
    bool service = true;
    for (size_t i = 0; i < parts->count; i++) {
        if (parts->items[i].action == ACTION_SILENT)
            return ACTION_SILENT;
        if (!parts->sure[i])
            return ACTION_HUMAN;
        service = service && parts->items[i].action == ACTION_SERVICE;
    }
    if (more_asked)
        return ACTION_HUMAN;
    return service ? ACTION_SERVICE : ACTION_ANSWER;
}

/* The part that decides: the first for a person, else the first. */
static const struct part *deciding(const struct parts *parts) {
    for (size_t i = 0; i < parts->count; i++)
        if (!parts->sure[i])
            return &parts->items[i];
    return &parts->items[0];
}

static enum handover handover_of(const struct part *part, bool whole) {
    if (!whole)
        return HANDOVER_TOO_LONG;
    return part->action == ACTION_HUMAN ? part->handover : HANDOVER_UNSURE;
}

static const char *handlers_of(const struct parts *parts, struct arena *arena) {
    const char *ret = parts->items[0].handler;
    for (size_t i = 1; i < parts->count; i++)
        if (span_find(span_of(ret), span_of(parts->items[i].handler)) == SPAN_NONE)
            ret = arena_printf(arena, "%s,%s", ret, parts->items[i].handler);
    return ret;
}

static int least_sure(const struct parts *parts) {
    int ret = parts->items[0].confidence;
    for (size_t i = 1; i < parts->count; i++)
        ret = parts->items[i].confidence < ret ? parts->items[i].confidence : ret;
    return ret;
}

static void add_named(const struct parts *parts, struct arena *arena, struct answer *ret) {
    ret->named = arena_array(arena, QUESTION_INQUIRIES, sizeof *ret->named);
    for (size_t i = 0; i < parts->count; i++) {
        const struct kb_code *code = parts->sure[i] ? parts->items[i].named : NULL;
        if (!code)
            continue;
        struct asked_code *named = &ret->named[ret->named_count++];
        *named = (struct asked_code){.system = code->system, .role = ROLE_ASKED, .status = code->status, .evidence = "named by the answer"};
        system_key(code->system, span_of(code->key), named->key);
        system_display(code->system, named->key, named->display);
    }
}

static bool any_sure(const struct parts *parts) {
    for (size_t i = 0; i < parts->count; i++)
        if (parts->sure[i])
            return true;
    return false;
}

/* Why a person gets what the parts alone would have answered; NULL: nothing else speaks for that. */
static const char *why_not_sent(struct page *page, const struct parts *parts, const struct part *part, const char *whole) {
    if (!whole || !*whole)
        return whole ? empty : too_long;
    if (part->action == ACTION_HUMAN)
        return NULL;
    for (size_t i = 0; i < parts->count; i++)
        if (!parts->sure[i])
            return arena_printf(page->arena, "not sure enough (%d %%): %s", part->confidence, part->reason);
    return asks_more;
}

/* What the asker gets who is to hear from a person: the parts that are sure, else who answers. */
static const char *compose_acknowledgement(struct page *page, const struct parts *parts, const char *whole) {
    const struct part *part = deciding(parts);
    const char *ret = whole && *whole && any_sure(parts) ? compose(page, parts, true, false) : NULL;
    return ret && *ret ? ret : compose_handover(page, handover_of(part, whole != NULL));
}

static void finish(struct page *page, const struct parts *parts, struct answer *ret) {
    struct rendering rendering;
    const struct part *part = deciding(parts);
    *ret = (struct answer){.action = action_of(parts, page->question->more_asked),
                           .reason = part->reason,
                           .handler = handlers_of(parts, page->arena),
                           .confidence = least_sure(parts)};
    add_named(parts, page->arena, ret);
    const char *whole = ret->action == ACTION_SILENT ? "" : compose(page, parts, false, ret->action == ACTION_HUMAN);
    if (ret->action != ACTION_SILENT && (!whole || !*whole))
        ret->action = ACTION_HUMAN;
    if (ret->action == ACTION_HUMAN) {
        const char *reason = why_not_sent(page, parts, part, whole);
        ret->reason = reason ? reason : ret->reason;
        ret->draft = whole ? whole : "";
        ret->commonmark = compose_acknowledgement(page, parts, whole);
    } else
        ret->commonmark = whole;
    render_both(ret->commonmark, page->arena, &rendering);
    ret->text = rendering.text;
    ret->html = rendering.html;
}

int answer_question(const struct question *question, struct kb *kb, int least_confidence, struct arena *arena, struct answer *ret,
                    struct why *why) {
    struct page page = page_begin(kb, question, arena);
    struct parts parts;
    int failed = write_parts(&page, least_confidence, &parts, why);
    if (!failed)
        finish(&page, &parts, ret);
    return failed;
}
