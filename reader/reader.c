#include "reader/reader.h"

#include "base/buf.h"
#include "handlers/understand/wish.h"

enum { LOG_TEXT_BYTES = 24 << 10, LOOP_MARKS = 10, FEW_WORDS_BYTES = 200, WHOLE_REPLY_BYTES = 1000 };

/* What stays the same when a mail is moved, copied or delivered under a new UIDVALIDITY: not the trace fields. A mail that must not be
 * answered is another one than the same words that may be: what a list sent on, or a stranger with a mark of his own, answers nobody. */
struct digest reader_question_key(const struct message *message, bool kept_silent) {
    struct span from = message->from.count ? span_of(message->from.items[0].mailbox) : SPAN("");
    const struct span parts[] = {span_of(message->message_id), from, message_field(message, "Date"), span_of(message->subject),
                                 message->text, SPAN("not to be answered")};
    return digest_of(parts, sizeof parts / sizeof *parts - !kept_silent);
}

static void list_intents(struct buf *buf, const struct question *question) {
    buf_text(buf, "intents:");
    for (size_t i = 0; i < question->intent_count; i++)
        buf_printf(buf, " %s", name_text(intent_names, (int)question->intents[i]));
}

static void list_codes(struct buf *buf, const struct question *question) {
    buf_text(buf, "; codes:");
    for (size_t i = 0; i < question->code_count; i++) {
        const struct asked_code *code = &question->codes[i];
        buf_printf(buf, " %s %s", name_text(system_names, (int)code->system), code->display);
        for (size_t m = 0; m < code->modifier_count; m++)
            buf_printf(buf, "-%s", code->modifiers[m]);
        if (code->role == ROLE_CONTEXT)
            buf_text(buf, " (context)");
    }
}

static void list_keywords(struct buf *buf, const struct question *question) {
    buf_text(buf, "; keywords:");
    for (size_t i = 0; i < question->keyword_count; i++)
        buf_printf(buf, "%s %s", i ? "," : "", question->keywords[i]);
}

static const char *write_log_text(const struct question *question, struct arena *arena) {
    struct buf buf;
    buf_init(&buf, LOG_TEXT_BYTES);
    list_intents(&buf, question);
    list_codes(&buf, question);
    list_keywords(&buf, question);
    if (question->redacted.text)
        buf_printf(&buf, "; subject: %s; question: %s", question->redacted.subject, question->redacted.text);
    const char *ret = buf_keep(&buf, arena);
    buf_free(&buf);
    return ret;
}

static void pass_to_a_person(struct reading *reading, const char *reason) {
    reading->action = ACTION_HUMAN;
    reading->reason = reason;
}

static const struct span *loop_marks_of(const struct message *message, struct arena *arena, size_t *ret_count) {
    struct span *marks = NULL;
    const struct header *field;
    *ret_count = 0;
    for (size_t at = 0; *ret_count < LOOP_MARKS && (field = message_header(message, REPLY_LOOP_FIELD, &at));) {
        marks = arena_grow(arena, marks, *ret_count, sizeof *marks);
        marks[(*ret_count)++] = field->value;
    }
    return marks;
}

/* Who asks, what the mail says that it goes on from, and what of it may be ours. */
static int ask_memory(const struct reading *reading, const struct reader_desk *desk, struct arena *arena, struct sender_memory *ret,
                      struct why *why) {
    const struct message *message = &reading->message;
    size_t count = message->reference_count + message->in_reply_to_count;
    const char **ids = arena_array(arena, count, sizeof *ids), *tokens[TOKENS_MOST];
    for (size_t i = 0; i < message->reference_count; i++)
        ids[i] = message->references[i];
    for (size_t i = 0; i < message->in_reply_to_count; i++)
        ids[message->reference_count + i] = message->in_reply_to[i];
    struct sender_view view = {.address = reading->gate.recipient,
                               .from = message->from.count ? message->from.items[0].mailbox : NULL,
                               .tokens = tokens,
                               .verified = reading->gate.verified,
                               .question_key = reading->question_key.hex,
                               .message_id = message->message_id,
                               .message_ids = ids,
                               .message_id_count = count};
    standing_find_tokens(span_of(message->subject), arena, tokens, &view.token_count);
    standing_find_tokens(message->text, arena, tokens, &view.token_count);
    view.loop_marks = loop_marks_of(message, arena, &view.loop_mark_count);
    *ret = (struct sender_memory){.thread_known = false};
    return desk->recall(desk->recall_context, &view, arena, ret, why);
}

/* Nobody but a person may answer a mail that its own domain disowns: the asker named in it hears nothing, the person gets the answer as a
 * draft. */
static void distrust(struct reading *reading) {
    struct answer *answer = &reading->answer;
    if (reading->gate.trust != SENDER_REFUTED || reading->action == ACTION_SILENT)
        return;
    if (!answer->draft)
        answer->draft = answer->commonmark;
    reading->change = SENDER_STAYS;
    reading->told = TOLD_NOTHING;
    pass_to_a_person(reading, "dmarc: the domain in From disowns this mail, so its sender may be forged");
}

static void give_service(struct reading *reading, enum service_reply reply, const struct sender_standing *sender, struct arena *arena) {
    const struct service_facts facts = standing_facts(sender, arena);
    answer_service(reply, &facts, arena, &reading->answer);
    reading->question_was_read = true;
    reading->action = reading->answer.action;
    reading->reason = reading->answer.reason;
}

/* What the sender wrote himself, as far as that is told from what he quotes: few words, and no question mark. A reply that is nothing
 * but its quotation counts as written by him: it is longer, and brings the token in it. */
static bool says_little(const struct message *message, struct arena *arena) {
    size_t bytes = 0;
    bool asks = false, brings_token = false;
    for (size_t i = 0; i < message->passage_count; i++) {
        struct span rest = message->passages[i].text, line;
        const char *tokens[TOKENS_MOST];
        size_t count = 0;
        if (message->passages[i].kind != PASSAGE_NEW)
            continue;
        standing_find_tokens(rest, arena, tokens, &count);
        brings_token = brings_token || count > 0;
        while (span_line(&rest, &line))
            if (!span_starts(line, SPAN(">"))) {
                bytes += line.len;
                asks = asks || span_find_char(line, '?') != SPAN_NONE;
            }
    }
    return !asks && bytes <= (brings_token ? WHOLE_REPLY_BYTES : FEW_WORDS_BYTES);
}

/* Is this about nothing but the desk itself, as far as can be told? A mail that says more is for who reads it. Words that look like an
 * intent ("once more") are none without something that is known beside them. */
static bool asks_nothing(const struct message *message, const struct question *question, struct arena *arena) {
    if (!says_little(message, arena) || question->code_count > 0 || question->asks_advice || wish_for_person(question->words))
        return false;
    for (size_t i = 0; i < question->intent_count && question->keyword_count > 0; i++)
        if (question->intents[i] != INTENT_REGISTER && question->intents[i] != INTENT_UNSUBSCRIBE &&
            question->intents[i] != INTENT_NOT_CODING)
            return false;
    return true;
}

/* A mail that brings a token and asks nothing. False: it is read on as others are. */
static bool confirm(struct reading *reading, const struct sender_standing *sender, struct arena *arena) {
    enum service_reply reply;
    if (!asks_nothing(&reading->message, &reading->question, arena) || !standing_confirms(sender, &reply, &reading->change))
        return false;
    give_service(reading, reply, sender, arena);
    reading->told = reply == SERVICE_EXPIRED || reply == SERVICE_WRONG ? TOLD_TOKEN : TOLD_NOTHING;
    return true;
}

static bool wants_to_leave(const struct question *question) {
    for (size_t i = 0; i < question->inquiry_count; i++)
        if (question->inquiries[i].intent == INTENT_UNSUBSCRIBE)
            return true;
    return false;
}

static int answer(struct reading *reading, const struct sender_standing *sender, const struct reader_desk *desk, struct kb *kb,
                  struct arena *arena, struct why *why) {
    const struct service_facts facts = standing_facts(sender, arena);
    reading->question.service = &facts;
    int failed = answer_question(&reading->question, kb, desk->least_confidence, arena, &reading->answer, why);
    reading->question.service = NULL;
    if (failed)
        return failed;
    if (facts.leaves && wants_to_leave(&reading->question))
        reading->change = SENDER_LEAVES;
    reading->question_was_read = true;
    reading->action = reading->answer.action;
    reading->reason = reading->answer.reason;
    return 0;
}

static int understand(struct reading *reading, const struct sender_memory *memory, const struct reader_desk *desk, struct kb *kb,
                      time_t now, struct arena *arena, struct why *why) {
    const struct message *message = &reading->message;
    const struct question_text text = {.subject = message->subject,
                                       .passages = message->passages,
                                       .passage_count = message->passage_count,
                                       .thread = memory->thread_known ? &memory->thread : NULL};
    int failed = question_read(&text, kb, date_of_time(now), arena, &reading->question, why);
    if (failed && failed != FAIL_EMPTY)
        return failed;
    if (!confirm(reading, &memory->standing, arena)) {
        if (failed == FAIL_EMPTY) {
            pass_to_a_person(reading, "the mail has no text");
            return 0;
        }
        failed = answer(reading, &memory->standing, desk, kb, arena, why);
        if (failed)
            return failed;
    }
    reading->log_text = write_log_text(&reading->question, arena);
    distrust(reading);
    return 0;
}

static int write_reply(struct reading *reading, const struct sender_memory *memory, const struct reader_desk *desk, time_t now,
                       struct arena *arena, struct why *why) {
    struct message asked = reading->message;
    asked.subject = reading->question.redacted.subject;
    const struct reply_marks marks = {memory->reply_message_id, memory->loop_mark};
    int failed = reply_write(&asked, reading->gate.recipient, &marks, span_of(reading->answer.text), span_of(reading->answer.html),
                             &desk->reply, now, arena, &reading->reply, why);
    reading->reply_ready = !failed;
    return failed;
}

static bool wants_reply(const struct reading *reading, const struct reader_desk *desk) {
    if (reading->action == ACTION_HUMAN)
        return desk->acknowledge && reading->question_was_read && !reading->untold && reading->gate.trust != SENDER_REFUTED;
    return reading->action != ACTION_SILENT;
}

/* What was to be sent is a draft now. Where a person had to answer anyway, that stays the reason. */
static void hold(struct reading *reading, const char *reason, struct arena *arena) {
    if (reading->action == ACTION_HUMAN)
        reading->reason = arena_printf(arena, "%s" JOURNAL_UNTOLD "%s", reading->reason, reason);
    else {
        reading->answer.draft = reading->answer.commonmark;
        pass_to_a_person(reading, reason);
    }
    reading->untold = true;
    reading->change = SENDER_STAYS;
    reading->told = TOLD_NOTHING;
}

/* What the sender's standing makes of a reply that would be sent. What a person answers anyway is held, rather than sent back to be asked
 * again. */
static void restrain(struct reading *reading, const struct sender_standing *sender, struct arena *arena) {
    const char *reason;
    enum standing_rule rule = standing_judge(sender, &reason);
    if (rule == STANDING_HOLD || (rule == STANDING_TELL && reading->action == ACTION_HUMAN))
        hold(reading, reason, arena);
    else if (rule == STANDING_TELL) {
        reading->change = SENDER_STAYS;
        give_service(reading, SERVICE_LIMIT, sender, arena);
        reading->reason = reason;
        reading->told = TOLD_LIMIT;
    }
}

/* What the gate lets through, unless it turns out to be ours. */
static int answer_mail(struct reading *reading, const struct reader_desk *desk, struct kb *kb, time_t now, struct arena *arena,
                       struct why *why) {
    struct sender_memory memory;
    int failed = ask_memory(reading, desk, arena, &memory, why);
    if (failed)
        return failed;
    if (memory.is_own) {
        gate_refuse_own(&reading->gate);
        reading->reason = reading->gate.rule;
        reading->question_key = reader_question_key(&reading->message, true);
        return 0;
    }
    if (standing_judge(&memory.standing, &reading->reason) == STANDING_SILENCE)
        return 0;
    failed = understand(reading, &memory, desk, kb, now, arena, why);
    if (!failed && wants_reply(reading, desk))
        restrain(reading, &memory.standing, arena);
    if (!failed && wants_reply(reading, desk))
        failed = write_reply(reading, &memory, desk, now, arena, why);
    return failed;
}

int reader_read(struct span raw, bool whole, const struct reader_desk *desk, struct kb *kb, time_t now, struct arena *arena,
                struct reading *ret, struct why *why) {
    struct reading reading = {.action = ACTION_SILENT, .bounce = {BOUNCE_NONE, "", "", "", ""}, .log_text = ""};
    int failed = message_read(raw, whole, &desk->limits, arena, &reading.message, why);
    if (failed)
        return failed;
    if (!whole && !reading.message.text_complete)
        return why_set(why, FAIL_AGAIN, "the text goes on behind the first %zu bytes", raw.len);
    gate_judge(&reading.message, &desk->gate, arena, &reading.gate);
    reading.question_key = reader_question_key(&reading.message, reading.gate.rule);
    reading.reason = reading.gate.rule;
    if (reading.gate.rule)
        bounce_read(raw, whole, &reading.message, &desk->limits, arena, &reading.bounce);
    else
        failed = answer_mail(&reading, desk, kb, now, arena, why);
    if (!failed)
        *ret = reading;
    return failed;
}
