/* services/document/extract/scan.h: pages that are pictures, drawn here, read by sotay-extract in its sandbox. */
#include "test.h"

#include "common/base/array.h"
#include "common/pdf/pdf_file.h"
#include "common/pdf/pdf_text.h"
#include "services/document/extract/extractor.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { DPI = 200, WIDTH = 1654, HEIGHT = 2339, MARGIN = 200 }; /* A4 */

static const char TEXT[] =
    "Điều 1. Phạm vi điều chỉnh và đối tượng áp dụng\n"
    "1. Nghị quyết này quy định về phát triển kinh tế tập thể trên địa bàn phường giai đoạn 2026 - 2030.\n"
    "2. Các chi bộ trực thuộc, cán bộ và đảng viên có trách nhiệm tuyên truyền, vận động Nhân dân thực hiện.\n"
    "Điều 2. Mục tiêu\n"
    "1. Củng cố các hợp tác xã hiện có, khuyến khích thành lập mới; doanh thu bình quân tăng mỗi năm.\n"
    "2. Người lao động trong hợp tác xã được đóng bảo hiểm, được đào tạo nghề và nâng cao thu nhập.\n"
    "Điều 3. Tổ chức thực hiện\n"
    "1. Ủy ban nhân dân phường xây dựng kế hoạch, bố trí kinh phí và kiểm tra định kỳ sáu tháng một lần.\n"
    "2. Mặt trận Tổ quốc và các đoàn thể giám sát việc thực hiện Nghị quyết này.\n";

/* --- pictures ----------------------------------------------------------------------------------------------------- */

struct picture {
    double turned, shade; /* degrees; how dark the darkest corner is */
};

static void draw_text(cairo_t *cr)
{
    PangoLayout *layout = pango_cairo_create_layout(cr);
    PangoFontDescription *font = pango_font_description_from_string("Tinos");
    pango_font_description_set_absolute_size(font, 14.0 / 72 * DPI * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_width(layout, (WIDTH - 2 * MARGIN) * PANGO_SCALE);
    pango_layout_set_text(layout, TEXT, -1);
    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_move_to(cr, MARGIN, MARGIN);
    pango_cairo_show_layout(cr, layout);
    pango_font_description_free(font);
    g_object_unref(layout);
}

static void draw_shade(cairo_t *cr, double shade)
{
    cairo_pattern_t *pattern = cairo_pattern_create_linear(0, 0, WIDTH, HEIGHT);
    cairo_pattern_add_color_stop_rgba(pattern, 0, 0, 0, 0, 0);
    cairo_pattern_add_color_stop_rgba(pattern, 1, 0, 0, 0, shade);
    cairo_set_source(cr, pattern);
    cairo_paint(cr);
    cairo_pattern_destroy(pattern);
}

static cairo_surface_t *draw(const struct picture *picture)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
    cairo_t *cr = cairo_create(surface);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_translate(cr, WIDTH / 2.0, HEIGHT / 2.0);
    cairo_rotate(cr, picture->turned * M_PI / 180);
    cairo_translate(cr, -WIDTH / 2.0, -HEIGHT / 2.0);
    draw_text(cr);
    cairo_identity_matrix(cr);
    draw_shade(cr, picture->shade);
    cairo_destroy(cr);
    return surface;
}

static cairo_status_t write_file(void *file, const unsigned char *bytes, unsigned int n)
{
    return write(*(int *)file, bytes, n) == (ssize_t)n ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static int png_of(cairo_surface_t *surface)
{
    int file = memfd_create("png", MFD_CLOEXEC);
    assert_int_equal(cairo_surface_write_to_png_stream(surface, write_file, &file), CAIRO_STATUS_SUCCESS);
    return file;
}

/* As a scanner makes it: a page that is one picture. */
static int pdf_of(TALLOC_CTX *ctx, cairo_surface_t *surface)
{
    struct pdf_file *pdf = pdf_file_new(ctx, PDF_A4_WIDTH, PDF_A4_HEIGHT);
    ProtobufCBinaryData bytes;
    int file = memfd_create("pdf", MFD_CLOEXEC);
    cairo_scale(pdf->cr, 72.0 / DPI, 72.0 / DPI);
    cairo_set_source_surface(pdf->cr, surface, 0, 0);
    cairo_paint(pdf->cr);
    cairo_show_page(pdf->cr);
    assert_int_equal(pdf_file_end(pdf, &bytes), ERR_OK);
    assert_int_equal(write(file, bytes.data, bytes.len), (ssize_t)bytes.len);
    return file;
}

/* --- errors ------------------------------------------------------------------------------------------------------- */

enum { WORDS_MOST = 400 };
struct words {
    char *items[WORDS_MOST];
    size_t n;
};

static void add_words(TALLOC_CTX *ctx, const char *text, struct words *words)
{
    char *rest = mem_text(ctx, text), *word;
    while ((word = strsep(&rest, " \n")) != NULL)
        if (*word && words->n < WORDS_MOST)
            words->items[words->n++] = word;
}

/* Words to be put in, taken out or changed, in percent of those that there are. */
static double errors_of(const struct words *is, const struct words *should)
{
    static size_t row[WORDS_MOST + 1];
    for (size_t j = 0; j <= is->n; j++)
        row[j] = j;
    for (size_t i = 1; i <= should->n; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= is->n; j++) {
            size_t other = corner + (strcmp(should->items[i - 1], is->items[j - 1]) != 0);
            corner = row[j];
            size_t step = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = other < step ? other : step;
        }
    }
    return 100.0 * (double)row[is->n] / (double)should->n;
}

static double read_file(int file)
{
    const char *program = getenv("SOTAY_EXTRACT");
    const struct extractor extractor = {.program = program ? program : "build/services/document/sotay-extract",
                                        .memory_bytes = 1 << 30,
                                        .cpu_seconds = 60,
                                        .seconds = 100,
                                        .pages = 3,
                                        .output_bytes = 1 << 20,
                                        .effort = EFFORT_OF_SLICE};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct words is = {.n = 0}, should = {.n = 0};
    struct extracted extracted;
    ProtobufCBinaryData said;
    assert_int_equal(extractor_run(ctx, &extractor, file, &extracted, &said), ERR_OK);
    assert_string_equal(extract_end_word(extracted.end), extract_end_word(EXTRACT_DONE));
    assert_int_equal(extracted.pages, 1);
    for (size_t i = 0; i < extracted.n; i++)
        add_words(ctx, extracted.lines[i].text, &is);
    add_words(ctx, TEXT, &should);
    double errors = errors_of(&is, &should);
    mem_free(ctx);
    (void)close(file);
    return errors;
}

/* --- cases -------------------------------------------------------------------------------------------------------- */

static void test_a_picture_of_a_page_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct picture picture;
        double errors_most; /* percent of the words */
    } CASES[] = {
        {"as a scanner makes it", {0, 0}, 5},
        {"skewed", {3, 0}, 5},
        {"upside down", {180, 0}, 5},
        {"shaded", {-1, 0.4}, 5},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        cairo_surface_t *surface = draw(&CASES[i].picture);
        double errors = read_file(png_of(surface));
        print_message("%s: %.1f %% of the words are wrong\n", CASES[i].what, errors);
        assert_true(errors <= CASES[i].errors_most);
        cairo_surface_destroy(surface);
    }
}

static void test_a_page_of_a_pdf_that_is_a_picture_is_read(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    cairo_surface_t *surface = draw(&(struct picture){0, 0});
    double errors = read_file(pdf_of(ctx, surface));
    print_message("of a PDF: %.1f %% of the words are wrong\n", errors);
    assert_true(errors <= 5);
    cairo_surface_destroy(surface);
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_picture_of_a_page_is_read),
        cmocka_unit_test(test_a_page_of_a_pdf_that_is_a_picture_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
