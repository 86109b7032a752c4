#include "desk/command.h"

#include <string.h>

#include "base/name.h"

enum { NAMES_MAX = 64, HELP_COLUMN = 26, EXIT_USAGE = 2, EXIT_FILE = 4 };

/* ---- help ---- */

/* Words after a column, broken to the width. */
static void print_beside(const char *left, const char *right, size_t width) {
    struct span rest = span_of(right), word;
    size_t column = HELP_COLUMN;
    printf("  %-*s", HELP_COLUMN - 3, left);
    if (strlen(left) > HELP_COLUMN - 3)
        printf("\n%*s", HELP_COLUMN - 1, "");
    while (span_cut(&rest, ' ', &word)) {
        if (column + 1 + word.len > width) {
            printf("\n%*s", HELP_COLUMN - 1, "");
            column = HELP_COLUMN;
        }
        printf(" %.*s", SPAN_ARG(word));
        column += word.len + 1;
    }
    putchar('\n');
}

static void print_options(struct arena *arena, const struct option *options, size_t width) {
    for (; options->name; options++)
        print_beside(options->argument ? arena_printf(arena, "%s %s", options->name, options->argument) : options->name, options->help,
                     width);
}

static int print_help(const struct desk *desk) {
    printf("usage: codingdesk [--config FILE] [--kb FILE] [--journal FILE] COMMAND ...\n\nAnswers about medical codes, with their "
           "sources.\n\n");
    for (const struct command *command = commands; command->name; command++)
        print_beside(arena_printf(desk->arena, "%s %s", command->name, command->arguments), command->help, desk->width);
    printf("\nBefore the command:\n");
    print_options(desk->arena, global_options, desk->width);
    printf("\nOptions of a command: codingdesk COMMAND --help\n");
    return 0;
}

/* Is the word the first of the command's two? */
static bool begins_with(const struct command *command, const char *word) {
    size_t length = strlen(word);
    return strncmp(command->name, word, length) == 0 && command->name[length] == ' ';
}

static int print_half_help(const struct desk *desk, const char *word) {
    printf("usage: codingdesk %s ...\n\n", word);
    for (const struct command *command = commands; command->name; command++)
        if (begins_with(command, word))
            print_beside(arena_printf(desk->arena, "%s %s", command->name, command->arguments), command->help, desk->width);
    printf("\nOptions of each: codingdesk %s COMMAND --help\n", word);
    return 0;
}

static int print_command_help(const struct desk *desk, const struct command *command) {
    printf("usage: codingdesk %s [options] %s\n\n%s\n\n", command->name, command->arguments, command->help);
    print_options(desk->arena, command->options, desk->width);
    return 0;
}

/* ---- parsing ---- */

struct words {
    char **items;
    size_t count;
};

static char *next_word(struct words *words) {
    if (words->count == 0)
        return NULL;
    words->count--;
    return *words->items++;
}

static int complain_unknown(const char *what, const char *given, const char *const *names, size_t count) {
    const char *near = name_nearest(names, count, span_of(given));
    if (near)
        return desk_complain(FAIL_INPUT, "unknown %s %s; did you mean %s?", what, given, near);
    return desk_complain(FAIL_INPUT, "unknown %s %s; codingdesk --help lists them", what, given);
}

static int complain_unknown_option(const char *given, const struct option *options) {
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (; options->name && count < NAMES_MAX - 1; options++)
        names[count++] = options->name;
    names[count++] = "--help";
    struct span name = span_of(given);
    size_t equals = span_find_char(name, '=');
    name = span_slice(name, 0, equals == SPAN_NONE ? name.len : equals);
    char *shown = strndup(name.ptr, name.len);
    int ret = complain_unknown("option", shown ? shown : given, names, count);
    free(shown);
    return ret;
}

/* "--date D" or "--date=D", the word given already taken. */
static int take_option(const char *given, const struct option *options, struct words *rest, const char **values) {
    for (size_t i = 0; options[i].name; i++) {
        size_t length = strlen(options[i].name);
        if (strncmp(given, options[i].name, length) != 0 || (given[length] != '\0' && given[length] != '='))
            continue;
        if (!options[i].argument && given[length] == '=')
            return desk_complain(FAIL_INPUT, "%s takes no value", options[i].name);
        if (!options[i].argument)
            values[i] = options[i].name;
        else
            values[i] = given[length] == '=' ? given + length + 1 : next_word(rest);
        return values[i] ? 0 : desk_complain(FAIL_INPUT, "%s needs a value: %s", options[i].name, options[i].argument);
    }
    return complain_unknown_option(given, options);
}

static int take_globals(struct words *words, const char **values) {
    while (words->count > 0 && words->items[0][0] == '-') {
        const char *given = next_word(words);
        int failed = take_option(given, global_options, words, values);
        if (failed)
            return failed;
    }
    return 0;
}

/* How many words of the name stand at the start of the words: all of them, or 0. */
static size_t names_command(const struct command *command, const struct words *words) {
    struct span rest = span_of(command->name), word;
    size_t count = 0;
    while (span_cut(&rest, ' ', &word)) {
        if (count == words->count || !span_equal(word, span_of(words->items[count])))
            return 0;
        count++;
    }
    return count;
}

/* "history --help" */
static bool is_half(const char *word) {
    for (const struct command *command = commands; command->name; command++)
        if (begins_with(command, word))
            return true;
    return false;
}

/* "history" alone: which one? */
static bool complain_half(const char *word) {
    char which[256] = "";
    size_t used = 0;
    for (const struct command *command = commands; command->name; command++)
        if (begins_with(command, word) && used < sizeof which)
            used += (size_t)snprintf(which + used, sizeof which - used, "%s%s", used ? " or " : "", command->name);
    if (used > 0)
        desk_complain(FAIL_INPUT, "%s what? %s", word, which);
    return used > 0;
}

static void complain_no_command(const struct words *words, const char *const *names, size_t count) {
    const char *first = words->items[0];
    char both[128];
    if (complain_half(first))
        return;
    snprintf(both, sizeof both, "%s%s%s", first, words->count > 1 ? " " : "", words->count > 1 ? words->items[1] : "");
    complain_unknown("command", name_nearest(names, count, span_of(first)) ? first : both, names, count);
}

static const struct command *take_command(struct words *words) {
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (const struct command *command = commands; command->name; command++) {
        size_t length = names_command(command, words);
        if (length > 0) {
            words->items += length;
            words->count -= length;
            return command;
        }
        if (count < NAMES_MAX)
            names[count++] = command->name;
    }
    complain_no_command(words, names, count);
    return NULL;
}

static int read_words(const struct command *command, struct words words, struct invocation *ret) {
    *ret = (struct invocation){.command = command, .operands = words.items};
    char **operands = words.items; /* operands move to the front of the words that are used up */
    bool options_end = false;
    for (char *word; (word = next_word(&words));) {
        if (!options_end && strcmp(word, "--") == 0) {
            options_end = true;
        } else if (!options_end && word[0] == '-' && word[1] != '\0') {
            int failed = take_option(word, command->options, &words, ret->values);
            if (failed)
                return failed;
        } else
            operands[ret->operand_count++] = word;
    }
    if (ret->operand_count < command->least)
        return desk_complain(FAIL_INPUT, "%s needs %s; see codingdesk %s --help", command->name, command->arguments, command->name);
    bool none = !*command->arguments;
    if ((command->most > 0 || none) && ret->operand_count > command->most)
        return desk_complain(FAIL_INPUT, "%s: %s is too much; see codingdesk %s --help", command->name, operands[command->most],
                             command->name);
    return 0;
}

/* ---- for commands ---- */

const char *option_value(const struct invocation *invocation, const char *name) {
    const struct option *options = invocation->command->options;
    for (size_t i = 0; options[i].name; i++)
        if (strcmp(options[i].name, name) == 0)
            return invocation->values[i];
    return NULL;
}

bool option_given(const struct invocation *invocation, const char *name) { return option_value(invocation, name) != NULL; }

int option_number(const struct invocation *invocation, const char *name, long max, long *ret) {
    const char *given = option_value(invocation, name);
    if (!given || span_to_long(span_of(given), 1, max, ret))
        return 0;
    return desk_complain(FAIL_INPUT, "%s %s: give a whole number from 1 to %ld", name, given, max);
}

/* ---- the program ---- */

static bool is_help(const char *word) { return word && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0); }

static bool asks_for_help(struct words words) {
    for (size_t i = 0; i < words.count && strcmp(words.items[i], "--") != 0; i++)
        if (is_help(words.items[i]))
            return true;
    return false;
}

static int exit_status(int failed) {
    if (failed == FAIL_INPUT)
        return EXIT_USAGE;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        desk_complain(FAIL_SYSTEM, "the output can not be written");
        return EXIT_FILE;
    }
    return fail_exit_status(failed);
}

static int run(const char *const *globals, const struct command *command, struct words words) {
    struct desk desk;
    struct invocation invocation;
    int failed = desk_begin(&desk, globals[0], globals[1], globals[2]);
    if (!failed)
        failed = read_words(command, words, &invocation);
    if (!failed)
        failed = command->run(&desk, &invocation);
    desk_end(&desk);
    return exit_status(failed);
}

/* Of a command, or of those that begin with the word; of all where both are NULL. */
static int help(const struct command *command, const char *half) {
    struct desk desk;
    desk_begin(&desk, NULL, NULL, NULL);
    int failed = command ? print_command_help(&desk, command) : half ? print_half_help(&desk, half) : print_help(&desk);
    desk_end(&desk);
    return exit_status(failed);
}

int command_main(int argc, char **argv) {
    struct words words = {argv + 1, argc > 0 ? (size_t)argc - 1 : 0};
    const char *globals[COMMAND_OPTIONS] = {NULL};
    if (words.count > 0 && is_help(words.items[0]))
        return help(NULL, NULL);
    if (words.count == 1 && strcmp(words.items[0], "--version") == 0) {
        printf("codingdesk %s\n", CODINGDESK_VERSION);
        return exit_status(0);
    }
    if (take_globals(&words, globals))
        return EXIT_USAGE;
    if (words.count == 0) {
        desk_complain(FAIL_INPUT, "which command? codingdesk --help lists them");
        return EXIT_USAGE;
    }
    bool help_word = strcmp(words.items[0], "help") == 0;
    if (is_help(words.items[0]) || (help_word && words.count == 1))
        return help(NULL, NULL);
    if (help_word)
        next_word(&words);
    bool half_help = words.count > 0 && (help_word ? words.count == 1 : words.count == 2 && is_help(words.items[1]));
    if (half_help && is_half(words.items[0]))
        return help(NULL, words.items[0]);
    const struct command *command = take_command(&words);
    if (!command)
        return EXIT_USAGE;
    if (help_word)
        return help(command, NULL);
    return asks_for_help(words) ? help(command, NULL) : run(globals, command, words);
}
