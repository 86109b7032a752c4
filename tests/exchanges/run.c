/* run FOLDER... - conversations, each a folder: inbox-N.eml is read in turn with the journal of the ones before it.
 * outbox-N.eml is the reply to the byte (missing: nothing may leave), journal.txt what the journal says in the end. Where that says
 * action=human the reply only tells the asker that a person will answer, and the question is HELD.
 * A line "X-Clock: 3600" in a mail: it is read so many seconds after 2026-11-21 09:00. Senders of blocked.example are blocked.
 * authserv_id.txt: the mail server whose Authentication-Results the desk believes (missing: nobody's).
 * Where something of a patient's was masked it shows the question and the draft that the journal keeps as well.
 * With REGENERATE set in the environment the expectations are written instead: read the difference before you commit it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "daemon/hand.h"
#include "reader/desk.h"
#include "reader/note.h"

enum { MAX_MAILS = 9, FILE_BYTES = 1 << 20, ARENA_BYTES = 256 << 20 };

static const struct sign_key KEY = {"a key that everybody may know"}; /* the replies are compared to the byte */
static const time_t CLOCK = 1795251600; /* 2026-11-21 09:00:00 UTC */
static const char *const blocked[] = {"blocked.example"};

struct conversation {
    const char *folder;
    struct arena *arena;
    struct journal *journal;
    struct kb *kb;
    struct config config;
    struct reader_desk desk;
    struct recall recall;
    struct buf journal_text;
    int wrong;
};

static bool read_file(struct conversation *talk, const char *name, struct span *ret) {
    FILE *file = fopen(arena_printf(talk->arena, "%s/%s", talk->folder, name), "rb");
    if (!file)
        return false;
    char *bytes = arena_alloc(talk->arena, FILE_BYTES);
    *ret = (struct span){bytes, fread(bytes, 1, FILE_BYTES, file)};
    fclose(file);
    return true;
}

static void write_file(struct conversation *talk, const char *name, struct span bytes) {
    const char *path = arena_printf(talk->arena, "%s/%s", talk->folder, name);
    if (bytes.len == 0) {
        unlink(path);
        return;
    }
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes.ptr, 1, bytes.len, file) != bytes.len || fclose(file)) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

static void compare(struct conversation *talk, const char *name, struct span got) {
    struct span want = SPAN("");
    if (getenv("REGENERATE")) {
        write_file(talk, name, got);
        return;
    }
    read_file(talk, name, &want);
    if (span_equal(got, want))
        return;
    talk->wrong++;
    printf("%s/%s differs; this is what came:\n%.*s\n", talk->folder, name, SPAN_ARG(got));
}

static void must(int failed, const struct why *why) {
    if (!failed)
        return;
    printf("%s\n", why->text);
    exit(EXIT_FAILURE);
}

static void note_journal(struct conversation *talk, int number, const struct exchange_row *row) {
    buf_printf(&talk->journal_text, "%d action=%s reason=%s handler=%s intents=%s\n  codes=%s\n  keywords=%s\n", number, row->action,
               row->reason ? row->reason : "", row->handler ? row->handler : "", row->intents ? row->intents : "",
               row->codes ? row->codes : "", row->keywords ? row->keywords : "");
}

/* Where something was masked: what the journal keeps of the question, and the draft. */
static void note_masked(struct conversation *talk, const struct exchange_row *row) {
    struct span rest = span_of(arena_printf(talk->arena, "%s\n%s", row->question_subject, row->question_text)), line;
    while (span_line(&rest, &line))
        buf_printf(&talk->journal_text, "  asked=%.*s\n", SPAN_ARG(line));
    for (rest = span_of(row->draft); span_line(&rest, &line) && row->draft;)
        buf_printf(&talk->journal_text, "  draft=%.*s\n", SPAN_ARG(line));
}

static time_t clock_of(struct span raw) {
    static const struct span name = SPAN("\nX-Clock: ");
    size_t at = span_find(raw, name), end = 0;
    long seconds = 0;
    if (at == SPAN_NONE)
        return CLOCK;
    struct span value = span_slice(raw, at + name.len, raw.len);
    while (end < value.len && char_is_digit(value.ptr[end]))
        end++;
    span_to_long(span_slice(value, 0, end), 0, 1L << 30, &seconds);
    return CLOCK + seconds;
}

/* As daemon/take.c does it, without a mailbox and without a server. */
static void exchange(struct conversation *talk, int number, struct span raw) {
    const struct place place = {"default", "INBOX", 1, (uint32_t)number};
    struct exchange_row row;
    struct reading reading;
    struct reading_note note;
    struct why why = {""};
    bool known;
    time_t now = talk->recall.now = clock_of(raw);
    must(journal_begin(talk->journal, &why), &why);
    must(journal_found(talk->journal, &place, raw.len, now, talk->arena, &row, &known, &why), &why);
    int failed = reader_read(raw, true, &talk->desk, talk->kb, now, talk->arena, &reading, &why);
    struct span reply = SPAN("");
    if (failed) {
        buf_printf(&talk->journal_text, "%d can not be read: %s\n", number, why.text);
    } else {
        note_reading(&reading, talk->arena, &note);
        note_row(&note, &row);
        must(journal_read(talk->journal, &row, now, &why), &why);
        note_journal(talk, number, &row);
        if (reading.question_was_read && reading.question.redacted.total > 0)
            note_masked(talk, &row);
        reply = note.reply;
    }
    must(journal_commit(talk->journal, &why), &why);
    compare(talk, arena_printf(talk->arena, "outbox-%d.eml", number), reply);
}

static void converse(struct conversation *talk, struct why *why) {
    char path[] = "/tmp/codingdesk-exchange.XXXXXX";
    struct span raw;
    if (!mkdtemp(path)) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    const char *file = arena_printf(talk->arena, "%s/journal.sqlite", path);
    must(journal_open(file, &talk->journal, why), why);
    config_defaults(talk->arena, &talk->config);
    talk->config.address = "desk@desk.example";
    talk->config.blocked_senders = blocked;
    talk->config.blocked_sender_count = 1;
    if (read_file(talk, "authserv_id.txt", &raw))
        talk->config.authserv_id = arena_copy(talk->arena, span_trim(raw));
    talk->desk = reader_desk_of(&talk->config, talk->arena);
    talk->recall = reader_recall_of(&talk->config, talk->journal, &KEY);
    talk->desk.recall = recall_sender;
    talk->desk.recall_context = &talk->recall;
    buf_init(&talk->journal_text, FILE_BYTES);
    for (int number = 1; number <= MAX_MAILS && read_file(talk, arena_printf(talk->arena, "inbox-%d.eml", number), &raw); number++)
        exchange(talk, number, raw);
    if (talk->journal_text.len == 0) {
        printf("%s: no inbox-1.eml\n", talk->folder);
        talk->wrong++;
    }
    compare(talk, "journal.txt", buf_span(&talk->journal_text));
    buf_free(&talk->journal_text);
    journal_close(talk->journal);
    static const char *const left[] = {"journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        unlink(arena_printf(talk->arena, "%s/%s", path, left[i]));
    rmdir(path);
}

int main(int argc, char **argv) {
    struct why why = {""};
    struct kb *kb = NULL;
    int wrong = 0;
    must(kb_open(KB_FILE, &kb, &why), &why);
    for (int i = 1; i < argc; i++) {
        struct conversation talk = {.folder = argv[i], .arena = arena_new(ARENA_BYTES), .kb = kb};
        converse(&talk, &why);
        wrong += talk.wrong;
        arena_free(talk.arena);
    }
    kb_close(kb);
    printf("%d conversations, %d differences\n", argc - 1, wrong);
    return wrong || argc < 2 ? EXIT_FAILURE : EXIT_SUCCESS;
}
