#include "handlers/understand/inquiry.h"

#include <assert.h>
#include <string.h>

#include "handlers/understand/codes.h"
#include "handlers/understand/context.h"
#include "handlers/understand/cues.h"
#include "handlers/understand/extract.h"
#include "handlers/understand/intent.h"
#include "handlers/understand/keywords.h"
#include "handlers/understand/sentences.h"

/* A set of the question's asked codes: bit i is codes[i]. */
typedef uint64_t code_set;
static_assert(QUESTION_CODES <= 64, "a set of codes fits 64 bits");

/* What the answer to an intent tells anyhow. */
static const struct {
    enum intent intent, told;
} tells[] = {
    {INTENT_DIFFERENCE, INTENT_MEANING},  {INTENT_DIFFERENCE, INTENT_FIND_CODE}, {INTENT_FIND_CODE, INTENT_MEANING},
    {INTENT_CROSSWALK, INTENT_FIND_CODE}, {INTENT_FEE, INTENT_COVERAGE},
};

static bool is_told(enum intent by, enum intent intent) {
    for (size_t k = 0; k < sizeof tells / sizeof *tells; k++)
        if (tells[k].intent == by && tells[k].told == intent)
            return true;
    return false;
}

static bool is_service(enum intent intent) { return intent >= INTENT_JOBS && intent < INTENT_NOT_CODING; }

/* Intents that set codes against each other. */
static bool relates_codes(enum intent intent) {
    return intent == INTENT_BUNDLING || intent == INTENT_DIFFERENCE || intent == INTENT_CROSSWALK;
}

/* What a draft is about. What is no coding is for a person; its codes are not its own. */
enum matter { MATTER_CODING, MATTER_ADVICE, MATTER_OTHER };

struct draft {
    enum intent intent;
    int points, next;
    uint64_t asking, story; /* its sentences */
    code_set codes;         /* that these name */
    enum matter matter;
    bool is_item; /* the asker counts it: it stays a part of its own */
};

struct drafting {
    const struct reading_of_text *text;
    const struct question *question;
    struct draft drafts[QUESTION_INQUIRIES];
    size_t count;
    code_set asked, modifiers; /* all asked codes, and those that are modifiers */
    uint64_t story;            /* sentences that wait for the inquiry that they belong to, */
    code_set story_codes;      /* and the codes in them */
    bool more_asked;           /* than there is room for */
};

/* --- sentences */

static code_set code_of(const struct question *question, const struct mention *mention) {
    for (size_t i = 0; i < question->code_count && question->codes[i].role == ROLE_ASKED; i++)
        if (question->codes[i].system == mention->system && strcmp(question->codes[i].key, mention->key) == 0)
            return (code_set)1 << i;
    return 0;
}

static code_set codes_in(const struct drafting *drafting, const struct sentence *sentence) {
    const struct mentions *mentions = drafting->text->mentions;
    code_set ret = 0;
    for (size_t i = 0; i < mentions->count; i++) {
        const struct mention *mention = &mentions->items[i];
        if (mention->accepted && mention->first >= sentence->first && mention->first < sentence->end &&
            context_is_new(context_at(drafting->text->context, mention->first)))
            ret |= code_of(drafting->question, mention);
    }
    return ret;
}

static bool is_plain_service(const struct cues_fired *fired, uint64_t sentence) {
    uint64_t services = 0;
    for (int intent = INTENT_JOBS; intent < INTENT_NOT_CODING; intent++)
        services |= fired->aimed[intent];
    if (!(services & sentence))
        return false;
    struct intent_lead lead = intent_lead(fired, sentence, false);
    return is_service(lead.intent) && lead.points > INTENT_CLEAR;
}

static bool asks(const struct drafting *drafting, size_t i) {
    const struct sentence *sentence = &drafting->text->sentences->items[i];
    return sentence->has_mark || (drafting->text->fired->aimed[CUE_ASKING] >> i & 1) ||
           is_plain_service(drafting->text->fired, SENTENCE(i));
}

/* A subject is the title of what the text below asks. */
static bool body_asks(const struct drafting *drafting) {
    const struct sentence_list *sentences = drafting->text->sentences;
    for (size_t i = 0; i < sentences->count; i++)
        if (!sentences->items[i].in_subject && asks(drafting, i))
            return true;
    return false;
}

/* Words enough that describe something, for a second code that is looked for. */
static bool describes(const struct drafting *drafting, const struct sentence *sentence) {
    enum { DESCRIBING_WORDS = 2, DESCRIBING_BYTES = 4 };
    size_t count = 0;
    for (size_t i = sentence->first; i < sentence->end; i++) {
        const struct token *token = context_at(drafting->text->context, i);
        count += token->kind == TOKEN_WORD && token->text.len >= DESCRIBING_BYTES && !keywords_is_common(token->lower);
    }
    return count >= DESCRIBING_WORDS;
}

static bool is_aside(const struct drafting *drafting, size_t i) { return drafting->text->fired->aimed[CUE_ASIDE] >> i & 1; }

/* --- drafts */

/* What no file tells beside a clear question about codes is asked of no one but its codes. */
static enum matter matter_of(const struct cues_fired *fired, uint64_t asking, const struct intent_lead *lead) {
    if (intent_is_advice(fired, asking))
        return MATTER_ADVICE;
    return (fired->aimed[CUE_PERSON] & asking) && lead->points < INTENT_CLEAR ? MATTER_OTHER : MATTER_CODING;
}

static struct draft draft_of(const struct drafting *drafting, uint64_t asking, uint64_t story, code_set codes) {
    struct intent_lead lead = intent_lead(drafting->text->fired, asking, drafting->asked != 0);
    return (struct draft){.intent = lead.intent,
                          .points = lead.points,
                          .next = lead.next,
                          .asking = asking,
                          .story = story,
                          .codes = codes,
                          .matter = matter_of(drafting->text->fired, asking, &lead)};
}

static bool is_weak(const struct draft *draft) { return draft->points < INTENT_ENOUGH || draft->intent == INTENT_NOT_CODING; }

/* Both are one; the intent is the stronger one's, whose answer tells the other. */
static void join(const struct drafting *drafting, struct draft *into, const struct draft *next) {
    bool next_leads = is_weak(into) || is_told(next->intent, into->intent);
    bool into_leads = is_weak(next) || is_told(into->intent, next->intent);
    struct draft both = draft_of(drafting, into->asking | next->asking, into->story | next->story, into->codes | next->codes);
    both.is_item = into->is_item;
    const struct draft *leader = into_leads && !next_leads ? into : next_leads && !into_leads ? next : NULL;
    if (leader) {
        both.intent = leader->intent;
        both.points = leader->points;
        both.next = leader->next;
    }
    *into = both;
}

/* "Also, ..." */
static bool adds(const struct drafting *drafting, const struct sentence *sentence) {
    return span_is_among(context_at(drafting->text->context, sentence->first)->lower, "also additionally furthermore next");
}

/* Does the new one ask for something that the one before does not answer? */
static bool stands_alone(const struct drafting *drafting, const struct draft *before, const struct draft *next,
                         const struct sentence *sentence) {
    code_set named = next->codes & ~drafting->modifiers;
    bool other_codes = named & ~before->codes;
    if (before->matter != next->matter)
        return true;
    if (sentence->is_item && !is_weak(next) && next->intent != before->intent)
        return true;
    if (is_weak(before) || is_weak(next) || context_is(drafting->text->context, sentence->first, "or"))
        return false;
    if (next->intent == before->intent)
        return named ? other_codes && (before->codes & ~drafting->modifiers)
                     : next->intent == INTENT_FIND_CODE && next->points >= INTENT_CLEAR && !sentence->is_clause &&
                           describes(drafting, sentence);
    if (!other_codes && (is_told(before->intent, next->intent) || is_told(next->intent, before->intent)))
        return false;
    if (is_told(next->intent, before->intent) && (before->codes & ~next->codes) == 0 && before->codes)
        return false;
    return next->points >= INTENT_CLEAR || adds(drafting, sentence) || (other_codes && next->points > next->next && !sentence->is_clause);
}

static void take_question(struct drafting *drafting, size_t i, code_set codes) {
    const struct sentence *sentence = &drafting->text->sentences->items[i];
    struct draft next = draft_of(drafting, SENTENCE(i), drafting->story, codes | drafting->story_codes);
    struct draft *before = drafting->count ? &drafting->drafts[drafting->count - 1] : NULL;
    next.is_item = sentence->is_item;
    if (sentence->is_item && is_weak(&next) && !codes && describes(drafting, sentence) && next.matter == MATTER_CODING)
        next.matter = MATTER_OTHER;
    bool alone = !before || stands_alone(drafting, before, &next, sentence), is_full = drafting->count == QUESTION_INQUIRIES;
    drafting->more_asked = drafting->more_asked || (alone && is_full);
    if (before && (is_full || !alone))
        join(drafting, before, &next);
    else
        drafting->drafts[drafting->count++] = next;
    drafting->story = 0;
    drafting->story_codes = 0;
}

static void draft_inquiries(struct drafting *drafting) {
    const struct sentence_list *sentences = drafting->text->sentences;
    bool subject_is_title = body_asks(drafting);
    for (size_t i = 0; i < sentences->count; i++) {
        const struct sentence *sentence = &sentences->items[i];
        code_set codes = codes_in(drafting, sentence);
        if (asks(drafting, i) && !(sentence->in_subject && subject_is_title)) {
            take_question(drafting, i, codes);
            continue;
        }
        drafting->story |= SENTENCE(i);
        drafting->story_codes |= codes;
    }
    if (drafting->count == 0)
        drafting->drafts[drafting->count++] = draft_of(drafting, drafting->story, 0, drafting->story_codes);
    struct draft *last = &drafting->drafts[drafting->count - 1];
    if (drafting->count == 1 && last->matter == MATTER_OTHER)
        last->matter = MATTER_CODING;
    last->story |= drafting->story & ~last->asking;
    last->codes |= drafting->story_codes;
}

/* --- codes and intents of the drafts */

static bool is_single(code_set set) { return set && (set & (set - 1)) == 0; }

/* Those of the inquiry before that one code is set against: it differs from its kind. */
static code_set partners_of(const struct drafting *drafting, const struct draft *draft, code_set before) {
    code_set procedures = 0;
    for (size_t i = 0; i < QUESTION_CODES && drafting->asked >> i; i++) {
        enum code_system system = drafting->question->codes[i].system;
        procedures |= (code_set)(system == SYSTEM_CPT || system == SYSTEM_HCPCS) << i;
    }
    code_set kind = draft->codes & procedures ? before & procedures : before & ~procedures;
    return draft->intent == INTENT_DIFFERENCE && kind ? kind : before;
}

/* Those of the inquiry before (or all) where its own do not make a question. */
static void settle_codes(struct drafting *drafting) {
    code_set seen = 0;
    for (size_t i = 0; i < drafting->count; i++) {
        struct draft *draft = &drafting->drafts[i];
        code_set before = i ? drafting->drafts[i - 1].codes : drafting->asked;
        bool only_modifiers = !(draft->codes & ~drafting->modifiers) && draft->intent != INTENT_MEANING;
        if (is_service(draft->intent) || draft->matter != MATTER_CODING)
            draft->codes = 0;
        else if (draft->codes == 0 || only_modifiers)
            draft->codes |= before ? before : drafting->asked;
        else if (relates_codes(draft->intent) && is_single(draft->codes & ~drafting->modifiers) && i)
            draft->codes |= partners_of(drafting, draft, before);
        seen |= draft->codes;
    }
    for (size_t i = drafting->count; i-- > 0 && drafting->asked & ~seen;)
        if (i == 0 || !is_service(drafting->drafts[i].intent)) {
            drafting->drafts[i].codes |= drafting->asked & ~seen;
            seen = drafting->asked;
        }
}

/* A single draft asks what the whole text asks, unless its own intent tells that anyhow. Of several, one without cues of its own goes by
 * its story, then by its codes. */
static void settle_intents(struct drafting *drafting) {
    const struct question *question = drafting->question;
    const struct cues_fired *fired = drafting->text->fired;
    for (size_t i = 0; i < drafting->count; i++) {
        struct draft *draft = &drafting->drafts[i];
        struct intent_lead lead = {draft->intent, draft->points, draft->next};
        bool has_codes = drafting->asked != 0;
        if (drafting->count == 1) {
            struct intent_lead whole = intent_lead(fired, ALL_SENTENCES, has_codes);
            if (lead.points < INTENT_ENOUGH || !is_told(lead.intent, question->intents[0])) {
                lead = whole;
                lead.intent = question->intents[0];
            }
        } else if (lead.points < INTENT_ENOUGH)
            lead = intent_lead(fired, draft->asking | draft->story, has_codes);
        if (drafting->count > 1 && (lead.points < INTENT_ENOUGH || (draft->points < INTENT_ENOUGH && is_service(lead.intent))))
            lead.intent = has_codes ? INTENT_MEANING : INTENT_FIND_CODE;
        if (draft->matter == MATTER_OTHER)
            lead = (struct intent_lead){INTENT_NOT_CODING, INTENT_CLEAR, 0};
        if (draft->matter == MATTER_ADVICE)
            lead = (struct intent_lead){INTENT_NOT_CODING, intent_points(fired, CUE_ADVICE, draft->asking), 0};
        draft->intent = lead.intent;
        draft->points = lead.points;
        draft->next = lead.next;
    }
}

/* How often a diagnosis stands on a claim is a rule of coding, no number of units. */
static void settle_units(struct drafting *drafting) {
    code_set diagnoses = 0;
    for (size_t i = 0; i < QUESTION_CODES && drafting->asked >> i; i++)
        diagnoses |= (code_set)(drafting->question->codes[i].system == SYSTEM_ICD10CM) << i;
    for (size_t i = 0; i < drafting->count; i++) {
        struct draft *draft = &drafting->drafts[i];
        if (draft->intent == INTENT_UNITS && draft->codes && !(draft->codes & ~diagnoses))
            draft->intent = INTENT_GUIDELINE;
    }
}

/* The modifiers that open an edit: what is between the codes tells whether one of them is needed. */
static bool opens_edits(const struct drafting *drafting, code_set codes) {
    codes &= drafting->modifiers;
    for (size_t i = 0; i < QUESTION_CODES; i++)
        if (codes >> i & 1 && !span_is_among(span_of(drafting->question->codes[i].display), "59 xe xs xp xu"))
            return false;
    return codes != 0;
}

static bool tells_too(const struct drafting *drafting, const struct draft *one, const struct draft *other) {
    if (one->intent == INTENT_MODIFIER && other->intent == INTENT_DIFFERENCE)
        return !(one->codes & ~drafting->modifiers);
    if (one->intent == INTENT_BUNDLING && other->intent == INTENT_MODIFIER)
        return opens_edits(drafting, other->codes);
    return is_told(one->intent, other->intent) || (one->intent == other->intent && relates_codes(one->intent));
}

/* Does the answer to one hold what the other asks? */
static bool answers(const struct drafting *drafting, const struct draft *one, const struct draft *other) {
    code_set codes = one->intent == INTENT_BUNDLING ? other->codes & ~drafting->modifiers : other->codes;
    if (!other->codes)
        return false;
    if (one->intent == INTENT_CROSSWALK && other->intent == INTENT_CROSSWALK && one->codes & other->codes && !other->is_item)
        return true;
    return (one->intent == other->intent && one->codes == other->codes) ||
           (!other->is_item && tells_too(drafting, one, other) && !(codes & ~one->codes));
}

static void take_in(struct draft *draft, const struct draft *other) {
    draft->asking |= other->asking;
    draft->story |= other->story;
    draft->codes |= other->codes;
}

/* What another one asks or tells of the same codes is not asked again. */
static void drop_repeated(struct drafting *drafting) {
    size_t kept = 0;
    for (size_t i = 0; i < drafting->count; i++) {
        struct draft draft = drafting->drafts[i];
        size_t k = 0;
        while (k < kept && !answers(drafting, &drafting->drafts[k], &draft) && !answers(drafting, &draft, &drafting->drafts[k]))
            k++;
        if (k == kept)
            drafting->drafts[kept++] = draft;
        else if (answers(drafting, &drafting->drafts[k], &draft))
            take_in(&drafting->drafts[k], &draft);
        else {
            take_in(&draft, &drafting->drafts[k]);
            drafting->drafts[k] = draft;
        }
    }
    drafting->count = kept;
}

/* --- from drafts to inquiries */

static int codes_plainness(const struct drafting *drafting, code_set codes) {
    enum { LEAST = 70, A_POINT = 10, FROM_BEFORE = 80, MOST = 100, MOST_POINTS = 5 };
    const struct mentions *mentions = drafting->text->mentions;
    int best[QUESTION_CODES], ret = MOST;
    for (size_t i = 0; i < QUESTION_CODES; i++)
        best[i] = FROM_BEFORE;
    for (size_t i = 0; i < mentions->count; i++) {
        const struct mention *mention = &mentions->items[i];
        code_set code = mention->accepted ? code_of(drafting->question, mention) : 0;
        int points = MOST + (codes_points(mention->evidence) - MOST_POINTS) * A_POINT;
        bool is_new = context_is_new(context_at(drafting->text->context, mention->first));
        for (size_t k = 0; is_new && k < QUESTION_CODES && code >> k; k++)
            if (code >> k & 1)
                best[k] = points > best[k] || best[k] == FROM_BEFORE ? points : best[k];
    }
    for (size_t k = 0; k < QUESTION_CODES; k++)
        if (codes >> k & 1)
            ret = best[k] < ret ? best[k] : ret;
    return ret < LEAST ? LEAST : ret;
}

static int intent_plainness(const struct draft *draft) {
    enum { LEAST = 70, MOST = 100, NEXT_COSTS = 15 };
    if (draft->points < INTENT_ENOUGH)
        return INQUIRY_FALLBACK;
    int over = draft->points < 2 * INTENT_ENOUGH ? draft->points - INTENT_ENOUGH : INTENT_ENOUGH;
    int next = draft->next < draft->points ? draft->next : draft->points;
    return LEAST + (MOST - LEAST) * over / INTENT_ENOUGH - NEXT_COSTS * next / draft->points;
}

static void write_codes(const struct drafting *drafting, code_set codes, struct arena *arena, struct inquiry *ret) {
    const struct question *question = drafting->question;
    struct asked_code *own = codes == drafting->asked ? NULL : arena_array(arena, QUESTION_CODES, sizeof *own);
    for (size_t i = 0; i < QUESTION_CODES; i++)
        if (codes >> i & 1) {
            if (own)
                own[ret->code_count] = question->codes[i];
            ret->code_count++;
        }
    ret->codes = own ? own : question->codes;
}

/* The tokens of its sentences without asides; the whole text when none of it is left out. */
static struct context context_of(const struct drafting *drafting, uint64_t chosen, struct arena *arena) {
    const struct reading_of_text *text = drafting->text;
    struct context ret = {.tokens = arena_array(arena, text->context->count + 1, sizeof *ret.tokens), .is_reply = text->context->is_reply};
    for (size_t s = 0; s < text->sentences->count; s++)
        for (size_t i = text->sentences->items[s].first; chosen >> s & 1 && i < text->sentences->items[s].end; i++)
            if (context_is_new(context_at(text->context, i)))
                ret.tokens[ret.count++] = *context_at(text->context, i);
    return ret;
}

static void write_words(const struct drafting *drafting, const struct draft *draft, struct kb *kb, struct arena *arena,
                        struct inquiry *ret) {
    const struct question *question = drafting->question;
    size_t count = drafting->text->sentences->count;
    uint64_t whole = count == SENTENCES_READ ? ALL_SENTENCES : SENTENCE(count) - 1, chosen = draft->asking;
    for (size_t s = 0; s < count; s++)
        if (draft->story >> s & 1 && !is_aside(drafting, s))
            chosen |= SENTENCE(s);
    if (chosen != whole) {
        struct context own = context_of(drafting, chosen, arena);
        ret->words = keywords_text(&own, arena);
        ret->keywords = keywords_find(&own, kb, arena, &ret->keyword_count);
    }
    if (ret->words.len)
        return;
    ret->words = question->words;
    ret->keywords = question->keywords;
    ret->keyword_count = question->keyword_count;
}

/* "isn't" is two words and a mark, or one word. */
static bool denies(const struct context *context, size_t i) {
    struct span word = context_at(context, i)->lower, before = context_at(context, i - 1)->lower;
    bool open = span_is_among(before, "or if whether"); /* "... or not?" */
    return (!open && span_is_among(word, "not never wrong incorrect improper inappropriate without cannot")) || span_ends_same(word, SPAN("n't")) ||
           (context_is(context, i, "t") && span_is_among(context_at(context, i - 2)->lower, "isn aren don doesn didn can shouldn wouldn couldn won"));
}

static bool is_negated(const struct drafting *drafting, const struct draft *draft) {
    const struct sentence_list *sentences = drafting->text->sentences;
    for (size_t s = 0; s < sentences->count; s++)
        for (size_t i = sentences->items[s].first; draft->asking >> s & 1 && i < sentences->items[s].end; i++)
            if (context_is_new(context_at(drafting->text->context, i)) && denies(drafting->text->context, i))
                return true;
    return false;
}

static struct inquiry inquiry_of(const struct drafting *drafting, const struct draft *draft, struct kb *kb, struct arena *arena) {
    struct inquiry ret = {.intent = draft->intent, .negated = is_negated(drafting, draft)};
    int intent = intent_plainness(draft), codes = codes_plainness(drafting, draft->codes);
    ret.confidence = intent < codes ? intent : codes;
    write_codes(drafting, draft->codes, arena, &ret);
    write_words(drafting, draft, kb, arena, &ret);
    return ret;
}

static bool holds_intent(const enum intent *intents, size_t count, enum intent intent) {
    for (size_t i = 0; i < count; i++)
        if (intents[i] == intent)
            return true;
    return false;
}

static void add_intent(struct question *question, enum intent intent) {
    if (!holds_intent(question->intents, question->intent_count, intent))
        question->intents[question->intent_count++] = intent;
}

/* A sentence that asks nothing and names no code describes the case. */
static bool tells_case_of(const struct drafting *drafting, const struct draft *draft) {
    const struct sentence_list *sentences = drafting->text->sentences;
    for (size_t i = 0; i < sentences->count; i++) {
        const struct sentence *sentence = &sentences->items[i];
        if ((draft->asking | draft->story) >> i & 1 && !sentence->in_subject && !sentence->has_mark && !is_aside(drafting, i) &&
            codes_in(drafting, sentence) == 0 && describes(drafting, sentence))
            return true;
    }
    return false;
}

/* Several codes of one system that hold: one of them may be chosen. */
static bool offers_choice(const struct drafting *drafting, code_set codes) {
    const struct question *question = drafting->question;
    size_t counts[SYSTEM_COUNT] = {0};
    for (size_t i = 0; i < QUESTION_CODES; i++)
        if ((codes & ~drafting->modifiers) >> i & 1 && question->codes[i].status == STATUS_VALID && ++counts[question->codes[i].system] > 1)
            return true;
    return false;
}

/* Which code to use and how codes differ are one question where several codes are named for a case. */
static void add_implied(const struct drafting *drafting, struct question *question) {
    for (size_t i = 0; i < drafting->count; i++) {
        const struct draft *draft = &drafting->drafts[i];
        if (!offers_choice(drafting, draft->codes))
            continue;
        if (draft->intent == INTENT_DIFFERENCE && tells_case_of(drafting, draft))
            add_intent(question, INTENT_FIND_CODE);
        if (draft->intent == INTENT_FIND_CODE)
            add_intent(question, INTENT_DIFFERENCE);
    }
}

/* The first stays the most important one; then what the inquiries ask; then what else is clear in their sentences, or in the whole text
 * beyond doubt: what a story tells is rarely asked. */
static void list_intents(const struct drafting *drafting, struct question *question) {
    enum { BEYOND_DOUBT = 10 };
    const struct cues_fired *fired = drafting->text->fired;
    enum intent found[INTENT_COUNT];
    size_t found_count = question->intent_count;
    uint64_t asking = 0;
    memcpy(found, question->intents, sizeof found);
    question->intent_count = drafting->count == 1 && drafting->drafts[0].matter == MATTER_ADVICE ? 0 : 1;
    for (size_t i = 0; i < drafting->count; i++) {
        add_intent(question, drafting->drafts[i].intent);
        asking |= drafting->drafts[i].asking;
    }
    bool is_alone = is_service(found[0]) || found[0] == INTENT_NOT_CODING || question->intent_count == 0;
    for (size_t i = 1; i < found_count && !is_alone; i++) {
        bool is_clear = intent_points(fired, (int)found[i], asking) >= INTENT_CLEAR ||
                        intent_points(fired, (int)found[i], ALL_SENTENCES) >= BEYOND_DOUBT;
        if (is_clear && !(found[i] == INTENT_FIND_CODE && is_told(found[0], found[i])))
            add_intent(question, found[i]);
    }
    add_implied(drafting, question);
}

void inquiries_find(const struct reading_of_text *text, struct kb *kb, struct arena *arena, struct question *question) {
    struct drafting drafting = {.text = text, .question = question};
    for (size_t i = 0; i < question->code_count && question->codes[i].role == ROLE_ASKED; i++) {
        drafting.asked |= (code_set)1 << i;
        drafting.modifiers |= (code_set)(question->codes[i].system == SYSTEM_MOD) << i;
    }
    draft_inquiries(&drafting);
    settle_intents(&drafting);
    settle_codes(&drafting);
    settle_units(&drafting);
    drop_repeated(&drafting);
    list_intents(&drafting, question);
    question->inquiries = arena_array(arena, QUESTION_INQUIRIES, sizeof *question->inquiries);
    question->inquiry_count = drafting.count;
    question->more_asked = question->more_asked || drafting.more_asked || text->sentences->more_asked;
    for (size_t i = 0; i < drafting.count; i++) {
        question->inquiries[i] = inquiry_of(&drafting, &drafting.drafts[i], kb, arena);
        question->asks_advice = question->asks_advice || drafting.drafts[i].matter == MATTER_ADVICE;
    }
}

size_t inquiry_holding(const struct inquiry *inquiry, unsigned systems) {
    size_t ret = 0;
    for (size_t i = 0; i < inquiry->code_count; i++) {
        const struct asked_code *code = &inquiry->codes[i];
        ret += (systems & 1u << code->system) && (code->status == STATUS_VALID || code->has_figures);
    }
    return ret;
}
