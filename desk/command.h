/* command.h - the command line is data: one table (desk/commands.c) feeds the parser and the help. */
#ifndef DESK_COMMAND_H
#define DESK_COMMAND_H

#include <stddef.h>

#include "desk/desk.h"

enum { COMMAND_OPTIONS = 8 };

struct option {
    const char *name;     /* "--date" */
    const char *argument; /* "D"; NULL: takes none */
    const char *help;
};

struct invocation {
    const struct command *command;
    const char *values[COMMAND_OPTIONS]; /* in the order of the command's options; NULL: not given */
    char **operands;
    size_t operand_count;
};

struct command {
    const char *name;      /* one word, or two: "history list" */
    const char *arguments; /* as help shows them */
    const char *help;
    size_t least, most; /* operands; most 0: any number */
    struct option options[COMMAND_OPTIONS + 1];
    int (*run)(struct desk *, const struct invocation *); /* 0, or one of enum fail: the exit status comes from it */
};

extern const struct command commands[];      /* ends with a NULL name */
extern const struct option global_options[]; /* --config, --kb, --journal; ends with a NULL name */

const char *option_value(const struct invocation *, const char *name);
bool option_given(const struct invocation *, const char *name);

/* A whole number from 1 to max, or *ret stays when the option is not given. FAIL_INPUT with a complaint. */
int option_number(const struct invocation *, const char *name, long max, long *ret);

/* The program: parse, run, exit status. */
int command_main(int argc, char **argv);

/* What the table points to. */
typedef int command_run(struct desk *, const struct invocation *);
extern command_run explain_run, ask_run, chat_run, lookup_run, check_run, search_run, login_run;
extern command_run history_list_run, history_show_run, history_purge_run, history_keep_run, history_forget_run;
extern command_run sender_list_run, sender_show_run, sender_register_run, sender_block_run, sender_unblock_run, sender_forget_run;
extern command_run kb_status_run, kb_import_run, kb_verify_run, kb_diff_run;

#endif
