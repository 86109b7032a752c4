/* take.h - questions come from the mailbox and are read: FOUND -> READ (or HELD). Inside daemon/ only. */
#ifndef DAEMON_TAKE_H
#define DAEMON_TAKE_H

#include "daemon/hand.h"

/* By turns: take the next batch of waiting questions in hand; read what was not read ahead and record the batch.
 * FAIL_EMPTY: none waits. FAIL_AGAIN: the mailbox is gone. FAIL_SYSTEM: the journal refuses. */
int take_batch(struct walk *, struct why *why);

/* Read one question of the batch while the mailbox server is busy with something else. False: there is none that can be read
 * without that server. */
bool take_read_ahead(struct walk *);

/* What was taken and not recorded yet is out of hand again; the journal has it as FOUND. */
void take_put_back(struct walk *);

/* After the folder was read to its end: see walk_finish_gone. */
int take_finish_gone(struct walk *, struct why *why);

#endif
