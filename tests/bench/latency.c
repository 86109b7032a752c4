/* latency DESK_MAILDIR ASKER_MAILDIR UID N - puts one question at a time into the desk's mailbox while the daemon is idle and waits for the
 * reply in the asker's. Prints the milliseconds of each, in rising order. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "base/span.h"

enum { PATH = 512, MOST = 1000, PAUSE_US = 300000, PATIENCE_MS = 30000 };

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void stop(const char *text) {
    perror(text);
    exit(EXIT_FAILURE);
}

static void stage(const char *path, long number, uid_t owner) {
    FILE *file = fopen(path, "w");
    if (!file)
        stop(path);
    fprintf(file,
            "From: asker@clinic.example\r\nTo: desk@desk.example\r\nSubject: Question\r\nDate: Sat, 21 Nov 2026 09:00:00 +0000\r\n"
            "Message-ID: <latency-%ld@clinic.example>\r\n\r\nWhat is CPT 20693? Number %ld.\r\n",
            number, number);
    fclose(file);
    if (chown(path, owner, (gid_t)-1))
        stop(path);
}

static double one(const char *desk, int watch, long number, uid_t owner) {
    char staged[PATH], delivered[PATH], events[4096];
    struct pollfd news = {.fd = watch, .events = POLLIN};
    snprintf(staged, sizeof staged, "%s/tmp/latency.%ld", desk, number);
    snprintf(delivered, sizeof delivered, "%s/new/%ld.latency.%ld", desk, (long)time(NULL), number);
    stage(staged, number, owner);
    double begin = milliseconds();
    if (rename(staged, delivered))
        stop(delivered);
    if (poll(&news, 1, PATIENCE_MS) <= 0 || read(watch, events, sizeof events) <= 0)
        stop("no reply came");
    return milliseconds() - begin;
}

static int rising(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    double times[MOST];
    char inbox[PATH];
    long count, owner;
    if (argc != 5 || !span_to_long(span_of(argv[3]), 0, 1 << 30, &owner) || !span_to_long(span_of(argv[4]), 1, MOST, &count))
        return EXIT_FAILURE;
    int watch = inotify_init1(IN_CLOEXEC);
    snprintf(inbox, sizeof inbox, "%s/new", argv[2]);
    if (watch < 0 || inotify_add_watch(watch, inbox, IN_MOVED_TO | IN_CREATE) < 0)
        stop(inbox);
    for (long i = 0; i < count; i++) {
        times[i] = one(argv[1], watch, i, (uid_t)owner);
        usleep(PAUSE_US);
    }
    qsort(times, (size_t)count, sizeof *times, rising);
    for (long i = 0; i < count; i++)
        printf("%.1f\n", times[i]);
    return EXIT_SUCCESS;
}
