#include "kb/import/input.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <iconv.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "kb/import/gzip.h"

enum { BLOCK_BYTES = 256 << 10, BUFFER_BYTES = INPUT_LINE_MAX + BLOCK_BYTES, RECORD_BYTES_MAX = 4 << 20, UTF8_GROWTH = 3 };

static const char end_of_file[] = "\x1a";

struct input {
    const char *path;
    struct archive *archive; /* the one whose files are read */
    struct archive *outer;   /* the one it lies in, or NULL */
    struct gzip *gzip;       /* what it is read through, or NULL */
    struct archive_entry *entry;
    char *inner_bytes; /* BLOCK_BYTES, when there was an archive inside */
    uint64_t inner_read;
    uint64_t whole, unpacked;
    char *bytes; /* BUFFER_BYTES */
    size_t at, end;
    bool ended;        /* nothing behind end */
    bool cut;          /* the line read last had no end */
    bool begun;        /* the beginning was looked at: the byte order mark is behind us, and how lines end is known */
    bool returns;      /* lines end with CR alone, as on old Macs */
    bool utf16;
    size_t line, record;
    struct buf utf8;   /* a line that had to be converted */
    struct buf fields; /* a record's fields, one behind the other */
    iconv_t windows;
    locale_t utf8_names; /* NULL: the system has none */
};

static int unreadable(struct input *input, struct why *why) {
    const char *text = archive_error_string(input->archive);
    return why_set(why, FAIL_INPUT, "%s is damaged or cut off (%s): fetch it again", input->path, text ? text : "no more is known");
}

static la_ssize_t read_gzip(struct archive *archive, void *context, const void **ret) {
    struct input *input = context;
    struct span piece;
    const char *wrong = gzip_read(input->gzip, &piece);
    *ret = piece.ptr;
    if (!wrong)
        return (la_ssize_t)piece.len;
    archive_set_error(archive, EINVAL, "%s", wrong);
    return ARCHIVE_FATAL;
}

static int open_packed(struct input *input, struct archive *archive) {
    if (!gzip_is(input->path))
        return archive_read_open_filename(archive, input->path, BLOCK_BYTES);
    input->gzip = gzip_open(input->path);
    return input->gzip ? archive_read_open(archive, input, NULL, read_gzip, NULL) : ARCHIVE_FATAL;
}

static int open_archive(struct input *input, struct why *why) {
    input->archive = archive_read_new();
    if (!input->archive)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    archive_read_support_filter_bzip2(input->archive);
    archive_read_support_filter_xz(input->archive);
    archive_read_support_format_zip(input->archive);
    archive_read_support_format_raw(input->archive);
    archive_read_support_format_empty(input->archive);
    if (open_packed(input, input->archive) == ARCHIVE_OK)
        return 0;
    if (access(input->path, R_OK) != 0)
        return why_set(why, FAIL_SYSTEM, "can not read %s: %s", input->path, strerror(errno));
    return unreadable(input, why);
}

int input_open(const char *path, struct input **ret, struct why *why) {
    struct stat info;
    if (stat(path, &info) != 0)
        return why_set(why, FAIL_SYSTEM, "can not open %s: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return why_set(why, FAIL_SYSTEM, "%s is not a file", path);
    if (info.st_size == 0)
        return why_set(why, FAIL_INPUT, "%s is empty", path);
    struct input *input = calloc(1, sizeof *input);
    if (!input || !(input->bytes = malloc(BUFFER_BYTES))) {
        free(input);
        return why_set(why, FAIL_SYSTEM, "out of memory");
    }
    input->path = path;
    input->whole = (uint64_t)info.st_size;
    input->windows = iconv_open("UTF-8", "CP1252");
    input->utf8_names = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
    buf_init(&input->utf8, (size_t)INPUT_LINE_MAX * UTF8_GROWTH + 1);
    buf_init(&input->fields, RECORD_BYTES_MAX);
    int code = open_archive(input, why);
    if (code) {
        input_close(input);
        return code;
    }
    *ret = input;
    return 0;
}

void input_close(struct input *input) {
    if (!input)
        return;
    archive_read_free(input->archive);
    archive_read_free(input->outer);
    gzip_close(input->gzip);
    free(input->inner_bytes);
    if (input->windows != (iconv_t)-1)
        iconv_close(input->windows);
    if (input->utf8_names)
        freelocale(input->utf8_names);
    buf_free(&input->utf8);
    buf_free(&input->fields);
    free(input->bytes);
    free(input);
}

static const char *without_folders(const char *name) {
    const char *slash = name ? strrchr(name, '/') : NULL;
    return slash ? slash + 1 : name;
}

static la_ssize_t read_inner(struct archive *archive, void *context, const void **ret) {
    struct input *input = context;
    la_ssize_t got = archive_read_data(input->outer, input->inner_bytes, BLOCK_BYTES);
    *ret = input->inner_bytes;
    input->inner_read += got > 0 ? (uint64_t)got : 0;
    if (got >= 0 && input->inner_read <= INPUT_FILE_MAX)
        return got;
    archive_set_error(archive, EINVAL, "%s", got < 0 ? archive_error_string(input->outer) : "the archive inside is too large");
    return ARCHIVE_FATAL;
}

/* CMS packs some sets twice: a zip of a manual and a zip of the tables. It is read as it is unpacked; one level is enough. */
static int enter(struct input *input, struct why *why) {
    struct archive *inner = archive_read_new();
    if (!input->inner_bytes)
        input->inner_bytes = malloc(BLOCK_BYTES);
    if (!inner || !input->inner_bytes) {
        archive_read_free(inner);
        return why_set(why, FAIL_SYSTEM, "out of memory");
    }
    archive_read_support_format_zip_streamable(inner);
    archive_read_support_format_empty(inner);
    input->outer = input->archive;
    input->archive = inner;
    input->inner_read = 0;
    return archive_read_open(inner, input, NULL, read_inner, NULL) == ARCHIVE_OK ? 0 : unreadable(input, why);
}

static void leave(struct input *input) {
    archive_read_free(input->archive);
    input->archive = input->outer;
    input->outer = NULL;
}

static bool is_archive(const struct input *input) {
    const char *name = archive_entry_pathname(input->entry);
    return !input->outer && archive_format(input->archive) == ARCHIVE_FORMAT_ZIP && name && span_ends_same(span_of(name), SPAN(".zip"));
}

/* libarchive has a name in the characters of the locale, or none at all. */
static int read_header(struct input *input) {
    locale_t before = input->utf8_names ? uselocale(input->utf8_names) : NULL;
    int status = archive_read_next_header(input->archive, &input->entry);
    if (before)
        uselocale(before);
    return status;
}

/* The next header of a file, in the archive or in one inside of it. */
static int next_header(struct input *input, int *status, struct why *why) {
    for (;;) {
        *status = read_header(input);
        bool good = *status == ARCHIVE_OK || *status == ARCHIVE_WARN;
        int code = 0;
        if (*status == ARCHIVE_EOF && input->outer)
            leave(input);
        else if (good && is_archive(input))
            code = enter(input, why);
        else if (!good || archive_entry_filetype(input->entry) != AE_IFDIR)
            return 0;
        if (code)
            return code;
    }
}

int input_next(struct input *input, const char **name, struct why *why) {
    int status, code = next_header(input, &status, why);
    if (code)
        return code;
    if (status == ARCHIVE_EOF)
        return why_set(why, FAIL_EMPTY, "%s holds no further file", input->path);
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
        return unreadable(input, why);
    bool packed = archive_format(input->archive) == ARCHIVE_FORMAT_ZIP;
    const char *inside = packed ? without_folders(archive_entry_pathname(input->entry)) : without_folders(input->path);
    input->at = input->end = input->line = input->record = 0;
    input->unpacked = 0;
    input->ended = input->begun = input->returns = input->utf16 = false;
    *name = inside ? inside : "";
    return 0;
}

static void returns_to_feeds(char *text, size_t len) {
    for (char *at = text; (at = memchr(at, '\r', len - (size_t)(at - text))); at++)
        *at = '\n';
}

/* Read on behind what is there; the rest is moved to the front. */
static int fill(struct input *input, struct why *why) {
    memmove(input->bytes, input->bytes + input->at, input->end - input->at);
    input->end -= input->at;
    input->at = 0;
    size_t room = BUFFER_BYTES - input->end;
    ssize_t got = archive_read_data(input->archive, input->bytes + input->end, room < BLOCK_BYTES ? room : BLOCK_BYTES);
    if (got < 0)
        return unreadable(input, why);
    if (input->returns)
        returns_to_feeds(input->bytes + input->end, (size_t)got);
    input->ended = got == 0;
    input->end += (size_t)got;
    input->unpacked += (uint64_t)got;
    if (input->unpacked > INPUT_FILE_MAX)
        return why_set(why, FAIL_LIMIT, "%s unpacks to more than %d bytes: no official file is that large", input->path, INPUT_FILE_MAX);
    return 0;
}

/* Whose first 64 KiB have CRs and no LF ends its lines with CR. For all who read it they are LFs. */
static int begin(struct input *input, struct why *why) {
    int code = 0;
    while (!code && !input->begun && !input->ended && input->end < INPUT_HEAD_MAX)
        code = fill(input, why);
    if (code || input->begun)
        return code;
    struct span text = {input->bytes, input->end};
    input->begun = true;
    input->utf16 = span_starts(text, SPAN("\xff\xfe")) || span_starts(text, SPAN("\xfe\xff"));
    input->at = span_starts(text, SPAN("\xef\xbb\xbf")) ? 3 : 0;
    input->returns = !input->utf16 && span_find_char(text, '\n') == SPAN_NONE;
    if (input->returns)
        returns_to_feeds(input->bytes, input->end);
    return 0;
}

int input_head(struct input *input, struct span *ret, struct why *why) {
    int code = begin(input, why);
    if (!code)
        *ret = span_slice((struct span){input->bytes + input->at, input->end - input->at}, 0, INPUT_HEAD_MAX);
    return code;
}

/* Before anything is read that counts. */
static int start(struct input *input, struct why *why) {
    int code = begin(input, why);
    if (!code && input->utf16)
        return why_set(why, FAIL_INPUT, "%s is UTF-16: save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\") and import that", input->path);
    return code;
}

/* The bytes up to the next line feed, in the buffer, behind which at stands then. */
static int raw_line(struct input *input, struct span *ret, struct why *why) {
    size_t searched = 0;
    for (;;) {
        size_t len = input->end - input->at;
        const char *from = input->bytes + input->at, *feed = memchr(from + searched, '\n', len - searched);
        *ret = (struct span){from, feed ? (size_t)(feed - from) : len};
        if (ret->len > INPUT_LINE_MAX)
            return why_set(why, FAIL_LIMIT, "%s: line %zu is longer than %d bytes: this is no official file", input->path, input->line + 1,
                           INPUT_LINE_MAX);
        if (feed || (input->ended && len)) {
            input->cut = !feed;
            input->at += ret->len + (feed != NULL);
            return 0;
        }
        if (input->ended)
            return FAIL_EMPTY;
        searched = len;
        int code = fill(input, why);
        if (code)
            return code;
    }
}

/* The five bytes that Windows-1252 leaves open become U+FFFD. */
static struct span from_windows(struct input *input, struct span line) {
    buf_clear(&input->utf8);
    for (size_t i = 0; i < line.len; i++) {
        char byte = line.ptr[i], out[8], *in_at = &byte, *out_at = out;
        size_t in_left = 1, out_left = sizeof out;
        if ((unsigned char)byte < 0x80)
            buf_char(&input->utf8, byte);
        else if (iconv(input->windows, &in_at, &in_left, &out_at, &out_left) == (size_t)-1)
            utf8_put(&input->utf8, 0xfffd);
        else
            buf_add(&input->utf8, (struct span){out, sizeof out - out_left});
    }
    return buf_span(&input->utf8);
}

int input_line(struct input *input, struct span *ret, struct why *why) {
    struct span line;
    int code = start(input, why);
    if (!code)
        code = raw_line(input, &line, why);
    if (code)
        return code;
    input->record = ++input->line;
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    if (span_equal(line, span_of(end_of_file)))
        return FAIL_EMPTY;
    if (span_find_char(line, '\0') != SPAN_NONE)
        return why_set(why, FAIL_INPUT, "%s: line %zu has a byte 0: this is no text", input->path, input->line);
    *ret = utf8_valid(line) ? line : from_windows(input, line);
    return 0;
}

/* Where a record is being put together. Offsets, since the text moves while it grows. */
struct fields {
    struct buf *text;
    size_t ends[INPUT_FIELDS_MAX], count;
    bool quoted;
};

static void end_field(struct fields *fields) {
    if (fields->count < INPUT_FIELDS_MAX)
        fields->ends[fields->count++] = fields->text->len;
}

/* A quote opens a field only at its start; elsewhere it stands for itself. */
static void split_line(struct fields *fields, struct span line, char separator) {
    size_t field_start = fields->count ? fields->ends[fields->count - 1] : 0;
    bool fresh = fields->text->len == field_start && !fields->quoted;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (fields->quoted && c == '"' && i + 1 < line.len && line.ptr[i + 1] == '"')
            buf_char(fields->text, line.ptr[++i]);
        else if (fields->quoted && c == '"')
            fields->quoted = false;
        else if (!fields->quoted && c == separator) {
            end_field(fields);
            fresh = true;
            continue;
        } else if (fresh && c == '"')
            fields->quoted = true;
        else
            buf_char(fields->text, c);
        fresh = false;
    }
}

int input_record(struct input *input, char separator, struct record *ret, struct why *why) {
    struct fields fields = {.text = &input->fields};
    struct span line;
    size_t first = 0;
    buf_clear(fields.text);
    do {
        int code = input_line(input, &line, why);
        if (code == FAIL_EMPTY && first)
            return why_set(why, FAIL_INPUT, "%s: the quote in line %zu is never closed: cut off?", input->path, first);
        if (code)
            return code;
        if (first)
            buf_char(fields.text, '\n');
        else
            first = input->line;
        split_line(&fields, line, separator);
    } while (fields.quoted);
    end_field(&fields);
    if (buf_full(fields.text))
        return why_set(why, FAIL_LIMIT, "%s: the row in line %zu is larger than %d bytes", input->path, first, RECORD_BYTES_MAX);
    input->record = first;
    ret->count = fields.count;
    for (size_t i = 0; i < fields.count; i++)
        ret->fields[i] = span_trim(span_slice(buf_span(fields.text), i ? fields.ends[i - 1] : 0, fields.ends[i]));
    return 0;
}

int input_bytes(struct input *input, struct span *ret, struct why *why) {
    int code = begin(input, why);
    if (!code && input->at == input->end && !input->ended)
        code = fill(input, why);
    if (code)
        return code;
    if (input->at == input->end)
        return FAIL_EMPTY;
    *ret = (struct span){input->bytes + input->at, input->end - input->at};
    input->at = input->end;
    return 0;
}

void input_at_line(struct input *input, size_t line) { input->record = input->line = line; }

bool input_cut(const struct input *input) { return input->cut; }

size_t input_line_number(const struct input *input) { return input->record; }

uint64_t input_bytes_read(const struct input *input) {
    if (input->gzip)
        return gzip_bytes_read(input->gzip);
    return (uint64_t)archive_filter_bytes(input->outer ? input->outer : input->archive, -1);
}

uint64_t input_bytes_whole(const struct input *input) { return input->whole; }
