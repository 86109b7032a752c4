/* robot_bounces.h - the words of bounces and complaints, in many languages. Tables only; the gate decides what follows. Words are hints: a
 * clear question (asking.h) overrides one of them, unless it is sure or another agrees. */
#ifndef MAIL_ROBOT_BOUNCES_H
#define MAIL_ROBOT_BOUNCES_H

#include <stdbool.h>

#include "mail/robots.h"

bool robot_bounce_subject(struct span subject);    /* "Undelivered Mail Returned to Sender" */
bool robot_complaint_subject(struct span subject); /* "Email Feedback Report for IP ..." */

enum robot_hint robot_bounce_text(struct span text); /* sure: "This is the mail system at host ..."; weak: "Your message ... mailbox ..." */
bool robot_complaint_text(struct span text);         /* "This is an email abuse report ..." */

#endif
