/* oauth_answer.h - what the answers of an authorization server mean: tokens (RFC 6749 section 5), device codes (RFC 8628 section 3.2),
 * refusals. Pure; all of it is hostile until read. */
#ifndef MAIL_OAUTH_ANSWER_H
#define MAIL_OAUTH_ANSWER_H

#include <stdbool.h>
#include <time.h>

#include "base/buf.h"
#include "base/fail.h"
#include "base/span.h"

enum {
    OAUTH_ANSWER_BYTES = 64 << 10,
    OAUTH_TOKEN_BYTES = 8 << 10, /* of a token; those of Microsoft have about 3,000 */
    OAUTH_USER_CODE_BYTES = 64,
    OAUTH_URI_BYTES = 512,
};

struct oauth_tokens {
    char *access, *refresh; /* on the heap; NULL: none */
    time_t obtained_at, expires_at;
};

/* What a person has to enter, and where. */
struct oauth_device {
    char user_code[OAUTH_USER_CODE_BYTES], uri[OAUTH_URI_BYTES];
    char *code; /* ours to ask with; on the heap */
    int expires_in_s, interval_s;
};

void oauth_tokens_free(struct oauth_tokens *); /* overwritten first */
void oauth_device_free(struct oauth_device *);

/* A token is printable ASCII without blanks (RFC 6750 section 2.1 has still less) and not longer than OAUTH_TOKEN_BYTES. */
bool oauth_token_usable(struct span);

/* Time for a new one: some minutes before its end, or a quarter of its life where that is less; and when the clock was set back. */
bool oauth_tokens_stale(const struct oauth_tokens *, time_t now);

/* What a server says, to be repeated to people: its beginning, without the words that are long enough to be secrets. */
enum { OAUTH_SAID_BYTES = 160 };
void oauth_add_said(struct buf *ret, struct span said);

/* status: of HTTP. provider and host are for the sentence. FAIL_CONFIG: waiting will not help, a person has to act; why says how.
 * FAIL_AGAIN: it may pass. FAIL_EMPTY: the person has not yet entered the code; *slower: ask less often. */
int oauth_read_tokens(long status, struct span body, time_t now, const char *provider, const char *host, bool *slower,
                      struct oauth_tokens *ret, struct why *why);
int oauth_read_device(long status, struct span body, const char *provider, const char *host, struct oauth_device *ret, struct why *why);

#endif
