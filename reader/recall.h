/* recall.h - what is known of a sender: out of the journal, what an earlier exchange with the same person was about; by the desk's key,
 * what is the desk's own. Belongs to the process that has both, never to the one that reads strangers' bytes. */
#ifndef READER_RECALL_H
#define READER_RECALL_H

#include "mail/identity.h"
#include "reader/reader.h"
#include "store/journal.h"

/* Borrowed. */
struct recall {
    struct identity identity;
    bool wants_verified;     /* an earlier exchange is told of to a verified sender alone (authserv_id is configured) */
    struct journal *journal; /* NULL: nothing is known of anybody */
};

/* A reader_recall_fn; context is a struct recall. An exchange is known to who answers one of its Message-IDs from the address that
 * its reply went to. Those are signed, so nobody can make one up; the ones of journals from before signing are known by the journal alone. */
int recall_sender(void *context, const struct sender_view *, struct arena *, struct sender_memory *ret, struct why *why);

#endif
