/* What the files of a Medicare Coverage Database export say together. Of a document only one version counts: the newest that is in force on
 * the first day of the edition, or the newest of all. A procedure is told the articles, LCDs and NCDs that speak of it and the diagnoses
 * that its articles cover; a diagnosis, which articles cover it or do not. LCDs and NCDs mostly name no codes: the articles that go with
 * them do. */
#include <inttypes.h>

#include "base/buf.h"
#include "kb/import/coverage.h"
#include "kb/schema.h"

enum { SHOWN_OF_CODE = 400, DOCUMENTS_OF_CODE = 150, ARTICLES_OF_DIAGNOSIS = 200 };

/* Positions in the section: documents, what was left out of them, then diagnoses. */
enum { AT_DOCUMENTS = 0, AT_NOTES = 1000, AT_DIAGNOSES = 2000 };

enum { SENTENCE_BYTES = 4000, LABEL_BYTES = 120 };

static const char notice[] = "CPT only copyright American Medical Association. All rights reserved.";

static const struct part {
    const char *name, *title;
    enum coverage_file needs[3];
    size_t needed;
} parts[COVERAGE_PARTS] = {
    [COVERAGE_ARTICLE] = {"article", "articles", {FILE_ARTICLE, FILE_ARTICLE_PROCEDURES, FILE_ARTICLE_COVERED}, 3},
    [COVERAGE_LCD] = {"lcd", "LCDs", {FILE_LCD}, 1},
    [COVERAGE_NCD] = {"ncd", "NCDs", {FILE_NCD}, 1},
};

static const char *const file_names[] = {"article.csv", "article_x_hcpc_code.csv", "article_x_icd10_covered.csv", "lcd.csv",
                                         "ncd_trkg.csv"};

/* ?1: the first day of the edition. */
static const char *const join[] = {
    "DROP TABLE IF EXISTS temp.coverage_now",
    "CREATE TEMP TABLE coverage_now (part INTEGER, id INTEGER, version INTEGER, name TEXT, title TEXT, first INTEGER, last INTEGER, "
    "owner TEXT, PRIMARY KEY (part, id)) WITHOUT ROWID",
    "INSERT INTO temp.coverage_now SELECT * FROM (SELECT d.part, d.id, d.version, coalesce(nullif(d.number, ''), "
    "  CASE d.part WHEN 0 THEN 'A' WHEN 1 THEN 'L' ELSE '' END || d.id), d.title, d.first, "
    "  min(d.last, coalesce((SELECT e.last FROM temp.coverage_ends e WHERE e.part = d.part AND e.id = d.id), 99991231)) AS ends, NULL "
    "  FROM (SELECT *, row_number() OVER (PARTITION BY part, id ORDER BY first <= ?1 DESC, version DESC) AS place "
    "    FROM temp.coverage_documents) d WHERE d.place = 1) WHERE ends >= first AND ends > 0",
    /* At most three contractors, by name. */
    "UPDATE temp.coverage_now SET owner = o.owner FROM (SELECT part, id, group_concat(name, '; ') || "
    "  CASE WHEN max(every) > 3 THEN '; and others' ELSE '' END AS owner FROM (SELECT part, id, name, "
    "    row_number() OVER (PARTITION BY part, id ORDER BY name) AS place, count(*) OVER (PARTITION BY part, id) AS every FROM "
    "    (SELECT DISTINCT n.part, n.id, k.name FROM temp.coverage_contracted c JOIN temp.coverage_now n ON n.part = c.part AND n.id = c.id "
    "     AND n.version = c.version JOIN temp.coverage_contractors k ON k.id = c.contractor WHERE k.name <> '')) "
    "  WHERE place <= 3 GROUP BY part, id) o WHERE coverage_now.part = o.part AND coverage_now.id = o.id",
    "DROP TABLE IF EXISTS temp.coverage_listed",
    "CREATE TEMP TABLE coverage_listed AS SELECT part, id, code, groups, row_number() OVER (PARTITION BY part, code ORDER BY id) AS place, "
    "  count(*) OVER (PARTITION BY part, code) AS every FROM (SELECT part, id, code, CASE WHEN max(inside) = 0 THEN '' "
    "    WHEN count(*) = 1 THEN 'group ' || min(inside) WHEN count(*) <= 5 THEN 'groups ' || group_concat(inside, ', ') "
    "    ELSE 'group ' || min(inside) || ' and ' || (count(*) - 1) || ' more' END AS groups FROM (SELECT c.* FROM temp.coverage_codes c "
    "    JOIN temp.coverage_now n ON n.part = c.part AND n.id = c.id AND n.version = c.version WHERE c.list = 0 "
    "    ORDER BY c.part, c.code, c.id, c.inside) GROUP BY part, code, id)",
    "CREATE INDEX temp.coverage_listed_by_id ON coverage_listed (part, id)",
    "CREATE INDEX temp.coverage_listed_by_code ON coverage_listed (part, code, place)",
    /* Which document (by) lists the codes of which (part, id). */
    "DROP TABLE IF EXISTS temp.coverage_pairs",
    "CREATE TEMP TABLE coverage_pairs AS "
    "SELECT n.part AS by_part, n.id AS by_id, l.to_part AS part, l.to_id AS id FROM temp.coverage_links l JOIN temp.coverage_now n "
    "  ON n.part = l.part AND n.id = l.id AND n.version = l.version "
    "UNION SELECT l.to_part, l.to_id, n.part, n.id FROM temp.coverage_links l JOIN temp.coverage_now n "
    "  ON n.part = l.part AND n.id = l.id AND n.version = l.version WHERE l.to_part = 0 "
    "UNION SELECT part, id, part, id FROM temp.coverage_now WHERE part = 1",
    "CREATE INDEX temp.coverage_pairs_by ON coverage_pairs (by_part, by_id, part)",
    NULL,
};

/* Of each article the first 200 diagnoses that it covers, and how many it covers. */
static const char *const show[] = {
    "CREATE TEMP TABLE IF NOT EXISTS coverage_shown (id INTEGER, place INTEGER, code INTEGER, inside INTEGER, every INTEGER, "
    "PRIMARY KEY (id, place)) WITHOUT ROWID",
    "INSERT INTO temp.coverage_shown SELECT id, place, code, lowest, every FROM (SELECT id, code, lowest, "
    "  row_number() OVER (PARTITION BY id ORDER BY lowest, code) AS place, count(*) OVER (PARTITION BY id) AS every FROM "
    "  (SELECT c.id, c.code, min(c.inside) AS lowest FROM temp.coverage_codes c JOIN temp.coverage_now n ON n.part = c.part AND n.id = "
    "c.id "
    "   AND n.version = c.version WHERE c.part = 0 AND c.list = 1 GROUP BY c.id, c.code)) WHERE place <= 200",
    NULL,
};

int64_t coverage_number(struct import *import, const char *sql, int64_t first, int64_t second) {
    struct row row = row_open(import->writer, sql);
    int wanted = row.stmt ? sqlite3_bind_parameter_count(row.stmt) : 0;
    if (wanted > 0)
        row_put_number(&row, first);
    if (wanted > 1)
        row_put_number(&row, second);
    int64_t ret = row_number(&row);
    row_close(&row);
    return ret;
}

static void run_all(struct import *import, const char *const *statements) {
    for (; *statements; statements++)
        coverage_number(import, *statements, import_first_day(import), 0);
}

static bool was_read(struct import *import, enum coverage_file file) {
    return coverage_number(import, "SELECT EXISTS (SELECT 1 FROM temp.coverage_files WHERE file = ?)", file, 0) != 0;
}

static int check_files(struct import *import, size_t part, struct why *why) {
    for (size_t i = 0; i < parts[part].needed; i++)
        if (!was_read(import, parts[part].needs[i]))
            return why_set(why, FAIL_INPUT, "%s is missing: name the whole export of the %s, as it was fetched",
                           file_names[parts[part].needs[i]], parts[part].title);
    if (part != COVERAGE_NCD || was_read(import, FILE_ARTICLE) || was_read(import, FILE_LCD))
        return 0;
    return why_set(why, FAIL_INPUT, "NCDs name no codes, the articles that go with them do: name current_article.zip in the same command");
}

static const char *day_text(struct import *import, int64_t day) { return arena_copy(import_arena(import), span_of(schema_date(day).iso)); }

static int announce(struct import *import, size_t part, struct why *why) {
    int64_t effective = import_effective(import);
    int64_t day = effective ? effective
                            : coverage_number(import, "SELECT max(updated) FROM temp.coverage_documents WHERE part = ?", (int64_t)part, 0);
    if (!day)
        return why_set(why, FAIL_INPUT,
                       "the %s have no day on which they were last updated: name the day of the export with --effective "
                       "YYYY-MM-DD",
                       parts[part].title);
    const char *text = day_text(import, day);
    struct import_edition edition = {
        .source = arena_printf(import_arena(import), "coverage-%s-%s", parts[part].name, text),
        .part = parts[part].name,
        .publisher = "CMS",
        .name = arena_printf(import_arena(import), "%s of %s", parts[part].title, text),
        .notice = notice,
        .valid_from = day,
        .piece = part != COVERAGE_ARTICLE && !was_read(import, FILE_ARTICLE),
    };
    if (edition.piece)
        import_note(import, "without current_article.zip only the codes are told that the %s list themselves", parts[part].title);
    return import_edition(import, &edition, why);
}

/* Where facts of one code after the other are being told. */
struct telling {
    struct import *import;
    struct row rows;
    struct buf text;
    int64_t code, document; /* of the row before */
    enum code_system system;
    char key[CODE_BYTES];
    unsigned told, of_code; /* for this document, for this code */
    int64_t every, first, last;
    char name[LABEL_BYTES];
    unsigned notes;
};

static struct telling begin(struct import *import, const char *sql) {
    struct telling ret = {.import = import, .rows = row_open(import->writer, sql), .code = -1, .document = -1};
    buf_init(&ret.text, SENTENCE_BYTES);
    return ret;
}

static void end(struct telling *on) {
    row_close(&on->rows);
    buf_free(&on->text);
}

static int64_t number_at(const struct telling *on, int column) { return sqlite3_column_int64(on->rows.stmt, column); }

static const char *text_at(const struct telling *on, int column) {
    const char *ret = (const char *)sqlite3_column_text(on->rows.stmt, column);
    return ret ? ret : "";
}

/* The next row, whose first column is the code. */
static bool next(struct telling *on) {
    if (!row_next(&on->rows) || !system_of_id(number_at(on, 0), &on->system, on->key))
        return false;
    buf_clear(&on->text);
    return true;
}

static void tell(struct telling *on, unsigned position, const char *label, const char *value, int64_t first, int64_t last) {
    struct import_fact fact = {
        .system = on->system,
        .key = on->key,
        .section = SECTION_COVERAGE,
        .position = position,
        .label = label,
        .value = value,
        .text = on->text.len ? on->text.ptr : NULL,
        .valid_from = first,
        .valid_to = last,
    };
    import_fact(on->import, &fact);
}

static void say_origin(struct telling *on, const char *what, const char *owner, int64_t first) {
    buf_text(&on->text, what);
    if (*owner)
        buf_printf(&on->text, " of %s", owner);
    if (first)
        buf_printf(&on->text, ", in force since %s", schema_date(first).iso);
}

/* Articles of a procedure. */
static const char articles_sql[] =
    "SELECT l.code, n.name, n.title, n.first, n.last, n.owner, l.groups, l.place, l.every, "
    "(SELECT group_concat('L' || id, ', ') FROM (SELECT p.id FROM temp.coverage_pairs p WHERE p.by_part = 0 AND p.by_id = n.id AND "
    "  p.part = 1 ORDER BY p.id LIMIT 3)), "
    "(SELECT max(every) FROM temp.coverage_shown s WHERE s.id = n.id), "
    "(SELECT count(DISTINCT code) FROM temp.coverage_codes c WHERE c.part = 0 AND c.list = 2 AND c.id = n.id AND c.version = n.version) "
    "FROM temp.coverage_listed l JOIN temp.coverage_now n ON n.part = 0 AND n.id = l.id WHERE l.part = 0 ORDER BY l.code, l.place";
enum { A_NAME = 1, A_TITLE, A_FIRST, A_LAST, A_OWNER, A_GROUPS, A_PLACE, A_EVERY, A_LCDS, A_COVERED, A_NOT_COVERED };

static void say_lists(struct telling *on, int64_t covered, int64_t not_covered) {
    if (covered)
        buf_printf(&on->text, " It lists %" PRId64 " diagnos%ss as covered", covered, covered == 1 ? "i" : "e");
    if (not_covered)
        buf_printf(&on->text, "%s %" PRId64 " as not covered", covered ? " and" : " It lists", not_covered);
    if (covered || not_covered)
        buf_char(&on->text, '.');
}

static void tell_articles(struct import *import) {
    struct telling on = begin(import, articles_sql);
    char label[LABEL_BYTES];
    while (next(&on)) {
        int64_t place = number_at(&on, A_PLACE);
        if (place > DOCUMENTS_OF_CODE + 1)
            continue;
        if (place == DOCUMENTS_OF_CODE + 1) {
            buf_printf(&on.text, "%" PRId64 " more articles list the code.", number_at(&on, A_EVERY) - DOCUMENTS_OF_CODE);
            tell(&on, AT_NOTES, "more articles", NULL, 0, 0);
            continue;
        }
        const char *groups = text_at(&on, A_GROUPS), *lcds = text_at(&on, A_LCDS);
        say_origin(&on, "Local coverage article", text_at(&on, A_OWNER), number_at(&on, A_FIRST));
        if (*lcds)
            buf_printf(&on.text, ", with LCD %s", lcds);
        buf_printf(&on.text, "; %s%s.", *groups ? "the code is in " : "it lists the code", groups);
        say_lists(&on, number_at(&on, A_COVERED), number_at(&on, A_NOT_COVERED));
        snprintf(label, sizeof label, "article %.80s", text_at(&on, A_NAME));
        tell(&on, AT_DOCUMENTS + (unsigned)place, label, text_at(&on, A_TITLE), number_at(&on, A_FIRST), number_at(&on, A_LAST));
    }
    end(&on);
}

/* LCDs and NCDs of a procedure, ?1 the part: as they list it themselves, otherwise by the first article that does. */
static const char documents_sql[] =
    "SELECT l.code, n.name, n.title, max(n.first, b.first), min(n.last, b.last), n.owner, l.groups, b.name, l.part, n.first, "
    "min(CASE l.part WHEN 1 THEN 0 ELSE b.id END) FROM temp.coverage_pairs p JOIN temp.coverage_now n ON n.part = p.part AND n.id = p.id "
    "JOIN temp.coverage_now b ON b.part = p.by_part AND b.id = p.by_id JOIN temp.coverage_listed l ON l.part = b.part AND l.id = b.id "
    "WHERE p.part = ?1 GROUP BY l.code, n.id ORDER BY l.code, n.id";
enum { D_NAME = 1, D_TITLE, D_FIRST, D_LAST, D_OWNER, D_GROUPS, D_BY, D_BY_PART, D_SINCE };

static void say_document(struct telling *on, size_t part) {
    const char *groups = text_at(on, D_GROUPS), *by = text_at(on, D_BY);
    bool own = number_at(on, D_BY_PART) == (int64_t)part;
    say_origin(on, part == COVERAGE_LCD ? "Local coverage determination" : "National coverage determination", text_at(on, D_OWNER),
               number_at(on, D_SINCE));
    if (part == COVERAGE_NCD)
        buf_printf(&on->text, "; it goes with %s %s, which lists the code.", number_at(on, D_BY_PART) == COVERAGE_LCD ? "LCD" : "article",
                   by);
    else if (own)
        buf_printf(&on->text, "; %s%s.", *groups ? "the code is in its " : "it lists the code", groups);
    else
        buf_printf(&on->text, "; %s%s%s %s.", *groups ? "the code is in " : "the code is listed", groups,
                   *groups ? " of article" : " by article", by);
}

static void tell_documents(struct import *import, size_t part) {
    struct telling on = begin(import, documents_sql);
    char label[LABEL_BYTES];
    row_put_number(&on.rows, (int64_t)part);
    while (next(&on)) {
        int64_t code = number_at(&on, 0);
        on.told = code == on.code ? on.told + 1 : 0;
        on.code = code;
        if (on.told >= DOCUMENTS_OF_CODE)
            continue;
        say_document(&on, part);
        snprintf(label, sizeof label, "%s %.80s", part == COVERAGE_LCD ? "LCD" : "NCD", text_at(&on, D_NAME));
        tell(&on, AT_DOCUMENTS + on.told, label, text_at(&on, D_TITLE), number_at(&on, D_FIRST), number_at(&on, D_LAST));
    }
    end(&on);
}

/* Covered diagnoses of a procedure, by article. */
static const char covered_sql[] =
    "SELECT l.code, l.id, n.name, n.first, n.last, s.code, s.inside, s.every FROM temp.coverage_listed l CROSS JOIN temp.coverage_now n "
    "ON n.part = 0 AND n.id = l.id CROSS JOIN temp.coverage_shown s ON s.id = l.id WHERE l.part = 0 ORDER BY l.code, l.place, s.place";
enum { C_DOCUMENT = 1, C_NAME, C_FIRST, C_LAST, C_DIAGNOSIS, C_GROUP, C_EVERY };

/* Said of the article before, when the next one begins: how many of its diagnoses were left out. */
static void note_rest(struct telling *on) {
    char label[LABEL_BYTES + 40], value[24];
    if (on->document < 0 || on->every <= on->told || on->notes >= DOCUMENTS_OF_CODE || !system_of_id(on->code, &on->system, on->key))
        return;
    buf_clear(&on->text);
    buf_printf(&on->text, "The article lists %" PRId64 " diagnoses as covered; %" PRId64 " of them are not shown here.", on->every,
               on->every - on->told);
    snprintf(label, sizeof label, "covered diagnosis, article %.60s", on->name);
    snprintf(value, sizeof value, "%" PRId64, on->every);
    tell(on, AT_NOTES + 1 + on->notes++, label, value, on->first, on->last);
}

static void tell_diagnosis(struct telling *on) {
    char label[LABEL_BYTES + 40], group[LABEL_BYTES] = "", related[CODE_BYTES];
    enum code_system system;
    if (!system_of_id(number_at(on, C_DIAGNOSIS), &system, related) || on->of_code >= SHOWN_OF_CODE)
        return;
    if (number_at(on, C_GROUP))
        snprintf(group, sizeof group, " group %" PRId64, number_at(on, C_GROUP));
    snprintf(label, sizeof label, "covered diagnosis, article %.60s%.40s", on->name, group);
    struct import_fact fact = {
        .system = on->system,
        .key = on->key,
        .section = SECTION_COVERAGE,
        .position = AT_DIAGNOSES + on->of_code++,
        .label = label,
        .related_system = system,
        .related = related,
        .valid_from = number_at(on, C_FIRST),
        .valid_to = number_at(on, C_LAST),
    };
    on->told++;
    import_fact(on->import, &fact);
}

static void tell_covered(struct import *import) {
    struct telling on = begin(import, covered_sql);
    while (next(&on)) {
        int64_t code = number_at(&on, 0), document = number_at(&on, C_DOCUMENT);
        if (code != on.code || document != on.document) {
            note_rest(&on);
            if (code != on.code)
                on.of_code = on.notes = 0;
            on.told = 0;
            on.code = code;
            on.document = document;
            on.every = number_at(&on, C_EVERY);
            on.first = number_at(&on, C_FIRST);
            on.last = number_at(&on, C_LAST);
            snprintf(on.name, sizeof on.name, "%.60s", text_at(&on, C_NAME));
            system_of_id(code, &on.system, on.key);
        }
        tell_diagnosis(&on);
    }
    note_rest(&on);
    end(&on);
}

/* Articles of a diagnosis. */
static const char diagnoses_sql[] =
    "SELECT c.code, c.list, n.name, n.title, n.first, n.last, min(c.inside), count(*) OVER (PARTITION BY c.code) FROM "
    "temp.coverage_codes c JOIN temp.coverage_now n ON n.part = c.part AND n.id = c.id AND n.version = c.version "
    "WHERE c.part = 0 AND c.list > 0 GROUP BY c.code, c.list, c.id ORDER BY c.code, c.list, c.id";
enum { G_LIST = 1, G_NAME, G_TITLE, G_FIRST, G_LAST, G_GROUP, G_EVERY };

static void tell_diagnoses(struct import *import) {
    struct telling on = begin(import, diagnoses_sql);
    char label[LABEL_BYTES], group[LABEL_BYTES / 4];
    while (next(&on)) {
        int64_t code = number_at(&on, 0);
        on.told = code == on.code ? on.told + 1 : 0;
        on.code = code;
        if (on.told > ARTICLES_OF_DIAGNOSIS)
            continue;
        if (on.told == ARTICLES_OF_DIAGNOSIS) {
            buf_printf(&on.text, "%" PRId64 " more articles list the diagnosis.", number_at(&on, G_EVERY) - ARTICLES_OF_DIAGNOSIS);
            tell(&on, AT_NOTES, "more articles", NULL, 0, 0);
            continue;
        }
        group[0] = '\0';
        if (number_at(&on, G_GROUP))
            snprintf(group, sizeof group, " group %" PRId64, number_at(&on, G_GROUP));
        snprintf(label, sizeof label, "%s, article %.60s%s", number_at(&on, G_LIST) == LIST_COVERED ? "covered" : "not covered",
                 text_at(&on, G_NAME), group);
        tell(&on, AT_DOCUMENTS + on.told, label, text_at(&on, G_TITLE), number_at(&on, G_FIRST), number_at(&on, G_LAST));
    }
    end(&on);
}

/* What the export calls the diagnoses, which NCHS publishes. */
static void claim_titles(struct import *import) {
    struct telling on = begin(import, "SELECT code, title FROM temp.coverage_titles ORDER BY code");
    while (next(&on))
        import_claim(import, on.system, on.key, span_of(text_at(&on, 1)));
    end(&on);
}

int coverage_finish(struct import *import, size_t part, struct why *why) {
    if (!coverage_number(import, "SELECT count(*) FROM temp.coverage_files WHERE part = ?", (int64_t)part, 0))
        return why_set(why, FAIL_EMPTY, "no file of the %s", parts[part].title);
    int code = check_files(import, part, why);
    if (!code)
        code = announce(import, part, why);
    if (code)
        return code;
    import_rows(import, (size_t)coverage_number(import, "SELECT sum(rows) FROM temp.coverage_files WHERE part = ?", (int64_t)part, 0));
    run_all(import, join);
    if (part != COVERAGE_ARTICLE) {
        tell_documents(import, part);
        return 0;
    }
    run_all(import, show);
    tell_articles(import);
    tell_covered(import);
    tell_diagnoses(import);
    claim_titles(import);
    return 0;
}
