/* oauth_call.h - one request to an authorization server, by libcurl: https alone, certificate and host name checked, no redirect followed,
 * no proxy, 20 s and OAUTH_ANSWER_BYTES at most. Inside mail/ for oauth*.c alone.
 * Order: oauth_form_init, oauth_form_add*, oauth_call, oauth_call_end. */
#ifndef MAIL_OAUTH_CALL_H
#define MAIL_OAUTH_CALL_H

#include "base/buf.h"
#include "mail/oauth.h"

enum { OAUTH_CALL_S = 20, OAUTH_HOST_BYTES = 256 };

struct oauth_call {
    struct buf form, body; /* sent, received; overwritten at the end */
    long status;
    char host[OAUTH_HOST_BYTES]; /* for sentences */
};

void oauth_call_begin(struct oauth_call *);
void oauth_form_add(struct buf *form, const char *name, const char *value); /* percent-encoded; NULL adds nothing */

/* Sends the form, with client_id and client_secret. 0: there is an answer, whatever it says. FAIL_AGAIN, FAIL_CONFIG (certificate). */
int oauth_call(const struct oauth_settings *, const char *url, struct oauth_call *, struct why *why);
void oauth_call_end(struct oauth_call *);

#endif
