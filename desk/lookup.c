/* codingdesk lookup: codes with all that is known of them. */
#include "desk/command.h"
#include "desk/operands.h"
#include "handlers/answer.h"
#include "handlers/write/render.h"
#include "kb/payment.h"

enum { CHILDREN_MAX = 50, NEIGHBOURS_MAX = 5, PLACES_SHOWN = 10 };

struct lookup {
    struct operands wanted;
    struct date date;
    struct kb_localities places; /* at most the one wanted */
};

/* ---- what is wanted ---- */

static int read_wanted(struct desk *desk, const struct invocation *invocation, struct lookup *ret) {
    const char *system = option_value(invocation, "--system"), *date = option_value(invocation, "--date");
    unsigned systems = KB_ALL_SYSTEMS;
    *ret = (struct lookup){0};
    int failed = system ? operands_system(span_of(system), &systems) : 0;
    if (!failed)
        failed = operands_read(desk, invocation, systems, &ret->wanted);
    if (failed)
        return failed;
    ret->date = ret->wanted.date;
    return date || !date_is_set(ret->date) ? desk_date(desk, date, &ret->date) : 0;
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
    if ((!failed || failed == FAIL_EMPTY) && !operands_exist(code))
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

static int look_up(struct desk *desk, unsigned systems, struct span code, const struct lookup *lookup, bool json, bool first) {
    struct finds finds;
    int failed = operands_find(desk, systems, code, lookup->date, &finds);
    if (failed)
        return failed;
    if (finds.count == 0)
        return desk_complain(FAIL_EMPTY, "%.*s has not the form of a code%s", SPAN_ARG(code),
                             systems != KB_ALL_SYSTEMS ? " of that system" : "");
    for (size_t i = 0; i < finds.count && !failed; i++) {
        if ((i > 0 || !first) && !json)
            putchar('\n');
        failed = json ? print_json(desk, &finds.items[i], lookup) : print_page(desk, &finds.items[i], lookup);
    }
    return failed ? failed : finds.known ? 0 : FAIL_EMPTY;
}

/* The code, then its modifiers. */
static int look_up_all(struct desk *desk, const struct operand *operand, const struct lookup *lookup, bool json, bool first) {
    int failed = look_up(desk, operand->systems, operand->code, lookup, json, first);
    bool missing = failed == FAIL_EMPTY;
    for (size_t i = 0; i < operand->modifier_count && (!failed || failed == FAIL_EMPTY); i++) {
        failed = look_up(desk, 1u << SYSTEM_MOD, operand->modifiers[i], lookup, json, false);
        missing = missing || failed == FAIL_EMPTY;
    }
    return failed && failed != FAIL_EMPTY ? failed : missing ? FAIL_EMPTY : 0;
}

int lookup_run(struct desk *desk, const struct invocation *invocation) {
    struct lookup lookup;
    bool missing = false;
    int failed = read_wanted(desk, invocation, &lookup);
    if (!failed)
        failed = desk_open_kb(desk);
    if (!failed)
        failed = read_place(desk, invocation, &lookup);
    for (size_t i = 0; i < lookup.wanted.count && !failed; i++) {
        failed = look_up_all(desk, &lookup.wanted.items[i], &lookup, option_given(invocation, "--json"), i == 0);
        missing = missing || failed == FAIL_EMPTY;
        failed = failed == FAIL_EMPTY ? 0 : failed;
    }
    return failed ? failed : missing ? FAIL_EMPTY : 0;
}
