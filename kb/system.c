#include "kb/system.h"

#include <stddef.h>
#include <string.h>

const struct name system_names[] = {
    {SYSTEM_CPT, "CPT"}, {SYSTEM_HCPCS, "HCPCS"}, {SYSTEM_ICD10CM, "ICD10CM"}, {SYSTEM_ICD10PCS, "ICD10PCS"}, {SYSTEM_MOD, "MOD"},
    {SYSTEM_DRG, "DRG"}, {SYSTEM_REV, "REV"},     {SYSTEM_POS, "POS"},         {SYSTEM_NUCC, "NUCC"},         {0, NULL},
};

const struct name system_titles[] = {
    {SYSTEM_CPT, "CPT"},
    {SYSTEM_HCPCS, "HCPCS Level II"},
    {SYSTEM_ICD10CM, "ICD-10-CM"},
    {SYSTEM_ICD10PCS, "ICD-10-PCS"},
    {SYSTEM_MOD, "modifier"},
    {SYSTEM_DRG, "MS-DRG"},
    {SYSTEM_REV, "revenue code"},
    {SYSTEM_POS, "place of service"},
    {SYSTEM_NUCC, "provider taxonomy"},
    {0, NULL},
};

/* A form is a class a position, see belongs(). */
struct form {
    const char *pattern;
    size_t least; /* positions that must be there; the rest of the pattern may be missing */
};

static const struct form forms[SYSTEM_COUNT] = {
    [SYSTEM_CPT] = {"ddddc", 5},        [SYSTEM_HCPCS] = {"hdddd", 5}, [SYSTEM_ICD10CM] = {"lbbaaaa", 3},
    [SYSTEM_ICD10PCS] = {"ppppppp", 7}, [SYSTEM_MOD] = {"aa", 2},      [SYSTEM_DRG] = {"ddd", 3},
    [SYSTEM_REV] = {"dddd", 3},         [SYSTEM_POS] = {"dd", 2},      [SYSTEM_NUCC] = {"aaaaaaaaax", 10},
};

static bool one_of(const char *set, char c) { return c != '\0' && strchr(set, c) != NULL; }

static bool belongs(char class, char c) {
    c = char_upper(c);
    switch (class) {
    case 'd': return char_is_digit(c);
    case 'l': return char_is_alpha(c);
    case 'a': return char_is_alnum(c);
    case 'b': return char_is_digit(c) || one_of("AB", c);
    case 'c': return char_is_digit(c) || one_of("AFTUM", c);
    case 'h': return c >= 'A' && c <= 'V';
    case 'p': return char_is_alnum(c) && !one_of("IO", c);
    case 'x': return c == 'X';
    default: return false;
    }
}

enum { ICD10CM_DOT = 3 };

static bool has_dot(enum code_system system, struct span text) {
    return system == SYSTEM_ICD10CM && text.len > ICD10CM_DOT + 1 && text.ptr[ICD10CM_DOT] == '.';
}

bool system_fits(enum code_system system, struct span text) {
    const struct form *form = &forms[system];
    size_t skip = has_dot(system, text), len = text.len - skip;
    if (len < form->least || len > strlen(form->pattern))
        return false;
    for (size_t i = 0; i < len; i++)
        if (!belongs(form->pattern[i], text.ptr[i < ICD10CM_DOT ? i : i + skip]))
            return false;
    return system != SYSTEM_ICD10CM || char_is_digit(text.ptr[1]) || char_is_digit(text.ptr[2]); /* C4A, QA0, but no word */
}

void system_key(enum code_system system, struct span text, char ret[static CODE_BYTES]) {
    size_t len = 0, whole = strlen(forms[system].pattern);
    bool padded = system == SYSTEM_REV;
    for (size_t missing = text.len; padded && missing < whole; missing++)
        ret[len++] = '0';
    for (size_t i = 0; i < text.len && len < CODE_BYTES - 1; i++)
        if (text.ptr[i] != '.')
            ret[len++] = char_upper(text.ptr[i]);
    ret[len] = '\0';
}

void system_display(enum code_system system, const char *key, char ret[static CODE_BYTES]) {
    size_t len = 0;
    for (const char *c = key; *c && len < CODE_BYTES - 2; c++) {
        if (system == SYSTEM_ICD10CM && c - key == ICD10CM_DOT)
            ret[len++] = '.';
        ret[len++] = *c;
    }
    ret[len] = '\0';
}

enum { ID_BASE = 37 };

static int64_t power(size_t exponent) {
    int64_t ret = 1;
    while (exponent--)
        ret *= ID_BASE;
    return ret;
}

/* The longest forms come last, so that the numbers of most systems are small. */
static const enum code_system id_order[SYSTEM_COUNT] = {SYSTEM_MOD, SYSTEM_POS, SYSTEM_DRG,     SYSTEM_REV,      SYSTEM_CPT,
                                                        SYSTEM_HCPCS, SYSTEM_ICD10CM, SYSTEM_ICD10PCS, SYSTEM_NUCC};

static int64_t first_id(enum code_system system) {
    int64_t ret = 0;
    for (size_t i = 0; id_order[i] != system; i++)
        ret += power(strlen(forms[id_order[i]].pattern));
    return ret;
}

/* 0 stands for no character. */
static int64_t id_digit(char c) {
    if (char_is_digit(c))
        return c - '0' + 1;
    return c >= 'A' && c <= 'Z' ? c - 'A' + 11 : 0;
}

static int64_t id_of(enum code_system system, const char *key, int64_t rest) {
    int64_t number = 0;
    size_t len = strlen(key), width = strlen(forms[system].pattern);
    for (size_t i = 0; i < width; i++)
        number = number * ID_BASE + (i < len ? id_digit(key[i]) : rest);
    return first_id(system) + number;
}

int64_t system_id(enum code_system system, const char *key) { return id_of(system, key, 0); }

int64_t system_id_last(enum code_system system, const char *prefix) { return id_of(system, prefix, ID_BASE - 1); }

static bool key_of(int64_t number, size_t width, char key[static CODE_BYTES]) {
    static const char digits[ID_BASE + 1] = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    bool ended = true;
    key[width] = '\0';
    for (size_t at = width; at-- > 0; number /= ID_BASE) {
        int64_t digit = number % ID_BASE;
        if (digit == 0 && !ended)
            return false;
        ended = ended && digit == 0;
        key[at] = digit ? digits[digit] : '\0';
    }
    return !ended;
}

bool system_of_id(int64_t id, enum code_system *system, char key[static CODE_BYTES]) {
    int64_t rest = id;
    for (size_t i = 0; i < SYSTEM_COUNT && rest >= 0; i++) {
        size_t width = strlen(forms[id_order[i]].pattern);
        if (rest < power(width)) {
            *system = id_order[i];
            return key_of(rest, width, key);
        }
        rest -= power(width);
    }
    return false;
}
