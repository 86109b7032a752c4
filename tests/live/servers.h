/* servers.h - the servers of one live test program: started through servers.sh in a folder of their own. A second process stops
 * them when the program ends, however it ends. */
#ifndef TESTS_LIVE_SERVERS_H
#define TESTS_LIVE_SERVERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/span.h"

enum { SERVERS_TEXT_BYTES = 256 };

struct servers {
    char folder[SERVERS_TEXT_BYTES], ca_file[SERVERS_TEXT_BYTES], foreign_ca_file[SERVERS_TEXT_BYTES], password[SERVERS_TEXT_BYTES],
        maildir[SERVERS_TEXT_BYTES], imap_log[SERVERS_TEXT_BYTES];
    int imap_port, imaps_port;
    int alive;      /* its other end sees us end */
    pid_t stopping; /* the process at that other end */
};

/* A command of the shell that must succeed. */
__attribute__((format(printf, 1, 2))) static inline void run(const char *format, ...) {
    char command[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    int status = system(command);
    if (status != 0)
        fail_msg("exit status %d of: %s", status, command);
}

/* "NAME=value" out of the file env. */
static inline void servers_value(const struct servers *servers, const char *name, char ret[SERVERS_TEXT_BYTES]) {
    char path[SERVERS_TEXT_BYTES + 8], line[SERVERS_TEXT_BYTES];
    snprintf(path, sizeof path, "%s/env", servers->folder);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    ret[0] = '\0';
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == '=')
            snprintf(ret, SERVERS_TEXT_BYTES, "%s", line + strlen(name) + 1);
    }
    fclose(file);
    if (!ret[0])
        fail_msg("%s is not in %s", name, path);
}

static inline int servers_number(const struct servers *servers, const char *name) {
    char text[SERVERS_TEXT_BYTES];
    long number = 0;
    servers_value(servers, name, text);
    assert_true(span_to_long(span_of(text), 0, 65535, &number));
    return (int)number;
}

static inline void servers_password(struct servers *servers) {
    char path[SERVERS_TEXT_BYTES];
    servers_value(servers, "PASSWORD_FILE", path);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(servers->password, sizeof servers->password, file));
    servers->password[strcspn(servers->password, "\n")] = '\0';
    fclose(file);
}

static inline void servers_stop_when_we_end(struct servers *servers) {
    char command[1024];
    int ends[2];
    snprintf(command, sizeof command, "read -r nothing; sh %s stop %s; rm -rf %s", SERVERS, servers->folder, servers->folder);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    servers->stopping = fork();
    assert_true(servers->stopping >= 0);
    if (servers->stopping == 0) {
        setsid();
        dup2(ends[0], STDIN_FILENO);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    servers->alive = ends[1];
}

static inline void servers_start(struct servers *servers, const char *options) {
    snprintf(servers->folder, sizeof servers->folder, "/tmp/codingdesk-live-XXXXXX");
    assert_non_null(mkdtemp(servers->folder));
    servers_stop_when_we_end(servers);
    run("sh %s start %s %s", SERVERS, servers->folder, options);
    servers_value(servers, "CA_FILE", servers->ca_file);
    servers_value(servers, "FOREIGN_CA_FILE", servers->foreign_ca_file);
    servers_value(servers, "DESK_MAILDIR", servers->maildir);
    servers_value(servers, "IMAP_LOG", servers->imap_log);
    servers->imap_port = servers_number(servers, "IMAP_PORT");
    servers->imaps_port = servers_number(servers, "IMAPS_PORT");
    servers_password(servers);
}

static inline void servers_stop(struct servers *servers) {
    close(servers->alive);
    waitpid(servers->stopping, NULL, 0);
}

#endif
