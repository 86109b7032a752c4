/* identity.h - what a mail of the desk bears so that it is known when it comes back: a Message-ID and a Codingdesk-Loop field, both signed
 * with the desk's key (base/sign.h), so that nobody can silence a mail, or be taken for the thread of another, by making them up.
 *
 *     Message-ID: <0123456789abcdef.0123456789abcdef0123456789abcdef@desk.example>
 *     Codingdesk-Loop: 0123456789abcdef.0123456789abcdef0123456789abcdef
 *
 * Left of the dot stands the name of the reply, a digest of account and question: a second try and a restarted daemon make the same one.
 * Right of it stands its signature, another one in each of the two. Letter case does not matter: mail systems change it. Pure. */
#ifndef MAIL_IDENTITY_H
#define MAIL_IDENTITY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/sign.h"
#include "base/span.h"

/* Who signs. Borrowed. The key stays in the process that keeps the passwords: whoever reads strangers' bytes has none. */
struct identity {
    const char *account;
    const char *domain; /* right side of our Message-IDs */
    const struct sign_key
        *key; /* NULL: nothing is signed, <0123456789abcdef0123456789abcdef@desk.example>, and shape alone tells what is ours */
};

/* question_key: struct digest hex of the question. */
const char *identity_message_id(const struct identity *, const char *question_key, struct arena *);
const char *identity_loop_mark(const struct identity *, const char *question_key, struct arena *); /* NULL without a key */

/* Did the desk make this? Without a key a Message-ID of either shape counts, and no mark does. */
bool identity_made_id(const struct identity *, struct span message_id);
bool identity_made_mark(const struct identity *, struct span mark);

#endif
