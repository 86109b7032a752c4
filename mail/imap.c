#include "mail/imap.h"

#include <libetpan/libetpan.h>
#include <stdarg.h>

enum {
    COMMAND_BYTES = 16384,
    TEXT_BYTES = 200,
};

struct imap {
    struct wire *wire;
    mailimap *session;
    const char *host;
    int sent, answered; /* commands; also libetpan's tags */
    bool news, idling;
    bool line_is_read; /* the first line of the answer that is due, while it was not known whether it is a challenge */
};

/* --- one command -------------------------------------------------------------------------------------------------- */

static int lost(struct imap *imap, struct why *why) { return wire_explain_loss(imap->wire, why); }

static int put(struct imap *imap, struct span text, struct why *why) {
    wire_begin_command(imap->wire, 0);
    imap->session->imap_tag = imap->sent;
    if (mailimap_send_current_tag(imap->session) != MAILIMAP_NO_ERROR ||
        mailstream_write(imap->session->imap_stream, text.ptr, text.len) < 0 ||
        mailstream_write(imap->session->imap_stream, "\r\n", 2) < 0 || mailstream_flush(imap->session->imap_stream) < 0)
        return lost(imap, why);
    imap->sent++;
    return 0;
}

__attribute__((format(printf, 3, 0))) static int put_formatted(struct imap *imap, struct why *why, const char *format, va_list args) {
    char text[COMMAND_BYTES];
    int length = vsnprintf(text, sizeof text, format, args);
    if (length < 0 || (size_t)length >= sizeof text)
        return why_set(why, FAIL_BUG, "an IMAP command is longer than %zu bytes", sizeof text);
    int failed = put(imap, (struct span){text, (size_t)length}, why);
    explicit_bzero(text, (size_t)length); /* a password for one */
    return failed;
}

int imap_send(struct imap *imap, struct why *why, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int failed = put_formatted(imap, why, format, args);
    va_end(args);
    return failed;
}

const char *imap_text(const struct imap *imap) { return imap->session->imap_response ? imap->session->imap_response : "without a reason"; }

/* libetpan says the same of a BAD and of an answer to another command, after which nothing can be told apart. */
static bool is_bad(const struct imap *imap) {
    struct span rest = {imap->session->imap_stream_buffer->str, imap->session->imap_stream_buffer->len}, line, last = {0}, tag;
    long number = 0;
    while (span_line(&rest, &line))
        if (line.len > 0)
            last = line;
    return span_cut(&last, ' ', &tag) && span_to_long(tag, imap->answered, imap->answered, &number) && span_starts_same(last, SPAN("BAD"));
}

static int parse_answer(struct imap *imap, struct why *why) {
    struct mailimap_response *response = NULL;
    mailimap *session = imap->session;
    if (!imap->line_is_read && !mailimap_read_line(session))
        return lost(imap, why);
    imap->line_is_read = false;
    session->imap_tag = ++imap->answered;
    int code = mailimap_parse_response(session, &response);
    if (code == MAILIMAP_ERROR_STREAM)
        return lost(imap, why);
    if (code == MAILIMAP_ERROR_PROTOCOL && is_bad(imap))
        return why_set(why, FAIL_INPUT, "%s rejected a command: %.*s", imap->host, TEXT_BYTES, imap_text(imap));
    if (code == MAILIMAP_ERROR_FATAL)
        return why_set(why, FAIL_AGAIN, "%s says good-bye: %.*s", imap->host, TEXT_BYTES, imap_text(imap));
    if (code != MAILIMAP_NO_ERROR)
        return why_set(why, FAIL_LIMIT, "%s gave an answer that can not be parsed", imap->host);
    bool ok = response->rsp_resp_done->rsp_data.rsp_tagged->rsp_cond_state->rsp_type == MAILIMAP_RESP_COND_STATE_OK;
    mailimap_response_free(response);
    return ok ? 0 : why_set(why, FAIL_INPUT, "%s said no: %.*s", imap->host, TEXT_BYTES, imap_text(imap));
}

int imap_answer(struct imap *imap, size_t message_bytes, struct why *why) {
    wire_begin_command(imap->wire, message_bytes);
    int failed = parse_answer(imap, why);
    struct mailimap_selection_info *selected = imap->session->imap_selection_info;
    imap->news |= selected->sel_has_exists;
    selected->sel_has_exists = 0;
    return failed;
}

int imap_command(struct imap *imap, struct why *why, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int failed = put_formatted(imap, why, format, args);
    va_end(args);
    return failed ? failed : imap_answer(imap, 0, why);
}

struct mailimap_response_info *imap_brought(struct imap *imap) {
    return imap->session->imap_response_info;
}

bool imap_said(const struct imap *imap, const char *response_code) {
    const struct mailimap_response_info *brought = imap->session->imap_response_info;
    if (!brought)
        return false;
    if (brought->rsp_trycreate && span_same(span_of(response_code), SPAN("TRYCREATE")))
        return true;
    return brought->rsp_atom && span_same(span_of(brought->rsp_atom), span_of(response_code));
}

bool imap_has_news(const struct imap *imap) { return imap->news; }

void imap_forget_news(struct imap *imap) { imap->news = false; }

int imap_quote(struct buf *ret, const char *text, struct why *why) {
    buf_char(ret, '"');
    for (const char *c = text; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return why_set(why, FAIL_CONFIG, "a user, password or folder holds a control character: remove it");
        if (*c == '"' || *c == '\\')
            buf_char(ret, '\\');
        buf_char(ret, *c);
    }
    buf_char(ret, '"');
    return buf_full(ret) ? why_set(why, FAIL_CONFIG, "a user, password or folder is too long for an IMAP command") : 0;
}

/* --- what a NO means ---------------------------------------------------------------------------------------------- */

/* RFC 5530, and TRYCREATE of RFC 3501. */
static const struct refusal {
    const char *code;
    bool lasts; /* until a person changes something */
} refusals[] = {
    {"AUTHENTICATIONFAILED", true},
    {"AUTHORIZATIONFAILED", true},
    {"EXPIRED", true},
    {"PRIVACYREQUIRED", true},
    {"NOPERM", true},
    {"NONEXISTENT", true},
    {"TRYCREATE", true},
    {"CANNOT", true},
    {"CLIENTBUG", true},
    {"UNAVAILABLE", false},
    {"INUSE", false},
    {"LIMIT", false},
    {"SERVERBUG", false},
};

int imap_refusal(const struct imap *imap, int otherwise) {
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (imap_said(imap, refusals[i].code))
            return refusals[i].lasts ? FAIL_CONFIG : FAIL_AGAIN;
    return otherwise;
}

static bool put_done(struct imap *imap) {
    static const char done[] = "DONE\r\n";
    imap->idling = false;
    wire_begin_command(imap->wire, 0);
    return mailstream_write(imap->session->imap_stream, done, sizeof done - 1) >= 0 && mailstream_flush(imap->session->imap_stream) >= 0;
}

/* --- opening and selecting ---------------------------------------------------------------------------------------- */

static int start_session(struct imap *imap, struct why *why) {
    imap->session = mailimap_new(0, NULL);
    struct mailimap_selection_info *selection = mailimap_selection_info_new();
    if (!imap->session || !selection) {
        mailstream_close(wire_stream(imap->wire));
        mailimap_selection_info_free(selection);
        return why_set(why, FAIL_SYSTEM, "out of memory");
    }
    imap->session->imap_selection_info = selection;
    mailimap_connect(imap->session, wire_stream(imap->wire));
    return 0;
}

static int open_once(const struct wire_settings *settings, const struct imap_login *login, bool *token_refused, struct imap **ret,
                     struct why *why) {
    struct imap *imap = calloc(1, sizeof *imap);
    if (!imap)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    imap->host = settings->host;
    int failed = wire_open(settings, &imap->wire, why);
    if (!failed)
        failed = start_session(imap, why);
    if (!failed)
        failed = imap_log_in(imap, settings, login, token_refused, why);
    if (!failed)
        failed = imap_command(imap, why, "CAPABILITY");
    if (failed)
        imap_close(imap);
    else
        *ret = imap;
    return failed == FAIL_LIMIT ? FAIL_AGAIN : failed;
}

int imap_open(const struct wire_settings *settings, const struct imap_login *login, struct imap **ret, struct why *why) {
    bool token_refused = false;
    /* A message goes through one of libetpan's strings, which it would keep in a file from 8 MB on. */
    mmap_string_set_ceil((size_t)-1 / 2);
    int failed = open_once(settings, login, &token_refused, ret, why);
    return token_refused ? open_once(settings, login, &token_refused, ret, why) : failed;
}

void imap_close(struct imap *imap) {
    if (!imap)
        return;
    if (imap->session) {
        if (imap->idling)
            put_done(imap);
        imap_send(imap, NULL, "LOGOUT");
        wire_hang_up(imap->wire);
        mailimap_free(imap->session);
    }
    wire_close(imap->wire);
    free(imap);
}

struct wire *imap_wire(struct imap *imap) {
    return imap->wire;
}

bool imap_can(const struct imap *imap, const char *capability) { return mailimap_has_extension(imap->session, capability); }

bool imap_can_authenticate(const struct imap *imap, const char *mechanism) {
    return mailimap_has_authentication(imap->session, mechanism);
}

/* Dovecot says without a code that a folder does not exist: whether that is it, its list of folders tells. */
static int select_refused(struct imap *imap, const char *quoted_folder, struct why *why) {
    int meaning = imap_refusal(imap, FAIL_INPUT);
    if (meaning == FAIL_INPUT)
        meaning = imap_command(imap, NULL, "LIST \"\" %s", quoted_folder) == 0 && !imap_any_listed(imap) ? FAIL_CONFIG : FAIL_AGAIN;
    return why_prefix(why, meaning, "the folder %s can not be opened: ", quoted_folder);
}

int imap_select(struct imap *imap, const char *quoted_folder, struct why *why) {
    struct mailimap_selection_info *selection = imap->session->imap_selection_info;
    selection->sel_uidvalidity = 0;
    selection->sel_perm = MAILIMAP_MAILBOX_READWRITE;
    int failed = imap_command(imap, why, "SELECT %s", quoted_folder);
    if (failed == FAIL_INPUT)
        return select_refused(imap, quoted_folder, why);
    if (failed)
        return failed;
    if (selection->sel_perm == MAILIMAP_MAILBOX_READONLY)
        return why_set(why, FAIL_CONFIG, "%s may only be read by this user: messages could not be moved out of it", quoted_folder);
    if (selection->sel_uidvalidity == 0)
        return why_set(why, FAIL_CONFIG, "%s gives the messages of %s no lasting numbers: another server is needed", imap->host,
                       quoted_folder);
    return 0;
}

uint32_t imap_uid_validity(const struct imap *imap) { return imap->session->imap_selection_info->sel_uidvalidity; }

/* --- IDLE: single lines, so that nothing waits for an answer that comes in half an hour ---------------------------- */

static int next_line(struct imap *imap, struct span *ret, struct why *why) {
    wire_begin_command(imap->wire, 0);
    if (!mailimap_read_line(imap->session))
        return lost(imap, why);
    *ret = (struct span){imap->session->imap_stream_buffer->str, imap->session->imap_stream_buffer->len};
    return 0;
}

static int note_line(struct imap *imap, struct span line, struct why *why) {
    line = span_trim(line);
    if (span_starts_same(line, SPAN("* BYE")))
        return why_set(why, FAIL_AGAIN, "%s says good-bye: %.*s", imap->host, TEXT_BYTES, line.ptr);
    imap->news |= span_ends_same(line, SPAN(" EXISTS"));
    return 0;
}

bool imap_is_idling(const struct imap *imap) { return imap->idling; }

int imap_idle_begin(struct imap *imap, struct why *why) {
    struct span line = {0};
    int failed = imap_send(imap, why, "IDLE");
    while (!failed && !span_starts(line, SPAN("+"))) {
        failed = next_line(imap, &line, why);
        if (!failed && char_is_digit(line.ptr[0])) {
            imap->answered++;
            return why_set(why, FAIL_INPUT, "%s will not idle: %.*s", imap->host, SPAN_ARG(line));
        }
        if (!failed)
            failed = note_line(imap, line, why);
    }
    imap->idling = !failed;
    return failed;
}

int imap_idle_hear(struct imap *imap, int other_fd, int timeout_ms, struct why *why) {
    struct span line;
    int failed = 0, ready = wire_await(imap->wire, other_fd, timeout_ms);
    while (ready > 0 && !failed) {
        failed = next_line(imap, &line, why);
        if (!failed)
            failed = note_line(imap, line, why);
        ready = wire_await(imap->wire, -1, 0);
    }
    return !failed && ready < 0 ? lost(imap, why) : failed;
}

int imap_idle_end(struct imap *imap, struct why *why) { return put_done(imap) ? imap_answer(imap, 0, why) : lost(imap, why); }

/* --- challenges --------------------------------------------------------------------------------------------------- */

/* Lines before it tell of the server; its capabilities are asked for once we are in. All of them have one deadline and one cap. */
int imap_challenge(struct imap *imap, struct span *ret, struct why *why) {
    struct span line = SPAN("*");
    int failed = 0;
    wire_begin_command(imap->wire, 0);
    while (!failed && span_starts(line, SPAN("*"))) {
        if (!mailimap_read_line(imap->session))
            return lost(imap, why);
        line = (struct span){imap->session->imap_stream_buffer->str, imap->session->imap_stream_buffer->len};
        failed = note_line(imap, line, why);
    }
    if (failed)
        return failed;
    imap->line_is_read = !span_starts(line, SPAN("+"));
    if (imap->line_is_read)
        return why_set(why, FAIL_EMPTY, "%s has no challenge", imap->host);
    *ret = span_trim(span_slice(line, 1, line.len));
    return 0;
}

int imap_respond(struct imap *imap, const char *text, struct why *why) {
    wire_begin_command(imap->wire, 0);
    if (mailstream_write(imap->session->imap_stream, text, strlen(text)) < 0 ||
        mailstream_write(imap->session->imap_stream, "\r\n", 2) < 0 || mailstream_flush(imap->session->imap_stream) < 0)
        return lost(imap, why);
    return 0;
}
