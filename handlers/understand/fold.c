#include "handlers/understand/fold.h"

#include <stdint.h>

#include "base/utf8.h"

/* Characters that mean the same to us. to: what to write, 0 drops them; counts: first becomes `to`, the next one the character after it. */
struct fold {
    uint32_t first, last;
    char to;
    bool counts;
};

/* In order of the characters. */
static const struct fold folds[] = {
    {0x00a0, 0x00a1, ' ', false},   {0x00a2, 0x00a5, '$', false},  {0x00a6, 0x00a8, ' ', false},  {0x00a9, 0x00a9, 0, false},
    {0x00ab, 0x00ab, '"', false},   {0x00ad, 0x00ae, 0, false},    {0x00b0, 0x00b1, ' ', false},  {0x00b2, 0x00b3, '2', true},
    {0x00b4, 0x00b4, '\'', false},  {0x00b7, 0x00b7, '|', false},  {0x00bb, 0x00bb, '"', false},  {0x00bf, 0x00bf, ' ', false},
    {0x00d7, 0x00d7, 'x', false},   {0x0300, 0x036f, 0, false},    {0x0660, 0x0669, '0', true},   {0x06f0, 0x06f9, '0', true},
    {0x0966, 0x096f, '0', true},    {0x180e, 0x180e, 0, false},    {0x2000, 0x200a, ' ', false},  {0x200b, 0x200f, 0, false},
    {0x2010, 0x2015, '-', false},   {0x2018, 0x201b, '\'', false}, {0x201c, 0x201f, '"', false},  {0x2020, 0x2023, '|', false},
    {0x2024, 0x2024, '.', false},   {0x2025, 0x2026, ' ', false},  {0x2027, 0x2027, '|', false},  {0x2028, 0x2029, '\n', false},
    {0x202a, 0x202e, 0, false},     {0x202f, 0x202f, ' ', false},  {0x2032, 0x2032, '\'', false}, {0x2033, 0x2033, '"', false},
    {0x2043, 0x2043, '-', false},   {0x2044, 0x2044, '/', false},  {0x205f, 0x205f, ' ', false},  {0x2060, 0x206f, 0, false},
    {0x20a0, 0x20cf, '$', false},   {0x2120, 0x2122, 0, false},    {0x2190, 0x21ff, '>', false},  {0x2212, 0x2212, '-', false},
    {0x2215, 0x2215, '/', false},   {0x2500, 0x25ff, '|', false},  {0x2600, 0x27bf, ' ', false},  {0x3000, 0x3000, ' ', false},
    {0x3001, 0x3001, ',', false},   {0x3002, 0x3002, '.', false},  {0xfe58, 0xfe58, '-', false},  {0xfe63, 0xfe63, '-', false},
    {0xfeff, 0xfeff, 0, false},     {0xff01, 0xff5e, '!', true},   {0xfffd, 0xfffd, '?', false},  {0x1d7ce, 0x1d7d7, '0', true},
    {0x1d7d8, 0x1d7e1, '0', true},  {0x1d7e2, 0x1d7eb, '0', true}, {0x1d7ec, 0x1d7f5, '0', true}, {0x1d7f6, 0x1d7ff, '0', true},
    {0x1f000, 0x1faff, ' ', false},
};

/* U+00C0 to U+017F without their accents. */
static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
                            "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
                            "lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

static const struct fold *fold_of(uint32_t character) {
    size_t low = 0, high = sizeof folds / sizeof *folds;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (character > folds[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < sizeof folds / sizeof *folds && character >= folds[low].first;
    return found ? &folds[low] : NULL;
}

/* ASCII, and what becomes ASCII; -1 for a character that stays, 0 for one that vanishes. */
static int ascii_of(uint32_t character) {
    if (character == '\n' || (character >= ' ' && character < 0x7f))
        return (int)character;
    if (character == '\r')
        return 0;
    if (character < 0xa0)
        return ' ';
    const struct fold *fold = fold_of(character);
    if (fold && fold->counts)
        return fold->to + (int)(character - fold->first);
    if (fold)
        return fold->to;
    if (character >= 0xc0 && character < 0xc0 + sizeof latin - 1)
        return latin[character - 0xc0];
    return -1;
}

static size_t plain_run(struct span text, size_t at) {
    size_t end = at;
    while (end < text.len && (text.ptr[end] == '\n' || (text.ptr[end] >= ' ' && text.ptr[end] < 0x7f)))
        end++;
    return end;
}

void fold_text(struct buf *ret, struct span text, size_t max) {
    size_t end = ret->len + max;
    for (size_t at = 0; at < text.len && ret->len + 4 <= end;) {
        size_t run = plain_run(span_slice(text, 0, at + (end - ret->len)), at);
        buf_add(ret, span_slice(text, at, run));
        at = run;
        if (at >= text.len || ret->len + 4 > end)
            break;
        size_t from = at;
        int ascii = ascii_of(utf8_next(text, &at));
        if (ascii > 0)
            buf_char(ret, (char)ascii);
        else if (ascii < 0)
            buf_add(ret, span_slice(text, from, at));
    }
}
