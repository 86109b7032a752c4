/* Any bytes may come from an IMAP server. What the guard lets pass is parsed by libetpan without harm, and what it brings lies within what came. The last byte
 * chooses in pieces of which size they come. libetpan is not built for fuzzing, so the guard alone leads the fuzzer: the seeds bring the answers. */
#include <libetpan/libetpan.h>
#include <string.h>

#include "mail/imap_answer.h"
#include "mail/imap_guard.h"
#include "tests/fuzz/fuzz.h"

enum { STREAM_BYTES = 4096, LITERAL_BYTES = 64 << 10, ANSWERS = 8 };

/* libetpan forgets a few bytes where it stops in the middle of a malformed answer: a connection's worth, which ends there. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libetpan\n"; }

/* A server that has said all it will ever say. */
struct server {
    struct imap_guard guard;
    struct span rest;
    size_t piece;
};

static ssize_t driver_read(mailstream_low *low, void *to, size_t room) {
    struct server *server = low->data;
    size_t count = server->piece < room ? server->piece : room;
    count = count < server->rest.len ? count : server->rest.len;
    memcpy(to, server->rest.ptr, count);
    server->rest = span_slice(server->rest, count, server->rest.len);
    return count > 0 && imap_guard_pass(&server->guard, to, count, LITERAL_BYTES) ? (ssize_t)count : -1;
}

static ssize_t driver_write(mailstream_low *low, const void *from, size_t count) {
    (void)low, (void)from;
    return (ssize_t)count;
}

static int driver_close(mailstream_low *low) {
    (void)low;
    return 0;
}

static int driver_fd(mailstream_low *low) {
    (void)low;
    return -1;
}

static void driver_free(mailstream_low *low) { free(low); }

static mailstream_low_driver driver = {.mailstream_read = driver_read,
                                       .mailstream_write = driver_write,
                                       .mailstream_close = driver_close,
                                       .mailstream_get_fd = driver_fd,
                                       .mailstream_free = driver_free};

/* Every byte of it is looked at. */
static void look_at(const struct mailimap_msg_att *answer) {
    struct imap_message message = imap_message_of(answer);
    size_t sum = 0;
    must(message.has_body || message.body.len == 0 || message.absent, "no message has no bytes");
    for (size_t i = 0; message.has_body && i < message.body.len; i++)
        sum += (unsigned char)message.body.ptr[i];
    must(!message.has_body || sum <= message.body.len * UINT8_MAX, "the message lies in memory");
}

static bool take_answer(mailimap *session, int tag) {
    struct mailimap_response *response = NULL;
    if (!mailimap_read_line(session))
        return false;
    session->imap_tag = tag;
    int code = mailimap_parse_response(session, &response);
    if (code == MAILIMAP_NO_ERROR)
        mailimap_response_free(response);
    const struct mailimap_response_info *brought = session->imap_response_info;
    if (brought && brought->rsp_fetch_list)
        for (clistiter *at = clist_begin(brought->rsp_fetch_list); at; at = clist_next(at))
            look_at(clist_content(at));
    return code == MAILIMAP_NO_ERROR;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct server server = {.rest = span_of_bytes(bytes, size)};
    server.piece = (size_t)take_byte(&server.rest) + 1;
    mmap_string_set_ceil((size_t)-1 / 2);
    mailstream_low *low = mailstream_low_new(&server, &driver);
    mailstream *stream = low ? mailstream_new(low, STREAM_BYTES) : NULL;
    mailimap *session = mailimap_new(0, NULL);
    must(stream && session, "memory");
    session->imap_selection_info = mailimap_selection_info_new();
    mailimap_connect(session, stream);
    for (int tag = 1; tag <= ANSWERS && take_answer(session, tag); tag++)
        ;
    mailimap_free(session);
    return 0;
}
