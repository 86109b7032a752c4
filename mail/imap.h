/* imap.h - one IMAP connection over a wire. RFC 3501. For mailbox.c, its helpers, and `codingdesk login`, which tries a login.
 * Commands go out as text and may be sent ahead; libetpan parses the answers, which come in the order of the commands.
 * FAIL_AGAIN from any call: the connection is lost. FAIL_LIMIT: an answer could not be parsed or went over its cap; the
 * connection is of no more use either. FAIL_INPUT: the server said no, the connection goes on. */
#ifndef MAIL_IMAP_H
#define MAIL_IMAP_H

#include <libetpan/mailimap_types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fail.h"
#include "base/span.h"
#include "mail/oauth.h"
#include "mail/wire.h"

struct imap;

struct imap_login {
    const char *user, *password;
    struct oauth *oauth; /* where the tokens come from; NULL: the password is used */
};

/* Connect and log in; where the server refuses a token, once more with a fresh one. FAIL_CONFIG: what the administrator has to change,
 * the login refused for one. FAIL_AGAIN also: no token can be had now. */
int imap_open(const struct wire_settings *, const struct imap_login *, struct imap **ret, struct why *why);
void imap_close(struct imap *); /* says LOGOUT but does not wait; NULL is fine */
struct wire *imap_wire(struct imap *);
bool imap_can(const struct imap *, const char *capability);
bool imap_can_authenticate(const struct imap *, const char *mechanism); /* "AUTH=..." is among the capabilities */

__attribute__((format(printf, 3, 4))) int imap_send(struct imap *, struct why *why, const char *format, ...);

/* The answer to the oldest command that has none yet; message_bytes as in wire_begin_command. */
int imap_answer(struct imap *, size_t message_bytes, struct why *why);

/* Send, and wait for the answer. Nothing else may be unanswered. */
__attribute__((format(printf, 3, 4))) int imap_command(struct imap *, struct why *why, const char *format, ...);

/* The next line of the answer that is due, where it is a challenge ("+ ..."): 0, and its text, valid until the next call.
 * FAIL_EMPTY: it is none; imap_answer has the whole answer. */
int imap_challenge(struct imap *, struct span *ret, struct why *why);
int imap_respond(struct imap *, const char *text, struct why *why);

/* What the server said with the last OK, NO or BAD; never NULL. */
const char *imap_text(const struct imap *);

/* What the last answer brought; valid until the next one. Lists that are taken out must be set to NULL there. */
struct mailimap_response_info *imap_brought(struct imap *);
bool imap_said(const struct imap *, const char *response_code); /* "TRYCREATE", "UNAVAILABLE": with the last OK or NO */

/* After FAIL_INPUT, for a command without which nothing goes on: FAIL_CONFIG where the response code (RFC 5530) says that it will
 * stay so until a person acts, FAIL_AGAIN where it says that it will pass, otherwise where it says neither. */
int imap_refusal(const struct imap *, int otherwise);

/* imap_login.c, for imap_open alone. *token_refused: the server would not have the token; a fresh connection with the next may do. */
int imap_log_in(struct imap *, const struct wire_settings *, const struct imap_login *, bool *token_refused, struct why *why);

/* The server told of new mail since imap_forget_news. */
bool imap_has_news(const struct imap *);
void imap_forget_news(struct imap *);

/* SELECT. FAIL_CONFIG: it can not be, or only for reading. FAIL_AGAIN also: it can not be now, or the server does not say why. */
int imap_select(struct imap *, const char *quoted_folder, struct why *why);
uint32_t imap_uid_validity(const struct imap *);

/* A quoted string, RFC 3501 section 4.3. FAIL_CONFIG: it holds control characters. */
int imap_quote(struct buf *, const char *text, struct why *why);

/* The quoted name of a folder. "\\Archive" and its like (RFC 6154): the folder with this special use. FAIL_CONFIG: there is none.
 * FAIL_AGAIN also: the server can not list its folders now. */
int imap_folder_name(struct imap *, const char *name, struct buf *ret, struct why *why);

/* The same, and the folder is created if it is missing. FAIL_CONFIG: it can not be. FAIL_AGAIN also: not now. */
int imap_folder(struct imap *, const char *name, struct buf *ret, struct why *why);

/* Did the last LIST bring a folder that can be selected? */
bool imap_any_listed(struct imap *);

/* IDLE (RFC 2177), when imap_can "IDLE" and a folder is selected: begin, hear*, end. News stay until imap_forget_news.
 * Hear waits as wire_await does and reads what came; 0 even when nothing did. It works without IDLE too, between commands. */
bool imap_is_idling(const struct imap *);
int imap_idle_begin(struct imap *, struct why *why);
int imap_idle_hear(struct imap *, int other_fd, int timeout_ms, struct why *why);
int imap_idle_end(struct imap *, struct why *why);

#endif
