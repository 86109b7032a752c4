/* The alphabetic index of ICD-10-CM, and its tables of neoplasms, of drugs and chemicals, and of external causes: how people call what
 * a code stands for. CDC, "icd10cm_index_2017.xml" and others: ICD10CM.index > version, title or indexHeading(head@col), letter >
 * mainTerm(title, code, manif, see, cell@col) > term ...; a title has mixed content, <nemod> being what may stand there or not; a code
 * that ends in "-" needs more characters; a cell "-" or "--" is empty. Each file is a part of the set, with editions of its own. */
#include <string.h>

#include "base/buf.h"
#include "kb/import/cross_reference.h"
#include "kb/import/fiscal.h"
#include "kb/import/registry.h"
#include "kb/import/xml.h"

enum { TERMS_MAX = 16, WORDS_BYTES_MAX = 2000, YEAR_BYTES = 16, COLUMNS = 7, LEAST_TERMS = 1000 };

static const char root[] = "ICD10CM.index";

/* By the title of an index, or the first column's head of a table. What the columns of a table add to the names in its rows is said
 * once a code; the codes' own titles say the rest. */
static const struct part {
    const char *name, *sign;
    bool nameless;                /* the one main term names nothing */
    const char *columns[COLUMNS]; /* from the first, which has the names; NULL: an index */
} parts[] = {
    {"external", "external cause", false, {NULL}},
    {"main", "index to diseases", false, {NULL}},
    {"neoplasm",
     "neoplasm",
     true,
     {"", "cancer, tumor", "cancer spread, metastasis, metastatic", "carcinoma in situ", "benign tumor", "tumor", "tumor"}},
    {"drug",
     "substance",
     false,
     {"", "poisoning, overdose, accidental", "poisoning, overdose, suicide attempt", "poisoning, assault", "poisoning, overdose",
      "adverse effect, side effect", "underdosing, not taken"}},
};

/* A term on the way from its main term: with what may stand there or not, and without. */
struct term {
    char full[WORDS_BYTES_MAX], plain[WORDS_BYTES_MAX];
};

struct index {
    struct import *import;
    struct input *input;
    const struct part *part;
    char year[YEAR_BYTES];
    bool announced;
    struct term terms[TERMS_MAX];
    size_t term_count;
    long column; /* of the cell that is read */
    struct cross_references *references;
};

/* ---- words ---- */

/* What stands in round brackets, as all <nemod> does, is left out. */
static void without_brackets(struct span text, char ret[static WORDS_BYTES_MAX]) {
    size_t len = 0, depth = 0;
    for (size_t i = 0; i < text.len && len < WORDS_BYTES_MAX - 1; i++) {
        depth += text.ptr[i] == '(';
        if (!depth && (text.ptr[i] != ' ' || (len && ret[len - 1] != ' ')))
            ret[len++] = text.ptr[i];
        depth -= depth && text.ptr[i] == ')';
    }
    while (len && ret[len - 1] == ' ')
        len--;
    ret[len] = '\0';
}

/* The way from the main term as the search reads it. Only the last term brings what may be left out: on the way it would make all
 * texts long and alike. The main term of the table of neoplasms only says "neoplasm". */
static struct buf words_of(const struct index *on) {
    struct buf ret;
    size_t last = on->term_count - 1;
    buf_init(&ret, WORDS_BYTES_MAX);
    for (size_t i = last && on->part->nameless; i < last; i++)
        buf_printf(&ret, "%s, ", on->terms[i].plain);
    buf_text(&ret, on->terms[last].full);
    return ret;
}

/* And as others point at it. They often name the first of several forms: "Pain" for "Pain, painful". */
static void add_targets(struct index *on, const char *key) {
    struct buf plain, first;
    buf_init(&plain, WORDS_BYTES_MAX);
    buf_init(&first, WORDS_BYTES_MAX);
    for (size_t i = 0; i < on->term_count; i++) {
        struct span rest = span_of(on->terms[i].plain), form;
        buf_printf(&plain, "%s, ", on->terms[i].plain);
        if (span_cut(&rest, ',', &form))
            buf_printf(&first, "%.*s, ", SPAN_ARG(form));
    }
    cross_term(on->references, buf_span(&plain), key);
    if (!span_equal(buf_span(&plain), buf_span(&first)))
        cross_term(on->references, buf_span(&first), key);
    buf_free(&plain);
    buf_free(&first);
}

/* "S82.25-" is S82.25. */
static struct span code_in(struct span text) {
    while (text.len && (text.ptr[text.len - 1] == '-' || text.ptr[text.len - 1] == '.'))
        text = span_slice(text, 0, text.len - 1);
    return text;
}

static void add_words(struct index *on, struct span code, const char *column) {
    char key[CODE_BYTES];
    struct buf words = words_of(on);
    system_key(SYSTEM_ICD10CM, code, key);
    import_words(on->import, SYSTEM_ICD10CM, key, buf_span(&words));
    if (column)
        import_words(on->import, SYSTEM_ICD10CM, key, span_of(column));
    add_targets(on, key);
    buf_free(&words);
}

/* The table of neoplasms has a remark where a manifestation would stand. */
static void read_code(struct index *on, const char *element, struct span text) {
    struct span code = code_in(text);
    if (!on->term_count || !code.len)
        return;
    if (system_fits(SYSTEM_ICD10CM, code))
        add_words(on, code, strcmp(element, "cell") == 0 ? on->part->columns[on->column - 1] : NULL);
    else if (strcmp(element, "manif") != 0)
        import_reject(on->import, on->input, "\"%.*s\" is no code of ICD-10-CM", SPAN_ARG(span_slice(text, 0, 40)));
}

static void read_see(struct index *on, struct span text) {
    char target[WORDS_BYTES_MAX];
    if (!on->term_count)
        return;
    struct buf words = words_of(on);
    without_brackets(text, target);
    cross_see(on->references, buf_span(&words), span_of(target));
    buf_free(&words);
}

/* ---- the elements ---- */

static bool is_term(const char *name) { return strcmp(name, "term") == 0 || strcmp(name, "mainTerm") == 0; }

static bool has_text(const char *name) {
    static const char *const names[] = {"version", "title", "head", "code", "manif", "subcat", "seecat", "cell", "see"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void find_part(struct index *on, struct span text) {
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !on->part; i++)
        if (span_find_same(text, span_of(parts[i].sign)) != SPAN_NONE)
            on->part = &parts[i];
}

static int announce(struct index *on, struct why *why) {
    if (!on->part)
        return why_set(why, FAIL_INPUT, "its head does not say which index or table of ICD-10-CM it is");
    on->announced = true;
    return fiscal_edition(on->import, icd10cm_index.kind, on->part->name, span_of(on->year), why);
}

static int open_term(struct index *on, struct why *why) {
    if (!on->announced || on->term_count == TERMS_MAX)
        return why_set(why, FAIL_INPUT, "line %zu: a term lies too deep or under no letter: this is no index",
                       input_line_number(on->input));
    on->terms[on->term_count].full[0] = on->terms[on->term_count].plain[0] = '\0';
    on->term_count++;
    import_row(on->import, on->input);
    return 0;
}

static int open_element(void *context, struct xml *xml, const char *name, struct why *why) {
    struct index *on = context;
    if (!*xml_parent(xml) && strcmp(name, root) != 0)
        return why_set(why, FAIL_INPUT, "it is no index of ICD-10-CM: its first element is <%s>", name);
    if (strcmp(name, "letter") == 0 && !on->announced)
        return announce(on, why);
    if (is_term(name))
        return open_term(on, why);
    if (strcmp(name, "cell") == 0 || strcmp(name, "head") == 0) {
        const char *column = xml_attribute(xml, "col");
        if (!column || !span_to_long(span_of(column), 1, COLUMNS, &on->column))
            return why_set(why, FAIL_INPUT, "line %zu: a cell names no column from 1 to %d: this is no table of ICD-10-CM",
                           input_line_number(on->input), COLUMNS);
    }
    if (has_text(name))
        xml_gather(xml);
    return 0;
}

static void close_title(struct index *on, const char *parent, struct span text) {
    if (strcmp(parent, root) == 0)
        find_part(on, text);
    else if (is_term(parent)) {
        struct term *term = &on->terms[on->term_count - 1];
        snprintf(term->full, sizeof term->full, "%.*s", SPAN_ARG(text));
        without_brackets(text, term->plain);
    }
}

static int close_element(void *context, struct xml *xml, const char *name, struct span text, struct why *why) {
    struct index *on = context;
    (void)why;
    if (is_term(name))
        on->term_count--;
    else if (strcmp(name, "version") == 0)
        snprintf(on->year, sizeof on->year, "%.*s", SPAN_ARG(text));
    else if (strcmp(name, "head") == 0 && on->column == 1)
        find_part(on, text);
    else if (strcmp(name, "title") == 0)
        close_title(on, xml_parent(xml), text);
    else if (strcmp(name, "see") == 0)
        read_see(on, text);
    else if (has_text(name) && strcmp(name, "head") != 0)
        read_code(on, name, text);
    return 0;
}

static bool recognises(const char *name, struct span head) {
    (void)name;
    return xml_root_is(head, root);
}

static int read_file(struct import *import, struct input *input, struct why *why) {
    static const struct xml_handler handler = {open_element, close_element};
    struct index *on = arena_alloc(import_arena(import), sizeof *on);
    on->import = import;
    on->input = input;
    on->references = cross_references_new(import_arena(import));
    int code = xml_read(input, &handler, on, why);
    if (code)
        return why_prefix(why, code, "%s: ", import_file_name(import));
    size_t left = cross_resolve(on->references, import);
    if (left)
        import_note(import, "%zu terms only point at others that the file does not hold in these words: they lead to no code", left);
    return 0;
}

const struct importer icd10cm_index = {"icd10cm-index", "ICD-10-CM index", recognises, read_file, LEAST_TERMS};
