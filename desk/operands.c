#include "desk/operands.h"

#include <string.h>

static const struct name system_words[] = {
    {SYSTEM_CPT, "CPT"},
    {SYSTEM_HCPCS, "HCPCS"},
    {SYSTEM_ICD10CM, "ICD10CM"},
    {SYSTEM_ICD10CM, "ICD-10-CM"},
    {SYSTEM_ICD10CM, "ICD"},
    {SYSTEM_ICD10CM, "ICD10"},
    {SYSTEM_ICD10CM, "ICD-10"},
    {SYSTEM_ICD10CM, "diagnosis"},
    {SYSTEM_ICD10CM, "DX"},
    {SYSTEM_ICD10PCS, "ICD10PCS"},
    {SYSTEM_ICD10PCS, "ICD-10-PCS"},
    {SYSTEM_ICD10PCS, "PCS"},
    {SYSTEM_MOD, "MOD"},
    {SYSTEM_MOD, "modifier"},
    {SYSTEM_DRG, "DRG"},
    {SYSTEM_DRG, "MS-DRG"},
    {SYSTEM_REV, "REV"},
    {SYSTEM_REV, "revenue"},
    {SYSTEM_POS, "POS"},
    {SYSTEM_POS, "place"},
    {SYSTEM_NUCC, "NUCC"},
    {SYSTEM_NUCC, "taxonomy"},
    {0, NULL},
};

/* ---- what is wanted ---- */

struct reading {
    struct operands *operands;
    unsigned systems; /* of the codes that follow */
    bool date_follows;
};

static bool is_number(struct span word) {
    for (size_t i = 0; i < word.len; i++)
        if (!char_is_digit(word.ptr[i]))
            return false;
    return word.len > 0;
}

static int read_count(struct span word, int *ret) {
    long units;
    if (!span_to_long(word, 1, UNITS_MOST, &units))
        return desk_complain(FAIL_INPUT, "x%.*s: units are a number from 1 to %d", SPAN_ARG(word), UNITS_MOST);
    *ret = (int)units;
    return 0;
}

int operands_system(struct span word, unsigned *ret) {
    int system;
    const char *names[sizeof system_words / sizeof *system_words];
    size_t count = 0;
    if (name_value(system_words, word, &system)) {
        *ret = 1u << system;
        return 0;
    }
    for (; system_words[count].text; count++)
        names[count] = system_words[count].text;
    const char *near = name_nearest(names, count, word);
    return desk_complain(FAIL_INPUT, "%.*s is no code system; did you mean %s?", SPAN_ARG(word), near ? near : "CPT");
}

/* "59x2": the units behind; the code keeps what stands before. An X within a diagnosis is a capital. */
static int take_units(struct span *part, int *ret) {
    for (size_t i = part->len; i-- > 2;) {
        struct span count = span_slice(*part, i + 1, part->len);
        if (part->ptr[i] == 'x' && is_number(count)) {
            *part = span_slice(*part, 0, i);
            return read_count(count, ret);
        }
    }
    return 0;
}

/* "20693-59-RT": the code, and its modifiers. */
static int want_parts(struct reading *reading, struct span word) {
    struct operands *operands = reading->operands;
    struct span part;
    if (operands->count == OPERANDS_MAX)
        return desk_complain(FAIL_INPUT, "that is too much; name at most %d codes at once", OPERANDS_MAX);
    struct operand *operand = &operands->items[operands->count];
    *operand = (struct operand){.systems = reading->systems};
    while (span_cut(&word, '-', &part)) {
        int failed = take_units(&part, &operand->units);
        if (failed)
            return failed;
        if (part.len == 0)
            continue;
        if (operand->code.len == 0)
            operand->code = part;
        else if (operand->modifier_count < CODE_MODIFIERS)
            operand->modifiers[operand->modifier_count++] = part;
        else
            return desk_complain(FAIL_INPUT, "%.*s has more than %d modifiers", SPAN_ARG(operand->code), CODE_MODIFIERS);
    }
    operands->count += operand->code.len > 0;
    return 0;
}

static bool has_digit(struct span word) {
    for (size_t i = 0; i < word.len; i++)
        if (char_is_digit(word.ptr[i]))
            return true;
    return false;
}

/* "3/1/2026", the month first. */
static bool parse_slashed(struct span word, struct date *ret) {
    struct span month, day;
    long numbers[3];
    char iso[32];
    if (!span_cut(&word, '/', &month) || !span_cut(&word, '/', &day) || !span_to_long(month, 1, 12, &numbers[0]) ||
        !span_to_long(day, 1, 31, &numbers[1]) || !span_to_long(word, 1900, 9999, &numbers[2]))
        return false;
    snprintf(iso, sizeof iso, "%04ld-%02ld-%02ld", numbers[2], numbers[0], numbers[1]);
    return date_parse(span_of(iso), ret);
}

static int read_date(struct reading *reading, struct span word) {
    struct date *date = &reading->operands->date, day;
    reading->date_follows = false;
    if (!date_parse(word, &day) && !parse_slashed(word, &day))
        return desk_complain(FAIL_INPUT, "DOS %.*s: no such day; write it as YYYY-MM-DD", SPAN_ARG(word));
    if (*date->iso && strcmp(date->iso, day.iso) != 0)
        return desk_complain(FAIL_INPUT, "DOS %s and DOS %s: one date of service a time; ask once for each day", date->iso, day.iso);
    *date = day;
    return 0;
}

/* "x2" behind a blank belongs to the code before. */
static bool is_units(const struct reading *reading, struct span word) {
    return word.len > 1 && char_lower(word.ptr[0]) == 'x' && reading->operands->count > 0 && is_number(span_slice(word, 1, word.len));
}

/* "99213/17110" */
static int want_several(struct reading *reading, struct span word) {
    struct span one;
    int failed = 0;
    while (!failed && span_cut(&word, '/', &one))
        if (one.len > 0)
            failed = want_parts(reading, one);
    return failed;
}

/* A word is a code, unless others follow and it names their system. */
static int read_word(struct reading *reading, struct span word, bool last) {
    int system;
    if (reading->date_follows)
        return read_date(reading, word);
    if (span_same(word, SPAN("DOS")) && !last) {
        reading->date_follows = true;
        return 0;
    }
    if (name_value(system_words, word, &system) && !last) {
        reading->systems = 1u << system;
        return 0;
    }
    if (is_units(reading, word))
        return read_count(span_slice(word, 1, word.len), &reading->operands->items[reading->operands->count - 1].units);
    if (!last && !has_digit(word) && word.len > 2)
        return operands_system(word, &reading->systems);
    return want_several(reading, word);
}

static struct span without_commas(struct span word) {
    word = span_trim(word);
    while (word.len > 0 && (word.ptr[word.len - 1] == ',' || word.ptr[word.len - 1] == ';'))
        word.len--;
    return word;
}

/* White space of any kind parts words. */
static void read_stdin(struct buf *text) {
    int c;
    buf_char(text, ' ');
    while ((c = getc(stdin)) != EOF && !buf_full(text))
        buf_char(text, c == 0 || char_is_space((char)c) ? ' ' : (char)c);
}

/* What is printed of a word is ASCII alone. */
static int refuse_others(struct span word) {
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] <= ' ' || word.ptr[i] > '~')
            return desk_complain(FAIL_INPUT, "%.*s...: codes and modifiers are plain letters and digits, as in 99213-25", (int)i, word.ptr);
    return 0;
}

int operands_read(struct desk *desk, const struct invocation *invocation, unsigned systems, struct operands *ret) {
    struct reading reading = {.operands = ret, .systems = systems};
    struct buf text;
    *ret = (struct operands){0};
    buf_init(&text, 4096);
    if (invocation->operand_count == 1 && strcmp(invocation->operands[0], "-") == 0)
        read_stdin(&text);
    else
        for (size_t i = 0; i < invocation->operand_count; i++)
            buf_printf(&text, "%s%s", i ? " " : "", invocation->operands[i]);
    bool full = buf_full(&text);
    struct span rest = span_trim(span_of(arena_copy(desk->arena, buf_span(&text)))), word;
    buf_free(&text);
    int failed = full ? desk_complain(FAIL_INPUT, "that is too much at once") : 0;
    while (!failed && span_cut(&rest, ' ', &word)) {
        word = without_commas(word);
        failed = refuse_others(word);
        if (!failed && word.len > 0)
            failed = read_word(&reading, word, rest.len == 0);
    }
    return failed || ret->count > 0 ? failed : desk_complain(FAIL_INPUT, "that is no code");
}

/* ---- what is there ---- */

bool operands_exist(const struct kb_code *code) { return code->status != STATUS_UNKNOWN && code->status != STATUS_NO_DATA; }

static void keep_existing(struct finds *finds) {
    size_t kept = 0;
    for (size_t i = 0; i < finds->count; i++)
        if (operands_exist(&finds->items[i]))
            finds->items[kept++] = finds->items[i];
    finds->known = kept > 0;
    if (finds->known)
        finds->count = kept;
}

int operands_find(struct desk *desk, unsigned wanted_systems, struct span code, struct date date, struct finds *ret) {
    *ret = (struct finds){.count = 0};
    unsigned systems = wanted_systems & kb_systems_fit(desk->kb, code);
    for (enum code_system system = 0; system < SYSTEM_COUNT; system++) {
        char key[CODE_BYTES];
        struct why why;
        if (!(systems & (1u << system)))
            continue;
        system_key(system, code, key);
        int failed = kb_lookup(desk->kb, system, key, date, desk->arena, &ret->items[ret->count], &why);
        if (failed)
            return desk_complain(failed, "%s", why.text);
        ret->count++;
    }
    keep_existing(ret);
    return 0;
}
