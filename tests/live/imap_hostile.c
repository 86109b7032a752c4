/* A scripted IMAP server that answers as no server should: each time there is an end, and an error or the other messages. */
#include "tests/live/imap_script.h"

enum { MANY = 100 };

struct row {
    const char *name, *command, *text; /* of the script */
    enum deed deed;
    bool once;
    int opens, fetches; /* the codes wanted of mailbox_open and mailbox_fetch */
    size_t count;       /* messages fetched, of three */
    size_t readable;    /* of them with bytes */
    const char *says;
};

static const struct row rows[] = {
    {"behaves", "-", "", ANSWER, false, 0, 0, 3, 3, NULL},
    {"login never answered", "LOGIN", "", SILENCE, false, FAIL_AGAIN, 0, 0, 0, "within 1 s"},
    {"login answered a byte at a time, for ever", "LOGIN", "", TRICKLE, false, FAIL_AGAIN, 0, 0, 0, "within 1 s"},
    {"closed at login", "LOGIN", "", CLOSE, false, FAIL_AGAIN, 0, 0, 0, "closed"},
    {"login unavailable for now", "LOGIN", "% NO [UNAVAILABLE] later\r\n", ANSWER, false, FAIL_AGAIN, 0, 0, 0, "later"},
    {"login refused", "LOGIN", "% NO [AUTHENTICATIONFAILED] who?\r\n", ANSWER, false, FAIL_CONFIG, 0, 0, 0, "who?"},
    {"login refused without a code", "LOGIN", "% NO who?\r\n", ANSWER, false, FAIL_CONFIG, 0, 0, 0, "who?"},
    {"login and a broken server", "LOGIN", "% NO [SERVERBUG] Internal error\r\n", ANSWER, false, FAIL_AGAIN, 0, 0, 0, "Internal error"},
    {"login of a locked account", "LOGIN", "% NO [CONTACTADMIN] ask\r\n", ANSWER, false, FAIL_CONFIG, 0, 0, 0, "ask"},
    {"select refused without a code", "SELECT", "% NO sorry\r\n", ANSWER, false, FAIL_AGAIN, 0, 0, 0, "can not be opened"},
    {"select and a broken server", "SELECT", "% NO [SERVERBUG] Internal error\r\n", ANSWER, false, FAIL_AGAIN, 0, 0, 0, "Internal error"},
    {"select of a folder in use", "SELECT", "% NO [INUSE] later\r\n", ANSWER, false, FAIL_AGAIN, 0, 0, 0, "later"},
    {"select, ask somebody", "SELECT", "% NO [CONTACTADMIN] ask\r\n", ANSWER, false, FAIL_AGAIN, 0, 0, 0, "ask"},
    {"select of no folder", "SELECT", "% NO [NONEXISTENT] none\r\n", ANSWER, false, FAIL_CONFIG, 0, 0, 0, "can not be opened"},
    {"select forbidden", "SELECT", "% NO [NOPERM] not yours\r\n", ANSWER, false, FAIL_CONFIG, 0, 0, 0, "not yours"},
    {"select after other codes", "SELECT", "* OK [UIDVALIDITY 7] x\r\n* OK [HIGHESTMODSEQ 3] x\r\n% NO [UNAVAILABLE] later\r\n", ANSWER,
     false, FAIL_AGAIN, 0, 0, 0, "later"},
    {"list and a broken server", "LIST", "% NO [SERVERBUG] Internal error\r\n", ANSWER, false, FAIL_AGAIN, 0, 0, 0, "can not be listed"},
    {"list forbidden", "LIST", "% NO [NOPERM] not yours\r\n", ANSWER, false, FAIL_CONFIG, 0, 0, 0, "can not be listed"},
    {"bad capabilities", "CAPABILITY", "* CAPABILITY\r\n\r\n\xff\xfe{\r\n% OK\r\n", ANSWER, false, FAIL_AGAIN, 0, 0, 0, ""},
    {"no capabilities", "CAPABILITY", "% OK x\r\n", ANSWER, false, FAIL_CONFIG, 0, 0, 0, "neither MOVE nor UIDPLUS"},
    {"a folder name of 3 GB", "LIST", "* LIST () \"/\" {3000000000}\r\n", ANSWER, false, FAIL_AGAIN, 0, 0, 0, "with more, or with other"},
    {"a line without end", "SELECT", "* OK ", FLOOD, false, FAIL_AGAIN, 0, 0, 0, "with more, or with other"},
    {"garbage", "SELECT", "\x01\x02 \xff\r\n((((\r\n% OK\r\n", ANSWER, false, FAIL_AGAIN, 0, 0, 0, "can not be parsed"},
    {"another command's answer", "SELECT", "99 OK x\r\n", ANSWER, false, FAIL_AGAIN, 0, 0, 0, "can not be parsed"},
    {"a continuation nobody asked for", "SELECT", "+ go on\r\n% OK x\r\n", ANSWER, false, FAIL_CONFIG, 0, 0, 0, "no lasting numbers"},
    {"numbers out of range", "SELECT", "* 99999999999999999999 EXISTS\r\n* OK [UIDVALIDITY 0] x\r\n% OK x\r\n", ANSWER, false, FAIL_CONFIG,
     0, 0, 0, "no lasting numbers"},
    {"good-bye at once", "SELECT", "* BYE full\r\n", CLOSE, false, FAIL_AGAIN, 0, 0, 0, ""},
    {"flags that can not be read", "SELECT", "* 3 EXISTS\r\n* OK [PERMANENTFLAGS (\\ (]\r\n* OK [UIDVALIDITY 7] x\r\n% OK x\r\n", ANSWER,
     false, 0, 0, 3, 3, NULL},
    {"an alert without words", "SELECT", "* 3 EXISTS\r\n* OK [ALERT]\r\n* OK [UIDVALIDITY 7] x\r\n% OK [PARSE]\r\n", ANSWER, false, 0, 0, 3,
     3, NULL},
    {"search never answered", "UID SEARCH", "", SILENCE, false, 0, FAIL_AGAIN, 0, 0, "within 1 s"},
    {"search with impossible numbers", "UID SEARCH UID 1:*\r", "* SEARCH 0 1 4294967295 2 3 99999999999999\r\n% OK x\r\n", ANSWER, true, 0,
     0, 3, 3, NULL},
    {"search without an end", "UID SEARCH", "* SEARCH", FLOOD, false, 0, FAIL_AGAIN, 0, 0, ""},
    {"a charset code that libetpan frees wrongly", "UID SEARCH", "% NO [BADCHARSET (a b)] x\r\n", ANSWER, false, 0, FAIL_AGAIN, 0, 0, ""},
    {"fetch never answered", "UID FETCH", "", SILENCE, false, 0, FAIL_AGAIN, 0, 0, "within 1 s"},
    {"fetch stops in the middle", "UID FETCH", "* 1 FETCH (UID 1 RFC822.SIZE 5 BODY[]<0> {5}\r\nab", SILENCE, false, 0, FAIL_AGAIN, 0, 0,
     "within 1 s"},
    {"fetch a byte at a time, for ever", "UID FETCH", "* 1 FETCH (UID 1 RFC822.SIZE 5 BODY[]<0> {900}\r\n", TRICKLE, false, 0, FAIL_AGAIN,
     0, 0, "within 1 s"},
    {"closed in the middle", "UID FETCH", "* 1 FETCH (UID 1 RFC822.SIZE 5 BODY[]<0> {5}\r\nab", CLOSE, false, 0, FAIL_AGAIN, 0, 0,
     "closed"},
    {"good-bye in the middle", "UID FETCH", MAIL(1) "* BYE x\r\n", CLOSE, false, 0, FAIL_AGAIN, 0, 0, "closed"},
    {"a message of 3 GB, once", "UID FETCH", "* 1 FETCH (UID 1 RFC822.SIZE 5 BODY[]<0> {3000000000}\r\n", ANSWER, true, 0, 0, 3, 3, NULL},
    {"a message of 3 GB each time", "UID FETCH", "* 1 FETCH (UID 1 RFC822.SIZE 5 BODY[]<0> {3000000000}\r\n", ANSWER, false, 0, 0, 3, 0,
     NULL},
    {"one spoils the batch", "UID FETCH 1:3", MAIL(1) "* 2 FETCH (UID 2 RFC822.SIZE x)\r\n% OK x\r\n", ANSWER, false, 0, 0, 3, 3, NULL},
    {"one is always spoiled", "UID FETCH 2 ", "* 2 FETCH (UID 2 RFC822.SIZE x)\r\n% OK x\r\n", ANSWER, false, 0, 0, 3, 3, NULL},
    {"nested without end", "UID FETCH", "* 1 FETCH (UID 1 BODYSTRUCTURE ", NEST, false, 0, 0, 3, 0, NULL},
    {"search and a broken server", "UID SEARCH", "% NO [SERVERBUG] Internal error\r\n", ANSWER, false, 0, FAIL_AGAIN, 0, 0,
     "Internal error"},
    {"refused each time", "UID FETCH", "% NO broken\r\n", ANSWER, false, 0, 0, 3, 0, NULL},
    {"rejected each time", "UID FETCH", "% BAD what?\r\n", ANSWER, false, 0, 0, 3, 0, NULL},
    {"others than asked for", "UID FETCH", MAIL(7) MAIL(1) "* 2 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (FLAGS (\\Seen) UID 2)\r\n% OK x\r\n",
     ANSWER, false, 0, 0, 1, 1, NULL},
    {"one twice", "UID FETCH", MAIL(1) MAIL(2) MAIL(1) MAIL(3) "% OK x\r\n", ANSWER, false, 0, 0, 3, 3, NULL},
    {"gone this moment", "UID FETCH 1:3", MAIL(1) MAIL(3) "* 2 FETCH (UID 2 RFC822.SIZE 0 BODY[]<0> NIL)\r\n* 2 EXPUNGE\r\n% OK x\r\n",
     ANSWER, false, 0, 0, 3, 3, NULL},
};

/* What a wait of a second comes to: the code of mailbox_wait stands in fetches. */
static const struct row waits[] = {
    {"nothing", "IDLE", "+ idling\r\n", ANSWER, false, 0, FAIL_EMPTY, 3, 3, ""},
    {"told in the packet of the +", "IDLE", "+ idling\r\n* 4 EXISTS\r\n", ANSWER, false, 0, 0, 3, 3, NULL},
    {"told before the +", "IDLE", "* 4 EXISTS\r\n+ idling\r\n", ANSWER, false, 0, 0, 3, 3, NULL},
    {"other news", "IDLE", "+ idling\r\n* 3 EXPUNGE\r\n* OK still here\r\n", ANSWER, false, 0, FAIL_EMPTY, 3, 3, ""},
    {"half a line", "IDLE", "+ idling\r\n* 4 EXI", SILENCE, false, 0, FAIL_AGAIN, 3, 3, "within 1 s"},
    {"idling refused", "IDLE", "% NO not now\r\n", ANSWER, false, 0, FAIL_EMPTY, 3, 3, ""},
    {"idling never begins", "IDLE", "", SILENCE, false, 0, FAIL_AGAIN, 3, 3, "within 1 s"},
    {"good-bye", "IDLE", "+ idling\r\n* BYE restart\r\n", CLOSE, false, 0, FAIL_AGAIN, 3, 3, "restart"},
    {"closed", "IDLE", "+ idling\r\n", CLOSE, false, 0, FAIL_AGAIN, 3, 3, "closed"},
    {"a line without end", "IDLE", "+ idling\r\n* OK ", FLOOD, false, 0, FAIL_AGAIN, 3, 3, "with more, or with other"},
};

/* What filing comes to: the code of mailbox_file stands in fetches. */
static const struct row files[] = {
    {"moved", "-", "", ANSWER, false, 0, 0, 3, 3, NULL},
    {"refused", "UID MOVE", "% NO sorry\r\n", ANSWER, false, 0, FAIL_SYSTEM, 3, 3, "sorry"},
    {"over quota", "UID MOVE", "% NO [OVERQUOTA] full\r\n", ANSWER, false, 0, FAIL_SYSTEM, 3, 3, "full"},
    {"forbidden", "UID MOVE", "% NO [NOPERM] not yours\r\n", ANSWER, false, 0, FAIL_SYSTEM, 3, 3, "not yours"},
    {"a broken server", "UID MOVE", "% NO [SERVERBUG] Internal error\r\n", ANSWER, false, 0, FAIL_AGAIN, 3, 3, "Internal error"},
    {"unavailable", "UID MOVE", "% NO [UNAVAILABLE] later\r\n", ANSWER, false, 0, FAIL_AGAIN, 3, 3, "later"},
};

/* --- the test ----------------------------------------------------------------------------------------------------- */

struct outcome {
    int opened, fetched;
    size_t count, readable;
    struct why why;
};

/* Until nothing is left: those of a batch that was spoiled come one by one. */
static void fetch(struct mailbox *mailbox, struct outcome *ret) {
    struct arena *arena = arena_new(1 << 20);
    struct mail_batch batch;
    while (ret->fetched == 0 && ret->count < MANY) {
        ret->fetched = mailbox_fetch(mailbox, 50, arena, &batch, &ret->why);
        for (size_t i = 0; ret->fetched == 0 && i < batch.count; i++, ret->count++)
            ret->readable += batch.mails[i].bytes.len > 0;
    }
    ret->fetched = ret->fetched == FAIL_EMPTY ? 0 : ret->fetched;
    arena_free(arena);
}

enum then { THEN_CLOSE, THEN_WAIT, THEN_FILE };

static struct outcome open_and_fetch(const struct imap_script *script, enum then then) {
    const struct mailbox_settings settings = imap_script_mailbox(script);
    struct mailbox *mailbox = NULL;
    struct outcome outcome = {0};
    outcome.opened = mailbox_open(&settings, &mailbox, &outcome.why);
    if (outcome.opened == 0)
        fetch(mailbox, &outcome);
    if (then == THEN_WAIT && mailbox)
        outcome.fetched = mailbox_wait(mailbox, -1, TIMEOUT_S * 1000, &outcome.why);
    if (then == THEN_FILE && mailbox)
        outcome.fetched = mailbox_file(mailbox, PLACE_ANSWERED, (const uint32_t[]){1}, 1, &outcome.why);
    mailbox_close(mailbox);
    return outcome;
}

static void check(const struct row *row, const struct outcome *is) {
    bool failed = is->opened || is->fetched;
    if (is->opened != row->opens || is->fetched != row->fetches || is->count != row->count || is->readable != row->readable ||
        (failed && !strstr(is->why.text, row->says)))
        fail_msg("%s: opened %d, fetched %d %s, %zu messages, %zu readable", row->name, is->opened, is->fetched, is->why.text, is->count,
                 is->readable);
}

static void try_each(const struct row *table, size_t count, enum then then) {
    for (size_t i = 0; i < count; i++) {
        struct imap_script script = {.command = table[i].command, .text = table[i].text, .deed = table[i].deed, .once = table[i].once};
        imap_script_start(&script);
        long long begin = wire_clock_ms();
        struct outcome outcome = open_and_fetch(&script, then);
        imap_script_stop(&script);
        check(&table[i], &outcome);
        if (wire_clock_ms() - begin > (TIMEOUT_S + 2) * 1000)
            fail_msg("%s: took %lld ms", table[i].name, wire_clock_ms() - begin);
    }
}

static void there_is_always_an_end(void **state) {
    (void)state;
    try_each(rows, sizeof rows / sizeof *rows, THEN_CLOSE);
}

static void waiting_hears_what_is_said_and_ends(void **state) {
    (void)state;
    try_each(waits, sizeof waits / sizeof *waits, THEN_WAIT);
}

static void a_refused_move_is_told_from_a_bad_hour(void **state) {
    (void)state;
    try_each(files, sizeof files / sizeof *files, THEN_FILE);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(there_is_always_an_end), cmocka_unit_test(waiting_hears_what_is_said_and_ends),
                                       cmocka_unit_test(a_refused_move_is_told_from_a_bad_hour)};
    return cmocka_run_group_tests_name("live.imap_hostile", tests, NULL, NULL);
}
