/* robots.h - how automatic mail shows itself in its header: fields, addresses and names. Tables only; the gate decides what follows.
 * Its words stand in robot_bounces.h and robot_replies.h. */
#ifndef MAIL_ROBOTS_H
#define MAIL_ROBOTS_H

#include <stdbool.h>

#include "mail/message.h"

enum robot_mark { ROBOT_NONE, ROBOT_LIST, ROBOT_BULK, ROBOT_FEEDBACK, ROBOT_REPORT, ROBOT_VENDOR, ROBOT_MARKS };

enum robot_hint { HINT_NONE, HINT_WEAK /* a person might write so */, HINT_SURE /* no person does */ };

enum robot_mark robot_field(const struct header *); /* what this one field says about the mail */
bool robot_mailbox(struct span mailbox);            /* "MAILER-DAEMON@x", "no-reply@x", "list-request@x"; the domain may be missing */
bool robot_name(struct span display_name);          /* "Mail Delivery Subsystem" */

#endif
