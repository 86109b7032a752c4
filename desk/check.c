/* codingdesk check: codes as one claim, and what speaks against it. 1 when an error is found. */
#include <string.h>

#include "desk/command.h"
#include "desk/operands.h"
#include "handlers/answer.h"
#include "handlers/rules/check.h"
#include "handlers/write/render.h"

/* Of the systems that hold the text the one that stands on a claim: a procedure before a diagnosis before what qualifies a line. */
static const struct kb_code *choose(const struct finds *finds) {
    for (size_t i = 1; i < finds->count; i++)
        if (finds->items[i].system < finds->items[0].system)
            return &finds->items[i];
    return &finds->items[0];
}

static bool is_modifier_form(struct span word) { return word.len == 2 && char_is_alnum(word.ptr[0]) && char_is_alnum(word.ptr[1]); }

static int complain_of_modifier(struct span code) {
    return desk_complain(FAIL_INPUT, "%.*s: a modifier has two characters, letters or digits, as in 99213-25", SPAN_ARG(code));
}

static int refuse_forms(const struct operand *operand) {
    for (size_t i = 0; i < operand->modifier_count; i++)
        if (!is_modifier_form(operand->modifiers[i]))
            return complain_of_modifier(operand->code);
    return 0;
}

static int add_modifier(struct operand *to, struct span modifier) {
    if (to->modifier_count == CODE_MODIFIERS)
        return desk_complain(FAIL_INPUT, "%.*s has more than %d modifiers", SPAN_ARG(to->code), CODE_MODIFIERS);
    to->modifiers[to->modifier_count++] = modifier;
    return 0;
}

/* "99213 25": a modifier as a word of its own belongs to the code before it. */
static int attach(struct desk *desk, struct operand *to, const struct operand *from, struct date date) {
    char key[CODE_BYTES];
    struct kb_code found;
    struct why why;
    system_key(SYSTEM_MOD, from->code, key);
    int failed = kb_lookup(desk->kb, SYSTEM_MOD, key, date, desk->arena, &found, &why);
    if (failed)
        return desk_complain(failed, "%s", why.text);
    if (!to || !operands_exist(&found))
        return desk_complain(FAIL_INPUT, "%.*s: no modifier of a code before it; write 99213-25 for a modifier, POS 11 for a place", SPAN_ARG(from->code));
    failed = add_modifier(to, from->code);
    for (size_t i = 0; i < from->modifier_count && !failed; i++)
        failed = add_modifier(to, from->modifiers[i]);
    to->units = from->units ? from->units : to->units;
    return failed;
}

/* What the words before a code say of its system ends for "modifier" with the two characters. */
static int attach_modifiers(struct desk *desk, struct operands *operands, struct date date) {
    size_t kept = 0;
    for (size_t i = 0; i < operands->count; i++) {
        struct operand *operand = &operands->items[i];
        bool named = operand->systems == 1u << SYSTEM_MOD;
        int failed = refuse_forms(operand);
        if (!failed && is_modifier_form(operand->code) && (named || operand->systems == KB_ALL_SYSTEMS)) {
            failed = attach(desk, kept ? &operands->items[kept - 1] : NULL, operand, date);
        } else if (!failed) {
            operand->systems = named ? KB_ALL_SYSTEMS : operand->systems;
            operands->items[kept++] = *operand;
        }
        if (failed)
            return failed;
    }
    operands->count = kept;
    return 0;
}

static int add_code(struct desk *desk, const struct operand *operand, struct date date, struct asked_code *ret) {
    struct finds finds;
    struct why why;
    int failed = operands_find(desk, operand->systems, operand->code, date, &finds);
    if (failed)
        return failed;
    if (finds.count == 0)
        return desk_complain(FAIL_INPUT, "%.*s has not the form of a code", SPAN_ARG(operand->code));
    const struct kb_code *code = choose(&finds);
    struct kb_facts facts = {0};
    *ret = (struct asked_code){.system = code->system, .status = code->status, .role = ROLE_ASKED, .units = operand->units, .evidence = "named"};
    system_key(code->system, operand->code, ret->key);
    system_display(code->system, ret->key, ret->display);
    for (size_t i = 0; i < operand->modifier_count; i++) {
        struct span modifier = operand->modifiers[i];
        for (size_t k = 0; k < 2; k++)
            ret->modifiers[ret->modifier_count][k] = char_upper(modifier.ptr[k]);
        ret->modifier_count++;
    }
    failed = kb_facts(desk->kb, code->system, ret->key, date, desk->arena, &facts, &why);
    ret->has_figures = facts.count > 0;
    return failed && failed != FAIL_EMPTY ? desk_complain(failed, "%s", why.text) : 0;
}

static int read_codes(struct desk *desk, const struct operands *operands, struct date today, struct date date_of_service,
                      struct question *ret) {
    struct inquiry *inquiry = arena_alloc(desk->arena, sizeof *inquiry);
    *ret = (struct question){.today = today, .date_of_service = date_of_service, .inquiries = inquiry, .inquiry_count = 1, .in_terminal = true};
    ret->codes = arena_array(desk->arena, operands->count, sizeof *ret->codes);
    ret->words = span_of("");
    for (size_t i = 0; i < operands->count; i++) {
        int failed = add_code(desk, &operands->items[i], question_date(ret), &ret->codes[ret->code_count++]);
        if (failed)
            return failed;
    }
    *inquiry = (struct inquiry){.intent = INTENT_BUNDLING, .codes = ret->codes, .code_count = ret->code_count, .words = ret->words};
    return 0;
}

/* ---- output ---- */

static json_t *code_json(struct desk *desk, const struct asked_code *code) {
    json_t *modifiers = json_array();
    for (size_t i = 0; i < code->modifier_count; i++)
        json_array_append_new(modifiers, desk_json(desk, code->modifiers[i]));
    return json_pack("{s:s, s:o, s:o, s:i, s:s}", "system", name_text(system_names, (int)code->system), "code", desk_json(desk, code->display),
                     "modifiers", modifiers, "units", code->units ? code->units : 1, "status", name_text(status_names, (int)code->status));
}

static json_t *finding_json(struct desk *desk, const struct finding *finding) {
    json_t *codes = json_array();
    for (size_t i = 0; i < finding->code_count; i++)
        json_array_append_new(codes, desk_json(desk, finding->codes[i]));
    const char *text = answer_render_text(finding->text, desk->arena);
    char *line = arena_copy(desk->arena, span_trim(span_of(text)));
    for (char *at = line; *at; at++)
        *at = *at == '\n' ? ' ' : *at;
    return json_pack("{s:s, s:s, s:o, s:o}", "severity", name_text(severity_names, (int)finding->severity), "rule",
                     name_text(claim_rule_names, (int)finding->rule), "codes", codes, "text", desk_json(desk, line));
}

static void print_json(struct desk *desk, const struct question *question, const struct findings *findings) {
    json_t *codes = json_array(), *list = json_array(), *sources = json_array(), *not_known = json_array();
    for (size_t i = 0; i < findings->source_count; i++) {
        const struct kb_source *source = findings->sources[i];
        json_array_append_new(sources, desk_json(desk, arena_printf(desk->arena, "%s: %s, %s", source->publisher, source->title, source->edition)));
    }
    for (size_t i = 0; i < question->code_count; i++)
        json_array_append_new(codes, code_json(desk, &question->codes[i]));
    for (size_t i = 0; i < findings->count; i++)
        json_array_append_new(list, finding_json(desk, &findings->items[i]));
    for (size_t i = 0; i < findings->not_known_count; i++)
        json_array_append_new(not_known, desk_json(desk, findings->not_known[i]));
    bool errors = findings->of[SEVERITY_ERROR] > 0;
    json_t *billable = !errors && !findings->whole ? json_null() : json_boolean(!errors);
    desk_print_json(json_pack("{s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:b, s:o}", "date", desk_json(desk, question_date(question).iso), "codes", codes, "findings", list,
                              "billable", billable, "sources", sources, "left_out", (int)findings->pairs.left_out, "findings_left_out",
                              (int)findings->untold, "edits_not_loaded", findings->edits_not_loaded, "not_known", not_known));
}

int check_run(struct desk *desk, const struct invocation *invocation) {
    struct operands operands;
    struct question question;
    struct findings findings;
    const char *commonmark, *date = option_value(invocation, "--date");
    struct why why;
    int failed = operands_read(desk, invocation, KB_ALL_SYSTEMS, &operands);
    struct date today, day = operands.date;
    if (!failed)
        failed = desk_date(desk, NULL, &today);
    if (!failed && date)
        failed = desk_date(desk, date, &day);
    if (!failed && date && *operands.date.iso && strcmp(operands.date.iso, day.iso) != 0)
        failed = desk_complain(FAIL_INPUT, "--date %s and DOS %s: one date of service a check; leave one out", day.iso, operands.date.iso);
    if (!failed)
        failed = desk_open_kb(desk);
    if (!failed)
        failed = attach_modifiers(desk, &operands, *day.iso ? day : today);
    if (!failed)
        failed = read_codes(desk, &operands, today, day, &question);
    if (failed)
        return failed;
    failed = check_page(desk->kb, &question, desk->arena, &commonmark, &findings, &why);
    if (failed)
        return desk_complain(failed, "%s", why.text);
    if (option_given(invocation, "--json"))
        print_json(desk, &question, &findings);
    else
        printf("%s", render_text(commonmark, desk->width, desk->arena));
    return findings.of[SEVERITY_ERROR] ? FAIL_EMPTY : 0;
}
