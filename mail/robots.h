/* robots.h - how automatic mail shows itself: header fields, addresses, names, subjects and opening words. Tables only; the gate
 * decides what follows. Subjects and texts are matched so that a person who answers, forwards or asks about one is not. */
#ifndef MAIL_ROBOTS_H
#define MAIL_ROBOTS_H

#include <stdbool.h>

#include "mail/message.h"

enum robot_mark { ROBOT_NONE, ROBOT_LIST, ROBOT_BULK, ROBOT_FEEDBACK, ROBOT_VENDOR };

enum robot_mark robot_field(const struct header *); /* what this one field says about the mail */
bool robot_mailbox(struct span mailbox);            /* "MAILER-DAEMON@x", "no-reply@x", "list-request@x"; the domain may be missing */
bool robot_name(struct span display_name);          /* "Mail Delivery Subsystem" */
bool robot_bounce_subject(struct span subject);     /* "Undelivered Mail Returned to Sender" */
bool robot_automatic_subject(struct span subject);  /* "Automatic reply: ...", "Abwesenheitsnotiz" */
bool robot_bounce_text(struct span text);           /* "This message was created automatically by mail delivery software" */
bool robot_automatic_text(struct span text);        /* "I am out of the office until ..." */

#endif
