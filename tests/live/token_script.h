/* token_script.h - an authorization server on loopback that speaks TLS and gives its answers in turn, each with what the request must hold.
 * In an answer %G stands for a token that the mail servers take, %F for one with a forged signature, %E for one that is over.
 * Order: token_script_start, (token_script_play, requests)*, token_script_stop. */
#ifndef TESTS_LIVE_TOKEN_SCRIPT_H
#define TESTS_LIVE_TOKEN_SCRIPT_H

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>

#include "base/buf.h"
#include "tests/live/servers.h"

enum { TOKEN_KEY_BYTES = 32, JWT_BYTES = 1024, REQUEST_BYTES = 16384 };

struct token_turn {
    const char *holds; /* the form must hold this; NULL: nothing is looked for */
    int status;
    const char *body;  /* NULL: the script has ended. FLOOD: more than anybody wants */
};

#define FLOOD "flood"

struct token_script {
    unsigned char key[TOKEN_KEY_BYTES];
    gnutls_certificate_credentials_t certificate;
    int port, listener;
    pthread_t thread;
    const struct token_turn *turns;
    atomic_int requests, wrong; /* wrong: came when nothing was expected, or did not hold what was */
    char last[REQUEST_BYTES];
};

/* --- tokens --------------------------------------------------------------------------------------------------------- */

static inline void jwt_part(struct buf *ret, const void *bytes, size_t len) {
    char text[JWT_BYTES];
    sodium_bin2base64(text, sizeof text, bytes, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    buf_text(ret, text);
}

/* RFC 7519, HS256. serial makes each another text. */
static inline const char *jwt_make(const struct token_script *script, bool forged, long life_s) {
    static char text[JWT_BYTES];
    static int serial;
    static const char head[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    char claims[256];
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    struct buf jwt;
    long now = (long)time(NULL);
    snprintf(claims, sizeof claims, "{\"sub\":\"desk@desk.example\",\"iat\":%ld,\"exp\":%ld,\"jti\":\"%d\"}", now - 7200, now + life_s,
             ++serial);
    buf_init(&jwt, JWT_BYTES);
    jwt_part(&jwt, head, sizeof head - 1);
    buf_char(&jwt, '.');
    jwt_part(&jwt, claims, strlen(claims));
    crypto_auth_hmacsha256_init(&state, script->key, sizeof script->key);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)jwt.ptr, jwt.len);
    crypto_auth_hmacsha256_final(&state, mac);
    mac[0] ^= forged;
    buf_char(&jwt, '.');
    jwt_part(&jwt, mac, sizeof mac);
    snprintf(text, sizeof text, "%s", jwt.ptr);
    buf_free(&jwt);
    return text;
}

static inline const char *jwt_good(const struct token_script *script) { return jwt_make(script, false, 3600); }
static inline const char *jwt_forged(const struct token_script *script) { return jwt_make(script, true, 3600); }
static inline const char *jwt_over(const struct token_script *script) { return jwt_make(script, false, -60); }

/* --- the server ----------------------------------------------------------------------------------------------------- */

static inline void token_script_fill(const struct token_script *script, const char *body, struct buf *ret) {
    for (; *body; body++) {
        if (*body != '%')
            buf_char(ret, *body);
        else if (*++body == 'G')
            buf_text(ret, jwt_good(script));
        else
            buf_text(ret, *body == 'F' ? jwt_forged(script) : jwt_over(script));
    }
}

static inline bool token_script_say(gnutls_session_t session, const char *bytes, size_t len) {
    while (len > 0) {
        ssize_t sent = gnutls_record_send(session, bytes, len);
        if (sent <= 0)
            return false;
        bytes += sent;
        len -= (size_t)sent;
    }
    return true;
}

static inline void token_script_answer(struct token_script *script, gnutls_session_t session, const struct token_turn *turn) {
    struct buf body, head;
    buf_init(&body, 1 << 20);
    buf_init(&head, 1024);
    if (strcmp(turn->body, FLOOD) == 0)
        for (int i = 0; i < 100000; i++)
            buf_text(&body, "flood ");
    else
        token_script_fill(script, turn->body, &body);
    buf_printf(&head, "HTTP/1.1 %d x\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n", turn->status,
               body.len, turn->status == 302 ? "Location: https://127.0.0.1:1/elsewhere\r\n" : "");
    if (token_script_say(session, head.ptr, head.len))
        token_script_say(session, body.ptr ? body.ptr : "", body.len);
    buf_free(&head);
    buf_free(&body);
}

/* The form of a POST request, in script->last. */
static inline bool token_script_hear(struct token_script *script, gnutls_session_t session) {
    char request[REQUEST_BYTES];
    size_t len = 0;
    long body_len = -1;
    for (;;) {
        ssize_t got = gnutls_record_recv(session, request + len, sizeof request - 1 - len);
        if (got <= 0)
            return false;
        request[len += (size_t)got] = '\0';
        const char *length = strcasestr(request, "\r\nContent-Length: "), *body = strstr(request, "\r\n\r\n");
        if (!length || !body)
            continue;
        struct span digits = span_of(length + 18);
        if (body_len < 0 && !span_to_long(span_slice(digits, 0, span_find_char(digits, '\r')), 0, REQUEST_BYTES, &body_len))
            return false;
        if (len - (size_t)(body + 4 - request) < (size_t)body_len)
            continue;
        snprintf(script->last, sizeof script->last, "%s", body + 4);
        return strncmp(request, "POST ", 5) == 0;
    }
}

static inline void token_script_serve(struct token_script *script, int fd) {
    gnutls_session_t session;
    gnutls_init(&session, GNUTLS_SERVER);
    gnutls_set_default_priority(session);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, script->certificate);
    gnutls_transport_set_int(session, fd);
    if (gnutls_handshake(session) == GNUTLS_E_SUCCESS && token_script_hear(script, session)) {
        const struct token_turn *turn = script->turns;
        script->requests++;
        if (!turn || !turn->body || (turn->holds && !strstr(script->last, turn->holds)))
            script->wrong++;
        if (turn && turn->body) {
            script->turns++;
            token_script_answer(script, session, turn);
        }
        gnutls_bye(session, GNUTLS_SHUT_WR);
    }
    gnutls_deinit(session);
    close(fd);
}

static inline void *token_script_listen(void *context) {
    struct token_script *script = context;
    for (int fd; (fd = accept(script->listener, NULL, NULL)) >= 0;)
        token_script_serve(script, fd);
    return NULL;
}

static inline void token_script_load_key(struct token_script *script, const struct servers *servers) {
    char path[SERVERS_TEXT_BYTES], text[128] = "";
    size_t len = 0;
    servers_value(servers, "TOKEN_KEY_FILE", path);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_int_equal(sodium_base642bin(script->key, sizeof script->key, text, strcspn(text, "\n"), NULL, &len, NULL,
                                       sodium_base64_VARIANT_ORIGINAL), 0);
    assert_int_equal(len, sizeof script->key);
}

/* servers: started with --tokens; their certificate is ours, too. */
static inline void token_script_start(struct token_script *script, const struct servers *servers) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    char certificate[SERVERS_TEXT_BYTES + 32], key[SERVERS_TEXT_BYTES + 32];
    *script = (struct token_script){0};
    token_script_load_key(script, servers);
    snprintf(certificate, sizeof certificate, "%s/tls/server.pem", servers->folder);
    snprintf(key, sizeof key, "%s/tls/server.key", servers->folder);
    assert_int_equal(gnutls_certificate_allocate_credentials(&script->certificate), 0);
    assert_int_equal(gnutls_certificate_set_x509_key_file(script->certificate, certificate, key, GNUTLS_X509_FMT_PEM), 0);
    script->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(script->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(script->listener, 16), 0);
    assert_int_equal(getsockname(script->listener, (struct sockaddr *)&address, &len), 0);
    script->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&script->thread, NULL, token_script_listen, script), 0);
}

/* Turns end with a body of NULL. */
static inline void token_script_play(struct token_script *script, const struct token_turn *turns) {
    script->turns = turns;
    script->requests = script->wrong = 0;
}

static inline void token_script_stop(struct token_script *script) {
    shutdown(script->listener, SHUT_RDWR);
    pthread_join(script->thread, NULL);
    close(script->listener);
    gnutls_certificate_free_credentials(script->certificate);
}

#endif
