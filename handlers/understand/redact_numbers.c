/* Numbers of a patient's: what stands before them tells whose they are, or their form does. */
#include "handlers/understand/redact_find.h"

#include <string.h>

#include "handlers/understand/cues.h"
#include "handlers/understand/extract.h"

enum {
    LABEL_REACH = 8,    /* tokens between a label and its number */
    PLAIN_DIGITS = 5,   /* a number behind a word that other numbers follow as well ("claim", "group") */
    LEAST_DIGITS = 3,   /* behind a word that only such a number follows ("MRN"), or "number", "#", "ending in" */
    UNLABELLED = 7,     /* digits of a number that nothing explains: longer than any code */
    UNLABELLED_MIXED = 6,
    JOINED = 3,         /* digits of a group behind a blank */
    SPELLED = 3,        /* digits said one by one, at least */
    GROUPS_MOST = 16,   /* of a number that is spelled, or has blanks within */
    TOKEN_LETTERS = 20, /* letters and digits in a row: nobody's number is as long */
};

/* What the word before a number says of it. */
enum hold { HOLD_NUMBERED /* only with "no.", "ID", "#" */, HOLD_PLAIN, HOLD_SURE };

static const struct label {
    enum mask kind; /* MASK_NONE: the number is no patient's */
    enum hold hold;
    const char *words;
} labels[] = {
    {MASK_SSN, HOLD_SURE, "ssn ssns ss social security itin"},
    {MASK_MRN, HOLD_SURE, "mrn mrns"},
    {MASK_MRN, HOLD_PLAIN, "chart charts"},
    {MASK_MRN, HOLD_NUMBERED, "mr emr ehr epic record records rec pt pts patient patients hospital medical"},
    {MASK_ACCOUNT, HOLD_SURE, "acct accts csn har"},
    {MASK_ACCOUNT, HOLD_PLAIN, "account accounts encounter invoice statement fin"},
    {MASK_ACCOUNT, HOLD_NUMBERED, "visit bill"},
    {MASK_MEMBER, HOLD_SURE, "mbi hicn hic"},
    {MASK_MEMBER, HOLD_PLAIN, "member mbr subscriber policy beneficiary insured grp group"},
    {MASK_MEMBER, HOLD_NUMBERED,
     "insurance ins plan coverage medicare medicaid aetna cigna humana bcbs anthem uhc united tricare kaiser healthcare cross shield "
     "secondary primary"},
    {MASK_CLAIM, HOLD_SURE, "icn dcn tcn clm"},
    {MASK_CLAIM, HOLD_PLAIN, "claim claims"},
    {MASK_ID, HOLD_PLAIN,
     "case auth authorization authorisation preauth precert referral confirmation accession specimen serial udi passport license licence dl "
     "plate vin device"},
    {MASK_ID, HOLD_NUMBERED, "ref reference sn ticket request"},
    {MASK_PHONE, HOLD_PLAIN, "phone phones telephone tel cell mobile fax ph call called contact text"},
    {MASK_NONE, HOLD_SURE,
     "tin ein tax taxid ndcs lcds ncds articles check checks trace loinc snomed sct gtin hcpcs cpt icd payer vendor carrier mln remit"},
};

/* "medical policy 20693", "Aetna policy 0016", "LCD policy L33394": a rule, and nobody's insurance. */
static bool is_rule(const struct context *context, size_t label, size_t number) {
    static const char rules[] =
        "medical coverage payment reimbursement clinical corporate local drug payer's their medicare medicaid aetna cigna humana anthem uhc "
        "united bcbs billing coding lcd";
    struct span text = context_at(context, number)->text;
    if (!span_is_among(context_at(context, label)->lower, "policy policies guideline"))
        return false;
    return span_is_among(context_at(context, label - 1)->lower, rules) ||
           (text.len == 6 && text.ptr[0] >= 'A' && text.ptr[0] <= 'Z' && context_at(context, number)->kind == TOKEN_MIXED);
}

/* What is said of the number at hand. */
struct said {
    const struct label *label; /* NULL: nothing */
    bool numbered;             /* "no.", "ID", "#" or "ending in" stand between */
    bool introduced;           /* ":" does */
    bool is_id;                /* "ID" alone does */
};

/* "last four of", "ending in": the number is the end of one. */
static bool is_end_of(const struct context *context, size_t i) {
    struct span word = context_at(context, i)->lower;
    return span_is_among(word, "last ending ends digits four 4") ||
           (span_is_among(word, "in with") && span_is_among(context_at(context, i - 1)->lower, "ending ends"));
}

static bool is_number_word(struct span lower) { return span_is_among(lower, "no nr num number numbers nos id ids identifier ending"); }

/* May token i stand between a label and its number? */
static bool is_between(const struct context *context, size_t i, struct said *said) {
    const struct token *token = context_at(context, i);
    if (token->kind == TOKEN_MARK) {
        said->numbered = said->numbered || token->text.ptr[0] == '#';
        said->introduced = said->introduced || strchr(":=|", token->text.ptr[0]);
        return strchr("#:=(-'\"[<>*.|", token->text.ptr[0]);
    }
    said->numbered = said->numbered || is_number_word(token->lower) || is_end_of(context, i);
    said->is_id = said->is_id || span_is_among(token->lower, "id ids identifier");
    bool prefix = token->text.len <= 4 && token->text.ptr[token->text.len - 1] <= 'Z' && context_at(context, i + 1)->kind == TOKEN_NUMBER; /* "ZRG 100 245" */
    return prefix || is_number_word(token->lower) || is_end_of(context, i) || span_is_among(token->lower, "is was are the of his her our xxx xx");
}

static const struct label other = {MASK_NONE, HOLD_SURE, ""};

/* Words of cues/numbers.txt that are none of ours hold numbers of something else: "invoice", "NPI", "check". */
static const struct label *label_at(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    for (size_t k = 0; token->kind == TOKEN_WORD && k < sizeof labels / sizeof *labels; k++)
        if (span_is_among(token->lower, labels[k].words))
            return &labels[k];
    return token->kind == TOKEN_WORD && cue_before_number(token->lower) && !is_number_word(token->lower) ? &other : NULL;
}

bool redact_is_label(struct span lower) {
    for (size_t k = 0; k < sizeof labels / sizeof *labels; k++)
        if (span_is_among(lower, labels[k].words))
            return true;
    return cue_before_number(lower) != NULL;
}

/* On the line before only a label that leaves no doubt counts, or one with its colon. */
static struct said said_before(const struct context *context, size_t number) {
    static const struct label id = {MASK_ID, HOLD_NUMBERED, ""};
    struct said ret = {0};
    const struct token *token = context_at(context, number);
    for (size_t i = number - 1; i < context->count && number - i <= LABEL_REACH; i--) {
        const struct token *before = context_at(context, i);
        if (before->paragraph != token->paragraph)
            break;
        ret.label = label_at(context, i);
        if (ret.label && before->line != token->line && ret.label->hold != HOLD_SURE && !ret.introduced)
            ret.label = NULL;
        if (ret.label && is_rule(context, i, number))
            ret.label = NULL;
        if (ret.label || !is_between(context, i, &ret))
            break;
    }
    if (!ret.label && ret.is_id)
        ret.label = &id;
    return ret;
}

static size_t digits_needed(const struct said *said) {
    if (said->label->hold == HOLD_SURE || said->numbered)
        return LEAST_DIGITS;
    return said->label->hold == HOLD_PLAIN || said->introduced ? PLAIN_DIGITS : (size_t)-1;
}

/* --- their form */

size_t redact_digits(const struct context *context, size_t first, size_t end) {
    size_t ret = 0;
    for (size_t i = first; i < end; i++)
        for (size_t k = 0; k < context_at(context, i)->text.len; k++)
            ret += char_is_digit(context_at(context, i)->text.ptr[k]);
    return ret;
}

static bool is_free(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    return token->kind != TOKEN_NONE && token->kind != TOKEN_MARK && !token->taken && !token->mask;
}

static bool begins_number(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    bool capitals = token->kind == TOKEN_WORD && token->text.len <= 5 && token->text.ptr[0] <= 'Z' && context_mark_in(context, i + 1, "-") &&
                    context_glued(context, i, 2);
    bool hangs = token->glued && (context_at(context, i - 1)->kind != TOKEN_MARK ||
                                  (context_mark_in(context, i - 1, "-_.") && context_at(context, i - 1)->glued &&
                                   context_at(context, i - 2)->kind != TOKEN_MARK && !span_is_among(context_at(context, i - 2)->lower, "xx xxx xxxx")));
    return is_free(context, i) && !hangs && (capitals || token->kind == TOKEN_NUMBER || token->kind == TOKEN_MIXED);
}

size_t redact_number_end(const struct redaction *redaction, size_t i) {
    const struct context *context = redaction->context;
    size_t end = i + 1;
    if (!begins_number(context, i))
        return 0;
    for (;;) {
        bool marked = context_mark_in(context, end, "-_.") && context_glued(context, end - 1, 2) && is_free(context, end + 1);
        if (marked)
            end += 2;
        else if (context_at(context, end)->glued && is_free(context, end))
            end++;
        else
            return redact_digits(context, i, end) ? end : 0;
    }
}

/* "27870 4418": groups of digits with blanks between. */
static size_t join_groups(const struct context *context, size_t end) {
    size_t ret = end;
    while (ret - end < GROUPS_MOST && is_free(context, ret) && context_at(context, ret)->kind == TOKEN_NUMBER &&
           context_at(context, ret)->text.len >= JOINED && context_at(context, ret)->line == context_at(context, ret - 1)->line)
        ret++;
    return ret;
}

/* Numbers of these many digits from token i on, with a mark of `marks` or a blank between: where they end, or 0. */
static size_t groups_end(const struct context *context, size_t i, const char *lengths, const char *marks) {
    for (; *lengths; lengths++) {
        const struct token *token = context_at(context, i);
        if (token->kind != TOKEN_NUMBER || token->text.len != (size_t)(*lengths - '0') || token->taken)
            return 0;
        i++;
        bool marked = lengths[1] && context_mark_in(context, i, marks) && context_glued(context, i - 1, 1);
        if (lengths[1] && !marked && (context_at(context, i)->glued || context_at(context, i)->line != token->line))
            return 0;
        i += marked;
    }
    bool goes_on = context_mark_in(context, i, "-.") && context_glued(context, i - 1, 2) && context_at(context, i + 1)->kind == TOKEN_NUMBER;
    return goes_on ? 0 : i;
}

/* "90 mg", "5000000 units", "45 %" */
static bool is_measure(const struct context *context, size_t first, size_t end) {
    static const char units[] = "mg mcg ug ml cc iu unit units mm cm km kg lb lbs g sq minutes minute min hours days weeks dollars usd percent "
                                "steps patients people members lives rvu rvus bpm mmhg";
    return context_mark_in(context, first - 1, "$") || context_mark_in(context, end, "%") ||
           span_is_among(context_at(context, end)->lower, units);
}

enum { MBI_GROUPS = 3 };

/* The Medicare beneficiary identifier: 1EG4-TE5-MK73, or with blanks, without S, L, O, I, B and Z (CMS, "Understanding the MBI format"). */
static bool is_mbi(const struct context *context, size_t first, size_t end) {
    static const char form[] = "9A*9A*9AA99";
    size_t at = 0;
    for (size_t i = first; i < end; i++) {
        struct span text = context_at(context, i)->text;
        for (size_t k = 0; k < text.len && context_at(context, i)->kind != TOKEN_MARK; k++, at++) {
            char c = char_upper(text.ptr[k]);
            bool digit = char_is_digit(c), letter = c >= 'A' && c <= 'Z' && !strchr("SLOIBZ", c);
            if (at + 1 >= sizeof form || (form[at] == '9' ? !digit : form[at] == 'A' ? !letter : !digit && !letter))
                return false;
        }
    }
    return at + 1 == sizeof form;
}

/* A national provider identifier: ten digits with the check digit of ISO 7812, behind 80840 (45 CFR 162.406). */
static bool is_npi(struct span text) {
    int sum = 24;
    if (text.len != 10 || (text.ptr[0] != '1' && text.ptr[0] != '2'))
        return false;
    for (size_t i = 0; i < 10; i++) {
        int digit = (text.ptr[i] - '0') * (i % 2 ? 1 : 2);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
}

/* --- phones */

/* "x 123", "ext. 123" behind a phone. */
static size_t extension_end(const struct context *context, size_t i) {
    size_t at = i + (context_mark_in(context, i, ",;(") ? 1 : 0);
    if (!span_is_among(context_at(context, at)->lower, "x ext extension") || context_at(context, at)->line != context_at(context, i - 1)->line)
        return i;
    at += context_mark_in(context, at + 1, ".:#") ? 2 : 1;
    return context_at(context, at)->kind == TOKEN_NUMBER && is_free(context, at) ? at + 1 : i;
}

/* "+44 20 7946 0958": groups behind a plus, at least nine digits. */
static size_t international_end(const struct context *context, size_t i) {
    size_t end = i + 1;
    if (context_mark(context, i) != '+')
        return 0;
    while (context_at(context, end)->line == context_at(context, i)->line &&
           ((context_at(context, end)->kind == TOKEN_NUMBER && is_free(context, end)) || context_mark_in(context, end, "-.()")))
        end++;
    while (context_at(context, end - 1)->kind == TOKEN_MARK && end > i + 1)
        end--;
    return redact_digits(context, i, end) >= 9 ? end : 0;
}

static size_t phone_end(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    size_t at = i;
    if (token->text.len == 1 && token->text.ptr[0] == '1' && (context_mark_in(context, i + 1, "-.(") || context_at(context, i + 1)->text.len == 3))
        at += context_mark_in(context, i + 1, "-.") ? 2 : 1;
    if (context_mark(context, at) == '(' && context_mark(context, at + 2) == ')') {
        bool area = context_at(context, at + 1)->kind == TOKEN_NUMBER && context_at(context, at + 1)->text.len == 3;
        return area ? groups_end(context, at + 3 + (context_mark_in(context, at + 3, "-./") ? 1 : 0), "34", "-.") : 0;
    }
    size_t whole = groups_end(context, at, "334", "-./");
    bool short_form = context_mark(context, at + 1) == '-' && context_glued(context, at, 2);
    if (whole || at > i || !short_form)
        return whole;
    return groups_end(context, at, "34", "-");
}

static struct piece phone(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    bool hangs = token->glued && context_mark_in(context, i - 1, "-.") && context_at(context, i - 1)->glued;
    if (token->taken || token->mask || hangs)
        return (struct piece){0};
    size_t end = international_end(context, i);
    end = end ? end : phone_end(context, i);
    bool ten = token->kind == TOKEN_NUMBER && token->text.len == 10 && token->text.ptr[0] > '1' && token->text.ptr[3] > '1';
    if (!end && ten)
        end = i + 1;
    return end ? (struct piece){i, extension_end(context, end), MASK_PHONE} : (struct piece){0};
}

/* --- the finders */

static bool is_spoken_digit(struct span lower) { return span_is_among(lower, "zero oh one two three four five six seven eight nine"); }

static size_t spoken_end(const struct context *context, size_t i) {
    size_t end = i;
    while (end - i < GROUPS_MOST && is_free(context, end) && is_spoken_digit(context_at(context, end)->lower))
        end++;
    return end - i >= SPELLED ? end : 0;
}

/* "67890" behind "MRNs 12345,": of the same form, and only marks of a list between. */
static enum mask kind_of_list(const struct context *context, size_t i) {
    size_t at = i - 1;
    while (i - at <= 3 && at < context->count && (context_mark_in(context, at, ",&/;") || span_is_among(context_at(context, at)->lower, "and or")))
        at--;
    const struct token *before = context_at(context, at), *token = context_at(context, i);
    bool same = at + 1 < i && before->kind == token->kind && before->text.len == token->text.len && before->line == token->line;
    return same ? (enum mask)before->mask : MASK_NONE;
}

static struct piece labelled(const struct redaction *redaction, size_t i, size_t end, bool *explained) {
    const struct context *context = redaction->context;
    struct said said = said_before(context, i);
    size_t ssn = groups_end(context, i, "324", "-."), joined = ssn > end ? ssn : join_groups(context, end);
    *explained = said.label && said.label->kind == MASK_NONE;
    if (!said.label || *explained || redact_digits(context, i, joined) < digits_needed(&said))
        return (struct piece){0};
    return (struct piece){i, joined, said.label->kind};
}

/* Longer than a code, and no date: what else could it be a number of? */
static struct piece unlabelled(const struct redaction *redaction, size_t i, size_t end) {
    const struct context *context = redaction->context;
    const struct token *token = context_at(context, i);
    struct mention ignored;
    size_t digits = redact_digits(context, i, end);
    bool mixed = false, decimal = false, ndc = groups_end(context, i, "542", "-") == end, five = groups_end(context, i, "55", "-") == end;
    for (size_t k = i; k < end; k++) {
        mixed = mixed || context_at(context, k)->kind == TOKEN_MIXED || context_at(context, k)->kind == TOKEN_WORD;
        decimal = decimal || context_mark_in(context, k, ".");
    }
    if (digits < (mixed ? UNLABELLED_MIXED : UNLABELLED) || decimal || ndc || five || token->postal || (end == i + 1 && is_npi(token->text)) || extract_form(context, i, &ignored))
        return (struct piece){0};
    return (struct piece){i, end, MASK_ID};
}

/* "20260301": a day. */
static bool is_day_of_digits(const struct context *context, size_t i, size_t end) {
    struct span text = context_at(context, i)->text;
    long year, month, day;
    struct date date;
    if (end != i + 1 || text.len != 8)
        return false;
    return (span_to_long(span_slice(text, 0, 4), 1900, 2100, &year) && span_to_long(span_slice(text, 4, 6), 1, 12, &month) &&
            span_to_long(span_slice(text, 6, 8), 1, 31, &day) && date_make(year, month, day, &date)) ||
           (span_to_long(span_slice(text, 4, 8), 1900, 2100, &year) && span_to_long(span_slice(text, 0, 2), 1, 12, &month) &&
            span_to_long(span_slice(text, 2, 4), 1, 31, &day) && date_make(year, month, day, &date));
}

struct piece redact_number(const struct redaction *redaction, size_t i) {
    const struct context *context = redaction->context;
    struct date date;
    bool explained = false;
    if (context_at(context, i)->kind == TOKEN_MIXED && context_at(context, i)->text.len >= TOKEN_LETTERS)
        return (struct piece){i, i + 1, MASK_TOKEN};
    if (context_at(context, i + MBI_GROUPS - 1)->line == context_at(context, i)->line && is_mbi(context, i, i + MBI_GROUPS))
        return (struct piece){i, i + MBI_GROUPS, MASK_MEMBER};
    size_t spoken = spoken_end(context, i), end = spoken ? spoken : redact_number_end(redaction, i);
    if (spoken) {
        struct said said = said_before(context, i);
        bool whose = said.label && said.label->kind != MASK_NONE;
        return whose ? (struct piece){i, spoken, said.label->kind} : (struct piece){0};
    }
    if (!end || is_measure(context, i, end) || redact_day_end(redaction, i, &date) >= end)
        return (struct piece){0};
    struct piece ret = labelled(redaction, i, end, &explained);
    if (ret.end || explained)
        return ret;
    enum mask listed = kind_of_list(context, i);
    if (listed != MASK_NONE && listed != MASK_NAME)
        return (struct piece){i, end, listed};
    size_t ssn = groups_end(context, i, "324", "-.");
    if (ssn)
        return (struct piece){i, ssn + (context_at(context, ssn)->glued && context_at(context, ssn)->text.len == 1 && is_free(context, ssn)), MASK_SSN};
    if (is_mbi(context, i, end))
        return (struct piece){i, end, MASK_MEMBER};
    ret = phone(context, i);
    return ret.end || is_day_of_digits(context, i, end) ? ret : unlabelled(redaction, i, end);
}

/* Those that begin with a digit are numbers first. */
struct piece redact_phone(const struct redaction *redaction, size_t i) {
    bool begins = context_mark_in(redaction->context, i, "+(");
    return begins ? phone(redaction->context, i) : (struct piece){0};
}

/* --- addresses of the network */

static bool any_is(const struct context *context, size_t first, size_t end, const char *words) {
    for (size_t i = first; i < end; i++)
        if (span_is_among(context_at(context, i)->lower, words))
            return true;
    return false;
}

static size_t longest_number(const struct context *context, size_t first, size_t end) {
    size_t ret = 0;
    for (size_t i = first; i < end; i++) {
        size_t digits = redact_digits(context, i, i + 1);
        ret = digits > ret ? digits : ret;
    }
    return ret;
}

/* A link whose number may be somebody's; those of authorities number their pages. */
static bool is_personal_link(const struct context *context, size_t first, size_t end) {
    size_t digits = longest_number(context, first, end);
    bool whose = any_is(context, first, end, "patient patients pt mrn member memberid claim chart account acct encounter token dob ssn");
    return !any_is(context, first, end, "gov") && (digits >= PLAIN_DIGITS || (whose && digits >= LEAST_DIGITS));
}

struct piece redact_literal(const struct redaction *redaction, size_t i) {
    const struct context *context = redaction->context;
    size_t first = i, end = i + 1;
    bool link = false, mail = false;
    if (!context_at(context, i)->literal || (context_at(context, i)->glued && context_at(context, i - 1)->literal))
        return (struct piece){0};
    while (context_at(context, end)->glued && context_at(context, end)->literal)
        end++;
    while (first < end && context_at(context, first)->kind == TOKEN_MARK)
        first++;
    while (end > first && context_at(context, end - 1)->kind == TOKEN_MARK && context_mark(context, end - 1) != '/')
        end--;
    for (size_t k = first; k < end; k++) {
        mail = mail || context_mark(context, k) == '@';
        link = link || (context_mark(context, k) == '/' && context_mark(context, k + 1) == '/') || context_is(context, k, "www");
    }
    if (mail && !link)
        return (struct piece){first, end, MASK_EMAIL};
    if (mail || link)
        return mail || is_personal_link(context, first, end) ? (struct piece){first, end, MASK_LINK} : (struct piece){0};
    return longest_number(context, first, end) >= UNLABELLED_MIXED ? (struct piece){first, end, MASK_ID} : (struct piece){0};
}
