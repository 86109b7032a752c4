/* limit - what the servers and the disk allow at most, with nothing done to the mail:
 *   limit fetch PORT CA_FILE USER PASSWORD_FILE BYTES   one pipelined UID FETCH of the first BYTES of every message, over TLS
 *   limit journal FILE N                                the journal's rows of N exchanges, grouped as the daemon groups them
 * Prints seconds. */
#include <curl/curl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/span.h"
#include "store/journal.h"

enum { BATCH = 50, CONNECTIONS = 4, CHUNK = 1 << 16, LINE = 512, TEXT = 1600 };

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void stop(const char *text) {
    fprintf(stderr, "limit: %s\n", text);
    exit(EXIT_FAILURE);
}

static void await(CURL *curl, short events) {
    curl_socket_t fd = CURL_SOCKET_BAD;
    curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &fd);
    struct pollfd poll_fd = {.fd = fd, .events = events};
    if (poll(&poll_fd, 1, 30000) <= 0)
        stop("the server does not answer");
}

static void send_text(CURL *curl, const char *text) {
    size_t sent = 0, len = strlen(text);
    while (sent < len) {
        size_t part = 0;
        CURLcode code = curl_easy_send(curl, text + sent, len - sent, &part);
        if (code == CURLE_AGAIN)
            await(curl, POLLOUT);
        else if (code)
            stop(curl_easy_strerror(code));
        sent += part;
    }
}

/* Read until a line begins with the tag; returns bytes read. The tag may be cut by the end of a chunk. */
static size_t read_until(CURL *curl, const char *tag) {
    static char chunk[LINE + CHUNK];
    size_t kept = 0, total = 0;
    for (;;) {
        size_t got = 0;
        CURLcode code = curl_easy_recv(curl, chunk + kept, CHUNK, &got);
        if (code == CURLE_AGAIN) {
            await(curl, POLLIN);
            continue;
        }
        if (code || got == 0)
            stop("the server closed the connection");
        total += got;
        struct span seen = {chunk, kept + got};
        if (span_find(seen, span_of(tag)) != SPAN_NONE)
            return total;
        kept = seen.len < LINE ? seen.len : LINE;
        memmove(chunk, chunk + seen.len - kept, kept);
    }
}

static void read_password(const char *path, char *ret, size_t size) {
    FILE *file = fopen(path, "r");
    if (!file || !fgets(ret, (int)size, file))
        stop("the password can not be read");
    fclose(file);
    ret[strcspn(ret, "\n")] = '\0';
}

static void fetch(char **argv) {
    char text[LINE], password[LINE / 2];
    CURL *curl = curl_easy_init();
    read_password(argv[3], password, sizeof password);
    snprintf(text, sizeof text, "imaps://localhost:%s", argv[0]);
    curl_easy_setopt(curl, CURLOPT_URL, text);
    curl_easy_setopt(curl, CURLOPT_CAINFO, argv[1]);
    curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    if (curl_easy_perform(curl))
        stop("no connection");
    snprintf(text, sizeof text, "a LOGIN %s %s\r\nb EXAMINE INBOX\r\n", argv[2], password);
    send_text(curl, text);
    read_until(curl, "\r\nb OK");
    double begin = seconds();
    snprintf(text, sizeof text, "c UID FETCH 1:* (UID RFC822.SIZE BODY.PEEK[]<0.%s>)\r\n", argv[4]);
    send_text(curl, text);
    read_until(curl, "\r\nc OK");
    printf("%.4f\n", seconds() - begin);
    curl_easy_cleanup(curl);
}

static struct journal *journal;
static struct why why;

static void must(int failed) {
    if (failed)
        stop(why.text);
}

static void one_batch(int64_t first, size_t count, struct arena *arena, const char *text) {
    int64_t ids[BATCH];
    bool known;
    must(journal_begin(journal, &why));
    for (size_t i = 0; i < count; i++) {
        struct exchange_row row;
        const struct place place = {"default", "INBOX", 1, (uint32_t)(first + (int64_t)i)};
        must(journal_found(journal, &place, 3000, 1, arena, &row, &known, &why));
        ids[i] = row.id;
    }
    must(journal_commit(journal, &why));
    must(journal_begin(journal, &why));
    for (size_t i = 0; i < count; i++) {
        const char *id = arena_printf(arena, "<%lld@bench.example>", (long long)ids[i]);
        const struct exchange_row row = {.id = ids[i],
                                         .asker = "asker@clinic.example",
                                         .action = "answer",
                                         .reason = "",
                                         .handler = "meaning",
                                         .intents = "meaning",
                                         .codes = "[{\"system\":\"CPT\",\"code\":\"20693\"}]",
                                         .keywords = "fixator",
                                         .reply_message_id = id,
                                         .reply_text = text};
        must(journal_read(journal, &row, 1, &why));
    }
    must(journal_commit(journal, &why));
    for (size_t i = 0; i < count; i += CONNECTIONS) {
        must(journal_begin(journal, &why));
        for (size_t j = i; j < i + CONNECTIONS && j < count; j++)
            must(journal_step(journal, ids[j], STEP_SENDING, NULL, 1, &why));
        for (size_t j = i; j < i + CONNECTIONS && j < count; j++)
            must(journal_step(journal, ids[j], STEP_SENT, NULL, 1, &why));
        must(journal_commit(journal, &why));
    }
    must(journal_begin(journal, &why));
    for (size_t i = 0; i < count; i++)
        must(journal_step(journal, ids[i], STEP_FILED, NULL, 1, &why));
    must(journal_commit(journal, &why));
}

static void write_journal(char **argv) {
    char text[TEXT];
    long count;
    struct arena *arena = arena_new(64 << 20);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    if (!span_to_long(span_of(argv[1]), 1, 10000000, &count))
        stop("how many?");
    must(journal_open(argv[0], &journal, &why));
    double begin = seconds();
    for (long first = 0; first < count; first += BATCH, arena_clear(arena))
        one_batch(first + 1, (size_t)(count - first < BATCH ? count - first : BATCH), arena, text);
    printf("%.4f\n", seconds() - begin);
    journal_close(journal);
    arena_free(arena);
}

int main(int argc, char **argv) {
    if (argc == 7 && span_equal(span_of(argv[1]), SPAN("fetch")))
        fetch(argv + 2);
    else if (argc == 4 && span_equal(span_of(argv[1]), SPAN("journal")))
        write_journal(argv + 2);
    else
        stop("usage: limit fetch PORT CA USER PASSWORD_FILE BYTES | limit journal FILE N");
    return EXIT_SUCCESS;
}
