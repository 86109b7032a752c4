/* lexicon.h - how people say what titles say otherwise: abbreviations, lay words, brand names, eponyms, British spellings.
 * The tables lie in kb/data/lexicon/ (README.md there has their format and sources) and are part of the library, not of a file of facts:
 * they are about English, hold for every edition, and a file that somebody has built keeps up with them by itself. Order: lexicon_new,
 * lexicon_*, lexicon_free. Spans point into the library and live as long as the program. */
#ifndef KB_LEXICON_H
#define KB_LEXICON_H

#include "kb/dictionary.h"
#include "kb/stemmer.h"

enum { LEXICON_KEY_WORDS = 5, LEXICON_KEY_BYTES = 160, LEXICON_SETS = 64 };

enum lexicon_kind {
    LEXICON_LIKE,    /* "a = b | c": whoever says a may mean b, or c */
    LEXICON_SAME,    /* "a ~ b ~ c", or "a, b ~ c": each means the others */
    LEXICON_BECOMES, /* "a := b": a is written for b and nothing else */
};

struct lexicon_entry {
    enum lexicon_kind kind;
    struct span right;                /* "b | c"; of LEXICON_SAME the whole line */
    const struct lexicon_entry *next; /* of the same key */
};

/* What is said of a single word. */
enum lexicon_mark {
    MARK_WEAK = 1 << 0,    /* tells little of the matter */
    MARK_NEUTRAL = 1 << 1, /* costs nothing in a title when nobody asked for it */
    MARK_NEGATES = 1 << 2, /* what follows is not there ("without"), */
    MARK_AFFIRMS = 1 << 3, /* until this ("with") */
    MARK_SYSTEM = 1 << 4,  /* speaks for a system, MARK_SYSTEM << system */
    MARK_NAMES = 1 << 16,  /* is the name of a system, MARK_NAMES << system */
    MARK_PERSON = 1 << 30, /* may be somebody's name */
};

struct lexicon;
extern const char lexicon_text[]; /* the tables, one after the other */

struct lexicon *lexicon_new(const char *text, struct stemmer *);
void lexicon_free(struct lexicon *); /* NULL is fine */

/* The entries of a key: stems with a blank between them. NULL when there is none. */
const struct lexicon_entry *lexicon_find(const struct lexicon *, struct span key);

/* Is the word, so or in another form, a key by itself? */
bool lexicon_knows(const struct lexicon *, const struct stem *);

/* Bits of enum lexicon_mark. */
unsigned lexicon_marks(const struct lexicon *, struct span stem);

/* Words of which a title can hold only one ("left", "right"): the set, and a bit for the word in it. False when it is of none. */
bool lexicon_apart(const struct lexicon *, struct span stem, unsigned *ret_set, uint8_t *ret_bit);

/* The next part of an entry's right side, without blanks around it. */
bool lexicon_part(struct span *rest, enum lexicon_kind, struct span *part);

/* The keys that are one word, as written: what a misspelled word may have meant. */
size_t lexicon_words(const struct lexicon *, const struct span **ret);

#endif
