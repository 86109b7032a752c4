/* robot_replies.h - the words of absence notices, receipts, acknowledgements and challenges, in many languages. Tables only; the gate
 * decides what follows, as with bounces (robot_bounces.h). */
#ifndef MAIL_ROBOT_REPLIES_H
#define MAIL_ROBOT_REPLIES_H

#include <stdbool.h>

#include "mail/robots.h"

bool robot_is_answered(struct span subject); /* "Re: ...", "Fwd: ...": the words behind it are not the sender's */

enum robot_hint robot_automatic_subject(struct span subject); /* sure: "Automatic reply: ..."; weak: "Vacation", "Accepted: ..." */
bool robot_absence_text(struct span text);                    /* "I am out of the office until ...", "was read on ..." */
bool robot_acknowledgement_text(struct span text);            /* "We have received your request": a person might write so */
bool robot_challenge(struct span subject, struct span text);  /* "Please confirm your message" and a link to click */

#endif
