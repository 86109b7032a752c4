/* codingdesk lookup: codes with all that is known of them. Several systems may hold one (11 is a place of service; a modifier, too). */
#include "desk/command.h"
#include "handlers/answer.h"
#include "handlers/render.h"
#include "kb/payment.h"

enum { CHILDREN_MAX = 50, NEIGHBOURS_MAX = 5, WANTED_MAX = 40, PLACES_SHOWN = 10 };

struct wanted {
    unsigned systems; /* a bit each */
    struct span code;
};

struct lookup {
    struct wanted items[WANTED_MAX];
    size_t count;
    unsigned systems; /* of the codes that follow */
    struct date date;
    struct kb_localities places; /* at most the one wanted */
};

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

static int name_system(struct span word, unsigned *ret) {
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

static int want(struct lookup *lookup, unsigned systems, struct span code) {
    if (lookup->count == WANTED_MAX)
        return desk_complain(FAIL_INPUT, "that is too much; look up at most %d codes at once", WANTED_MAX);
    lookup->items[lookup->count++] = (struct wanted){systems, code};
    return 0;
}

/* "20693-59-RT": the code, and its modifiers. */
static int want_parts(struct lookup *lookup, struct span word) {
    struct span part;
    unsigned systems = lookup->systems;
    int failed = 0;
    while (!failed && span_cut(&word, '-', &part)) {
        if (part.len > 0)
            failed = want(lookup, systems, part);
        systems = 1u << SYSTEM_MOD;
    }
    return failed;
}

static bool has_digit(struct span word) {
    for (size_t i = 0; i < word.len; i++)
        if (char_is_digit(word.ptr[i]))
            return true;
    return false;
}

/* A word is a code, unless others follow and it names their system. */
static int read_word(struct lookup *lookup, struct span word, bool last) {
    int system;
    if (name_value(system_words, word, &system) && !last) {
        lookup->systems = 1u << system;
        return 0;
    }
    if (!last && !has_digit(word) && word.len > 2)
        return name_system(word, &lookup->systems);
    return want_parts(lookup, word);
}

/* "20693", "20693 20690", "20693-59", or a system and its codes: "POS 11", in any number of operands. */
static int read_operands(struct desk *desk, const struct invocation *invocation, struct lookup *ret) {
    struct buf text;
    buf_init(&text, 4096);
    for (size_t i = 0; i < invocation->operand_count; i++)
        buf_printf(&text, "%s%s", i ? " " : "", invocation->operands[i]);
    bool full = buf_full(&text);
    struct span rest = span_trim(span_of(arena_copy(desk->arena, buf_span(&text)))), word;
    buf_free(&text);
    int failed = full ? desk_complain(FAIL_INPUT, "that is too much for one look-up") : 0;
    while (!failed && span_cut(&rest, ' ', &word)) {
        word = span_trim(word);
        if (word.len > 0)
            failed = read_word(ret, word, rest.len == 0);
    }
    return failed || ret->count > 0 ? failed : desk_complain(FAIL_INPUT, "that is no code");
}

static int read_wanted(struct desk *desk, const struct invocation *invocation, struct lookup *ret) {
    const char *system = option_value(invocation, "--system");
    *ret = (struct lookup){.systems = KB_ALL_SYSTEMS};
    int failed = system ? name_system(span_of(system), &ret->systems) : 0;
    if (!failed)
        failed = read_operands(desk, invocation, ret);
    return failed ? failed : desk_date(desk, option_value(invocation, "--date"), &ret->date);
}

static int tell_places(struct desk *desk, const char *wanted, const struct kb_localities *found) {
    struct buf list;
    buf_init(&list, 4096);
    for (size_t i = 0; i < found->count && i < PLACES_SHOWN; i++)
        buf_printf(&list, "\n  %s", kb_locality_title(&found->items[i], desk->arena));
    int failed = desk_complain(FAIL_INPUT, "--locality %s: name one of these by contractor and number:%s%s", wanted, list.ptr,
                               found->count > PLACES_SHOWN ? "\n  and others" : "");
    buf_free(&list);
    return failed;
}

/* The one locality that --locality names. */
static int read_place(struct desk *desk, const struct invocation *invocation, struct lookup *ret) {
    const char *wanted = option_value(invocation, "--locality"), *nearest;
    struct kb_localities all;
    struct why why;
    if (!wanted)
        return 0;
    int failed = kb_localities(desk->kb, ret->date, desk->arena, &all, &why);
    if (failed)
        return desk_complain(failed, "%s", why.text);
    if (all.count == 0)
        return desk_complain(FAIL_INPUT, "no localities are loaded for %s: codingdesk kb import brings them, from CMS's GPCI file of %.4s", ret->date.iso,
                             ret->date.iso);
    kb_localities_named(&all, span_of(wanted), desk->arena, &ret->places, &nearest);
    if (ret->places.count > 1)
        return tell_places(desk, wanted, &ret->places);
    if (ret->places.count == 0)
        return desk_complain(FAIL_INPUT, "--locality %s: there is none of that number or name%s%s", wanted, nearest ? "; the nearest is " : "",
                             nearest ? nearest : "");
    return 0;
}

/* ---- what is there ---- */

struct finds {
    struct kb_code items[SYSTEM_COUNT];
    size_t count;
    bool known; /* at least one exists; then only those are kept */
};

static bool exists(const struct kb_code *code) { return code->status != STATUS_UNKNOWN && code->status != STATUS_NO_DATA; }

static void keep_existing(struct finds *finds) {
    size_t kept = 0;
    for (size_t i = 0; i < finds->count; i++)
        if (exists(&finds->items[i]))
            finds->items[kept++] = finds->items[i];
    finds->known = kept > 0;
    if (finds->known)
        finds->count = kept;
}

static int find(struct desk *desk, const struct wanted *wanted, struct date date, struct finds *ret) {
    *ret = (struct finds){.count = 0};
    unsigned systems = wanted->systems & kb_systems_fit(desk->kb, wanted->code);
    for (enum code_system system = 0; system < SYSTEM_COUNT; system++) {
        char key[CODE_BYTES];
        struct why why;
        if (!(systems & (1u << system)))
            continue;
        system_key(system, wanted->code, key);
        int failed = kb_lookup(desk->kb, system, key, date, desk->arena, &ret->items[ret->count], &why);
        if (failed)
            return desk_complain(failed, "%s", why.text);
        ret->count++;
    }
    keep_existing(ret);
    return 0;
}

/* ---- JSON ---- */

static json_t *source_json(struct desk *desk, const struct kb_source *source) {
    if (!source)
        return json_null();
    json_t *ret = json_object();
    json_object_set_new(ret, "id", desk_json(desk, source->id));
    json_object_set_new(ret, "publisher", desk_json(desk, source->publisher));
    json_object_set_new(ret, "title", desk_json(desk, source->title));
    json_object_set_new(ret, "edition", desk_json(desk, source->edition));
    json_object_set_new(ret, "notice", desk_json(desk, source->notice));
    return ret;
}

static json_t *day_json(struct desk *desk, struct date date) { return date_is_set(date) ? desk_json(desk, date.iso) : json_null(); }

static json_t *fact_json(struct desk *desk, const struct kb_fact *fact) {
    json_t *ret = json_object(), *related = fact->has_related ? json_object() : json_null();
    if (fact->has_related) {
        json_object_set_new(related, "system", json_string(name_text(system_names, (int)fact->related_system)));
        json_object_set_new(related, "code", desk_json(desk, fact->related_display));
        json_object_set_new(related, "title", desk_json(desk, fact->related_title));
    }
    json_object_set_new(ret, "section", json_string(name_text(section_names, (int)fact->section)));
    json_object_set_new(ret, "label", desk_json(desk, fact->label));
    json_object_set_new(ret, "value", desk_json(desk, fact->value));
    json_object_set_new(ret, "text", desk_json(desk, fact->text));
    json_object_set_new(ret, "related", related);
    json_object_set_new(ret, "valid_from", day_json(desk, fact->valid_from));
    json_object_set_new(ret, "valid_to", day_json(desk, fact->valid_to));
    json_object_set_new(ret, "ended", json_boolean(fact->ended));
    json_object_set_new(ret, "source", source_json(desk, fact->source));
    return ret;
}

static json_t *codes_json(struct desk *desk, const struct kb_codes *codes) {
    json_t *ret = json_array();
    for (size_t i = 0; i < codes->count; i++) {
        json_t *item = json_object();
        json_object_set_new(item, "code", desk_json(desk, codes->items[i].display));
        json_object_set_new(item, "title", desk_json(desk, codes->items[i].title));
        json_array_append_new(ret, item);
    }
    return ret;
}

static json_t *amount_json(struct desk *desk, const struct kb_amount *amount) {
    return amount->dollars ? json_pack("{s:o, s:o}", "dollars", desk_json(desk, amount->dollars), "formula", desk_json(desk, amount->formula))
                           : json_null();
}

static json_t *payment_json(struct desk *desk, const char *modifier, const struct kb_locality *locality, const struct kb_payment *payment) {
    json_t *ret = json_object();
    json_object_set_new(ret, "modifier", desk_json(desk, modifier));
    json_object_set_new(ret, "locality", desk_json(desk, locality ? kb_locality_title(locality, desk->arena) : NULL));
    json_object_set_new(ret, "non_facility", amount_json(desk, &payment->office));
    json_object_set_new(ret, "facility", amount_json(desk, &payment->facility));
    json_object_set_new(ret, "unpaid", desk_json(desk, payment->unpaid));
    json_object_set_new(ret, "condition", desk_json(desk, payment->condition));
    json_object_set_new(ret, "ended", json_boolean(payment->ended));
    json_object_set_new(ret, "figures_to", day_json(desk, payment->of));
    json_object_set_new(ret, "source", source_json(desk, payment->source));
    return ret;
}

/* The national amounts, and those of the locality wanted. */
static json_t *payments_json(struct desk *desk, const struct kb_code *code, const struct lookup *lookup) {
    static const char *const modifiers[] = {NULL, "26", "TC", "53"};
    json_t *ret = json_array();
    for (size_t i = 0; i <= lookup->places.count; i++)
        for (size_t k = 0; k < sizeof modifiers / sizeof *modifiers; k++) {
            const struct kb_locality *locality = i ? &lookup->places.items[i - 1] : NULL;
            struct kb_payment payment;
            if (!kb_payment(desk->kb, code->system, code->key, modifiers[k], locality, lookup->date, desk->arena, &payment, NULL))
                json_array_append_new(ret, payment_json(desk, modifiers[k], locality, &payment));
        }
    return ret;
}

static json_t *head_json(struct desk *desk, const struct kb_code *code, struct date date) {
    json_t *ret = json_object();
    json_object_set_new(ret, "system", json_string(name_text(system_names, (int)code->system)));
    json_object_set_new(ret, "code", desk_json(desk, code->display));
    json_object_set_new(ret, "date", day_json(desk, date));
    json_object_set_new(ret, "status", json_string(name_text(status_names, (int)code->status)));
    json_object_set_new(ret, "title", desk_json(desk, code->title));
    json_object_set_new(ret, "title_official", json_boolean(code->title && code->title_official));
    json_object_set_new(ret, "family", desk_json(desk, code->family));
    json_object_set_new(ret, "valid_from", day_json(desk, code->valid_from));
    json_object_set_new(ret, "valid_to", day_json(desk, code->valid_to));
    json_object_set_new(ret, "successor", desk_json(desk, code->successor));
    json_object_set_new(ret, "source", source_json(desk, code->source));
    return ret;
}

static int print_json(struct desk *desk, const struct kb_code *code, const struct lookup *lookup) {
    struct date date = lookup->date;
    struct kb_facts facts = {0};
    struct kb_codes children = {0}, neighbours = {0}, remaining = {0};
    const char *header = NULL;
    struct why why;
    int failed = kb_facts(desk->kb, code->system, code->key, date, desk->arena, &facts, &why);
    if ((!failed || failed == FAIL_EMPTY) && code->status == STATUS_HEADER)
        failed = kb_children(desk->kb, code->system, code->key, date, CHILDREN_MAX, desk->arena, &children, &why);
    if ((!failed || failed == FAIL_EMPTY) && code->status == STATUS_RETIRED && !code->successor)
        failed = kb_remaining(desk->kb, code->system, code->key, date, CHILDREN_MAX, desk->arena, &header, &remaining, &why);
    if ((!failed || failed == FAIL_EMPTY) && !exists(code))
        failed = kb_neighbours(desk->kb, code->system, code->key, date, NEIGHBOURS_MAX, desk->arena, &neighbours, &why);
    if (failed && failed != FAIL_EMPTY)
        return desk_complain(failed, "%s", why.text);
    json_t *object = head_json(desk, code, date), *list = json_array();
    for (size_t i = 0; i < facts.count; i++)
        json_array_append_new(list, fact_json(desk, &facts.items[i]));
    json_object_set_new(object, "children", codes_json(desk, &children));
    json_object_set_new(object, "remaining", codes_json(desk, &remaining));
    json_object_set_new(object, "neighbours", codes_json(desk, &neighbours));
    json_object_set_new(object, "facts", list);
    json_object_set_new(object, "payments", payments_json(desk, code, lookup));
    desk_print_json(object);
    return 0;
}

/* ---- text ---- */

static int print_page(struct desk *desk, const struct kb_code *code, const struct lookup *lookup) {
    const char *page;
    struct why why;
    int failed = answer_code_page(desk->kb, code->system, code->key, lookup->date, &lookup->places, desk->arena, &page, &why);
    if (failed)
        return desk_complain(failed, "%s", why.text);
    printf("%s", render_text(page, desk->width, desk->arena));
    return 0;
}

static int look_up(struct desk *desk, const struct wanted *wanted, const struct lookup *lookup, bool json, bool first) {
    struct finds finds;
    int failed = find(desk, wanted, lookup->date, &finds);
    if (failed)
        return failed;
    if (finds.count == 0)
        return desk_complain(FAIL_EMPTY, "%.*s has not the form of a code%s", SPAN_ARG(wanted->code),
                             wanted->systems != KB_ALL_SYSTEMS ? " of that system" : "");
    for (size_t i = 0; i < finds.count && !failed; i++) {
        if ((i > 0 || !first) && !json)
            putchar('\n');
        failed = json ? print_json(desk, &finds.items[i], lookup) : print_page(desk, &finds.items[i], lookup);
    }
    return failed ? failed : finds.known ? 0 : FAIL_EMPTY;
}

int lookup_run(struct desk *desk, const struct invocation *invocation) {
    struct lookup lookup;
    bool missing = false;
    int failed = read_wanted(desk, invocation, &lookup);
    if (!failed)
        failed = desk_open_kb(desk);
    if (!failed)
        failed = read_place(desk, invocation, &lookup);
    for (size_t i = 0; i < lookup.count && !failed; i++) {
        failed = look_up(desk, &lookup.items[i], &lookup, option_given(invocation, "--json"), i == 0);
        missing = missing || failed == FAIL_EMPTY;
        failed = failed == FAIL_EMPTY ? 0 : failed;
    }
    return failed ? failed : missing ? FAIL_EMPTY : 0;
}
