/* robots.h - how automatic mail shows itself: header fields, addresses, names, subjects and opening words. Tables only; the gate
 * decides what follows: subjects and words are hints that a clear question overrides. */
#ifndef MAIL_ROBOTS_H
#define MAIL_ROBOTS_H

#include <stdbool.h>

#include "mail/message.h"

enum robot_mark { ROBOT_NONE, ROBOT_LIST, ROBOT_BULK, ROBOT_FEEDBACK, ROBOT_VENDOR, ROBOT_MARKS };

enum robot_mark robot_field(const struct header *); /* what this one field says about the mail */
bool robot_mailbox(struct span mailbox);            /* "MAILER-DAEMON@x", "no-reply@x", "list-request@x"; the domain may be missing */
bool robot_name(struct span display_name);          /* "Mail Delivery Subsystem" */

bool robot_is_answered(struct span subject);       /* "Re: ...", "Fwd: ...": the words behind it are not the sender's */
bool robot_bounce_subject(struct span subject);    /* "Undelivered Mail Returned to Sender" */
bool robot_complaint_subject(struct span subject); /* "Email Feedback Report for IP ..." */
bool robot_automatic_subject(struct span subject); /* "Automatic reply: ...": no person writes so */
bool robot_absence_subject(struct span subject);   /* "Vacation", "Accepted: ...": a person might */
bool robot_bounce_text(struct span text);          /* "This message was created automatically by mail delivery software" */
bool robot_absence_text(struct span text);         /* "I am out of the office until ..." */

#endif
