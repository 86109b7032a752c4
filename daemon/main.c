/* codingdeskd - answers the questions that wait in one mailbox. */
#include <curl/curl.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "config/config.h"
#include "daemon/log.h"
#include "daemon/loop.h"
#include "kb/kb.h"
#include "reader/desk.h"
#include "reader/serve.h"
#include "store/journal.h"

enum { SETTINGS_BYTES = 4 << 20, REPORT_BYTES = 64 << 10, EXIT_USAGE = 2 };

static const char usage[] = "usage: codingdeskd --config FILE [--once] [--kb FILE] [--journal FILE] [--verbose]\n"
                            "\n"
                            "Watches a mailbox and answers the coding questions in it.\n"
                            "  --config FILE    settings; docs/SETTINGS.md explains each\n"
                            "  --once           answer what waits, then end\n"
                            "  --kb FILE        knowledge base instead of the configured or installed one\n"
                            "  --journal FILE   journal instead of the configured one\n"
                            "  --verbose        say more on stderr\n"
                            "  --help, --version\n"
                            "Exit status: 0 done, 2 usage, 3 configuration, 4 a file or service failed.\n";

struct options {
    const char *config, *kb, *journal;
    bool once, verbose;
};

/* 0: go on; otherwise the exit status + 1 of a program that has said all it had to say. */
static int read_options(int argc, char **argv, struct options *ret) {
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'}, {"once", no_argument, NULL, 'o'},
        {"kb", required_argument, NULL, 'k'},     {"journal", required_argument, NULL, 'j'},
        {"verbose", no_argument, NULL, 'v'},      {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},      {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'c': ret->config = optarg; break;
        case 'o': ret->once = true; break;
        case 'k': ret->kb = optarg; break;
        case 'j': ret->journal = optarg; break;
        case 'v': ret->verbose = true; break;
        case 'h': fputs(usage, stdout); return 1;
        case 'V': puts("codingdeskd " CODINGDESK_VERSION); return 1;
        default: fputs(usage, stderr); return EXIT_USAGE + 1;
        }
    }
    if (ret->config && optind == argc)
        return 0;
    fputs(usage, stderr);
    return EXIT_USAGE + 1;
}

static int stop_signals(void) {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGHUP);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a journal over the file size limit is an error to report, not an end */
    return signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
}

static const char *first_of(const char *a, const char *b, const char *c) { return a ? a : b ? b : c; }

/* Kept out of swap and dumps as far as the limits allow, and wiped at the end. */
static void guard_passwords(const struct config *config, int (*guard)(void *, size_t)) {
    const char *const passwords[] = {config->imap.password, config->smtp.password};
    for (size_t i = 0; i < sizeof passwords / sizeof *passwords; i++)
        if (passwords[i])
            guard((void *)(uintptr_t)passwords[i], strlen(passwords[i]));
}

static int run(const struct options *options, const struct config *config, struct arena *arena) {
    struct why why = {""};
    struct sign_key key;
    struct loop_settings settings = {
        .config = config,
        .journal_file = first_of(options->journal, config->journal_file, journal_default_path(arena)),
        .kb_file = first_of(options->kb, config->kb_file, kb_default_path(arena)),
        .key = &key,
        .once = options->once,
        .stop_fd = stop_signals(),
    };
    if (settings.stop_fd < 0) {
        log_line(LOG_LEVEL_ERROR, "signals can not be read: %s", strerror(errno));
        return fail_exit_status(FAIL_SYSTEM);
    }
    guard_passwords(config, sodium_mlock);
    sodium_mlock(&key, sizeof key);
    int failed = sign_key_load(reader_key_path(settings.journal_file, arena), &key, &why);
    if (!failed)
        failed = loop_run(&settings, &why);
    sodium_munlock(&key, sizeof key);
    guard_passwords(config, sodium_munlock);
    if (failed)
        log_line(LOG_LEVEL_ERROR, "%s", why.text);
    close(settings.stop_fd);
    return fail_exit_status(failed);
}

static int load_and_run(const struct options *options, struct arena *arena) {
    struct config config;
    struct buf report;
    buf_init(&report, REPORT_BYTES);
    int failed = config_load(options->config, arena, &config, &report);
    fwrite(buf_span(&report).ptr, 1, buf_span(&report).len, stderr);
    buf_free(&report);
    return failed ? fail_exit_status(failed) : run(options, &config, arena);
}

/* Passwords and keys are in this memory: no core file of it, and no other process of this user may look into it. */
static void keep_memory_private(void) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
}

int main(int argc, char **argv) {
    struct options options = {0};
    if (argc == 4 && strcmp(argv[1], READER_ARGUMENT) == 0)
        reader_serve(argv, reader_read);
    int over = read_options(argc, argv, &options);
    if (over)
        return over - 1;
    umask(077);
    keep_memory_private();
    log_open(options.verbose ? LOG_LEVEL_DETAIL : LOG_LEVEL_NOTICE);
    if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT)) {
        log_line(LOG_LEVEL_ERROR, "libsodium or libcurl can not start on this machine");
        return fail_exit_status(FAIL_SYSTEM);
    }
    struct arena *arena = arena_new(SETTINGS_BYTES);
    int status = load_and_run(&options, arena);
    arena_free(arena);
    curl_global_cleanup();
    return status;
}
