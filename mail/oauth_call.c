#include "mail/oauth_call.h"

#include <curl/curl.h>
#include <sodium.h>

#include "mail/oauth_answer.h"
#include "mail/wire.h"

enum { FORM_BYTES = 64 << 10, HTTPS_PORT = 443 };

void oauth_call_begin(struct oauth_call *call) {
    *call = (struct oauth_call){0};
    buf_init(&call->form, FORM_BYTES);
    buf_init(&call->body, OAUTH_ANSWER_BYTES);
}

static void wipe(struct buf *buf) {
    if (buf->ptr)
        sodium_memzero(buf->ptr, buf->room);
    buf_free(buf);
}

void oauth_call_end(struct oauth_call *call) {
    wipe(&call->form);
    wipe(&call->body);
}

void oauth_form_add(struct buf *form, const char *name, const char *value) {
    if (!value)
        return;
    buf_printf(form, "%s%s=", form->len ? "&" : "", name);
    for (; *value; value++) {
        if (char_is_alnum(*value) || strchr("-._~", *value))
            buf_char(form, *value);
        else
            buf_printf(form, "%%%02X", (unsigned)(unsigned char)*value);
    }
}

/* More than fits ends the call. */
static size_t take(char *bytes, size_t one, size_t len, void *user) {
    struct buf *body = user;
    buf_add(body, (struct span){bytes, one * len});
    return buf_full(body) ? 0 : one * len;
}

static void set_options(CURL *curl, const struct oauth_settings *settings, struct oauth_call *call, char *error_text) {
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)OAUTH_CALL_S);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)call->form.len);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->form.ptr);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &call->body);
    if (settings->ca_file) {
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
        curl_easy_setopt(curl, CURLOPT_CAINFO, settings->ca_file);
    }
}

/* Host and port of the URL, for sentences. */
static bool find_host(const char *url, struct oauth_call *call, int *port) {
    CURLU *parts = curl_url();
    char *host = NULL, *digits = NULL;
    long number = HTTPS_PORT;
    bool found = parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK && curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK;
    if (found && curl_url_get(parts, CURLUPART_PORT, &digits, CURLU_DEFAULT_PORT) == CURLUE_OK)
        span_to_long(span_of(digits), 1, 65535, &number);
    snprintf(call->host, sizeof call->host, "%s", found ? host : url);
    *port = (int)number;
    curl_free(host);
    curl_free(digits);
    curl_url_cleanup(parts);
    return found;
}

static int perform(CURL *curl, const struct oauth_settings *settings, int port, struct oauth_call *call, struct why *why) {
    char error_text[WIRE_ERROR_BYTES] = "";
    long verify_result = 0;
    const struct wire_settings server = {.host = call->host, .port = port, .ca_file = settings->ca_file, .timeout_s = OAUTH_CALL_S};
    set_options(curl, settings, call, error_text);
    struct curl_slist *fields = curl_slist_append(NULL, "Accept: application/json");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &verify_result);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &call->status);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
    curl_slist_free_all(fields);
    if (buf_full(&call->body))
        return why_set(why, FAIL_AGAIN, "%s answers with more than %d bytes: this is no answer to a request for a token", call->host,
                       OAUTH_ANSWER_BYTES);
    return code == CURLE_OK ? 0 : wire_explain((int)code, error_text, verify_result, &server, why);
}

int oauth_call(const struct oauth_settings *settings, const char *url, struct oauth_call *call, struct why *why) {
    int port = 0;
    oauth_form_add(&call->form, "client_id", settings->client_id);
    oauth_form_add(&call->form, "client_secret", settings->client_secret);
    if (buf_full(&call->form))
        return why_set(why, FAIL_BUG, "a request for a token is longer than %d bytes", FORM_BYTES);
    CURL *curl = curl_easy_init();
    if (!curl)
        return why_set(why, FAIL_SYSTEM, "libcurl can not start");
    int failed = find_host(url, call, &port) && curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK
                     ? perform(curl, settings, port, call, why)
                     : why_set(why, FAIL_CONFIG, "\"%.100s\" is no address of an authorization server: correct it", url);
    curl_easy_cleanup(curl);
    return failed;
}
