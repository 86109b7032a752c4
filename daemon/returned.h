/* returned.h - a mail system reports on a reply of ours (mail/bounce.h): the exchange it belongs to gets to know. Inside daemon/ only.
 *
 *                    the report says    came back                      delayed              delivered
 *   the server took the reply           HELD: "the reply came back"    a line in history    a line in history
 *   HELD, in doubt whether it left      it left, and came back: HELD   it left: FILED       it left: FILED
 *   HELD for a person, who told so      HELD; the asker was not told   a line in history    a line in history
 *   came back before                    nothing                        a line in history    a line in history
 *   with a server at this moment        bounced_at and a line; what the server says counts
 *
 * What a stranger writes may do no harm: the exchange is found by the Message-ID that was made for its reply, which nobody knows but whom
 * it was sent to; and only if the report's recipient is its asker. Nothing is ever sent because of a report. */
#ifndef DAEMON_RETURNED_H
#define DAEMON_RETURNED_H

#include "daemon/hand.h"
#include "mail/bounce.h"

/* Into the open transaction. 0 also when the report is on nothing of ours. */
int returned_note(struct walk *, const struct bounce *, struct why *why);

#endif
