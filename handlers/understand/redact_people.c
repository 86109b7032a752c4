/* Who: the names that names.h found, weighed by what stands beside them, and names that only their place betrays ("PT: SMITH", "the man's
 * name is john smith", "Smith, DOB ..."). Doctors, askers and offices are no patients. */
#include "handlers/understand/redact_find.h"

#include <string.h>

#include "handlers/understand/keywords.h"
#include "handlers/understand/names.h"

enum { NAME_WORDS = 4, NAMES_KEPT = 32, NUMBERS_KEPT = 32, LEAST_LETTERS = 2, LEAST_AGAIN = 3, RECENT_YEARS = 2, BESIDE_DIGITS = 5, NUMBER_DIGITS = 6 };

/* What speaks for a patient's name and against it; it is one from NAME_ENOUGH points on. */
enum {
    NAME_ENOUGH = 5,
    POINTS_NAME = 4,       /* names.h is sure that it is somebody's name */
    POINTS_DOUBTFUL = 1,   /* names.h thinks it may be */
    POINTS_SEVERAL = 1,    /* first and last name */
    POINTS_NO_WORD = 2,    /* the knowledge base knows none of its words */
    POINTS_PATIENT = 4,    /* "patient", "Mrs" before it */
    POINTS_FOR = 1,        /* "for", "on" before it */
    POINTS_IDENTIFIED = 4, /* a number or a day of a patient's behind it */
    POINTS_ACTS = 1,       /* "has", "fell" behind it */
    POINTS_WHOSE = 2,      /* "'s surgery" behind it */
    POINTS_OTHER = -9,     /* a doctor, an office, who writes or is written to */
};

static bool same_line(const struct context *context, size_t a, size_t b) {
    return context_at(context, b)->kind != TOKEN_NONE && context_at(context, a)->line == context_at(context, b)->line;
}

static bool is_capital(const struct token *token) { return token->kind == TOKEN_WORD && token->text.ptr[0] >= 'A' && token->text.ptr[0] <= 'Z'; }

static bool is_flagged(const struct token *token) {
    return token->kind == TOKEN_WORD && (token->name || token->doubtful) && !token->taken && !token->mask && !token->literal;
}

static bool is_known(struct redaction *redaction, struct span lower) {
    return redaction->lookups++ >= REDACT_LOOKUPS || kb_knows_word(redaction->kb, lower);
}

/* Words of forms and letters that no name holds. */
static bool is_form_word(struct span lower) {
    return span_is_among(lower,
                          "dob mrn ssn mbi npi dos ssn acct account policy phone cell tel fax email address addr sex age male female gender yo "
                          "responsibility care relations advocate services access financial education safety status class portal balance "
                          "statement consent history population id no number comma period colon born has had is was were said and or the of in "
                          "on at to for with from who whom whose but because since after before came seen underwent needs had presented presents "
                          "surgeon doctor provider physician nurse assistant insurer company vendor rep facility practice dentist podiatrist "
                          "by goes denied today he she they we my our his her a an as if when then please thanks billed code codes cpt icd hcpcs dx "
                          "procedure diagnosis surgery visit claim medicare medicaid monday tuesday wednesday thursday friday saturday sunday january february "
                          "march april june july august september october november december does did do can could should would will that this what which");
}

static bool is_plain_word(const struct token *token) {
    return token->kind == TOKEN_WORD && !token->taken && !token->mask && !token->literal && !redact_is_label(token->lower) &&
           !is_form_word(token->lower) && !keywords_is_common(token->lower) && !names_is_of_field(token->lower);
}

/* May the word be of a name, where only its place speaks for that? */
static bool may_be_name(struct redaction *redaction, size_t i, bool any_case) {
    const struct token *token = context_at(redaction->context, i);
    if (token->kind != TOKEN_WORD || token->taken || token->mask || token->literal || redact_is_label(token->lower) || is_form_word(token->lower))
        return false;
    if (token->name || (token->doubtful && is_capital(token)) || (any_case && names_is_known(token->lower)))
        return true;
    return (any_case || is_capital(token)) && is_plain_word(token) && !is_known(redaction, token->lower);
}

/* "Neil-Smith" behind "O'": what hangs on a name by "-" or "'" is of it. */
static size_t behind_hung(const struct context *context, size_t end) {
    while (context_mark_in(context, end, "-'") && context_glued(context, end - 1, 2) && context_at(context, end + 1)->text.len > 1 &&
           context_at(context, end + 1)->kind == TOKEN_WORD && !context_at(context, end + 1)->taken)
        end += 2;
    return end;
}

/* "de la Cruz" behind "Maria": at the surname, or where it was. */
static size_t behind_particles(const struct context *context, size_t end) {
    size_t at = end;
    while (same_line(context, end - 1, at) && span_is_among(context_at(context, at)->lower, "de la las los del da dos di van von der den ten ter le du bin el"))
        at++;
    return at > end && same_line(context, end - 1, at) && is_capital(context_at(context, at)) && is_plain_word(context_at(context, at)) ? at : end;
}

/* "patient name: jane doe": a first name in small letters, and one word more that ends the line or the sentence. */
static bool is_small_surname(const struct context *context, size_t i) {
    const struct token *before = context_at(context, i - 1);
    bool ends = !same_line(context, i, i + 1) || context_mark_in(context, i + 1, ".,;)");
    return ends && before->kind == TOKEN_WORD && !is_capital(before) && names_is_known(before->lower) && is_plain_word(context_at(context, i));
}

/* The words of a name from token i on: "SMITH, ROSE A.", "Anne-Marie O'Neil". */
static size_t name_end(struct redaction *redaction, size_t i, bool any_case) {
    const struct context *context = redaction->context;
    size_t end = i;
    for (size_t words = 0; words < NAME_WORDS && same_line(context, i, end); words++) {
        size_t at = end + (words == 1 && context_mark(context, end) == ',' && is_capital(context_at(context, end + 1)) ? 1 : 0);
        size_t surname = words > 0 ? behind_particles(context, at) : at;
        if (surname > at) {
            end = behind_hung(context, surname + 1);
            continue;
        }
        bool initial = context_at(context, at)->text.len == 1 && context_at(context, at)->kind == TOKEN_WORD &&
                       ((words > 0 && is_capital(context_at(context, at))) || context_mark(context, at + 1) == '.');
        bool last = (words > 0 && context_mark(context, end - 1) == '.' && is_plain_word(context_at(context, at))) ||
                    (words == 1 && any_case && is_small_surname(context, at));
        if (!same_line(context, i, at) || (!initial && !last && !may_be_name(redaction, at, any_case)))
            break;
        end = behind_hung(context, at + 1 + (initial && context_mark(context, at + 1) == '.' ? 1 : 0));
    }
    return end;
}

static bool take(struct redaction *redaction, size_t first, size_t end) {
    return end > first && redact_piece(redaction, (struct piece){first, end, MASK_NAME});
}

/* --- by place */

static bool is_person(struct span lower) {
    return span_is_among(lower, "patient pt pts man woman lady gentleman boy girl child kid baby infant mother father son daughter wife husband "
                                "brother sister aunt uncle mom dad grandmother grandfather person client member insured subscriber beneficiary "
                                "his her their resident neighbor neighbour friend");
}

static bool is_title(const struct token *token) {
    return span_is_among(token->lower, "mr mrs miss mister") || (span_equal(token->lower, SPAN("ms")) && token->text.ptr[1] == 's');
}

/* "Patient:", "Pt name -", "Member:" in front of token i. */
static bool is_labelled(const struct context *context, size_t i) {
    static const char labels[] = "patient patients pt pts name names member insured subscriber beneficiary client resident";
    if (!context_mark_in(context, i - 1, ":=-") || (context_mark(context, i - 1) == '-' && context_at(context, i)->glued))
        return false;
    size_t at = i - 2;
    while (span_is_among(context_at(context, at)->lower, "full first last legal") || context_mark_in(context, at, "'/"))
        at--;
    struct span word = context_at(context, at)->lower, before = context_at(context, at - 1)->lower;
    bool other = span_is_among(word, "name names") &&
                 span_is_among(before, "my file code drug brand user doctor provider physician practice surgeon company test payer plan product");
    return same_line(context, i, at) && span_is_among(word, labels) && !other;
}

/* "the man's name is", "a lady named", "her mother called" before token i. */
static bool is_called(const struct context *context, size_t i) {
    size_t at = i - 1;
    bool is = span_is_among(context_at(context, at)->lower, "is was") && context_is(context, at - 1, "name");
    if (!is && !span_is_among(context_at(context, at)->lower, "named called"))
        return false;
    for (size_t k = at; k > 0 && at - k <= 4 && same_line(context, i, k - 1); k--)
        if (is_person(context_at(context, k - 1)->lower))
            return true;
    return false;
}

static bool is_common_name(const struct token *token) {
    return is_capital(token) && !token->taken && !token->mask && names_is_known(token->lower);
}

/* "my mother Edith" */
static bool is_kin(struct redaction *redaction, size_t i) {
    return span_is_among(context_at(redaction->context, i - 1)->lower, "mother father son daughter wife husband brother sister aunt uncle mom dad "
                                                                       "grandmother grandfather grandma grandpa") &&
           same_line(redaction->context, i, i - 1) &&
           (may_be_name(redaction, i, false) || is_common_name(context_at(redaction->context, i)));
}

/* "patient john q. public", all in small letters: a common first name, and something of a name behind it. */
static bool is_small(struct redaction *redaction, size_t i) {
    const struct context *context = redaction->context;
    return span_is_among(context_at(context, i - 1)->lower, "patient pt for") && same_line(context, i, i - 1) &&
           names_is_known(context_at(context, i)->lower) && !is_capital(context_at(context, i)) && same_line(context, i, i + 1) &&
           ((context_at(context, i + 1)->text.len == 1 && context_mark(context, i + 2) == '.') || may_be_name(redaction, i + 1, true));
}

/* "'s surgery", "'s chart" */
static bool owns(const struct context *context, size_t end) {
    return context_mark(context, end) == '\'' && context_is(context, end + 1, "s") &&
           span_is_among(context_at(context, end + 2)->lower, "case chart claim surgery visit op operation knee hip shoulder foot ankle wrist hand "
                                                              "elbow back account bill date dob record records procedure appointment insurance dad mother father mom "
                                                              "daughter son wife husband sister brother parents family");
}

static bool knows_none(struct redaction *redaction, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        const struct token *token = context_at(redaction->context, i);
        if (token->kind == TOKEN_WORD && token->text.len > LEAST_LETTERS && (keywords_is_common(token->lower) || is_known(redaction, token->lower)))
            return false;
    }
    return true;
}

static bool is_provider_before(const struct context *context, size_t first) {
    size_t at = first - 1 - (context_mark_in(context, first - 1, ".:") ? 1 : 0);
    bool begins = at == 0 || !same_line(context, at, at - 1);
    if (begins && same_line(context, first, at) && span_is_among(context_at(context, at)->lower, "from to cc bcc"))
        return true;
    return same_line(context, first, at) &&
           span_is_among(context_at(context, at)->lower, "dr drs doctor surgeon provider physician nurse attending pa np hi hello hey dear thanks "
                                                          "thank thx cheers regards sincerely best by signed prof professor st saint");
}

/* "Kowalczyk's surgery" at the beginning of a sentence, where names.h can not tell. */
static bool is_owner(struct redaction *redaction, size_t i) {
    const struct context *context = redaction->context;
    return is_capital(context_at(context, i)) && owns(context, i + 1) && may_be_name(redaction, i, false) && !is_provider_before(context, i);
}

/* --- by weight */

static bool is_provider_behind(const struct context *context, size_t end) {
    size_t at = end + (context_mark_in(context, end, ",") ? 1 : 0);
    return same_line(context, end - 1, at) &&
           span_is_among(context_at(context, at)->lower, "md do dpm dds dmd np pa crna rn lpn cpc ccs coc cpma rhit rhia cpb cosc arnp fnp aprn dc "
                                                          "od phd facs hospital clinic center centre institute health group associates university "
                                                          "school insurance llc inc pc pllc county medical orthopedics orthopaedics podiatry surgical "
                                                          "imaging partners street road avenue office department");
}

static bool is_office(const struct context *context, size_t first, size_t end) {
    for (size_t i = first; i < end; i++)
        if (span_is_among(context_at(context, i)->lower, "hospital clinic center centre institute health associates university school group "
                                                         "medical orthopedics orthopaedics podiatry imaging partners department office"))
            return true;
    return false;
}

/* A line of its own at the end, or the first one with a comma: who writes, or is written to. */
static bool is_alone(const struct context *context, size_t first, size_t end) {
    size_t behind = end + (context_mark_in(context, end, ",.-") ? 1 : 0);
    return (first == 0 || !same_line(context, first, first - 1)) && !same_line(context, first, behind) && first >= context->subject_end;
}

static bool is_of_patient(unsigned mask) {
    return mask == MASK_DOB || mask == MASK_SSN || mask == MASK_MRN || mask == MASK_MEMBER || mask == MASK_ACCOUNT || mask == MASK_ID ||
           mask == MASK_PHONE || mask == MASK_ADDRESS;
}

/* A day more than RECENT_YEARS ago: of birth, where it stands beside a name. */
static bool is_old(const struct redaction *redaction, struct date date) {
    long year = 0, today = 0;
    return span_to_long((struct span){date.iso, 4}, 1, 9999, &year) &&
           span_to_long((struct span){redaction->today.iso, 4}, 1, 9999, &today) && year + RECENT_YEARS < today;
}

/* "4 y/o", "45yo", "45M" */
static bool is_aged(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    size_t unit = i + (context_mark_in(context, i + 1, "-") ? 2 : 1);
    if (token->kind == TOKEN_NUMBER && token->text.len <= 3)
        return span_is_among(context_at(context, unit)->lower, "y yo yr yrs year years");
    size_t digits = redact_digits(context, i, i + 1);
    return token->kind == TOKEN_MIXED && digits > 0 && span_is_among(span_slice(token->lower, digits, token->lower.len), "y yo yr m f");
}

/* Behind the name, over marks and words of forms, stands what was masked, or a day of long ago. */
static bool is_identified(const struct redaction *redaction, size_t end) {
    const struct context *context = redaction->context;
    struct date date;
    for (size_t at = end; at < end + 8 && same_line(context, end - 1, at); at++) {
        const struct token *token = context_at(context, at);
        if (token->mask)
            return is_of_patient(token->mask);
        if (redact_day_end(redaction, at, &date))
            return is_old(redaction, date);
        size_t number = redact_number_end(redaction, at);
        if (is_aged(context, at))
            return true;
        if (number && redact_digits(context, at, number) >= NUMBER_DIGITS && !token->postal)
            return true;
        bool between = (token->kind == TOKEN_MARK && !strchr("?!;", token->text.ptr[0])) || is_form_word(token->lower) ||
                       span_is_among(token->lower, "d o b date birth chart medical record member ins insurance ss");
        if (!between)
            return false;
    }
    return false;
}

/* "Smith, Robert 01/02/1950": as lists have it. One of the two has to be a name that many have. */
static bool is_reversed(struct redaction *redaction, size_t i) {
    const struct context *context = redaction->context;
    const struct token *last = context_at(context, i), *first = context_at(context, i + 2);
    bool names = is_common_name(last) || is_common_name(first);
    return names && context_mark(context, i + 1) == ',' && is_capital(last) && is_capital(first) && same_line(context, i, i + 2) &&
           (is_plain_word(last) || is_common_name(last)) && (is_plain_word(first) || is_common_name(first)) &&
           !is_provider_before(context, i) && is_identified(redaction, i + 3);
}

static void find_by_place(struct redaction *redaction) {
    const struct context *context = redaction->context;
    for (size_t i = 0; i < context->count; i++) {
        size_t title = context_mark(context, i - 1) == '.' ? i - 2 : i - 1;
        bool titled = context_at(context, i)->kind == TOKEN_WORD && same_line(context, i, title) && is_title(context_at(context, title));
        if (titled || is_labelled(context, i) || is_called(context, i) || is_kin(redaction, i) || is_small(redaction, i) || is_owner(redaction, i))
            take(redaction, i, name_end(redaction, i, true));
        else if (is_reversed(redaction, i))
            take(redaction, i, i + 3);
    }
}

/* "RVUs" */
static bool is_abbreviation(const struct token *token) {
    return token->text.len > 2 && token->text.ptr[1] >= 'A' && token->text.ptr[1] <= 'Z' && token->text.ptr[token->text.len - 1] == 's';
}

static int weigh(struct redaction *redaction, size_t first, size_t end) {
    const struct context *context = redaction->context;
    const struct token *before = context_at(context, first - 1 - (context_mark_in(context, first - 1, ".:(,") ? 1 : 0));
    bool name = false, announced = same_line(context, first, first - 1);
    size_t words = 0, longest = 0;
    for (size_t i = first; i < end; i++) {
        const struct token *token = context_at(context, i);
        name = name || token->name;
        words += token->kind == TOKEN_WORD;
        longest = token->text.len > longest ? token->text.len : longest;
    }
    if (longest <= LEAST_LETTERS || is_abbreviation(context_at(context, first)))
        return 0;
    int ret = (name ? POINTS_NAME : POINTS_DOUBTFUL) + (words > 1 ? POINTS_SEVERAL : 0);
    ret += announced && is_person(before->lower) ? POINTS_PATIENT : 0;
    ret += announced && span_is_among(before->lower, "for on re about") ? POINTS_FOR : 0;
    ret += is_identified(redaction, end) ? POINTS_IDENTIFIED : 0;
    ret += owns(context, end) ? POINTS_WHOSE : 0;
    ret += span_is_among(context_at(context, end)->lower, "has had broke fell needs came wants sustained underwent presented presents lives") &&
                   same_line(context, first, end)
               ? POINTS_ACTS
               : 0;
    bool other = is_provider_before(context, first) || is_provider_behind(context, end) || is_office(context, first, end) ||
                 is_alone(context, first, end);
    ret += other ? POINTS_OTHER : 0;
    return ret > 0 && !name && knows_none(redaction, first, end) ? ret + POINTS_NO_WORD : ret;
}

/* names.h leaves the first word of a sentence out, which has a capital anyway. */
static size_t with_first_name(const struct context *context, size_t first) {
    const struct token *token = context_at(context, first - 1);
    bool before = same_line(context, first, first - 1) && is_capital(token) && token->text.len > LEAST_LETTERS && is_plain_word(token) && !is_title(token) && !is_person(token->lower) && !is_provider_before(context, first);
    return before ? first - 1 : first;
}

static void find_by_weight(struct redaction *redaction) {
    const struct context *context = redaction->context;
    for (size_t i = 0, end; i < context->count; i = end) {
        end = i + 1;
        if (!is_flagged(context_at(context, i)))
            continue;
        while (same_line(context, i, end) && (is_flagged(context_at(context, end)) ||
                                              (context_mark_in(context, end, "-'.") && context_glued(context, end - 1, 1) &&
                                               is_flagged(context_at(context, end + 1)) && same_line(context, i, end + 1))))
            end++;
        size_t first = with_first_name(context, i);
        if (!is_form_word(context_at(context, i)->lower) && weigh(redaction, first, end) >= NAME_ENOUGH)
            take(redaction, first, end);
    }
}

/* --- by what follows: "TRISTRAM OSTERHAUS (b. 1984-05-27", "john smith dob 3/4/50" */

static void find_before(struct redaction *redaction, size_t piece) {
    const struct context *context = redaction->context;
    size_t at = piece, least = piece > 8 ? piece - 8 : 0;
    while (at > least && same_line(context, piece, at - 1) &&
           ((context_at(context, at - 1)->kind == TOKEN_MARK && context_mark_in(context, at - 1, "(,:-|#.=")) ||
            (is_form_word(context_at(context, at - 1)->lower) && !is_capital(context_at(context, at - 2))) ||
            span_is_among(context_at(context, at - 1)->lower, "dob mrn ssn mbi acct account policy phone cell tel chart born b d o date birth of "
                                                               "member id ins insurance medical record ss number no comma patient pt f m")))
        at--;
    size_t end = at;
    bool any_case = at > 0 && !is_capital(context_at(context, at - 1));
    for (size_t words = 0; at > 0 && words < NAME_WORDS && same_line(context, piece, at - 1); words++) {
        bool hung = context_mark_in(context, at - 2, "-'") && context_glued(context, at - 3, 2);
        if (!may_be_name(redaction, at - 1, any_case) && !(words && context_mark(context, at - 1) == ',' && at > 1))
            break;
        at -= hung ? 2 : 1;
    }
    while (at < end && context_at(context, at)->kind == TOKEN_MARK)
        at++;
    bool capital = is_capital(context_at(context, at)), several = end - at > 1;
    if (end > at && (several || capital) && !is_provider_before(context, at))
        take(redaction, at, end);
}

static bool begins_piece(const struct context *context, size_t i) {
    return context_at(context, i)->mask && context_at(context, i)->mask != context_at(context, i - 1)->mask;
}

static void find_by_neighbours(struct redaction *redaction) {
    for (size_t i = 1; i < redaction->context->count; i++) {
        unsigned mask = context_at(redaction->context, i)->mask;
        if (is_of_patient(mask) && mask != MASK_PHONE && mask != MASK_ADDRESS && begins_piece(redaction->context, i))
            find_before(redaction, i);
    }
}

/* --- what stands beside a name */

/* "Lavinia Goldthwaite, 8/30/1959", "Winterset 55120": a day of long ago, a number that is no code. */
static void take_beside(struct redaction *redaction, size_t end) {
    const struct context *context = redaction->context;
    struct date date;
    size_t at = end;
    while (at < end + 3 && context_mark_in(context, at, ",;(|-#:"))
        at++;
    if (!same_line(context, end - 1, at) || context_at(context, at)->mask)
        return;
    size_t day = redact_day_end(redaction, at, &date), number = redact_number_end(redaction, at);
    if (day) {
        if (is_old(redaction, date))
            redact_piece(redaction, (struct piece){at, day, MASK_DOB});
    } else if (number && redact_digits(context, at, number) >= BESIDE_DIGITS && !context_at(context, at)->postal &&
               !context_mark_in(context, at - 1, "$")) {
        redact_piece(redaction, (struct piece){at, number, MASK_ID});
    }
}

/* --- once a name, always a name */

static void find_again(struct redaction *redaction) {
    struct context *context = redaction->context;
    struct span kept[NAMES_KEPT];
    bool capital[NAMES_KEPT];
    size_t count = 0;
    for (size_t i = 0; i < context->count && count < NAMES_KEPT; i++) {
        const struct token *token = &context->tokens[i];
        if (token->mask == MASK_NAME && token->kind == TOKEN_WORD && token->text.len >= LEAST_AGAIN && !keywords_is_common(token->lower)) {
            capital[count] = is_capital(token);
            kept[count++] = token->lower;
        }
    }
    for (size_t i = 0; count > 0 && i < context->count; i++) {
        const struct token *token = &context->tokens[i];
        for (size_t k = 0; token->kind == TOKEN_WORD && !token->mask && !token->taken && k < count; k++)
            if (span_equal(token->lower, kept[k]) && (is_capital(token) || !capital[k]) && !names_is_eponym(context, i, i + 1) && !is_alone(context, i, i + 1) &&
                !is_provider_before(context, i))
                take(redaction, i, i + 1);
    }
}

/* A number that was masked once is masked wherever it stands. */
static void find_numbers_again(struct redaction *redaction) {
    struct context *context = redaction->context;
    const struct token *kept[NUMBERS_KEPT];
    size_t count = 0;
    for (size_t i = 0; i < context->count && count < NUMBERS_KEPT; i++) {
        const struct token *token = &context->tokens[i];
        if (token->mask >= MASK_SSN && token->mask <= MASK_ID && token->text.len >= BESIDE_DIGITS && token->kind != TOKEN_WORD)
            kept[count++] = token;
    }
    for (size_t i = 0; count > 0 && i < context->count; i++)
        for (size_t k = 0; k < count && !context->tokens[i].mask; k++)
            if (span_equal(context->tokens[i].lower, kept[k]->lower))
                redact_piece(redaction, (struct piece){i, i + 1, (enum mask)kept[k]->mask});
}

void redact_people(struct redaction *redaction) {
    struct context *context = redaction->context;
    find_by_place(redaction);
    find_by_weight(redaction);
    find_by_neighbours(redaction);
    for (size_t i = 0; i < context->count; i++)
        if (context->tokens[i].mask == MASK_NAME && context_at(context, i + 1)->mask != MASK_NAME)
            take_beside(redaction, i + 1);
    find_again(redaction);
    find_numbers_again(redaction);
}
