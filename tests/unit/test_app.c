/* services/gateway/read/app.h */
#include "test.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/gateway/read/app.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *name, *text;
} FILES[] = {
    {"index.html", "<!doctype html><p>packing packing packing packing packing packing packing packing</p>"},
    {"sw.js", "1"},
    {"icon.png", "\x89PNG of many many many many many many many many many many many many many many bytes"},
    {"assets/main-1a2b.js", "console.log(1);console.log(1);console.log(1);console.log(1);console.log(1)"},
    {"source.txt", "a note of the build"},
};

static void write_file(const char *dir, const char *name, const char *text)
{
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    FILE *file = fopen(mem_printf(ctx, "%s/%s", dir, name), "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    mem_free(ctx);
}

static void make_build(char *dir)
{
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    assert_non_null(mkdtemp(dir));
    assert_int_equal(mkdir(mem_printf(ctx, "%s/assets", dir), 0700), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(FILES); i++)
        write_file(dir, FILES[i].name, FILES[i].text);
    mem_free(ctx);
}

static void remove_build(const char *dir)
{
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(FILES); i++)
        assert_int_equal(unlink(mem_printf(ctx, "%s/%s", dir, FILES[i].name)), 0);
    assert_int_equal(rmdir(mem_printf(ctx, "%s/assets", dir)), 0);
    assert_int_equal(rmdir(dir), 0);
    mem_free(ctx);
}

static void test_a_path_finds_its_file_or_the_first_page_or_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *path, *found;
        bool is_packed;
    } cases[] = {
        {"/app/", "/app/index.html", true},
        {"/app/hop/0190/y-kien", "/app/index.html", true},
        {"/app/index.html", "/app/index.html", true},
        {"/app/sw.js", "/app/sw.js", false},       /* packed it would be larger */
        {"/app/icon.png", "/app/icon.png", false}, /* is packed already */
        {"/app/assets/main-1a2b.js", "/app/assets/main-1a2b.js", true},
        {"/app/assets/main-gone.js", NULL, false},
        {"/app/source.txt", NULL, false},
        {"/app/../etc/passwd.txt", NULL, false},
        {"/app", NULL, false},
        {"/", NULL, false},
        {"/v1/me", NULL, false},
    };
    char dir[] = "/tmp/test-app-XXXXXX";
    make_build(dir);
    struct app *app;
    assert_int_equal(app_new(NULL, dir, "", &app), ERR_OK);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct app_file *file = app_find(app, cases[i].path);
        assert_int_equal(file != NULL, cases[i].found != NULL);
        if (file) {
            assert_string_equal(app_file_path(file), cases[i].found);
            assert_int_equal(app_file_is_packed(file), cases[i].is_packed);
        }
    }
    mem_free(app);
    remove_build(dir);
}

static void test_a_folder_is_the_same_with_a_slash_behind_it(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    char dir[] = "/tmp/test-app-XXXXXX";
    make_build(dir);
    struct app *app;
    assert_int_equal(app_new(ctx, mem_printf(ctx, "%s//", dir), "", &app), ERR_OK);
    const struct app_file *file = app_find(app, "/app/assets/main-1a2b.js");
    assert_non_null(file);
    assert_string_equal(app_file_path(file), "/app/assets/main-1a2b.js");
    mem_free(ctx);
    remove_build(dir);
}

static void test_without_a_build_nothing_is_served(void **state)
{
    (void)state;
    static const char *const NOWHERE[] = {"", "/tmp/test-app-that-is-nowhere"};
    for (size_t i = 0; i < ARRAY_LENGTH(NOWHERE); i++) {
        struct app *app;
        assert_int_equal(app_new(NULL, NOWHERE[i], "", &app), ERR_OK);
        assert_null(app_find(app, "/app/"));
        mem_free(app);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_path_finds_its_file_or_the_first_page_or_nothing),
        cmocka_unit_test(test_a_folder_is_the_same_with_a_slash_behind_it),
        cmocka_unit_test(test_without_a_build_nothing_is_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
