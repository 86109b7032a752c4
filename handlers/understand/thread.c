#include "handlers/understand/thread.h"

#include <string.h>

#include "handlers/understand/intent.h"

/* What the new text points at. */
struct pointing {
    bool back;     /* at something named before */
    bool both;     /* at all of it */
    size_t choice; /* at this one of several: 1 the first, CHOICE_LAST the last; 0: at none in particular */
};

enum { CHOICE_LAST = QUESTION_CODES + 1, ELLIPSIS_WORDS = 4, CORRECTION_WORDS = 14, BOTH_MAX = 4 };

size_t thread_asked_count(const struct question *question) {
    size_t ret = 0;
    while (ret < question->code_count && question->codes[ret].role == ROLE_ASKED)
        ret++;
    return ret;
}

/* --- what the words point at */

static bool is_number_of_one(const struct context *context, size_t i) {
    const struct token *behind = context_at(context, i);
    return span_is_among(behind->lower, "one code of number cpt") || behind->kind == TOKEN_NONE || behind->kind == TOKEN_MARK;
}

/* "the first one", "the second code", "the former", "the other one" of two, "the last of them" */
static size_t choice_at(const struct context *context, size_t i) {
    static const struct {
        const char *words;
        size_t choice;
    } choices[] = {{"first former 1st", 1}, {"second latter other 2nd", 2}, {"third 3rd", 3}, {"fourth 4th", 4}, {"last", CHOICE_LAST}};
    bool stands_alone = span_is_among(context_at(context, i)->lower, "former latter") || is_number_of_one(context, i + 1);
    if (!context_is(context, i - 1, "the") || !stands_alone ||
        span_is_among(context_at(context, i - 2)->lower, "after before since until"))
        return 0;
    for (size_t k = 0; k < sizeof choices / sizeof *choices; k++)
        if (span_is_among(context_at(context, i)->lower, choices[k].words))
            return choices[k].choice;
    return 0;
}

/* "which pays more?", "with 99214" */
static bool goes_on(const struct context *context, size_t i) {
    bool one = context_is(context, i + 1, "one");
    struct span next = context_at(context, i + 1 + one)->lower;
    return (context_is(context, i, "which") && span_is_among(next, "pays costs has")) ||
           (context_is(context, i, "with") && context_at(context, i + 1)->taken);
}

static struct pointing pointing_of(const struct context *context) {
    struct pointing ret = {0};
    bool begins = true;
    for (size_t i = 0; i < context->count; i++) {
        const struct token *token = context_at(context, i);
        if (token->place != PLACE_NEW || token->kind == TOKEN_MARK)
            continue;
        ret.both = ret.both || span_is_among(token->lower, "both them they these those");
        ret.choice = ret.choice ? ret.choice : choice_at(context, i);
        ret.back = ret.back || ret.both || ret.choice || span_is_among(token->lower, "it its that this one same") ||
                   (begins && (span_is_among(token->lower, "and also what") || goes_on(context, i)));
        begins = false;
    }
    return ret;
}

/* "Modifiers?", "And the RVU?": too few words to be about anything but what the thread is about. */
static bool is_ellipsis(const struct context *context, const struct question *question) {
    size_t words = 0;
    for (size_t i = 0; i < context->count; i++)
        words += context_at(context, i)->place == PLACE_NEW && context_at(context, i)->kind == TOKEN_WORD;
    enum intent intent = question->intents[0];
    return words <= ELLIPSIS_WORDS &&
           (intent == INTENT_MODIFIER || intent == INTENT_FEE || intent == INTENT_UNITS || intent == INTENT_BUNDLING);
}

/* --- taking over */

static bool is_same_code(const struct asked_code *code, enum code_system system, const char *key) {
    return code->system == system && strcmp(code->key, key) == 0;
}

static bool holds_code(const struct asked_code *codes, size_t count, const struct asked_code *code) {
    for (size_t i = 0; i < count; i++)
        if (is_same_code(&codes[i], code->system, code->key))
            return true;
    return false;
}

/* codes first, then those the question has. The modifiers of the earlier question stay behind when the new one names its own. */
static void put_before(const struct asked_code *codes, size_t count, bool without_modifiers, struct arena *arena, struct question *ret) {
    struct asked_code *all = arena_array(arena, QUESTION_CODES, sizeof *all);
    size_t total = 0;
    for (size_t i = 0; i < count && total < QUESTION_CODES; i++)
        if (!without_modifiers || codes[i].system != SYSTEM_MOD)
            all[total++] = codes[i];
    ret->from_thread = total > 0;
    for (size_t i = 0; i < ret->code_count && total < QUESTION_CODES; i++)
        if (!holds_code(all, total, &ret->codes[i]))
            all[total++] = ret->codes[i];
    ret->codes = all;
    ret->code_count = total;
}

/* The chosen one of the codes, or all where there is no such choice. How many are left. */
static size_t choose(struct asked_code *codes, size_t count, size_t choice) {
    size_t chosen = choice == CHOICE_LAST ? count : choice;
    if (chosen == 0 || chosen > count)
        return count;
    codes[0] = codes[chosen - 1];
    return 1;
}

static void ask_thread(const struct thread_memory *thread, struct pointing pointing, struct arena *arena, struct question *ret) {
    struct asked_code *codes = arena_array(arena, QUESTION_CODES, sizeof *codes);
    size_t count = 0, own = thread_asked_count(ret);
    for (size_t i = 0; i < thread->code_count && count < QUESTION_CODES; i++)
        if (thread->codes[i].role == ROLE_ASKED) {
            codes[count] = thread->codes[i];
            codes[count++].evidence = "from the earlier mail of this thread";
        }
    put_before(codes, choose(codes, count, pointing.choice), own > 0, arena, ret);
}

/* The codes of the quoted text, each once: of its first line that holds any, or of all its lines. */
static size_t quoted_codes(const struct context *context, const struct mentions *mentions, const struct question *question, bool first_line,
                           struct asked_code *ret) {
    size_t count = 0;
    uint32_t line = 0;
    for (size_t i = 0; i < mentions->count; i++) {
        const struct mention *mention = &mentions->items[i];
        const struct token *token = context_at(context, mention->first);
        if (!mention->accepted || token->place != PLACE_QUOTED || (first_line && line && token->line != line))
            continue;
        line = token->line;
        for (size_t k = 0; k < question->code_count && count < QUESTION_CODES; k++)
            if (is_same_code(&question->codes[k], mention->system, mention->key) && question->codes[k].role == ROLE_CONTEXT &&
                !holds_code(ret, count, &question->codes[k]))
                ret[count++] = question->codes[k];
    }
    return count;
}

/* The first line of the quoted text that holds codes tells what the earlier answer was about. */
static void ask_quoted(const struct context *context, const struct mentions *mentions, struct pointing pointing, struct arena *arena,
                       struct question *ret) {
    struct asked_code *codes = arena_array(arena, QUESTION_CODES, sizeof *codes);
    size_t count = quoted_codes(context, mentions, ret, true, codes);
    if (pointing.choice > 1 && count < 2)
        count = quoted_codes(context, mentions, ret, false, codes);
    size_t most = pointing.both ? BOTH_MAX : 1;
    count = choose(codes, count, pointing.choice);
    count = count < most ? count : most;
    for (size_t i = 0; i < count; i++)
        codes[i].role = ROLE_ASKED;
    put_before(codes, count, false, arena, ret);
}

static bool names_only_modifiers(const struct question *question) {
    size_t asked = thread_asked_count(question);
    for (size_t i = 0; i < asked; i++)
        if (question->codes[i].system != SYSTEM_MOD)
            return false;
    return true;
}

/* --- beside a code of its own */

/* Does a mention of a code begin at token i, or behind a word or two that only lead to it? */
static bool leads_to_code(const struct context *context, size_t i) {
    for (size_t k = 0; k < 3; k++, i++) {
        if (context_at(context, i)->taken)
            return true;
        if (!span_is_among(context_at(context, i)->lower, "the a cpt hcpcs code procedure"))
            return false;
    }
    return false;
}

/* "with 20693", "different from 20693", "the same as 20693" */
static bool sets_beside(const struct context *context, size_t i) {
    struct span before = context_at(context, i - 1)->lower;
    bool joint = span_is_among(context_at(context, i)->lower, "with alongside beside besides versus vs than") ||
                 (context_is(context, i, "from") && span_is_among(before, "different differ differs apart")) ||
                 (context_is(context, i, "as") && span_is_among(before, "same"));
    return joint && leads_to_code(context, i + 1);
}

/* "can it be billed with 20693?", "20693 with that?": what is pointed at is asked together with the question's own code. */
static bool joins_own_code(const struct context *context) {
    static const char pronouns[] = "it that this them they those these both";
    bool pointed = false;
    for (size_t i = 0; i < context->count; i++) {
        const struct token *token = context_at(context, i);
        if (token->place != PLACE_NEW)
            continue;
        bool ends = context_mark_in(context, i, ".?!;") || token->paragraph != context_at(context, i - 1)->paragraph;
        if (!pointed && context_at(context, i - 1)->place != PLACE_NEW && goes_on(context, i))
            return true;
        if (!pointed && token->taken && context_is(context, i + 1, "with") &&
            span_is_among(context_at(context, i + 2)->lower, "it that them those both"))
            return true;
        if (!pointed && token->taken)
            return false; /* it is that code, then */
        pointed = (pointed && !ends) || span_is_among(token->lower, pronouns);
        if (pointed && sets_beside(context, i))
            return true;
    }
    return false;
}

/* --- corrections */

bool thread_corrects(const struct context *context) {
    static const char details[] =
        "left right bilateral side leg arm knee hip shoulder foot hand limb site joint session office facility hospital asc inpatient outpatient medicare 2023 2024 2025 2026";
    bool corrects = false, detail = false, begins = true;
    size_t words = 0;
    for (size_t i = 0; i < context->count; i++) {
        const struct token *token = context_at(context, i);
        if (token->place != PLACE_NEW || token->kind == TOKEN_MARK)
            continue;
        corrects = corrects || (begins && span_is_among(token->lower, "no nope yes yeah yep sorry oops actually correction wait")) ||
                   context_is(context, i, "meant") || (context_is(context, i, "mean") && context_is(context, i - 1, "i"));
        detail = detail || span_is_among(token->lower, details);
        begins = false;
        if (++words > CORRECTION_WORDS)
            return false;
    }
    return corrects && detail;
}

static bool is_service(enum intent intent) { return intent >= INTENT_JOBS && intent < INTENT_NOT_CODING; }

bool thread_take_over(const struct question_text *text, const struct context *context, const struct mentions *mentions, struct arena *arena,
                      struct question *ret) {
    struct pointing pointing = pointing_of(context);
    bool remembered = text->thread && text->thread->code_count;
    bool corrects = thread_corrects(context);
    bool alone = remembered && (pointing.both || pointing.choice) && context->count <= ELLIPSIS_WORDS;
    bool asking = corrects || alone || intent_is_asking(ret->intents, ret->intent_count, context);
    bool points = corrects || pointing.back || (remembered && is_ellipsis(context, ret));
    if ((!names_only_modifiers(ret) && !joins_own_code(context)) || is_service(ret->intents[0]) || !asking || !points)
        return false;
    if (remembered)
        ask_thread(text->thread, pointing, arena, ret);
    else
        ask_quoted(context, mentions, pointing, arena, ret);
    return ret->from_thread;
}
