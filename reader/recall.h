/* recall.h - what is known of a sender: out of the journal, what an earlier exchange with the same person was about and how many replies
 * there were of late; by the configuration, what that allows; by the desk's key, what is the desk's own, and what was confirmed. Belongs to
 * the process that has these, never to the one that reads strangers' bytes.
 *
 * A batch is read before it is recorded. So whoever reads several mails before the journal knows of their replies notes each with
 * recall_note_reply, and forgets them once they are recorded, or given up: otherwise fifty mails of one robot that come at once would each
 * be the first. */
#ifndef READER_RECALL_H
#define READER_RECALL_H

#include "config/config.h"
#include "mail/identity.h"
#include "reader/reader.h"
#include "store/journal.h"

enum { RECALL_REPLIES = 200, RECALL_DOMAIN_BYTES = 256, BREAKER_WINDOW_S = 60 * 60, TOKEN_HOLDS_S = 3 * 24 * 60 * 60 };

enum breaker { BREAKER_DOMAIN, BREAKER_ALL, BREAKER_COUNT };
extern const char *const breaker_names[BREAKER_COUNT]; /* "breaker-domain", "breaker-all" */

struct recall_reply {
    const char *asker, *question_key;
    enum told told;
};

/* Borrowed. */
struct recall {
    const struct config *config; /* NULL: nobody is blocked or limited */
    time_t now; /* of the reading; set it before each */
    struct recall_reply replies[RECALL_REPLIES]; /* that the journal does not know of yet */
    size_t reply_count;
    bool breaker_opened[BREAKER_COUNT]; /* one was found open; whoever has told somebody clears it */
    char domain[RECALL_DOMAIN_BYTES];   /* whose, of BREAKER_DOMAIN */
    struct identity identity;
    bool wants_verified;     /* an earlier exchange is told of to a verified sender alone (authserv_id is configured) */
    struct journal *journal; /* NULL: nothing is known of anybody */
};

/* A reader_recall_fn; context is a struct recall. An exchange is known to who answers one of its Message-IDs from the address that
 * its reply went to. Those are signed, so nobody can make one up; the ones of journals from before signing are known by the journal alone.
 */
int recall_sender(void *context, const struct sender_view *, struct arena *, struct sender_memory *ret, struct why *why);

/* What of it is about the sender's standing; the rest of the memory is left alone. */
int recall_standing(struct recall *, const struct sender_view *, struct arena *, struct sender_standing *ret, struct why *why);

void recall_note_reply(struct recall *, const char *asker, const char *question_key, enum told);
void recall_forget_replies(struct recall *);

#endif
