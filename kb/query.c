#include "kb/query.h"

#include <math.h>
#include <string.h>

#include "kb/words.h"

enum { RAW_GROUPS = 48, RARE_OF = 20000, SLIP_LEAST = 3 };

static const double WEAK_SHARE = 0.3, LIKE_WEIGHT = 0.97, LIKE_STEP = 0.06, LIKE_LEAST = 0.7, SAME_WEIGHT = 0.96, UNKNOWN_WEIGHT = 2.0,
                    PHRASE_GAIN = 0.3, NUMBER_SHARE = 0.6;

struct word {
    struct span text;  /* what stands for it now: the asker's, or the lexicon's */
    struct span asked; /* what the asker wrote */
    struct stem stem;
    bool own; /* text is the asker's */
};

/* Of so many unknown words what they may have meant is looked for: who writes more of them does not write English. */
enum { PROPOSED_MOST = 12 };

struct reading {
    struct speech *speech;
    struct word words[QUERY_WORDS];
    size_t count;
    struct group groups[RAW_GROUPS];
    size_t group_count;
    double unknown;
    struct query *query;
    struct span unknown_words[PROPOSED_MOST];
    size_t unknown_count;
};

/* ---- words ---- */

/* "500mg" is two words, where it is none. */
static struct span split_unit(struct speech *speech, struct span *rest, struct span word) {
    struct stem stem;
    uint32_t term;
    size_t digits = 0;
    while (digits < word.len && char_is_digit(word.ptr[digits]))
        digits++;
    if (digits == 0 || digits == word.len ||
        (stemmer_stem(speech->stemmer, word, &stem) && vocabulary_find(speech->vocabulary, &stem, &term)))
        return word;
    *rest = (struct span){word.ptr + digits, (size_t)(rest->ptr + rest->len - word.ptr) - digits};
    return span_slice(word, 0, digits);
}

static size_t read_words(struct speech *speech, struct span text, struct word *ret, size_t max) {
    size_t count = 0;
    struct span word;
    while (count < max && words_next_whole(&text, &word)) {
        word = split_unit(speech, &text, word);
        ret[count] = (struct word){.text = word, .asked = word, .own = true};
        count += stemmer_stem(speech->stemmer, word, &ret[count].stem);
    }
    return count;
}

/* The key of the words from first on, or the empty span. */
static struct span key_of(const struct word *words, size_t count, char key[static LEXICON_KEY_BYTES]) {
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        const struct stem *stem = &words[i].stem;
        if (len + stem->len + 1 >= LEXICON_KEY_BYTES)
            return span_of("");
        if (i)
            key[len++] = ' ';
        memcpy(key + len, stem->text, stem->len);
        len += stem->len;
    }
    return (struct span){key, len};
}

static const struct lexicon_entry *find_entry(const struct reading *reading, size_t at, size_t count) {
    char key[LEXICON_KEY_BYTES];
    return lexicon_find(reading->speech->lexicon, key_of(&reading->words[at], count, key));
}

static struct span asked_of(const struct reading *reading, size_t at, size_t count) {
    const struct span *first = &reading->words[at].asked, *last = &reading->words[at + count - 1].asked;
    return (struct span){first->ptr, (size_t)(last->ptr + last->len - first->ptr)};
}

/* Put what the lexicon writes for them in the place of words. */
static size_t replace(struct reading *reading, size_t at, size_t count, struct span right) {
    struct word written[LEXICON_KEY_WORDS * 2];
    struct span asked = asked_of(reading, at, count);
    size_t added = read_words(reading->speech, right, written, sizeof written / sizeof *written);
    if (reading->count - count + added > QUERY_WORDS)
        return count;
    for (size_t i = 0; i < added; i++) {
        written[i].asked = asked;
        written[i].own = false;
    }
    memmove(&reading->words[at + added], &reading->words[at + count], (reading->count - at - count) * sizeof *reading->words);
    memcpy(&reading->words[at], written, added * sizeof *written);
    reading->count += added - count;
    return added;
}

/* The longest key decides: "both malleoli" is one, so its "both" is not written out. */
static size_t write_out_at(struct reading *reading, size_t at) {
    for (size_t count = LEXICON_KEY_WORDS; count > 0; count--) {
        const struct lexicon_entry *first = at + count <= reading->count ? find_entry(reading, at, count) : NULL;
        for (const struct lexicon_entry *entry = first; entry; entry = entry->next)
            if (entry->kind == LEXICON_BECOMES)
                return replace(reading, at, count, entry->right);
        if (first)
            return count;
    }
    return 1;
}

static void write_out(struct reading *reading) {
    for (size_t at = 0; at < reading->count;)
        at += write_out_at(reading, at);
}

/* ---- alternatives ---- */

static bool is_same(const struct alternative *a, const struct alternative *b) {
    return a->count == b->count && memcmp(a->terms, b->terms, a->count * sizeof *a->terms) == 0;
}

static bool holds(const struct group *group, const struct alternative *wanted) {
    for (size_t i = 0; i < group->count; i++)
        if (is_same(&group->alternatives[i], wanted))
            return true;
    return false;
}

/* Words that the index does not know make an alternative that nothing can match: it is left out. */
static void add_alternative(struct reading *reading, struct group *group, const struct word *words, size_t count, double weight,
                            struct span text) {
    struct alternative alternative = {.weight = weight, .text = text};
    for (size_t i = 0; i < count; i++) {
        if (words_silent(words[i].text))
            continue;
        if (alternative.count == ALTERNATIVE_TERMS ||
            !vocabulary_find(reading->speech->vocabulary, &words[i].stem, &alternative.terms[alternative.count]))
            return;
        struct span stem = {words[i].stem.text, words[i].stem.len};
        alternative.negates = alternative.negates || lexicon_marks(reading->speech->lexicon, stem) & MARK_NEGATES;
        alternative.count++;
    }
    if (alternative.count && group->count < GROUP_ALTERNATIVES && !holds(group, &alternative))
        group->alternatives[group->count++] = alternative;
}

static void add_text(struct reading *reading, struct group *group, struct span text, double weight) {
    struct word words[ALTERNATIVE_TERMS * 2];
    size_t count = read_words(reading->speech, text, words, sizeof words / sizeof *words);
    add_alternative(reading, group, words, count, weight, text);
}

static void add_entries(struct reading *reading, struct group *group, const struct lexicon_entry *entry, double share) {
    for (; entry; entry = entry->next) {
        struct span rest = entry->right, part;
        double weight = entry->kind == LEXICON_SAME ? SAME_WEIGHT : LIKE_WEIGHT;
        while (lexicon_part(&rest, entry->kind, &part)) {
            add_text(reading, group, part, share * weight);
            if (entry->kind == LEXICON_LIKE && weight - LIKE_STEP > LIKE_LEAST)
                weight -= LIKE_STEP;
        }
    }
}

/* The words themselves, then what the lexicon has for them. */
static void add_words(struct reading *reading, struct group *group, size_t at, size_t count) {
    struct span text = reading->words[at].own ? span_of(NULL) : reading->words[at].text;
    add_alternative(reading, group, &reading->words[at], count, 1.0, text);
    add_entries(reading, group, find_entry(reading, at, count), 1.0);
}

static void add_proposal(struct reading *reading, struct group *group, const struct proposal *proposal) {
    struct word word = {.text = proposal->word};
    if (!stemmer_stem(reading->speech->stemmer, word.text, &word.stem))
        return;
    add_alternative(reading, group, &word, 1, proposal->weight, proposal->word);
    add_entries(reading, group, lexicon_find(reading->speech->lexicon, (struct span){word.stem.text, word.stem.len}), proposal->weight);
}

/* "footdrop" is "foot drop" where both are known. */
static bool split_word(struct reading *reading, struct group *group, struct span word) {
    enum { PART_LEAST = 2, WORD_LEAST = 5 };
    for (size_t cut = PART_LEAST; word.len >= WORD_LEAST && cut + PART_LEAST <= word.len; cut++) {
        struct word parts[2] = {{.text = span_slice(word, 0, cut)}, {.text = span_slice(word, cut, word.len)}};
        uint32_t term;
        bool known = true;
        for (size_t i = 0; i < 2; i++)
            known = known && stemmer_stem(reading->speech->stemmer, parts[i].text, &parts[i].stem) &&
                    vocabulary_find(reading->speech->vocabulary, &parts[i].stem, &term);
        if (known)
            add_alternative(reading, group, parts, 2, 0.9, span_of(NULL));
    }
    return group->count > 0;
}

static bool may_propose(struct reading *reading, struct span word) {
    for (size_t i = 0; i < reading->unknown_count; i++)
        if (span_same(reading->unknown_words[i], word))
            return true;
    if (!words_plain(word) || reading->unknown_count == PROPOSED_MOST)
        return false;
    reading->unknown_words[reading->unknown_count++] = word;
    return true;
}

static size_t propose(struct reading *reading, struct span word, struct proposal ret[static SPELLING_MOST]) {
    struct speech *speech = reading->speech;
    if (!may_propose(reading, word))
        return 0;
    if (!speech->spelling)
        speech->spelling = spelling_new(speech->vocabulary, speech->lexicon, speech->arena);
    return spelling_propose(speech->spelling, word, ret);
}

static void correct(struct reading *reading, struct group *group, const struct word *word) {
    struct proposal proposals[SPELLING_MOST];
    if (split_word(reading, group, word->text))
        return;
    for (size_t i = 0, count = propose(reading, word->text, proposals); i < count; i++)
        add_proposal(reading, group, &proposals[i]);
}

/* A misspelled word is taken for the one with which its neighbour makes a phrase: "hed lice". */
static bool fits_beside(struct reading *reading, size_t at, const struct word *word) {
    struct word before = reading->words[at];
    bool ret = false;
    reading->words[at].stem = word->stem;
    for (size_t count = 2; !ret && count <= LEXICON_KEY_WORDS; count++)
        for (size_t from = at + 1 >= count ? at + 1 - count : 0; !ret && from <= at && from + count <= reading->count; from++)
            ret = find_entry(reading, from, count) != NULL;
    reading->words[at] = before;
    return ret;
}

static void correct_beside(struct reading *reading, size_t at) {
    struct proposal proposals[SPELLING_MOST];
    for (size_t i = 0, count = propose(reading, reading->words[at].text, proposals); i < count; i++) {
        struct word word = {.text = proposals[i].word, .asked = reading->words[at].asked};
        if (stemmer_stem(reading->speech->stemmer, word.text, &word.stem) && fits_beside(reading, at, &word)) {
            reading->words[at] = word;
            return;
        }
    }
}

/* A word that stands in less than one text of RARE_OF may be a slip for one that is common. */
static bool is_known(const struct reading *reading, size_t at) {
    uint32_t term;
    const struct word *word = &reading->words[at];
    bool found = vocabulary_find(reading->speech->vocabulary, &word->stem, &term) &&
                 (size_t)reading->speech->vocabulary->counts[term] * RARE_OF >= reading->speech->documents;
    return found || word->stem.len < SLIP_LEAST || lexicon_knows(reading->speech->lexicon, &word->stem) || words_common(word->text) ||
           words_silent(word->text);
}

static void correct_phrases(struct reading *reading) {
    for (size_t at = 0; at < reading->count; at++)
        if (!is_known(reading, at))
            correct_beside(reading, at);
}

/* ---- groups ---- */

/* In how many documents: of an alternative no more than of its rarest term. */
static double documents_of(const struct reading *reading, const struct group *group) {
    double ret = 0;
    for (size_t i = 0; i < group->count; i++) {
        uint32_t fewest = UINT32_MAX;
        for (size_t k = 0; k < group->alternatives[i].count; k++) {
            uint32_t count = reading->speech->vocabulary->counts[group->alternatives[i].terms[k]];
            fewest = count < fewest ? count : fewest;
        }
        ret += group->alternatives[i].count > 1 ? (double)fewest / 2 : fewest;
    }
    return ret;
}

static unsigned marks_of(const struct reading *reading, size_t at) {
    const struct stem *stem = &reading->words[at].stem;
    return lexicon_marks(reading->speech->lexicon, (struct span){stem->text, stem->len});
}

static bool is_number(struct span text) {
    size_t digits = 0;
    while (digits < text.len && char_is_digit(text.ptr[digits]))
        digits++;
    return digits == text.len;
}

static void vote(struct reading *reading, size_t at, size_t count, double *weight) {
    for (size_t i = at; i < at + count; i++) {
        unsigned marks = marks_of(reading, i);
        for (int system = 0; system < SYSTEM_COUNT; system++) {
            reading->query->votes[system] += marks / MARK_SYSTEM >> system & 1;
            reading->query->named |= marks / MARK_NAMES & 1u << system;
        }
        if (count == 1 && marks & MARK_WEAK)
            *weight *= WEAK_SHARE;
        if (count == 1 && is_number(reading->words[i].text))
            *weight *= NUMBER_SHARE;
    }
}

static void weigh(struct reading *reading, struct group *group, size_t at, size_t count) {
    double held = documents_of(reading, group), all = (double)reading->speech->documents;
    group->weight = 0.3 + log((all + 1) / ((held < all ? held : all) + 1));
    group->weight *= 1 + PHRASE_GAIN * (double)(count - 1);
    vote(reading, at, count, &group->weight);
}

static void keep_group(struct reading *reading, const struct group *group) {
    for (size_t i = 0; i < reading->group_count; i++)
        if (is_same(&reading->groups[i].alternatives[0], &group->alternatives[0]))
            return;
    if (reading->group_count < RAW_GROUPS)
        reading->groups[reading->group_count++] = *group;
}

/* The longest run of words that the lexicon has an entry for. */
static size_t phrase_at(const struct reading *reading, size_t at) {
    for (size_t count = LEXICON_KEY_WORDS; count > 1; count--)
        if (at + count <= reading->count && find_entry(reading, at, count))
            return count;
    return 1;
}

/* Does "no" or "without" before it speak of this word, too? Up to a mark, a preposition, or "with". */
static bool is_negated(const struct reading *reading, size_t at) {
    while (at-- > 0) {
        const char *end = reading->words[at].asked.ptr + reading->words[at].asked.len, *next = reading->words[at + 1].asked.ptr;
        for (const char *c = end; c < next; c++)
            if (strchr(",;.:", *c))
                return false;
        unsigned marks = marks_of(reading, at);
        if (words_silent(reading->words[at].text) && !words_joins(reading->words[at].text))
            return false;
        if (marks & (MARK_NEGATES | MARK_AFFIRMS))
            return marks & MARK_NEGATES;
    }
    return false;
}

/* "non union" is "nonunion" where that is known; both stay. */
static bool join(struct reading *reading, size_t at, struct word *ret) {
    char text[2 * STEM_BYTES];
    uint32_t term;
    if (at + 1 >= reading->count || !reading->words[at].own || !reading->words[at + 1].own)
        return false;
    int len = snprintf(text, sizeof text, "%.*s%.*s", SPAN_ARG(reading->words[at].text), SPAN_ARG(reading->words[at + 1].text));
    if (len < 0 || (size_t)len >= sizeof text || !stemmer_stem(reading->speech->stemmer, (struct span){text, (size_t)len}, &ret->stem))
        return false;
    return vocabulary_find(reading->speech->vocabulary, &ret->stem, &term) || lexicon_knows(reading->speech->lexicon, &ret->stem);
}

static void add_joined(struct reading *reading, struct group *group, const struct word *word) {
    struct span key = {word->stem.text, word->stem.len};
    add_alternative(reading, group, word, 1, 1.0, span_of(NULL));
    add_entries(reading, group, lexicon_find(reading->speech->lexicon, key), 1.0);
}

/* The name of a system tells where to look, and stands in no title. */
static bool says_nothing(const struct reading *reading, size_t at) {
    struct span text = reading->words[at].text;
    if (text.len == 1 && !char_is_digit(text.ptr[0]))
        return !strchr("bcdkm", char_lower(text.ptr[0])); /* vitamin D; the rest is left of "patient's" and the like */
    return words_silent(text) || words_common(text) || (marks_of(reading, at) / MARK_NAMES & ((1u << SYSTEM_COUNT) - 1));
}

static size_t read_group(struct reading *reading, size_t at) {
    size_t count = phrase_at(reading, at);
    struct word joined = {.text = span_of("joined")};
    struct group group = {.count = 0};
    bool alone = count == 1 && !find_entry(reading, at, 1);
    if (count == 1 && join(reading, at, &joined)) {
        count = 2;
        add_joined(reading, &group, &joined);
    } else if (alone && says_nothing(reading, at)) {
        vote(reading, at, 1, &(double){0});
        return 1;
    }
    group.asked = asked_of(reading, at, count);
    add_words(reading, &group, at, count);
    if (group.count == 0 && count == 1)
        correct(reading, &group, &reading->words[at]);
    if (group.count == 0) {
        reading->unknown += UNKNOWN_WEIGHT;
        return count;
    }
    weigh(reading, &group, at, count);
    group.negated = is_negated(reading, at);
    keep_group(reading, &group);
    return count;
}

/* ---- the query ---- */

static void take_telling(struct reading *reading) {
    struct query *query = reading->query;
    while (reading->group_count > QUERY_GROUPS) {
        size_t least = 0;
        for (size_t i = 1; i < reading->group_count; i++)
            if (reading->groups[i].weight <= reading->groups[least].weight)
                least = i;
        memmove(&reading->groups[least], &reading->groups[least + 1], (--reading->group_count - least) * sizeof *reading->groups);
    }
    query->count = reading->group_count;
    memcpy(query->groups, reading->groups, query->count * sizeof *query->groups);
    query->total = reading->unknown;
    for (size_t i = 0; i < query->count; i++)
        query->total += query->groups[i].weight;
}

static int compare_uses(const void *a, const void *b) {
    const struct use *x = a, *y = b;
    if (x->term != y->term)
        return x->term < y->term ? -1 : 1;
    return x->group != y->group ? x->group - y->group : x->alternative - y->alternative;
}

static void list_uses(struct query *query) {
    for (size_t g = 0; g < query->count; g++)
        for (size_t a = 0; a < query->groups[g].count; a++)
            for (size_t i = 0; i < query->groups[g].alternatives[a].count; i++) {
                uint32_t term = query->groups[g].alternatives[a].terms[i];
                query->uses[query->use_count++] = (struct use){term, (uint8_t)g, (uint8_t)a, (uint8_t)i};
                query->used[term / 64 % USED_WORDS] |= UINT64_C(1) << term % 64;
            }
    qsort(query->uses, query->use_count, sizeof *query->uses, compare_uses);
}

static void ask_apart(const struct reading *reading, struct span stem, uint8_t sides[static LEXICON_SETS]) {
    unsigned set;
    uint8_t bit;
    if (lexicon_apart(reading->speech->lexicon, stem, &set, &bit))
        sides[set] |= bit;
}

/* What the lexicon thinks of first. */
static const struct alternative *first_meaning(const struct group *group) {
    for (size_t i = 0; i < group->count; i++)
        if (group->alternatives[i].text.len)
            return &group->alternatives[i];
    return NULL;
}

/* Words of a set that the asker named, or, where he named none of it, meant: "on purpose" asks for "intentional". */
static void ask_sides(struct reading *reading) {
    struct query *query = reading->query;
    uint8_t meant[LEXICON_SETS] = {0};
    for (size_t i = 0; i < reading->count; i++)
        ask_apart(reading, (struct span){reading->words[i].stem.text, reading->words[i].stem.len}, query->apart);
    for (size_t g = 0; g < query->count; g++) {
        const struct alternative *meaning = first_meaning(&query->groups[g]);
        for (size_t i = 0; meaning && i < meaning->count; i++)
            ask_apart(reading, reading->speech->vocabulary->spans[meaning->terms[i]], meant);
    }
    for (size_t set = 0; set < LEXICON_SETS; set++)
        query->apart[set] = query->apart[set] ? query->apart[set] : meant[set];
}

/* As the index cuts a title. */
static void keep_written(struct reading *reading) {
    struct query *query = reading->query;
    for (size_t i = 0; i < reading->count; i++) {
        if (words_silent(reading->words[i].text))
            continue;
        uint32_t *term = &query->written[query->written_count++];
        if (!vocabulary_find(reading->speech->vocabulary, &reading->words[i].stem, term))
            *term = UNKNOWN_TERM;
    }
}

void query_read(struct speech *speech, struct span text, struct query *ret) {
    struct reading reading = {.speech = speech, .query = ret};
    *ret = (struct query){.count = 0};
    reading.count = read_words(speech, text, reading.words, QUERY_WORDS);
    ret->range_count = ranges_read(text, ret->ranges);
    keep_written(&reading);
    correct_phrases(&reading);
    write_out(&reading);
    for (size_t at = 0; at < reading.count;)
        at += read_group(&reading, at);
    take_telling(&reading);
    ask_sides(&reading);
    list_uses(ret);
}

const struct use *query_uses(const struct query *query, uint32_t term, size_t *ret_count) {
    size_t from = 0, to = query->used[term / 64 % USED_WORDS] >> term % 64 & 1 ? query->use_count : 0;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (query->uses[middle].term < term)
            from = middle + 1;
        else
            to = middle;
    }
    for (to = from; to < query->use_count && query->uses[to].term == term;)
        to++;
    *ret_count = to - from;
    return &query->uses[from];
}
