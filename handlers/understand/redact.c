#include "handlers/understand/redact.h"

#include "base/buf.h"
#include "handlers/understand/redact_find.h"

enum { SUBJECT_BYTES = 1200, CLOSING_TOKENS = 40, CLOSING_WORDS = 5, LONGEST_WORD = 256 };

const struct name mask_names[] = {{MASK_NAME, "NAME"},       {MASK_DOB, "DOB"},         {MASK_AGE, "AGE OVER 89"}, {MASK_SSN, "SSN"},
                                  {MASK_MRN, "MRN"},         {MASK_ACCOUNT, "ACCOUNT"}, {MASK_MEMBER, "MEMBER ID"}, {MASK_CLAIM, "CLAIM"},
                                  {MASK_ID, "ID"},           {MASK_PHONE, "PHONE"},     {MASK_ADDRESS, "ADDRESS"},  {MASK_EMAIL, "EMAIL"},
                                  {MASK_LINK, "LINK"},       {MASK_TOKEN, "TOKEN"},    {0, NULL}};

const struct name mask_meanings[] = {{MASK_NAME, "a name"},
                                     {MASK_DOB, "a date of birth"},
                                     {MASK_AGE, "an age over 89"},
                                     {MASK_SSN, "a social security number"},
                                     {MASK_MRN, "a medical record number"},
                                     {MASK_ACCOUNT, "an account number"},
                                     {MASK_MEMBER, "a member or policy number"},
                                     {MASK_CLAIM, "a claim number"},
                                     {MASK_ID, "an identifying number"},
                                     {MASK_PHONE, "a phone number"},
                                     {MASK_ADDRESS, "a postal address"},
                                     {MASK_EMAIL, "an e-mail address"},
                                     {MASK_LINK, "a link with a number"},
                                     {0, NULL}};

/* --- finding */

bool redact_piece(struct redaction *redaction, struct piece piece) {
    struct token *tokens = redaction->context->tokens;
    for (size_t i = piece.first; i < piece.end; i++)
        if (i >= redaction->context->count || tokens[i].taken || tokens[i].mask)
            return false;
    for (size_t i = piece.first; i < piece.end; i++)
        tokens[i].mask = (unsigned char)piece.kind;
    return piece.end > piece.first;
}

/* In this order: a number behind "chart" is no phone, a day behind "born" no number. */
static struct piece (*const finders[])(const struct redaction *, size_t) = {redact_literal, redact_birth, redact_number,
                                                                           redact_phone, redact_address};

static void ask_finders(struct redaction *redaction, size_t i) {
    const struct token *token = &redaction->context->tokens[i];
    if (token->kind == TOKEN_MARK && !token->literal && !context_mark_in(redaction->context, i, "(+#"))
        return;
    for (size_t k = 0; !redaction->context->tokens[i].mask && k < sizeof finders / sizeof *finders; k++)
        redact_piece(redaction, finders[k](redaction, i));
}

/* Ages last: "Edith is 91" is told by the name. */
void redact_mark(struct context *context, struct kb *kb, struct date today) {
    struct redaction redaction = {.context = context, .kb = kb, .today = today};
    redact_columns(&redaction);
    for (size_t i = 0; i < context->count; i++)
        ask_finders(&redaction, i);
    redact_people(&redaction);
    for (size_t i = 0; i < context->count; i++)
        redact_piece(&redaction, redact_age(&redaction, i));
}

/* --- writing */

static bool closes(const struct context *context, size_t i) {
    size_t end = i;
    while (context_at(context, end)->kind != TOKEN_NONE && context_at(context, end)->line == context_at(context, i)->line)
        end++;
    return end - i <= CLOSING_WORDS && span_is_among(context_at(context, i)->lower, "thanks thank thankyou thx ty regards best sincerely cheers "
                                                                                  "respectfully warmly kind many gracias yours appreciated");
}

/* Where the new text takes leave: a short line of thanks with nothing asked and no code behind it. */
static size_t closing_at(const struct context *context) {
    size_t ret = context->count, from = context->count, seen = 0;
    while (from > context->subject_end && seen < CLOSING_TOKENS) {
        const struct token *token = context_at(context, from - 1);
        if (token->place == PLACE_NEW) {
            seen++;
            if (token->taken || context_mark(context, from - 1) == '?')
                break;
            bool begins = from - 1 == context->subject_end || context_at(context, from - 2)->line != token->line;
            if (begins && closes(context, from - 1))
                ret = from - 1;
        }
        from--;
    }
    return ret;
}

struct writer {
    const struct context *context;
    struct buf buf;
    size_t room;      /* of what may still be written of this kind of text */
    const char *head; /* before each line */
    struct redacted *redacted;
    const struct token *last; /* that was written of this kind of text; NULL: none yet */
};

static void write_gap(struct writer *writer, const struct token *token) {
    if (writer->last && writer->last->line == token->line) {
        buf_text(&writer->buf, token->glued ? "" : " ");
        return;
    }
    bool apart = writer->last && writer->last->paragraph != token->paragraph;
    buf_text(&writer->buf, writer->buf.len == 0 ? "" : apart || !writer->last ? "\n\n" : "\n");
    buf_text(&writer->buf, writer->head);
}

/* A piece ends where the kind does. A word longer than a mail may hold is cut: nothing of it is needed. */
static bool write_token(struct writer *writer, size_t i) {
    const struct token *token = context_at(writer->context, i);
    bool goes_on = token->mask && writer->last == token - 1 && writer->last->mask == token->mask;
    struct span text = span_slice(token->text, 0, LONGEST_WORD);
    if (text.len + 32 > writer->room || writer->buf.len + text.len + 32 > writer->buf.cap)
        return false;
    size_t before = writer->buf.len;
    if (!goes_on) {
        write_gap(writer, token);
        if (token->mask) {
            buf_printf(&writer->buf, "[%s]", name_text(mask_names, (int)token->mask));
            writer->redacted->counts[token->mask]++;
            writer->redacted->total += token->mask != MASK_TOKEN;
        } else
            buf_add(&writer->buf, text);
    }
    writer->room -= writer->buf.len - before;
    writer->last = token;
    return true;
}

static void write_passages(struct writer *writer, enum token_place place, size_t first, size_t end) {
    writer->last = NULL;
    for (size_t i = first; i < end; i++)
        if (context_at(writer->context, i)->place == place && !write_token(writer, i))
            return;
}

/* A subject in which nothing was masked stays as it was written, accents and all. */
static const char *write_subject(const struct context *context, const char *subject, struct arena *arena, struct redacted *redacted) {
    struct writer writer = {.context = context, .room = SUBJECT_BYTES, .head = "", .redacted = redacted};
    bool masked = false;
    buf_init(&writer.buf, SUBJECT_BYTES);
    for (size_t i = 0; i < context->subject_end && write_token(&writer, i); i++)
        masked = masked || context_at(context, i)->mask;
    const char *ret = masked ? buf_keep(&writer.buf, arena) : subject;
    buf_free(&writer.buf);
    return ret;
}

void redact_write(const struct context *context, const char *subject, bool with_quoted, struct arena *arena, struct redacted *ret) {
    *ret = (struct redacted){.text = ""};
    ret->subject = write_subject(context, subject, arena, ret);
    struct writer writer = {.context = context, .room = REDACT_TEXT_BYTES, .head = "", .redacted = ret};
    buf_init(&writer.buf, REDACT_TEXT_BYTES);
    write_passages(&writer, PLACE_NEW, context->subject_end, closing_at(context));
    if (with_quoted) {
        writer.head = "> ";
        writer.room = REDACT_QUOTED_BYTES;
        write_passages(&writer, PLACE_QUOTED, context->subject_end, context->count);
    }
    if (writer.buf.len)
        ret->text = buf_keep(&writer.buf, arena);
    buf_free(&writer.buf);
}
