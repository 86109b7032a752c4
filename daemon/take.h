/* take.h - questions come from the mailbox and are read: FOUND -> READ (or HELD). Inside daemon/ only. */
#ifndef DAEMON_TAKE_H
#define DAEMON_TAKE_H

#include "daemon/hand.h"

/* The next batch of waiting questions. FAIL_EMPTY: none waits. FAIL_AGAIN: the mailbox is gone. FAIL_SYSTEM: the journal refuses. */
int take_batch(struct walk *, struct why *why);

#endif
