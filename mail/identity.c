#include "mail/identity.h"

#include "base/digest.h"

enum { NAME_DIGITS = 16, SIGNATURE_DIGITS = SIGN_TEXT_BYTES - 1, SIGNED_BYTES = NAME_DIGITS + 1 + SIGNATURE_DIGITS };

static const char for_ids[] = "message-id", for_marks[] = "loop";

static struct digest name_of(const struct identity *identity, const char *question_key) {
    const struct span parts[] = {SPAN("reply"), span_of(identity->account), span_of(question_key)};
    return digest_of(parts, sizeof parts / sizeof *parts);
}

/* "name.signature" */
static const char *sign_name(const struct identity *identity, const char *purpose, const char *question_key, struct arena *arena) {
    const struct digest digest = name_of(identity, question_key);
    const struct span name = {digest.hex, NAME_DIGITS};
    const struct signature signature = sign_parts(identity->key, purpose, &name, 1);
    return arena_printf(arena, "%.*s.%s", SPAN_ARG(name), signature.hex);
}

const char *identity_message_id(const struct identity *identity, const char *question_key, struct arena *arena) {
    const char *left =
        identity->key ? sign_name(identity, for_ids, question_key, arena) : arena_copy(arena, span_of(name_of(identity, question_key).hex));
    return arena_printf(arena, "<%s@%s>", left, identity->domain);
}

const char *identity_loop_mark(const struct identity *identity, const char *question_key, struct arena *arena) {
    return identity->key ? sign_name(identity, for_marks, question_key, arena) : NULL;
}

static bool is_hex(struct span text, size_t digits) {
    if (text.len != digits)
        return false;
    for (size_t i = 0; i < digits; i++)
        if (!char_is_digit(text.ptr[i]) && (char_lower(text.ptr[i]) < 'a' || char_lower(text.ptr[i]) > 'f'))
            return false;
    return true;
}

static bool is_signed_shape(struct span text) {
    return text.len == SIGNED_BYTES && text.ptr[NAME_DIGITS] == '.' && is_hex(span_slice(text, 0, NAME_DIGITS), NAME_DIGITS) &&
           is_hex(span_slice(text, NAME_DIGITS + 1, text.len), SIGNATURE_DIGITS);
}

static bool is_signed(const struct sign_key *key, const char *purpose, struct span text) {
    char lower[NAME_DIGITS];
    if (!is_signed_shape(text))
        return false;
    for (size_t i = 0; i < NAME_DIGITS; i++)
        lower[i] = char_lower(text.ptr[i]);
    const struct span name = {lower, NAME_DIGITS};
    return sign_holds(key, purpose, &name, 1, span_slice(text, NAME_DIGITS + 1, text.len));
}

bool identity_made_id(const struct identity *identity, struct span id) {
    size_t at = span_find_char(id, '@');
    if (!span_starts(id, SPAN("<")) || !span_ends_same(id, SPAN(">")) || at == SPAN_NONE)
        return false;
    struct span left = span_slice(id, 1, at), domain = span_slice(id, at + 1, id.len - 1);
    if (!span_same(domain, span_of(identity->domain)))
        return false;
    return identity->key ? is_signed(identity->key, for_ids, left) : is_signed_shape(left) || is_hex(left, DIGEST_TEXT_BYTES - 1);
}

bool identity_made_mark(const struct identity *identity, struct span mark) {
    return identity->key && is_signed(identity->key, for_marks, span_trim(mark));
}
