/* sentences.h - the new text cut into sentences, and these into clauses that ask something of their own ("..., and does it need ...?").
 * A sentence ends at its mark, at a paragraph, before an item of a list ("1)", "-", "a."; within a line only where the numbers count on), and
 * where a line was ended long before it was full. Quoted text and signatures hold none. */
#ifndef HANDLERS_SENTENCES_H
#define HANDLERS_SENTENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "handlers/understand/context.h"

enum { SENTENCES_READ = 64 }; /* the last one takes what is left: a set of sentences fits uint64_t */

struct sentence {
    size_t first, end; /* tokens [first, end); some of them may be quoted in between, which context_is_new() tells */
    bool in_subject;
    bool is_clause; /* goes on with the sentence before */
    bool is_item;   /* one of several that the asker counts: "2)", "second, ..." */
    bool has_mark;  /* a question mark ends it, or the sentence that it is a clause of; of an item also that it begins as a question */
};

struct sentence_list {
    struct sentence *items;
    size_t count;
    bool more_asked; /* the last one holds several questions, as there was no room to cut it */
};

void sentences_cut(const struct context *, struct arena *, struct sentence_list *ret);

#endif
