/* alert.h - the mail to the administrator when a breaker opens. It belongs to no exchange and is never sent twice: that it is due is in the
 * journal, once for each breaker and hour, before it may leave. Its bytes are in memory alone, so a program that ends in between sends
 * none; neither does one that gets no clear answer from the submission server. The line in the log is there in any case.
 * Inside daemon/ only. */
#ifndef DAEMON_ALERT_H
#define DAEMON_ALERT_H

#include "daemon/hand.h"

/* Into the open transaction: what the readings of this batch found open becomes a line in the log and an alert. */
int alert_raise(struct walk *, struct why *why);

bool alert_waits(const struct walk *);     /* one could be submitted now */
bool alert_under_way(const struct walk *); /* a submission server has one */

/* After the commit: hand the waiting ones over, as far as connections are free. */
void alert_submit(struct walk *);

/* False: the report is on no alert. */
bool alert_settle(struct walk *, const struct outbox_report *);

void alert_free(struct walk *);

#endif
