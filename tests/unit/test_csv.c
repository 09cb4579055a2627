/* common/base/csv.h */
#include "test.h"

#include "common/base/csv.h"
#include <stdlib.h>

static const char *cell(TALLOC_CTX *ctx, const char *text)
{
    struct csv csv = {.ctx = ctx};
    csv_text(&csv, text, "");
    return csv_finish(&csv);
}

static void test_a_cell_is_quoted_and_one_that_looks_like_a_formula_is_prefixed(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    static const struct {
        const char *text, *cell;
    } ROWS[] = {
        {"", "\"\""},
        {"Nguyễn Thị Hoà", "\"Nguyễn Thị Hoà\""},
        {"a,b", "\"a,b\""},
        {"a\r\nb", "\"a\r\nb\""},
        {"\"", "\"\"\"\""},
        {"họp \"nóng\"", "\"họp \"\"nóng\"\"\""},
        {"=1+1", "\"'=1+1\""},
        {"+84912345678", "\"'+84912345678\""},
        {"-", "\"'-\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\t=1", "\"'\t=1\""},
        {"\r=1", "\"'\r=1\""},
        {"=\"\"", "\"'=\"\"\"\"\""},
        {"1-2", "\"1-2\""},
        {"'=1", "\"'=1\""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++)
        assert_string_equal(cell(ctx, ROWS[i].text), ROWS[i].cell);
    mem_free(ctx);
}

static void test_a_row_is_its_cells_and_an_end(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct csv csv = {.ctx = ctx};
    csv_put(&csv, CSV_BOM "a,b" CSV_END);
    csv_text(&csv, "x", CSV_NEXT);
    csv_number(&csv, -7, CSV_END);
    assert_string_equal(csv_finish(&csv), "\xef\xbb\xbf"
                                          "a,b\r\n\"x\",-7\r\n");
    mem_free(ctx);
}

/* As a reader takes a cell apart (RFC 4180). */
static char *read_cell(TALLOC_CTX *ctx, const char *at)
{
    char *text = mem_array(ctx, char, strlen(at) + 1), *end = text;
    assert_int_equal(*at++, '"');
    while (*at) {
        if (*at == '"' && at[1] != '"')
            break;
        at += *at == '"';
        *end++ = *at++;
    }
    assert_string_equal(at, "\"");
    return text;
}

static void test_whatever_the_text_a_reader_gets_it_back_and_runs_none_of_it(void **state)
{
    (void)state;
    static const char LETTERS[] = "\"',=+-@\t\r\n; aĐ0";
    srandom(10);
    for (int i = 0; i < 20000; i++) {
        TALLOC_CTX *ctx = mem_context(NULL, "cell");
        char text[12] = "";
        size_t n = (size_t)random() % (sizeof text - 1);
        for (size_t j = 0; j < n; j++)
            text[j] = LETTERS[(size_t)random() % (sizeof LETTERS - 1)];
        const char *got = read_cell(ctx, cell(ctx, text));
        bool is_prefixed = strcmp(got, text) != 0;
        assert_string_equal(got + is_prefixed, text);
        assert_int_equal(is_prefixed, got[0] == '\'' && text[0] != '\'');
        assert_false(*got && strchr("=+-@\t\r", *got));
        mem_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cell_is_quoted_and_one_that_looks_like_a_formula_is_prefixed),
        cmocka_unit_test(test_a_row_is_its_cells_and_an_end),
        cmocka_unit_test(test_whatever_the_text_a_reader_gets_it_back_and_runs_none_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
