/* common/pdf: text that runs over sheets. */
#include "tests/unit/test.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/pdf/pdf_sheets.h"
#include <string.h>

static const struct pdf_style TEXT = {.font = PDF_SERIF, .size = 13};
static const struct pdf_column WHOLE = {0, PDF_SHEET_WIDTH, PANGO_ALIGN_LEFT};

static size_t sheets_of(const ProtobufCBinaryData *pdf)
{
    static const char WORD[] = "/Type /Page ";
    size_t n = 0;
    const uint8_t *at = pdf->data, *end = pdf->data + pdf->len;
    while ((at = memmem(at, (size_t)(end - at), WORD, strlen(WORD)))) {
        n++;
        at += strlen(WORD);
    }
    return n;
}

static void test_a_paragraph_goes_on_overleaf(void **state)
{
    (void)state;
    static const struct {
        size_t lines, sheets;
    } CASES[] = {{1, 1}, {40, 1}, {60, 2}, {220, 5}};
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        TALLOC_CTX *ctx = mem_context(NULL, "test");
        struct pdf_sheets *sheets = pdf_sheets_new(ctx);
        ProtobufCBinaryData pdf;
        char *text = mem_text(ctx, "Một dòng");
        for (size_t line = 1; line < CASES[i].lines; line++)
            text = mem_append(text, "\nMột dòng");
        pdf_sheets_write(sheets, &TEXT, &WHOLE, text, 0);
        assert_int_equal(pdf_sheets_end(sheets, &pdf), ERR_OK);
        assert_int_equal(sheets_of(&pdf), CASES[i].sheets);
        mem_free(ctx);
    }
}

static void test_a_row_stands_on_one_sheet(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct pdf_sheets *sheets = pdf_sheets_new(ctx);
    const struct pdf_cell row[] = {{&TEXT, {0, 200, PANGO_ALIGN_LEFT}, "Ô\nô\nô\nô\nô\nô\nô\nô\nô\nô"}};
    ProtobufCBinaryData pdf;
    for (int i = 0; i < 9; i++) /* four of ten lines stand on a sheet */
        pdf_sheets_row(sheets, row, ARRAY_LENGTH(row), true, 0);
    assert_int_equal(pdf_sheets_end(sheets, &pdf), ERR_OK);
    assert_int_equal(sheets_of(&pdf), 3);
    mem_free(ctx);
}

static void test_what_needs_room_begins_overleaf_where_there_is_none(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct pdf_sheets *sheets = pdf_sheets_new(ctx);
    ProtobufCBinaryData pdf;
    pdf_sheets_need(sheets, 600);
    pdf_sheets_write(sheets, &TEXT, &WHOLE, "Trang một", 0);
    pdf_sheets_need(sheets, 600);
    pdf_sheets_write(sheets, &TEXT, &WHOLE, "Vẫn trang một", 120);
    pdf_sheets_need(sheets, 650);
    pdf_sheets_write(sheets, &TEXT, &WHOLE, "Trang hai", 0);
    assert_int_equal(pdf_sheets_end(sheets, &pdf), ERR_OK);
    assert_int_equal(sheets_of(&pdf), 2);
    mem_free(ctx);
}

static void test_a_word_that_is_too_wide_is_broken_and_a_file_has_so_many_sheets(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct pdf_sheets *sheets = pdf_sheets_new(ctx);
    ProtobufCBinaryData pdf;
    char word[2001];
    memset(word, 'm', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    pdf_sheets_write(sheets, &TEXT, &WHOLE, word, 0);
    for (int i = 1; i < PDF_SHEETS_MOST; i++)
        pdf_sheets_break(sheets);
    pdf_sheets_write(sheets, &TEXT, &WHOLE, "Trang cuối", 0);
    pdf_sheets_break(sheets);
    pdf_sheets_write(sheets, &TEXT, &WHOLE, "Quá nhiều", 0);
    assert_int_equal(pdf_sheets_end(sheets, &pdf), ERR_LIMIT_REACHED);
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_paragraph_goes_on_overleaf),
        cmocka_unit_test(test_a_row_stands_on_one_sheet),
        cmocka_unit_test(test_what_needs_room_begins_overleaf_where_there_is_none),
        cmocka_unit_test(test_a_word_that_is_too_wide_is_broken_and_a_file_has_so_many_sheets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
