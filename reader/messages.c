#include "reader/messages.h"

/* A struct of another size has another member: give it its line, then correct the number. */
#define COVERS(type, size) _Static_assert(sizeof(void *) != 8 || sizeof(type) == (size), #type " has changed: see the table below")

static const struct field gate_fields[] = {
    FIELD_OF_TEXTS(struct gate_desk, addresses, address_count),
    FIELD(struct gate_desk, max_hops),
    FIELD(struct gate_desk, authserv_id),
    FIELD_OF_TEXTS(struct gate_desk, reply_to_allowed, reply_to_allowed_count),
};
static const struct shape gate_shape = SHAPE(struct gate_desk, gate_fields);
COVERS(struct gate_desk, 48);

static const struct field reply_fields[] = {
    FIELD(struct reply_desk, from_address),
    FIELD(struct reply_desk, from_name),
};
static const struct shape reply_shape = SHAPE(struct reply_desk, reply_fields);
COVERS(struct reply_desk, 16);

static const struct field limit_fields[] = {
    FIELD(struct message_limits, depth),        FIELD(struct message_limits, parts),      FIELD(struct message_limits, headers),
    FIELD(struct message_limits, header_bytes), FIELD(struct message_limits, text_bytes),
};
static const struct shape limit_shape = SHAPE(struct message_limits, limit_fields);
COVERS(struct message_limits, 40);

static const struct field desk_fields[] = {
    FIELD_OF_STRUCT(struct reader_desk, gate, &gate_shape),
    FIELD_OF_STRUCT(struct reader_desk, reply, &reply_shape),
    FIELD(struct reader_desk, acknowledge),
    FIELD_OF_STRUCT(struct reader_desk, limits, &limit_shape),
    FIELD(struct reader_desk, least_confidence),
    /* recall, recall_context: the reader asks through RECALL */
};
static const struct shape desk_shape = SHAPE(struct reader_desk, desk_fields);
COVERS(struct reader_desk, 136);

static const struct field start_fields[] = {
    FIELD_OF_STRUCT(struct start_message, desk, &desk_shape),
    FIELD(struct start_message, now),
};
const struct shape start_shape = SHAPE(struct start_message, start_fields);

static const struct field ready_fields[] = {
    FIELD(struct ready_message, failed),
    FIELD(struct ready_message, why),
    FIELD(struct ready_message, editions),
};
const struct shape ready_shape = SHAPE(struct ready_message, ready_fields);

static const struct field read_fields[] = {
    FIELD(struct read_message, bytes),
    FIELD(struct read_message, whole),
    FIELD(struct read_message, now),
};
const struct shape read_shape = SHAPE(struct read_message, read_fields);

static const struct field span_fields[] = {{.kind = FIELD_SPAN}};
static const struct shape span_shape = SHAPE(struct span, span_fields);

static const struct field view_fields[] = {
    FIELD(struct sender_view, address),
    FIELD(struct sender_view, from),
    FIELD(struct sender_view, verified),
    FIELD(struct sender_view, question_key),
    FIELD(struct sender_view, message_id),
    FIELD_OF_ITEMS(struct sender_view, loop_marks, loop_mark_count, &span_shape),
    FIELD_OF_TEXTS(struct sender_view, tokens, token_count),
    FIELD_OF_TEXTS(struct sender_view, message_ids, message_id_count),
};
const struct shape view_shape = SHAPE(struct sender_view, view_fields);
COVERS(struct sender_view, 88);

static const struct field code_fields[] = {
    FIELD_OF_ENUM(struct asked_code, system, SYSTEM_COUNT),
    FIELD_OF_CHARS(struct asked_code, key),
    FIELD_OF_CHARS(struct asked_code, display),
    FIELD_OF_CHARS(struct asked_code, modifiers),
    FIELD(struct asked_code, modifier_count),
    FIELD(struct asked_code, units),
    FIELD_OF_ENUM(struct asked_code, role, ROLE_CONTEXT + 1),
    FIELD_OF_ENUM(struct asked_code, status, STATUS_NO_DATA + 1),
    FIELD(struct asked_code, has_figures),
    FIELD(struct asked_code, evidence),
};
static const struct shape code_shape = SHAPE(struct asked_code, code_fields);
COVERS(struct asked_code, 88);

static const struct field intent_fields[] = {{.kind = FIELD_ENUM, .bytes = sizeof(enum intent), .limit = INTENT_COUNT}};
static const struct shape intent_shape = SHAPE(enum intent, intent_fields);

static const struct field thread_fields[] = {
    FIELD_OF_ITEMS(struct thread_memory, codes, code_count, &code_shape),
    FIELD_OF_ITEMS(struct thread_memory, intents, intent_count, &intent_shape),
};
static const struct shape thread_shape = SHAPE(struct thread_memory, thread_fields);
COVERS(struct thread_memory, 32);

static const struct field standing_fields[] = {
    FIELD_OF_ENUM(struct sender_standing, standing, STANDING_BLOCKED + 1),
    FIELD(struct sender_standing, verified),
    FIELD(struct sender_standing, breaker),
    FIELD(struct sender_standing, limit),
    FIELD(struct sender_standing, limit_replies),
    FIELD(struct sender_standing, resets_at),
    FIELD(struct sender_standing, limit_told),
    FIELD_OF_ENUM(struct sender_standing, token, TOKEN_WRONG + 1),
    FIELD(struct sender_standing, token_told),
    FIELD(struct sender_standing, register_token),
    FIELD(struct sender_standing, leave_token),
    FIELD(struct sender_standing, token_until),
    FIELD(struct sender_standing, guest_day),
    FIELD(struct sender_standing, registered_day),
};
static const struct shape standing_shape = SHAPE(struct sender_standing, standing_fields);
COVERS(struct sender_standing, 88);

static const struct field memory_fields[] = {
    FIELD(struct sender_memory, is_own),
    FIELD(struct sender_memory, reply_message_id),
    FIELD(struct sender_memory, loop_mark),
    FIELD(struct sender_memory, thread_known),
    FIELD_OF_STRUCT(struct sender_memory, thread, &thread_shape),
    FIELD_OF_STRUCT(struct sender_memory, standing, &standing_shape),
};
const struct shape memory_shape = SHAPE(struct sender_memory, memory_fields);
COVERS(struct sender_memory, 152);

static const struct field bounce_fields[] = {
    FIELD_OF_ENUM(struct bounce, action, BOUNCE_DELIVERED + 1),
    FIELD(struct bounce, status),
    FIELD(struct bounce, diagnostic),
    FIELD(struct bounce, message_ids),
    FIELD(struct bounce, recipients),
};
static const struct shape bounce_shape = SHAPE(struct bounce, bounce_fields);
COVERS(struct bounce, 40);

static const struct field note_fields[] = {
    FIELD_OF_ENUM(struct reading_note, action, ACTION_SILENT + 1),
    FIELD(struct reading_note, reason),
    FIELD(struct reading_note, question_key),
    FIELD(struct reading_note, message_id),
    FIELD(struct reading_note, asker),
    FIELD(struct reading_note, handler),
    FIELD(struct reading_note, intents),
    FIELD(struct reading_note, codes),
    FIELD(struct reading_note, keywords),
    FIELD(struct reading_note, question_subject),
    FIELD(struct reading_note, question_text),
    FIELD(struct reading_note, draft),
    FIELD_OF_STRUCT(struct reading_note, bounce, &bounce_shape),
    FIELD_OF_ENUM(struct reading_note, told, TOLD_TOKEN + 1),
    FIELD_OF_ENUM(struct reading_note, change, SENDER_LEAVES + 1),
    FIELD(struct reading_note, recipient),
    FIELD(struct reading_note, reply_message_id),
    FIELD(struct reading_note, reply_text),
    FIELD(struct reading_note, reply),
};
static const struct shape note_shape = SHAPE(struct reading_note, note_fields);
COVERS(struct reading_note, 184);

static const struct field done_fields[] = {
    FIELD(struct done_message, failed),
    FIELD(struct done_message, why),
    FIELD_OF_STRUCT(struct done_message, note, &note_shape),
};
const struct shape done_shape = SHAPE(struct done_message, done_fields);
