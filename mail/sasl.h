/* sasl.h - the words with which an access token logs in: OAUTHBEARER (RFC 7628) and XOAUTH2, its forerunner at Google and Microsoft.
 * A server that refuses the token says why in a challenge (JSON in base64), waits for sasl_acknowledgement and then says no. Pure. */
#ifndef MAIL_SASL_H
#define MAIL_SASL_H

#include "base/buf.h"
#include "base/name.h"
#include "base/span.h"

enum sasl_mechanism { SASL_OAUTHBEARER, SASL_XOAUTH2 };
extern const struct name sasl_names[];

enum { SASL_STATUS_BYTES = 64 };

/* The initial response in base64. host and port are the server's. */
void sasl_response(enum sasl_mechanism, const char *user, const char *host, int port, const char *token, struct buf *ret);

/* In base64, for an IMAP line. */
const char *sasl_acknowledgement(enum sasl_mechanism);

/* The status in an error challenge: "invalid_token", "401". Empty where the challenge holds none that a person could read. */
void sasl_status(struct span challenge, char ret[SASL_STATUS_BYTES]);

#endif
