/* One code's figures as fields: for the sentence that answers, and for the table of several. */
#include <string.h>

#include "handlers/rules/fee.h"
#include "kb/figures.h"

enum { YEAR_LEN = 4 };

static const struct kb_fact *figure_of(const struct page_code *found, enum figure figure) {
    return page_fact(found, SECTION_FEE, name_text(figure_labels, figure));
}

/* The same of a modifier with figures of its own ("26"), where part is not NULL. */
static const struct kb_fact *figure_of_part(struct page *page, const struct page_code *found, enum figure figure, const char *part) {
    if (!part)
        return figure_of(found, figure);
    const struct kb_fact *placed = page_fact(found, SECTION_FEE, figure_label_modified(figure, part, false, page->arena));
    enum figure outside = figure == FIGURE_TOTAL_FACILITY ? FIGURE_TOTAL : figure == FIGURE_PRACTICE_FACILITY ? FIGURE_PRACTICE : figure;
    return placed ? placed : page_fact(found, SECTION_FEE, figure_label_modified(outside, part, true, page->arena));
}

static const char *part_asked(const struct asked_code *asked) {
    for (size_t i = 0; i < asked->modifier_count; i++)
        if (figure_modifier_known(asked->modifiers[i]))
            return asked->modifiers[i];
    return NULL;
}

static const char *value(const struct page_code *found, enum figure figure) {
    const struct kb_fact *fact = figure_of(found, figure);
    return fact ? page_figure(fact) : NULL;
}

static const char *value_of_part(struct page *page, const struct page_code *found, enum figure figure, const char *part) {
    const struct kb_fact *fact = figure_of_part(page, found, figure, part);
    return fact ? page_figure(fact) : NULL;
}

/* "13.83" -> 1383. */
static bool read_hundredths(const char *text, long *ret) {
    struct span rest = span_of(text), whole, part;
    long hundreds, rests = 0;
    if (!text || !span_cut(&rest, '.', &whole) || !span_to_long(whole, 0, 1000000, &hundreds))
        return false;
    if (span_cut(&rest, '.', &part) && (part.len != 2 || !span_to_long(part, 0, 99, &rests)))
        return false;
    *ret = hundreds * 100 + rests;
    return true;
}

/* The year of which a figure is. */
static const char *year_of(const struct kb_fact *fact, struct arena *arena) {
    bool ends = date_compare(fact->valid_to, DATE_FOREVER) < 0;
    return arena_copy(arena, span_slice(span_of(ends ? fact->valid_to.iso : fact->valid_from.iso), 0, YEAR_LEN));
}

/* ---- where ---- */

/* Told by the text, else the one that is asked as a code. */
static const char *place_named(const struct question *question, const struct inquiry *inquiry) {
    const char *ret = question->place;
    for (size_t i = 0; i < inquiry->code_count && !ret; i++)
        if (inquiry->codes[i].system == SYSTEM_POS)
            ret = inquiry->codes[i].key;
    return ret;
}

int fee_add_place(struct page *page, const struct inquiry *inquiry, struct template_row *ret, struct why *why) {
    const char *place = place_named(page->question, inquiry);
    struct page_code found;
    if (!place)
        return 0;
    int failed = page_find(page, SYSTEM_POS, place, &found, why);
    const struct kb_fact *rate = failed ? NULL : page_fact(&found, SECTION_FEE, "rate");
    if (failed || !rate || !rate->value)
        return failed;
    template_text(ret, "place", found.code.display);
    template_text(ret, "place_title", found.code.title);
    template_flag(ret, "place_facility", strcmp(rate->value, "facility") == 0);
    template_flag(ret, "place_office", strcmp(rate->value, "non-facility") == 0);
    template_flag(ret, "place_center", strcmp(found.code.display, "24") == 0);
    template_text(ret, "place_mark", page_cite(page, rate->source));
    return 0;
}

/* ---- amounts ---- */

static const char *both_texts(const char *office, const char *facility, const char *before, struct arena *arena) {
    if (!office && !facility)
        return NULL;
    return arena_printf(arena, "%s%s / %s%s", office && *office != 'N' ? before : "", office ? office : "NA",
                        facility && *facility != 'N' ? before : "", facility ? facility : "NA");
}

static const char *amounts_text(const struct kb_payment *payment, struct arena *arena) {
    return payment->unpaid ? NULL : both_texts(payment->office.dollars, payment->facility.dollars, "$", arena);
}

static int find_payment(struct page *page, const struct kb_code *code, const char *part, const struct kb_locality *locality,
                        struct kb_payment *ret, struct why *why) {
    *ret = (struct kb_payment){.unpaid = "The schedule has no figures of it for that day."};
    int failed = kb_payment(page->kb, code->system, code->key, part, locality, page->date, page->arena, ret, why);
    if (failed == FAIL_EMPTY)
        *ret = (struct kb_payment){.unpaid = page_capitalised(why->text, page->arena)};
    return failed == FAIL_EMPTY ? 0 : failed;
}

static void add_dollars(const struct kb_payment *payment, struct template_row *ret) {
    const char *office = payment->office.dollars, *facility = payment->facility.dollars;
    template_flag(ret, "paid", !payment->unpaid);
    template_text(ret, "unpaid", payment->unpaid);
    template_text(ret, "condition", payment->condition);
    template_text(ret, "office", office);
    template_text(ret, "facility", facility);
    template_flag(ret, "both", office && facility && strcmp(office, facility) == 0);
}

/* In the locality where one alone is named, with the national amount beside it; else national. */
static int add_amount(struct page *page, const struct kb_code *code, const char *part, struct template_row *ret, struct why *why) {
    const struct kb_locality *locality = page->localities->count == 1 ? &page->localities->items[0] : NULL;
    struct kb_payment national, there;
    int failed = find_payment(page, code, part, NULL, &national, why);
    if (!failed && locality)
        failed = find_payment(page, code, part, locality, &there, why);
    if (failed)
        return failed;
    bool local = locality && !there.unpaid;
    add_dollars(local ? &there : &national, ret);
    template_text(ret, "where", local ? kb_locality_title(locality, page->arena) : NULL);
    template_text(ret, "where_mark", local ? page_cite(page, locality->source) : NULL);
    template_text(ret, "national", amounts_text(&national, page->arena));
    template_text(ret, "there", locality ? amounts_text(&there, page->arena) : NULL);
    template_text(ret, "amount_mark", page_cite(page, national.source));
    template_text(ret, "amount_year", national.unpaid ? NULL : arena_copy(page->arena, span_slice(span_of(national.of.iso), 0, YEAR_LEN)));
    template_flag(ret, "amount_old", national.ended);
    template_list(ret, "amounts", national.unpaid || part ? (struct template_rows){0} : page_amounts(page, code));
    return 0;
}

/* ---- relative values, status, the hospital ---- */

static void add_values(struct page *page, const struct page_code *found, const char *part, struct template_row *ret) {
    static const struct {
        const char *field;
        enum figure figure;
    } values[] =
        {
            {"work", FIGURE_WORK},
            {"practice", FIGURE_PRACTICE},
            {"practice_facility", FIGURE_PRACTICE_FACILITY},
            {"malpractice", FIGURE_MALPRACTICE},
            {"total", FIGURE_TOTAL},
            {"total_facility", FIGURE_TOTAL_FACILITY},
        },
      fields[] = {
          {"global", FIGURE_GLOBAL},
          {"factor", FIGURE_FACTOR},
          {"schedule_status", FIGURE_STATUS},
          {"hospital_status", FIGURE_HOSPITAL_STATUS},
          {"hospital_rate", FIGURE_HOSPITAL_RATE},
      };
    const char *totals[2];
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        template_text(ret, values[i].field, value_of_part(page, found, values[i].figure, part));
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        template_text(ret, fields[i].field, value(found, fields[i].figure));
    for (size_t i = 0; i < 2; i++)
        totals[i] = value_of_part(page, found, i ? FIGURE_TOTAL_FACILITY : FIGURE_TOTAL, part);
    template_text(ret, "totals", both_texts(totals[0], totals[1], "", page->arena));
}

/* "93306-TC 3.79 (65 %)" of the total outside a facility, else in one. */
static void add_parts(struct page *page, const struct page_code *found, struct template_row *ret) {
    static const char *const parts[] = {"26", "TC"};
    struct template_rows rows = {0};
    const char *whole = value(found, FIGURE_TOTAL);
    enum figure figure = whole && *whole != 'N' ? FIGURE_TOTAL : FIGURE_TOTAL_FACILITY;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *total = value_of_part(page, found, figure, parts[i]);
        long all, own;
        if (!total)
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "portion", parts[i]);
        template_text(row, "portion_total", total);
        if (read_hundredths(value(found, figure), &all) && read_hundredths(total, &own) && all > 0)
            template_text(row, "portion_share", arena_printf(page->arena, "%ld", (own * 100 + all / 2) / all));
    }
    template_list(ret, "portions", rows);
    template_text(ret, "portions_whole", rows.count ? value(found, figure) : NULL);
}

static void add_meaning(struct page *page, const struct kb_fact *fact, const char *const fields[3], struct template_row *ret) {
    template_text(ret, fields[0], fact ? fact->text : NULL);
    const char *year = fact ? year_of(fact, page->arena) : NULL;
    template_text(ret, fields[1], fact && fact->ended ? arena_printf(page->arena, "%s%s", year, ", the newest on file") : year);
    template_text(ret, fields[2], fact ? page_cite(page, fact->source) : NULL);
}

/* Indicators that the asker's words name: "assistant indicator" for "is an assistant paid". */
static void add_indicators(struct page *page, const struct fee_asked *asked, const struct page_code *found, struct template_row *ret) {
    static const struct {
        const char *word;
        enum figure figure;
    } words[] = {{"an assistant", FIGURE_ASSISTANT},
                 {"assistant surgeon", FIGURE_ASSISTANT},
                 {"assistant at", FIGURE_ASSISTANT},
                 {"assistant indicator", FIGURE_ASSISTANT},
                 {"bilateral", FIGURE_BILATERAL},
                 {"co surgeon", FIGURE_COSURGEON},
                 {"split", FIGURE_SPLIT},
                 {"reduction", FIGURE_MULTIPLE},
                 {"technical", FIGURE_COMPONENTS}};
    const struct kb_fact *before = NULL;
    struct template_rows rows = {0};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const struct kb_fact *fact = figure_of(found, words[i].figure);
        if (!fact || fact == before || !page_has_words(asked->words, span_of(words[i].word)))
            continue;
        before = fact;
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "indicator_label", page_capitalised(fact->label, page->arena));
        template_text(row, "indicator", fact->value);
        template_text(row, "indicator_text", fact->text);
        template_text(row, "indicator_mark", page_cite(page, fact->source));
    }
    template_list(ret, "figures_asked", rows);
}

/* ---- global days ---- */

int fee_add_openers(struct page *page, const struct page_code *found, const char *const *openers, size_t count, struct template_row *ret,
                    struct why *why) {
    struct page_facts facts = page_facts(found, SECTION_MODIFIERS);
    struct template_rows rows = {0};
    for (size_t i = 0; i < count; i++) {
        const struct kb_fact *fact = NULL;
        for (size_t k = 0; k < facts.count && !fact; k++)
            if (facts.items[k].has_related && strcmp(facts.items[k].related_display, openers[i]) == 0)
                fact = &facts.items[k];
        struct kb_code modifier;
        int failed = kb_lookup(page->kb, SYSTEM_MOD, openers[i], page->date, page->arena, &modifier, why);
        if (failed)
            return failed;
        const char *text = fact && fact->text ? fact->text : modifier.title;
        if (!text)
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "opener", openers[i]);
        template_text(row, "opener_text", text);
        template_text(row, "opener_mark", page_cite(page, fact ? fact->source : modifier.source));
    }
    template_list(ret, "openers", rows);
    return 0;
}

/* The visit's day against the days that the payment includes; not where months leave it open. */
static void add_day(struct page *page, const struct fee_asked *asked, long days, struct template_row *ret) {
    long least = page->question->days_after, most = page->question->days_after_most;
    bool within = asked->visits && least > 0 && most <= days, behind = asked->visits && least > days;
    template_flag(ret, "day_within", within);
    template_flag(ret, "day_behind", behind);
    template_flag(ret, "day_open", asked->after && days > 0 && !within && !behind);
    template_flag(ret, "asks_payable", asked->payable);
    if (within || behind)
        template_text(ret, "day_asked",
                      least == most ? arena_printf(page->arena, "%ld", least) : arena_printf(page->arena, "%ld-%ld", least, most));
}

static int add_global(struct page *page, const struct fee_asked *asked, const struct page_code *found, struct template_row *ret,
                      struct why *why) {
    static const char *const fields[] = {"global_text", "global_year", "global_mark"};
    const char *global = value(found, FIGURE_GLOBAL);
    long days;
    add_meaning(page, figure_of(found, FIGURE_GLOBAL), fields, ret);
    if (!global || !span_to_long(span_of(global), 0, 999, &days))
        return 0;
    template_text(ret, "global_days", arena_printf(page->arena, "%ld", days));
    template_text(ret, "free_from", days ? arena_printf(page->arena, "%ld", days + 1) : NULL);
    add_day(page, asked, days, ret);
    const char *const openers[] = {"24", days == 90 ? "57" : "25", "58", "78", "79"};
    bool behind = page->question->days_after > days; /* nothing has to open what is over */
    return asked->visits && days && !behind ? fee_add_openers(page, found, openers, sizeof openers / sizeof *openers, ret, why) : 0;
}

/* ---- what is not on the schedule ---- */

static void list_labelled(struct page *page, struct page_facts facts, const char *name, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < facts.count; i++) {
        const struct kb_fact *fact = &facts.items[i];
        if (!fact->label || !fact->text || strcmp(fact->label, "MUE") == 0 || strcmp(fact->label, "MAI") == 0)
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "label", page_capitalised(fact->label, page->arena));
        template_text(row, "text", fact->text);
        template_text(row, "mark", page_cite(page, fact->source));
    }
    template_list(ret, name, rows);
}

/* Anesthesia is paid by units, which are told among the units of the code. */
static void add_anesthesia(struct page *page, const struct page_code *found, struct template_row *ret) {
    const char *status = value(found, FIGURE_STATUS);
    bool anesthesia = status && strcmp(status, "J") == 0;
    template_flag(ret, "anesthesia", anesthesia);
    if (anesthesia)
        list_labelled(page, page_facts(found, SECTION_UNITS), "unit_facts", ret);
}

/* What is known of a payment group's weight; where there is none, why. */
static void add_group(struct page *page, const struct page_code *found, struct template_row *ret) {
    struct page_facts facts = page_facts(found, SECTION_FEE);
    const struct kb_fact *missing = page_fact(found, SECTION_GUIDELINES, FEE_GROUP_MISSING);
    struct template_rows rows = {0};
    for (size_t i = 0; i < facts.count; i++) {
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "label", page_capitalised(facts.items[i].label, page->arena));
        template_text(row, "value", facts.items[i].value);
        template_text(row, "year", year_of(&facts.items[i], page->arena));
        template_text(row, "mark", page_cite(page, facts.items[i].source));
    }
    template_flag(ret, "group", true);
    template_list(ret, "weights", rows);
    template_text(ret, "group_missing", facts.count == 0 && missing ? missing->text : NULL);
    template_text(ret, "group_mark", facts.count == 0 && missing ? page_cite(page, missing->source) : NULL);
}

/* How a code is paid that is not on the physician fee schedule: drugs, supplies, equipment. */
static void add_other_way(struct page *page, const struct page_code *found, struct template_row *ret) {
    const struct kb_fact *way = page_fact(found, SECTION_COVERAGE, "how it is paid");
    const struct kb_fact *priced = page_fact(found, SECTION_FEE, FEE_PRICING);
    const struct kb_fact *told = way && way->text ? way : priced && priced->text ? priced : NULL;
    template_text(ret, "other_way", told ? told->text : NULL);
    template_text(ret, "pricing_indicator", told && told == priced ? priced->value : NULL);
    template_text(ret, "other_way_mark", told ? page_cite(page, told->source) : NULL);
}

/* ---- all of a code ---- */

static void add_asked_modifiers(struct page *page, const struct page_code *found, const struct asked_code *asked,
                                struct template_row *ret) {
    struct page_facts facts = page_facts(found, SECTION_MODIFIERS);
    struct template_rows rows = {0};
    for (size_t i = 0; asked && i < asked->modifier_count; i++)
        for (size_t k = 0; k < facts.count; k++)
            if (facts.items[k].has_related && facts.items[k].text && strcmp(facts.items[k].related_display, asked->modifiers[i]) == 0) {
                struct template_row *row = template_rows_add(&rows, page->arena);
                template_text(row, "opener", asked->modifiers[i]);
                template_text(row, "opener_text", facts.items[k].text);
                template_text(row, "opener_mark", page_cite(page, facts.items[k].source));
                break;
            }
    template_list(ret, "attached", rows);
}

int fee_add_code(struct page *page, const struct fee_asked *asked, const struct page_asked *code, struct template_row *ret,
                 struct why *why) {
    static const char *const status_fields[] = {"schedule_status_text", "status_year", "status_mark"};
    static const char *const rvu_fields[] = {"rvu_text", "rvu_year", "rvu_mark"};
    static const char *const factor_fields[] = {"factor_text", "factor_year", "factor_mark"};
    static const char *const hospital_fields[] = {"hospital_text", "hospital_year", "hospital_mark"};
    const struct page_code *found = &code->found;
    const char *part = part_asked(code->asked);
    int failed = 0;
    bool holds = code->asked->status == STATUS_VALID || code->asked->has_figures;
    template_flag(ret, "holds", holds);
    template_flag(ret, "priced", holds && page_is_procedure(found->code.system));
    if (!holds)
        return 0;
    if (!page_is_procedure(found->code.system)) {
        add_group(page, found, ret);
        return 0;
    }
    template_text(ret, "part", part);
    add_values(page, found, part, ret);
    add_anesthesia(page, found, ret);
    add_asked_modifiers(page, found, code->asked, ret);
    template_flag(ret, "no_figures",
                  !figure_of(found, FIGURE_STATUS) && !figure_of(found, FIGURE_WORK) && !figure_of(found, FIGURE_GLOBAL));
    if (asked->wishes & WISH_AMOUNT)
        failed = add_amount(page, &found->code, part, ret, why);
    if (asked->wishes & WISH_RVU)
        add_meaning(page, figure_of_part(page, found, FIGURE_TOTAL, part), rvu_fields, ret);
    if (asked->wishes & WISH_PARTS)
        add_parts(page, found, ret);
    if (asked->facility || asked->office)
        template_text(ret, "total_asked", value_of_part(page, found, asked->facility ? FIGURE_TOTAL_FACILITY : FIGURE_TOTAL, part));
    if (!failed && (asked->wishes & WISH_GLOBAL))
        failed = add_global(page, asked, found, ret, why);
    if (asked->wishes & WISH_STATUS)
        add_meaning(page, figure_of(found, FIGURE_STATUS), status_fields, ret);
    if (asked->wishes & WISH_FACTOR)
        add_meaning(page, figure_of(found, FIGURE_FACTOR), factor_fields, ret);
    if ((asked->wishes & WISH_HOSPITAL) || !figure_of(found, FIGURE_TOTAL))
        add_meaning(page, figure_of(found, FIGURE_HOSPITAL_STATUS), hospital_fields, ret);
    const char *status = value(found, FIGURE_STATUS);
    if (!status || strcmp(status, "E") == 0 || strcmp(status, "X") == 0)
        add_other_way(page, found, ret);
    add_indicators(page, asked, found, ret);
    return failed;
}

/* ---- which is the highest ---- */

/* What is compared: the national amount in a facility, total RVU in a facility, or work RVU. */
static const char *ranked_value(struct page *page, const struct fee_asked *asked, const struct page_asked *one) {
    struct kb_payment payment;
    struct why why;
    if (asked->wishes & WISH_RVU)
        return value(&one->found, asked->total ? FIGURE_TOTAL_FACILITY : FIGURE_WORK);
    return find_payment(page, &one->found.code, NULL, NULL, &payment, &why) ? NULL : payment.facility.dollars;
}

static const char *rank_label(const struct fee_asked *asked) {
    return !(asked->wishes & WISH_RVU) ? "national amount in a facility" : asked->total ? "total RVU in a facility" : "work RVU";
}

void fee_add_ranks(struct page *page, const struct fee_asked *asked, const struct page_asked *codes, size_t count,
                   struct template_row *ret) {
    const struct page_asked *best = NULL;
    struct template_rows rows = {0};
    long most = -1, figures;
    bool alone = false;
    for (size_t i = 0; i < count; i++)
        if (read_hundredths(ranked_value(page, asked, &codes[i]), &figures) && figures >= most) {
            alone = figures > most;
            most = figures;
            best = &codes[i];
        }
    for (size_t i = 0; best && alone && i < count; i++)
        if (&codes[i] != best && read_hundredths(ranked_value(page, asked, &codes[i]), &figures)) {
            struct template_row *row = template_rows_add(&rows, page->arena);
            template_text(row, "code", codes[i].found.code.display);
            template_text(row, "figure", ranked_value(page, asked, &codes[i]));
            template_text(row, "less", arena_printf(page->arena, "%ld.%02ld", (most - figures) / 100, (most - figures) % 100));
        }
    template_list(ret, "ranked", rows);
    template_text(ret, "rank_best", rows.count ? best->found.code.display : NULL);
    template_text(ret, "rank_figure", rows.count ? ranked_value(page, asked, best) : NULL);
    template_text(ret, "rank_label", rank_label(asked));
    template_text(ret, "rank_unit", asked->wishes & WISH_RVU ? NULL : "$");
}
