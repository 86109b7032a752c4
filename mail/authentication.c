#include "mail/authentication.h"

#include "mail/address.h"

const char *const sender_trust_texts[] = {[SENDER_UNVERIFIED] = "unverified", [SENDER_VERIFIED] = "verified", [SENDER_REFUTED] = "refuted"};

/* --- words of a structured field ---------------------------------------------------------------------------------- */

enum kind { END, WORD, MARK /* ; or = */ };

struct token {
    enum kind kind;
    struct span text;
    bool glued; /* no white space or comment stands before it */
};

static size_t comment_length(struct span text) {
    size_t depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\\')
            i++;
        else if (text.ptr[i] == '(')
            depth++;
        else if (text.ptr[i] == ')' && --depth == 0)
            return i + 1;
    }
    return text.len;
}

static size_t quoted_length(struct span text) {
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] == '\\')
            i++;
        else if (text.ptr[i] == '"')
            return i + 1;
    }
    return text.len;
}

static bool ends_word(char c) { return char_is_space(c) || c == ';' || c == '=' || c == '(' || c == '"'; }

static struct token take(struct span *rest, enum kind kind, size_t len, bool glued) {
    struct token token = {kind, span_slice(*rest, 0, len), glued};
    *rest = span_slice(*rest, len, rest->len);
    return token;
}

static struct token next_token(struct span *rest) {
    bool glued = true;
    while (rest->len && (char_is_space(rest->ptr[0]) || rest->ptr[0] == '(')) {
        *rest = span_slice(*rest, rest->ptr[0] == '(' ? comment_length(*rest) : 1, rest->len);
        glued = false;
    }
    if (rest->len == 0)
        return (struct token){END, *rest, glued};
    if (rest->ptr[0] == ';' || rest->ptr[0] == '=')
        return take(rest, MARK, 1, glued);
    if (rest->ptr[0] == '"') {
        struct token token = take(rest, WORD, quoted_length(*rest), glued);
        token.text = span_slice(token.text, 1, token.text.len - (token.text.len > 1 && span_ends_same(token.text, SPAN("\""))));
        return token;
    }
    size_t len = 0;
    while (len < rest->len && !ends_word(rest->ptr[len]))
        len++;
    return take(rest, WORD, len, glued);
}

static bool is_mark(struct token token, char mark) { return token.kind == MARK && token.text.ptr[0] == mark; }

/* The next word, joined with what is glued to it: of "a b"@x.example its last piece. */
static struct token next_value(struct span *rest) {
    struct token value = next_token(rest);
    while (value.kind == WORD) {
        struct span after = *rest;
        struct token more = next_token(&after);
        if (more.kind != WORD || !more.glued)
            break;
        value = more;
        *rest = after;
    }
    return value;
}

/* --- what one field says ------------------------------------------------------------------------------------------ */

struct said {
    bool dmarc_passes, dmarc_fails, aligned_passes;
};

struct statement {
    struct span method, result;
    struct span dmarc_from, dkim_domain, spf_domain; /* header.from, header.d or header.i, smtp.mailfrom */
};

static struct span domain_part(struct span value) {
    size_t at = span_find_char(value, '@');
    return at == SPAN_NONE ? value : address_domain(value);
}

static void note_property(struct statement *statement, struct span name, struct span value) {
    if (span_same(name, SPAN("header.from")))
        statement->dmarc_from = domain_part(value);
    else if (span_same(name, SPAN("header.d")))
        statement->dkim_domain = value;
    else if (span_same(name, SPAN("header.i")) && statement->dkim_domain.len == 0)
        statement->dkim_domain = domain_part(value);
    else if (span_same(name, SPAN("smtp.mailfrom")))
        statement->spf_domain = domain_part(value);
}

static void note_pair(struct statement *statement, struct span name, struct span value) {
    if (statement->method.len)
        note_property(statement, name, value);
    else {
        statement->method = span_slice(name, 0, span_find_char(name, '/'));
        statement->result = value;
    }
}

/* Up to the next semicolon: "dkim=pass (ok) header.d=x.example". False at the end of the field; what can not be read has no method. */
static bool next_statement(struct span *rest, struct statement *ret) {
    struct token token = next_token(rest), before = {END, SPAN(""), false};
    struct statement statement = {.method = SPAN("")};
    bool broken = false;
    if (token.kind == END)
        return false;
    for (; token.kind != END && !is_mark(token, ';'); token = next_token(rest)) {
        if (!is_mark(token, '=')) {
            before = token;
            continue;
        }
        struct span after = *rest;
        struct token value = next_value(&after);
        broken |= before.kind != WORD || value.kind != WORD;
        if (!broken) {
            note_pair(&statement, before.text, value.text);
            *rest = after;
        }
        before.kind = END;
    }
    *ret = broken ? (struct statement){.method = SPAN("")} : statement;
    return true;
}

/* Equal, or the signer is the parent. Which parents belong to one owner can not be told without a list of public suffixes, so a
 * subdomain does not speak for its parent; dmarc=pass does. */
static bool is_aligned(struct span signer, struct span from) { return signer.len && address_domain_within(from, signer); }

static void note_statement(struct said *said, const struct statement *statement, struct span from) {
    bool passes = span_same(statement->result, SPAN("pass"));
    if (span_same(statement->method, SPAN("dmarc"))) {
        said->dmarc_fails |= span_same(statement->result, SPAN("fail"));
        said->dmarc_passes |= passes && (statement->dmarc_from.len == 0 || span_same(statement->dmarc_from, from));
    } else if (span_same(statement->method, SPAN("dkim")))
        said->aligned_passes |= passes && is_aligned(statement->dkim_domain, from);
    else if (span_same(statement->method, SPAN("spf")))
        said->aligned_passes |= passes && is_aligned(statement->spf_domain, from);
}

/* The authserv-id, then a version, which is 1 where it is given. */
static bool is_of(struct span *rest, const char *authserv_id) {
    struct token id = next_token(rest), version = next_token(rest);
    if (id.kind != WORD || !span_same(id.text, span_of(authserv_id)))
        return false;
    if (version.kind == WORD) {
        if (!span_equal(version.text, SPAN("1")))
            return false;
        version = next_token(rest);
    }
    return version.kind == END || is_mark(version, ';');
}

static bool read_field(struct span value, const char *authserv_id, struct span from, struct said *ret) {
    struct statement statement;
    *ret = (struct said){.dmarc_fails = false};
    if (!is_of(&value, authserv_id))
        return false;
    while (next_statement(&value, &statement))
        note_statement(ret, &statement, from);
    return true;
}

enum sender_trust authentication_judge(const struct message *message, const char *authserv_id) {
    const struct header *field;
    struct said top = {.dmarc_fails = false}, said;
    struct span from = message->from.count == 1 ? address_domain(span_of(message->from.items[0].mailbox)) : SPAN("");
    bool seen = false;
    if (!authserv_id)
        return SENDER_UNVERIFIED;
    for (size_t at = 0; (field = message_header(message, "authentication-results", &at));) {
        if (!read_field(field->value, authserv_id, from, &said))
            continue;
        if (said.dmarc_fails)
            return SENDER_REFUTED;
        top = seen ? top : said;
        seen = true;
    }
    return from.len && (top.dmarc_passes || top.aligned_passes) ? SENDER_VERIFIED : SENDER_UNVERIFIED;
}
