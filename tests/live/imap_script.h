/* imap_script.h - an IMAP server in a process of its own that plays by the rules but where its script says otherwise. Plain text, any
 * user and password; three messages lie in its folder, UIDs 1 to 3. Order: imap_script_start, (connect to its port)*, imap_script_stop. */
#ifndef TESTS_LIVE_IMAP_SCRIPT_H
#define TESTS_LIVE_IMAP_SCRIPT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mail/mailbox.h"

enum { HEAD_BYTES = 1000, MAX_ANSWER_BYTES = 100000, TIMEOUT_S = 1, LATE_S = 4, TURNS_MOST = 16 };

/* What the server does when a command begins with these words. */
enum deed { ANSWER, CLOSE, SILENCE, TRICKLE, FLOOD, NEST };

#define MAIL(n) "* " #n " FETCH (UID " #n " RFC822.SIZE 5 BODY[]<0> {5}\r\nab\r\nc)\r\n"

struct imap_script {
    const char *command; /* a command that begins so, NULL: none */
    const char *text;    /* sent; "%" stands for the command's tag */
    enum deed deed;      /* after the text */
    bool once;           /* later connections behave */

    /* Each is the answer to one command, the first that begins so; the table ends with NULL. */
    struct script_turn {
        const char *command, *answer;
    } turns[TURNS_MOST];
    bool taken[TURNS_MOST];

    int port;
    pid_t server;
    atomic_int *commands; /* heard so far */
};

static inline struct wire_settings imap_script_address(const struct imap_script *script) {
    return (struct wire_settings){.host = "127.0.0.1",
                                  .port = script->port,
                                  .security = WIRE_PLAIN,
                                  .timeout_s = TIMEOUT_S,
                                  .max_response_bytes = MAX_ANSWER_BYTES};
}

static inline struct mailbox_settings imap_script_mailbox(const struct imap_script *script) {
    return (struct mailbox_settings){.server = imap_script_address(script),
                                     .user = "desk",
                                     .password = "secret",
                                     .folder = "INBOX",
                                     .places = {"A", "B", "C"},
                                     .idle_s = 300,
                                     .poll_s = 60,
                                     .max_message_bytes = 100000,
                                     .head_bytes = HEAD_BYTES};
}

static inline void imap_script_put(FILE *client, const char *text, const char *tag) {
    for (const char *c = text; *c; c++) {
        if (*c == '%')
            fputs(tag, client);
        else
            fputc(*c, client);
    }
}

static inline const char *imap_script_usual(const char *command) {
    static const struct {
        const char *command, *answer;
    } answers[] = {
        {"CAPABILITY", "* CAPABILITY IMAP4rev1 MOVE UIDPLUS IDLE\r\n"},
        {"LIST", "* LIST () \"/\" \"A\"\r\n"},
        {"SELECT", "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n"},
        {"UID SEARCH UID 1:*\r", "* SEARCH 1 2 3\r\n"},
        {"UID SEARCH", "* SEARCH\r\n"},
        {"UID FETCH 1:3", MAIL(1) MAIL(2) MAIL(3)},
        {"UID FETCH 1 ", MAIL(1)},
        {"UID FETCH 2 ", MAIL(2)},
        {"UID FETCH 3 ", MAIL(3)},
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (strncmp(command, answers[i].command, strlen(answers[i].command)) == 0)
            return answers[i].answer;
    return "";
}

static inline void imap_script_do(FILE *client, enum deed deed) {
    fflush(client);
    for (int i = 0; deed == SILENCE && i < LATE_S * 10 && !ferror(client); i++)
        usleep(100000);
    for (int i = 0; deed == TRICKLE && i < LATE_S * 10 && !ferror(client); i++, usleep(100000)) {
        fputc('x', client);
        fflush(client);
    }
    for (int i = 0; deed == FLOOD && i < 4 * MAX_ANSWER_BYTES && !ferror(client); i++)
        fputs(" 12", client);
    for (int i = 0; deed == NEST && i < 30000 && !ferror(client); i++)
        fputc('(', client);
    fflush(client);
}

static inline const char *imap_script_turn(struct imap_script *script, const char *command) {
    for (size_t i = 0; i < TURNS_MOST && script->turns[i].command; i++)
        if (!script->taken[i] && strncmp(command, script->turns[i].command, strlen(script->turns[i].command)) == 0) {
            script->taken[i] = true;
            return script->turns[i].answer;
        }
    return imap_script_usual(command);
}

static inline void imap_script_serve(struct imap_script *script, int socket, bool misbehaves) {
    FILE *client = fdopen(socket, "r+e");
    char line[8192];
    if (!client)
        return;
    fputs("* OK ready\r\n", client);
    fflush(client);
    while (fgets(line, sizeof line, client)) {
        char *command = strchr(line, ' ');
        if (!command)
            break;
        *command++ = '\0';
        ++*script->commands;
        fseek(client, 0, SEEK_CUR);
        bool now = misbehaves && script->command && strncmp(command, script->command, strlen(script->command)) == 0;
        imap_script_put(client, now ? script->text : imap_script_turn(script, command), line);
        if (!now)
            imap_script_put(client, "% OK done\r\n", line);
        else
            imap_script_do(client, script->deed);
        if (fflush(client) == EOF || (now && script->deed != ANSWER) || strncmp(command, "LOGOUT", 6) == 0)
            break;
        fseek(client, 0, SEEK_CUR);
    }
    fclose(client);
}

/* One connection after the other, until it is stopped. */
static inline void imap_script_start(struct imap_script *script) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 5), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    script->port = ntohs(address.sin_port);
    script->commands = mmap(NULL, sizeof *script->commands, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(script->commands, MAP_FAILED);
    script->server = fork();
    assert_true(script->server >= 0);
    if (script->server > 0) {
        close(listener);
        return;
    }
    signal(SIGPIPE, SIG_IGN);
    alarm(60);
    for (int connection = 0;; connection++)
        imap_script_serve(script, accept(listener, NULL, NULL), connection == 0 || !script->once);
}

static inline void imap_script_stop(struct imap_script *script) {
    kill(script->server, SIGKILL);
    waitpid(script->server, NULL, 0);
    munmap((void *)script->commands, sizeof *script->commands);
}

#endif
