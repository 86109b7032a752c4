#include "kb/diff.h"

#include <stdio.h>
#include <string.h>

#include "kb/handle.h"
#include "kb/schema.h"

enum { BEGINNING = 3, FAMILY_BYTES = 256 };

const struct name diff_names[] = {
    {DIFF_ADDED, "added"},           {DIFF_GONE, "gone"}, {DIFF_RETITLED, "retitled"}, {DIFF_NOW_HEADER, "now-header"},
    {DIFF_NOW_BILLABLE, "now-billable"}, {0, NULL},
};

enum { COL_CODE, COL_TITLE, COL_BILLABLE, COL_FAMILY };

static const char codes_sql[] = "SELECT v.code, v.title, v.billable, f.name FROM versions v LEFT JOIN families f ON f.code = v.code "
                                "WHERE v.valid_from <= ?1 AND v.valid_to >= ?1 AND v.code BETWEEN ?2 AND ?3 ORDER BY v.code";

/* One of the two sides, standing at a code. */
struct side {
    struct kb *kb;
    sqlite3_stmt *stmt;
    bool there, damaged;
    int64_t code;
};

static void step(struct side *side) {
    int step = sqlite3_step(side->stmt);
    side->there = step == SQLITE_ROW;
    side->damaged = step != SQLITE_ROW && step != SQLITE_DONE;
    side->code = side->there ? sqlite3_column_int64(side->stmt, COL_CODE) : 0;
}

static struct side open_side(struct kb *kb, struct date day, enum code_system system) {
    struct side side = {.kb = kb};
    bool all = system == SYSTEM_COUNT;
    if (sqlite3_prepare_v2(kb->db, codes_sql, -1, &side.stmt, NULL) != SQLITE_OK) {
        side.damaged = true;
        return side;
    }
    sqlite3_bind_int64(side.stmt, 1, schema_day(day));
    sqlite3_bind_int64(side.stmt, 2, all ? 0 : system_id(system, ""));
    sqlite3_bind_int64(side.stmt, 3, all ? INT64_MAX : system_id_last(system, ""));
    step(&side);
    return side;
}

static const char *column(const struct side *side, int column) {
    return side ? (const char *)sqlite3_column_text(side->stmt, column) : NULL;
}

struct diffing {
    diff_report *report;
    void *context;
};

/* Either side may be missing. */
static void tell(const struct diffing *on, enum diff_change change, const struct side *before, const struct side *after) {
    char key[CODE_BYTES], display[CODE_BYTES], family[FAMILY_BYTES];
    struct diff_item item = {.change = change, .display = display, .family = family};
    const struct side *side = after ? after : before;
    if (!system_of_id(side->code, &item.system, key))
        return;
    system_display(item.system, key, display);
    item.before = column(before, COL_TITLE);
    item.after = column(after, COL_TITLE);
    const char *name = column(side, COL_FAMILY);
    if (name)
        snprintf(family, sizeof family, "%s", name);
    else
        snprintf(family, sizeof family, "%.*s", BEGINNING, key);
    on->report(on->context, &item);
}

static bool same_text(const char *a, const char *b) { return a && b ? strcmp(a, b) == 0 : a == b; }

static void compare(const struct diffing *on, const struct side *before, const struct side *after) {
    int billable = sqlite3_column_int(after->stmt, COL_BILLABLE);
    if (sqlite3_column_int(before->stmt, COL_BILLABLE) != billable)
        tell(on, billable ? DIFF_NOW_BILLABLE : DIFF_NOW_HEADER, before, after);
    if (!same_text(column(before, COL_TITLE), column(after, COL_TITLE)))
        tell(on, DIFF_RETITLED, before, after);
}

static void walk(const struct diffing *on, struct side *before, struct side *after) {
    while (before->there || after->there) {
        if (!after->there || (before->there && before->code < after->code)) {
            tell(on, DIFF_GONE, before, NULL);
            step(before);
        } else if (!before->there || after->code < before->code) {
            tell(on, DIFF_ADDED, NULL, after);
            step(after);
        } else {
            compare(on, before, after);
            step(before);
            step(after);
        }
    }
}

int kb_diff(struct kb *before, struct date before_day, struct kb *after, struct date after_day, enum code_system system,
            diff_report *report, void *context, struct why *why) {
    struct diffing on = {report, context};
    struct side old = open_side(before, before_day, system), new = open_side(after, after_day, system);
    if (!old.damaged && !new.damaged)
        walk(&on, &old, &new);
    sqlite3_finalize(old.stmt);
    sqlite3_finalize(new.stmt);
    if (old.damaged)
        return handle_damaged(before, why);
    return new.damaged ? handle_damaged(after, why) : 0;
}
