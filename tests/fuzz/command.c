/* Any words may be typed behind a command, and any bytes may come from stdin. The command ends with a status of the contract, whatever it was told; what it
 * prints is UTF-8, JSON where that was asked for, and where it refuses it says so in a sentence. Up to the first NUL stand the words, one a line, behind it is
 * stdin; the last byte chooses the command. */
#include "desk/command.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"

enum { WORDS_MOST = 24, TYPED_BYTES = 4096, STATUS_MOST = 4 };

/* Commands that only read. ended: no word behind them is an option; alone: there is none, it would name a file. */
static const struct {
    const char *words[7];
    bool ended, json, alone;
} ways[] = {
    {{"lookup"}, false, false, false},
    {{"lookup", "--json"}, true, true, false},
    {{"lookup", "-"}, true, false, false},
    {{"check"}, false, false, false},
    {{"check", "--json", "--"}, true, true, false},
    {{"check", "-"}, true, false, false},
    {{"search", "--json", "--"}, true, true, false},
    {{"search", "--batch", "-", "--json", "--"}, true, true, false},
    {{"ask", "--json", "--"}, true, true, false},
    {{"ask", "--"}, true, false, false},
    {{"ask"}, false, false, false},
    {{"chat", "--no-history", "--json"}, true, false, false},
    {{"chat", "--no-history"}, false, false, false},
    {{"explain", "--json", "-"}, true, true, true},
    {{"explain", "-"}, true, false, true},
    {{"history", "list", "--code"}, false, false, false},
    {{"history", "list", "--asker"}, false, false, false},
    {{"history", "show"}, true, false, false},
    {{"kb", "status", "--json"}, true, true, false},
};

/* One run: what it was told, and what it printed. The program moves words about in argv: ours are kept in words. */
struct run {
    char *words[WORDS_MOST + 12], *argv[WORDS_MOST + 12];
    int argc;
    char *out, *err;
    size_t out_len, err_len;
};

static void add_word(struct run *run, const char *word) { run->words[run->argc++] = strdup(word); }

/* Behind a command whose options have ended, what begins with "-" is left out. */
static void add_typed(struct run *run, struct span typed, bool ended) {
    struct span word;
    size_t count = 0;
    while (span_cut(&typed, '\n', &word) && count < WORDS_MOST - 1)
        if (!ended || word.len == 0 || word.ptr[0] != '-') {
            run->words[run->argc++] = strndup(word.ptr, word.len);
            count++;
        }
}

static int command_of(struct run *run, struct span input) {
    FILE *in = input.len ? fmemopen((void *)(uintptr_t)input.ptr, input.len, "r") : fopen("/dev/null", "re");
    FILE *out = open_memstream(&run->out, &run->out_len), *err = open_memstream(&run->err, &run->err_len);
    FILE *const before[] = {stdin, stdout, stderr};
    must(in && out && err, "memory for the streams");
    memcpy(run->argv, run->words, sizeof run->argv);
    stdin = in, stdout = out, stderr = err;
    int status = command_main(run->argc, run->argv);
    stdin = before[0], stdout = before[1], stderr = before[2];
    fclose(in);
    fclose(out);
    fclose(err);
    return status;
}

static void check_json(struct span rest) {
    struct span line;
    while (span_cut(&rest, '\n', &line)) {
        json_t *object = line.len ? json_loadb(line.ptr, line.len, 0, NULL) : NULL;
        must(line.len == 0 || object, "what is printed as JSON is JSON");
        json_decref(object);
    }
}

static bool asks_for_help(const struct run *run) {
    for (int i = 0; i < run->argc; i++)
        if (strcmp(run->words[i], "--help") == 0 || strcmp(run->words[i], "-h") == 0)
            return true;
    return false;
}

static void check(const struct run *run, int status, bool json, bool clean) {
    struct span out = {run->out, run->out_len}, err = {run->err, run->err_len};
    must(status >= 0 && status <= STATUS_MOST, "the exit status is one of the contract");
    must(status < 2 || span_starts(err, SPAN("codingdesk: ")), "who refuses says why");
    must(!clean || (utf8_valid(out) && span_find_char(out, '\033') == SPAN_NONE), "what is printed is text");
    if (json && !asks_for_help(run))
        check_json(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct span raw = span_of_bytes(bytes, size);
    size_t way = take_byte(&raw) % (sizeof ways / sizeof *ways), nul = span_find_char(raw, '\0');
    struct span typed = span_slice(raw, 0, nul == SPAN_NONE ? raw.len : nul), input = span_slice(raw, typed.len + 1, raw.len);
    struct run run = {0};
    add_word(&run, "codingdesk");
    add_word(&run, "--kb");
    add_word(&run, KB_FILE);
    add_word(&run, "--journal");
    add_word(&run, "/dev/null/none");
    for (size_t i = 0; ways[way].words[i]; i++)
        add_word(&run, ways[way].words[i]);
    if (!ways[way].alone)
        add_typed(&run, span_slice(typed, 0, TYPED_BYTES), ways[way].ended);
    int status = command_of(&run, input);
    check(&run, status, ways[way].json, utf8_valid(typed) && span_find_char(typed, '\033') == SPAN_NONE);
    for (int i = 0; i < run.argc; i++)
        free(run.words[i]);
    free(run.out);
    free(run.err);
    return 0;
}
