#include "mail/oauth_login.h"

#include <sodium.h>
#include <string.h>

#include "mail/oauth_call.h"
#include "mail/oauth_file.h"

enum { SLOWER_S = 5, INTERVAL_MOST_S = 300, CODE_BYTES = 2048, RANDOM_BYTES = 32 };

#define DEVICE_GRANT "urn:ietf:params:oauth:grant-type:device_code"
#define REDIRECT "http://127.0.0.1:1/" /* the browser is sent here; nothing has to answer */

/* --- keeping what comes --------------------------------------------------------------------------------------------- */

static int keep(const struct oauth_settings *settings, const struct oauth_tokens *tokens, struct why *why) {
    int lock = -1;
    if (!tokens->refresh)
        return why_set(why, FAIL_CONFIG, "the authorization server gave no refresh token: its scope has to allow access while nobody is there "
                                         "(offline_access); docs/OPERATING.md");
    int failed = oauth_file_lock(settings, &lock, why);
    if (failed)
        return failed;
    failed = oauth_file_write(settings, tokens, why);
    oauth_file_unlock(lock);
    return failed == FAIL_AGAIN ? FAIL_SYSTEM : failed;
}

/* The grant is in the form. */
static int exchange(const struct oauth_settings *settings, struct oauth_call *call, bool *slower, struct why *why) {
    struct oauth_tokens tokens;
    int failed = oauth_call(settings, settings->token_url, call, why);
    if (!failed)
        failed = oauth_read_tokens(call->status, buf_span(&call->body), settings->now(), settings->provider, call->host, slower, &tokens,
                                   why);
    if (failed)
        return failed;
    failed = keep(settings, &tokens, why);
    oauth_tokens_free(&tokens);
    return failed;
}

/* --- a code on any device ------------------------------------------------------------------------------------------- */

int oauth_device_begin(const struct oauth_settings *settings, struct oauth_device *ret, struct why *why) {
    struct oauth_call call;
    oauth_call_begin(&call);
    oauth_form_add(&call.form, "scope", settings->scope);
    int failed = oauth_call(settings, settings->device_url, &call, why);
    if (!failed)
        failed = oauth_read_device(call.status, buf_span(&call.body), settings->provider, call.host, ret, why);
    oauth_call_end(&call);
    return failed;
}

static void slow_down(struct oauth_device *device, int interval_s) {
    device->interval_s = interval_s < INTERVAL_MOST_S ? interval_s : INTERVAL_MOST_S;
}

/* RFC 8628 section 3.5: five seconds more when told so, twice as long when nobody answers. */
int oauth_device_poll(const struct oauth_settings *settings, struct oauth_device *device, struct why *why) {
    struct oauth_call call;
    bool slower = false;
    oauth_call_begin(&call);
    oauth_form_add(&call.form, "grant_type", DEVICE_GRANT);
    oauth_form_add(&call.form, "device_code", device->code);
    int failed = exchange(settings, &call, &slower, why);
    oauth_call_end(&call);
    if (failed == FAIL_EMPTY && slower)
        slow_down(device, device->interval_s + SLOWER_S);
    if (failed == FAIL_AGAIN)
        slow_down(device, device->interval_s * 2);
    return failed;
}

/* --- a browser ------------------------------------------------------------------------------------------------------ */

static void random_text(char ret[OAUTH_STATE_BYTES]) {
    unsigned char bytes[RANDOM_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(ret, OAUTH_STATE_BYTES, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* RFC 7636 section 4.2, S256. */
static void challenge_of(const char *verifier, char ret[OAUTH_STATE_BYTES]) {
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)verifier, strlen(verifier));
    sodium_bin2base64(ret, OAUTH_STATE_BYTES, hash, sizeof hash, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

int oauth_browser_begin(const struct oauth_settings *settings, struct oauth_browser *ret, struct why *why) {
    char challenge[OAUTH_STATE_BYTES];
    struct buf query;
    random_text(ret->state);
    random_text(ret->verifier);
    challenge_of(ret->verifier, challenge);
    buf_init(&query, OAUTH_BROWSER_BYTES);
    oauth_form_add(&query, "response_type", "code");
    oauth_form_add(&query, "client_id", settings->client_id);
    oauth_form_add(&query, "redirect_uri", REDIRECT);
    oauth_form_add(&query, "scope", settings->scope);
    oauth_form_add(&query, "state", ret->state);
    oauth_form_add(&query, "code_challenge", challenge);
    oauth_form_add(&query, "code_challenge_method", "S256");
    oauth_form_add(&query, "access_type", "offline"); /* Google: with a refresh token, also the second time */
    oauth_form_add(&query, "prompt", "consent");
    int len = snprintf(ret->url, sizeof ret->url, "%s?%.*s", settings->browser_url, SPAN_ARG(buf_span(&query)));
    bool fits = !buf_full(&query) && len > 0 && (size_t)len < sizeof ret->url;
    buf_free(&query);
    return fits ? 0 : why_set(why, FAIL_CONFIG, "client_id or scope is too long");
}

/* The value of a parameter in the query of a URL, percent-decoded. */
static bool parameter(struct span url, const char *name, char *ret, size_t room) {
    struct span query = span_slice(url, span_find_char(url, '?'), url.len), part;
    size_t used = 0;
    query = span_slice(query, 1, query.len);
    for (query = span_slice(query, 0, span_find_char(query, '#')); span_cut(&query, '&', &part);) {
        struct span value = part, key;
        if (!span_cut(&value, '=', &key) || !span_equal(key, span_of(name)) || !value.ptr)
            continue;
        for (size_t i = 0; i < value.len && used + 1 < room; i++) {
            unsigned char byte = (unsigned char)value.ptr[i];
            if (byte == '%' && i + 2 < value.len && sodium_hex2bin(&byte, 1, value.ptr + i + 1, 2, NULL, NULL, NULL) == 0)
                i += 2;
            ret[used++] = (char)byte;
        }
        ret[used] = '\0';
        return oauth_token_usable(span_of(ret));
    }
    return false;
}

int oauth_browser_finish(const struct oauth_settings *settings, const struct oauth_browser *browser, struct span pasted, struct why *why) {
    char code[CODE_BYTES], state[CODE_BYTES], error[CODE_BYTES];
    struct oauth_call call;
    pasted = span_trim(pasted);
    if (!parameter(pasted, "state", state, sizeof state) || strcmp(state, browser->state) != 0)
        return why_set(why, FAIL_INPUT, "this is not the address that the browser was sent to (it begins with " REDIRECT "?)");
    if (parameter(pasted, "error", error, sizeof error))
        return why_set(why, FAIL_CONFIG, "the access was not allowed in the browser: %.40s", error);
    if (!parameter(pasted, "code", code, sizeof code))
        return why_set(why, FAIL_INPUT, "the address holds no code: paste all of it");
    oauth_call_begin(&call);
    oauth_form_add(&call.form, "grant_type", "authorization_code");
    oauth_form_add(&call.form, "code", code);
    oauth_form_add(&call.form, "redirect_uri", REDIRECT);
    oauth_form_add(&call.form, "code_verifier", browser->verifier);
    int failed = exchange(settings, &call, NULL, why);
    oauth_call_end(&call);
    sodium_memzero(code, sizeof code);
    return failed;
}
