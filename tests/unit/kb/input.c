/* Files as they are found on a disk: what is damaged is never taken for a file, and no way of packing or ending lines loses a row. */
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <zlib.h>

#include "kb/import/input.h"
#include "tests/unit/kb/importing.h"

enum { PACKED_MAX = 4 << 20 };

/* One member; where it ends comes back. */
static size_t pack(char *packed, size_t at, struct span text) {
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (unsigned char *)(uintptr_t)text.ptr;
    stream.avail_in = (unsigned)text.len;
    stream.next_out = (unsigned char *)packed + at;
    stream.avail_out = (unsigned)(PACKED_MAX - at);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return PACKED_MAX - stream.avail_out;
}

static const char *write_file(struct importing *on, const char *name, struct span bytes) {
    const char *path = arena_printf(on->arena, "%s/%s", on->folder, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* All lines of the first file inside, each behind a |. */
static int read_lines(struct importing *on, const char *path, const char **ret, struct why *why) {
    struct input *input;
    struct buf lines;
    const char *name;
    struct span line;
    int code = input_open(path, &input, why);
    if (code)
        return code;
    buf_init(&lines, PACKED_MAX);
    code = input_next(input, &name, why);
    while (!code && !(code = input_line(input, &line, why)))
        buf_printf(&lines, "%.*s|", SPAN_ARG(line));
    *ret = lines.len ? buf_keep(&lines, on->arena) : "";
    buf_free(&lines);
    input_close(input);
    return code == FAIL_EMPTY ? 0 : code;
}

static void expect_lines(struct importing *on, const char *row, const char *path, const char *wanted) {
    struct why why = {""};
    const char *lines = "";
    if (read_lines(on, path, &lines, &why))
        fail_msg("%s: %s", row, why.text);
    expect_text(row, "the file", lines, wanted);
    unlink(path);
}

static void expect_failure(struct importing *on, const char *row, const char *path, int code, const char *error) {
    struct why why = {""};
    const char *lines = "";
    int got = read_lines(on, path, &lines, &why);
    if (got != code)
        fail_msg("%s: %d, %s", row, got, why.text);
    expect_within(row, why.text, error);
    unlink(path);
}

#define FIRST "one line\nof the first member\n"
#define SECOND "and one of the second\n"

/* A change of one byte, of the whole file from its end. */
static const struct {
    const char *name;
    size_t cut, from_end;  /* bytes cut off; the byte that is changed, 0: none */
    const char *more, *error;
} damages[] = {
    {"the sum", 0, 8, "", "incorrect data check"},
    {"the length", 0, 1, "", "incorrect length check"},
    {"cut off in the end", 1, 0, "", "its end is missing"},
    {"cut off in the text", 12, 0, "", "its end is missing"},
    {"cut off in the header of the second", 0, 0, "\x1f\x8b\x08", "its end is missing"},
    {"cut off in the first byte of the second", 0, 0, "\x1f", "its end is missing"},
    {"something behind it", 0, 0, "<!-- served by a proxy -->", "something follows that is not gzip"},
};

static void a_damaged_gz_is_refused(void **state) {
    struct importing *on = *state;
    char *packed = arena_alloc(on->arena, PACKED_MAX);
    for (size_t i = 0; i < COUNT(damages); i++) {
        size_t len = pack(packed, pack(packed, 0, SPAN(FIRST)), SPAN(SECOND)) - damages[i].cut;
        if (damages[i].from_end)
            packed[len - damages[i].from_end] ^= 0x20;
        memcpy(packed + len, damages[i].more, strlen(damages[i].more));
        len += strlen(damages[i].more);
        expect_failure(on, damages[i].name, write_file(on, "file.txt.gz", (struct span){packed, len}), FAIL_INPUT, damages[i].error);
    }
}

/* Stored as it is, a changed letter of the text is nothing that the compression itself would see. */
static void a_changed_letter_is_seen(void **state) {
    static const unsigned char stored[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 4, 0, 0xfb, 0xff, 'l', 'e', 'f', 't', 0x18, 0x68, 0xf7, 0x79, 4, 0, 0, 0};
    struct importing *on = *state;
    char copy[sizeof stored];
    unsigned long sum = crc32(0, (const unsigned char *)"left", 4);
    memcpy(copy, stored, sizeof stored);
    for (size_t i = 0; i < 4; i++)
        copy[19 + i] = (char)(sum >> (8 * i));
    expect_lines(on, "as it was", write_file(on, "file.txt.gz", (struct span){copy, sizeof copy}), "left|");
    copy[16] = 'o';
    expect_failure(on, "changed", write_file(on, "file.txt.gz", (struct span){copy, sizeof copy}), FAIL_INPUT, "incorrect data check");
}

static void members_are_one_file(void **state) {
    struct importing *on = *state;
    char *packed = arena_alloc(on->arena, PACKED_MAX);
    size_t len = pack(packed, pack(packed, pack(packed, 0, SPAN(FIRST)), SPAN("")), SPAN(SECOND));
    expect_lines(on, "members", write_file(on, "file.txt.gz", (struct span){packed, len}),
                 "one line|of the first member|and one of the second|");
}

/* Larger than any buffer, so that members end anywhere in them. */
static void a_large_gz_is_whole(void **state) {
    enum { ROWS = 200000, ROW_BYTES = 16 };
    struct importing *on = *state;
    char *packed = arena_alloc(on->arena, PACKED_MAX), *text = arena_alloc(on->arena, ROWS * ROW_BYTES + 1);
    struct why why = {""};
    const char *lines = "";
    for (size_t i = 0; i < ROWS; i++)
        snprintf(text + i * ROW_BYTES, ROW_BYTES + 1, "%015u\n", (unsigned)(i * 2654435761u));
    size_t half = ROWS / 2 * ROW_BYTES;
    size_t len = pack(packed, 0, (struct span){text, half});
    len = pack(packed, len, (struct span){text + half, ROWS * ROW_BYTES - half});
    const char *path = write_file(on, "file.txt.gz", (struct span){packed, len});
    if (read_lines(on, path, &lines, &why))
        fail_msg("%s", why.text);
    unlink(path);
    assert_int_equal(strlen(lines), ROWS * ROW_BYTES);
    for (size_t i = 0; i < ROWS * ROW_BYTES; i++)
        if (lines[i] != (text[i] == '\n' ? '|' : text[i]))
            fail_msg("byte %zu differs", i);
}

static const struct {
    const char *name;
    struct span bytes;
    const char *lines;
} texts[] = {
    {"LF", {"a\nb\n", 4}, "a|b|"},
    {"CRLF", {"a\r\nb\r\n", 6}, "a|b|"},
    {"CR alone, from an old Mac", {"a\rb\r", 4}, "a|b|"},
    {"CR alone, a blank line, no end", {"a\r\rb", 4}, "a||b|"},
    {"a CR in the middle of lines that end with LF", {"a\rb\nc\n", 6}, "a\rb|c|"},
    {"one line without an end", {"a", 1}, "a|"},
    {"byte order mark", {"\xef\xbb\xbf" "a\nb", 6}, "a|b|"},
    {"Windows-1252", {"na\xefve \x80\n", 8}, "na\xc3\xafve \xe2\x82\xac|"},
    {"end of file, from DOS", {"a\n\x1a", 3}, "a|"},
};

static void lines_are_read_however_they_end(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(texts); i++)
        expect_lines(on, texts[i].name, write_file(on, "file.txt", texts[i].bytes), texts[i].lines);
}

/* The head is in the buffer when it is found out; the rest comes later. */
static void a_long_file_of_cr_lines_is_whole(void **state) {
    enum { ROWS = 400000, ROW_BYTES = 4 };
    struct importing *on = *state;
    char *text = arena_alloc(on->arena, ROWS * ROW_BYTES);
    struct why why = {""};
    const char *lines = "";
    for (size_t i = 0; i < ROWS; i++)
        memcpy(text + i * ROW_BYTES, "row\r", ROW_BYTES);
    const char *path = write_file(on, "file.txt", (struct span){text, ROWS * ROW_BYTES});
    assert_int_equal(read_lines(on, path, &lines, &why), 0);
    unlink(path);
    assert_int_equal(strlen(lines), ROWS * ROW_BYTES);
    assert_null(strchr(lines, '\r'));
}

/* Lines of one byte, in UTF-8 or not, each with a line before that moves it in the buffer. */
static const struct {
    const char *name;
    size_t len;
    char fill;
    const char *end;
    int code;
} lengths[] = {
    {"the longest", INPUT_LINE_MAX, 'a', "\n", 0},
    {"the longest, to be converted", INPUT_LINE_MAX, '\x80', "\n", 0},
    {"the longest, without an end", INPUT_LINE_MAX, 'a', "", 0},
    {"one byte longer", INPUT_LINE_MAX + 1, 'a', "\n", FAIL_LIMIT},
    {"one byte longer, to be converted", INPUT_LINE_MAX + 1, '\x80', "\n", FAIL_LIMIT},
    {"one byte longer, without an end", INPUT_LINE_MAX + 1, 'a', "", FAIL_LIMIT},
    {"longer than the buffer", 2 * INPUT_LINE_MAX, 'a', "\n", FAIL_LIMIT},
};

static void a_line_is_whole_or_refused(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(lengths); i++) {
        char *text = arena_alloc(on->arena, lengths[i].len + 8);
        size_t at = (size_t)snprintf(text, 8, "first\n");
        memset(text + at, lengths[i].fill, lengths[i].len);
        at += lengths[i].len;
        memcpy(text + at, lengths[i].end, strlen(lengths[i].end));
        const char *path = write_file(on, "file.txt", (struct span){text, at + strlen(lengths[i].end)}), *lines = "";
        struct why why = {""};
        size_t bytes = lengths[i].fill == 'a' ? 1 : strlen("\xe2\x82\xac"), wanted = strlen("first||") + lengths[i].len * bytes;
        int code = read_lines(on, path, &lines, &why);
        unlink(path);
        if (code != lengths[i].code || (!code && strlen(lines) != wanted))
            fail_msg("%s: %d, %zu bytes, %s", lengths[i].name, code, strlen(lines), why.text);
    }
}

/* A zip as others write it: the folder's name in UTF-8. */
static const char *write_zip(struct importing *on, const char *inside, struct span text) {
    const char *path = arena_printf(on->arena, "%s/file.zip", on->folder);
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL), before = uselocale(utf8);
    struct archive *zip = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    assert_int_equal(archive_write_set_format_zip(zip), ARCHIVE_OK);
    assert_int_equal(archive_write_set_options(zip, "zip:compression=store,zip:hdrcharset=UTF-8"), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(zip, path), ARCHIVE_OK);
    archive_entry_set_pathname(entry, inside);
    archive_entry_set_size(entry, (la_int64_t)text.len);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    assert_int_equal(archive_write_header(zip, entry), ARCHIVE_OK);
    assert_int_equal(archive_write_data(zip, text.ptr, text.len), text.len);
    assert_int_equal(archive_write_close(zip), ARCHIVE_OK);
    archive_entry_free(entry);
    archive_write_free(zip);
    uselocale(before);
    freelocale(utf8);
    return path;
}

static void a_name_inside_is_known_in_any_locale(void **state) {
    static const struct {
        const char *inside, *name;
    } rows[] = {
        {"Table/plain.txt", "plain.txt"},
        {"Tab\xc3\xa9s 2026/plain.txt", "plain.txt"},
        {"Table/caf\xc3\xa9.txt", "caf\xc3\xa9.txt"},
    };
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *path = write_zip(on, rows[i].inside, SPAN("a\n")), *name = "?";
        struct input *input;
        struct why why = {""};
        assert_int_equal(input_open(path, &input, &why), 0);
        assert_int_equal(input_next(input, &name, &why), 0);
        expect_text(rows[i].inside, "its name", name, rows[i].name);
        input_close(input);
        unlink(path);
    }
}

static void a_damaged_zip_is_refused(void **state) {
    struct importing *on = *state;
    const char *path = write_zip(on, "folder/plain.txt", SPAN("left\n"));
    char bytes[1024];
    FILE *file = fopen(path, "r+e");
    assert_non_null(file);
    size_t len = fread(bytes, 1, sizeof bytes, file), at = span_find((struct span){bytes, len}, SPAN("left\n"));
    assert_true(at != SPAN_NONE);
    assert_int_equal(fseek(file, (long)at + 1, SEEK_SET), 0);
    assert_int_equal(fputc('o', file), 'o');
    assert_int_equal(fclose(file), 0);
    expect_failure(on, "a changed letter", path, FAIL_INPUT, "CRC");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_damaged_gz_is_refused, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(a_changed_letter_is_seen, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(members_are_one_file, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(a_large_gz_is_whole, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(lines_are_read_however_they_end, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(a_long_file_of_cr_lines_is_whole, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(a_line_is_whole_or_refused, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(a_name_inside_is_known_in_any_locale, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(a_damaged_zip_is_refused, open_importing, close_importing),
    };
    return cmocka_run_group_tests_name("kb.input", tests, NULL, NULL);
}
