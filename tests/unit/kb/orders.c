/* The promise of kb/derive.h: whatever the order in which editions are imported, every code is answered on every day as if they had come as they
 * were published, and importing one again changes nothing. Plain examples first, then histories that a small generator of random numbers
 * makes up; a failure prints the seed that its history began with. Codes have true forms, all that is said of them is invented. */
#include "tests/unit/kb/importing.h"

#include "kb/payment.h"

enum { HISTORIES = 12, FIRST_SEED = 20261121, FILES_MAX = 8, CODES_MAX = 8, TEXT_BYTES = 1 << 16 };
enum { EDITS_MAX = 3, PAIRS = 8, PART_PAIRS = PAIRS / 2 };

struct file {
    const char *name, *effective, *text;
    enum import_extent extent;
};

/* The files of a kind, as they were published. */
struct history {
    struct arena *arena;
    struct file files[FILES_MAX];
    size_t count;
};

struct watched {
    enum code_system system;
    const char *key;
};

/* ---- what is known ---- */

/* All that can be told of one code on one day. */
struct answer {
    const char *of, *day, *text;
};
struct answers {
    struct answer *items;
    size_t count;
};

/* First and last days of editions and of what they tell. */
static const struct date days[] = {
    {"2001-01-01"}, {"2020-01-01"}, {"2022-09-30"}, {"2022-10-01"}, {"2022-12-31"}, {"2023-01-01"}, {"2023-04-01"}, {"2023-09-30"}, {"2023-10-01"},
    {"2023-12-31"}, {"2024-01-01"}, {"2024-03-31"}, {"2024-04-01"}, {"2024-06-30"}, {"2024-07-01"}, {"2024-09-30"}, {"2024-10-01"}, {"2024-12-31"},
    {"2025-01-01"}, {"2025-03-31"}, {"2025-04-01"}, {"2025-06-30"}, {"2025-07-01"}, {"2025-09-30"}, {"2025-10-01"}, {"2025-12-31"}, {"2026-01-01"},
    {"2026-09-30"}, {"2026-10-01"}, {"2028-01-01"},
};

static const char *or_none(const char *text) { return text ? text : "-"; }

static void tell_lookup(struct kb *kb, const struct watched *code, struct date day, struct arena *arena, struct buf *ret) {
    struct kb_code found;
    struct why why = {""};
    if (kb_lookup(kb, code->system, code->key, day, arena, &found, &why))
        fail_msg("%s on %s: %s", code->key, day.iso, why.text);
    buf_printf(ret, "%s, %s%s", name_text(status_names, (int)found.status), or_none(found.title), found.title_official ? " (official)" : "");
    buf_printf(ret, ", %s to %s, then %s, ", found.valid_from.iso, found.valid_to.iso, or_none(found.successor));
    buf_printf(ret, "%s%s, %s\n", or_none(found.edition), found.edition_ended ? " (ended)" : "", found.source ? found.source->id : "-");
}

static void tell_fact(const struct kb_fact *fact, struct buf *ret) {
    buf_printf(ret, "%s: %s|%s|%s|%s", name_text(section_names, (int)fact->section), or_none(fact->label), or_none(fact->value),
               or_none(fact->text), fact->has_related ? fact->related_display : "-");
    buf_printf(ret, "|%s to %s%s, %s\n", fact->valid_from.iso, fact->valid_to.iso, fact->ended ? " (ended)" : "", fact->source->id);
}

static void tell_facts(struct kb *kb, const struct watched *code, struct date day, struct arena *arena, struct buf *ret) {
    struct kb_facts facts;
    struct why why = {""};
    int found = kb_facts(kb, code->system, code->key, day, arena, &facts, &why);
    if (found && found != FAIL_EMPTY)
        fail_msg("%s on %s: %s", code->key, day.iso, why.text);
    for (size_t i = 0; !found && i < facts.count; i++)
        tell_fact(&facts.items[i], ret);
}

static void tell_edit(struct kb *kb, const struct watched *code, const struct watched *other, struct date day, struct arena *arena,
                      struct buf *ret) {
    struct kb_fact edit;
    struct why why = {""};
    int found = kb_edit(kb, code->system, code->key, other->system, other->key, day, arena, &edit, &why);
    if (found == 0)
        tell_fact(&edit, ret);
    else if (found != FAIL_EMPTY)
        fail_msg("%s with %s on %s: %s", code->key, other->key, day.iso, why.text);
}

static void tell_localities(struct kb *kb, struct date day, struct arena *arena, struct buf *ret) {
    struct kb_localities found;
    struct why why = {""};
    if (kb_localities(kb, day, arena, &found, &why))
        fail_msg("localities on %s: %s", day.iso, why.text);
    for (size_t i = 0; i < found.count; i++) {
        const struct kb_locality *at = &found.items[i];
        buf_printf(ret, "%s: %s|%s|%s, %s to %s, %s\n", kb_locality_title(at, arena), at->work, at->practice, at->malpractice,
                   at->valid_from.iso, at->valid_to.iso, at->source->id);
    }
}

static void tell_editions(struct kb *kb, struct arena *arena, struct buf *ret) {
    struct kb_editions found;
    struct why why = {""};
    if (kb_editions(kb, arena, &found, &why))
        fail_msg("editions: %s", why.text);
    for (size_t i = 0; i < found.count; i++) {
        const struct kb_edition *at = &found.items[i];
        buf_printf(ret, "%s %s: %s to %s, %s, %zu codes, %s\n", name_text(system_names, (int)at->system), at->name, at->valid_from.iso,
                   at->valid_to.iso, at->complete ? "complete" : "an extract", at->codes, at->source->id);
    }
}

/* With its edits with the other codes. */
static void tell_code(struct kb *kb, const struct watched *codes, size_t at, struct date day, struct arena *arena, struct buf *ret) {
    tell_lookup(kb, &codes[at], day, arena, ret);
    tell_facts(kb, &codes[at], day, arena, ret);
    for (size_t other = 0; other < CODES_MAX && codes[other].key; other++)
        tell_edit(kb, &codes[at], &codes[other], day, arena, ret);
}

/* What was told, and room for what comes next. */
static const char *take_text(struct buf *told, struct arena *arena) {
    assert_false(buf_full(told));
    const char *ret = told->len ? buf_keep(told, arena) : "";
    buf_clear(told);
    return ret;
}

static void add_answer(struct answers *answers, struct arena *arena, const char *of, const char *day, const char *text) {
    answers->items = arena_grow(arena, answers->items, answers->count, sizeof *answers->items);
    answers->items[answers->count++] = (struct answer){of, day, text};
}

static struct kb *open_kb(struct importing *on) {
    struct kb *ret;
    struct why why = {""};
    if (kb_open(on->kb, &ret, &why))
        fail_msg("%s", why.text);
    return ret;
}

/* All that the reading side says, and the words by which the search finds the codes. */
static struct answers ask_all(struct importing *on, const struct watched *codes) {
    struct answers ret = {0};
    struct kb *kb = open_kb(on);
    struct buf told;
    buf_init(&told, TEXT_BYTES);
    for (size_t day = 0; day < COUNT(days); day++) {
        for (size_t at = 0; at < CODES_MAX && codes[at].key; at++) {
            tell_code(kb, codes, at, days[day], on->arena, &told);
            add_answer(&ret, on->arena, codes[at].key, days[day].iso, take_text(&told, on->arena));
        }
        tell_localities(kb, days[day], on->arena, &told);
        add_answer(&ret, on->arena, "localities", days[day].iso, take_text(&told, on->arena));
    }
    tell_editions(kb, on->arena, &told);
    add_answer(&ret, on->arena, "editions", "any day", take_text(&told, on->arena));
    add_answer(&ret, on->arena, "words", "any day", ask(on, "SELECT code, text FROM words ORDER BY code, text"));
    buf_free(&told);
    kb_close(kb);
    return ret;
}

/* The line in which two texts part, from its beginning. */
static struct span parting_line(const char *text, const char *other) {
    struct span rest = span_of(text), others = span_of(other), line, beside;
    while (span_line(&rest, &line) && span_line(&others, &beside) && span_equal(line, beside))
        ;
    return line.ptr ? line : span_of("no more");
}

static void expect_same_text(const char *where, const char *of, const char *day, const char *got, const char *wanted) {
    if (strcmp(got, wanted) != 0)
        fail_msg("%s: %s on %s is\n%.*s\ninstead of\n%.*s", where, of, day, SPAN_ARG(parting_line(got, wanted)),
                 SPAN_ARG(parting_line(wanted, got)));
}

/* Both come of the same codes and days. */
static void expect_same(const char *where, const struct answers *got, const struct answers *wanted) {
    assert_int_equal(got->count, wanted->count);
    for (size_t i = 0; i < got->count; i++)
        expect_same_text(where, got->items[i].of, got->items[i].day, got->items[i].text, wanted->items[i].text);
}

static void import_file(struct importing *on, const char *where, const struct file *file, struct import_result *ret) {
    struct why why = {""};
    if (import_as(on, file->name, NULL, span_of(file->text), file->effective, file->extent, ret, &why))
        fail_msg("%s: %s: %s", where, file->name, why.text);
}

/* ---- the files of a kind ---- */

/* splitmix64 (Steele, Lea and Flood 2014): any seed will do. */
struct dice {
    uint64_t state;
};

/* 0 to sides - 1 */
static unsigned roll(struct dice *dice, unsigned sides) {
    uint64_t mixed = dice->state += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return (unsigned)((mixed ^ mixed >> 31) % sides);
}

static bool chance(struct dice *dice, unsigned percent) { return roll(dice, 100) < percent; }

static struct buf begin_text(const char *head) {
    struct buf ret;
    buf_init(&ret, TEXT_BYTES);
    buf_text(&ret, head);
    return ret;
}

/* Takes the text. */
static void add_file(struct history *history, const char *name, struct buf *text, enum import_extent extent) {
    assert_in_range(history->count, 0, FILES_MAX - 1);
    assert_false(buf_full(text));
    history->files[history->count++] =
        (struct file){.name = arena_copy(history->arena, span_of(name)), .text = buf_keep(text, history->arena), .extent = extent};
    buf_free(text);
}

static const char *const colors[] = {"Green", "Blue"};

#define ORDER_ROW "%05d %-7s %c %-60s %s\r\n"
static const char *const diagnoses[] = {"A000", "A001", "A002", "A003"};

/* Codes come and go, become headers and codes again, and change their titles; one year may be an extract. */
static void write_orders(struct dice *dice, struct history *history) {
    int extract = chance(dice, 50) ? 2024 + (int)roll(dice, 2) : 0;
    for (int year = 2023; year <= 2026; year++) {
        struct buf text = begin_text("");
        buf_printf(&text, ORDER_ROW, 1, "A00", '0', "Parrots", "Parrots");
        for (size_t i = 0; i < COUNT(diagnoses); i++) {
            const char *title = arena_printf(history->arena, "%s parrot, %s", colors[roll(dice, 2)], diagnoses[i]);
            char flag = (char)('0' + roll(dice, 2));
            if (chance(dice, 70))
                buf_printf(&text, ORDER_ROW, (int)i + 2, diagnoses[i], flag, title, title);
        }
        add_file(history, arena_printf(history->arena, "icd10cm_order_%d.txt", year), &text, year == extract ? IMPORT_EXTRACT : IMPORT_WHOLE);
    }
}

#define HCPCS_HEAD                                                                                                                         \
    "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,PRICE1,XREF1,COV,BETOS,TOS1,ADD DT,ACT EFF DT,TERM DT,ACTION CD\r\n"

#define NAMED(code) code ",00100,3,Anchor,Anchor,00,,C,D1E,1,20010101,20010101,,N\r\n"
struct life {
    const char *code, *added, *ended;
};

/* Editions tell when a code was added, long before them too, and when it ended: beforehand, at once, afterwards or never. */
static void write_hcpcs(struct dice *dice, struct history *history) {
    static const char *const added[] = {"20010101", "20230401", "20240101", "20250101"}, *const ended[] = {"", "", "20231231", "20240630", "20251231"};
    static const struct { const char *name, *day; } editions[] = {
        {"HCPC2023_JAN_ANWEB.csv", "20230101"}, {"HCPC2024_JAN_ANWEB.csv", "20240101"}, {"HCPC2024_JUL_ANWEB.csv", "20240701"},
        {"HCPC2025_APR_ANWEB.csv", "20250401"}};
    struct life lives[] = {{.code = "A9901"}, {.code = "A9902"}, {.code = "A9903"}, {.code = "A9904"}, {.code = "ZA"}};
    for (size_t i = 0; i < COUNT(lives); i++) {
        lives[i].added = added[roll(dice, COUNT(added))];
        lives[i].ended = ended[roll(dice, COUNT(ended))];
    }
    for (size_t at = 0; at < COUNT(editions); at++) {
        struct buf text = begin_text(HCPCS_HEAD NAMED("A9909"));
        for (size_t i = 0; i < COUNT(lives); i++) {
            const char *told = chance(dice, 80) && strcmp(lives[i].ended, lives[i].added) > 0 ? lives[i].ended : "", *color = colors[roll(dice, 2)];
            if (strcmp(lives[i].added, editions[at].day) <= 0)
                buf_printf(&text, "%s,00100,3,%s hook %s,%s,00,%s,%c,D1E,1,%s,%s,%s,N\r\n", lives[i].code, color, lives[i].code, color,
                           *told ? "A9909" : "", "CD"[roll(dice, 2)], lives[i].added, lives[i].added, told);
        }
        add_file(history, editions[at].name, &text, IMPORT_WHOLE);
    }
}

#define MUE_HEAD "HCPCS/CPT Code,MUE Value,MAI,MUE Rationale\r\n"
static void write_limits(struct dice *dice, struct history *history) {
    static const char *const names[] = {"mue-2024-01-01.csv", "mue-2024-04-01.csv", "mue-2025-01-01.csv", "mue-2025-07-01.csv"},
                      *const codes[] = {"A9901", "A9902", "A9903"};
    size_t extract = chance(dice, 50) ? 1 + roll(dice, 2) : FILES_MAX;
    for (size_t at = 0; at < COUNT(names); at++) {
        struct buf text = begin_text(MUE_HEAD "A9909,1,2,CMS Policy\r\n");
        for (size_t i = 0; i < COUNT(codes); i++) {
            unsigned units = 1 + roll(dice, 3);
            if (chance(dice, 70))
                buf_printf(&text, "%s,%u,2,CMS Policy\r\n", codes[i], units);
        }
        add_file(history, names[at], &text, at == extract ? IMPORT_EXTRACT : IMPORT_WHOLE);
    }
}

static void write_indices(struct dice *dice, struct history *history) {
    static const int years[] = {2023, 2024, 2026};
    static const char *const localities[] = {"99901,NY,01,NORTH", "99901,NY,02,SOUTH", "99902,AK,01,SHORE"};
    for (size_t at = 0; at < COUNT(years); at++) {
        struct buf text = begin_text("");
        buf_printf(&text, "ADDENDUM E. FINAL CY %d GPCIs,,,,,,\n,,,,,,\nMedicare Administrative Contractor (MAC),State,Locality Number,", years[at]);
        buf_printf(&text, "Locality Name,%d PW GPCI (with 1.0 Floor)***,%d PE GPCI,%d MP GPCI\n", years[at], years[at], years[at]);
        buf_text(&text, "99903,MT,01,HILLS,1.000,1.000,0.998\n");
        for (size_t i = 0; i < COUNT(localities); i++) {
            unsigned index = roll(dice, 10);
            if (chance(dice, 80))
                buf_printf(&text, "%s,1.05%u,1.186,1.5\n", localities[i], index);
        }
        add_file(history, arena_printf(history->arena, "GPCI%d.csv", years[at]), &text, IMPORT_WHOLE);
    }
}

#define PTP_HEAD                                                                                                                           \
    "CPT only copyright American Medical Association.  All rights reserved.\t\t\t\t\t\t\r\n"                                               \
    "Column1/Column2 Edits\t\t\t\t\t\t\r\n"                                                                                                \
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"                                            \
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"                                                                                   \
    "\t\t\t\t*=no data\t1=allowed\t\r\n"                                                                                                   \
    "\t\t\t\t\t9=not applicable\t\r\n"
#define PTP_ROW(one, two, from, to, indicator) one "\t" two "\t\t" from "\t" to "\t" indicator "\tSome reason\r\n"

/* What a quarter tells of a pair: all that ever held between the two. */
struct pair {
    struct { const char *from, *to; unsigned indicator; } edits[EDITS_MAX];
    size_t count;
};

static void age_pair(struct dice *dice, struct pair *pair, const char *day, const char *day_before) {
    size_t last = pair->count - 1;
    if (pair->count && *pair->edits[last].to == '*') {
        if (chance(dice, 30))
            pair->edits[last].to = day_before;
    } else if (chance(dice, 50)) {
        pair->edits[pair->count].from = !pair->count && chance(dice, 33) ? "20200101" : day;
        pair->edits[pair->count].to = "*";
        pair->edits[pair->count++].indicator = roll(dice, 2);
    }
}

static void write_part(struct history *history, const char *name, const char *const column1[static 2], const struct pair *pairs) {
    static const char *const column2[] = {"A9908", "A9909"};
    struct buf text = begin_text(PTP_HEAD);
    buf_printf(&text, PTP_ROW("%s", "99213", "20200101", "*", "1"), column1[0]);
    for (size_t pair = 0; pair < PART_PAIRS; pair++)
        for (size_t i = 0; i < pairs[pair].count; i++)
            buf_printf(&text, PTP_ROW("%s", "%s", "%s", "%s", "%u"), column1[pair / 2], column2[pair % 2], pairs[pair].edits[i].from,
                       pairs[pair].edits[i].to, pairs[pair].edits[i].indicator);
    add_file(history, name, &text, IMPORT_WHOLE);
}

/* Each quarter tells the days of all edits there ever were; a new one may reach back, and an ended one may come back. */
static void write_edits(struct dice *dice, struct history *history) {
    static const struct { const char *name, *day, *day_before; } quarters[] = {
        {"2024q1", "20240101", "20231231"}, {"2024q2", "20240401", "20240331"}, {"2024q4", "20241001", "20240930"}};
    static const char *const column1[] = {"A9901", "A9902", "A9903", "A9904"};
    struct pair pairs[PAIRS] = {0};
    for (size_t at = 0; at < COUNT(quarters); at++) {
        for (size_t pair = 0; pair < PAIRS; pair++)
            age_pair(dice, &pairs[pair], quarters[at].day, quarters[at].day_before);
        write_part(history, arena_printf(history->arena, "ccipra-%s-f1.txt", quarters[at].name), &column1[0], &pairs[0]);
        write_part(history, arena_printf(history->arena, "ccipra-%s-f2.txt", quarters[at].name), &column1[2], &pairs[PART_PAIRS]);
    }
}

/* Copies without first days: what is in the file holds in its quarter. */
static void write_edits_without_days(struct dice *dice, struct history *history) {
    static const char *const names[] = {"ccipra-2024q1.txt", "ccipra-2024q2.txt", "ccipra-2024q4.txt", "ccipra-2025q1.txt"},
                      *const column1[] = {"A9901", "A9902", "A9903", "A9904"};
    for (size_t at = 0; at < COUNT(names); at++) {
        struct buf text = begin_text(PTP_HEAD PTP_ROW("A9901", "A9909", "", "*", "1") PTP_ROW("A9904", "A9909", "", "*", "1"));
        for (size_t i = 0; i < COUNT(column1); i++) {
            unsigned indicator = roll(dice, 2);
            if (chance(dice, 60))
                buf_printf(&text, PTP_ROW("%s", "A9908", "", "*", "%u"), column1[i], indicator);
        }
        add_file(history, names[at], &text, IMPORT_WHOLE);
    }
}

#define RVU_STACK                                                                                                                          \
    ",, , ,,,,,,,,,,,,,,,,,,,,,,,,,NON-FACILITY,FACILITY,\r\n"                                                                             \
    ",,,,NOT USED,,,,,,,,,,,,,,,,,,,,,PHYSICIAN,,DIAGNOSTIC,PE USED,PE USED,MP USED\r\n"                                                   \
    ",,,,FOR,,,NON-FAC,,FACILITY ,,,,,,,,,,,,,,,,SUPERVISION OF,,IMAGING,FOR OPPS,FOR OPPS,FOR OPPS\r\n"                                   \
    ",,,STATUS,MEDICARE ,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,CO-,TEAM,"          \
    "ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT\r\n"                                                                  \
    "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,SURG,SURG,SURG,SURG," \
    "BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT\r\n"
#define RVU_TITLE ",,%d National Physician Fee Schedule Relative Value File %s Release,,\r\n"
#define RVU_ROW "%s,,,%c,,%u.00,6.00,NA,6.00,,1.50,15.50,15.50,0,090,0.10,0.69,0.21,2,0,1,0,0,,32.3\r\n"

/* The figures of a year are those of its last release. */
static void write_fees(struct dice *dice, struct history *history) {
    static const struct { int year; const char *month; } releases[] = {{2023, "January"}, {2024, "January"}, {2024, "October"}, {2026, "April"}};
    static const char *const codes[] = {"A9901", "A9902", "A9903"};
    for (size_t at = 0; at < COUNT(releases); at++) {
        struct buf text = begin_text("");
        buf_printf(&text, RVU_TITLE RVU_STACK RVU_ROW, releases[at].year, releases[at].month, "A9909", 'A', 2u);
        for (size_t i = 0; i < COUNT(codes); i++) {
            unsigned work = 1 + roll(dice, 9);
            char status = "AN"[roll(dice, 2)];
            if (chance(dice, 70))
                buf_printf(&text, RVU_ROW, codes[i], status, work);
        }
        add_file(history, arena_printf(history->arena, "rvu-%d-%s.csv", releases[at].year, releases[at].month), &text, IMPORT_WHOLE);
    }
}

/* ---- plain examples ---- */

#define BLANKS "                                                 "
#define PARROT(code, color) "00001 " code "    1 " color " parrot" BLANKS color " parrot\r\n" /* the short title has 60 columns */
#define QUARTER(rows) PTP_HEAD PTP_ROW("20690", "99213", "20240101", "*", "1") rows
#define PAIR {SYSTEM_CPT, "20690"}, {SYSTEM_CPT, "99214"}

static const struct {
    const char *name;
    struct file files[3];
    struct watched codes[2];
    struct date day;
    const char *wanted, *never; /* what can be told of the first, and what not (NULL: nothing) */
} examples[] = {
    {"an older quarter again ends no current edit",
     {{"ccipra-2024q1.txt", NULL, QUARTER(""), IMPORT_WHOLE},
      {"ccipra-2024q2.txt", NULL, QUARTER(PTP_ROW("20690", "99214", "20240401", "*", "0")), IMPORT_WHOLE},
      {"ccipra-2024q1.txt", NULL, QUARTER(""), IMPORT_WHOLE}},
     {PAIR}, {"2024-07-01"}, "|99214|2024-04-01 to 9999-12-31", NULL},
    {"an older quarter that tells no days holds before a newer one",
     {{"ccipra-2024q4.txt", NULL, PTP_HEAD PTP_ROW("20690", "99214", "", "*", "1"), IMPORT_WHOLE},
      {"ccipra-2024q1.txt", NULL, PTP_HEAD PTP_ROW("20690", "99214", "", "*", "1"), IMPORT_WHOLE}},
     {PAIR}, {"2024-02-01"}, "|99214|2024-01-01 to 2024-09-30", NULL},
    {"an extract of a loaded edition takes nothing away",
     {{"icd10cm_order_2026.txt", NULL, PARROT("A001", "Green") PARROT("A002", "Green"), IMPORT_WHOLE},
      {"icd10cm_order_2026.txt", NULL, PARROT("A001", "Green"), IMPORT_EXTRACT}},
     {{SYSTEM_ICD10CM, "A002"}}, {"2026-01-01"}, "valid, Green parrot", NULL},
    {"an extract counts alone for what it holds",
     {{"HCPC2024_ANWEB.csv", NULL, HCPCS_HEAD NAMED("A9901"), IMPORT_WHOLE},
      {"mue-2024-04-01.csv", NULL, MUE_HEAD "A9901,3,2,CMS Policy\r\n", IMPORT_EXTRACT},
      {"mue-2024-01-01.csv", NULL, MUE_HEAD "A9901,1,2,CMS Policy\r\n", IMPORT_WHOLE}},
     {{SYSTEM_HCPCS, "A9901"}}, {"2024-04-01"}, "MUE|3|", "MUE|1|"},
    {"a reissue of April leaves October",
     {{"icd10cm_order_2026.txt", NULL, PARROT("A001", "Green"), IMPORT_WHOLE},
      {"icd10cm_order_2026.txt", "2026-04-01", PARROT("A001", "Olive"), IMPORT_WHOLE}},
     {{SYSTEM_ICD10CM, "A001"}}, {"2025-10-01"}, "valid, Green parrot (official), 2025-10-01 to 2026-03-31", "Olive"},
    {"a reissue of April holds from April on",
     {{"icd10cm_order_2026.txt", "2026-04-01", PARROT("A001", "Olive"), IMPORT_WHOLE},
      {"icd10cm_order_2026.txt", NULL, PARROT("A001", "Green"), IMPORT_WHOLE}},
     {{SYSTEM_ICD10CM, "A001"}}, {"2026-04-01"}, "valid, Olive parrot (official), 2026-04-01", "Green"},
};

/* All that can be told of the first code on that day, with its edits. */
static const char *ask_one(struct importing *on, const struct watched codes[static 2], struct date day) {
    const struct watched few[CODES_MAX] = {codes[0], codes[1]};
    struct kb *kb = open_kb(on);
    struct buf told;
    buf_init(&told, TEXT_BYTES);
    tell_code(kb, few, 0, day, on->arena, &told);
    const char *ret = take_text(&told, on->arena);
    buf_free(&told);
    kb_close(kb);
    return ret;
}

static void plain_examples(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct import_result result;
        forget(on);
        for (size_t at = 0; at < COUNT(examples[i].files) && examples[i].files[at].name; at++)
            import_file(on, examples[i].name, &examples[i].files[at], &result);
        const char *told = ask_one(on, examples[i].codes, examples[i].day);
        expect_within(examples[i].name, told, examples[i].wanted);
        if (examples[i].never && strstr(told, examples[i].never))
            fail_msg("%s: \"%s\" is in\n%s", examples[i].name, examples[i].never, told);
    }
}

static void begin_with_the_shipped_one(struct importing *on) {
    static char block[1 << 16];
    FILE *from = fopen(KB_FILE, "re"), *to = fopen(on->kb, "we");
    assert_non_null(from);
    assert_non_null(to);
    for (size_t got; (got = fread(block, 1, sizeof block, from)) > 0;)
        assert_int_equal(fwrite(block, 1, got, to), got);
    assert_int_equal(fclose(from), 0);
    assert_int_equal(fclose(to), 0);
}

/* The seed data has the figures of 2026 and codes of FY2026: what FY2023 and the schedule of 2023 say ends before. */
static void an_older_edition_leaves_newer_seed_data(void **state) {
    struct importing *on = *state;
    static const struct {
        const char *name;
        struct file file;
        struct watched codes[2];
        const char *then, *now;
    } rows[] = {
        {"codes", {"icd10cm_order_2023.txt", NULL, PARROT("S821", "Green"), IMPORT_WHOLE}, {{SYSTEM_ICD10CM, "S821"}}, "valid, Green parrot",
         "header, Fracture of upper end of tibia (official)"},
        {"fees", {"rvu.csv", NULL, ",,2023 National Physician Fee Schedule Relative Value File April Release,,\r\n" RVU_STACK
                  "20690,,,A,,3.00,6.00,NA,6.00,,1.50,15.50,15.50,0,090,0.10,0.69,0.21,2,0,1,0,0,,32.3\r\n", IMPORT_WHOLE},
         {{SYSTEM_CPT, "20690"}}, "work RVU|3.00", "work RVU|8.56"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct import_result result;
        begin_with_the_shipped_one(on);
        import_file(on, rows[i].name, &rows[i].file, &result);
        expect_within(rows[i].name, ask_one(on, rows[i].codes, (struct date){"2023-03-01"}), rows[i].then);
        expect_within(rows[i].name, ask_one(on, rows[i].codes, (struct date){"2026-03-01"}), rows[i].now);
    }
}

/* ---- histories ---- */

#define PARROTS {SYSTEM_ICD10CM, "A00"}, {SYSTEM_ICD10CM, "A000"}, {SYSTEM_ICD10CM, "A001"}, {SYSTEM_ICD10CM, "A002"}, {SYSTEM_ICD10CM, "A003"}
#define HOOKS                                                                                                                              \
    {SYSTEM_HCPCS, "A9901"}, {SYSTEM_HCPCS, "A9902"}, {SYSTEM_HCPCS, "A9903"}, {SYSTEM_HCPCS, "A9904"}, {SYSTEM_HCPCS, "A9908"},           \
        {SYSTEM_HCPCS, "A9909"}

/* Nothing is told of a code that no file names: for files that name none this one comes first. */
static const struct file names_of_codes = {
    .name = "HCPC2020_ANWEB.csv",
    .text = HCPCS_HEAD NAMED("A9901") NAMED("A9902") NAMED("A9903") NAMED("A9904") NAMED("A9908") NAMED("A9909"),
    .extent = IMPORT_WHOLE,
};

static const struct kind {
    const char *name;
    void (*write)(struct dice *, struct history *);
    struct watched codes[CODES_MAX]; /* those that its files may hold */
    const struct file *before;       /* imported first, or NULL */
} kinds[] = {
    {"ICD-10-CM order files", write_orders, {PARROTS}, NULL},
    {"HCPCS Level II", write_hcpcs, {HOOKS, {SYSTEM_MOD, "ZA"}}, NULL},
    {"unit limits", write_limits, {HOOKS}, &names_of_codes},
    {"localities", write_indices, {HOOKS}, &names_of_codes},
    {"NCCI edits in two parts", write_edits, {HOOKS}, &names_of_codes},
    {"NCCI edits without first days", write_edits_without_days, {HOOKS}, &names_of_codes},
    {"fee schedules, two releases of one year", write_fees, {HOOKS}, &names_of_codes},
};

static const char *names_of(const struct history *history) {
    const char *ret = "";
    for (size_t i = 0; i < history->count; i++)
        ret = arena_printf(history->arena, "%s%s%s%s", ret, i ? ", " : "", history->files[i].name,
                           history->files[i].extent == IMPORT_EXTRACT ? " (extract)" : "");
    return ret;
}

static struct answers import_all(struct importing *on, const char *where, const struct history *history, const struct kind *kind) {
    struct import_result result;
    forget(on);
    if (kind->before)
        import_file(on, where, kind->before, &result);
    for (size_t i = 0; i < history->count; i++)
        import_file(on, where, &history->files[i], &result);
    return ask_all(on, kind->codes);
}

static void shuffle(struct dice *dice, struct history *history) {
    for (size_t i = history->count; i > 1; i--) {
        size_t other = roll(dice, (unsigned)i);
        struct file kept = history->files[i - 1];
        history->files[i - 1] = history->files[other];
        history->files[other] = kept;
    }
}

static void import_again(struct importing *on, const char *where, const struct file *file, const struct watched *codes,
                         const struct answers *wanted) {
    struct import_result result;
    where = arena_printf(on->arena, "%s, then %s again", where, file->name);
    import_file(on, where, file, &result);
    if (result.added || result.changed || result.gone)
        fail_msg("%s: %zu new, %zu changed, %zu gone", where, result.added, result.changed, result.gone);
    struct answers got = ask_all(on, codes);
    expect_same(where, &got, wanted);
}

static void live_through(struct importing *on, const struct kind *kind, uint64_t seed) {
    struct dice dice = {seed};
    struct history history = {.arena = on->arena};
    kind->write(&dice, &history);
    const char *where = arena_printf(on->arena, "%s, seed %llu", kind->name, (unsigned long long)seed);
    struct answers wanted = import_all(on, where, &history, kind);
    shuffle(&dice, &history);
    where = arena_printf(on->arena, "%s, in the order %s", where, names_of(&history));
    struct answers got = import_all(on, where, &history, kind);
    expect_same(where, &got, &wanted);
    import_again(on, where, &history.files[roll(&dice, (unsigned)history.count)], kind->codes, &wanted);
    arena_clear(on->arena);
}

static void any_order_gives_the_same_answers(void **state) {
    for (size_t i = 0; i < COUNT(kinds); i++)
        for (uint64_t seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed++)
            live_through(*state, &kinds[i], seed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_examples),
        cmocka_unit_test(an_older_edition_leaves_newer_seed_data),
        cmocka_unit_test(any_order_gives_the_same_answers),
    };
    return cmocka_run_group_tests(tests, open_importing, close_importing);
}
