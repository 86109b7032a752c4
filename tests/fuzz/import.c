/* Any bytes may come as an official file: the import takes them, and then the knowledge base can be read and is consistent, or refuses them
 * with a sentence and leaves the one that was there as it was. The first byte chooses the kind of file (one more than there are: it is
 * recognised), the second what the user said and how the file is packed; the rest is the file. */
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "kb/import/import.h"
#include "kb/kb.h"
#include "tests/fuzz/fuzz.h"

enum { ARENA_BYTES = 256 << 20, KB_BYTES_MAX = 64 << 20 };

/* Bits of the second byte. */
enum { SAYS_DAY = 1, SAYS_WHOLE = 2, SAYS_EXTRACT = 4, ZIPPED = 8, GZIPPED = 16, LATER_DAY = 32 };

/* The folder of this process, and the knowledge base that every import begins with. */
struct place {
    char folder[64], kb[96], file[160];
    char *before;
    size_t before_len;
};

static struct place place;

static void remove_place(void) {
    unlink(place.kb);
    unlink(place.file);
    rmdir(place.folder);
}

static void write_file(const char *path, const void *bytes, size_t size) {
    FILE *file = fopen(path, "we");
    must(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0, "room for the file");
}

static char *read_file(const char *path, size_t *size) {
    char *bytes = malloc(KB_BYTES_MAX);
    FILE *file = fopen(path, "re");
    must(bytes && file, "memory and the file");
    *size = fread(bytes, 1, KB_BYTES_MAX, file);
    fclose(file);
    return bytes;
}

static struct date day_of(const char *iso) {
    struct date ret;
    must(date_parse(span_of(iso), &ret), "a day");
    return ret;
}

/* A knowledge base with an older and a newer edition than most files will be of. */
static void write_first_kb(void) {
    static const struct {
        const char *name, *text;
    } files[] = {
        {"icd10cm_order_2025.txt", "00001 A00     0 Parrot fever                                                 Parrot fever, all kinds\n"
                                   "00002 A000    1 Parrot fever, loud                                           Parrot fever, loud kind\n"},
        {"hcpc2020_jan.csv", "code,long_desc,short_desc,coverage,betos,add_dt\nA9901,Hook,Hook,C,D1E,19900101\nZA,Left,Left,C,,19900101\n"},
        {"hcpc2027_jan.csv", "code,long_desc,short_desc,coverage,betos,add_dt\nA9901,Iron hook,Hook,C,D1E,19900101\nA9903,Leg,Leg,C,,20250101\n"},
        {"nucc_taxonomy_251.csv", "Code,Grouping,Classification,Specialization,Definition,Display Name\n207ZZ0000X,P,B,,Beaks.,Beak Physician\n"},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[160];
        snprintf(path, sizeof path, "%s/%s", place.folder, files[i].name);
        const char *paths[] = {path};
        write_file(path, files[i].text, strlen(files[i].text));
        struct import_order order = {.path = place.kb, .from = i ? place.kb : NULL, .files = paths, .file_count = 1,
                                     .today = day_of("2026-11-21"), .extent = IMPORT_WHOLE};
        struct import_results results;
        must(kb_import(&order, arena, &results, NULL) == 0, "the first knowledge base");
        unlink(path);
    }
    arena_free(arena);
}

static void prepare(void) {
    snprintf(place.folder, sizeof place.folder, "/dev/shm/codingdesk-fuzz.XXXXXX");
    must(mkdtemp(place.folder) != NULL, "a folder");
    snprintf(place.kb, sizeof place.kb, "%s/kb.sqlite", place.folder);
    snprintf(place.file, sizeof place.file, "%s/2026_apr_nucc_taxonomy_260_v322r0.txt", place.folder);
    atexit(remove_place);
    write_first_kb();
    place.before = read_file(place.kb, &place.before_len);
}

static void pack(const uint8_t *bytes, size_t size, bool zip) {
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    if (zip)
        archive_write_set_format_zip(archive);
    else
        archive_write_set_format_raw(archive);
    if (!zip)
        archive_write_add_filter_gzip(archive);
    archive_entry_set_pathname(entry, "folder/2026_apr_nucc_taxonomy_260.txt");
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, (la_int64_t)size);
    must(archive_write_open_filename(archive, place.file) == ARCHIVE_OK && archive_write_header(archive, entry) == ARCHIVE_OK &&
             archive_write_data(archive, bytes, size) == (la_ssize_t)size && archive_write_close(archive) == ARCHIVE_OK,
         "the packed file");
    archive_entry_free(entry);
    archive_write_free(archive);
}

static void put_file(const uint8_t *bytes, size_t size, uint8_t says) {
    if (says & (ZIPPED | GZIPPED))
        pack(bytes, size, says & ZIPPED);
    else
        write_file(place.file, bytes, size);
}

/* The first column of every row is checked to be 0. */
static void none(sqlite3 *db, const char *sql) {
    sqlite3_stmt *stmt;
    must(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW, sql);
    must(sqlite3_column_int64(stmt, 0) == 0, sql);
    sqlite3_finalize(stmt);
}

static struct date day_of_number(int64_t day) {
    struct date ret;
    must(date_make((long)(day / 10000), (long)(day / 100 % 100), (long)(day % 100), &ret), "every day in the tables exists");
    return ret;
}

/* What stands in the tables is what the look-up says; beyond the newest edition's grace it says nothing. */
static void look_up(struct kb *kb, sqlite3_stmt *row) {
    struct arena *arena = arena_new(ARENA_BYTES);
    enum code_system system;
    char key[CODE_BYTES];
    struct kb_code code;
    struct kb_facts facts;
    must(system_of_id(sqlite3_column_int64(row, 0), &system, key), "every number is one of a code");
    struct date day = day_of_number(sqlite3_column_int64(row, 1));
    must(kb_lookup(kb, system, key, day, arena, &code, NULL) == 0, "look-up");
    must(code.status == (sqlite3_column_int(row, 2) ? STATUS_VALID : STATUS_HEADER) || code.status == STATUS_NO_DATA, "status");
    must(code.status == STATUS_NO_DATA || !code.title || utf8_valid(span_of(code.title)), "a title of UTF-8");
    must(kb_facts(kb, system, key, day, arena, &facts, NULL) == 0, "facts");
    for (size_t i = 0; i < facts.count; i++)
        must(utf8_valid(span_of(facts.items[i].text)) && utf8_valid(span_of(facts.items[i].value)), "facts of UTF-8");
    arena_free(arena);
}

static void read_back(void) {
    sqlite3 *db;
    sqlite3_stmt *rows;
    struct kb *kb;
    must(kb_open(place.kb, &kb, NULL) == 0, "it opens");
    must(sqlite3_open_v2(place.kb, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK, "it is a database");
    none(db, "SELECT count(*) FROM versions WHERE valid_from > valid_to");
    none(db, "SELECT count(*) FROM versions a JOIN versions b ON a.code = b.code AND a.valid_from < b.valid_from AND b.valid_from <= a.valid_to");
    none(db, "SELECT count(*) FROM facts WHERE valid_from > valid_to");
    none(db, "SELECT count(*) FROM pairs WHERE valid_from > valid_to");
    none(db, "SELECT count(*) FROM localities WHERE valid_from > valid_to");
    none(db, "SELECT count(*) FROM editions WHERE valid_from > valid_to");
    none(db, "SELECT count(*) FROM facts WHERE source NOT IN (SELECT id FROM sources)");
    none(db, "SELECT count(*) FROM versions WHERE source NOT IN (SELECT id FROM sources)");
    none(db, "SELECT count(*) FROM sources WHERE name LIKE '% (before %'");
    must(sqlite3_prepare_v2(db, "SELECT code, valid_from, billable FROM versions", -1, &rows, NULL) == SQLITE_OK, "codes");
    while (sqlite3_step(rows) == SQLITE_ROW)
        look_up(kb, rows);
    sqlite3_finalize(rows);
    sqlite3_close(db);
    kb_close(kb);
}

static void is_as_before(void) {
    size_t size;
    char *now = read_file(place.kb, &size);
    must(size == place.before_len && memcmp(now, place.before, size) == 0, "a failed import changes nothing");
    free(now);
}

static const char *kind_of(uint8_t byte) {
    size_t count = 0;
    while (import_kinds()[count].kind)
        count++;
    return import_kinds()[byte % (count + 1)].kind;
}

static struct import_order order_of(uint8_t kind, uint8_t says) {
    static const char *files[] = {place.file};
    struct import_order order = {.path = place.kb, .from = place.kb, .kind = kind_of(kind), .files = files, .file_count = 1,
                                 .today = day_of("2026-11-21")};
    if (says & SAYS_DAY)
        order.effective = day_of(says & LATER_DAY ? "2026-07-01" : "2024-10-15");
    order.extent = says & SAYS_WHOLE ? IMPORT_WHOLE : says & SAYS_EXTRACT ? IMPORT_EXTRACT : IMPORT_GUESS;
    return order;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct import_results results;
    struct why why = {""};
    if (size < 2)
        return 0;
    if (!place.before)
        prepare();
    put_file(bytes + 2, size - 2, bytes[1]);
    struct import_order order = order_of(bytes[0], bytes[1]);
    struct arena *arena = arena_new(ARENA_BYTES);
    int failed = kb_import(&order, arena, &results, &why);
    if (failed) {
        if (failed != FAIL_INPUT && failed != FAIL_LIMIT)
            fprintf(stderr, "%d: %s\n", failed, why.text);
        must(failed == FAIL_INPUT || failed == FAIL_LIMIT, "only the file is to blame");
        must(why.text[0] && utf8_valid(span_of(why.text)), "a sentence");
        is_as_before();
    } else {
        read_back();
        write_file(place.kb, place.before, place.before_len);
    }
    arena_free(arena);
    return 0;
}
