#include "tests/tools/misbehave.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "reader/messages.h"
#include "reader/serve.h"

static struct channel channel = {.fd = READER_CHANNEL};

static void open_file(struct arena *arena) {
    (void)arena;
    (void)!open("/etc/hostname", O_RDONLY);
}

static void open_socket(struct arena *arena) {
    (void)arena;
    (void)!socket(AF_INET, SOCK_STREAM, 0);
}

static void execute(struct arena *arena) {
    (void)arena;
    char *const argv[] = {NULL};
    execve("/bin/true", argv, argv);
}

static void fork_off(struct arena *arena) {
    (void)arena;
    (void)!fork();
}

static void look_into_parent(struct arena *arena) {
    (void)arena;
    ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static void kill_parent(struct arena *arena) {
    (void)arena;
    kill(getppid(), SIGTERM);
}

static void set_clock(struct arena *arena) {
    (void)arena;
    const struct timespec then = {0, 0};
    clock_settime(CLOCK_REALTIME, &then);
}

static void make_code(struct arena *arena) {
    (void)arena;
    (void)!mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Through the one socket that it may use. */
static void send_urgently(struct arena *arena) {
    (void)arena;
    send(READER_CHANNEL, "x", 1, MSG_OOB | MSG_NOSIGNAL);
}

static void receive_urgently(struct arena *arena) {
    (void)arena;
    char byte;
    recv(READER_CHANNEL, &byte, sizeof byte, MSG_OOB | MSG_DONTWAIT);
}

static void allocate(struct arena *arena) {
    (void)arena;
    enum { PIECE = 64 << 20, PIECES = 32 };
    for (int i = 0; i < PIECES; i++) {
        char *piece = malloc(PIECE);
        if (!piece)
            abort();
        *piece = 1;
    }
}

static void allocate_in_arena(struct arena *arena) {
    arena_alloc(arena, (size_t)2 << 30);
}

static void loop(struct arena *arena) {
    (void)arena;
    for (volatile bool on = true; on;)
        ;
}

static void crash(struct arena *arena) {
    (void)arena;
    static volatile int *volatile nowhere;
    *nowhere = 1;
}

static void leave(struct arena *arena) {
    (void)arena;
    _exit(7);
}

static void say_garbage(struct arena *arena) {
    (void)arena;
    channel_send_bytes(&channel, SPAN("\x06\0\0\0\x10\0\0\0garbage garbage "), NULL);
    loop(arena);
}

static void say_too_much(struct arena *arena) {
    const uint32_t frame[2] = {MESSAGE_DONE, UINT32_MAX};
    channel_send_bytes(&channel, (struct span){(const char *)frame, sizeof frame}, NULL);
    loop(arena);
}

/* A reply to somebody else than who asked. */
static void forge(struct arena *arena) {
    const struct done_message done = {.why = "",
                                      .note = {.action = ACTION_ANSWER,
                                               .reason = "",
                                               .question_key = "0123456789abcdef0123456789abcdef",
                                               .bounce = {BOUNCE_NONE, "", "", "", ""},
                                               .recipient = "victim@elsewhere.example",
                                               .reply_message_id = "<forged@desk.example>",
                                               .reply_text = "Hello",
                                               .reply = SPAN("To: <victim@elsewhere.example>\r\n\r\nHello\r\n")}};
    channel_send(&channel, MESSAGE_DONE, &done_shape, &done, DONE_BYTES, NULL);
    loop(arena);
}

/* The journal's word on somebody who has nothing to do with the mail. */
static void pry(struct arena *arena) {
    const struct sender_view view = {.address = "victim@elsewhere.example", .question_key = "0123456789abcdef0123456789abcdef"};
    channel_send(&channel, MESSAGE_RECALL, &view_shape, &view, RECALL_BYTES, NULL);
    loop(arena);
}

/* No deed: with an environment, where a parent's secrets may lie, the reader ends; without one it reads on. */
static void look_around(struct arena *arena) {
    (void)arena;
    if (environ && *environ)
        _exit(8);
}

static const struct {
    const char *name;
    void (*run)(struct arena *);
} deeds[] = {
    {"open", open_file},    {"socket", open_socket}, {"exec", execute},   {"fork", fork_off},
    {"ptrace", look_into_parent}, {"kill", kill_parent},   {"clock", set_clock}, {"code", make_code},
    {"urgent", send_urgently}, {"urgent-in", receive_urgently},
    {"allocate", allocate}, {"arena", allocate_in_arena}, {"loop", loop}, {"crash", crash},
    {"leave", leave},       {"garbage", say_garbage}, {"flood", say_too_much}, {"forge", forge},
    {"pry", pry},           {"environment", look_around},
};

int misbehaving_read(struct span raw, bool whole, const struct reader_desk *desk, struct kb *kb, time_t now, struct arena *arena,
                     struct reading *ret, struct why *why) {
    static const struct span field = {"X-Misbehave: ", sizeof "X-Misbehave: " - 1};
    size_t at = span_find(raw, field);
    struct span rest = span_slice(raw, at == SPAN_NONE ? raw.len : at + field.len, raw.len), name;
    span_line(&rest, &name);
    for (size_t i = 0; at != SPAN_NONE && i < sizeof deeds / sizeof *deeds; i++)
        if (span_equal(name, span_of(deeds[i].name)))
            deeds[i].run(arena);
    return reader_read(raw, whole, desk, kb, now, arena, ret, why);
}
