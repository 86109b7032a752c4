/* standing.h - who is answered how often, and how one becomes a registered sender. Pure: the process that has journal, key and clock works
 * out a struct sender_standing (reader/recall.c); what follows from it for a mail is decided here.
 *
 * Blocked senders get nothing. While a breaker is open nobody gets anything: questions are held for a person. Beyond that each sender
 * has an allowance of replies, an hour and a day, in sliding windows. The first question that it does not cover any more is told so, and
 * from when on it does again; further ones are held without a word.
 *
 * Registering takes two mails: the reply to the first brings a token, signed for this address and three days; a mail that brings it
 * back shows that whoever wrote the first reads that mailbox. A token counts in a mail that says little else: a question in the same
 * thread, or a word to a person, is read as others are, though it quotes the token. One that does not hold is told so once, then passed over. Once the address is registered,
 * tokens from before that are spent, and a second confirmation has the same reply as the first. The journal keeps nothing of who has left:
 * a token to register holds its three days after that, too.
 *
 * Leaving is believed at once of a sender whose address the mail server has verified. Of others it takes a token just as registering
 * does: a forged From must not take somebody's allowance away. A registered sender who can not be verified, where that is configured, has
 * the allowance of a guest for that mail: a forged From must not use it up either. */
#ifndef READER_STANDING_H
#define READER_STANDING_H

#include <stdbool.h>
#include <time.h>

#include "base/arena.h"
#include "base/span.h"
#include "handlers/service.h"
#include "store/senders.h"

enum token_state { TOKEN_NONE, TOKEN_REGISTERS, TOKEN_LEAVES, TOKEN_EXPIRED, TOKEN_WRONG };

struct sender_standing {
    enum standing standing;
    bool verified;          /* the mail server vouches for the address */
    const char *breaker;    /* "breaker-domain", "breaker-all": nobody is answered; NULL: closed */
    const char *limit;      /* "limit-hour", "limit-day": the allowance that is used up; NULL: none is */
    int limit_replies;      /* its size */
    time_t resets_at;       /* when there is room in it again */
    bool limit_told;        /* the asker knows */
    enum token_state token; /* of the mail's tokens, the one that counts */
    bool token_told;        /* the asker knows already that one did not hold */
    const char *register_token, *leave_token; /* to be written into a reply; NULL: nothing can be signed here */
    time_t token_until;
    int guest_day, registered_day; /* replies a day, to be told */
};

enum standing_rule {
    STANDING_ANSWER,  /* as if there were no limits */
    STANDING_TELL,    /* the reply only tells that the allowance is used up, and until when */
    STANDING_HOLD,    /* a person gets it; no word to the asker */
    STANDING_SILENCE, /* not answered at all */
};

/* *ret_reason: "blocked-sender", "breaker-all", "breaker-domain", "limit-day", "limit-hour"; NULL with ANSWER. */
enum standing_rule standing_judge(const struct sender_standing *, const char **ret_reason);

/* Tokens look like register-0123456789abcdef0123456789abcdef01234567: what it is for, then when it ends (8 hex digits) and a signature. */
enum { TOKEN_HEX = 40, TOKEN_END_HEX = 8, TOKENS_MOST = 8 };

/* What a text holds of that form, in any case; none twice. Adds to tokens, at most TOKENS_MOST. */
void standing_find_tokens(struct span text, struct arena *, const char **tokens, size_t *count);

/* What a mail that asks nothing else gets for the token that it brings; false: nothing, it is a mail like others. */
bool standing_confirms(const struct sender_standing *, enum service_reply *ret, enum sender_change *ret_change);

/* Is a sender who wants to leave believed at once? */
bool standing_leaves(const struct sender_standing *);

/* For the wording of replies. Texts lie in the arena. */
struct service_facts standing_facts(const struct sender_standing *, struct arena *);

#endif
