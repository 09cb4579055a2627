#include "common/base/err.h"
#include "tests/unit/test.h"
#include <string.h>

static void test_every_error_has_a_word_a_status_and_both_texts(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ERR_COUNT; i++) {
        const struct err_info *info = err_info((enum err)i);
        assert_true(info->word != NULL && *info->word != '\0');
        assert_in_range(info->http_status, 200, 599);
        assert_true(*info->text_vi != '\0' && *info->text_en != '\0');
    }
}

static void test_success_is_zero_and_done(void **state)
{
    (void)state;
    assert_int_equal(ERR_OK, 0);
    assert_int_equal(err_info(ERR_OK)->disposition, DISPOSITION_DONE);
}

static void test_what_clients_did_wrong_is_never_retried(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ERR_COUNT; i++) {
        const struct err_info *info = err_info((enum err)i);
        if (info->http_status >= 400 && info->http_status < 500 && i != ERR_CONSTRAINT)
            assert_int_equal(info->disposition, DISPOSITION_REJECT);
    }
}

static void test_an_unknown_number_reads_as_internal(void **state)
{
    (void)state;
    assert_ptr_equal(err_info((enum err)ERR_COUNT), err_info(ERR_INTERNAL));
    assert_ptr_equal(err_info((enum err)(-1)), err_info(ERR_INTERNAL));
}

static void test_a_word_finds_the_first_error_that_has_it(void **state)
{
    (void)state;
    assert_int_equal(err_from_word("month_taken"), ERR_MONTH_TAKEN);
    assert_int_equal(err_from_word("unavailable"), ERR_RETRY);
    assert_int_equal(err_from_word("no_such_word"), ERR_INTERNAL);
    for (unsigned i = 0; i < ERR_COUNT; i++)
        assert_string_equal(err_word(err_from_word(err_word((enum err)i))), err_word((enum err)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_error_has_a_word_a_status_and_both_texts),
        cmocka_unit_test(test_success_is_zero_and_done),
        cmocka_unit_test(test_what_clients_did_wrong_is_never_retried),
        cmocka_unit_test(test_an_unknown_number_reads_as_internal),
        cmocka_unit_test(test_a_word_finds_the_first_error_that_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
