#include "handlers/question.h"

#include <string.h>

#include "handlers/understand/codes.h"
#include "handlers/understand/context.h"
#include "handlers/understand/cues.h"
#include "handlers/understand/extract.h"
#include "handlers/understand/extract_units.h"
#include "handlers/understand/inquiry.h"
#include "handlers/understand/intent.h"
#include "handlers/understand/keywords.h"
#include "handlers/understand/redact.h"
#include "handlers/understand/sentences.h"
#include "handlers/understand/thread.h"

const struct name intent_names[] = {{INTENT_MEANING, "meaning"},
                                    {INTENT_FIND_CODE, "find_code"},
                                    {INTENT_MODIFIER, "modifier"},
                                    {INTENT_BUNDLING, "bundling"},
                                    {INTENT_CROSSWALK, "crosswalk"},
                                    {INTENT_COVERAGE, "coverage"},
                                    {INTENT_FEE, "fee"},
                                    {INTENT_GUIDELINE, "guideline"},
                                    {INTENT_DIFFERENCE, "difference"},
                                    {INTENT_UNITS, "units"},
                                    {INTENT_JOBS, "jobs"},
                                    {INTENT_HELP, "help"},
                                    {INTENT_REGISTER, "register"},
                                    {INTENT_UNSUBSCRIBE, "unsubscribe"},
                                    {INTENT_NOT_CODING, "not_coding"},
                                    {0, NULL}};

const struct name role_names[] = {{ROLE_ASKED, "asked"}, {ROLE_CONTEXT, "context"}, {0, NULL}};

struct date question_date(const struct question *question) {
    return date_is_set(question->date_of_service) ? question->date_of_service : question->today;
}

static bool has_text(const struct question_text *text) {
    bool ret = span_trim(span_of(text->subject)).len > 0;
    for (size_t i = 0; i < text->passage_count; i++)
        ret = ret || span_trim(text->passages[i].text).len > 0;
    return ret;
}

/* --- what the new text points at */

/* "see the codes below", "the attached message", "see the chain": the asker makes the quoted text part of the question. */
static bool points_at_quoted(const struct context *context) {
    for (size_t i = 0; i < context->count; i++) {
        const struct token *token = context_at(context, i);
        struct span before = context_at(context, i - 1)->lower, behind = context_at(context, i + 1)->lower;
        if (!context_is_new(token))
            continue;
        if (span_is_among(token->lower, "below underneath beneath") &&
            span_is_among(before, "see code codes question questions mail email message text them list listed note quoted"))
            return true;
        if (span_is_among(token->lower, "attached forwarded following") &&
            span_is_among(behind, "message mail email question questions thread codes"))
            return true;
        if (span_is_among(token->lower, "chain thread") && (span_is_among(before, "see the this") || context_is(context, i - 2, "see")))
            return true;
    }
    return false;
}

/* --- thanks */

static bool is_word_of_thanks(struct span lower) {
    return span_is_among(lower, "thanks thank thankyou thx ty tysm appreciate appreciated grateful gracias merci danke");
}

static bool goes_with_thanks(struct span lower) {
    return span_is_among(lower, "you u so very much a lot many again all everyone team for the your this that it it's its s is was were "
                                 "quick fast prompt reply response answer info information help helping helped helps helpful great good "
                                 "perfect awesome excellent wonderful nice got we i really and works worked solved clear clears up now ok "
                                 "okay have day weekend evening cheers best regards kind hi hello dear sincerely just what exactly "
                                 "needed very well done in advance to ever will million thousand bunch ton tons bless lifesaver saver "
                                 "saved star rock amazing super brilliant "
                                 "lovely fantastic kindly time effort support patience problem resolved sorted noted received understood "
                                 "made us me my re ve wanted looking great truly");
}

/* A first name below the thanks: up to three words that mean nothing here, on a line of their own. */
static bool is_name(const struct context *context, size_t i, struct kb *kb) {
    const struct token *token = context_at(context, i);
    size_t first = i, end = i + 1;
    while (first > 0 && context_at(context, first - 1)->line == token->line)
        first--;
    while (context_at(context, end)->line == token->line && context_at(context, end)->kind != TOKEN_NONE)
        end++;
    bool last = context_at(context, end)->kind == TOKEN_NONE || !context_is_new(context_at(context, end));
    return last && first > 0 && end - first <= 3 && token->kind == TOKEN_WORD && !kb_knows_word(kb, token->lower);
}

/* The subject of a reply is the earlier mail's. */
static bool is_only_thanks(const struct context *context, const struct question *question, struct kb *kb) {
    bool thanked = false;
    for (size_t i = 0; i < context->count; i++) {
        const struct token *token = context_at(context, i);
        if (!context_is_new(token) || (context->is_reply && token->place == PLACE_SUBJECT))
            continue;
        if (token->kind == TOKEN_MARK ? token->text.ptr[0] == '?' : !is_word_of_thanks(token->lower) && !goes_with_thanks(token->lower))
            if (token->kind == TOKEN_MARK || !is_name(context, i, kb))
                return false;
        thanked = thanked || is_word_of_thanks(token->lower);
    }
    for (size_t i = 0; i < question->code_count; i++)
        if (question->codes[i].role == ROLE_ASKED && !question->from_thread)
            return false;
    return thanked;
}

/* --- the steps of reading */

static int note_figures(struct asked_code *asked, struct kb *kb, struct date day, struct arena *arena, struct why *why) {
    struct kb_facts facts = {0};
    int failed = kb_facts(kb, asked->system, asked->key, day, arena, &facts, why);
    asked->has_figures = facts.count > 0;
    return failed == FAIL_EMPTY ? 0 : failed;
}

static int settle_status(struct question *question, struct kb *kb, struct arena *arena, struct why *why) {
    for (size_t i = 0; i < question->code_count; i++) {
        struct kb_code code;
        struct asked_code *asked = &question->codes[i];
        int failed = kb_lookup(kb, asked->system, asked->key, question_date(question), arena, &code, why);
        if (failed && failed != FAIL_EMPTY)
            return failed;
        asked->status = failed ? STATUS_NO_DATA : code.status;
        if (asked->status == STATUS_NO_DATA && (failed = note_figures(asked, kb, question_date(question), arena, why)))
            return failed;
    }
    return 0;
}

static void read_intents(const struct question_text *text, const struct reading_of_text *reading, struct arena *arena,
                         struct cues_fired *fired, struct question *ret) {
    size_t asked = thread_asked_count(ret);
    cues_fire(reading->context, reading->mentions, reading->sentences, asked, ret->from_thread, arena, fired);
    intent_find(fired, asked, text->thread, arena, ret->intents, &ret->intent_count, &ret->intent_evidence);
}

int question_read(const struct question_text *text, struct kb *kb, struct date today, struct arena *arena, struct question *ret,
                  struct why *why) {
    if (!has_text(text))
        return why_set(why, FAIL_EMPTY, "the mail holds no text: write the question into the subject or the body");
    struct question question = {.today = today};
    struct context context;
    struct mentions mentions;
    struct sentence_list sentences;
    struct cues_fired fired;
    struct reading_of_text reading = {&context, &mentions, &sentences, &fired};
    context_read(text, arena, &context);
    question.date_of_service = extract_date_of_service(&context, today);
    codes_find(&context, kb, question_date(&question), arena, &mentions);
    redact_mark(&context, kb, today);
    bool quoted = points_at_quoted(&context);
    redact_write(&context, text->subject, quoted, arena, &question.redacted);
    question.codes = codes_collect(&context, &mentions, quoted, arena, &question.code_count, &question.more_asked);
    question.passed_over = codes_passed_over(&context, &mentions, arena, &question.passed_over_count);
    extract_units(&context, &mentions, question.codes, question.code_count);
    sentences_cut(&context, arena, &sentences);
    read_intents(text, &reading, arena, &fired, &question);
    if (thread_take_over(text, &context, &mentions, arena, &question))
        read_intents(text, &reading, arena, &fired, &question);
    int failed = question.from_thread && thread_corrects(&context) ? thread_take_side(&context, kb, arena, &question, why) : 0;
    if (failed)
        return failed;
    failed = settle_status(&question, kb, arena, why);
    if (failed)
        return failed;
    question.keywords = keywords_find(&context, kb, arena, &question.keyword_count);
    question.locality = extract_locality(&context, arena);
    extract_days_after(&context, today, &question.days_after, &question.days_after_most);
    question.place = extract_place(&context, &mentions, arena);
    question.words = keywords_text(&context, arena);
    extract_amounts(&context, &mentions, arena, &question);
    question.unsaid = keywords_unsaid(&context, arena);
    question.only_thanks = is_only_thanks(&context, &question, kb);
    inquiries_find(&reading, kb, arena, &question);
    *ret = question;
    return 0;
}
