#include "handlers/understand/codes.h"

#include <string.h>

#include "base/buf.h"
#include "handlers/understand/cues.h"

#define BIT(system) (1u << SYSTEM_##system)

/* What each piece of evidence is worth, and how explain says it. A mention is a code from CODES_ENOUGH points on. */
enum { CODES_ENOUGH = 2 };

static const struct weight {
    int points;
    const char *text;
} weights[EVIDENCE_COUNT] = {
    [EVIDENCE_FIVE_DIGITS] = {3, "five digits"},
    [EVIDENCE_DIGITS_LETTER] = {4, "four digits and a letter"},
    [EVIDENCE_LETTER_DIGITS] = {4, "a letter and four digits"},
    [EVIDENCE_ICD_DOTTED] = {9, "form of a diagnosis with its dot"},
    [EVIDENCE_ICD_PLAIN] = {1, "form of a diagnosis without its dot"},
    [EVIDENCE_ICD_SHORT] = {-1, "form of a short diagnosis"},
    [EVIDENCE_PCS] = {2, "form of ICD-10-PCS"},
    [EVIDENCE_TAXONOMY] = {6, "form of a taxonomy"},
    [EVIDENCE_MODIFIER_LETTERS] = {-2, "form of a modifier"},
    [EVIDENCE_MODIFIER_DIGITS] = {-1, "two digits that are a modifier"},
    [EVIDENCE_NUMBER] = {0, "a number"},
    [EVIDENCE_LETTER_O] = {0, "a letter read as the digit it looks like"},
    [EVIDENCE_BLANK_WITHIN] = {-2, "blank within"},
    [EVIDENCE_MARK_WITHIN] = {-7, "a mark within"},
    [EVIDENCE_SPOKEN] = {-3, "said digit by digit"},
    [EVIDENCE_SHORTENED] = {0, "shortened, completed from the one before"},
    [EVIDENCE_HAS_MODIFIER] = {2, "with a modifier"},
    [EVIDENCE_NAMED] = {4, "after its system's name"},
    [EVIDENCE_CODE_WORD] = {3, "after a word of coding"},
    [EVIDENCE_IN_LIST] = {4, "in a list of such"},
    [EVIDENCE_ARTICLE] = {2, "behind an article or a preposition"},
    [EVIDENCE_AS_MODIFIER] = {3, "what one does with a modifier"},
    [EVIDENCE_ALONE] = {3, "a sentence of its own"},
    [EVIDENCE_SENTENCE_END] = {1, "ends its sentence"},
    [EVIDENCE_SYSTEM_IN_TEXT] = {1, "its system is named in the text"},
    [EVIDENCE_MODIFIER_IN_TEXT] = {1, "modifiers are spoken of"},
    [EVIDENCE_CODE_IN_TEXT] = {1, "a procedure is named in the text"},
    [EVIDENCE_SEEN_ELSEWHERE] = {2, "stands elsewhere in the text"},
    [EVIDENCE_NUMBER_OF] = {-7, "number of something else"},
    [EVIDENCE_MAYBE_NUMBER_OF] = {-5, "number of a claim or a policy, or on one"},
    [EVIDENCE_MONEY] = {-9, "amount of money"},
    [EVIDENCE_POSTAL] = {-7, "part of a postal address"},
    [EVIDENCE_MEASURE] = {-7, "a measure"},
    [EVIDENCE_GLUED] = {-9, "part of a longer number or name"},
    [EVIDENCE_ORDINARY_WORD] = {-6, "an ordinary word in capitals"},
    [EVIDENCE_SPINE] = {-6, "a vertebra"},
    [EVIDENCE_ABBREVIATION] = {-4, "an abbreviation of something else as well"},
    [EVIDENCE_CODING_IN_TEXT] = {1, "codes are spoken of, or it is a question"},
    [EVIDENCE_ONLY_MODIFIER] = {2, "letters that are nothing else"},
    [EVIDENCE_IN_RANGE] = {0, "between the ends of a range"},
    [EVIDENCE_REMARK] = {-7, "a remark code of a remittance"},
    [EVIDENCE_KNOWN] = {2, "known"},
    [EVIDENCE_NOT_KNOWN] = {-1, "not in the complete edition"},
    [EVIDENCE_SIGNATURE] = {-4, "in the signature"},
};

int codes_points(evidence_set evidence) {
    int ret = 0;
    for (int i = 0; i < EVIDENCE_COUNT; i++)
        if (evidence >> i & 1)
            ret += weights[i].points;
    return ret;
}

const char *codes_evidence(evidence_set evidence, struct arena *arena) {
    struct buf text;
    buf_init(&text, 1024);
    for (int i = 0; i < EVIDENCE_COUNT; i++)
        if (evidence >> i & 1) {
            buf_text(&text, text.len ? "; " : "");
            buf_text(&text, weights[i].text);
        }
    const char *ret = text.len ? buf_keep(&text, arena) : "";
    buf_free(&text);
    return ret;
}

/* --- words before */

static bool is_number_word(struct span lower) { return span_is_among(lower, "no nr num number numbers nos"); }

/* Words written with a full stop that ends no sentence. */
static bool is_cut_short(struct span lower) {
    return span_is_among(lower,
                          "no nr num nos acct accts apt auth bldg cat chap ext grp inv lic mem ord ref req rm rte ste tel p pp pg hwy "
                          "wo dx diag proc");
}

/* Marks and words that may stand between a cue and its number. Behind a linking word only words of coding reach. */
static bool is_transparent(const struct context *context, size_t i, bool *linked) {
    char mark = context_mark(context, i);
    struct span word = context_at(context, i)->lower, before = context_at(context, i - 1)->lower;
    if (mark)
        return strchr("#:=(\"'[<>*-", mark) || (mark == '.' && is_cut_short(before));
    if (is_number_word(word) || span_is_among(word, "id is was"))
        return true;
    *linked = true;
    return span_is_among(word, "of for the a an as either both cm 10 are level ii my our this their");
}

/* "on check 20693", "check 20693 paid for": a thing, and not what the asker asks us to do. */
static bool is_cheque(const struct context *context, size_t i) {
    return context_is(context, i, "check") &&
           (span_is_among(context_at(context, i - 1)->lower, "on by per via with from their payer's insurance paper") ||
            span_is_among(context_at(context, i + 2)->lower, "paid pays covered covers cleared dated posted bounced"));
}

/* "check 20693", "part 20693": a verb or a word of any kind, unless it says "number" or "#" ("check no. 20693"). */
static bool counts_only_numbered(const struct context *context, size_t i) {
    return !is_cheque(context, i) && span_is_among(context_at(context, i)->lower, "check direct part") &&
           !context_mark_in(context, i + 1, "#") && !is_number_word(context_at(context, i + 1)->lower);
}

/* "Fax 555 20693", "account ending in 20693": only the number of something else reaches over these. */
static bool leads_to_decoy(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    bool ends_field = context_mark_in(context, i + 1, ":,;");
    return (token->kind == TOKEN_NUMBER && (token->text.len == 3 || token->text.len == 4) && !ends_field) ||
           (context_is(context, i, "in") && span_is_among(context_at(context, i - 1)->lower, "ending ends"));
}

/* "CPT code 20693": the system named before the word of coding. */
static unsigned systems_named_before(const struct context *context, size_t i) {
    const struct number_cue *cue = cue_before_number(context_at(context, i - 1)->lower);
    return cue && cue->evidence == EVIDENCE_NAMED ? cue->systems : 0;
}

/* "ZIP code", "access code": no code of ours. */
static bool is_other_code(const struct context *context, size_t i, const struct number_cue *cue) {
    return cue->evidence == EVIDENCE_CODE_WORD &&
           span_is_among(context_at(context, i - 1)->lower, "zip postal area country access door security verification promo discount bar "
                                                             "qr denial reason remark condition occurrence value group status");
}

/* What the cue at token i says of the mention. */
static evidence_set cue_evidence(const struct context *context, size_t i, const struct number_cue *cue, const struct mention *mention,
                                 unsigned *named) {
    if (is_other_code(context, i, cue))
        return EVIDENCE(NUMBER_OF);
    unsigned systems = cue->evidence == EVIDENCE_CODE_WORD ? systems_named_before(context, i) : 0;
    *named = systems ? systems : cue->systems;
    if (*named && !(*named & mention->systems))
        return 0;
    return systems ? EVIDENCE(NAMED) : (evidence_set)1 << cue->evidence;
}

/* "2 x 20693": the "x" counts. */
static bool is_times_before(const struct context *context, size_t i) {
    return context_is(context, i, "x") && context_at(context, i - 1)->kind == TOKEN_NUMBER;
}

/* "the dx for E0748": a diagnosis is wanted for it, so it is none where it may be a procedure. */
static bool is_wanted_for(const struct context *context, size_t i, const struct number_cue *cue, const struct mention *mention) {
    bool both = mention->systems & BIT(HCPCS) && mention->systems & BIT(ICD10CM);
    return both && cue->systems == BIT(ICD10CM) && (context_is(context, i + 1, "for") || context_is(context, i + 2, "for"));
}

static evidence_set words_before(const struct context *context, const struct mention *mention, unsigned *named) {
    bool linked = false, decoys_only = false;
    const struct token *token = context_at(context, mention->first);
    for (size_t i = mention->first - 1; i < context->count && mention->first - i <= 5; i--) {
        const struct token *before = context_at(context, i);
        if (before->paragraph != token->paragraph)
            break;
        const struct number_cue *cue = is_times_before(context, i) ? NULL : cue_before_number(before->lower);
        bool decoy = cue && (cue->evidence == EVIDENCE_NUMBER_OF || cue->evidence == EVIDENCE_MAYBE_NUMBER_OF);
        if (decoy && counts_only_numbered(context, i))
            break;
        if (cue && is_wanted_for(context, i, cue, mention))
            break;
        if (cue && (decoy ? !linked && before->line == token->line : !decoys_only))
            return cue_evidence(context, i, cue, mention, named);
        if (leads_to_decoy(context, i))
            decoys_only = true;
        else if (!is_transparent(context, i, &linked))
            break;
    }
    return 0;
}

/* --- what hangs on the code without a blank */

/* previous: the mention before, or NULL: "20690-20692" is a range, "20690,20692" a list. */
static evidence_set hangs_before(const struct context *context, const struct mention *mention, const struct mention *previous) {
    size_t i = mention->first;
    const struct token *far = context_at(context, i - 2);
    if (context_mark_in(context, i - 1, "$"))
        return EVIDENCE(MONEY);
    if (!context_at(context, i)->glued || (previous && previous->after + 1 >= i && !context_mark_in(context, i - 1, ".")))
        return 0;
    bool joined = context_at(context, i - 1)->glued && far->kind != TOKEN_MARK;
    bool underlined =
        context_mark_in(context, i - 1, "_") && context_mark_in(context, mention->end, "_") && !context_at(context, i - 1)->glued;
    if (context_mark_in(context, i - 1, "_@"))
        return underlined ? 0 : EVIDENCE(GLUED);
    if (joined && context_mark_in(context, i - 1, "-") && !cue_before_number(far->lower))
        return EVIDENCE(GLUED);
    return joined && context_mark_in(context, i - 1, ".,-") && far->kind != TOKEN_WORD ? EVIDENCE(GLUED) : 0;
}

static evidence_set hangs_behind(const struct context *context, const struct mention *mention) {
    size_t i = mention->after;
    const struct token *far = context_at(context, i + 1);
    if (context_mark_in(context, i, "%") || (context_mark_in(context, i, "$") && far->kind != TOKEN_NUMBER))
        return EVIDENCE(MEASURE);
    if (!context_at(context, i)->glued || !far->glued || far->kind == TOKEN_MARK)
        return 0;
    if (context_mark_in(context, i, "_@"))
        return EVIDENCE(GLUED);
    bool number = far->kind == TOKEN_NUMBER;
    if (context_mark_in(context, i, "-") && mention->after == mention->end && number && far->text.len == 4)
        return EVIDENCE(POSTAL);
    struct mention ignored;
    bool range = context_mark(context, i) == '-' && extract_form(context, i + 1, &ignored);
    return context_mark_in(context, i, "-.") && far->kind != TOKEN_WORD && !range ? EVIDENCE(GLUED) : 0;
}

/* "20693-11": two characters behind a hyphen, where a modifier stands, though there is none of that name. */
static bool has_odd_modifier(const struct context *context, const struct mention *mention) {
    size_t i = mention->after;
    const struct token *odd = context_at(context, i + 1);
    bool procedure = mention->evidence & (EVIDENCE(FIVE_DIGITS) | EVIDENCE(DIGITS_LETTER) | EVIDENCE(LETTER_DIGITS));
    bool hangs_on =
        context_at(context, i + 2)->glued && context_at(context, i + 3)->glued && context_at(context, i + 3)->kind != TOKEN_MARK;
    return procedure && context_mark(context, i) == '-' && context_glued(context, i - 1, 2) && odd->text.len == 2 &&
           (odd->kind == TOKEN_NUMBER || odd->kind == TOKEN_MIXED) && !hangs_on;
}

/* Only a code that is known, and is no part of a longer number, keeps it; then the answer can say that there is none.
 * "CPT 20610.50" is a modifier behind a dot, where the system is named: else it might be money. */
static void keep_odd_modifier(const struct context *context, struct mention *mention) {
    bool dotted = context_mark_in(context, mention->after, ".") && mention->evidence & EVIDENCE(NAMED) &&
                  extract_is_modifier(context_at(context, mention->after + 1)->text);
    if (!(mention->evidence & EVIDENCE(KNOWN)) || !(mention->evidence & EVIDENCE(GLUED)) ||
        (!dotted && !has_odd_modifier(context, mention)))
        return;
    mention->evidence &= ~EVIDENCE(GLUED);
    mention->evidence |= EVIDENCE(HAS_MODIFIER);
    extract_attach(mention, context_at(context, mention->after + 1)->text);
    mention->after += 2;
}

/* "20690 steps", "20690 /uL", "20690 sq ft", "1000U of insulin" */
static evidence_set words_behind(const struct context *context, const struct mention *mention) {
    static const char measures[] = "dollars usd eur euro euros miles patients members employees people percent steps mg mcg ml cc iu ul dl "
                                   "mm cm km lbs feet sq kcal";
    size_t i = context_mark_in(context, mention->after, "/") ? mention->after + 1 : mention->after;
    const struct token *next = context_at(context, i);
    bool of_something = context_is(context, i + 1, "of") && span_is_among(next->lower, "units unit");
    if (mention->evidence & EVIDENCE(FIVE_DIGITS) && next->line == context_at(context, mention->first)->line)
        return of_something || span_is_among(next->lower, measures) ? EVIDENCE(MEASURE) : 0;
    char letter = mention->evidence & EVIDENCE(DIGITS_LETTER) ? mention->key[4] : 0;
    bool amount = letter == 'U' && context_is(context, mention->after, "of");
    bool degrees = letter == 'F' && span_is_among(context_at(context, mention->first - 1)->lower, "at temp temperature");
    return amount || degrees ? EVIDENCE(MEASURE) : 0;
}

static bool is_separator(const struct context *context, size_t i) {
    return context_mark_in(context, i, ",/&+-;<>") ||
           span_is_among(context_at(context, i)->lower, "and or vs versus to thru through plus y oder und et ou e o");
}

/* Only separators stand between the two. */
static bool is_next_in_list(const struct context *context, const struct mention *before, const struct mention *mention) {
    size_t gap = mention->first - before->after;
    if (mention->first < before->after || gap == 0 || gap > 3)
        return false;
    for (size_t i = before->after; i < mention->first; i++)
        if (!is_separator(context, i))
            return false;
    return true;
}

/* --- the knowledge base */

static enum code_system only_system(unsigned systems, enum code_system otherwise) {
    for (int system = 0; system < SYSTEM_COUNT; system++)
        if (systems == 1u << system)
            return (enum code_system)system;
    return otherwise;
}

static evidence_set ask_kb(struct mention *mention, unsigned named, struct kb *kb, struct date date) {
    if (mention->evidence & (EVIDENCE(NUMBER) | EVIDENCE(MODIFIER_LETTERS) | EVIDENCE(MODIFIER_DIGITS)))
        return 0;
    unsigned known = kb_systems_of(kb, span_of(mention->key), date);
    mention->system = only_system(mention->systems & known, mention->system);
    enum code_system said = only_system(mention->systems & named, mention->system);
    bool refuted = known >> mention->system & 1 && !(known >> said & 1) && kb_complete(kb, said, date);
    mention->system = refuted ? mention->system : said;
    if (known >> mention->system & 1)
        return EVIDENCE(KNOWN);
    return kb_complete(kb, mention->system, date) ? EVIDENCE(NOT_KNOWN) : 0;
}

/* --- diagnoses that are short or without a dot, which look like names of many other things */

/* Is it a text about codes, or does it ask something? */
static bool speaks_of_codes(const struct context *context, const struct mentions *mentions) {
    static const char asking[] = "what which how mean means stand stands help billable payable";
    size_t diagnoses = 0;
    for (size_t i = 0; i < mentions->count; i++) {
        bool letter_first = context_at(context, mentions->items[i].first)->text.len == 1;
        diagnoses += mentions->items[i].evidence & EVIDENCE(ICD_SHORT) ? 1 : 0;
        if (diagnoses > 1 || (letter_first && mentions->items[i].evidence & EVIDENCE(ICD_PLAIN)) ||
            mentions->items[i].evidence & (EVIDENCE(ICD_DOTTED) | EVIDENCE(FIVE_DIGITS) | EVIDENCE(LETTER_DIGITS)))
            return true;
    }
    for (size_t i = 0; i < context->count; i++) {
        const struct token *token = context_at(context, i);
        const struct number_cue *cue = token->kind == TOKEN_WORD ? cue_before_number(token->lower) : NULL;
        if ((cue && (cue->evidence == EVIDENCE_NAMED || cue->evidence == EVIDENCE_CODE_WORD)) || context_mark(context, i) == '?' ||
            span_is_among(token->lower, asking))
            return true;
    }
    return false;
}

/* T10 to T12 are vertebrae, and no categories of ICD-10-CM; only where a diagnosis is named they are read as codes. */
static evidence_set weigh_short(const struct mention *mention, bool codes_spoken_of) {
    if (!(mention->evidence & (EVIDENCE(ICD_SHORT) | EVIDENCE(ICD_PLAIN))))
        return 0;
    bool vertebra = strlen(mention->key) == 3 && mention->key[0] == 'T' && mention->key[1] == '1' && mention->key[2] <= '2';
    return EVIDENCE(CODING_IN_TEXT) * codes_spoken_of |
           EVIDENCE(SPINE) * (vertebra && !(mention->evidence & (EVIDENCE(NAMED) | EVIDENCE(CODE_WORD))));
}

/* --- decisions */

static void accept(struct context *context, struct mention *mention) {
    mention->accepted = true;
    for (size_t i = mention->first; i < mention->after; i++)
        context->tokens[i].taken = true;
}

static void decide(struct context *context, struct mention *mention) {
    if (codes_points(mention->evidence) >= CODES_ENOUGH)
        accept(context, mention);
}

static evidence_set place_of(const struct context *context, const struct mention *mention) {
    evidence_set ret = context_at(context, mention->first)->place == PLACE_SIGNATURE ? EVIDENCE(SIGNATURE) : 0;
    for (size_t i = mention->first; i < mention->end; i++)
        if (context_at(context, i)->postal)
            ret |= EVIDENCE(POSTAL);
    return ret;
}

/* before: the mention before, or NULL. completed: the one behind is a shortened member of this one's list. */
static void weigh_form(struct context *context, const struct mention *before, bool completed, struct mention *mention, struct kb *kb,
                       struct date date) {
    evidence_set heads = EVIDENCE(NAMED) | EVIDENCE(CODE_WORD);
    unsigned named = 0;
    mention->evidence |= words_before(context, mention, &named) | hangs_before(context, mention, before);
    mention->evidence |= completed ? 0 : hangs_behind(context, mention);
    mention->evidence |= words_behind(context, mention) | place_of(context, mention);
    mention->evidence |= EVIDENCE(REMARK) * (!(named & (BIT(ICD10CM))) && extract_is_remark(context, mention));
    if (before && before->accepted && is_next_in_list(context, before, mention))
        mention->evidence |= EVIDENCE(IN_LIST) | (before->systems == mention->systems ? before->evidence & heads : 0);
    mention->evidence |= ask_kb(mention, named, kb, date);
    if (!completed && !hangs_before(context, mention, before))
        keep_odd_modifier(context, mention);
}

/* "M25, 511 of them": the header alone, when header and number together are no code. */
static struct mention header_of(const struct mention *mention) {
    struct mention ret = *mention;
    memset(ret.key + 3, 0, sizeof ret.key - 3);
    ret.evidence = EVIDENCE(ICD_SHORT);
    ret.end = ret.after = ret.first + 1;
    return ret;
}

static void weigh_alone(struct context *context, const struct mention *before, bool completed, bool codes_spoken_of,
                        struct mention *mention, struct kb *kb, struct date date) {
    bool dot_astray = mention->evidence & EVIDENCE(ICD_PLAIN) && mention->evidence & EVIDENCE(BLANK_WITHIN) &&
                      context_at(context, mention->first)->text.len == 3;
    struct mention header = header_of(mention);
    weigh_form(context, before, completed, mention, kb, date);
    mention->evidence |= weigh_short(mention, codes_spoken_of);
    if (dot_astray && codes_points(mention->evidence) < CODES_ENOUGH) {
        *mention = header;
        weigh_form(context, before, completed, mention, kb, date);
        mention->evidence |= weigh_short(mention, codes_spoken_of);
    }
    decide(context, mention);
}

static void weigh_forms(struct context *context, struct mentions *mentions, struct kb *kb, struct date date) {
    bool codes_spoken_of = speaks_of_codes(context, mentions);
    for (size_t i = 0; i < mentions->count; i++) {
        struct mention *mention = &mentions->items[i], *before = i ? mention - 1 : NULL;
        bool completed = i + 1 < mentions->count && (mention[1].evidence & EVIDENCE(SHORTENED));
        if (!before || !(mention->evidence & EVIDENCE(SHORTENED)))
            weigh_alone(context, before, completed, codes_spoken_of, mention, kb, date);
        else if (before->accepted)
            accept(context, mention);
    }
}

static bool accepted_elsewhere(const struct mentions *mentions, size_t from, const struct mention *mention) {
    for (size_t i = from; i < mentions->count; i++)
        if (mentions->items[i].accepted && mentions->items[i].system == mention->system &&
            strcmp(mentions->items[i].key, mention->key) == 0)
            return true;
    return false;
}

/* Numbers beside the name of their system first; then what stands in a list with one of them, forwards and backwards, or is one said again.
 */
static void weigh_numbers(struct context *context, struct mentions *mentions, size_t from) {
    for (size_t i = from; i < mentions->count; i++)
        decide(context, &mentions->items[i]);
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = from; k < mentions->count; k++) {
            size_t i = pass ? mentions->count - 1 - (k - from) : k;
            struct mention *mention = &mentions->items[i];
            const struct mention *before = i > from ? mention - 1 : NULL, *behind = i + 1 < mentions->count ? mention + 1 : NULL;
            if (mention->accepted || context_at(context, mention->first)->taken)
                continue;
            if ((before && before->accepted && before->system == mention->system && is_next_in_list(context, before, mention)) ||
                (behind && behind->accepted && behind->system == mention->system && is_next_in_list(context, mention, behind)))
                mention->evidence |= EVIDENCE(IN_LIST);
            else if (pass == 0 && mentions->count - from < 64 && accepted_elsewhere(mentions, from, mention))
                mention->evidence |= EVIDENCE(SEEN_ELSEWHERE);
            decide(context, mention);
        }
}

static bool is_procedure(const struct mention *mention) { return mention->system == SYSTEM_CPT || mention->system == SYSTEM_HCPCS; }

/* The one procedure that the new text names, or NULL when there are several or none. */
static struct mention *only_procedure(const struct context *context, struct mentions *mentions) {
    struct mention *ret = NULL;
    for (size_t i = 0; i < mentions->count; i++) {
        struct mention *mention = &mentions->items[i];
        if (!mention->accepted || !is_procedure(mention) || !context_is_new(context_at(context, mention->first)))
            continue;
        if (ret && strcmp(ret->key, mention->key) != 0)
            return NULL;
        ret = ret ? ret : mention;
    }
    return ret;
}

/* "put modifier 50 on 27447", "a 59 on 20680": the modifier goes on the code behind. */
static struct mention *procedure_behind(const struct context *context, struct mentions *mentions, const struct mention *modifier) {
    size_t at = modifier->end + 1;
    bool replaced = context_is(context, modifier->first - 1, "of") && context_is(context, modifier->first - 2, "instead");
    if (replaced || modifier->evidence & EVIDENCE(IN_LIST) || !span_is_among(context_at(context, modifier->end)->lower, "on onto"))
        return NULL;
    at += span_is_among(context_at(context, at)->lower, "the a cpt hcpcs code");
    at += span_is_among(context_at(context, at)->lower, "cpt hcpcs code");
    for (size_t i = 0; i < mentions->count; i++)
        if (mentions->items[i].accepted && is_procedure(&mentions->items[i]) && mentions->items[i].first == at)
            return &mentions->items[i];
    return NULL;
}

/* "Which one goes on 87880? QW?" and "after RT?": a modifier proposed for the only procedure there is. */
static void attach_proposed(const struct context *context, struct mentions *mentions, size_t from) {
    struct mention *procedure = only_procedure(context, mentions);
    for (size_t i = from; i < mentions->count; i++) {
        const struct mention *modifier = &mentions->items[i];
        struct mention *behind = modifier->accepted ? procedure_behind(context, mentions, modifier) : NULL;
        if (behind)
            extract_attach(behind, span_of(modifier->key));
        bool follows = span_is_among(context_at(context, modifier->first - 1)->lower, "after before behind");
        if (procedure && modifier->accepted &&
            (follows || (modifier->evidence & EVIDENCE(ALONE) && context_mark(context, modifier->end) == '?')))
            extract_attach(procedure, span_of(modifier->key));
    }
}

static int by_place(const void *a, const void *b) {
    const struct mention *left = a, *right = b;
    return left->first != right->first ? (left->first > right->first) - (left->first < right->first) : strcmp(left->key, right->key);
}

void codes_find(struct context *context, struct kb *kb, struct date date, struct arena *arena, struct mentions *ret) {
    extract_forms(context, arena, ret);
    size_t forms = ret->count;
    weigh_forms(context, ret, kb, date);
    extract_named_numbers(context, arena, ret);
    weigh_numbers(context, ret, forms);
    size_t numbers = ret->count;
    extract_lone_modifiers(context, arena, ret);
    for (size_t i = numbers; i < ret->count; i++)
        decide(context, &ret->items[i]);
    attach_proposed(context, ret, numbers);
    if (ret->count > forms)
        qsort(ret->items, ret->count, sizeof *ret->items, by_place);
    forms = ret->count;
    codes_fill_ranges(context, kb, date, arena, ret);
    if (ret->count > forms)
        qsort(ret->items, ret->count, sizeof *ret->items, by_place);
}

/* --- from mentions to codes */

static struct asked_code *code_named(struct asked_code *codes, size_t count, const struct mention *mention) {
    for (size_t i = 0; i < count; i++)
        if (codes[i].system == mention->system && strcmp(codes[i].key, mention->key) == 0)
            return &codes[i];
    return NULL;
}

static void add_modifiers(struct asked_code *code, const struct mention *mention) {
    for (size_t i = 0; i < mention->modifier_count; i++) {
        size_t k = 0;
        while (k < code->modifier_count && strcmp(code->modifiers[k], mention->modifiers[i]) != 0)
            k++;
        if (k == code->modifier_count && k < CODE_MODIFIERS)
            memcpy(code->modifiers[code->modifier_count++], mention->modifiers[i], 3);
    }
}

static void collect(const struct context *context, const struct mentions *mentions, enum code_role role, bool quoted_is_asked,
                    struct arena *arena, struct asked_code *codes, size_t *count, bool *ret_more) {
    for (size_t i = 0; i < mentions->count; i++) {
        const struct mention *mention = &mentions->items[i];
        const struct token *token = context_at(context, mention->first);
        bool asked = context_is_new(token) || (quoted_is_asked && token->place == PLACE_QUOTED);
        if (!mention->accepted || asked != (role == ROLE_ASKED))
            continue;
        struct asked_code *code = code_named(codes, *count, mention);
        if (!code && *count == QUESTION_CODES) {
            *ret_more = *ret_more || role == ROLE_ASKED;
            continue;
        }
        if (!code) {
            code = &codes[(*count)++];
            *code = (struct asked_code){.system = mention->system, .role = role, .evidence = codes_evidence(mention->evidence, arena)};
            memcpy(code->key, mention->key, sizeof code->key);
            system_display(code->system, code->key, code->display);
        }
        if (code->role == role)
            add_modifiers(code, mention);
    }
}

struct asked_code *codes_collect(const struct context *context, const struct mentions *mentions, bool quoted_is_asked, struct arena *arena,
                                 size_t *ret_count, bool *ret_more) {
    struct asked_code *ret = arena_array(arena, QUESTION_CODES, sizeof *ret);
    *ret_count = 0;
    *ret_more = false;
    collect(context, mentions, ROLE_ASKED, quoted_is_asked, arena, ret, ret_count, ret_more);
    collect(context, mentions, ROLE_CONTEXT, quoted_is_asked, arena, ret, ret_count, ret_more);
    return ret;
}

/* A number or two letters alone have no form of their own: only what looked like a code is told. */
static bool was_passed_over(const struct context *context, const struct mention *mention) {
    const evidence_set formless = EVIDENCE(NUMBER) | EVIDENCE(MODIFIER_LETTERS) | EVIDENCE(MODIFIER_DIGITS);
    const struct token *token = context_at(context, mention->first);
    return !mention->accepted && !(mention->evidence & formless) && !token->taken && token->place != PLACE_QUOTED;
}

struct passed_over *codes_passed_over(const struct context *context, const struct mentions *mentions, struct arena *arena,
                                      size_t *ret_count) {
    struct passed_over *ret = arena_array(arena, QUESTION_PASSED_OVER, sizeof *ret);
    *ret_count = 0;
    for (size_t i = 0; i < mentions->count && *ret_count < QUESTION_PASSED_OVER; i++) {
        const struct mention *mention = &mentions->items[i];
        if (!was_passed_over(context, mention))
            continue;
        struct span whole = context_written(context, mention->first, mention->end);
        ret[(*ret_count)++] = (struct passed_over){arena_copy(arena, whole), codes_evidence(mention->evidence, arena)};
    }
    return ret;
}
