/* The words of a login by token, to the byte, and what is read out of a refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>

#include "mail/sasl.h"

static const struct {
    const char *name;
    enum sasl_mechanism mechanism;
    const char *user, *plain;
} responses[] = {
    {"xoauth2", SASL_XOAUTH2, "desk@clinic.example", "user=desk@clinic.example\001auth=Bearer t0k.en\001\001"},
    {"oauthbearer", SASL_OAUTHBEARER, "desk@clinic.example",
     "n,a=desk@clinic.example,\001host=imap.example\001port=993\001auth=Bearer t0k.en\001\001"},
    {"a name with a comma and an equals sign", SASL_OAUTHBEARER, "a,b=c",
     "n,a=a=2Cb=3Dc,\001host=imap.example\001port=993\001auth=Bearer t0k.en\001\001"},
};

static void responses_are_right_to_the_byte(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof responses / sizeof *responses; i++) {
        struct buf got;
        char plain[512] = "";
        size_t len = 0;
        buf_init(&got, 4096);
        sasl_response(responses[i].mechanism, responses[i].user, "imap.example", 993, "t0k.en", &got);
        if (sodium_base642bin((unsigned char *)plain, sizeof plain - 1, got.ptr, got.len, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) ||
            strcmp(plain, responses[i].plain) != 0)
            fail_msg("%s: %s", responses[i].name, plain);
        buf_free(&got);
    }
    assert_string_equal(sasl_acknowledgement(SASL_XOAUTH2), "");
    assert_string_equal(sasl_acknowledgement(SASL_OAUTHBEARER), "AQ==");
}

static const struct {
    const char *name, *json, *status;
} challenges[] = {
    {"as in RFC 7628", "{\"status\":\"invalid_token\",\"scope\":\"example_scope\"}", "invalid_token"},
    {"as Google has it", "{\"status\":\"400\",\"schemes\":\"Bearer\",\"scope\":\"https://mail.google.com/\"}", "400"},
    {"a number", "{\"status\":401}", ""},
    {"no status", "{\"error\":\"x\"}", ""},
    {"no object", "[\"status\"]", ""},
    {"no JSON", "status", ""},
    {"nothing", "", ""},
    {"a line end in it", "{\"status\":\"a\\r\\nb\"}", ""},
    {"escape sequences", "{\"status\":\"\\u001b[2J\"}", ""},
    {"too long", "{\"status\":\"0123456789012345678901234567890123456789012345678901234567890123456789\"}", ""},
};

static void a_refusal_says_its_status(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof challenges / sizeof *challenges; i++) {
        char base64[512], status[SASL_STATUS_BYTES];
        sodium_bin2base64(base64, sizeof base64, (const unsigned char *)challenges[i].json, strlen(challenges[i].json),
                          sodium_base64_VARIANT_ORIGINAL);
        sasl_status(span_of(base64), status);
        if (strcmp(status, challenges[i].status) != 0)
            fail_msg("%s: \"%s\"", challenges[i].name, status);
    }
    char status[SASL_STATUS_BYTES];
    sasl_status(SPAN("%%% no base64"), status);
    assert_string_equal(status, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(responses_are_right_to_the_byte), cmocka_unit_test(a_refusal_says_its_status)};
    return cmocka_run_group_tests_name("mail.sasl", tests, NULL, NULL);
}
