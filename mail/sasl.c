#include "mail/sasl.h"

#include <jansson.h>
#include <sodium.h>

enum { RESPONSE_BYTES = 12 << 10, CHALLENGE_BYTES = 4096 };

const struct name sasl_names[] = {{SASL_OAUTHBEARER, "OAUTHBEARER"}, {SASL_XOAUTH2, "XOAUTH2"}, {0, NULL}};

/* RFC 5801 section 4: a name ends at the comma. */
static void add_name(struct buf *ret, const char *name) {
    for (; *name; name++) {
        if (*name == ',')
            buf_text(ret, "=2C");
        else if (*name == '=')
            buf_text(ret, "=3D");
        else
            buf_char(ret, *name);
    }
}

static void to_base64(struct span plain, struct buf *ret) {
    size_t room = sodium_base64_encoded_len(plain.len, sodium_base64_VARIANT_ORIGINAL);
    char *text = malloc(room);
    if (!text)
        abort();
    sodium_bin2base64(text, room, (const unsigned char *)plain.ptr, plain.len, sodium_base64_VARIANT_ORIGINAL);
    buf_text(ret, text);
    sodium_memzero(text, room);
    free(text);
}

void sasl_response(enum sasl_mechanism mechanism, const char *user, const char *host, int port, const char *token, struct buf *ret) {
    struct buf plain;
    buf_init(&plain, RESPONSE_BYTES);
    if (mechanism == SASL_XOAUTH2)
        buf_printf(&plain, "user=%s\001auth=Bearer %s\001\001", user, token);
    else {
        buf_text(&plain, "n,a=");
        add_name(&plain, user);
        buf_printf(&plain, ",\001host=%s\001port=%d\001auth=Bearer %s\001\001", host, port, token);
    }
    to_base64(buf_span(&plain), ret);
    if (plain.ptr)
        sodium_memzero(plain.ptr, plain.len);
    buf_free(&plain);
}

const char *sasl_acknowledgement(enum sasl_mechanism mechanism) { return mechanism == SASL_XOAUTH2 ? "" : "AQ=="; }

static void keep_status(const json_t *root, char ret[SASL_STATUS_BYTES]) {
    struct span status = {json_string_value(json_object_get(root, "status")), json_string_length(json_object_get(root, "status"))};
    for (size_t i = 0; i < status.len; i++)
        if (!char_is_alnum(status.ptr[i]) && status.ptr[i] != '_' && status.ptr[i] != '-')
            return;
    if (status.len < SASL_STATUS_BYTES)
        snprintf(ret, SASL_STATUS_BYTES, "%.*s", SPAN_ARG(status));
}

void sasl_status(struct span challenge, char ret[SASL_STATUS_BYTES]) {
    unsigned char plain[CHALLENGE_BYTES];
    size_t len = 0;
    ret[0] = '\0';
    challenge = span_trim(challenge);
    if (sodium_base642bin(plain, sizeof plain, challenge.ptr, challenge.len, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
        return;
    json_t *root = json_loadb((const char *)plain, len, 0, NULL);
    keep_status(root, ret);
    json_decref(root);
}
