#include "handlers/understand/names.h"

#include "handlers/understand/keywords.h"

/* Names that are looked for again, words of one name, letters of a name's word at least. */
enum { NAMES_KEPT = 64, NAME_WORDS = 5, LEAST_LETTERS = 2 };

struct names {
    struct context *context;
    struct span kept[NAMES_KEPT];
    size_t kept_count;
};

bool names_is_of_field(struct span lower) {
    static const char words[] =
        "medicare medicaid tricare blue cross shield aetna cigna humana anthem kaiser united healthcare noridian novitas palmetto modifier "
        "modifiers diagnosis procedure patient patients place service services part advantage "
        "type level stage grade class drg mue ncci lcd ncd rvu global total partial open closed left right bilateral knee hip ankle "
        "foot hand wrist elbow shoulder arm leg thigh toe finger hallux spine neck back head chest skin bone joint tendon muscle nerve "
        "vein artery heart lung liver kidney tibia tibial fibula femur radius ulna humerus pelvis heel bunion hammertoe nail wound ulcer "
        "tumor cyst mass pain injury sprain tear rupture repair release excision removal revision replacement application adjustment "
        "external internal fixator fixators fixation hardware implant pin pins plate screw screws rod graft flap biopsy surgery "
        "surgical procedures arthroscopy diabetes diabetic hypertension cancer disease syndrome fracture fractures palsy test office "
        "visit new established follow initial subsequent consult exam evaluation management x-ray mri ct scan ultrasound drug "
        "injection injections vaccine therapy physical occupational anesthesia botox payer insurance commercial account chart claim "
        "clinic hospital center centre orthopedics podiatry billing department manual guidelines index chapter table section "
        "education portal history name ring uniplane multiplane system frame under general debridement incision drainage";
    static const char *const ends[] = {"tion", "sion",  "itis",  "osis", "ectomy", "otomy", "ostomy", "plasty", "pathy", "scopy", "graphy",
                                       "emia", "algia", "ology", "oma",  "ular",   "ical",  "oral",   "rnal",   "dial",  "desis"};
    if (span_is_among(lower, words) || keywords_is_common(lower))
        return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct span end = span_of(ends[i]);
        if (lower.len > end.len + 1 && span_equal(span_slice(lower, lower.len - end.len, lower.len), end))
            return true;
    }
    return false;
}

/* What stands beside an eponym. */
static bool is_medical_noun(struct span lower) {
    return span_is_among(lower, "disease syndrome fracture fractures cyst cysts palsy joint joints procedure tendon tendons surgery test "
                                 "tendinitis tendonitis rupture repair lengthening injury dislocation amputation arthropathy foot "
                                 "neuroma osteotomy bunionectomy contracture deformity classification type sign lymphoma thyroiditis "
                                 "ulcer tenotomy micrographic stage nodule fasciitis hernia dementia disorder");
}

bool names_is_known(struct span lower) {
    return span_is_among(
        lower, "adams alice allen andrea ana anna anthony baker barbara bell bishop black booth brown bush butler campbell carl carol "
               "carpenter carter charles chen clark cook cooper cox daniel david davis day diaz dorothy downs edward elizabeth emma "
               "evans fernandez field fisher fox frank garcia george gonzalez grace graham grant graves gray green hall harris helen henry "
               "hernandez hill hope howard hughes hunter ivy jack jackson james jane jean jennifer jessica john johnson jones jose joseph "
               "karen kelly kevin kim king knight lane laura lee lewis lily linda lisa long lopez love luis margaret maria marie mark "
               "martha martin martinez mary mason matthew michael miller mitchell moore morgan morris murphy nancy nguyen nicole patricia "
               "patel paul perez peter phillips porter potter price ramirez reed richard rivera robert roberts robinson rodriguez rose "
               "ruth ryan sanchez sandra sarah scott shepherd silver smith stephen steven stone susan taylor thomas thompson torres turner "
               "walker walter ward washington watson wells west white william williams wilson wood woods wright young");
}

/* Eponyms that hardly anybody is called by. */
static bool is_sure_eponym(struct span lower) {
    return span_is_among(lower, "achilles charcot colles lisfranc mohs guillain barre ehlers danlos osgood schlatter legg calve perthes "
                                 "salter sjogren quervain ilizarov dupuytren raynaud alzheimer parkinson crohn hodgkin kirschner "
                                 "schatzker gustilo doppler foley lachman barrett");
}

/* "Mr", "Patient": 3 no other word follows, 2 hardly another; 1 other words do as well. */
static int cue_of(const struct token *token) {
    if (span_is_among(token->lower, "mr mrs miss") || (span_is_among(token->lower, "ms") && token->text.ptr[1] == 's'))
        return 3;
    if (span_is_among(token->lower, "patient pt dr name named"))
        return 2;
    return span_is_among(token->lower, "called for") ? 1 : 0;
}

static bool is_capitalised(const struct token *token) {
    if (token->kind != TOKEN_WORD || token->text.len < LEAST_LETTERS || token->text.ptr[0] < 'A' || token->text.ptr[0] > 'Z')
        return false;
    for (size_t i = 1; i < token->text.len; i++)
        if (token->text.ptr[i] >= 'a' && token->text.ptr[i] <= 'z')
            return !keywords_is_common(token->lower) && cue_of(token) == 0;
    return false;
}

static bool is_initial(const struct token *token) {
    return token->kind == TOKEN_WORD && token->text.len == 1 && token->text.ptr[0] >= 'A' && token->text.ptr[0] <= 'Z';
}

static bool is_upper(const struct token *token) {
    return token->kind == TOKEN_WORD && token->text.len > LEAST_LETTERS && !is_capitalised(token) && token->text.ptr[0] <= 'Z' &&
           token->text.ptr[1] <= 'Z' && !names_is_of_field(token->lower);
}

static bool same_line(const struct context *context, size_t a, size_t b) {
    return context_at(context, b)->kind != TOKEN_NONE && context_at(context, a)->line == context_at(context, b)->line;
}

static bool begins_sentence(const struct context *context, size_t i) {
    return i == 0 || !same_line(context, i, i - 1) || context_mark_in(context, i - 1, ".!?:;*-");
}

/* The name's words from i on: where they end. */
static size_t name_end(const struct context *context, size_t i) {
    size_t end = i;
    for (size_t words = 0; words < NAME_WORDS && context_at(context, end)->kind != TOKEN_NONE && same_line(context, i, end); words++) {
        const struct token *token = context_at(context, end);
        bool initial = is_initial(token) && (context_mark(context, end + 1) == '.' || is_capitalised(context_at(context, end + 1)));
        if (!initial && !is_capitalised(token))
            break;
        end += initial && context_mark(context, end + 1) == '.' ? 2 : 1;
        bool hangs =
            context_mark_in(context, end, "-'") && context_glued(context, end - 1, 2) && is_capitalised(context_at(context, end + 1));
        end += hangs ? 1 : 0;
    }
    return end;
}

static void mark(struct names *names, size_t from, size_t end, bool keep) {
    for (size_t i = from; i < end; i++) {
        struct token *token = &names->context->tokens[i];
        if (token->kind != TOKEN_WORD)
            continue;
        token->name = true;
        if (keep && token->text.len > LEAST_LETTERS && names->kept_count < NAMES_KEPT)
            names->kept[names->kept_count++] = token->lower;
    }
}

bool names_is_eponym(const struct context *context, size_t from, size_t end) {
    bool possessive = context_mark(context, end) == '\'' && context_at(context, end + 1)->text.len == 1;
    size_t next = end + (possessive ? 2 : 0);
    bool sure = false;
    for (size_t i = from; i < end; i++)
        sure = sure || is_sure_eponym(context_at(context, i)->lower);
    return (sure || end == from + 1) && same_line(context, from, next) && is_medical_noun(context_at(context, next)->lower);
}

/* How surely the words before say that a name follows, as cue_of(). */
static int announced(const struct context *context, size_t i) {
    size_t at = i - 1;
    if (i == 0 || !same_line(context, i, at))
        return 0;
    while (at > 0 && same_line(context, i, at - 1) && (context_mark_in(context, at, ".:#(") || context_is(context, at, "is")))
        at--;
    int cue = cue_of(context_at(context, at));
    return cue > 1 || at == i - 1 ? cue : 0;
}

/* "... SSN", "... (DOB", "..., MRN" */
static bool is_identified(const struct context *context, size_t end) {
    size_t at = end + (context_mark_in(context, end, "(,:-") ? 1 : 0);
    return same_line(context, end - 1, at) && span_is_among(context_at(context, at)->lower, "ssn dob mrn born");
}

/* A line whose words nearly all begin with a capital, as of a heading, tells nothing by them. */
static bool is_heading(const struct context *context, size_t i) {
    size_t from = i, words = 0, small = 0;
    while (from > 0 && same_line(context, i, from - 1))
        from--;
    for (; context_at(context, from)->kind != TOKEN_NONE && same_line(context, i, from); from++) {
        const struct token *token = context_at(context, from);
        bool counts = token->kind == TOKEN_WORD && token->text.len > 3;
        words += counts;
        small += counts && token->text.ptr[0] >= 'a';
    }
    return words > 2 && small * 3 < words;
}

static bool any_word(const struct context *context, size_t from, size_t end, bool (*is)(struct span)) {
    for (size_t i = from; i < end; i++)
        if (context_at(context, i)->kind == TOKEN_WORD && is(context_at(context, i)->lower))
            return true;
    return false;
}

/* "Winter has", "patient winter broke": what only persons do. */
static bool acts(const struct context *context, size_t i) {
    return same_line(context, i, i + 1) && !context_is(context, i + 2, "been") &&
           span_is_among(context_at(context, i + 1)->lower, "has had broke fell needs came says said asked asks lives wants sustained");
}

/* "for Winter" may be a name, and "for Gout" a diagnosis; "East Island" one, or the locality that is asked. */
static void doubt(struct names *names, size_t from, size_t end) {
    for (size_t i = from; i < end; i++)
        names->context->tokens[i].doubtful = true;
}

static void judge_name(struct names *names, size_t from, size_t end) {
    const struct context *context = names->context;
    int cue = announced(context, from);
    bool of_field = any_word(context, from, end, names_is_of_field), known = any_word(context, from, end, names_is_known);
    bool eponym = names_is_eponym(context, from, end), sure = any_word(context, from, end, is_sure_eponym), several = end - from > 1;
    if (is_identified(context, end) || (cue >= 2 && !eponym && (cue == 3 || !of_field || known))) {
        mark(names, from, end, true);
        return;
    }
    if (eponym || sure || (of_field && !known))
        return;
    bool place = from > 0 && span_is_among(context_at(context, from - 1)->lower, "in near of at");
    bool first =
        begins_sentence(context, from) && !names_is_known(context_at(context, from)->lower) && !is_initial(context_at(context, from));
    if (known && !place && (cue || several))
        mark(names, from + (first ? 1 : 0), end, !of_field);
    else if (cue || acts(context, end - 1) || (several && !is_heading(context, from)))
        doubt(names, from + (first && several ? 1 : 0), end);
}

/* "Patient: SMITH, ROSE", "pt rose wilson" */
static void mark_announced(struct names *names, size_t i) {
    const struct context *context = names->context;
    const struct token *token = context_at(context, i);
    size_t next = i + (context_mark(context, i + 1) == ',' ? 2 : 1);
    if (token->kind != TOKEN_WORD || announced(context, i) < 2 || !same_line(context, i, next))
        return;
    const struct token *second = context_at(context, next);
    bool upper = is_upper(token) && is_upper(second) && (next == i + 2 || names_is_known(token->lower));
    if (upper || (names_is_known(token->lower) && names_is_known(second->lower)))
        mark(names, i, next + 1, true);
    else if (acts(context, i) && !names_is_of_field(token->lower))
        doubt(names, i, i + 1);
}

static bool is_of_address(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    return token->postal || context_mark_in(context, i, ",.") || (token->kind == TOKEN_WORD && token->text.ptr[0] <= 'Z');
}

/* From the house number on to the town, and from the ZIP code back to it. */
static void mark_address(struct names *names, size_t i) {
    const struct context *context = names->context;
    size_t end = i + 1, from = i;
    while (end < i + 12 && same_line(context, i, end) && is_of_address(context, end))
        end++;
    while (from > 0 && from + 6 > i && same_line(context, i, from - 1) && is_of_address(context, from - 1) &&
           context_mark(context, from - 1) != '.' && !begins_sentence(context, from - 1))
        from--;
    mark(names, from, end, false);
}

/* A line of a signature that is a name alone. */
static void mark_signed(struct names *names, size_t from, size_t end) {
    const struct context *context = names->context;
    bool alone = (from == 0 || !same_line(context, from, from - 1)) && !same_line(context, from, end);
    if (alone && context_at(context, from)->place == PLACE_SIGNATURE && !any_word(context, from, end, names_is_of_field))
        mark(names, from, end, true);
}

/* What was a name once is one wherever it stands with a capital. */
static void mark_again(struct names *names) {
    struct context *context = names->context;
    for (size_t i = 0; i < context->count; i++)
        for (size_t k = 0; k < names->kept_count && !context->tokens[i].name; k++)
            if (context->tokens[i].text.ptr[0] <= 'Z' && span_equal(context->tokens[i].lower, names->kept[k]) &&
                !names_is_eponym(context, i, i + 1))
                context->tokens[i].name = true;
}

void names_mark(struct context *context) {
    struct names names = {.context = context};
    for (size_t i = 0, end; i<context->count; i = end> i ? end : i + 1) {
        end = name_end(context, i);
        if (end > i) {
            judge_name(&names, i, end);
            mark_signed(&names, i, end);
        } else {
            mark_announced(&names, i);
        }
    }
    for (size_t i = 0; i < context->count; i++)
        if (context->tokens[i].postal)
            mark_address(&names, i);
    mark_again(&names);
}
