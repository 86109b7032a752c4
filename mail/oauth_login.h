/* oauth_login.h - how a person lets this program into a mailbox, once; the refresh token then lies in the token file.
 * With a device_url: the person enters a code on any device (RFC 8628). begin, (wait interval_s, poll)* until not FAIL_EMPTY or FAIL_AGAIN.
 * With a browser_url, for servers that give mail to no device code (Google): the person opens an address, allows the access, and gives back
 * the address to which the browser is sent then, though nothing answers there: it holds the code (RFC 8252 section 7.3, with PKCE,
 * RFC 7636). begin, finish. */
#ifndef MAIL_OAUTH_LOGIN_H
#define MAIL_OAUTH_LOGIN_H

#include "mail/oauth.h"
#include "mail/oauth_answer.h"

int oauth_device_begin(const struct oauth_settings *, struct oauth_device *ret, struct why *why);

/* 0: the tokens are in the file. FAIL_EMPTY: nothing yet. FAIL_AGAIN: no answer; both: ask again after interval_s, which may have grown.
 * FAIL_CONFIG: over; why says what to do. */
int oauth_device_poll(const struct oauth_settings *, struct oauth_device *, struct why *why);

enum { OAUTH_STATE_BYTES = 44, OAUTH_BROWSER_BYTES = 2048 };

struct oauth_browser {
    char url[OAUTH_BROWSER_BYTES];
    char state[OAUTH_STATE_BYTES], verifier[OAUTH_STATE_BYTES];
};

int oauth_browser_begin(const struct oauth_settings *, struct oauth_browser *ret, struct why *why);

/* pasted: the address the browser was sent to. 0: the tokens are in the file. FAIL_INPUT: it is not that address. */
int oauth_browser_finish(const struct oauth_settings *, const struct oauth_browser *, struct span pasted, struct why *why);

#endif
