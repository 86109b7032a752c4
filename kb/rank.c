#include "kb/rank.h"

#include <math.h>
#include <string.h>

#include "kb/kb.h"
#include "kb/packing.h"
#include "kb/words.h"

enum { ENTRIES_MAX = 400, CODES_MAX = 64, WRITTEN_LEAST = 4, TITLE_TERMS = 48, REFERRING_MOST = 64 };

static const double ENTRY_SHARE = 0.25, PRECISION_SHARE = 0.2, LEFT_COST = 0.25, LEFT_HALF = 25, CLASH_SHARE = 0.75, DENIED_SHARE = 0.9,
                    ORDER_GAIN = 0.1, ASIDE_SHARE = 0.2, EXACT_FROM = 0.95, BEHIND_SHARE = 0.85, NEAR_SHARE = 0.7, EXACT_GAIN = 0.2,
                    MEASURE_SHARE = 0.9, NARROW_SHARE = 0.97, HEADER_SHARE = 0.85, WRITTEN_GAIN = 2, REFERS_SHARE = 0.9, FIT_GAIN = 0.3,
                    MISFIT_SHARE = 0.85;

static const char refers_sql[] = "SELECT 1 FROM facts f WHERE f.code = ? AND f.section = ? AND f.label = 'cross-reference' "
                                 "AND EXISTS (SELECT 1 FROM versions v WHERE v.code = f.related) LIMIT 1";

int rank_open(sqlite3 *db, const struct speech *speech, struct match *match, struct ranking *ret) {
    struct ranking ranking = {.speech = speech, .match = match};
    ranking.senses = arena_array(speech->arena, speech->vocabulary->count + 1, sizeof *ranking.senses);
    int error = sqlite3_prepare_v3(db, "SELECT code, last, entries FROM search_documents WHERE id = ?", -1, SQLITE_PREPARE_PERSISTENT,
                                   &ranking.entries, NULL);
    if (!error)
        error = sqlite3_prepare_v3(db,
                                   "SELECT code, billable, title FROM versions WHERE code BETWEEN ? AND ? AND valid_from <= ? "
                                   "ORDER BY code, valid_from DESC",
                                   -1, SQLITE_PREPARE_PERSISTENT, &ranking.versions, NULL);
    if (!error)
        error = sqlite3_prepare_v3(db, "SELECT title FROM versions WHERE code BETWEEN ? AND ? ORDER BY code, valid_from DESC LIMIT 1", -1,
                                   SQLITE_PREPARE_PERSISTENT, &ranking.titles, NULL);
    if (!error)
        error = sqlite3_prepare_v3(db, refers_sql, -1, SQLITE_PREPARE_PERSISTENT, &ranking.refers, NULL);
    *ret = ranking;
    if (error)
        rank_close(ret);
    return error ? FAIL_SYSTEM : 0;
}

void rank_close(struct ranking *ranking) {
    sqlite3_finalize(ranking->entries);
    sqlite3_finalize(ranking->versions);
    sqlite3_finalize(ranking->titles);
    sqlite3_finalize(ranking->refers);
    ranking->entries = ranking->versions = ranking->titles = ranking->refers = NULL;
}

/* ---- one text of a document ---- */

struct reader {
    struct ranking *ranking;
    uint8_t seen[QUERY_GROUPS][GROUP_ALTERNATIVES]; /* a bit a term of the alternative */
    double asked, left;                             /* weight of its terms that the query has, and of the others */
    uint8_t apart[LEXICON_SETS];
    uint32_t before, pairs; /* groups of the last term, a bit each; groups that the one asked behind them follows directly */
    enum { AFFIRMED, OPTIONAL, NEGATED } mode; /* behind "with", "with or without", "without" */
    bool affirmed_last;                        /* the last term was "with" */
    size_t place;                              /* terms read */
    bool strayed;                              /* they are not the query's, one by one */
    uint32_t denied; /* groups of which it says that they are there and the query that they are not, or the other way round */
};

static const struct term_sense *sense_of(const struct ranking *ranking, uint32_t term) {
    static const struct term_sense none;
    const struct speech *speech = ranking->speech;
    if (term >= speech->vocabulary->count)
        return &none;
    struct term_sense *ret = &ranking->senses[term];
    if (!ret->known) {
        struct span stem = speech->vocabulary->spans[term];
        *ret = (struct term_sense){.marks = lexicon_marks(speech->lexicon, stem), .known = true};
        ret->weight = log(((double)speech->documents + 1) / (speech->vocabulary->counts[term] + 1.0));
        lexicon_apart(speech->lexicon, stem, &ret->set, &ret->bit);
    }
    return ret;
}

static void read_term(struct reader *reader, uint32_t term, bool aside, bool broken) {
    size_t count;
    const struct ranking *ranking = reader->ranking;
    const struct use *uses = query_uses(ranking->query, term, &count);
    const struct term_sense *sense = sense_of(ranking, term);
    unsigned marks = sense->marks;
    uint32_t groups = 0;
    if (broken)
        reader->mode = AFFIRMED;
    if (marks & MARK_NEGATES)
        reader->mode = reader->affirmed_last ? OPTIONAL : NEGATED;
    else if (marks & MARK_AFFIRMS)
        reader->mode = AFFIRMED;
    reader->affirmed_last = marks & MARK_AFFIRMS;
    for (size_t i = 0; i < count; i++) {
        const struct group *group = &ranking->query->groups[uses[i].group];
        groups |= 1u << uses[i].group;
        if (group->alternatives[uses[i].alternative].negates && reader->mode != NEGATED)
            continue;
        reader->seen[uses[i].group][uses[i].alternative] |= (uint8_t)(1u << uses[i].place);
        if (!(marks & (MARK_NEGATES | MARK_AFFIRMS)) && !group->alternatives[uses[i].alternative].negates)
            if (reader->mode != OPTIONAL && (reader->mode == NEGATED) != group->negated)
                reader->denied |= 1u << uses[i].group;
    }
    reader->pairs |= reader->before & groups >> 1;
    reader->before = groups;
    if (count)
        reader->asked += sense->weight;
    else if (!(marks & (MARK_NEUTRAL | MARK_NEGATES | MARK_AFFIRMS)))
        reader->left += sense->weight * (aside || reader->mode != AFFIRMED ? ASIDE_SHARE : 1);
    if (reader->mode != NEGATED)
        reader->apart[sense->set] |= sense->bit;
}

static void read_word(struct reader *reader, uint32_t word) {
    const struct query *query = reader->ranking->query;
    if (reader->place >= query->written_count || query->written[reader->place] != word / 4)
        reader->strayed = true;
    reader->place++;
    read_term(reader, word / 4, word & 1, word & 2);
}

/* Is it the query, word for word? part: of a query that goes on behind it. */
static bool is_written(const struct reader *reader, bool part) {
    size_t count = reader->ranking->query->written_count;
    return reader->place && !reader->strayed && (reader->place == count || (part && reader->place >= WRITTEN_LEAST));
}

/* What a group is worth in this text, of 1, and by which alternative. */
static double best_of(const struct reader *reader, size_t group, const struct alternative **ret) {
    const struct group *asked = &reader->ranking->query->groups[group];
    double best = 0;
    for (size_t a = 0; a < asked->count; a++) {
        if (!reader->seen[group][a])
            continue;
        double share = match_share(&asked->alternatives[a], (unsigned)__builtin_popcount(reader->seen[group][a]));
        if (share > best) {
            best = share;
            *ret = &asked->alternatives[a];
        }
    }
    return best;
}

/* ---- a document ---- */

static double clash(const struct query *query, const struct reader *title) {
    double ret = 1;
    for (size_t set = 0; set < LEXICON_SETS; set++)
        if (query->apart[set] && title->apart[set] && !(query->apart[set] & title->apart[set]))
            ret *= CLASH_SHARE;
    return ret * pow(DENIED_SHARE, __builtin_popcount(title->denied));
}

static double covered_by(const struct reader *reader) {
    const struct query *query = reader->ranking->query;
    const struct alternative *alternative;
    double ret = 0;
    for (size_t g = 0; g < query->count; g++)
        ret += query->groups[g].weight * best_of(reader, g, &alternative);
    return ret / query->total;
}

/* Of the asked words' weight: that of those that stand directly before the one asked behind them. */
static double in_order(const struct reader *reader) {
    const struct query *query = reader->ranking->query;
    double ret = 0;
    for (size_t g = 0; g < query->count; g++)
        if (reader->pairs >> g & 1)
            ret += query->groups[g].weight;
    return ret / query->total;
}

static double score_text(const struct reader *reader) {
    double all = reader->asked + reader->left, precision = all > 0 ? reader->asked / all : 0;
    return covered_by(reader) * (1 - PRECISION_SHARE + PRECISION_SHARE * precision);
}

/* What is learnt from the texts of a document. */
struct texts_score {
    double best;    /* of one text */
    double ordered; /* of one text */
    bool written;   /* a title is the query, word for word */
    struct reader title;
};

static struct texts_score score_texts(struct ranking *ranking, struct packed entries, bool part) {
    struct texts_score ret = {.title = {.ranking = ranking}};
    for (size_t i = 0; i < ENTRIES_MAX && packed_left(&entries); i++) {
        struct reader reader = {.ranking = ranking};
        uint32_t head = packed_next(&entries);
        for (uint32_t k = 0; k < head / 2 && packed_left(&entries); k++)
            read_word(&reader, packed_next(&entries));
        bool asked = reader.asked > 0; /* most texts of a document hold no word of the query */
        double score = asked ? score_text(&reader) : 0, ordered = asked ? in_order(&reader) : 0;
        ret.best = score > ret.best ? score : ret.best;
        ret.ordered = ordered > ret.ordered ? ordered : ret.ordered;
        if (head & 1) {
            ret.title = reader;
            ret.written = ret.written || is_written(&reader, part);
        }
    }
    return ret;
}

static double covered(const struct ranking *ranking, uint32_t document) {
    const struct query *query = ranking->query;
    double ret = 0;
    for (size_t g = 0; g < query->count; g++)
        ret += query->groups[g].weight * ranking->match->cells[document][g];
    return ret / (query->total * CELL_FULL);
}

static double score_document(struct ranking *ranking, uint32_t document, struct packed entries, bool part, bool *ret_written) {
    struct texts_score texts = score_texts(ranking, entries, part);
    *ret_written = texts.written && !ranking->match->documents[document].header;
    double ret = (1 - ENTRY_SHARE) * covered(ranking, document) + ENTRY_SHARE * texts.best;
    ret *= 1 + ORDER_GAIN * texts.ordered;
    ret *= texts.best >= EXACT_FROM ? 1 + EXACT_GAIN : 1;
    ret *= 1 - LEFT_COST * texts.title.left / (texts.title.left + LEFT_HALF);
    ret *= clash(ranking->query, &texts.title);
    ret += *ret_written ? WRITTEN_GAIN : 0;
    return ranking->match->documents[document].header ? ret * HEADER_SHARE : ret;
}

/* Of codes that say the same, those come first that anybody may bill: C codes are for hospital outpatient departments, S and T codes for
 * some payers, and G8, G9 and M codes report a measure and pay nothing. */
static double plausible(int64_t code) {
    enum code_system system;
    char key[CODE_BYTES];
    if (!system_of_id(code, &system, key) || system != SYSTEM_HCPCS)
        return 1;
    if (key[0] == 'M' || (key[0] == 'G' && key[1] >= '8'))
        return MEASURE_SHARE;
    return strchr("CST", key[0]) ? NARROW_SHARE : 1;
}

/* The publisher sends the reader on to another code, mostly one of the same title that came later. */
static double referring(struct ranking *ranking, int64_t code) {
    enum code_system system;
    char key[CODE_BYTES];
    if (!system_of_id(code, &system, key) || system != SYSTEM_HCPCS)
        return 1;
    sqlite3_bind_int64(ranking->refers, 1, code);
    sqlite3_bind_int(ranking->refers, 2, SECTION_RELATED);
    bool refers = sqlite3_step(ranking->refers) == SQLITE_ROW;
    sqlite3_reset(ranking->refers);
    return refers ? REFERS_SHARE : 1;
}

/* Numbers asked for, against the ranges of the title. */
static double measured(struct ranking *ranking, int64_t code, int64_t last) {
    const struct query *query = ranking->query;
    enum ranges_fit fit = RANGES_SILENT;
    if (query->range_count == 0)
        return 1;
    sqlite3_bind_int64(ranking->titles, 1, code);
    sqlite3_bind_int64(ranking->titles, 2, last);
    if (sqlite3_step(ranking->titles) == SQLITE_ROW)
        fit = ranges_compare(query->ranges, query->range_count, span_of((const char *)sqlite3_column_text(ranking->titles, 0)));
    sqlite3_reset(ranking->titles);
    return fit == RANGES_FIT ? 1 + FIT_GAIN : fit == RANGES_CLASH ? MISFIT_SHARE : 1;
}

static int compare_ranked(const void *a, const void *b) {
    const struct ranked *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->code < y->code ? -1 : x->code > y->code;
}

static bool read_entries(struct ranking *ranking, uint32_t document, struct packed *ret) {
    sqlite3_bind_int64(ranking->entries, 1, document);
    if (sqlite3_step(ranking->entries) != SQLITE_ROW)
        return false;
    const uint8_t *bytes = sqlite3_column_blob(ranking->entries, 2);
    *ret = (struct packed){bytes, bytes ? bytes + sqlite3_column_bytes(ranking->entries, 2) : bytes};
    return true;
}

/* A header says what its codes say, and less: it would come first of them. Where it says much more of what was asked, it stays there. */
static void put_behind(const struct ranking *ranking, struct ranked *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        enum code_system system;
        char key[CODE_BYTES];
        double best = 0;
        if (!ranking->match->documents[items[i].document].header || !system_of_id(items[i].code, &system, key))
            continue;
        int64_t last = system_id_last(system, key);
        for (size_t k = 0; k < count; k++)
            if (items[k].code > items[i].code && items[k].code <= last && !ranking->match->documents[items[k].document].header)
                best = items[k].score > best ? items[k].score : best;
        if (best >= items[i].score * NEAR_SHARE && items[i].score > best * BEHIND_SHARE)
            items[i].score = best * BEHIND_SHARE;
    }
}

int rank_candidates(struct ranking *ranking, const struct candidate *candidates, size_t count, const double shares[static SYSTEM_COUNT],
                    struct ranked ret[static CANDIDATES_MAX]) {
    for (size_t i = 0; i < count; i++) {
        uint32_t document = candidates[i].document;
        struct packed entries;
        bool there = read_entries(ranking, document, &entries);
        if (there) {
            int64_t code = sqlite3_column_int64(ranking->entries, 0), last = sqlite3_column_int64(ranking->entries, 1);
            double share = shares[ranking->match->documents[document].system] * plausible(code);
            share *= measured(ranking, code, last);
            ret[i] = (struct ranked){.document = document, .code = code, .last = last};
            ret[i].score = score_document(ranking, document, entries, code != last, &ret[i].written) * share;
        }
        sqlite3_reset(ranking->entries);
        if (!there)
            return FAIL_SYSTEM;
    }
    qsort(ret, count, sizeof *ret, compare_ranked);
    for (size_t i = 0; i < count && i < REFERRING_MOST; i++)
        ret[i].score *= referring(ranking, ret[i].code);
    put_behind(ranking, ret, count);
    qsort(ret, count, sizeof *ret, compare_ranked);
    return 0;
}

/* ---- which code of a document ---- */

struct choice {
    int64_t code;
    double score;
};

/* A word that stands twice is weighed once: "fracture ... encounter for fracture". */
static bool is_repeated(uint32_t term, uint32_t terms[static TITLE_TERMS], size_t *count) {
    for (size_t i = 0; i < *count; i++)
        if (terms[i] == term)
            return true;
    if (*count < TITLE_TERMS)
        terms[(*count)++] = term;
    return false;
}

static double score_title(struct ranking *ranking, struct span title) {
    struct reader reader = {.ranking = ranking};
    uint32_t terms[TITLE_TERMS];
    size_t count = 0;
    struct stem stem;
    uint32_t term;
    const struct alternative *alternative;
    double ret = 0;
    const char *before = title.ptr;
    for (struct span word; words_next(&title, &word); before = word.ptr + word.len) {
        bool broken = memchr(before, ',', (size_t)(word.ptr - before)) != NULL;
        if (!words_silent(word) && stemmer_stem(ranking->speech->stemmer, word, &stem) &&
            vocabulary_find(ranking->speech->vocabulary, &stem, &term)) {
            double left = reader.left;
            read_term(&reader, term, false, broken);
            reader.left = is_repeated(term, terms, &count) ? left : reader.left;
        }
    }
    for (size_t g = 0; g < ranking->query->count; g++)
        ret += ranking->query->groups[g].weight * best_of(&reader, g, &alternative);
    return ret * clash(ranking->query, &reader) - reader.left * 0.2;
}

static int compare_choices(const void *a, const void *b) {
    const struct choice *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->code < y->code ? -1 : x->code > y->code;
}

size_t rank_codes(struct ranking *ranking, const struct ranked *ranked, int64_t day, int64_t *ret, size_t max) {
    struct choice choices[CODES_MAX];
    size_t count = 0;
    if (ranked->code == ranked->last) {
        *ret = ranked->code;
        return max > 0;
    }
    sqlite3_bind_int64(ranking->versions, 1, ranked->code);
    sqlite3_bind_int64(ranking->versions, 2, ranked->last);
    sqlite3_bind_int64(ranking->versions, 3, day);
    while (count < CODES_MAX && sqlite3_step(ranking->versions) == SQLITE_ROW) {
        int64_t code = sqlite3_column_int64(ranking->versions, 0);
        if (count && choices[count - 1].code == code)
            continue;
        struct span title = span_of((const char *)sqlite3_column_text(ranking->versions, 2));
        double header = sqlite3_column_int(ranking->versions, 1) ? 0 : -1000;
        choices[count++] = (struct choice){code, header + score_title(ranking, title)};
    }
    sqlite3_reset(ranking->versions);
    qsort(choices, count, sizeof *choices, compare_choices);
    for (size_t i = 0; i < count && i < max; i++)
        ret[i] = choices[i].code;
    return count < max ? count : max;
}

/* ---- why ---- */

void rank_reasons(struct ranking *ranking, uint32_t document, const struct alternative *ret[static QUERY_GROUPS]) {
    double best[QUERY_GROUPS] = {0};
    for (uint32_t at = document, above = 1; above; at -= above) {
        struct packed entries;
        if (read_entries(ranking, at, &entries))
            for (size_t i = 0; i < ENTRIES_MAX && packed_left(&entries); i++) {
                struct reader reader = {.ranking = ranking};
                const struct alternative *alternative = NULL;
                for (uint32_t k = packed_next(&entries) / 2; k > 0 && packed_left(&entries); k--)
                    read_word(&reader, packed_next(&entries));
                for (size_t g = 0; g < ranking->query->count; g++) {
                    double share = best_of(&reader, g, &alternative);
                    if (share > best[g]) {
                        best[g] = share;
                        ret[g] = alternative;
                    }
                }
            }
        sqlite3_reset(ranking->entries);
        above = ranking->match->documents[at].parent;
    }
}
