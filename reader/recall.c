#include "reader/recall.h"

#include "handlers/understand/codes_json.h"
#include "store/journal.h"

static void split_intents(const char *names, struct arena *arena, struct thread_memory *ret) {
    struct span rest = span_of(names), name;
    enum intent *intents = arena_array(arena, INTENT_COUNT, sizeof *intents);
    size_t count = 0;
    int intent;
    while (count < INTENT_COUNT && span_cut(&rest, ',', &name))
        if (name_value(intent_names, span_trim(name), &intent))
            intents[count++] = (enum intent)intent;
    ret->intents = intents;
    ret->intent_count = count;
}

int recall_exchange(void *context, const char *const *message_ids, size_t count, const char *asker, struct arena *arena,
                    struct thread_memory *ret, struct why *why) {
    struct exchange_row row;
    int failed = journal_by_reply(context, message_ids, count, asker, arena, &row, why);
    if (failed)
        return failed;
    *ret = (struct thread_memory){0};
    ret->codes = codes_from_json(row.codes, arena, &ret->code_count);
    split_intents(row.intents, arena, ret);
    return 0;
}
