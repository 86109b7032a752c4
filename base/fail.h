/* fail.h - why something did not happen.
 * A function that can fail returns int: 0, or one of enum fail, and writes a sentence into *why.
 * The code says what the caller does next; the sentence says what happened and what a person can do about it.
 * On failure no output argument has been touched. why may be NULL wherever it is asked for. */
#ifndef BASE_FAIL_H
#define BASE_FAIL_H

enum fail {
    FAIL_EMPTY = 1, /* nothing there: wait, or say so */
    FAIL_AGAIN,     /* the other side is away or busy: try again later, nothing is lost */
    FAIL_INPUT,     /* this input can not be used: refuse it, go on with the next */
    FAIL_LIMIT,     /* this input is too big or too deep: refuse it, go on with the next */
    FAIL_CONFIG,    /* the administrator has to change something: stop */
    FAIL_SYSTEM,    /* a file, a disk or a service refuses: stop, nothing was changed */
    FAIL_BUG,       /* this can not happen: stop at once */
};

enum { WHY_BYTES = 512 };

struct why {
    char text[WHY_BYTES];
};

/* Write the sentence (cut to fit, control characters replaced) and return code. */
__attribute__((format(printf, 3, 4))) int why_set(struct why *why, int code, const char *format, ...);

/* Put words before the sentence that is already there ("config/x.json: ..."), return code. */
__attribute__((format(printf, 3, 4))) int why_prefix(struct why *why, int code, const char *format, ...);

/* The exit status of the command-line contract: 0 done, 1 the answer is no, 2 usage, 3 configuration, 4 a file or service failed. */
int fail_exit_status(int code);

#endif
