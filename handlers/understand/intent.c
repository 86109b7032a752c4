#include "handlers/understand/intent.h"

#include <stdlib.h>

#include "base/buf.h"

/* An intent counts beside the first from this share of the first one's points on, which count up to INTENT_TOP. */
enum { INTENT_SHARE_PERCENT = 35, INTENT_TOP = 14 };

/* A text of so few words goes on with what the thread asked, where its own words are not stronger. */
enum { INTENT_SHORT_WORDS = 14, INTENT_THREAD_POINTS = 7 };

/* Words of treatment, at least as strong as what else is asked, and no word of coding. */
enum { ADVICE_ENOUGH = 6 };

struct score {
    enum intent intent;
    int points;
};

static int by_points(const void *a, const void *b) {
    const struct score *left = a, *right = b;
    if (left->points != right->points)
        return left->points > right->points ? -1 : 1;
    return (left->intent > right->intent) - (left->intent < right->intent);
}

static void add_up(const struct cues_fired *fired, uint64_t sentences, struct score *scores) {
    for (int i = 0; i < INTENT_COUNT; i++)
        scores[i] = (struct score){(enum intent)i, 0};
    for (size_t i = 0; i < intent_cue_count; i++)
        if ((fired->sentences[i] & sentences) && intent_cues[i].aim < INTENT_COUNT)
            scores[intent_cues[i].aim].points += intent_cues[i].points;
}

int intent_points(const struct cues_fired *fired, int aim, uint64_t sentences) {
    int ret = 0;
    for (size_t i = 0; (fired->aimed[aim] & sentences) && i < intent_cue_count; i++)
        if ((fired->sentences[i] & sentences) && intent_cues[i].aim == aim)
            ret += intent_cues[i].points;
    return ret;
}

struct intent_lead intent_lead(const struct cues_fired *fired, uint64_t sentences, bool has_codes) {
    struct score scores[INTENT_COUNT];
    add_up(fired, sentences, scores);
    if (has_codes)
        scores[INTENT_NOT_CODING].points = 0;
    qsort(scores, INTENT_COUNT, sizeof *scores, by_points);
    return (struct intent_lead){scores[0].intent, scores[0].points, scores[1].points};
}

bool intent_is_advice(const struct cues_fired *fired, uint64_t sentences) {
    struct intent_lead lead = intent_lead(fired, sentences, true);
    int advice = intent_points(fired, CUE_ADVICE, sentences);
    return advice >= ADVICE_ENOUGH && advice >= lead.points && !(fired->aimed[CUE_CODING] & sentences);
}

static void add_thread(const struct thread_memory *thread, struct score *scores) {
    for (size_t i = 0; i < thread->intent_count; i++)
        scores[thread->intents[i]].points += i == 0 ? INTENT_THREAD_POINTS : 1;
}

/* The strongest ones; what is not coding is nothing else. */
static size_t asked_intents(const struct score *scores, enum intent *ret) {
    int top = scores[0].points < INTENT_TOP ? scores[0].points : INTENT_TOP;
    size_t count = 0;
    for (size_t i = 0; i < INTENT_COUNT; i++) {
        bool strong = scores[i].points >= INTENT_ENOUGH && scores[i].points * 100 >= top * INTENT_SHARE_PERCENT;
        if (strong && (i == 0 || (scores[i].intent != INTENT_NOT_CODING && scores[0].intent != INTENT_NOT_CODING)))
            ret[count++] = scores[i].intent;
    }
    return count;
}

static int points_of(const struct score *scores, enum intent intent) {
    size_t i = 0;
    while (i + 1 < INTENT_COUNT && scores[i].intent != intent)
        i++;
    return scores[i].points;
}

static const char *cues_text(const struct cues_fired *fired, const struct score *scores, const enum intent *intents, size_t count,
                             struct arena *arena) {
    struct buf text;
    buf_init(&text, 4096);
    for (size_t k = 0; k < count; k++) {
        buf_printf(&text, "%s%s %d:", k ? "; " : "", name_text(intent_names, (int)intents[k]), points_of(scores, intents[k]));
        for (size_t i = 0; i < intent_cue_count; i++)
            if (fired->sentences[i] && intent_cues[i].aim == (int)intents[k])
                buf_printf(&text, " [%s] %d", intent_cues[i].pattern, intent_cues[i].points);
    }
    const char *ret = text.len ? buf_keep(&text, arena) : "";
    buf_free(&text);
    return ret;
}

void intent_find(const struct cues_fired *fired, size_t asked, const struct thread_memory *thread, struct arena *arena, enum intent *ret,
                 size_t *ret_count, const char **evidence) {
    struct score scores[INTENT_COUNT];
    add_up(fired, ALL_SENTENCES, scores);
    if (asked && thread && fired->word_count <= INTENT_SHORT_WORDS)
        add_thread(thread, scores);
    if (asked)
        scores[INTENT_NOT_CODING].points = 0;
    qsort(scores, INTENT_COUNT, sizeof *scores, by_points);
    size_t count = asked_intents(scores, ret);
    *evidence = cues_text(fired, scores, ret, count, arena);
    if (count == 0) {
        ret[count++] = asked ? INTENT_MEANING : INTENT_NOT_CODING;
        *evidence = asked ? "codes without a question" : "no code and no cue";
    }
    *ret_count = count;
}

bool intent_is_asking(const enum intent *intents, size_t count, const struct context *context) {
    for (size_t i = 0; i < context->count; i++)
        if (context_is_new(context_at(context, i)) && context_mark(context, i) == '?')
            return true;
    return count > 0 && intents[0] < INTENT_JOBS;
}
