/* The example file and the reference are what the table says. REGENERATE=1 in the environment writes them anew. */
#include "tests/unit/config/scratch.h"

#include <jansson.h>

#include "config/settings.h"

#define ROOT FIXTURES "/../../../../"

static const char settings_head[] =
    "# Settings\n\n"
    "Every key of the configuration file, from the table the program itself reads (config/table.c). A key that is not there, and one that "
    "is\n"
    "null, has its default. `config/codingdesk.example.json` holds them all. Times are in seconds (`_s`), sizes in bytes (`_bytes`).\n"
    "The path of a file that does not begin with a slash begins at the folder of the configuration file.\n\n";

static void same_as(const char *path, const struct buf *now) {
    char *text = NULL;
    if (getenv("REGENERATE")) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(now->ptr, 1, now->len, file), now->len);
        fclose(file);
    }
    text = read_text(path);
    if (!text || strcmp(text, now->ptr) != 0)
        fail_msg("%s differs from config/table.c; run REGENERATE=1 ctest -R unit.config.example and commit it", path);
    free(text);
}

static void the_example_file_is_up_to_date_and_loads(void **state) {
    struct scratch *s = *state;
    struct buf example;
    buf_init(&example, 1 << 16);
    config_example(&example);
    assert_false(buf_full(&example));
    same_as(ROOT "config/codingdesk.example.json", &example);
    write_file(s, "imap.password", "secret\n", 7, 0600);
    if (load(s, example.ptr))
        fail_msg("%s", s->report.ptr);
    buf_free(&example);
}

static void the_example_holds_every_key_in_order(void **state) {
    struct scratch *s = *state;
    struct buf example;
    buf_init(&example, 1 << 16);
    config_example(&example);
    json_t *root = json_loads(example.ptr, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    struct key_lines keys = lines_of_keys(buf_span(&example), s->arena);
    size_t leaf = 0;
    for (size_t i = 0; i < keys.count; i++)
        if (!setting_is_group(keys.items[i].key)) {
            assert_in_range(leaf, 0, setting_count - 1);
            assert_true(span_equal(keys.items[i].key, span_of(settings[leaf].key)));
            leaf++;
        }
    assert_int_equal(leaf, setting_count);
    json_decref(root);
    buf_free(&example);
}

static void the_reference_is_up_to_date(void **state) {
    (void)state;
    struct buf reference;
    buf_init(&reference, 1 << 16);
    buf_text(&reference, settings_head);
    config_reference(&reference);
    assert_false(buf_full(&reference));
    same_as(ROOT "docs/SETTINGS.md", &reference);
    buf_free(&reference);
}

/* A line of the table that contradicts itself would refuse its own default. */
static void every_line_of_the_table_is_sound(void **state) {
    (void)state;
    for (size_t i = 0; i < setting_count; i++) {
        const struct setting *setting = &settings[i];
        long value = 0;
        bool sound = setting->min <= setting->max && !(setting->fallback && setting->example) && strlen(setting->reason) > 10;
        if (setting->type == SETTING_NUMBER)
            sound = sound && setting->fallback && span_to_long(span_of(setting->fallback), setting->min, setting->max, &value);
        if (setting->type == SETTING_NUMBER && setting->unit && strcmp(setting->unit, "s") == 0)
            sound = sound && span_ends_same(span_of(setting->key), SPAN("_s"));
        for (const char *c = setting->example ? setting->example : setting->fallback; c && *c; c++)
            sound = sound && *c != '"' && *c != '\\' && (unsigned char)*c >= 0x20;
        for (size_t j = 0; j < i; j++)
            sound = sound && strcmp(settings[j].key, setting->key) != 0;
        if (!sound)
            fail_msg("%s", setting->key);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_example_file_is_up_to_date_and_loads),
        TEST(the_example_holds_every_key_in_order),
        TEST(the_reference_is_up_to_date),
        TEST(every_line_of_the_table_is_sound),
    };
    return cmocka_run_group_tests_name("config.example", tests, NULL, NULL);
}
