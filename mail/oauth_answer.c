#include "mail/oauth_answer.h"

#include <jansson.h>
#include <sodium.h>

enum {
    LIFE_USUAL_S = 3600,    /* where the answer does not say: a token that ends earlier is refused, and then renewed */
    LIFE_MOST_S = 86400,    /* longer ones are renewed daily all the same */
    MARGIN_S = 300,
    DEVICE_LIFE_USUAL_S = 900,
    DEVICE_LIFE_MOST_S = 3600,
    INTERVAL_USUAL_S = 5,   /* RFC 8628 section 3.2 */
    INTERVAL_MOST_S = 60,
    ERROR_BYTES = 40,
    WORD_BYTES = 24,        /* a longer word of the server's could be a token, and is not repeated */
};

static void wipe(char *secret) {
    if (secret)
        sodium_memzero(secret, strlen(secret));
    free(secret);
}

void oauth_tokens_free(struct oauth_tokens *tokens) {
    wipe(tokens->access);
    wipe(tokens->refresh);
    *tokens = (struct oauth_tokens){0};
}

void oauth_device_free(struct oauth_device *device) {
    wipe(device->code);
    *device = (struct oauth_device){0};
}

bool oauth_token_usable(struct span token) {
    for (size_t i = 0; i < token.len; i++)
        if (token.ptr[i] < 0x21 || token.ptr[i] > 0x7e)
            return false;
    return token.len > 0 && token.len <= OAUTH_TOKEN_BYTES;
}

bool oauth_tokens_stale(const struct oauth_tokens *tokens, time_t now) {
    time_t life = tokens->expires_at - tokens->obtained_at, margin = life / 4 < MARGIN_S ? life / 4 : MARGIN_S;
    return now < tokens->obtained_at || now >= tokens->expires_at - margin;
}

/* --- members -------------------------------------------------------------------------------------------------------- */

static struct span text_of(const json_t *root, const char *key) {
    const json_t *value = json_object_get(root, key);
    return (struct span){json_string_value(value), json_string_length(value)};
}

static char *token_of(const json_t *root, const char *key) {
    struct span token = text_of(root, key);
    return oauth_token_usable(token) ? strndup(token.ptr, token.len) : NULL;
}

/* Seconds; some servers write them as a text. */
static int seconds_of(const json_t *root, const char *key, int usual, int most) {
    const json_t *value = json_object_get(root, key);
    double seconds = json_number_value(value);
    long number = 0;
    if (json_is_string(value) && span_to_long(text_of(root, key), 0, most, &number))
        return (int)number;
    if (!json_is_number(value) || !(seconds >= 0))
        return usual;
    return seconds > most ? most : (int)seconds;
}

/* --- refusals ------------------------------------------------------------------------------------------------------- */

#define LOGIN "run codingdesk login"
#define REGISTRATION "check oauth.client_id and what its registration allows; docs/OPERATING.md tells what is needed"

/* RFC 6749 section 5.2, RFC 8628 section 3.5, OpenID Connect Core section 3.1.2.6. */
static const struct refusal {
    const char *error;
    int fail;
    const char *advice;
} refusals[] = {
    {"authorization_pending", FAIL_EMPTY, "wait"},
    {"slow_down", FAIL_EMPTY, "wait"},
    {"temporarily_unavailable", FAIL_AGAIN, "it is tried again"},
    {"server_error", FAIL_AGAIN, "it is tried again"},
    {"invalid_grant", FAIL_CONFIG, LOGIN},
    {"interaction_required", FAIL_CONFIG, LOGIN},
    {"consent_required", FAIL_CONFIG, LOGIN},
    {"login_required", FAIL_CONFIG, LOGIN},
    {"expired_token", FAIL_CONFIG, "the code was not entered in time: " LOGIN " again"},
    {"access_denied", FAIL_CONFIG, "the access was not allowed in the browser: " LOGIN " again, or ask who administers the mailbox"},
    {"invalid_client", FAIL_CONFIG, "check oauth.client_id and oauth.client_secret_file: has the secret expired?"},
    {"unauthorized_client", FAIL_CONFIG, REGISTRATION},
    {"unsupported_grant_type", FAIL_CONFIG, REGISTRATION},
    {"invalid_scope", FAIL_CONFIG, REGISTRATION},
    {"invalid_request", FAIL_CONFIG, REGISTRATION},
};

static const struct refusal *refusal_of(struct span error) {
    static const struct refusal unknown = {"", FAIL_CONFIG, REGISTRATION};
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (span_equal(span_of(refusals[i].error), error))
            return &refusals[i];
    return &unknown;
}

void oauth_add_said(struct buf *ret, struct span said) {
    struct span word;
    said = span_slice(span_trim(said), 0, OAUTH_SAID_BYTES);
    for (bool first = true; span_cut(&said, ' ', &word); first = false)
        buf_printf(ret, "%s%.*s", first ? "" : " ", word.len > WORD_BYTES ? 3 : (int)word.len, word.len > WORD_BYTES ? "..." : word.ptr);
}

static bool may_pass(long status) { return status >= 500 || status == 408 || status == 429; }

static int refused(long status, const json_t *root, const char *provider, const char *host, bool *slower, struct why *why) {
    struct span error = span_slice(text_of(root, "error"), 0, ERROR_BYTES);
    const struct refusal *refusal = refusal_of(error);
    struct buf said;
    buf_init(&said, OAUTH_SAID_BYTES + 8);
    if (text_of(root, "error_description").len > 0) {
        buf_text(&said, " (");
        oauth_add_said(&said, text_of(root, "error_description"));
        buf_char(&said, ')');
    }
    if (slower)
        *slower = span_equal(error, SPAN("slow_down"));
    int fail = may_pass(status) && refusal->fail != FAIL_EMPTY ? FAIL_AGAIN : refusal->fail;
    bool login = span_starts(span_of(refusal->advice), SPAN(LOGIN));
    why_set(why, fail, "%s gives no token: %.*s%s; %s%s%s", host, SPAN_ARG(error), said.ptr ? said.ptr : "",
            fail == FAIL_AGAIN ? "it is tried again" : refusal->advice, fail == FAIL_CONFIG && login ? " " : "",
            fail == FAIL_CONFIG && login ? provider : "");
    buf_free(&said);
    return fail;
}

static int no_answer(long status, const char *host, struct why *why) {
    if (status >= 300 && status < 500 && !may_pass(status))
        return why_set(why, FAIL_CONFIG, "%s answers with HTTP status %ld: is this the address that gives tokens, and the tenant right?",
                       host, status);
    return why_set(why, FAIL_AGAIN, "%s gives no token now (HTTP status %ld, and nothing that can be read)", host, status);
}

/* The object in a good answer. NULL: *failed says why. */
static json_t *read_object(long status, struct span body, const char *provider, const char *host, bool *slower, int *failed,
                           struct why *why) {
    json_t *root = json_loadb(body.ptr ? body.ptr : "", body.len, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(root) && status == 200 && !json_object_get(root, "error"))
        return root;
    *failed = json_is_string(json_object_get(root, "error")) ? refused(status, root, provider, host, slower, why)
                                                             : no_answer(status, host, why);
    json_decref(root);
    return NULL;
}

int oauth_read_tokens(long status, struct span body, time_t now, const char *provider, const char *host, bool *slower,
                      struct oauth_tokens *ret, struct why *why) {
    int failed = 0;
    json_t *root = read_object(status, body, provider, host, slower, &failed, why);
    if (!root)
        return failed;
    struct oauth_tokens tokens = {.access = token_of(root, "access_token"),
                                  .refresh = token_of(root, "refresh_token"),
                                  .obtained_at = now,
                                  .expires_at = now + seconds_of(root, "expires_in", LIFE_USUAL_S, LIFE_MOST_S)};
    struct span type = text_of(root, "token_type");
    bool usable = tokens.access && (!type.ptr || span_same(type, SPAN("Bearer"))) &&
                  (tokens.refresh || !json_object_get(root, "refresh_token"));
    json_decref(root);
    if (usable) {
        *ret = tokens;
        return 0;
    }
    oauth_tokens_free(&tokens);
    return why_set(why, FAIL_AGAIN, "%s answers, but with no bearer token that could be used", host);
}

/* A person is told to open it: nothing but an address in plain ASCII. */
static bool is_address(struct span uri) {
    bool web = span_starts_same(uri, SPAN("https://")) || span_starts_same(uri, SPAN("http://"));
    return web && uri.len < OAUTH_URI_BYTES && oauth_token_usable(uri);
}

int oauth_read_device(long status, struct span body, const char *provider, const char *host, struct oauth_device *ret, struct why *why) {
    int failed = 0;
    json_t *root = read_object(status, body, provider, host, NULL, &failed, why);
    if (!root)
        return failed;
    struct span user_code = text_of(root, "user_code"), uri = text_of(root, "verification_uri");
    if (!uri.ptr)
        uri = text_of(root, "verification_url"); /* Google's name for it */
    struct oauth_device device = {.code = token_of(root, "device_code"),
                                  .expires_in_s = seconds_of(root, "expires_in", DEVICE_LIFE_USUAL_S, DEVICE_LIFE_MOST_S),
                                  .interval_s = seconds_of(root, "interval", INTERVAL_USUAL_S, INTERVAL_MOST_S)};
    if (device.code && oauth_token_usable(user_code) && user_code.len < OAUTH_USER_CODE_BYTES && is_address(uri)) {
        snprintf(device.user_code, sizeof device.user_code, "%.*s", SPAN_ARG(user_code));
        snprintf(device.uri, sizeof device.uri, "%.*s", SPAN_ARG(uri));
        device.interval_s = device.interval_s ? device.interval_s : 1;
        *ret = device;
    } else {
        oauth_device_free(&device);
        failed = why_set(why, FAIL_AGAIN, "%s answers, but with no code that could be entered", host);
    }
    json_decref(root);
    return failed;
}
