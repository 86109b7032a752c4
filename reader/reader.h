/* reader.h - one pure function from the bytes of a mail to what to do about it: gate, question, answer, reply.
 * This is where mail/ and handlers/ meet, for the daemon (which then sends) and for `codingdesk explain` (which only shows). It reads the
 * knowledge base and, through recall, what the journal says of the thread: no clock, no network, no file of its own. */
#ifndef READER_READER_H
#define READER_READER_H

#include <stdbool.h>
#include <time.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/fail.h"
#include "handlers/answer.h"
#include "handlers/question.h"
#include "kb/kb.h"
#include "mail/bounce.h"
#include "mail/gate.h"
#include "mail/message.h"
#include "mail/reply.h"
#include "reader/standing.h"

/* Who asks, which mails the question goes on from (newest message-id last), and what the mail bears that may be the desk's own. */
struct sender_view {
    const char *address;      /* where a reply goes */
    const char *from;         /* whom the mail says it is from; NULL: nobody */
    bool verified;            /* our mail server found that the mail is from there */
    const char *question_key; /* struct digest hex */
    const char *message_id;   /* of the mail itself; NULL: none */
    const struct span *loop_marks; /* its Codingdesk-Loop fields, as written */
    size_t loop_mark_count;
    const char *const *tokens; /* what the mail holds of the form of a confirmation (reader/standing.h) */
    size_t token_count;
    const char *const *message_ids;
    size_t message_id_count;
};

/* What the journal knows of a sender, and what only the desk's key can tell; in the arena of who asked. */
struct sender_memory {
    bool is_own;                  /* the mail is one of the desk's own that came back; the rest does not matter then */
    const char *reply_message_id; /* of the reply to this question; never NULL */
    const char *loop_mark;        /* the same; NULL where there is no key */
    bool thread_known;            /* thread is what this sender was told in the exchange that these message-ids name */
    struct thread_memory thread;
    struct sender_standing standing;
};

/* Look into the journal for what is known of this sender: the only thing a reading asks for, once, and only for a mail that may be
 * answered. 0, or the journal's failure. */
typedef int reader_recall_fn(void *context, const struct sender_view *, struct arena *, struct sender_memory *ret, struct why *why);

struct reader_desk {
    struct gate_desk gate;
    struct reply_desk reply;
    bool acknowledge; /* tell the asker that a person will answer */
    struct message_limits limits;
    int least_confidence;      /* in percent: what is less sure goes to a person (answer_question) */
    reader_recall_fn *recall;
    void *recall_context;
};

struct reading {
    struct message message;
    struct gate_verdict gate;
    struct digest question_key; /* of Message-ID and content: the question's identity across folders */
    bool question_was_read;     /* question and answer are filled */
    struct question question;
    struct answer answer;
    enum answer_action action; /* SILENT when the gate says so */
    const char *reason;        /* gate rule, "dmarc: ..." or the answer's reason */
    struct bounce bounce;      /* of a mail that the gate keeps: what it reports of another */
    bool untold;               /* the asker gets no word of what a person must answer: the allowance is used up, or a breaker is open */
    enum told told;            /* what the reply tells beside an answer */
    enum sender_change change; /* what the asker becomes by this mail */
    bool reply_ready;          /* reply is filled: action is ANSWER or SERVICE, or HUMAN where the asker is told so */
    struct reply reply;
    const char *log_text; /* what a journal may keep: codes, intents, keywords, and of the asker's words what masking leaves (question.redacted) */
};

/* FAIL_INPUT, FAIL_LIMIT: the mail can not be read, a person must. FAIL_AGAIN: the text goes on behind the bytes given, fetch the whole. */
typedef int reader_read_fn(struct span raw, bool whole, const struct reader_desk *, struct kb *, time_t now, struct arena *,
                           struct reading *ret, struct why *why);
reader_read_fn reader_read;

/* The identity of a question: Message-ID, sender, date, subject and text, and whether the gate keeps it silent. */
struct digest reader_question_key(const struct message *, bool kept_silent);

#endif
