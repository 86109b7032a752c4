#include "tests/property/corpus.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "kb/system.h"

/* $p a procedure, $d a diagnosis, $m a modifier, $s a code of any other system, $w words of a title, $n a small number. */
static const char *const sentences[] = {
    "What is $p?",
    "Is $d still valid for DOS 3/1/2026?",
    "What does modifier $m mean?",
    "$s please",
    "Difference between $p and $p?",
    "What is the difference between $d and $d, and which one is for the left side?",
    "Does $p need modifier $m?",
    "Can I report $p-$m with $p-$m?",
    "Which modifiers go with $p?",
    "Can $p and $p be billed together?",
    "Is $p bundled into $p when done at another site?",
    "What is included in $p?",
    "How many units of $p a day?",
    "$p x$n: is that over the MUE?",
    "We gave $n00 mg of $p. How many units?",
    "What does Medicare pay for $p in the office?",
    "Global days and RVUs of $p, $p and $p?",
    "Relative weight of $s",
    "Which diagnoses go with $p?",
    "Does $d support $p?",
    "Which procedures are billed with $d?",
    "Is $p covered by Medicare?",
    "Aetna denied $p with $d as not medically necessary. Is there an LCD?",
    "What must the note say for $p?",
    "Sequencing of $d and $d?",
    "Which code for $w?",
    "icd 10 for $w",
    "Is $p right for $w or is there a better one?",
    "Please check this claim: $p-$m, $p, $d, DOS 2026-05-04",
    "$p, $p-$m, $d, $d",
    "1) What is $p?\n2) Does it take $m?\n3) And how many units, if we do $n?",
    "What is $p? What does $p pay? Can they go together?",
    "99999, 20681, Z99.99 and L1991: do they exist?",
    "The claim 4711-20680 of $n/$n/2025 was denied, $p with $d. May we add $m?",
    "$p 2024-06-30 global period?",
    "MS-DRG $s or revenue code 0$n0?",
    "Is $s the right place of service for $p?",
};

enum { SENTENCES = sizeof sentences / sizeof *sentences, TEXT_BYTES = 4096, CODES_MAX = 8192 };

struct corpus {
    sqlite3 *db;
    sqlite3_stmt *title;
    uint64_t state;
    struct {
        int64_t codes[CODES_MAX];
        size_t count;
    } procedures, diagnoses, modifiers, others;
    size_t turn;
};

static void must(struct corpus *corpus, int result, int wanted) {
    if (result == wanted)
        return;
    fprintf(stderr, "corpus: %s\n", sqlite3_errmsg(corpus->db));
    exit(EXIT_FAILURE);
}

/* Described codes first: of these an answer can say most. */
static size_t read_codes(struct corpus *corpus, const char *systems, int64_t *ret) {
    char sql[512];
    sqlite3_stmt *query;
    size_t count = 0;
    snprintf(sql, sizeof sql,
             "SELECT DISTINCT v.code FROM versions v ORDER BY (SELECT count(*) FROM facts f WHERE f.code = v.code) DESC, v.code");
    must(corpus, sqlite3_prepare_v2(corpus->db, sql, -1, &query, NULL), SQLITE_OK);
    while (sqlite3_step(query) == SQLITE_ROW && count < CODES_MAX) {
        enum code_system system;
        char key[CODE_BYTES];
        if (system_of_id(sqlite3_column_int64(query, 0), &system, key) && strstr(systems, name_text(system_names, (int)system)))
            ret[count++] = sqlite3_column_int64(query, 0);
    }
    sqlite3_finalize(query);
    return count;
}

struct corpus *corpus_open(const char *kb_file, unsigned seed) {
    struct corpus *ret = calloc(1, sizeof *ret);
    if (!ret)
        abort();
    ret->state = seed * 2654435761u + 1;
    must(ret, sqlite3_open_v2(kb_file, &ret->db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    must(ret, sqlite3_prepare_v2(ret->db, "SELECT title FROM versions WHERE code = ? LIMIT 1", -1, &ret->title, NULL), SQLITE_OK);
    ret->procedures.count = read_codes(ret, "CPT HCPCS", ret->procedures.codes);
    ret->diagnoses.count = read_codes(ret, "ICD10CM", ret->diagnoses.codes);
    ret->modifiers.count = read_codes(ret, "MOD", ret->modifiers.codes);
    ret->others.count = read_codes(ret, "ICD10PCS DRG REV POS NUCC", ret->others.codes);
    return ret;
}

void corpus_close(struct corpus *corpus) {
    sqlite3_finalize(corpus->title);
    sqlite3_close(corpus->db);
    free(corpus);
}

/* xorshift64: the same on every machine. */
static size_t chance(struct corpus *corpus, size_t below) {
    corpus->state ^= corpus->state << 13;
    corpus->state ^= corpus->state >> 7;
    corpus->state ^= corpus->state << 17;
    return (size_t)((corpus->state >> 11) % below);
}

static int64_t any_code(struct corpus *corpus, char kind) {
    switch (kind) {
    case 'p': return corpus->procedures.codes[chance(corpus, corpus->procedures.count)];
    case 'd': return corpus->diagnoses.codes[chance(corpus, corpus->diagnoses.count)];
    case 'm': return corpus->modifiers.codes[chance(corpus, corpus->modifiers.count)];
    default: return corpus->others.codes[chance(corpus, corpus->others.count)];
    }
}

static void add_code(struct corpus *corpus, char kind, struct buf *ret) {
    enum code_system system;
    char key[CODE_BYTES], display[CODE_BYTES];
    if (!system_of_id(any_code(corpus, kind), &system, key))
        abort();
    system_display(system, key, display);
    if (system == SYSTEM_POS)
        buf_text(ret, "POS ");
    buf_text(ret, display);
}

static void add_words(struct corpus *corpus, struct buf *ret) {
    int64_t code = any_code(corpus, chance(corpus, 2) ? 'p' : 'd');
    sqlite3_bind_int64(corpus->title, 1, code);
    if (sqlite3_step(corpus->title) == SQLITE_ROW && sqlite3_column_text(corpus->title, 0))
        buf_text(ret, (const char *)sqlite3_column_text(corpus->title, 0));
    sqlite3_reset(corpus->title);
}

const char *corpus_next(struct corpus *corpus, struct arena *arena) {
    struct buf text;
    buf_init(&text, TEXT_BYTES);
    const char *sentence = sentences[corpus->turn++ % SENTENCES];
    for (const char *at = sentence; *at; at++) {
        if (*at != '$') {
            buf_char(&text, *at);
            continue;
        }
        at++;
        if (*at == 'w')
            add_words(corpus, &text);
        else if (*at == 'n')
            buf_printf(&text, "%zu", 1 + chance(corpus, 12));
        else
            add_code(corpus, *at, &text);
    }
    const char *ret = buf_keep(&text, arena);
    buf_free(&text);
    return ret;
}
