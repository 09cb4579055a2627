/* Letters on paper: what fits where, and on how many pages. */
#include "tests/unit/test.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/letter/letter_draw.h"
#include "services/auth/letter/letter_pdf.h"
#include "services/auth/letter/letter_qr.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct letter LETTER = {.full_name = "Nguyễn Thị Tuyết Ngân",
                                     .branch = "Chi bộ 10B Trung Liệt",
                                     .card_number = "01000151",
                                     .code = "7K3M-9QX2-0V5T",
                                     .until_date = 20000};

static void test_the_fonts_have_every_letter_of_vietnamese(void **state)
{
    (void)state;
    assert_int_equal(pdf_check_fonts(), ERR_OK);
}

/* --- pages --- */

static size_t count(const ProtobufCBinaryData *pdf, const char *word)
{
    size_t n = 0;
    const uint8_t *at = pdf->data, *end = pdf->data + pdf->len;
    while ((at = memmem(at, (size_t)(end - at), word, strlen(word)))) {
        n++;
        at += strlen(word);
    }
    return n;
}

static void test_letters_take_a_page_each_or_four_a_page(void **state)
{
    (void)state;
    static const struct {
        size_t letters;
        unsigned per_page;
        size_t pages;
    } ROWS[] = {{1, 4, 1}, {4, 4, 1}, {5, 4, 2}, {200, 4, 50}, {1, 1, 1}, {3, 1, 3}};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct letter letters[200];
    for (size_t i = 0; i < ARRAY_LENGTH(letters); i++)
        letters[i] = LETTER;
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        ProtobufCBinaryData pdf;
        assert_int_equal(letter_pdf(ctx, letters, ROWS[i].letters, ROWS[i].per_page, &pdf), ERR_OK);
        assert_memory_equal(pdf.data, "%PDF-", 5);
        assert_int_equal(count(&pdf, "/Type /Page "), ROWS[i].pages);
    }
    mem_free(ctx);
}

/* --- names --- */

static PangoLayout *new_layout(void)
{
    PangoFontMap *map = pango_cairo_font_map_new();
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);
    PangoContext *context = pango_font_map_create_context(map);
    PangoLayout *layout = pango_layout_new(context);
    g_object_unref(context);
    g_object_unref(map);
    return layout;
}

static void assert_no_syllable_is_broken(PangoLayout *layout, const char *text)
{
    for (GSList *line = pango_layout_get_lines_readonly(layout); line; line = line->next) {
        int start = ((PangoLayoutLine *)line->data)->start_index;
        assert_true(start == 0 || text[start - 1] == ' ');
    }
}

static void test_a_name_gets_smaller_before_a_syllable_breaks(void **state)
{
    (void)state;
    static const char *const NAMES[] = {
        "Lê An",
        "Nguyễn Thị Tuyết Ngân",
        "Công Tằng Tôn Nữ Thụy Khương Thục Nghiêm Nguyễn Phước Quỳnh Như",
        "Ksor-H'Bơ-Khăp-Nguyễnthịnghiêngnghiêngnghiêngnghiêng",
    };
    const struct pdf_style style = {.bold = true, .size = 16, .least = 4, .height = 40};
    PangoLayout *layout = new_layout();
    for (size_t i = 0; i < ARRAY_LENGTH(NAMES); i++) {
        double height;
        int width;
        pdf_text_set(layout, &style, NAMES[i], 140, &height);
        pango_layout_get_size(layout, &width, NULL);
        assert_true(height <= 40);
        assert_true(width <= 140 * PANGO_SCALE);
        if (!strchr(NAMES[i], '-'))
            assert_no_syllable_is_broken(layout, NAMES[i]);
    }
    g_object_unref(layout);
}

static void test_a_name_that_fits_is_not_made_smaller(void **state)
{
    (void)state;
    const struct pdf_style style = {.bold = true, .size = 16, .least = 4, .height = 40};
    PangoLayout *layout = new_layout();
    double height;
    pdf_text_set(layout, &style, "Lê An", 140, &height);
    assert_int_equal(pango_font_description_get_size(pango_layout_get_font_description(layout)), 16 * PANGO_SCALE);
    assert_true(fabs(height - 16 * 1.15) < 1);
    g_object_unref(layout);
}

/* --- what it leads to --- */

static void test_card_and_code_stand_behind_the_sign_that_no_server_sees(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct letter letter = LETTER;
    letter_config.public_origin = "https://sotay.example.vn";
    letter.card_number = "01 0&1";
    assert_string_equal(letter_url(ctx, &letter),
                        "https://sotay.example.vn/app/kich-hoat#c=01%200%261&k=7K3M-9QX2-0V5T");
    mem_free(ctx);
}

static void test_the_last_day_is_one_that_is_over_before_the_code(void **state)
{
    (void)state;
    int32_t date = clock_date_join(2027, 1, 28);
    assert_int_equal(letter_last_day(clock_date_start_us(date)), date - 1);
    assert_int_equal(letter_last_day(clock_date_start_us(date) + 14 * CLOCK_HOUR_US), date - 1);
}

static void test_a_text_that_no_code_can_hold_is_refused(void **state)
{
    (void)state;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    cairo_t *cr = cairo_create(surface);
    char text[4000];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(qr_draw(cr, text, 0, 0, 100), ERR_INTERNAL);
    assert_int_equal(qr_draw(cr, "a", 0, 0, 100), ERR_OK);
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
}

static int set_config(void **state)
{
    (void)state;
    letter_config = (struct letter_config){.public_origin = "http://127.0.0.1:8080", .support_phone = ""};
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_fonts_have_every_letter_of_vietnamese),
        cmocka_unit_test(test_letters_take_a_page_each_or_four_a_page),
        cmocka_unit_test(test_a_name_gets_smaller_before_a_syllable_breaks),
        cmocka_unit_test(test_a_name_that_fits_is_not_made_smaller),
        cmocka_unit_test(test_card_and_code_stand_behind_the_sign_that_no_server_sees),
        cmocka_unit_test(test_the_last_day_is_one_that_is_over_before_the_code),
        cmocka_unit_test(test_a_text_that_no_code_can_hold_is_refused),
    };
    return cmocka_run_group_tests(tests, set_config, NULL);
}
