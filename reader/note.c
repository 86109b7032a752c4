#include "reader/note.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "handlers/understand/codes_json.h"

enum { INTENTS_BYTES = 512, KEYWORDS_BYTES = 2048, EDITIONS_BYTES = 1024 };

static const char *list_intents(const struct question *question, struct arena *arena) {
    struct buf buf;
    buf_init(&buf, INTENTS_BYTES);
    for (size_t i = 0; i < question->intent_count; i++)
        buf_printf(&buf, "%s%s", i ? "," : "", name_text(intent_names, (int)question->intents[i]));
    const char *ret = buf_keep(&buf, arena);
    buf_free(&buf);
    return ret;
}

static const char *list_keywords(const struct question *question, struct arena *arena) {
    struct buf buf;
    buf_init(&buf, KEYWORDS_BYTES);
    for (size_t i = 0; i < question->keyword_count; i++)
        buf_printf(&buf, "%s%s", i ? "," : "", question->keywords[i]);
    const char *ret = buf_keep(&buf, arena);
    buf_free(&buf);
    return ret;
}

static bool asks(const struct question *question, const struct asked_code *code) {
    for (size_t i = 0; i < question->code_count; i++)
        if (question->codes[i].role == ROLE_ASKED && question->codes[i].system == code->system &&
            strcmp(question->codes[i].key, code->key) == 0)
            return true;
    return false;
}

/* What was asked, and what the answer named where none was asked: the thread goes on from both. */
static const char *dump_codes(const struct question *question, const struct answer *answer, struct arena *arena) {
    json_t *codes = codes_to_json(question->codes, question->code_count);
    for (size_t i = 0; i < answer->named_count; i++)
        if (!asks(question, &answer->named[i])) {
            json_t *named = codes_to_json(&answer->named[i], 1);
            json_array_extend(codes, named);
            json_decref(named);
        }
    char *text = json_dumps(codes, JSON_COMPACT);
    const char *ret = arena_copy(arena, span_of(text));
    free(text);
    json_decref(codes);
    return ret;
}

static const char *keep(struct arena *arena, const char *text) { return text ? arena_copy(arena, span_of(text)) : NULL; }

static void note_question(const struct reading *reading, struct arena *arena, struct reading_note *ret) {
    ret->handler = keep(arena, reading->answer.handler);
    ret->draft = keep(arena, reading->answer.draft);
    ret->intents = list_intents(&reading->question, arena);
    ret->codes = dump_codes(&reading->question, &reading->answer, arena);
    ret->keywords = list_keywords(&reading->question, arena);
    ret->question_subject = keep(arena, reading->question.redacted.subject);
    ret->question_text = keep(arena, reading->question.redacted.text);
}

static void note_reply(const struct reading *reading, struct arena *arena, struct reading_note *ret) {
    ret->recipient = keep(arena, reading->reply.recipient);
    ret->reply_message_id = keep(arena, reading->reply.message_id);
    ret->reply_text = keep(arena, reading->answer.commonmark);
    ret->reply = (struct span){arena_copy(arena, reading->reply.bytes), reading->reply.bytes.len};
}

void note_reading(const struct reading *reading, struct arena *arena, struct reading_note *ret) {
    const struct addresses *from = &reading->message.from;
    *ret = (struct reading_note){
        .action = reading->action,
        .told = reading->told,
        .change = reading->change,
        .reason = reading->reason ? keep(arena, reading->reason) : "",
        .question_key = keep(arena, reading->question_key.hex),
        .message_id = keep(arena, reading->message.message_id),
        .bounce = bounce_copy(&reading->bounce, arena),
        .asker = keep(arena, reading->gate.recipient ? reading->gate.recipient : from->count ? from->items[0].mailbox : NULL),
    };
    if (reading->question_was_read)
        note_question(reading, arena, ret);
    if (reading->reply_ready)
        note_reply(reading, arena, ret);
}

void note_row(const struct reading_note *note, struct exchange_row *ret) {
    ret->action = name_text(action_names, (int)note->action);
    ret->reason = note->reason;
    ret->asker = note->asker;
    ret->handler = note->handler;
    ret->intents = note->intents;
    ret->codes = note->codes;
    ret->keywords = note->keywords;
    ret->question_subject = note->question_subject;
    ret->question_text = note->question_text;
    ret->draft = note->draft;
    ret->told = note->told;
    ret->change = note->change;
    ret->reply_message_id = note->reply_message_id;
    ret->reply_text = note->reply_text;
}

const char *note_editions(struct kb *kb, struct arena *arena) {
    struct kb_editions editions;
    struct buf buf;
    if (kb_editions(kb, arena, &editions, NULL))
        return NULL;
    buf_init(&buf, EDITIONS_BYTES);
    for (size_t i = 0; i < editions.count; i++)
        buf_printf(&buf, "%s%s %s", i ? ", " : "", name_text(system_names, (int)editions.items[i].system), editions.items[i].name);
    const char *ret = buf_keep(&buf, arena);
    buf_free(&buf);
    return ret;
}
