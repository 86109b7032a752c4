/* Logging in: by password (LOGIN), or by an access token (AUTHENTICATE, RFC 7628 and its forerunner), as the settings say. */
#include "mail/imap.h"
#include "mail/oauth_answer.h"
#include "mail/sasl.h"

enum {
    QUOTED_BYTES = 4096,
    RESPONSE_BYTES = 16000, /* in base64; a command may be 16384 long */
    CHALLENGES_MOST = 3,
    TEXT_BYTES = 200,
};

/* Most servers refuse a password without a code. */
static int login_refused(struct imap *imap, const struct wire_settings *server, const char *user, struct why *why) {
    if (imap_refusal(imap, FAIL_CONFIG) == FAIL_AGAIN)
        return why_set(why, FAIL_AGAIN, "%s can not log %s in now: %.*s", server->host, user, TEXT_BYTES, imap_text(imap));
    return why_set(why, FAIL_CONFIG, "%s refused the login of %s, check user and password: %.*s", server->host, user, TEXT_BYTES,
                   imap_text(imap));
}

static int log_in_by_password(struct imap *imap, const struct wire_settings *server, const struct imap_login *login, struct why *why) {
    struct buf words;
    buf_init(&words, QUOTED_BYTES);
    int failed = imap_quote(&words, login->user, why);
    buf_char(&words, ' ');
    if (!failed)
        failed = imap_quote(&words, login->password, why);
    if (!failed)
        failed = imap_command(imap, why, "LOGIN %.*s", SPAN_ARG(buf_span(&words)));
    buf_free(&words);
    return failed == FAIL_INPUT ? login_refused(imap, server, login->user, why) : failed;
}

/* --- by token ------------------------------------------------------------------------------------------------------- */

/* The standard first. */
static int choose(struct imap *imap, const struct wire_settings *server, enum sasl_mechanism *ret, struct why *why) {
    int failed = imap_command(imap, why, "CAPABILITY");
    for (const struct name *name = sasl_names; !failed && name->text; name++)
        if (imap_can_authenticate(imap, name->text)) {
            *ret = (enum sasl_mechanism)name->value;
            return 0;
        }
    return failed ? failed
                  : why_set(why, FAIL_CONFIG, "%s takes no access tokens (neither OAUTHBEARER nor XOAUTH2): set imap.login to password",
                            server->host);
}

/* A first challenge only asks for the response, where that could not go with the command; those behind it say why it is refused. */
static int converse(struct imap *imap, enum sasl_mechanism mechanism, const char *late_response, char status[SASL_STATUS_BYTES],
                    struct why *why) {
    struct span challenge;
    for (int i = 0; i < CHALLENGES_MOST; i++) {
        int failed = imap_challenge(imap, &challenge, why);
        if (failed == FAIL_EMPTY)
            return imap_answer(imap, 0, why);
        if (!failed && !late_response)
            sasl_status(challenge, status);
        if (!failed)
            failed = imap_respond(imap, late_response ? late_response : sasl_acknowledgement(mechanism), why);
        if (failed)
            return failed;
        late_response = NULL;
    }
    return why_set(why, FAIL_LIMIT, "the server asks on and on");
}

static int authenticate(struct imap *imap, enum sasl_mechanism mechanism, const char *response, char status[SASL_STATUS_BYTES],
                        struct why *why) {
    bool at_once = imap_can(imap, "SASL-IR"); /* RFC 4959 */
    int failed = imap_send(imap, why, "AUTHENTICATE %s%s%s", name_text(sasl_names, mechanism), at_once ? " " : "", at_once ? response : "");
    return failed ? failed : converse(imap, mechanism, at_once ? NULL : response, status, why);
}

/* Servers have been seen to repeat what they do not like. */
static int not_now(struct imap *imap, const struct wire_settings *server, const char *user, struct why *why) {
    struct buf said;
    buf_init(&said, 2 * OAUTH_SAID_BYTES);
    oauth_add_said(&said, span_of(imap_text(imap)));
    why_set(why, FAIL_AGAIN, "%s can not log %s in now: %s", server->host, user, said.ptr ? said.ptr : "");
    buf_free(&said);
    return FAIL_AGAIN;
}

static int token_was_refused(struct imap *imap, const struct wire_settings *server, const struct imap_login *login, unsigned serial,
                             const char *status, bool *token_refused, struct why *why) {
    char said[SASL_STATUS_BYTES + TEXT_BYTES];
    if (imap_refusal(imap, FAIL_CONFIG) == FAIL_AGAIN)
        return not_now(imap, server, login->user, why);
    snprintf(said, sizeof said, "%s%s%.*s", status, *status ? ": " : "", TEXT_BYTES - 2, imap_text(imap));
    *token_refused = true;
    oauth_refused(login->oauth, serial);
    return oauth_explain_refusal(login->oauth, server->host, login->user, said, why);
}

static int log_in_by_token(struct imap *imap, const struct wire_settings *server, const struct imap_login *login, bool *token_refused,
                           struct why *why) {
    enum sasl_mechanism mechanism;
    struct oauth_token token;
    struct buf response;
    char status[SASL_STATUS_BYTES] = "";
    int failed = choose(imap, server, &mechanism, why);
    if (!failed)
        failed = oauth_token(login->oauth, &token, why);
    if (failed)
        return failed;
    buf_init(&response, RESPONSE_BYTES);
    sasl_response(mechanism, login->user, server->host, server->port, token.text, &response);
    failed = buf_full(&response) ? why_set(why, FAIL_CONFIG, "the access token is too long for an IMAP command")
                                 : authenticate(imap, mechanism, response.ptr, status, why);
    if (response.ptr)
        explicit_bzero(response.ptr, response.len);
    buf_free(&response);
    return failed == FAIL_INPUT ? token_was_refused(imap, server, login, token.serial, status, token_refused, why) : failed;
}

int imap_log_in(struct imap *imap, const struct wire_settings *server, const struct imap_login *login, bool *token_refused,
                struct why *why) {
    *token_refused = false;
    return login->oauth ? log_in_by_token(imap, server, login, token_refused, why) : log_in_by_password(imap, server, login, why);
}
