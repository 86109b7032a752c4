/* codingdesk explain: the whole way of a mail, dry. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "desk/account.h"
#include "desk/command.h"
#include "reader/desk.h"

enum { MAIL_BYTES = 64 << 20, MAIL_ARENA_BYTES = 512 << 20 };

struct explanation {
    struct desk *desk;
    struct config config;
    struct reader_desk reader;
    struct recall recall;
    struct sign_key key;
    time_t now;
    bool json;
};

/* The desk as the configuration has it, or as --address says. */
static void become_desk(const struct invocation *invocation, struct explanation *ret) {
    const char *given = option_value(invocation, "--address");
    ret->config = ret->desk->config;
    if (given) {
        ret->config.address = given;
        ret->config.alias_count = 0;
    }
    ret->reader = reader_desk_of(&ret->config, ret->desk->arena);
}

/* The key of the desk whose journal this is, where it may be read: by it the desk's own mail is known. Otherwise its shape tells. */
static const struct sign_key *find_key(struct explanation *ret) {
    const char *path = reader_key_path(desk_journal_path(ret->desk), ret->desk->arena);
    return access(path, R_OK) == 0 && sign_key_load(path, &ret->key, NULL) == 0 ? &ret->key : NULL;
}

/* With a journal named, a mail that goes on with an earlier answer is understood as the daemon would. */
static int remember(struct explanation *ret) {
    int failed = ret->desk->journal_file ? desk_open_journal(ret->desk) : 0;
    ret->recall = reader_recall_of(&ret->config, ret->desk->journal, find_key(ret));
    ret->recall.now = ret->now;
    ret->reader.recall = recall_sender;
    ret->reader.recall_context = &ret->recall;
    return failed;
}

/* Midday of the day given: the date alone matters to what is explained. */
static int set_day(const struct invocation *invocation, struct explanation *ret) {
    struct date day;
    struct tm parts = {0};
    const char *given = option_value(invocation, "--date");
    int failed = desk_date(ret->desk, given, &day);
    ret->now = ret->desk->now;
    if (failed || !given)
        return failed;
    if (!strptime(day.iso, "%Y-%m-%d", &parts))
        return desk_complain(FAIL_INPUT, "%s is no day; write YYYY-MM-DD", day.iso);
    parts.tm_hour = 12;
    ret->now = timegm(&parts);
    return 0;
}

static int slurp(const char *path, struct buf *ret) {
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "re");
    char block[65536];
    if (!file)
        return desk_complain(FAIL_SYSTEM, "%s: %s", path, strerror(errno));
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
        buf_add(ret, (struct span){block, got});
    bool broken = ferror(file);
    if (!standard)
        fclose(file);
    if (broken)
        return desk_complain(FAIL_SYSTEM, "%s can not be read; is it a file?", path);
    return buf_full(ret) ? desk_complain(FAIL_SYSTEM, "%s is longer than %d bytes", path, MAIL_BYTES) : 0;
}

/* The file's name without folder and .eml. */
static const char *id_of(const char *path, struct arena *arena) {
    const char *slash = strrchr(path, '/');
    struct span name = span_of(slash ? slash + 1 : path);
    if (span_ends_same(name, SPAN(".eml")))
        name.len -= 4;
    return arena_copy(arena, name);
}

static const char *silence_of(const struct reading *reading) {
    if (reading->reply_ready || reading->action != ACTION_HUMAN || !reading->question_was_read)
        return NULL;
    return reading->gate.trust == SENDER_REFUTED
               ? "none: its sender may be forged, and who did not ask is not written to"
               : "none: acknowledge is false, so the asker hears nothing until a person writes";
}

static struct account account_of(const char *id, const struct reading *reading) {
    return (struct account){.id = id,
                            .action = reading->action,
                            .reason = reading->reason,
                            .meaning = reading->gate.meaning,
                            .sender = sender_trust_texts[reading->gate.trust],
                            .question = reading->question_was_read ? &reading->question : NULL,
                            .answer = reading->question_was_read ? &reading->answer : NULL,
                            .replies = reading->reply_ready,
                            .silence = silence_of(reading),
                            .reply_subject = reading->reply_ready ? reading->reply.subject : NULL,
                            .log_text = reading->log_text};
}

static void show(struct desk *desk, bool json, const struct account *account, const struct reading *reading) {
    if (json) {
        desk_print_json(account_json(desk, account));
        return;
    }
    printf("%s%s%s\n", desk->bold, account->id, desk->plain);
    if (reading && reading->gate.rule)
        account_line(desk, "gate", arena_printf(desk->arena, "%s: %s", reading->gate.rule, reading->gate.meaning));
    else if (reading)
        account_line(desk, "gate", arena_printf(desk->arena, "may be answered, to %s (sender %s)", reading->gate.recipient,
                                                  sender_trust_texts[reading->gate.trust]));
    account_print(desk, account);
    putchar('\n');
}

/* A mail that can not be read has an account as well: a person must look. Only a knowledge base that fails ends it all. */
static int explain_mail(const struct explanation *explanation, const char *path, struct span raw) {
    struct arena *arena = arena_new(MAIL_ARENA_BYTES);
    struct desk desk = *explanation->desk;
    struct reading reading;
    struct why why;
    const char *id = id_of(path, arena);
    desk.arena = arena;
    int failed = reader_read(raw, true, &explanation->reader, desk.kb, explanation->now, arena, &reading, &why);
    if (!failed) {
        struct account account = account_of(id, &reading);
        show(&desk, explanation->json, &account, &reading);
    } else if (failed == FAIL_INPUT || failed == FAIL_LIMIT) {
        const struct account account = {.id = id, .action = ACTION_HUMAN, .reason = why.text, .log_text = ""};
        show(&desk, explanation->json, &account, NULL);
        failed = 0;
    } else
        desk_complain(failed, "%s: %s", path, why.text);
    arena_free(arena);
    return failed;
}

int explain_run(struct desk *desk, const struct invocation *invocation) {
    struct explanation explanation = {.desk = desk, .json = option_given(invocation, "--json")};
    int ret = set_day(invocation, &explanation);
    if (!ret)
        ret = desk_open_kb(desk);
    if (ret)
        return ret;
    become_desk(invocation, &explanation);
    ret = remember(&explanation);
    if (ret)
        return ret;
    for (size_t i = 0; i < invocation->operand_count; i++) {
        struct buf raw;
        buf_init(&raw, MAIL_BYTES);
        int failed = slurp(invocation->operands[i], &raw);
        if (!failed)
            failed = explain_mail(&explanation, invocation->operands[i], buf_span(&raw));
        buf_free(&raw);
        ret = failed ? failed : ret;
    }
    return ret;
}
