/* The csv exports of CMS's Medicare Coverage Database: local coverage articles, local and national coverage determinations (LCD, NCD).
 * "current_article.zip", "current_lcd.zip" and "ncd.zip" each hold a zip of some forty csv files, of which a dozen are read. What they say
 * lies in several files that name each other by number, and no order is sure, so all is put aside first. Columns are found by name:
 *   article.csv, lcd.csv, ncd_trkg.csv              a version of a document: number, version, title, days
 *   article_x_hcpc_code.csv, lcd_x_hcpc_code.csv    procedures, in groups
 *   article_x_icd10_covered.csv, ..._noncovered.csv diagnoses that support medical necessity, or do not, in groups
 *   article_x_contractor.csv, lcd_x_contractor.csv, contractor.csv   whose they are
 *   article_related_documents.csv, lcd_related_documents.csv, ..._related_ncd_documents.csv   which go together
 *   article_future_retire.csv, lcd_future_retire.csv   when one will end
 * The texts of the policies and the descriptions of procedures (which are the AMA's) are not looked at. */
#include <string.h>

#include "kb/import/columns.h"
#include "kb/import/coverage.h"
#include "kb/import/registry.h"
#include "kb/schema.h"

enum {
    COLUMNS_MAX = 13,
    NUMBER_MAX = 999999999,
    DAY_CHARS = 10,
    LAST_YEAR = 99990000,
    TITLE_MAX = 400,
    SHOWN_BYTES = 20
};

/* The columns, by what a file is read for. */
enum { ID, VERSION, OF_ROW }; /* of every file but contractor.csv */
enum { TITLE = OF_ROW, FIRST, FIRST_OF_ALL, ENDS, ENDS_END = ENDS + 3, STATUS = ENDS_END, UPDATED, PUBLISHED, NUMBER };
enum { CODE = OF_ROW, GROUP, DESCRIPTION };
enum { OTHER = OF_ROW };
enum { RETIRED = 1 };
enum { CONTRACTOR, CONTRACTOR_VERSION, CONTRACTOR_NAME };

struct aside {
    struct import *import;
    struct input *input;
    const struct layout *layout;
    const size_t *at;
    const struct record *record;
    struct row row, title;
};

struct layout {
    const char *name, *sql;
    enum coverage_part part;
    int what; /* enum coverage_list, or the part that is named */
    void (*put)(struct aside *);
    struct column columns[COLUMNS_MAX];
};

static void put_document(struct aside *);
static void put_code(struct aside *);
static void put_relation(struct aside *);
static void put_end(struct aside *);
static void put_contractor(struct aside *);

#define DOCUMENTS "INSERT OR REPLACE INTO temp.coverage_documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
#define CODES "INSERT OR IGNORE INTO temp.coverage_codes VALUES (?, ?, ?, ?, ?, ?)"
#define CONTRACTED "INSERT OR IGNORE INTO temp.coverage_contracted VALUES (?, ?, ?, ?)"
#define LINKS "INSERT OR IGNORE INTO temp.coverage_links VALUES (?, ?, ?, ?, ?)"
#define ENDED "INSERT OR REPLACE INTO temp.coverage_ends VALUES (?, ?, ?)"
#define CONTRACTORS                                                                                                                        \
    "INSERT OR REPLACE INTO temp.coverage_contractors SELECT ?1, ?2, ?3 WHERE NOT EXISTS "                                                 \
    "(SELECT 1 FROM temp.coverage_contractors WHERE id = ?1 AND version > ?2)"

/* clang-format off */
#define ARTICLE_COLUMNS {"article_id", true}, {"article_version", true}
#define LCD_COLUMNS {"lcd_id", true}, {"lcd_version", true}

/* In the order of enum coverage_file first. */
static const struct layout layouts[] = {
    [FILE_ARTICLE] = {"article.csv", DOCUMENTS, COVERAGE_ARTICLE, 0, put_document,
     {ARTICLE_COLUMNS, {"title", true}, {"article_eff_date", false}, {"", false}, {"article_end_date", false},
      {"article_rev_end_date", false}, {"date_retired", false}, {"status", false}, {"last_updated", false}, {"article_pub_date", false}, {"display_id", false}}},
    [FILE_ARTICLE_PROCEDURES] = {"article_x_hcpc_code.csv", CODES, COVERAGE_ARTICLE, LIST_PROCEDURES, put_code,
     {ARTICLE_COLUMNS, {"hcpc_code_id", true}, {"hcpc_code_group", true}}},
    [FILE_ARTICLE_COVERED] = {"article_x_icd10_covered.csv", CODES, COVERAGE_ARTICLE, LIST_COVERED, put_code,
     {ARTICLE_COLUMNS, {"icd10_code_id", true}, {"icd10_covered_group", true}, {"description", false}}},
    [FILE_LCD] = {"lcd.csv", DOCUMENTS, COVERAGE_LCD, 0, put_document,
     {LCD_COLUMNS, {"title", true}, {"rev_eff_date", false}, {"orig_det_eff_date", false}, {"ent_det_end_date", false},
      {"rev_end_date", false}, {"date_retired", false}, {"status", false}, {"last_updated", false}, {"mcd_publish_date", false}, {"display_id", false}}},
    [FILE_NCD] = {"ncd_trkg.csv", DOCUMENTS, COVERAGE_NCD, 0, put_document,
     {{"NCD_id", true}, {"NCD_vrsn_num", true}, {"NCD_mnl_sect_title", true}, {"NCD_efctv_dt", false}, {"", false},
      {"NCD_trmntn_dt", false}, {"", false}, {"", false}, {"", false}, {"last_updt_tmstmp", false}, {"last_clrnc_tmstmp", false}, {"NCD_mnl_sect", true}}},
    {"article_x_icd10_noncovered.csv", CODES, COVERAGE_ARTICLE, LIST_NOT_COVERED, put_code,
     {ARTICLE_COLUMNS, {"icd10_code_id", true}, {"icd10_noncovered_group", true}, {"description", false}}},
    {"lcd_x_hcpc_code.csv", CODES, COVERAGE_LCD, LIST_PROCEDURES, put_code,
     {LCD_COLUMNS, {"hcpc_code_id", true}, {"hcpc_code_group", true}}},
    {"article_x_contractor.csv", CONTRACTED, COVERAGE_ARTICLE, -1, put_relation, {ARTICLE_COLUMNS, {"contractor_id", true}}},
    {"lcd_x_contractor.csv", CONTRACTED, COVERAGE_LCD, -1, put_relation, {LCD_COLUMNS, {"contractor_id", true}}},
    {"article_related_documents.csv", LINKS, COVERAGE_ARTICLE, COVERAGE_LCD, put_relation, {ARTICLE_COLUMNS, {"r_lcd_id", true}}},
    {"lcd_related_documents.csv", LINKS, COVERAGE_LCD, COVERAGE_ARTICLE, put_relation, {LCD_COLUMNS, {"r_article_id", true}}},
    {"article_related_ncd_documents.csv", LINKS, COVERAGE_ARTICLE, COVERAGE_NCD, put_relation, {ARTICLE_COLUMNS, {"r_ncd_id", true}}},
    {"lcd_related_ncd_documents.csv", LINKS, COVERAGE_LCD, COVERAGE_NCD, put_relation, {LCD_COLUMNS, {"r_ncd_id", true}}},
    {"article_future_retire.csv", ENDED, COVERAGE_ARTICLE, 0, put_end, {{"article_id", true}, {"retire_dt", true}}},
    {"lcd_future_retire.csv", ENDED, COVERAGE_LCD, 0, put_end, {{"lcd_id", true}, {"retire_dt", true}}},
    {"contractor.csv", CONTRACTORS, COVERAGE_PARTS, 0, put_contractor,
     {{"contractor_id", true}, {"contractor_version", false}, {"contractor_bus_name", true}}},
};

/* clang-format on */

enum { LAYOUTS = sizeof layouts / sizeof *layouts };

static const char tables[] =
    "CREATE TEMP TABLE IF NOT EXISTS coverage_files (file INTEGER PRIMARY KEY, part INTEGER, rows INTEGER);"
    "CREATE TEMP TABLE IF NOT EXISTS coverage_documents (part INTEGER, id INTEGER, version INTEGER, title TEXT, number TEXT, first "
    "INTEGER, "
    "  last INTEGER, updated INTEGER, PRIMARY KEY (part, id, version)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS coverage_codes (part INTEGER, list INTEGER, id INTEGER, version INTEGER, code INTEGER, "
    "  inside INTEGER, PRIMARY KEY (part, list, id, version, code, inside)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS coverage_titles (code INTEGER PRIMARY KEY, title TEXT);"
    "CREATE TEMP TABLE IF NOT EXISTS coverage_contractors (id INTEGER PRIMARY KEY, version INTEGER, name TEXT);"
    "CREATE TEMP TABLE IF NOT EXISTS coverage_contracted (part INTEGER, id INTEGER, version INTEGER, contractor INTEGER, "
    "  PRIMARY KEY (part, id, version, contractor)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS coverage_links (part INTEGER, id INTEGER, version INTEGER, to_part INTEGER, to_id INTEGER, "
    "  PRIMARY KEY (part, id, version, to_part, to_id)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS coverage_ends (part INTEGER, id INTEGER, last INTEGER, PRIMARY KEY (part, id)) WITHOUT ROWID;";

static size_t column_count(const struct layout *layout) {
    size_t ret = 0;
    while (ret < COLUMNS_MAX && layout->columns[ret].names)
        ret++;
    return ret;
}

static const struct layout *layout_of(const struct record *header, size_t at[static COLUMNS_MAX]) {
    for (size_t i = 0; i < LAYOUTS; i++)
        if (columns_find(header, layouts[i].columns, column_count(&layouts[i]), at))
            return &layouts[i];
    return NULL;
}

/* The names are in the first line, and no other set has these. */
static bool recognises(const char *name, struct span head) {
    struct record header;
    struct span line;
    size_t at[COLUMNS_MAX];
    (void)name;
    if (span_starts(head, SPAN("\xef\xbb\xbf")))
        head = span_slice(head, 3, head.len);
    if (!span_line(&head, &line))
        return false;
    columns_split(line, ',', &header);
    return layout_of(&header, at) != NULL;
}

static struct span field(const struct aside *aside, size_t column) {
    return column < column_count(aside->layout) ? columns_field(aside->record, aside->at[column]) : (struct span){0};
}

/* "57642", "A57642", "3.0". 0 when it is none. */
static int64_t number_in(struct span text) {
    struct span whole;
    long ret;
    if (text.len && char_is_alpha(*text.ptr))
        text = span_slice(text, 1, text.len);
    return span_cut(&text, '.', &whole) && span_to_long(whole, 0, NUMBER_MAX, &ret) ? ret : 0;
}

/* "2026-10-01 00:00:00" and "10/01/2026". A day that stands for no end is none. */
static int64_t day_in(struct span text) {
    size_t blank = span_find_char(text, ' ');
    int64_t day = import_day(span_slice(text, 0, blank == SPAN_NONE ? text.len : blank));
    if (!day && text.len > DAY_CHARS)
        day = import_day(span_slice(text, 0, DAY_CHARS));
    return day >= LAST_YEAR ? 0 : day;
}

static bool is_wrong_day(struct span text) { return text.len && !day_in(text) && !span_starts(text, SPAN("9999")); }

/* As much of a field as a sentence needs. */
static struct span shown(struct span text) { return span_slice(text, 0, SHOWN_BYTES); }

/* The number and version that every row begins with. */
static bool begin_row(struct aside *aside) {
    int64_t id = number_in(field(aside, ID)), version = number_in(field(aside, VERSION));
    if (!id) {
        import_reject(aside->import, aside->input, "\"%.*s\" is no number of a document", SPAN_ARG(shown(field(aside, ID))));
        return false;
    }
    row_put_number(&aside->row, aside->layout->part);
    if (aside->layout->put == put_code)
        row_put_number(&aside->row, aside->layout->what);
    row_put_number(&aside->row, id);
    row_put_number(&aside->row, version);
    return true;
}

/* The first of its ends. One that is retired without a day, and one whose end lies before its beginning, has ended: 0. */
static int64_t last_day_of(const struct aside *aside) {
    int64_t ret = SCHEMA_FOREVER;
    struct span title = field(aside, TITLE), status = field(aside, STATUS);
    for (size_t column = ENDS; column < ENDS_END; column++) {
        int64_t day = day_in(field(aside, column));
        ret = day && day < ret ? day : ret;
    }
    bool retired = (status.len && char_upper(*status.ptr) == 'R') ||
                   (aside->layout->part == COVERAGE_NCD && span_find(title, SPAN("RETIRED")) != SPAN_NONE);
    return ret == SCHEMA_FOREVER && retired ? 0 : ret;
}

/* Drafts and proposals are no policy. */
static void put_document(struct aside *aside) {
    struct span status = field(aside, STATUS), title = field(aside, TITLE);
    int64_t updated = day_in(field(aside, UPDATED)), published = day_in(field(aside, PUBLISHED)), first = day_in(field(aside, FIRST));
    if (status.len && (char_upper(*status.ptr) == 'D' || char_upper(*status.ptr) == 'P'))
        return;
    for (size_t column = FIRST; column < ENDS_END; column++)
        if (is_wrong_day(field(aside, column))) {
            import_reject(aside->import, aside->input, "\"%.*s\" is no day", SPAN_ARG(shown(field(aside, column))));
            return;
        }
    if (!title.len) {
        import_reject(aside->import, aside->input, "a document without a title");
        return;
    }
    if (!begin_row(aside))
        return;
    row_put_span(&aside->row, span_slice(title, 0, TITLE_MAX));
    row_put_span(&aside->row, field(aside, NUMBER));
    row_put_number(&aside->row, first ? first : day_in(field(aside, FIRST_OF_ALL)));
    row_put_number(&aside->row, last_day_of(aside));
    row_put_number(&aside->row, updated ? updated : published);
    row_end(&aside->row);
}

/* What stands where a list is empty. */
static bool is_placeholder(struct span code) { return !code.len || span_starts_same(code, SPAN("XX0")) || span_equal(code, SPAN("99999")); }

static void put_code(struct aside *aside) {
    char key[CODE_BYTES];
    struct span text = field(aside, CODE), description = field(aside, DESCRIPTION);
    enum code_system system = SYSTEM_ICD10CM;
    bool procedures = aside->layout->what == LIST_PROCEDURES;
    if (is_placeholder(text))
        return;
    if (!(procedures ? import_procedure(text, &system, key) : system_fits(system, text))) {
        import_reject(aside->import, aside->input, "\"%.*s\" is no code of %s", SPAN_ARG(shown(text)),
                      procedures ? "CPT or HCPCS" : "ICD-10-CM");
        return;
    }
    system_key(system, text, key);
    int64_t code = system_id(system, key);
    if (!begin_row(aside))
        return;
    row_put_number(&aside->row, code);
    row_put_number(&aside->row, number_in(field(aside, GROUP)));
    row_end(&aside->row);
    if (procedures || !description.len)
        return;
    if (!aside->title.writer)
        aside->title = row_open(aside->import->writer, "INSERT OR IGNORE INTO temp.coverage_titles VALUES (?, ?)");
    row_put_number(&aside->title, code);
    row_put_span(&aside->title, span_slice(description, 0, TITLE_MAX));
    row_end(&aside->title);
}

/* Whose a document is, or which other one it goes with. A row may name others than those looked for. */
static void put_relation(struct aside *aside) {
    int64_t other = number_in(field(aside, OTHER));
    if (!other || !begin_row(aside))
        return;
    if (aside->layout->what >= 0)
        row_put_number(&aside->row, aside->layout->what);
    row_put_number(&aside->row, other);
    row_end(&aside->row);
}

static void put_end(struct aside *aside) {
    int64_t id = number_in(field(aside, ID)), day = day_in(field(aside, RETIRED));
    if (!id || !day) {
        import_reject(aside->import, aside->input, "not the number of a document and the day on which it ends");
        return;
    }
    row_put_number(&aside->row, aside->layout->part);
    row_put_number(&aside->row, id);
    row_put_number(&aside->row, day);
    row_end(&aside->row);
}

static void put_contractor(struct aside *aside) {
    int64_t id = number_in(field(aside, CONTRACTOR));
    if (!id) {
        import_reject(aside->import, aside->input, "a contractor without a number");
        return;
    }
    row_put_number(&aside->row, id);
    row_put_number(&aside->row, number_in(field(aside, CONTRACTOR_VERSION)));
    row_put_span(&aside->row, span_slice(field(aside, CONTRACTOR_NAME), 0, TITLE_MAX));
    row_end(&aside->row);
}

static int read_rows(struct aside *aside, size_t width, struct why *why) {
    struct record record;
    int code;
    aside->record = &record;
    aside->row = row_open(aside->import->writer, aside->layout->sql);
    while (!(code = columns_row(aside->import, aside->input, ',', &record, why))) {
        if (record.count < width)
            import_reject(aside->import, aside->input, "%zu fields instead of %zu: cut off?", record.count, width);
        else
            aside->layout->put(aside);
    }
    row_close(&aside->row);
    if (aside->title.writer)
        row_close(&aside->title);
    return code == FAIL_EMPTY ? 0 : code;
}

static void note_file(const struct aside *aside) {
    struct row row = row_open(aside->import->writer, "INSERT OR REPLACE INTO temp.coverage_files VALUES (?, ?, ?)");
    row_put_number(&row, aside->layout - layouts);
    row_put_number(&row, aside->layout->part);
    row_put_number(&row, (int64_t)aside->import->result->rows);
    row_end(&row);
    row_close(&row);
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    struct record header;
    size_t at[COLUMNS_MAX];
    struct aside aside = {.import = import, .input = input, .at = at};
    int code = input_record(input, ',', &header, why);
    if (code && code != FAIL_EMPTY)
        return code;
    if (code || !(aside.layout = layout_of(&header, at)))
        return why_set(why, FAIL_INPUT,
                       "%s has not the columns of any file of a Medicare Coverage Database export that is read: name the zip "
                       "as it was fetched",
                       import->result->file);
    writer_run(import->writer, tables);
    code = read_rows(&aside, header.count, why);
    note_file(&aside);
    return code;
}

const struct importer coverage = {"coverage", "Medicare Coverage Database", recognises, read_file, 1};
