/* oauth.h - access tokens for a mailbox whose provider takes no passwords: by refresh token (RFC 6749 section 6) or as the program itself
 * (client credentials, section 4.4). mail/oauth_login.h is how a person gives the first refresh token.
 * Order: oauth_open, (oauth_token, log in, oauth_refused where the server would not have it)*, oauth_close.
 * A token is fetched when one is asked for and the one at hand is about to end or was refused; that call blocks, at most 20 s.
 * What is fetched is kept in the token file (mail/oauth_file.h) before it is used, since some servers end the old refresh token with the
 * answer; processes that share the file take turns, and use what another has fetched. Client credentials need no file and keep none.
 * Tokens are in no sentence of ours. */
#ifndef MAIL_OAUTH_H
#define MAIL_OAUTH_H

#include <time.h>

#include "base/fail.h"

enum oauth_flow { OAUTH_REFRESH, OAUTH_CLIENT_CREDENTIALS };

struct oauth_settings {
    const char *provider; /* as "codingdesk login" names it */
    enum oauth_flow flow;
    const char *client_id, *client_secret;            /* secret NULL: a public client */
    const char *token_url, *device_url, *browser_url; /* https; the last two for logging in, NULL: there is none */
    const char *scope;                                /* NULL: the server's default */
    const char *ca_file;                              /* PEM; NULL: the system's */
    const char *token_file;                           /* NULL with client credentials */
    time_t (*now)(void);
};

struct oauth;

struct oauth_token {
    const char *text; /* valid until the next call */
    unsigned serial;  /* which one it is */
};

/* Asks nobody yet. Borrows the strings until oauth_close. */
int oauth_open(const struct oauth_settings *, struct oauth **ret, struct why *why);
void oauth_close(struct oauth *); /* NULL is fine */

/* FAIL_CONFIG: a person has to act, mostly by "codingdesk login". FAIL_AGAIN: the authorization server is away, or the file can not be
 * written now; what was fetched is not lost, and is written the next time. */
int oauth_token(struct oauth *, struct oauth_token *ret, struct why *why);

/* A mail server would not have this one: the next oauth_token brings another. Of no effect when that has happened already. */
void oauth_refused(struct oauth *, unsigned serial);

/* The sentence for a token that is refused as soon as it was made; said: by the mail server. FAIL_CONFIG. */
int oauth_explain_refusal(const struct oauth *, const char *host, const char *user, const char *said, struct why *why);

#endif
