/* Answers of authorization servers, good, refusing and hostile; and when a token is to be renewed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "mail/oauth_answer.h"

static const time_t NOW = 1790000000;

static const struct {
    const char *name;
    long status;
    const char *body;
    int code;
    const char *access, *refresh; /* of 0 */
    int life_s;
    const char *says; /* of a failure */
} answers[] = {
    {"a token", 200, "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":3599,\"refresh_token\":\"r\"}", 0, "abc", "r", 3599, NULL},
    {"no refresh token", 200, "{\"access_token\":\"abc\",\"token_type\":\"bearer\",\"expires_in\":60}", 0, "abc", NULL, 60, NULL},
    {"its life as a text", 200, "{\"access_token\":\"abc\",\"expires_in\":\"3599\"}", 0, "abc", NULL, 3599, NULL},
    {"its life unsaid", 200, "{\"access_token\":\"abc\"}", 0, "abc", NULL, 3600, NULL},
    {"a life of a thousand years", 200, "{\"access_token\":\"abc\",\"expires_in\":31556952000}", 0, "abc", NULL, 86400, NULL},
    {"a life beyond numbers", 200, "{\"access_token\":\"abc\",\"expires_in\":1e300}", 0, "abc", NULL, 86400, NULL},
    {"a life before now", 200, "{\"access_token\":\"abc\",\"expires_in\":-5}", 0, "abc", NULL, 3600, NULL},
    {"a life in words", 200, "{\"access_token\":\"abc\",\"expires_in\":\"soon\"}", 0, "abc", NULL, 3600, NULL},
    {"of another type", 200, "{\"access_token\":\"abc\",\"token_type\":\"mac\"}", FAIL_AGAIN, NULL, NULL, 0, "no bearer token"},
    {"a line end in the token", 200, "{\"access_token\":\"a\\r\\nb\"}", FAIL_AGAIN, NULL, NULL, 0, "no bearer token"},
    {"a control character in the token", 200, "{\"access_token\":\"a\\u0001b\"}", FAIL_AGAIN, NULL, NULL, 0, "no bearer token"},
    {"a NUL in the token", 200, "{\"access_token\":\"a\\u0000b\"}", FAIL_AGAIN, NULL, NULL, 0, "nothing that can be read"},
    {"an empty token", 200, "{\"access_token\":\"\"}", FAIL_AGAIN, NULL, NULL, 0, "no bearer token"},
    {"a token that is a number", 200, "{\"access_token\":5}", FAIL_AGAIN, NULL, NULL, 0, "no bearer token"},
    {"a refresh token that is none", 200, "{\"access_token\":\"abc\",\"refresh_token\":[]}", FAIL_AGAIN, NULL, NULL, 0, "no bearer token"},
    {"two tokens", 200, "{\"access_token\":\"a\",\"access_token\":\"b\"}", FAIL_AGAIN, NULL, NULL, 0, "nothing that can be read"},
    {"no object", 200, "[]", FAIL_AGAIN, NULL, NULL, 0, "nothing that can be read"},
    {"nothing", 200, "", FAIL_AGAIN, NULL, NULL, 0, "nothing that can be read"},
    {"a page", 200, "<html>", FAIL_AGAIN, NULL, NULL, 0, "nothing that can be read"},
    {"an error with status 200", 200, "{\"error\":\"invalid_grant\",\"access_token\":\"x\"}", FAIL_CONFIG, NULL, NULL, 0,
     "run codingdesk login microsoft"},
    {"the refresh token is over", 400, "{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS700082: The refresh token has expired\"}",
     FAIL_CONFIG, NULL, NULL, 0, "invalid_grant (AADSTS700082: The refresh token has expired); run codingdesk login microsoft"},
    {"consent withdrawn", 400, "{\"error\":\"consent_required\"}", FAIL_CONFIG, NULL, NULL, 0, "run codingdesk login microsoft"},
    {"a person has to act", 400, "{\"error\":\"interaction_required\"}", FAIL_CONFIG, NULL, NULL, 0, "run codingdesk login microsoft"},
    {"a wrong secret", 401, "{\"error\":\"invalid_client\"}", FAIL_CONFIG, NULL, NULL, 0, "oauth.client_secret_file"},
    {"a scope that is not allowed", 400, "{\"error\":\"invalid_scope\"}", FAIL_CONFIG, NULL, NULL, 0, "docs/OPERATING.md"},
    {"an error we do not know", 400, "{\"error\":\"flux\"}", FAIL_CONFIG, NULL, NULL, 0, "flux; check oauth.client_id"},
    {"busy", 503, "{\"error\":\"temporarily_unavailable\"}", FAIL_AGAIN, NULL, NULL, 0, "it is tried again"},
    {"busy, with a lasting word", 503, "{\"error\":\"invalid_grant\"}", FAIL_AGAIN, NULL, NULL, 0, "it is tried again"},
    {"too many requests", 429, "", FAIL_AGAIN, NULL, NULL, 0, "HTTP status 429"},
    {"trouble inside", 500, "<html>", FAIL_AGAIN, NULL, NULL, 0, "HTTP status 500"},
    {"elsewhere", 302, "", FAIL_CONFIG, NULL, NULL, 0, "HTTP status 302: is this the address"},
    {"no such page", 404, "<html>", FAIL_CONFIG, NULL, NULL, 0, "HTTP status 404: is this the address"},
    {"an error that is no text", 400, "{\"error\":{\"code\":5}}", FAIL_CONFIG, NULL, NULL, 0, "HTTP status 400"},
    {"a person has not come yet", 400, "{\"error\":\"authorization_pending\"}", FAIL_EMPTY, NULL, NULL, 0, "authorization_pending"},
    {"a person has not come yet, as Google says it", 428, "{\"error\":\"authorization_pending\"}", FAIL_EMPTY, NULL, NULL, 0, "pending"},
    {"too fast", 403, "{\"error\":\"slow_down\"}", FAIL_EMPTY, NULL, NULL, 0, "slow_down"},
    {"too late", 400, "{\"error\":\"expired_token\"}", FAIL_CONFIG, NULL, NULL, 0, "not entered in time"},
    {"refused by the person", 403, "{\"error\":\"access_denied\"}", FAIL_CONFIG, NULL, NULL, 0, "not allowed in the browser"},
    {"our secret in its words", 400,
     "{\"error\":\"invalid_grant\",\"error_description\":\"The token 0123456789abcdef0123456789 is not known\"}", FAIL_CONFIG, NULL, NULL, 0,
     "(The token ... is not known)"},
    {"escape sequences in its words", 400, "{\"error\":\"invalid_grant\",\"error_description\":\"\\u001b[2J gone\"}", FAIL_CONFIG, NULL,
     NULL, 0, "( [2J gone)"},
};

static bool same(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }

static void answers_are_tokens_or_reasons(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct oauth_tokens tokens = {0};
        struct why why = {""};
        bool slower = false;
        int code = oauth_read_tokens(answers[i].status, span_of(answers[i].body), NOW, "microsoft", "login.example", &slower, &tokens, &why);
        if (code != answers[i].code || !same(tokens.access, answers[i].access) || !same(tokens.refresh, answers[i].refresh) ||
            (code == 0 && tokens.expires_at != NOW + answers[i].life_s) || (code && !strstr(why.text, answers[i].says)))
            fail_msg("%s: %d %s", answers[i].name, code, why.text);
        if (slower != (strstr(answers[i].body, "slow_down") != NULL))
            fail_msg("%s: slower", answers[i].name);
        oauth_tokens_free(&tokens);
    }
}

static void a_token_has_a_bound(void **state) {
    (void)state;
    char token[OAUTH_TOKEN_BYTES + 1];
    memset(token, 'a', sizeof token);
    assert_true(oauth_token_usable((struct span){token, OAUTH_TOKEN_BYTES}));
    assert_false(oauth_token_usable((struct span){token, OAUTH_TOKEN_BYTES + 1}));
    assert_false(oauth_token_usable(SPAN("")));
    assert_false(oauth_token_usable(SPAN("a b")));
    assert_false(oauth_token_usable(SPAN("\xc3\xa9")));
}

static const struct {
    const char *name;
    int life_s, age_s;
    bool stale;
} ages[] = {
    {"fresh", 3600, 0, false},        {"just before the margin", 3600, 3299, false}, {"in the margin", 3600, 3300, true},
    {"over", 3600, 3600, true},       {"short, and young", 60, 44, false},           {"short, in its last quarter", 60, 45, true},
    {"born dead", 0, 0, true},        {"the clock was set back", 3600, -1, true},    {"the clock was set far forward", 3600, 1 << 30, true},
};

static void a_token_is_renewed_before_its_end(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        const struct oauth_tokens tokens = {.obtained_at = NOW, .expires_at = NOW + ages[i].life_s};
        if (oauth_tokens_stale(&tokens, NOW + ages[i].age_s) != ages[i].stale)
            fail_msg("%s", ages[i].name);
    }
}

#define CODE "\"device_code\":\"d\",\"user_code\":\"ABCD-EFGH\""
#define PLACE "\"verification_uri\":\"https://microsoft.com/devicelogin\""

static const struct {
    const char *name;
    long status;
    const char *body;
    int code, interval_s, expires_in_s;
    const char *uri;
} devices[] = {
    {"a code", 200, "{" CODE "," PLACE ",\"expires_in\":900,\"interval\":7}", 0, 7, 900, "https://microsoft.com/devicelogin"},
    {"nothing said of times", 200, "{" CODE "," PLACE "}", 0, 5, 900, "https://microsoft.com/devicelogin"},
    {"asked without a pause", 200, "{" CODE "," PLACE ",\"interval\":0}", 0, 1, 900, "https://microsoft.com/devicelogin"},
    {"asked once a year", 200, "{" CODE "," PLACE ",\"interval\":31556952}", 0, 60, 900, "https://microsoft.com/devicelogin"},
    {"Google's name of the address", 200, "{" CODE ",\"verification_url\":\"https://www.google.com/device\"}", 0, 5, 900,
     "https://www.google.com/device"},
    {"no code", 200, "{\"device_code\":\"d\"," PLACE "}", FAIL_AGAIN, 0, 0, NULL},
    {"an address of another kind", 200, "{" CODE ",\"verification_uri\":\"javascript:alert(1)\"}", FAIL_AGAIN, 0, 0, NULL},
    {"an address with escape sequences", 200, "{" CODE ",\"verification_uri\":\"https://x/\\u001b[2J\"}", FAIL_AGAIN, 0, 0, NULL},
    {"a code with a line end", 200, "{\"device_code\":\"d\",\"user_code\":\"A\\nB\"," PLACE "}", FAIL_AGAIN, 0, 0, NULL},
    {"refused", 400, "{\"error\":\"invalid_client\"}", FAIL_CONFIG, 0, 0, NULL},
};

static void device_codes_are_read(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
        struct oauth_device device = {0};
        struct why why = {""};
        int code = oauth_read_device(devices[i].status, span_of(devices[i].body), "microsoft", "login.example", &device, &why);
        if (code != devices[i].code || device.interval_s != devices[i].interval_s || device.expires_in_s != devices[i].expires_in_s ||
            (code == 0 && (!same(device.uri, devices[i].uri) || !same(device.code, "d") || !same(device.user_code, "ABCD-EFGH"))))
            fail_msg("%s: %d %s", devices[i].name, code, why.text);
        oauth_device_free(&device);
    }
}

/* Whatever is cut off, changed or nested, the answer is read or refused. */
static void broken_answers_are_survived(void **state) {
    (void)state;
    static const char good[] = "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":3599,\"refresh_token\":\"r\"}";
    enum { DEEP = 20000 };
    char *text = malloc(DEEP);
    assert_non_null(text);
    for (size_t len = 0; len < sizeof good - 1; len++) {
        struct oauth_tokens tokens = {0};
        struct why why;
        memcpy(text, good, sizeof good);
        assert_int_not_equal(oauth_read_tokens(200, (struct span){text, len}, NOW, "p", "h", NULL, &tokens, &why), 0);
        text[len] = (char)0xff;
        assert_int_not_equal(oauth_read_tokens(200, (struct span){text, sizeof good - 1}, NOW, "p", "h", NULL, &tokens, &why), 0);
    }
    memset(text, '[', DEEP);
    assert_int_equal(oauth_read_tokens(200, (struct span){text, DEEP}, NOW, "p", "h", NULL, &(struct oauth_tokens){0}, NULL), FAIL_AGAIN);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_tokens_or_reasons), cmocka_unit_test(a_token_has_a_bound),
        cmocka_unit_test(a_token_is_renewed_before_its_end), cmocka_unit_test(device_codes_are_read),
        cmocka_unit_test(broken_answers_are_survived),
    };
    return cmocka_run_group_tests_name("mail.oauth_answer", tests, NULL, NULL);
}
