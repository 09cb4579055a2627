/* services/document/extract/pdf.h: PDFs made here, read by sotay-extract in its sandbox. */
#include "extract_help.h"

#include "common/base/array.h"
#include "common/pdf/pdf_file.h"
#include "common/pdf/pdf_sheets.h"

static ProtobufCBinaryData make_pdf(TALLOC_CTX *ctx, const char *text)
{
    static const struct pdf_style STYLE = {.font = PDF_SERIF, .size = 13};
    static const struct pdf_column WHOLE = {0, PDF_SHEET_WIDTH, PANGO_ALIGN_LEFT};
    struct pdf_sheets *sheets = pdf_sheets_new(ctx);
    ProtobufCBinaryData pdf;
    pdf_sheets_write(sheets, &STYLE, &WHOLE, text, 0);
    assert_int_equal(pdf_sheets_end(sheets, &pdf), ERR_OK);
    return pdf;
}

static char *many_lines(TALLOC_CTX *ctx, int n)
{
    char *text = mem_text(ctx, "Điều 1. Phạm vi điều chỉnh");
    for (int i = 1; i < n; i++)
        text = mem_append(text, "\n%d. Khoản thứ %d", i, i);
    return text;
}

static void test_a_pdf_keeps_its_letters_and_pages(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const struct extractor extractor = usual();
    struct extracted extracted;
    assert_int_equal(run(ctx, &extractor, make_pdf(ctx, many_lines(ctx, 80)), &extracted), ERR_OK);
    assert_int_equal(extracted.end, EXTRACT_DONE);
    assert_int_equal(extracted.pages, 2);
    assert_string_equal(extracted.lines[0].text, "Điều 1. Phạm vi điều chỉnh");
    assert_int_equal(extracted.lines[0].page, 1);
    size_t n;
    const struct passage *passages = passage_divide(ctx, extracted.lines, extracted.n, &n);
    assert_int_equal(n, 80);
    assert_string_equal(passages[79].address, "dieu-1.khoan-79");
    assert_int_equal(passages[79].page, 2);
    mem_free(ctx);
}

static void test_a_long_pdf_is_read_in_slices(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const ProtobufCBinaryData pdf = make_pdf(ctx, many_lines(ctx, 200));
    const struct extractor whole_extractor = usual();
    struct extractor extractor = usual();
    struct extracted whole, slice = {.end = EXTRACT_MORE};
    size_t n = 0;
    assert_int_equal(run(ctx, &whole_extractor, pdf, &whole), ERR_OK);
    assert_true(whole.pages > 3);
    assert_int_equal(whole.total, whole.pages);
    extractor.effort = 2; /* pages */
    for (; slice.end == EXTRACT_MORE; extractor.pages_before += slice.pages) {
        assert_int_equal(run(ctx, &extractor, pdf, &slice), ERR_OK);
        assert_int_equal(slice.total, whole.pages);
        assert_in_range(slice.pages, 1, 2);
        for (size_t i = 0; i < slice.n; i++, n++) {
            assert_string_equal(slice.lines[i].text, whole.lines[n].text);
            assert_int_equal(slice.lines[i].page, whole.lines[n].page);
        }
    }
    assert_int_equal(slice.end, EXTRACT_DONE);
    assert_int_equal(extractor.pages_before, whole.pages);
    assert_int_equal(n, whole.n);
    mem_free(ctx);
}

/* As a file whose fonts do not say which letters their shapes are. */
static ProtobufCBinaryData without_letters(ProtobufCBinaryData pdf)
{
    static const char KEY[] = "/ToUnicode";
    size_t n = 0;
    for (uint8_t *at = pdf.data; (at = memmem(at, pdf.len - (size_t)(at - pdf.data), KEY, strlen(KEY))) != NULL; n++)
        at[strlen(KEY) - 1] = 'x';
    assert_true(n > 0);
    return pdf;
}

static void test_a_page_whose_font_names_no_letters_is_read_as_a_picture(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const struct extractor extractor = usual();
    struct extracted extracted;
    const ProtobufCBinaryData pdf = without_letters(make_pdf(ctx, "Điều 1. Phạm vi điều chỉnh và đối tượng áp dụng\n"
                                                                  "1. Các chi bộ trực thuộc Đảng bộ thành phố\n"
                                                                  "2. Đảng viên và cấp ủy viên các cấp"));
    assert_int_equal(run(ctx, &extractor, pdf, &extracted), ERR_OK);
    const char *text = said(ctx, &extracted);
    if (!strstr(text, "và đối tượng áp dụng") || !strstr(text, "và cấp ủy viên các cấp"))
        fail_msg("%s", text);
    mem_free(ctx);
}

/* Two pages: a clause goes on overleaf, and what it refers to stands between the two parts. */
static ProtobufCBinaryData make_pdf_with_footnotes(TALLOC_CTX *ctx)
{
    enum { BODY = 13, NOTE = 10, MARK = 8, LEFT = 85, BEHIND = 0, FOOT = 760 };
    static const struct {
        int size, x, y;   /* BEHIND what was written last */
        const char *text; /* NULL: the next page */
    } RUNS[] = {
        {BODY, LEFT, 80, "Điều 1. Đối tượng áp dụng"},
        {BODY, LEFT, 100, "1. Các chi bộ theo quy định của Trung ương"},
        {MARK, BEHIND, 100, "1"}, /* their tops are level: it is raised */
        {BODY, LEFT, 120, "và của Thành ủy, trong đó có chi bộ"},
        {MARK, LEFT, FOOT, "1"},
        {NOTE, BEHIND, FOOT, " Nghị quyết số 05-NQ/TW của Ban Chấp hành Trung ương."},
        {NOTE, LEFT, FOOT + 13, "2. Trước đây là Quy định số 24."},
        {BODY, 290, FOOT + 40, "1"},
        {0, 0, 0, NULL},
        {BODY, LEFT, 80, "dân cư và chi bộ cơ quan."},
        {BODY, LEFT, 100, "2. Đảng viên"},
        {BODY, 290, FOOT + 40, "2"},
    };
    struct pdf_file *pdf = pdf_file_new(ctx, PDF_A4_WIDTH, PDF_A4_HEIGHT);
    ProtobufCBinaryData bytes;
    double behind = 0;
    int width;
    for (size_t i = 0; i < ARRAY_LENGTH(RUNS); i++) {
        if (!RUNS[i].text) {
            cairo_show_page(pdf->cr);
            continue;
        }
        PangoFontDescription *font = pango_font_description_from_string("Tinos");
        pango_font_description_set_absolute_size(font, RUNS[i].size * PANGO_SCALE);
        pango_layout_set_font_description(pdf->layout, font);
        pango_layout_set_text(pdf->layout, RUNS[i].text, -1);
        cairo_move_to(pdf->cr, RUNS[i].x == BEHIND ? behind : RUNS[i].x, RUNS[i].y);
        pango_cairo_show_layout(pdf->cr, pdf->layout);
        pango_layout_get_size(pdf->layout, &width, NULL);
        behind = (RUNS[i].x == BEHIND ? behind : RUNS[i].x) + (double)width / PANGO_SCALE;
        pango_font_description_free(font);
    }
    cairo_show_page(pdf->cr);
    assert_int_equal(pdf_file_end(pdf, &bytes), ERR_OK);
    return bytes;
}

static void test_a_footnote_does_not_break_its_clause(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const struct extractor extractor = usual();
    struct extracted extracted;
    size_t n;
    assert_int_equal(run(ctx, &extractor, make_pdf_with_footnotes(ctx), &extracted), ERR_OK);
    const struct passage *passages = passage_divide(ctx, extracted.lines, extracted.n, &n);
    if (n != 3)
        fail_msg("%s", said(ctx, &extracted));
    assert_string_equal(passages[1].address, "dieu-1.khoan-1");
    assert_string_equal(passages[1].text,
                        "1. Các chi bộ theo quy định của Trung ương1 và của Thành ủy, trong đó có chi bộ dân "
                        "cư và chi bộ cơ quan.\n1 Nghị quyết số 05-NQ/TW của Ban Chấp hành Trung ương. "
                        "2. Trước đây là Quy định số 24.");
    assert_string_equal(passages[2].address, "dieu-1.khoan-2");
    mem_free(ctx);
}

static void test_a_table_of_a_pdf_keeps_its_rows(void **state)
{
    (void)state;
    static const struct pdf_style STYLE = {.font = PDF_SERIF, .size = 12};
    static const char *const ROWS[][3] = {
        {"STT", "Tên chi bộ", "Số đảng viên"},
        {"1", "Chi bộ khu dân cư số 10 phường Bến Nghé, thành lập năm 2020", "25"},
        {"2", "Chi bộ cơ quan Ủy ban nhân dân phường và các đơn vị sự nghiệp", "31"},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const struct extractor extractor = usual();
    struct pdf_sheets *sheets = pdf_sheets_new(ctx);
    struct extracted extracted;
    ProtobufCBinaryData pdf;
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        const struct pdf_cell cells[] = {{&STYLE, {0, 40, PANGO_ALIGN_LEFT}, ROWS[i][0]},
                                         {&STYLE, {50, 180, PANGO_ALIGN_LEFT}, ROWS[i][1]}, /* in two lines */
                                         {&STYLE, {240, 100, PANGO_ALIGN_LEFT}, ROWS[i][2]}};
        pdf_sheets_row(sheets, cells, ARRAY_LENGTH(cells), true, 0);
    }
    assert_int_equal(pdf_sheets_end(sheets, &pdf), ERR_OK);
    assert_int_equal(run(ctx, &extractor, pdf, &extracted), ERR_OK);
    char *text = said(ctx, &extracted);
    for (char *at = text; (at = strchr(at, '|')) != NULL;)
        *at = ' ';
    for (size_t i = 0, n = 0; i < ARRAY_LENGTH(ROWS); i++)
        for (size_t j = 0; j < ARRAY_LENGTH(ROWS[i]); j++) {
            const char *cell = strstr(text + n, ROWS[i][j]);
            if (!cell)
                fail_msg("%s: %s", ROWS[i][j], text);
            n = (size_t)(cell - text) + strlen(ROWS[i][j]);
        }
    mem_free(ctx);
}

static void test_too_much_is_told_as_such(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct extractor pages = usual(), bytes = usual();
    pages.pages = 1;
    bytes.output_bytes = 100;
    assert_end(&pages, make_pdf(ctx, many_lines(ctx, 80)), EXTRACT_TOO_LARGE);
    assert_end(&bytes, make_pdf(ctx, many_lines(ctx, 80)), EXTRACT_TOO_LARGE);
    assert_end(&bytes, bytes_of(many_lines(ctx, 80)), EXTRACT_TOO_LARGE);
    mem_free(ctx);
}

static void test_what_is_no_pdf_is_broken(void **state)
{
    (void)state;
    const struct extractor extractor = usual();
    assert_end(&extractor, bytes_of("%PDF-1.7\nnothing of it\n%%EOF"), EXTRACT_BROKEN);
    assert_end(&extractor, bytes_of("PK\3\4 no archive"), EXTRACT_BROKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_pdf_keeps_its_letters_and_pages),
        cmocka_unit_test(test_a_long_pdf_is_read_in_slices),
        cmocka_unit_test(test_a_page_whose_font_names_no_letters_is_read_as_a_picture),
        cmocka_unit_test(test_a_footnote_does_not_break_its_clause),
        cmocka_unit_test(test_a_table_of_a_pdf_keeps_its_rows),
        cmocka_unit_test(test_too_much_is_told_as_such),
        cmocka_unit_test(test_what_is_no_pdf_is_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
