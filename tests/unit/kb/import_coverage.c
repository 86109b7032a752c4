/* The exports of the Medicare Coverage Database: several files that belong together, in any order. Documents and codes are invented. */
#include "tests/unit/kb/importing.h"

#include <archive.h>
#include <archive_entry.h>

#include "kb/import/importer.h"

struct part {
    const char *file, *text;
};

enum { FILES_MAX = 16 };

#define ARTICLE                                                                                                                            \
    "article_id,article_version,article_type,title,article_pub_date,article_eff_date,article_end_date,description,status,"                 \
    "last_updated,date_retired,display_id\r\n"
#define A_10                                                                                                                               \
    "10,3,6,\"Billing and Coding: Bone Growth\",2025-09-25 00:00:00,2025-10-01 00:00:00,,\"<p>Two\nlines, \"\"quoted\"\"</p>\","           \
    "A,2026-09-24 10:11:12.840000000,,\r\n"
#define A_11 "11,1,6,Shoes,2026-01-01 00:00:00,2026-01-01 00:00:00,,,A,2026-08-01 00:00:00,,A11\r\n"
#define A_PROCEDURES "article_id,article_version,hcpc_code_id,hcpc_code_version,hcpc_code_group,range,last_updated,long_description\r\n"
#define A_COVERED                                                                                                                          \
    "article_id,article_version,icd10_code_id,icd10_code_version,icd10_covered_group,range,last_updated,sort_order,description,"           \
    "asterisk\r\n"
#define A_NOT_COVERED                                                                                                                      \
    "article_id,article_version,icd10_code_id,icd10_code_version,icd10_noncovered_group,range,last_updated,sort_order,description\r\n"
#define A_CONTRACTORS "article_id,article_version,article_type,contractor_id,contractor_type_id,contractor_version,last_updated\r\n"
#define CONTRACTORS "contractor_id,contractor_type_id,contractor_version,contractor_bus_name,contractor_number\r\n"
#define A_RELATED                                                                                                                          \
    "article_id,article_version,related_num,r_article_id,r_article_version,r_lcd_id,r_lcd_version,r_contractor_id,last_updated\r\n"
#define A_NCDS "article_id,article_version,related_num,r_ncd_id,r_ncd_version,last_updated\r\n"
#define LCD                                                                                                                                \
    "lcd_id,lcd_version,title,orig_det_eff_date,ent_det_end_date,rev_eff_date,rev_end_date,indication,status,last_updated,"                \
    "date_retired,mcd_publish_date,display_id\r\n"
#define NCD                                                                                                                                \
    "NCD_id,NCD_vrsn_num,natl_cvrg_type,cvrg_lvl_cd,NCD_mnl_sect,NCD_mnl_sect_title,NCD_efctv_dt,NCD_impltn_dt,NCD_trmntn_dt,"             \
    "indctn_lmtn,last_updt_tmstmp,last_clrnc_tmstmp\r\n"

static const struct part article = {"article.csv", ARTICLE A_10 A_11};
static const struct part procedures = {"article_x_hcpc_code.csv", A_PROCEDURES
                                       "10,3,20974,1,1,,2026-09-01,NOT LOOKED AT\r\n10,3,20974,1,2,,2026-09-01,NOT LOOKED AT\r\n"
                                       "10,2,20979,1,1,,2026-09-01,OF AN OLD VERSION\r\n11,1,L3000,1,1,,2026-09-01,X\r\n"
                                       "11,1,XX000,1,1,,2026-09-01,Not Applicable\r\n"};
static const struct part covered = {"article_x_icd10_covered.csv",
                                    A_COVERED "10,3,S82.251K,6,1,,2026-09-01,1,Shaft fracture with nonunion,N\r\n"
                                              "10,3,M84.40XA,6,2,,2026-09-01,2,Pathological fracture,N\r\n"};
static const struct part not_covered = {"article_x_icd10_noncovered.csv",
                                        A_NOT_COVERED "10,3,Z01.89,6,1,,2026-09-01,1,Other examinations\r\n"};
static const struct part contracted = {"article_x_contractor.csv", A_CONTRACTORS "10,3,6,370,8,1,x\r\n10,3,6,371,8,1,x\r\n"};
static const struct part contractors = {"contractor.csv", CONTRACTORS
                                        "370,8,1,\"Old name\",09101\r\n370,8,2,\"South, Inc.\",09101\r\n371,8,1,North,09102\r\n"};
static const struct part related = {"article_related_documents.csv", A_RELATED "10,3,1,,,77,4,,x\r\n10,3,2,12,1,,,,x\r\n"};
static const struct part ncds = {"article_related_ncd_documents.csv", A_NCDS "10,3,1,65,2,x\r\n"};
static const struct part lcd = {"lcd.csv", LCD "77,4,Bone growth stimulators,2015-10-01 00:00:00,,2025-11-01 00:00:00,,\"<p>\nText</p>\",A,"
                                               "2026-09-20 08:00:00,,2026-09-18 00:00:00,\r\n"};
static const struct part lcd_procedures = {
    "lcd_x_hcpc_code.csv", "lcd_id,lcd_version,hcpc_code_id,hcpc_code_version,hcpc_code_group,range,last_updated\r\n77,4,E0748,1,3,,x\r\n"};
static const struct part ncd = {"ncd_trkg.csv", NCD
                                "65,2,True,2,150.2,Osteogenic Stimulators,2005-04-27 00:00:00,,,\"<p>Text</p>\",2026-07-01 11:11:11,"
                                "2026-07-02 11:11:11\r\n66,1,True,2,150.3,Something - RETIRED,2005-04-27,,,x,2026-07-01,2026-07-01\r\n"};

#define ARTICLES article, procedures, covered

#define A_10_OF_20974                                                                                                                      \
    "article A10|Billing and Coding: Bone Growth|Local coverage article of North; South, Inc., in force since 2025-10-01, with LCD L77; "  \
    "the code is in groups 1, 2. It lists 2 diagnoses as covered and 1 as not covered.|-|20251001|99991231"
#define DIAGNOSES_OF_20974                                                                                                                 \
    "covered diagnosis, article A10 group 1|-|-|S82251K|20251001|99991231\ncovered diagnosis, article A10 group "                          \
    "2|-|-|M8440XA|20251001|99991231"

static void write_file(const char *path, struct span text) {
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
    assert_int_equal(fclose(file), 0);
}

/* Import paths as one order. */
static int import_paths(struct importing *on, const char *const *paths, size_t count, const char *effective, struct import_results *ret,
                        struct why *why) {
    struct import_order order = {.path = on->kb, .files = paths, .file_count = count};
    order.from = access(on->kb, F_OK) == 0 ? on->kb : NULL;
    if (effective && !date_parse(span_of(effective), &order.effective))
        fail_msg("no day: %s", effective);
    assert_true(date_parse(SPAN("2026-11-21"), &order.today));
    return kb_import(&order, on->arena, ret, why);
}

static int import_parts(struct importing *on, const struct part *parts, size_t count, const char *effective, struct import_results *ret,
                        struct why *why) {
    const char *paths[FILES_MAX];
    assert_true(count <= FILES_MAX);
    for (size_t i = 0; i < count; i++) {
        paths[i] = arena_printf(on->arena, "%s/%s", on->folder, parts[i].file);
        write_file(paths[i], span_of(parts[i].text));
    }
    int code = import_paths(on, paths, count, effective, ret, why);
    for (size_t i = 0; i < count; i++)
        unlink(paths[i]);
    return code;
}

static void have(struct importing *on, const char *name, const struct part *parts, size_t count) {
    struct import_results results;
    struct why why = {""};
    if (import_parts(on, parts, count, NULL, &results, &why))
        fail_msg("%s: %s", name, why.text);
}

/* A code's facts, a related code as its key. */
static const char *facts_of(struct importing *on, enum code_system system, const char *key) {
    struct buf text;
    sqlite3 *db;
    sqlite3_stmt *stmt;
    buf_init(&text, 1 << 20);
    assert_int_equal(sqlite3_open_v2(on->kb, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    const char *sql = "SELECT label, value, text, related, valid_from, valid_to FROM facts WHERE code = ? AND section = ? ORDER BY source, "
                      "position, valid_from";
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    sqlite3_bind_int64(stmt, 1, system_id(system, key));
    sqlite3_bind_int(stmt, 2, SECTION_COVERAGE);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        buf_text(&text, text.len ? "\n" : "");
        for (int i = 0; i < 6; i++) {
            char other[CODE_BYTES];
            enum code_system of;
            const char *column = (const char *)sqlite3_column_text(stmt, i);
            if (column && i == 3)
                column = system_of_id(sqlite3_column_int64(stmt, i), &of, other) ? other : "?";
            buf_printf(&text, "%s%s", i ? "|" : "", column ? column : "-");
        }
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    const char *ret = text.len ? buf_keep(&text, on->arena) : "";
    buf_free(&text);
    return ret;
}

static const struct {
    const char *name;
    struct part parts[FILES_MAX];
    const char *code, *facts;
    enum code_system system;
} sets[] = {
    {"a procedure, the documents last",
     {procedures, covered, not_covered, contracted, contractors, related, article},
     "20974",
     A_10_OF_20974 "\n" DIAGNOSES_OF_20974,
     SYSTEM_CPT},
    {"a procedure, the documents first",
     {article, contractors, related, contracted, not_covered, covered, procedures},
     "20974",
     A_10_OF_20974 "\n" DIAGNOSES_OF_20974,
     SYSTEM_CPT},
    {"an old version's procedure", {ARTICLES}, "20979", "", SYSTEM_CPT},
    {"an article of nobody, without diagnoses",
     {ARTICLES},
     "L3000",
     "article A11|Shoes|Local coverage article, in force since 2026-01-01; the code is in group 1.|-|20260101|99991231",
     SYSTEM_HCPCS},
    {"a covered diagnosis",
     {ARTICLES},
     "S82251K",
     "covered, article A10 group 1|Billing and Coding: Bone Growth|-|-|20251001|99991231",
     SYSTEM_ICD10CM},
    {"a diagnosis that is not covered",
     {not_covered, ARTICLES},
     "Z0189",
     "not covered, article A10 group 1|Billing and Coding: Bone Growth|-|-|20251001|99991231",
     SYSTEM_ICD10CM},
    {"an LCD's own procedure",
     {lcd, lcd_procedures},
     "E0748",
     "LCD L77|Bone growth stimulators|Local coverage determination, in force since 2025-11-01; the code is in its group "
     "3.|-|20251101|99991231",
     SYSTEM_HCPCS},
    {"an LCD by its article",
     {lcd, ARTICLES, related, contracted, contractors},
     "20974",
     "article A10|Billing and Coding: Bone Growth|Local coverage article of North; South, Inc., in force since 2025-10-01, with LCD L77; "
     "the code is in groups 1, 2. It lists 2 diagnoses as covered.|-|20251001|99991231\n" DIAGNOSES_OF_20974 "\n"
     "LCD L77|Bone growth stimulators|Local coverage determination, in force since 2025-11-01; the code is in groups 1, 2 of article "
     "A10.|-|20251101|99991231",
     SYSTEM_CPT},
    {"an NCD by an article",
     {ncd, {"article.csv", ARTICLE A_10}, procedures, {"article_x_icd10_covered.csv", A_COVERED}, ncds},
     "20974",
     "article A10|Billing and Coding: Bone Growth|Local coverage article, in force since 2025-10-01; the code is in groups 1, "
     "2.|-|20251001|99991231\n"
     "NCD 150.2|Osteogenic Stimulators|National coverage determination, in force since 2005-04-27; it goes with article A10, which lists "
     "the "
     "code.|-|20251001|99991231",
     SYSTEM_CPT},
    {"only the columns that are needed",
     {{"article.csv", "article_id,article_version,title,last_updated\n10,1,Title,2026-09-24\n"},
      {"codes.csv", "hcpc_code_group,hcpc_code_id,article_version,article_id\n,20974,1,10\n"},
      {"covered.csv", "icd10_covered_group,icd10_code_id,article_version,article_id\n,S82.251K,1,10\n"}},
     "20974",
     "article A10|Title|Local coverage article; it lists the code. It lists 1 diagnosis as covered.|-|20260924|99991231\n"
     "covered diagnosis, article A10|-|-|S82251K|20260924|99991231",
     SYSTEM_CPT},
    {"Windows-1252 and a byte order mark",
     {{"article.csv", "\xef\xbb\xbf" ARTICLE "10,3,6,\"The \x93right\x94 title\",,2025-10-01,,,A,2026-09-24,,\r\n"}, procedures, covered},
     "S82251K",
     "covered, article A10 group 1|The “right” title|-|-|20251001|99991231",
     SYSTEM_ICD10CM},
};

static size_t count_parts(const struct part *parts) {
    size_t ret = 0;
    while (ret < FILES_MAX && parts[ret].file)
        ret++;
    return ret;
}

static void files_are_joined(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(sets); i++) {
        forget(on);
        have(on, sets[i].name, sets[i].parts, count_parts(sets[i].parts));
        expect_text(sets[i].name, "facts", facts_of(on, sets[i].system, sets[i].code), sets[i].facts);
    }
}

static void parts_are_editions_of_their_own(void **state) {
    struct importing *on = *state;
    const struct part all[] = {ARTICLES, related, ncds, lcd, ncd};
    forget(on);
    have(on, "all", all, COUNT(all));
    expect_text("all", "sources",
                ask(on, "SELECT name, kind, edition, rows, valid_from, notice IS NOT NULL FROM sources WHERE imported <> 0 ORDER BY name"),
                "coverage-article-2026-09-24|coverage/article|articles of 2026-09-24|12|20260924|1\n"
                "coverage-lcd-2026-09-20|coverage/lcd|LCDs of 2026-09-20|1|20260920|1\n"
                "coverage-ncd-2026-07-01|coverage/ncd|NCDs of 2026-07-01|2|20260701|1");
    expect_text("all", "claims", ask(on, "SELECT title FROM claims ORDER BY title"), "Pathological fracture\nShaft fracture with nonunion");
    expect_text("all", "titles", ask(on, "SELECT count(*) FROM versions"), "0");
}

static const struct {
    const char *name, *rows, *facts;
} versions[] = {
    {"the newest", "10,1,6,One,,2024-01-01,,,A,2026-09-24,,\n10,2,6,Two,,2025-01-01,,,A,2026-09-24,,\n", "Two|20250101|99991231"},
    {"one of the future waits", "10,1,6,One,,2024-01-01,,,A,2026-09-24,,\n10,2,6,Two,,2027-01-01,,,F,2026-09-24,,\n",
     "One|20240101|99991231"},
    {"nothing but the future", "10,2,6,Two,,2027-01-01,,,F,2026-09-24,,\n", "Two|20270101|99991231"},
    {"retired", "10,1,6,One,,2024-01-01,2025-12-31,,R,2026-09-24,2025-12-31,\n", "One|20240101|20251231"},
    {"retired, nobody knows when", "10,1,6,One,,2024-01-01,,,R,2026-09-24,,\n", ""},
    {"the newest is retired", "10,1,6,One,,2024-01-01,,,A,2026-09-24,,\n10,2,6,Two,,2025-01-01,2025-02-01,,R,2026-09-24,,\n",
     "Two|20250101|20250201"},
    {"ended before it began", "10,1,6,One,,2024-01-01,2021-01-01,,A,2026-09-24,,\n", ""},
    {"a draft", "10,1,6,One,,2024-01-01,,,A,2026-09-24,,\n10,2,6,Two,,2025-01-01,,,D,2026-09-24,,\n", "One|20240101|99991231"},
    {"an end that is none", "10,1,6,One,,01/31/2024,9999-12-31,,A,2026-09-24,,\n", "One|20240131|99991231"},
};

static void only_one_version_counts(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(versions); i++) {
        const struct part parts[] = {
            {"article.csv", arena_printf(on->arena, ARTICLE "%s12,1,6,Other,,2024-01-01,,,A,2026-09-24,,\n", versions[i].rows)},
            {"codes.csv", A_PROCEDURES "10,1,20974,1,1,,,\n10,2,20974,1,1,,,\n12,1,20979,1,1,,,\n"},
            {"covered.csv", A_COVERED},
        };
        forget(on);
        have(on, versions[i].name, parts, COUNT(parts));
        expect_text(versions[i].name, "facts",
                    ask(on, arena_printf(on->arena, "SELECT value, valid_from, valid_to FROM facts WHERE code = %lld",
                                         (long long)system_id(SYSTEM_CPT, "20974"))),
                    versions[i].facts);
    }
}

static void an_article_that_will_retire_ends(void **state) {
    struct importing *on = *state;
    const struct part parts[] = {ARTICLES, {"article_future_retire.csv", "article_id,retire_dt\r\n10,2026-12-31 00:00:00\r\n"}};
    forget(on);
    have(on, "retires", parts, COUNT(parts));
    expect_text("retires", "facts", facts_of(on, SYSTEM_ICD10CM, "S82251K"),
                "covered, article A10 group 1|Billing and Coding: Bone Growth|-|-|20251001|20261231");
}

static void an_edition(struct importing *on, const char *title, const char *effective, const char *updated) {
    const struct part parts[] = {
        {"article.csv", arena_printf(on->arena, ARTICLE "10,3,6,%s,,%s,,,A,%s,,\n", title, effective, updated)}, procedures, covered};
    have(on, title, parts, COUNT(parts));
}

static const char titles[] = "SELECT DISTINCT value, valid_from, valid_to FROM facts WHERE label LIKE 'article%' ORDER BY valid_from";

static void editions_follow_each_other(void **state) {
    struct importing *on = *state;
    forget(on);
    an_edition(on, "April", "2025-03-01", "2026-04-01");
    expect_text("the first reaches back", "facts", ask(on, titles), "April|20250301|99991231");
    an_edition(on, "April again", "2025-02-01", "2026-04-01");
    expect_text("the first once more", "facts", ask(on, titles), "April again|20250201|99991231");
    an_edition(on, "July", "2025-03-01", "2026-07-01");
    expect_text("a newer one", "facts", ask(on, titles), "April again|20250201|20260630\nJuly|20260701|99991231");
    an_edition(on, "January", "2025-01-15", "2026-01-01");
    expect_text("an older one later", "facts", ask(on, titles),
                "January|20250115|20260331\nApril again|20260401|20260630\nJuly|20260701|99991231");
    an_edition(on, "April last", "2025-03-01", "2026-04-01");
    expect_text("the middle one again", "facts", ask(on, titles),
                "January|20250115|20260331\nApril last|20260401|20260630\nJuly|20260701|99991231");
    an_edition(on, "August", "2026-08-15", "2026-08-01");
    expect_text("one that begins later", "facts", ask(on, titles),
                "January|20250115|20260331\nApril last|20260401|20260630\nJuly|20260701|20260731\nAugust|20260815|99991231");
}

static void lcds_alone_end_nothing(void **state) {
    struct importing *on = *state;
    struct import_results results;
    struct why why = {""};
    const struct part all[] = {ARTICLES, related, lcd, lcd_procedures};
    const struct part later[] = {{"lcd.csv", LCD "77,5,New title,2015-10-01,,2025-11-01,,x,A,2026-10-20,,,\r\n"},
                                 {"lcd_x_hcpc_code.csv", "lcd_id,lcd_version,hcpc_code_id,hcpc_code_group\r\n77,5,E0748,3\r\n"}};
    forget(on);
    have(on, "all", all, COUNT(all));
    assert_int_equal(import_parts(on, later, COUNT(later), NULL, &results, &why), 0);
    assert_true(results.items[results.count - 1].extract);
    expect_within("alone", results.items[results.count - 1].note, "without current_article.zip");
    expect_text("alone", "LCDs", ask(on, "SELECT value, valid_from, valid_to FROM facts WHERE label = 'LCD L77' ORDER BY code, valid_from"),
                "Bone growth stimulators|20251101|99991231\nBone growth stimulators|20251101|20261019\nNew title|20261020|99991231");
}

static void long_lists_are_cut(void **state) {
    struct importing *on = *state;
    enum { ROWS_BYTES = 1 << 20 };
    struct buf rows;
    buf_init(&rows, ROWS_BYTES);
    buf_text(&rows, A_COVERED);
    for (int document = 10; document <= 12; document++)
        for (int i = 0; i < 250; i++)
            buf_printf(&rows, "%d,3,S%02d.%03d,6,1,,,,,\n", document, i / 10, i % 10 * 10);
    const struct part parts[] = {
        {"article.csv", ARTICLE "10,3,6,X,,2025-10-01,,,A,2026-09-24,,\n11,3,6,Y,,2025-10-01,,,A,2026-09-24,,\n"
                                "12,3,6,Z,,2025-10-01,,,A,2026-09-24,,\n"},
        {"codes.csv", A_PROCEDURES "10,3,20974,1,1,,,\n11,3,20974,1,1,,,\n12,3,20974,1,1,,,\n"},
        {"covered.csv", buf_keep(&rows, on->arena)},
    };
    buf_free(&rows);
    forget(on);
    have(on, "long", parts, COUNT(parts));
    expect_text("long", "diagnoses", ask(on, "SELECT label, count(*) FROM facts WHERE related IS NOT NULL GROUP BY label"),
                "covered diagnosis, article A10 group 1|200\ncovered diagnosis, article A11 group 1|200");
    expect_text("long", "notes", ask(on, "SELECT label, value, text FROM facts WHERE label LIKE 'covered diag%' AND related IS NULL"),
                "covered diagnosis, article A10|250|The article lists 250 diagnoses as covered; 50 of them are not shown here.\n"
                "covered diagnosis, article A11|250|The article lists 250 diagnoses as covered; 50 of them are not shown here.\n"
                "covered diagnosis, article A12|250|The article lists 250 diagnoses as covered; 250 of them are not shown here.");
}

/* A field with line ends, of so many bytes. */
static const char *article_of(struct importing *on, size_t bytes) {
    char *field = arena_alloc(on->arena, bytes + 1);
    for (size_t i = 0; i < bytes; i++)
        field[i] = i % 1000 ? 'x' : '\n';
    return arena_printf(on->arena, ARTICLE "10,3,6,Title,,2025-10-01,,\"%s\",A,2026-09-24,,\n", field);
}

static void large_fields_are_read(void **state) {
    enum { LARGE = 600000, TOO_LARGE = 5000000 };
    struct importing *on = *state;
    struct import_results results;
    struct why why = {""};
    struct part parts[] = {{"article.csv", article_of(on, LARGE)}, procedures, covered};
    forget(on);
    have(on, "large", parts, COUNT(parts));
    expect_text("large", "title", ask(on, "SELECT DISTINCT value FROM facts WHERE label LIKE 'article%'"), "Title");
    parts[0].text = article_of(on, TOO_LARGE);
    assert_int_equal(import_parts(on, parts, COUNT(parts), NULL, &results, &why), FAIL_LIMIT);
    expect_within("too large", why.text, "larger than");
}

static const struct {
    const char *name;
    struct part parts[4];
    const char *error;
} halves[] = {
    {"no article.csv", {procedures, covered}, "article.csv is missing"},
    {"no procedures", {article, covered}, "article_x_hcpc_code.csv is missing"},
    {"no diagnoses", {article, procedures}, "article_x_icd10_covered.csv is missing"},
    {"no lcd.csv", {lcd_procedures}, "lcd.csv is missing"},
    {"NCDs alone", {ncd}, "current_article.zip"},
    {"contractors alone", {contractors}, "name them all"},
    {"cut off in a quote", {procedures, covered, {"article.csv", ARTICLE A_11 "10,3,6,Title,,2025-10-01,,\"<p>half"}}, "never closed"},
    {"cut off in a row", {procedures, covered, {"article.csv", ARTICLE A_11 "10,3,6,Tit"}}, "4 fields instead of 12"},
    {"no day", {{"article.csv", "article_id,article_version,title\n10,3,Title\n"}, procedures, covered}, "--effective"},
};

static void half_an_export_is_refused(void **state) {
    struct importing *on = *state;
    forget(on);
    for (size_t i = 0; i < COUNT(halves); i++) {
        struct import_results results;
        struct why why = {""};
        size_t count = 0;
        while (count < COUNT(halves[i].parts) && halves[i].parts[count].file)
            count++;
        if (import_parts(on, halves[i].parts, count, NULL, &results, &why) != FAIL_INPUT)
            fail_msg("%s: imported", halves[i].name);
        expect_within(halves[i].name, why.text, halves[i].error);
        if (access(on->kb, F_OK) == 0)
            fail_msg("%s: left a knowledge base behind", halves[i].name);
    }
}

static void the_user_may_name_the_day(void **state) {
    struct importing *on = *state;
    struct import_results results;
    struct why why = {""};
    const struct part parts[] = {{"article.csv", "article_id,article_version,title\n10,3,Title\n"}, procedures, covered};
    forget(on);
    assert_int_equal(import_parts(on, parts, COUNT(parts), "2026-10-01", &results, &why), 0);
    expect_text("named", "source", ask(on, "SELECT name FROM sources WHERE imported <> 0"), "coverage-article-2026-10-01");
}

static const struct {
    const char *name;
    struct part part;
    const char *reason;
} rejected[] = {
    {"no number", {"article.csv", ARTICLE A_10 "x,3,6,Title,,2025-10-01,,,A,2026-09-24,,\n"}, "no number of a document"},
    {"no title", {"article.csv", ARTICLE A_10 "12,3,6,,,2025-10-01,,,A,2026-09-24,,\n"}, "without a title"},
    {"no day", {"article.csv", ARTICLE A_10 "12,3,6,Title,,soon,,,A,2026-09-24,,\n"}, "\"soon\" is no day"},
    {"no procedure", {"codes.csv", A_PROCEDURES "10,3,2097,1,1,,,\n"}, "no code of CPT or HCPCS"},
    {"no diagnosis", {"covered.csv", A_COVERED "10,3,20974,6,1,,,,,\n"}, "no code of ICD-10-CM"},
    {"no end", {"ends.csv", "article_id,retire_dt\n10,\n"}, "the day on which it ends"},
    {"no contractor", {"contractor.csv", CONTRACTORS ",8,1,Name,1\n"}, "without a number"},
};

static void a_row_that_can_not_be_used_is_told(void **state) {
    struct importing *on = *state;
    forget(on);
    for (size_t i = 0; i < COUNT(rejected); i++) {
        struct import_results results;
        struct why why = {""};
        if (import_parts(on, &rejected[i].part, 1, NULL, &results, &why) != FAIL_INPUT)
            fail_msg("%s: imported", rejected[i].name);
        assert_int_equal(results.items[0].rejected, 1);
        expect_within(rejected[i].name, results.items[0].rejects[0].reason, rejected[i].reason);
        expect_within(rejected[i].name, why.text, "can not be used");
    }
}

static void nobody_else_takes_these_files(void **state) {
    const struct part all[] = {ARTICLES, not_covered, contracted, contractors, related, ncds, lcd, lcd_procedures, ncd};
    (void)state;
    for (size_t i = 0; i < COUNT(all); i++)
        for (size_t at = 0; importers[at]; at++)
            if (importers[at]->recognises(all[i].file, span_of(all[i].text)) != (strcmp(importers[at]->kind, "coverage") == 0))
                fail_msg("%s: %s", all[i].file, importers[at]->kind);
}

static const struct unusable unusable[] = {
    {"empty", "article.csv", {"", 0}, "is empty"},
    {"binary", "article.csv", SPAN("\0\1\2\3"), "no text"},
    {"UTF-16", "article.csv",
     SPAN("\xff\xfe"
          "a\0r\0t\0"),
     "UTF-16"},
    {"another set", "article.csv", SPAN("HCPCS/CPT Code,MUE Value\n20974,2\n"), "has not the columns"},
    {"a file of the set that is not read", "x.csv", SPAN("article_id,article_version,sticky_note\n10,3,x\n"), "has not the columns"},
};

static void a_file_that_is_none_is_refused(void **state) {
    forget(*state);
    expect_unusable(*state, "coverage", unusable, COUNT(unusable));
}

/* A zip of these files, at path. */
static void zip(const char *path, const struct part *parts, const size_t *sizes, size_t count) {
    struct archive *archive = archive_write_new();
    archive_write_set_format_zip(archive);
    assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();
        size_t size = sizes ? sizes[i] : strlen(parts[i].text);
        archive_entry_set_pathname(entry, parts[i].file);
        archive_entry_set_size(entry, (la_int64_t)size);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        assert_int_equal(archive_write_data(archive, parts[i].text, size), (la_ssize_t)size);
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_free(archive), ARCHIVE_OK);
}

static char *read_all(struct importing *on, const char *path, size_t *size) {
    enum { ZIP_BYTES = 1 << 16 };
    char *ret = arena_alloc(on->arena, ZIP_BYTES);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    *size = fread(ret, 1, ZIP_BYTES, file);
    assert_int_equal(fclose(file), 0);
    return ret;
}

/* As CMS packs it: a readme and a zip of the tables, with files that are not read. cut: so many bytes of the inner zip are missing. */
static int import_packed(struct importing *on, size_t cut, struct import_results *results, struct why *why) {
    const struct part inside[] = {{"sticky.csv", "article_id,article_version,sticky_note\n10,3,x\n"}, covered, procedures, article};
    const char *path = arena_printf(on->arena, "%s/current_article.zip", on->folder);
    zip(path, inside, NULL, COUNT(inside));
    size_t sizes[] = {7, 0, 4};
    struct part outside[] = {
        {"readme_first.txt", "read me"}, {"current_article_csv.zip", read_all(on, path, &sizes[1])}, {"last.txt", "last"}};
    sizes[1] -= cut;
    zip(path, outside, sizes, COUNT(outside));
    int code = import_paths(on, &path, 1, NULL, results, why);
    unlink(path);
    return code;
}

static void an_archive_inside_an_archive_is_read(void **state) {
    struct importing *on = *state;
    struct import_results results;
    struct why why = {""};
    enum { CUT = 700 };
    forget(on);
    if (import_packed(on, 0, &results, &why))
        fail_msg("%s", why.text);
    expect_within("packed", results.items[0].file, "current_article.zip (article_x_icd10_covered.csv)");
    expect_text("packed", "facts", facts_of(on, SYSTEM_ICD10CM, "S82251K"),
                "covered, article A10 group 1|Billing and Coding: Bone Growth|-|-|20251001|99991231");
    forget(on);
    assert_int_equal(import_packed(on, CUT, &results, &why), FAIL_INPUT);
    expect_within("cut off", why.text, "damaged or cut off");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_joined),
        cmocka_unit_test(parts_are_editions_of_their_own),
        cmocka_unit_test(only_one_version_counts),
        cmocka_unit_test(an_article_that_will_retire_ends),
        cmocka_unit_test(editions_follow_each_other),
        cmocka_unit_test(lcds_alone_end_nothing),
        cmocka_unit_test(long_lists_are_cut),
        cmocka_unit_test(large_fields_are_read),
        cmocka_unit_test(half_an_export_is_refused),
        cmocka_unit_test(the_user_may_name_the_day),
        cmocka_unit_test(a_row_that_can_not_be_used_is_told),
        cmocka_unit_test(nobody_else_takes_these_files),
        cmocka_unit_test(a_file_that_is_none_is_refused),
        cmocka_unit_test(an_archive_inside_an_archive_is_read),
    };
    return cmocka_run_group_tests(tests, open_importing, close_importing);
}
