/* input.h - an official file as it is found on a disk: plain, compressed (gzip, bzip2, xz), or files inside a zip, which may lie in
 * another zip.
 * Order: input_open, (input_next, input_head, (input_line | input_record | input_bytes)*)*, input_close. One way of reading a file.
 * Memory is bounded whatever the file says: a line has at most INPUT_LINE_MAX bytes, a file inside at most INPUT_FILE_MAX.
 * What is returned is valid until the next call. Failures are FAIL_INPUT (no text, cut off, damaged), FAIL_LIMIT and FAIL_SYSTEM. */
#ifndef KB_IMPORT_INPUT_H
#define KB_IMPORT_INPUT_H

#include <stdint.h>

#include "base/fail.h"
#include "base/span.h"

enum { INPUT_LINE_MAX = 1 << 20, INPUT_HEAD_MAX = 64 << 10, INPUT_FILE_MAX = 2000000000, INPUT_FIELDS_MAX = 512 };

struct input;

int input_open(const char *path, struct input **ret, struct why *why);
void input_close(struct input *); /* NULL is fine */

/* The next file inside; a file that is not packed is the only one. name: without folders. FAIL_EMPTY behind the last one. */
int input_next(struct input *, const char **name, struct why *why);

/* Its first bytes (raw, at most INPUT_HEAD_MAX), not consumed: for recognising it. Empty when the file is. Here and below a UTF-8 byte
 * order mark is skipped, and where lines end with CR alone, as on old Macs, these are LFs. */
int input_head(struct input *, struct span *ret, struct why *why);

/* The next line without its end. Always UTF-8: lines that are not are read as Windows-1252, which is what CMS writes. A lone 0x1A (end of file, from DOS) ends the file. FAIL_EMPTY at the end. UTF-16 and bytes 0 are refused. */
int input_line(struct input *, struct span *ret, struct why *why);

/* A row of separated fields (RFC 4180): a quoted field may hold separators, doubled quotes and line ends. Fields are trimmed. */
struct record {
    struct span fields[INPUT_FIELDS_MAX];
    size_t count;
};

int input_record(struct input *, char separator, struct record *ret, struct why *why);

/* The next piece as it is, for parsers that read bytes. FAIL_EMPTY at the end. */
int input_bytes(struct input *, struct span *ret, struct why *why);

/* Did the line read last end without a line end? Fixed columns that do are cut off. */
bool input_cut(const struct input *);

/* Where we are: the line read last (of a record: its first), and how much of the packed file is behind us. Who reads bytes knows the
 * line himself, and says so. */
void input_at_line(struct input *, size_t line);
size_t input_line_number(const struct input *);
uint64_t input_bytes_read(const struct input *);
uint64_t input_bytes_whole(const struct input *);

#endif
