#include "handlers/rules/operations.h"

#include <stddef.h>
#include <string.h>

/* asked: words that mean the operation wherever they stand; said: those that do so in a title. "word*" is a beginning, "*word" an end. */
static const struct {
    const char *asked, *said;
} operations[] = {
    {"releas* decompress* neurolysis tenolysis", "freeing opening"},
    {"remov* excis* resect* extract* explant* dismantl* destr* destruct* *ectomy ablation ablate ablated",
     "take takes taking out trim pull destroy cut thin shave"},
    {"repair* sutur* stitch* reconstruct* *rrhaphy septoplasty", "repair correction"},
    {"inject* infiltrat* shot", "injects push drip botulinum give needle"},
    {"aspirat* *centesis drain* lanced i&d", "draw needle puncture blood"},
    {"fuse fused fusing fusion fusions arthrodes*", "fusion"},
    {"replacement* replaced arthroplast*", "redo conversion exchange prosthe* artificial replaced"},
    {"revis* adjust*", "redo conversion exchange changed back"},
    {"exchang* swap*", "changed new exchange"},
    {"orif pinning pinned plating plated nailing nailed", "fixed held open opened nail screws"},
    {"insert* placement implanting implanted", "put putting wire catheter electrodes set"},
    {"biops*", "tissue"},
    {"amputat*", ""},
    {"debrid*", "clean*"},
    {"harvest*", "fetch* fetched own"},
    {"transplant*", ""},
    {"cesarean caesarean delivery", ""},
    {"osteotom*", "cut"},
    {"*ostomy kyphoplasty vertebroplasty lithotripsy catheterization circumcision", ""},
};

static bool is_like(struct span word, struct span pattern) {
    if (pattern.ptr[0] == '*')
        return word.len >= pattern.len && span_ends_same(word, span_slice(pattern, 1, pattern.len));
    if (pattern.ptr[pattern.len - 1] == '*')
        return span_starts_same(word, span_slice(pattern, 0, pattern.len - 1));
    return span_same(word, pattern);
}

/* Of the patterns that are no ends of words only those that begin with the word's letter are looked at. */
static bool is_one_of(struct span word, const char *patterns) {
    char first = char_lower(word.ptr[0]);
    for (const char *at = patterns; *at;) {
        size_t len = strcspn(at, " ");
        if ((*at == first || *at == '*') && is_like(word, (struct span){at, len}))
            return true;
        at += len + (at[len] == ' ');
    }
    return false;
}

static bool next_word(struct span *rest, struct span *ret) {
    size_t from = 0, to;
    while (from < rest->len && !char_is_alpha(rest->ptr[from]))
        from++;
    for (to = from; to < rest->len && char_is_alpha(rest->ptr[to]);)
        to++;
    *ret = span_slice(*rest, from, to);
    *rest = span_slice(*rest, to, rest->len);
    return ret->len > 0;
}

static unsigned operations_in(struct span text, bool title) {
    unsigned ret = 0;
    for (struct span word; next_word(&text, &word);)
        for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
            if (is_one_of(word, operations[i].asked) || (title && is_one_of(word, operations[i].said)))
                ret |= 1u << i;
    return ret;
}

unsigned operations_asked(struct span words) { return operations_in(words, false); }
unsigned operations_said(struct span title) { return operations_in(title, true); }
