#include "kb/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "kb/agree.h"
#include "kb/handle.h"
#include "kb/schema.h"

enum { KNOWN_BYTES = 64 << 10, EXAMPLES = 5, BETTER_PERCENT = 25, HITS = 10, SENTENCE_BYTES = 400 };

struct verification {
    struct kb *kb;
    struct date today;
    struct arena *arena;
    verify_report *report;
    void *context;
    struct verify_counts counts;
    bool damaged;
};

__attribute__((format(printf, 5, 6))) static void find(struct verification *on, enum verify_level level, const char *check,
                                                       const char *source, const char *format, ...) {
    char text[SENTENCE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    *(level == VERIFY_ERROR ? &on->counts.errors : &on->counts.notes) += 1;
    struct verify_finding finding = {level, check, source ? source : "?", text};
    on->report(on->context, &finding);
}

static sqlite3_stmt *query(struct verification *on, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    if (!on->damaged && sqlite3_prepare_v2(on->kb->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        on->damaged = true;
    return stmt;
}

static bool next(struct verification *on, sqlite3_stmt *stmt) {
    int step = stmt ? sqlite3_step(stmt) : SQLITE_DONE;
    on->damaged = on->damaged || (step != SQLITE_ROW && step != SQLITE_DONE);
    return step == SQLITE_ROW;
}

static const char *text_at(sqlite3_stmt *stmt, int column) {
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    return text ? text : "";
}

/* "ICD-10-CM S82.251A". */
struct shown {
    char text[48];
};

static struct shown show(int64_t code) {
    struct shown ret;
    enum code_system system;
    char key[CODE_BYTES], display[CODE_BYTES];
    if (!system_of_id(code, &system, key)) {
        snprintf(ret.text, sizeof ret.text, "a number that is no code");
        return ret;
    }
    system_display(system, key, display);
    snprintf(ret.text, sizeof ret.text, "%s %s", name_text(system_titles, (int)system), display);
    return ret;
}

/* What is damaged is damage, whatever the rows say that can still be read: then nothing else is looked at. */
static bool is_sound(struct verification *on) {
    size_t before = on->counts.errors;
    sqlite3_stmt *stmt = query(on, "PRAGMA quick_check(5)");
    while (next(on, stmt))
        if (strcmp(text_at(stmt, 0), "ok") != 0)
            find(on, VERIFY_ERROR, "the file", on->kb->path, "it is damaged (%s): install it again, or import anew", text_at(stmt, 0));
    sqlite3_finalize(stmt);
    return !on->damaged && on->counts.errors == before;
}

/* Rows that name a source, or a system, that is not there. */
static const char dangling_sql[] = "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2";

static void check_references(struct verification *on) {
    sqlite3_stmt *stmt = query(on, dangling_sql);
    while (next(on, stmt))
        find(on, VERIFY_ERROR, text_at(stmt, 1), NULL, "rows of \"%s\" without one: %lld", text_at(stmt, 0),
             (long long)sqlite3_column_int64(stmt, 2));
    sqlite3_finalize(stmt);
}

/* Does a whole edition of the code's system hold on one of these days? */
static bool can_be_judged(struct verification *on, int64_t code, int64_t from, int64_t to) {
    enum code_system system;
    char key[CODE_BYTES];
    if (!system_of_id(code, &system, key))
        return true;
    for (size_t i = 0; i < on->kb->edition_count; i++) {
        const struct edition *edition = &on->kb->editions[i];
        if (edition->system == system && edition->complete && edition->valid_from <= to && edition->valid_to >= from)
            return true;
    }
    return false;
}

/* Kinds whose facts people wrote; the rest comes from official files, which may be older than the codes' edition. */
static bool is_ours(const char *kind) {
    return strcmp(kind, "house") == 0 || strcmp(kind, "manual") == 0 || span_starts(span_of(kind), SPAN("notes"));
}

/* Where a code that nobody knows is an error, though no whole edition is loaded: anybody may import one. CPT takes a license. */
static bool has_public_edition(int64_t code) {
    enum code_system system;
    char key[CODE_BYTES];
    return !system_of_id(code, &system, key) || system == SYSTEM_ICD10CM || system == SYSTEM_ICD10PCS || system == SYSTEM_HCPCS ||
           system == SYSTEM_MOD || system == SYSTEM_NUCC || system == SYSTEM_POS;
}

/* A code that was never there is an error of whoever wrote it; one that has ended meanwhile is only worth a note. */
static const char named_sql[] =
    "SELECT f.related, f.code, s.name, s.kind, f.valid_from, f.valid_to, f.section, "
    "  EXISTS (SELECT 1 FROM versions v WHERE v.code = f.related) "
    "FROM facts f JOIN sources s ON s.id = f.source WHERE f.related IS NOT NULL AND "
    "  NOT EXISTS (SELECT 1 FROM versions v WHERE v.code = f.related AND v.valid_from <= f.valid_to AND v.valid_to >= f.valid_from)";

static void check_named(struct verification *on) {
    sqlite3_stmt *stmt = query(on, named_sql);
    size_t official = 0;
    while (next(on, stmt)) {
        int64_t related = sqlite3_column_int64(stmt, 0), from = sqlite3_column_int64(stmt, 4), to = sqlite3_column_int64(stmt, 5);
        const char *source = text_at(stmt, 2), *section = name_text(section_names, sqlite3_column_int(stmt, 6));
        bool ever = sqlite3_column_int(stmt, 7), ours = is_ours(text_at(stmt, 3));
        bool judged = can_be_judged(on, related, from, to);
        if (!judged && (!ours || ever))
            continue;
        if (!ours && ++official > EXAMPLES)
            continue;
        enum verify_level level = ours && !ever && (judged || has_public_edition(related)) ? VERIFY_ERROR : VERIFY_NOTE;
        find(on, level, "named codes", source, "the %s of %s name %s, %s", section, show(sqlite3_column_int64(stmt, 1)).text,
             show(related).text, ever     ? "which is not valid on the days of that"
                                 : judged ? "which does not exist"
                                          : "which is not in this knowledge base: correct it, or import the edition that has it");
    }
    sqlite3_finalize(stmt);
    if (official > EXAMPLES)
        find(on, VERIFY_NOTE, "named codes", "official files", "%zu codes more are named by official files and not there on the same days",
             official - EXAMPLES);
}

static const char described_sql[] =
    "SELECT f.code, s.name, s.kind, min(f.valid_from), max(f.valid_to) FROM facts f JOIN sources s ON s.id = f.source "
    "WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE v.code = f.code) GROUP BY f.code, f.source";

/* Facts about codes that do not exist: of an official file a few are codes that have gone, many are a wrong file. */
static void check_described(struct verification *on) {
    sqlite3_stmt *stmt = query(on, described_sql);
    size_t official = 0;
    while (next(on, stmt)) {
        int64_t code = sqlite3_column_int64(stmt, 0);
        bool judged = can_be_judged(on, code, sqlite3_column_int64(stmt, 3), sqlite3_column_int64(stmt, 4));
        bool ours = is_ours(text_at(stmt, 2));
        if (!judged && !(ours && has_public_edition(code)))
            continue;
        if (!ours && ++official > EXAMPLES)
            continue;
        find(on, ours ? VERIFY_ERROR : VERIFY_NOTE, "described codes", text_at(stmt, 1), "there are facts about %s, which no loaded edition holds",
             show(code).text);
    }
    sqlite3_finalize(stmt);
    if (official > EXAMPLES)
        find(on, VERIFY_NOTE, "described codes", "official files", "facts about %zu codes more that do not exist", official - EXAMPLES);
}

static const char pairs_sql[] = "SELECT code FROM (SELECT DISTINCT column1 AS code FROM pairs UNION SELECT DISTINCT column2 FROM pairs) "
                                "WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE v.code = code)";

static void check_pairs(struct verification *on) {
    sqlite3_stmt *stmt = query(on, pairs_sql);
    size_t unknown = 0;
    while (next(on, stmt)) {
        int64_t code = sqlite3_column_int64(stmt, 0);
        if (can_be_judged(on, code, 0, schema_day(DATE_FOREVER)) && ++unknown <= EXAMPLES)
            find(on, VERIFY_NOTE, "NCCI edits", "ptp", "an edit names %s, which no loaded edition holds", show(code).text);
    }
    sqlite3_finalize(stmt);
    if (unknown > EXAMPLES)
        find(on, VERIFY_NOTE, "NCCI edits", "ptp", "%zu codes more that no loaded edition holds", unknown - EXAMPLES);
}

/* Rows that can not be true whatever they say. Each yields a code and a source. */
static const struct {
    const char *check, *sentence, *sql;
} impossible[] = {
    {"days", "a fact ends before it begins",
     "SELECT f.code, s.name FROM facts f JOIN sources s ON s.id = f.source WHERE f.says_from > f.says_to"},
    {"days", "the code ends before it begins",
     "SELECT v.code, s.name FROM versions v JOIN sources s ON s.id = v.source WHERE v.valid_from > v.valid_to"},
    {"days", "the code has two meanings on one day",
     "SELECT a.code, s.name FROM versions a JOIN versions b ON b.code = a.code AND b.valid_from > a.valid_from AND b.valid_from <= "
     "a.valid_to JOIN sources s ON s.id = b.source"},
    {"days", "two edits of the code with another hold on one day",
     "SELECT a.column1, s.name FROM pairs a JOIN pairs b ON b.column1 = a.column1 AND b.column2 = a.column2 AND b.valid_from > "
     "a.valid_from AND b.valid_from <= a.valid_to JOIN sources s ON s.id = b.source WHERE a.indicator <> 9 AND b.indicator <> 9"},
    {"successors", "the successor does not exist",
     "SELECT v.code, s.name FROM versions v JOIN sources s ON s.id = v.source WHERE v.successor IS NOT NULL AND s.kind = 'house' AND "
     "NOT EXISTS (SELECT 1 FROM versions n WHERE n.code = v.successor)"},
    {"families", "it belongs to a family but does not exist",
     "SELECT f.code, NULL FROM families f WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE v.code = f.code)"},
};

static void check_impossible(struct verification *on) {
    for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++) {
        sqlite3_stmt *stmt = query(on, impossible[i].sql);
        size_t count = 0;
        while (next(on, stmt))
            if (++count <= EXAMPLES)
                find(on, VERIFY_ERROR, impossible[i].check, sqlite3_column_text(stmt, 1) ? text_at(stmt, 1) : NULL, "%s: %s",
                     show(sqlite3_column_int64(stmt, 0)).text, impossible[i].sentence);
        sqlite3_finalize(stmt);
        if (count > EXAMPLES)
            find(on, VERIFY_ERROR, impossible[i].check, NULL, "%zu more: %s", count - EXAMPLES, impossible[i].sentence);
    }
}

/* What people wrote about a diagnosis that they relate to something. */
static const char told_sql[] = "SELECT f.related, f.text, v.title, s.name, f.code FROM facts f JOIN sources s ON s.id = f.source "
                               "JOIN versions v ON v.code = f.related AND v.valid_from <= f.valid_to AND v.valid_to >= f.valid_from "
                               "WHERE f.related BETWEEN ?1 AND ?2 AND f.text IS NOT NULL AND (s.kind IN ('house', 'manual') OR s.kind LIKE 'notes%')";

static const char siblings_sql[] = "SELECT title FROM versions WHERE code BETWEEN ?1 AND ?2 AND title IS NOT NULL";

struct told {
    int64_t code, about;
    struct span title;
    const char *source;
    struct agree_words words;
};

static void contradict(struct verification *on, const struct told *told, struct span said, struct span is) {
    find(on, VERIFY_ERROR, "diagnoses", told->source, "what is said of %s at %s speaks of \"%.*s\", but it is \"%.*s\"",
         show(told->code).text, show(told->about).text, SPAN_ARG(said), SPAN_ARG(is));
}

/* Titles of one category differ in single words: spiral or comminuted, left or right. Who says the word of a neighbour and not the
 * code's own means the neighbour. */
static void check_siblings(struct verification *on, sqlite3_stmt *siblings, const struct told *told) {
    enum { CATEGORY = 3 };
    enum code_system system;
    char key[CODE_BYTES];
    struct span own, other;
    if (!system_of_id(told->code, &system, key))
        return;
    key[CATEGORY] = '\0';
    sqlite3_bind_int64(siblings, 1, system_id(system, key));
    sqlite3_bind_int64(siblings, 2, system_id_last(system, key));
    while (next(on, siblings)) {
        if (!agree_differ_in_one(told->title, span_of(text_at(siblings, 0)), &own, &other))
            continue;
        if (other.len > 2 && agree_has(&told->words, other) && !agree_has(&told->words, own)) {
            contradict(on, told, other, told->title);
            break;
        }
    }
    sqlite3_reset(siblings);
}

/* The seventh character says open or closed in more than one word. */
static void check_open(struct verification *on, const struct told *told) {
    static const struct {
        const char *title, *said, *not_said;
    } rows[] = {{"for closed fracture", "open", "closed"}, {"for open fracture", "closed", "open"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (span_find_same(told->title, span_of(rows[i].title)) != SPAN_NONE && agree_has(&told->words, span_of(rows[i].said)) &&
            !agree_has(&told->words, span_of(rows[i].not_said)))
            contradict(on, told, span_of(rows[i].said), told->title);
}

static bool is_diagnosis(int64_t code) {
    return code >= system_id(SYSTEM_ICD10CM, "") && code <= system_id_last(SYSTEM_ICD10CM, "");
}

static void check_told(struct verification *on) {
    sqlite3_stmt *stmt = query(on, told_sql), *siblings = query(on, siblings_sql);
    sqlite3_bind_int64(stmt, 1, system_id(SYSTEM_ICD10CM, ""));
    sqlite3_bind_int64(stmt, 2, system_id_last(SYSTEM_ICD10CM, ""));
    while (next(on, stmt)) {
        struct told told = {.code = sqlite3_column_int64(stmt, 0), .title = span_of(text_at(stmt, 2)), .source = text_at(stmt, 3)};
        told.about = sqlite3_column_int64(stmt, 4);
        agree_read(span_of(text_at(stmt, 1)), &told.words);
        on->counts.checked++;
        check_siblings(on, siblings, &told);
        check_open(on, &told);
    }
    sqlite3_finalize(stmt);
    sqlite3_finalize(siblings);
}

/* Does what a diagnosis is called speak of a neighbour? */
static bool contradicts(struct verification *on, int64_t code, struct span title, const char *source) {
    sqlite3_stmt *stmt = query(on, "SELECT title FROM versions WHERE code = ?1 AND title IS NOT NULL ORDER BY valid_from DESC");
    sqlite3_stmt *siblings = query(on, siblings_sql);
    struct told told = {.code = code, .about = code, .source = source};
    size_t errors = on->counts.errors;
    sqlite3_bind_int64(stmt, 1, code);
    agree_read(title, &told.words);
    if (is_diagnosis(code) && next(on, stmt)) {
        told.title = span_of(text_at(stmt, 0));
        check_siblings(on, siblings, &told);
        check_open(on, &told);
    }
    sqlite3_finalize(siblings);
    sqlite3_finalize(stmt);
    return on->counts.errors > errors;
}

/* All that is known of how a code is called, but what this source says. */
static const char known_sql[] = "SELECT title, 0 FROM versions WHERE code = ?1 AND source <> ?2 AND title IS NOT NULL "
                                "UNION ALL SELECT text, 1 FROM words WHERE code = ?1";

static const char *known_texts(struct verification *on, int64_t code, int64_t source, bool *has_title) {
    struct buf buf;
    sqlite3_stmt *stmt = query(on, known_sql);
    buf_init(&buf, KNOWN_BYTES);
    *has_title = false;
    sqlite3_bind_int64(stmt, 1, code);
    sqlite3_bind_int64(stmt, 2, source);
    while (next(on, stmt)) {
        *has_title = *has_title || sqlite3_column_int(stmt, 1) == 0;
        buf_printf(&buf, "%s\n", text_at(stmt, 0));
    }
    sqlite3_finalize(stmt);
    const char *ret = buf_keep(&buf, on->arena);
    buf_free(&buf);
    return ret;
}

static bool is_a_title(const char *known, struct span title) {
    struct span rest = span_of(known), line;
    while (span_line(&rest, &line))
        if (agree_same(line, title))
            return true;
    return false;
}

/* The code that has clearly more of the claimed words, or NULL. */
static const char *better_match(struct verification *on, int64_t code, struct span title, const struct agree_words *claimed,
                                unsigned percent) {
    enum code_system system;
    char key[CODE_BYTES];
    struct kb_hits hits = {NULL, 0};
    struct why why;
    if (!system_of_id(code, &system, key))
        return NULL;
    int failed = kb_search(on->kb, title, 1u << system, on->today, HITS, on->arena, &hits, &why);
    on->damaged = on->damaged || failed == FAIL_SYSTEM;
    if (failed)
        return NULL;
    for (size_t i = 0; i < hits.count; i++) {
        bool has_title;
        struct agree_words words = {.count = 0};
        if (strcmp(hits.items[i].code.key, key) == 0)
            continue;
        agree_read(span_of(known_texts(on, system_id(system, hits.items[i].code.key), 0, &has_title)), &words);
        if (agree_percent(claimed, &words) >= percent + BETTER_PERCENT)
            return hits.items[i].code.display;
    }
    return NULL;
}

/* A title that is said to be the publisher's has to be it; another one has to speak of the same thing, and of no other code more. */
static void check_claim(struct verification *on, sqlite3_stmt *stmt) {
    int64_t code = sqlite3_column_int64(stmt, 0), source = sqlite3_column_int64(stmt, 1);
    struct span title = span_of(text_at(stmt, 3));
    struct agree_words claimed = {.count = 0}, words = {.count = 0};
    bool has_title;
    const char *known = known_texts(on, code, source, &has_title);
    on->counts.checked++;
    if (!has_title || is_a_title(known, title))
        return;
    if (sqlite3_column_int(stmt, 2)) {
        find(on, VERIFY_ERROR, "titles", text_at(stmt, 4), "%s is not \"%s\" in the official file", show(code).text, title.ptr);
        return;
    }
    if (contradicts(on, code, title, text_at(stmt, 4)))
        return;
    agree_read(title, &claimed);
    agree_read(span_of(known), &words);
    unsigned percent = agree_percent(&claimed, &words);
    if (percent == 0) {
        find(on, VERIFY_ERROR, "titles", text_at(stmt, 4), "%s is called \"%s\", which has nothing in common with its title",
             show(code).text, title.ptr);
        return;
    }
    const char *better = better_match(on, code, title, &claimed, percent);
    if (better)
        find(on, VERIFY_ERROR, "titles", text_at(stmt, 4), "%s is called \"%s\", but that is %s", show(code).text, title.ptr, better);
}

/* What the house calls a procedure is not held against a licensed descriptor: it must not even resemble that. Modifiers likewise. */
static const char claims_sql[] = "SELECT c.code, c.source, c.official, c.title, s.name FROM claims c JOIN sources s ON s.id = c.source "
                                 "WHERE NOT (s.kind = 'house' AND (c.code BETWEEN ?1 AND ?2 OR c.code BETWEEN ?3 AND ?4)) "
                                 "ORDER BY c.code";

static void check_claims(struct verification *on) {
    sqlite3_stmt *stmt = query(on, claims_sql);
    sqlite3_bind_int64(stmt, 1, system_id(SYSTEM_CPT, ""));
    sqlite3_bind_int64(stmt, 2, system_id_last(SYSTEM_CPT, ""));
    sqlite3_bind_int64(stmt, 3, system_id(SYSTEM_MOD, ""));
    sqlite3_bind_int64(stmt, 4, system_id_last(SYSTEM_MOD, ""));
    while (next(on, stmt))
        check_claim(on, stmt);
    sqlite3_finalize(stmt);
}

/* Who bills a procedure: what is said of a specialty has to have a word of its title. */
static const char specialties_sql[] =
    "SELECT f.related, f.text, v.title, s.name, f.code, (SELECT group_concat(t.text, ' ') FROM "
    "(SELECT text, code FROM words UNION ALL SELECT title, code FROM claims) t WHERE t.code = f.related) "
    "FROM facts f JOIN sources s ON s.id = f.source JOIN versions v ON v.code = f.related "
    "WHERE f.section = ?1 AND f.related IS NOT NULL AND f.text IS NOT NULL AND (s.kind IN ('house', 'manual') OR s.kind LIKE 'notes%')";

static void check_specialties(struct verification *on) {
    sqlite3_stmt *stmt = query(on, specialties_sql);
    sqlite3_bind_int(stmt, 1, SECTION_SPECIALTIES);
    while (next(on, stmt)) {
        struct agree_words said = {.count = 0}, known = {.count = 0};
        agree_read(span_of(text_at(stmt, 2)), &known);
        agree_read(span_of(text_at(stmt, 5)), &known);
        agree_read(span_of(text_at(stmt, 1)), &said);
        on->counts.checked++;
        if (agree_percent(&said, &known) == 0)
            find(on, VERIFY_ERROR, "specialties", text_at(stmt, 3), "%s is \"%s\", but at %s it is said to be: %s",
                 show(sqlite3_column_int64(stmt, 0)).text, text_at(stmt, 2), show(sqlite3_column_int64(stmt, 4)).text, text_at(stmt, 1));
    }
    sqlite3_finalize(stmt);
}

static const char counted_sql[] = "SELECT (SELECT count(*) FROM facts) + (SELECT count(*) FROM versions) + (SELECT count(*) FROM pairs)";

int kb_verify(struct kb *kb, struct date today, struct arena *arena, verify_report *report, void *context, struct verify_counts *ret,
              struct why *why) {
    static void (*const checks[])(struct verification *) = {check_references, check_impossible, check_named, check_described,
                                                            check_pairs,      check_claims,     check_told,  check_specialties};
    struct verification on = {.kb = kb, .today = today, .arena = arena, .report = report, .context = context};
    bool sound = is_sound(&on);
    for (size_t i = 0; i < sizeof checks / sizeof *checks && sound && !on.damaged; i++)
        checks[i](&on);
    sqlite3_stmt *stmt = sound ? query(&on, counted_sql) : NULL;
    if (next(&on, stmt))
        on.counts.checked += (size_t)sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    if (on.damaged)
        return handle_damaged(kb, why);
    *ret = on.counts;
    return 0;
}
