/* Minutes of several timed codes of one day: counted in units together, then shared out. */
#include "handlers/rules/units.h"

#include <string.h>

enum { QUARTER_HOUR = 15 * 1000, CODES_SHARED = 8 };

struct share {
    const struct page_asked *code;
    struct unit_size size;
    long minutes; /* thousandths */
    long units;
    bool given; /* one more for what is left of its minutes */
};

static struct share *share_of(struct share *shares, size_t *count, const struct page_asked *code) {
    for (size_t i = 0; i < *count; i++)
        if (strcmp(shares[i].code->asked->key, code->asked->key) == 0)
            return &shares[i];
    if (*count == CODES_SHARED)
        return NULL;
    shares[*count] = (struct share){.code = code};
    return &shares[(*count)++];
}

/* The minutes that stand at each timed code. */
static size_t find_shares(const struct page *page, const struct page_asked *asked, size_t asked_count, struct share *ret) {
    const struct question *question = page->question;
    size_t count = 0;
    for (size_t i = 0; i < asked_count; i++)
        for (size_t k = 0; k < question->amount_count; k++) {
            const struct asked_amount *amount = &question->amounts[k];
            struct unit_size size;
            bool own = amount->amount.unit == AMOUNT_MINUTES && strcmp(amount->key, asked[i].asked->key) == 0;
            if (!own || !units_size(&asked[i].found, page->arena, &size) || !size.eight_minutes)
                continue;
            struct share *share = share_of(ret, &count, &asked[i]);
            if (!share)
                break;
            share->size = size;
            share->minutes += amount->amount.thousandths;
        }
    return count;
}

/* Of what is left behind the full quarters, the most that has no unit yet. */
static struct share *most_left(struct share *shares, size_t count) {
    struct share *ret = NULL;
    for (size_t i = 0; i < count; i++)
        if (!shares[i].given && (!ret || shares[i].minutes % QUARTER_HOUR > ret->minutes % QUARTER_HOUR))
            ret = &shares[i];
    return ret;
}

/* Does the last unit given belong to another code with as good a right? */
static bool is_tied(const struct share *shares, size_t count, const struct share *last) {
    for (size_t i = 0; i < count && last; i++)
        if (!shares[i].given && shares[i].minutes % QUARTER_HOUR == last->minutes % QUARTER_HOUR)
            return true;
    return false;
}

bool units_share_minutes(struct page *page, const struct page_asked *asked, size_t asked_count, struct template_row *ret) {
    struct share shares[CODES_SHARED], *last = NULL;
    struct template_rows rows = {0}, codes = {0};
    size_t count = find_shares(page, asked, asked_count, shares);
    struct amount all = {.unit = AMOUNT_MINUTES};
    if (count < 2 || page->question->amounts_left_out)
        return false;
    for (size_t i = 0; i < count; i++)
        all.thousandths += shares[i].minutes;
    long units = units_by_eight_minutes(all), open = units;
    for (size_t i = 0; i < count; i++) {
        shares[i].units = shares[i].minutes / QUARTER_HOUR;
        open -= shares[i].units;
    }
    for (struct share *share; open > 0 && (share = most_left(shares, count)); open--) {
        share->units++;
        share->given = true;
        last = share;
    }
    struct template_row *row = template_rows_add(&rows, page->arena);
    template_text(row, "total", arena_printf(page->arena, "%ld", all.thousandths / 1000));
    template_text(row, "total_units", arena_printf(page->arena, "%ld", units));
    template_flag(row, "total_several", units != 1);
    template_flag(row, "shared_out", units > 0 && !is_tied(shares, count, last));
    template_flag(row, "tied", is_tied(shares, count, last));
    template_text(row, "mark", page_cite(page, shares[0].size.source));
    for (size_t i = 0; i < count; i++) {
        struct template_row *code = template_rows_add(&codes, page->arena);
        template_text(code, "code", shares[i].code->asked->display);
        template_text(code, "units", arena_printf(page->arena, "%ld", shares[i].units));
    }
    template_list(row, "shares", codes);
    template_list(ret, "shared", rows);
    return true;
}
