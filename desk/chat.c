/* codingdesk chat: a conversation in the terminal. Each line is a question, or a command that begins with a slash. */
#include <string.h>
#include <unistd.h>

#include "base/name.h"
#include "desk/answering.h"
#include "desk/command.h"
#include "desk/lines.h"

enum { EXCHANGE_BYTES = 512 << 20, THREAD_CODES = QUESTION_CODES };

struct chat {
    struct desk desk; /* its arena is that of one question */
    struct lines *lines;
    struct answering how;
    struct thread_memory thread; /* what the last question with codes was about, in the arrays below */
    struct asked_code codes[THREAD_CODES];
    enum intent intents[INTENT_COUNT];
    bool ended;
};

/* ---- what the next question goes on from ---- */

static bool holds(const struct chat *chat, const struct asked_code *code) {
    for (size_t i = 0; i < chat->thread.code_count; i++)
        if (chat->codes[i].system == code->system && strcmp(chat->codes[i].key, code->key) == 0)
            return true;
    return false;
}

static void remember_code(struct chat *chat, const struct asked_code *code) {
    if (code->role != ROLE_ASKED || chat->thread.code_count == THREAD_CODES || holds(chat, code))
        return;
    struct asked_code *kept = &chat->codes[chat->thread.code_count++];
    *kept = *code;
    kept->evidence = "asked before";
}

/* A question about no code ("thanks") leaves the memory as it is. */
static void remember(struct chat *chat, const struct question *question, const struct answer *answer) {
    bool asked = question->code_count > 0 && question->codes[0].role == ROLE_ASKED;
    if (!asked && answer->named_count == 0)
        return;
    chat->thread = (struct thread_memory){.codes = chat->codes, .intents = chat->intents, .intent_count = question->intent_count};
    for (size_t i = 0; i < question->code_count; i++)
        remember_code(chat, &question->codes[i]);
    for (size_t i = 0; i < answer->named_count; i++)
        remember_code(chat, &answer->named[i]);
    for (size_t i = 0; i < question->intent_count; i++)
        chat->intents[i] = question->intents[i];
}

static int say(struct chat *chat, struct span text) {
    struct question question;
    struct answer answer = {0};
    struct why why;
    desk_measure(&chat->desk);
    if (kb_refresh(chat->desk.kb, &why))
        return desk_complain(FAIL_SYSTEM, "%s", why.text);
    chat->how.thread = chat->thread.code_count > 0 ? &chat->thread : NULL;
    int failed = answering_say(&chat->desk, text, &chat->how, &question, &answer);
    if (!failed || failed == FAIL_EMPTY)
        remember(chat, &question, &answer);
    if (!chat->how.json)
        putchar('\n');
    return failed;
}

/* ---- commands ---- */

static int help(struct chat *chat, const char *argument);

static int set_date(struct chat *chat, const char *argument) {
    struct date date;
    int failed = desk_date(&chat->desk, *argument ? argument : NULL, &date);
    if (failed)
        return failed;
    chat->how.today = date;
    if (!chat->how.json)
        printf("Answers are for %s.\n\n", date.iso);
    return 0;
}

static int forget(struct chat *chat, const char *argument) {
    (void)argument;
    chat->thread = (struct thread_memory){0};
    return 0;
}

static int switch_json(struct chat *chat, const char *argument) {
    (void)argument;
    chat->how.json = !chat->how.json;
    return 0;
}

static int quit(struct chat *chat, const char *argument) {
    (void)argument;
    chat->ended = true;
    return 0;
}

static const struct chat_command {
    const char *name, *argument, *help;
    int (*run)(struct chat *, const char *argument);
} chat_commands[] = {
    {"/help", "", "this list", help},
    {"/date", "D", "answer for this day, YYYY-MM-DD; without it for today", set_date},
    {"/new", "", "forget the codes of this conversation", forget},
    {"/json", "", "JSON, one object a question, or text again", switch_json},
    {"/quit", "", "the end, as Ctrl-D", quit},
};
enum { CHAT_COMMANDS = sizeof chat_commands / sizeof *chat_commands };

static int help(struct chat *chat, const char *argument) {
    (void)chat, (void)argument;
    printf("Ask about codes, one question a line: What is CPT 20693? The next one may go on from it: and its modifiers?\n");
    for (size_t i = 0; i < CHAT_COMMANDS; i++)
        printf("  %s %-*s %s\n", chat_commands[i].name, 8 - (int)strlen(chat_commands[i].name), chat_commands[i].argument, chat_commands[i].help);
    printf("Ctrl-C drops a line. Questions are kept for the up-arrow key; start with --no-history to keep none.\n\n");
    return 0;
}

static int run_command(struct chat *chat, struct span line) {
    const char *names[CHAT_COMMANDS];
    struct span rest = line, name;
    span_cut(&rest, ' ', &name);
    const char *argument = arena_copy(chat->desk.arena, span_trim(rest));
    for (size_t i = 0; i < CHAT_COMMANDS; i++) {
        if (span_same(name, span_of(chat_commands[i].name)))
            return chat_commands[i].run(chat, argument);
        names[i] = chat_commands[i].name;
    }
    const char *near = name_nearest(names, CHAT_COMMANDS, name);
    if (near)
        return desk_complain(FAIL_INPUT, "no such command; did you mean %s?", near);
    return desk_complain(FAIL_INPUT, "no such command; /help lists them");
}

/* ---- the conversation ---- */

static int take_line(struct chat *chat, enum line_kind kind, struct span line) {
    arena_clear(chat->desk.arena);
    if (kind == LINE_TOO_LONG)
        return desk_complain(FAIL_INPUT, "a line of more than %d KiB was left out", LINE_BYTES / 1024);
    if (kind == LINE_DROPPED || line.len == 0)
        return 0;
    return line.ptr[0] == '/' ? run_command(chat, line) : say(chat, line);
}

/* A question for a person, or one that is none, is no reason to stop; a script is told by the status. */
static int converse(struct chat *chat) {
    int ret = 0;
    while (!chat->ended) {
        struct span line = span_of("");
        fflush(stdout);
        enum line_kind kind = lines_next(chat->lines, &line);
        if (kind == LINES_END)
            break;
        int failed = take_line(chat, kind, line);
        if (failed && failed != FAIL_EMPTY && failed != FAIL_INPUT)
            return failed;
        if (failed == FAIL_INPUT || (failed && !ret))
            ret = failed;
    }
    return lines_at_terminal(chat->lines) ? 0 : ret;
}

static int open_lines(struct chat *chat, struct arena *arena, bool history) {
    const char *path = history && isatty(STDIN_FILENO) ? lines_history_path(arena) : NULL;
    chat->lines = lines_open(path);
    if (!chat->lines)
        return desk_complain(FAIL_SYSTEM, "there is no memory left");
    if (lines_at_terminal(chat->lines))
        printf("Ask about codes; /help lists the commands, Ctrl-D ends.\n");
    return 0;
}

int chat_run(struct desk *desk, const struct invocation *invocation) {
    struct chat *chat = arena_alloc(desk->arena, sizeof *chat);
    chat->how = (struct answering){.id = "chat", .json = option_given(invocation, "--json")};
    int failed = desk_date(desk, option_value(invocation, "--date"), &chat->how.today);
    if (!failed)
        failed = desk_open_kb(desk);
    if (!failed)
        failed = open_lines(chat, desk->arena, !option_given(invocation, "--no-history"));
    if (failed)
        return failed;
    chat->desk = *desk;
    chat->desk.arena = arena_new(EXCHANGE_BYTES);
    failed = converse(chat);
    if (lines_at_terminal(chat->lines))
        putchar('\n');
    if (lines_close(chat->lines))
        desk_complain(FAIL_SYSTEM, "the questions could not be kept for the next time; --no-history keeps none");
    arena_free(chat->desk.arena);
    return failed;
}
