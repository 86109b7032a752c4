/* cut - a TCP proxy on loopback whose connections end at a random byte, for faults.sh.
 *
 *   codingdesk-cut TARGET_PORT MOST_BYTES WHOLE_PERCENT STALL_PERCENT [SEED]
 *
 * Says "port N" on stdout, where it listens, then a line for each connection that it cut. Of the connections WHOLE_PERCENT are left alone. The
 * others pass a random number of bytes below MOST_BYTES in one direction, drawn by lot, and then end: STALL_PERCENT of them stay open and
 * pass nothing more, the others are closed in order or reset. It ends with its signal. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/span.h"

enum { LINKS_MAX = 128, PIECE_BYTES = 4096 };
enum side { CLIENT, SERVER, SIDES };
enum manner { WHOLE, CLOSE, RESET, STALL };
static const char *const manners[] = {"left alone", "closed", "reset", "stalled"};

struct link {
    int fd[SIDES];
    enum manner manner;
    enum side from; /* whose bytes are counted */
    long left, passed;
};

static struct link links[LINKS_MAX];
static size_t link_count;
static long most_bytes, whole_percent, stall_percent;

static _Noreturn void give_up(const char *what) {
    perror(what);
    exit(1);
}

static struct sockaddr_in loopback(long port) {
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static bool by_lot(long percent) { return random() % 100 < percent; }

static void begin(int client, long target) {
    struct sockaddr_in address = loopback(target);
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (link_count == LINKS_MAX || server < 0 || connect(server, (struct sockaddr *)&address, sizeof address) < 0) {
        close(client);
        if (server >= 0)
            close(server);
        return;
    }
    struct link *link = &links[link_count++];
    *link = (struct link){.fd = {client, server}, .left = random() % most_bytes, .from = by_lot(50) ? CLIENT : SERVER};
    link->manner = by_lot(whole_percent) ? WHOLE : by_lot(stall_percent) ? STALL : by_lot(50) ? CLOSE : RESET;
}

static void end(struct link *link) {
    const struct linger at_once = {.l_onoff = 1};
    for (int side = 0; side < SIDES; side++) {
        if (link->manner == RESET)
            setsockopt(link->fd[side], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(link->fd[side]);
    }
    *link = links[--link_count];
}

static bool is_over(const struct link *link) { return link->manner != WHOLE && link->left == 0; }

static void tell(const struct link *link) {
    printf("%s after %ld bytes of the %s\n", manners[link->manner], link->passed, link->from == CLIENT ? "client" : "server");
    fflush(stdout);
}

static bool write_all(int fd, const char *bytes, ssize_t count) {
    for (ssize_t done = 0, more; done < count; done += more)
        if ((more = write(fd, bytes + done, (size_t)(count - done))) <= 0)
            return false;
    return true;
}

/* False: the link has ended by itself. */
static bool pass(struct link *link, enum side from) {
    char bytes[PIECE_BYTES];
    bool counts = link->manner != WHOLE && from == link->from;
    size_t room = counts && link->left < PIECE_BYTES ? (size_t)link->left : sizeof bytes;
    ssize_t got = read(link->fd[from], bytes, room);
    if (got <= 0 || !write_all(link->fd[SIDES - 1 - from], bytes, got))
        return false;
    if (counts) {
        link->left -= got;
        link->passed += got;
    }
    return true;
}

/* What a stalled link is told stays unread; that one side hung up is seen all the same. */
static void work(struct link *link, const struct pollfd *polled) {
    if (link->manner == STALL && link->left == 0) {
        if ((polled[CLIENT].revents | polled[SERVER].revents) & (POLLHUP | POLLERR | POLLRDHUP))
            end(link);
        return;
    }
    for (int side = 0; side < SIDES && !is_over(link); side++)
        if (polled[side].revents && !pass(link, (enum side)side)) {
            end(link);
            return;
        }
    if (!is_over(link))
        return;
    tell(link);
    if (link->manner != STALL)
        end(link);
}

static void accept_one(int listener, long target) {
    int client = accept(listener, NULL, NULL);
    if (client >= 0)
        begin(client, target);
}

static void serve(int listener, long target) {
    for (;;) {
        struct pollfd fds[1 + SIDES * LINKS_MAX] = {{.fd = listener, .events = POLLIN}};
        size_t count = link_count;
        for (size_t i = 0; i < count; i++)
            for (int side = 0; side < SIDES; side++)
                fds[1 + SIDES * i + (size_t)side] =
                    (struct pollfd){.fd = links[i].fd[side], .events = (short)(is_over(&links[i]) ? POLLRDHUP : POLLIN)};
        if (poll(fds, 1 + SIDES * count, -1) < 0 && errno != EINTR)
            give_up("poll");
        for (size_t i = count; i-- > 0;) /* from behind: a link that ends is replaced by the last */
            work(&links[i], &fds[1 + SIDES * i]);
        if (fds[0].revents)
            accept_one(listener, target);
    }
}

static long number(const char *text, long least, long most) {
    long ret = 0;
    if (span_to_long(span_of(text), least, most, &ret))
        return ret;
    fprintf(stderr, "\"%s\" is not in %ld to %ld\n", text, least, most);
    exit(2);
}

int main(int argc, char **argv) {
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    if (argc < 5 || argc > 6) {
        fputs("usage: codingdesk-cut TARGET_PORT MOST_BYTES WHOLE_PERCENT STALL_PERCENT [SEED]\n", stderr);
        return 2;
    }
    most_bytes = number(argv[2], 1, 1 << 30);
    whole_percent = number(argv[3], 0, 100);
    stall_percent = number(argv[4], 0, 100);
    srandom(argc > 5 ? (unsigned)number(argv[5], 0, 1 << 30) : (unsigned)getpid());
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, LINKS_MAX) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) < 0)
        give_up("no port on loopback");
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    serve(listener, number(argv[1], 1, 65535));
}
