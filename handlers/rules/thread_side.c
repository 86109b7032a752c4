/* The same on the other side: "no, I meant the left one". */
#include "handlers/understand/thread.h"

#include <string.h>

/* Where in a diagnosis (without its dot) the side may stand. */
enum { SIDE_FIRST = 3, SIDE_LAST = 5 };

/* The side that new text wants: "left", "right" or NULL. */
static const char *wanted_side(const struct context *context) {
    for (size_t i = 0; i < context->count; i++) {
        bool denied = context_is(context, i - 1, "not") || (context_is(context, i - 1, "the") && context_is(context, i - 2, "not"));
        if (context_at(context, i)->place != PLACE_NEW || denied)
            continue;
        if (context_is(context, i, "left"))
            return "left";
        if (context_is(context, i, "right"))
            return "right";
    }
    return NULL;
}

/* The title with one side's name for the other's. */
static const char *title_of_side(const char *title, const char *from, const char *to, struct arena *arena) {
    size_t at = span_find(span_of(title), span_of(from));
    return at == SPAN_NONE ? NULL : arena_printf(arena, "%.*s%s%s", (int)at, title, to, title + at + strlen(from));
}

/* The code that differs from this one in the character of its side, and has the same title but for it. */
static int other_side(const struct asked_code *code, const char *title, struct date day, struct kb *kb, struct arena *arena,
                      char ret[static CODE_BYTES], struct why *why) {
    for (size_t place = SIDE_FIRST; place <= SIDE_LAST && place < strlen(code->key); place++)
        for (char digit = '0'; digit <= '9'; digit++) {
            struct kb_code found;
            memcpy(ret, code->key, CODE_BYTES);
            ret[place] = digit;
            int failed = kb_lookup(kb, code->system, ret, day, arena, &found, why);
            if (failed && failed != FAIL_EMPTY)
                return failed;
            if (!failed && found.title && strcmp(found.title, title) == 0)
                return 0;
        }
    return FAIL_EMPTY;
}

static int turn_diagnosis(struct asked_code *code, const char *to, struct date day, struct kb *kb, struct arena *arena, struct why *why) {
    struct kb_code found;
    char key[CODE_BYTES];
    int failed = kb_lookup(kb, code->system, code->key, day, arena, &found, why);
    const char *from = strcmp(to, "left") == 0 ? "right" : "left";
    const char *title = failed || !found.title ? NULL : title_of_side(found.title, from, to, arena);
    if (title)
        failed = other_side(code, title, day, kb, arena, key, why);
    if (!failed && title) {
        memcpy(code->key, key, sizeof code->key);
        system_display(code->system, code->key, code->display);
        code->evidence = "the other side of the one in the earlier mail";
    }
    return failed == FAIL_EMPTY ? 0 : failed;
}

/* One side in place of both, too. */
static void turn_modifier(char modifier[3], const char *to) {
    if (strcmp(modifier, "RT") == 0 || strcmp(modifier, "LT") == 0 || strcmp(modifier, "50") == 0)
        memcpy(modifier, strcmp(to, "left") == 0 ? "LT" : "RT", 3);
}

int thread_take_side(const struct context *context, struct kb *kb, struct arena *arena, struct question *question, struct why *why) {
    const char *to = wanted_side(context);
    size_t asked = thread_asked_count(question);
    for (size_t i = 0; to && i < asked; i++) {
        struct asked_code *code = &question->codes[i];
        for (size_t k = 0; k < code->modifier_count; k++)
            turn_modifier(code->modifiers[k], to);
        int failed = code->system == SYSTEM_ICD10CM ? turn_diagnosis(code, to, question_date(question), kb, arena, why) : 0;
        if (failed)
            return failed;
        if (code->system == SYSTEM_MOD && strlen(code->key) == 2) {
            turn_modifier(code->key, to);
            system_display(code->system, code->key, code->display);
        }
    }
    return 0;
}
