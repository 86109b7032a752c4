#include "handlers/understand/codes_json.h"

#include <string.h>

#include "handlers/understand/extract_units.h"

/* The four words of the command-line contract; the finer one stands beside them. */
static const char *contract_status(enum code_status status) {
    switch (status) {
    case STATUS_VALID: return "valid";
    case STATUS_HEADER: return "header";
    case STATUS_RETIRED: return "retired";
    case STATUS_FUTURE:
    case STATUS_UNKNOWN:
    case STATUS_NO_DATA: break;
    }
    return "unknown";
}

static json_t *code_to_json(const struct asked_code *code) {
    json_t *modifiers = json_array();
    for (size_t i = 0; i < code->modifier_count; i++)
        json_array_append_new(modifiers, json_string(code->modifiers[i]));
    json_t *ret = json_pack("{s:s, s:s, s:o, s:s, s:s, s:s}", "system", name_text(system_names, (int)code->system), "code", code->display,
                     "modifiers", modifiers, "role", name_text(role_names, (int)code->role), "status", contract_status(code->status),
                     "status_detail", name_text(status_names, (int)code->status));
    if (code->units)
        json_object_set_new(ret, "units", json_integer(code->units));
    return ret;
}

json_t *codes_to_json(const struct asked_code *codes, size_t count) {
    json_t *ret = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(ret, code_to_json(&codes[i]));
    return ret;
}

static struct span text_of(const json_t *object, const char *key) { return span_of(json_string_value(json_object_get(object, key))); }

static void read_modifiers(const json_t *list, struct asked_code *ret) {
    size_t index;
    json_t *item;
    json_array_foreach(list, index, item) {
        struct span modifier = span_of(json_string_value(item));
        if (modifier.len == 2 && ret->modifier_count < CODE_MODIFIERS)
            memcpy(ret->modifiers[ret->modifier_count++], modifier.ptr, 2);
    }
}

static bool code_from_json(const json_t *item, struct asked_code *ret) {
    int system, role, status;
    struct span code = text_of(item, "code");
    if (!name_value(system_names, text_of(item, "system"), &system) || !name_value(role_names, text_of(item, "role"), &role) ||
        !name_value(status_names, text_of(item, "status_detail"), &status) || !system_fits((enum code_system)system, code))
        return false;
    *ret = (struct asked_code){.system = (enum code_system)system, .role = (enum code_role)role, .status = (enum code_status)status};
    system_key(ret->system, code, ret->key);
    system_display(ret->system, ret->key, ret->display);
    read_modifiers(json_object_get(item, "modifiers"), ret);
    json_int_t units = json_integer_value(json_object_get(item, "units"));
    ret->units = units > 0 && units <= UNITS_MOST ? (int)units : 0;
    ret->evidence = "from the earlier mail of this thread";
    return true;
}

struct asked_code *codes_from_json(const char *text, struct arena *arena, size_t *ret_count) {
    json_t *list = text ? json_loads(text, 0, NULL) : NULL;
    struct asked_code *ret = NULL, code;
    size_t count = 0, index;
    json_t *item;
    json_array_foreach(list, index, item) {
        if (count == QUESTION_CODES || !code_from_json(item, &code))
            continue;
        ret = arena_grow(arena, ret, count, sizeof *ret);
        ret[count++] = code;
    }
    json_decref(list);
    *ret_count = count;
    return ret;
}
