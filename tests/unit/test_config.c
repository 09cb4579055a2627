#include "common/base/config.h"
#include "tests/unit/test.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    const char *listen, *password;
    int64_t batch_limit;
    bool verbose;
} cfg;

static const struct config_key KEYS[] = {
    {.name = "listen",
     .type = CONFIG_TEXT,
     .text = &cfg.listen,
     .text_default = "127.0.0.1:8101",
     .help = "address of health and metrics"},
    {.name = "batch_limit",
     .type = CONFIG_INT,
     .number = &cfg.batch_limit,
     .number_default = 500,
     .min = 1,
     .max = 5000,
     .unit = "messages",
     .help = "taken at once"},
    {.name = "verbose", .type = CONFIG_BOOL, .flag = &cfg.verbose, .help = "say more"},
    {.name = "password_file", .type = CONFIG_SECRET_FILE, .text = &cfg.password, .help = "of the database"},
};
#define N_KEYS (sizeof(KEYS) / sizeof(KEYS[0]))

static void write_file(char *path_template, const char *text)
{
    int fd = mkstemp(path_template);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

/* Reads `text` as a file; what went to stderr is in `ret_said`. */
static enum err read_text(const char *text, char *ret_said, size_t room)
{
    char path[] = "/tmp/sotay-config-XXXXXX", said_path[] = "/tmp/sotay-stderr-XXXXXX";
    write_file(path, text);
    write_file(said_path, "");
    int real = dup(STDERR_FILENO);
    assert_non_null(freopen(said_path, "w", stderr));
    enum err err = config_read(path, KEYS, N_KEYS);
    fflush(stderr);
    dup2(real, STDERR_FILENO);
    close(real);
    FILE *said = fopen(said_path, "r");
    ret_said[fread(ret_said, 1, room - 1, said)] = '\0';
    fclose(said);
    unlink(path);
    unlink(said_path);
    return err;
}

static void test_without_a_file_every_key_has_its_default(void **state)
{
    (void)state;
    assert_int_equal(config_read(NULL, KEYS, N_KEYS), ERR_OK);
    assert_string_equal(cfg.listen, "127.0.0.1:8101");
    assert_int_equal(cfg.batch_limit, 500);
    assert_false(cfg.verbose);
    assert_null(cfg.password);
}

static void test_a_file_sets_what_it_names(void **state)
{
    (void)state;
    char secret[] = "/tmp/sotay-secret-XXXXXX", text[256], said[512];
    write_file(secret, "ch\xe1\xbb\x9d mong\nsecond line\n");
    snprintf(text, sizeof(text), "# comment\n\n listen = [::1]:9 \nbatch_limit=7\r\nverbose = true\npassword_file = %s",
             secret);
    assert_int_equal(read_text(text, said, sizeof(said)), ERR_OK);
    unlink(secret);
    assert_string_equal(said, "");
    assert_string_equal(cfg.listen, "[::1]:9");
    assert_int_equal(cfg.batch_limit, 7);
    assert_true(cfg.verbose);
    assert_string_equal(cfg.password, "ch\xe1\xbb\x9d mong");
}

static void test_a_bad_line_stops_and_names_key_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *key;
    } BAD[] = {
        {"listen = x\nno_such_key = 1\n", ":2: no_such_key:"},
        {"batch_limit = 0\n", ":1: batch_limit: must be from 1 to 5000 messages"},
        {"batch_limit = 5001\n", ":1: batch_limit:"},
        {"batch_limit = 12x\n", ":1: batch_limit:"},
        {"batch_limit =\n", ":1: batch_limit:"},
        {"batch_limit = 99999999999999999999\n", ":1: batch_limit:"},
        {"verbose = yes\n", ":1: verbose:"},
        {"listen\n", ":1: listen:"},
        {"verbose = true\n\nverbose = true\n", ":3: verbose: is set twice"},
        {"password_file = /nonexistent/secret\n", ":1: password_file:"},
        {"password_file = /dev/null\n", ":1: password_file:"},
    };
    char said[512];
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        assert_int_equal(read_text(BAD[i].text, said, sizeof(said)), ERR_CONFIG);
        if (strstr(said, BAD[i].key) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", said, BAD[i].key);
    }
}

static void test_a_missing_file_stops(void **state)
{
    (void)state;
    assert_int_equal(config_read("/nonexistent/sotay.conf", KEYS, N_KEYS), ERR_CONFIG);
}

static void test_help_names_every_key_with_its_range_and_default(void **state)
{
    (void)state;
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    config_print_help(out, "meeting", KEYS, N_KEYS);
    fclose(out);
    for (size_t i = 0; i < N_KEYS; i++)
        assert_non_null(strstr(text, KEYS[i].name));
    assert_non_null(strstr(text, "from 1 to 5000 messages, default 500"));
    assert_non_null(strstr(text, "default 127.0.0.1:8101"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_a_file_every_key_has_its_default),
        cmocka_unit_test(test_a_file_sets_what_it_names),
        cmocka_unit_test(test_a_bad_line_stops_and_names_key_and_line),
        cmocka_unit_test(test_a_missing_file_stops),
        cmocka_unit_test(test_help_names_every_key_with_its_range_and_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
