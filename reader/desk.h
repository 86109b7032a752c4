/* desk.h - a desk as its configuration has it: for the daemon, for `codingdesk explain`, and for the tests of both. */
#ifndef READER_DESK_H
#define READER_DESK_H

#include "base/arena.h"
#include "config/config.h"
#include "reader/recall.h"

/* The configuration is borrowed; what has to be made lies in the arena. Recall is left out: who has a journal sets it, to recall_sender.
 * Without an address (nothing was configured) mail to anybody counts as ours, and the desk calls itself codingdesk@localhost. */
struct reader_desk reader_desk_of(const struct config *, struct arena *);

/* What that desk remembers, and by what it knows its own mail. journal and key may be NULL; they and the
 * configuration are borrowed. */
struct recall reader_recall_of(const struct config *, struct journal *, const struct sign_key *);

/* Where the desk's key lies: codingdesk.key beside the journal. */
const char *reader_key_path(const char *journal_file, struct arena *);

#endif
