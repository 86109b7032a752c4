#include "handlers/inquiry.h"

/* What the answer to an intent tells anyhow. */
static const struct {
    enum intent intent, told;
} tells[] = {
    {INTENT_DIFFERENCE, INTENT_MEANING},  {INTENT_DIFFERENCE, INTENT_FIND_CODE}, {INTENT_BUNDLING, INTENT_MEANING},
    {INTENT_MODIFIER, INTENT_MEANING},    {INTENT_UNITS, INTENT_MEANING},        {INTENT_FEE, INTENT_MEANING},
    {INTENT_CROSSWALK, INTENT_MEANING},   {INTENT_COVERAGE, INTENT_MEANING},     {INTENT_GUIDELINE, INTENT_MEANING},
    {INTENT_FIND_CODE, INTENT_MEANING},   {INTENT_MEANING, INTENT_FIND_CODE},    {INTENT_MEANING, INTENT_DIFFERENCE},
    {INTENT_FEE, INTENT_COVERAGE},
};

static bool is_told(const struct inquiry *inquiries, size_t count, enum intent intent) {
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sizeof tells / sizeof *tells; k++)
            if (tells[k].intent == inquiries[i].intent && tells[k].told == intent)
                return true;
    return false;
}

static size_t count_asked(const struct question *question) {
    size_t ret = 0;
    while (ret < question->code_count && question->codes[ret].role == ROLE_ASKED)
        ret++;
    return ret;
}

void inquiries_find(struct question *question, struct arena *arena) {
    question->inquiries = arena_array(arena, QUESTION_INQUIRIES, sizeof *question->inquiries);
    question->inquiry_count = 0;
    for (size_t i = 0; i < question->intent_count && question->inquiry_count < QUESTION_INQUIRIES; i++) {
        if (is_told(question->inquiries, question->inquiry_count, question->intents[i]))
            continue;
        question->inquiries[question->inquiry_count++] = (struct inquiry){.intent = question->intents[i],
                                                                          .codes = question->codes,
                                                                          .code_count = count_asked(question),
                                                                          .words = question->words,
                                                                          .keywords = question->keywords,
                                                                          .keyword_count = question->keyword_count,
                                                                          .confidence = 90};
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
