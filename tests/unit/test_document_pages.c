/* services/document/page/: pages of files made here, drawn by sotay-draw in its sandbox; and files that are not
 * what they say. */
#include "test.h"

#include "common/base/array.h"
#include "common/pdf/pdf_sheets.h"
#include "services/document/extract/exif.h"
#include "services/document/extract/trailer.h"
#include "services/document/page/page_draw.h"
#include <allheaders.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { A4_HEIGHT = PAGE_WIDTH * 297 / 210 };

static char store[] = "/tmp/sotay-pages-XXXXXX";

static int make_store(void **state)
{
    (void)state;
    return mkdtemp(store) ? 0 : -1;
}

static int remove_store(void **state)
{
    (void)state;
    char command[sizeof store + 16];
    snprintf(command, sizeof command, "rm -r %s", store);
    return system(command); // NOLINT(cert-env33-c): its own folder
}

/* --- asking for pages --------------------------------------------------------------------------------------------- */

static struct page_key keep_file(TALLOC_CTX *ctx, ProtobufCBinaryData bytes)
{
    static uint8_t next;
    struct page_key key = {.sha256 = {++next}, .page = 1};
    char *path = mem_printf(ctx, "%s/%02x%062d", store, next, 0);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes.data, bytes.len), (ssize_t)bytes.len);
    assert_int_equal(close(file), 0);
    return key;
}

static struct page_drawer usual(void)
{
    const char *program = getenv("SOTAY_DRAW");
    return (struct page_drawer){.program = program ? program : "build/services/document/sotay-draw",
                                .blob_dir = store,
                                .memory_bytes = INT64_C(768) << 20,
                                .cpu_seconds = 20,
                                .seconds = 20};
}

static enum extract_end draw(TALLOC_CTX *ctx, ProtobufCBinaryData bytes, int32_t page, ProtobufCBinaryData *ret_png)
{
    const struct page_drawer drawer = usual();
    struct page_key key = keep_file(ctx, bytes);
    enum extract_end end = EXTRACT_ENDS;
    key.page = page;
    assert_int_equal(page_draw(ctx, &drawer, &key, &end, ret_png), ERR_OK);
    return end;
}

static PIX *draw_well(TALLOC_CTX *ctx, ProtobufCBinaryData bytes, int32_t page)
{
    ProtobufCBinaryData png;
    assert_string_equal(extract_end_word(draw(ctx, bytes, page, &png)), "done");
    PIX *picture = pixReadMemPng(png.data, png.len);
    assert_non_null(picture);
    return picture;
}

static void assert_end(ProtobufCBinaryData bytes, int32_t page, const char *word)
{
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    ProtobufCBinaryData png;
    assert_string_equal(extract_end_word(draw(ctx, bytes, page, &png)), word);
    assert_int_equal(png.len, 0);
    mem_free(ctx);
}

static ProtobufCBinaryData bytes_of(const char *text)
{
    return (ProtobufCBinaryData){strlen(text), (uint8_t *)(uintptr_t)text};
}

/* --- PDF ---------------------------------------------------------------------------------------------------------- */

static ProtobufCBinaryData pdf_of(TALLOC_CTX *ctx, int lines)
{
    static const struct pdf_style STYLE = {.font = PDF_SERIF, .size = 13};
    static const struct pdf_column WHOLE = {0, PDF_SHEET_WIDTH, PANGO_ALIGN_LEFT};
    struct pdf_sheets *sheets = pdf_sheets_new(ctx);
    ProtobufCBinaryData pdf;
    for (int i = 0; i < lines; i++)
        pdf_sheets_write(sheets, &STYLE, &WHOLE, "Phát triển kinh tế tập thể", 0);
    assert_int_equal(pdf_sheets_end(sheets, &pdf), ERR_OK);
    return pdf;
}

/* A file without a table of its objects, which readers make anew. `more`: what the page has beside; `content`: what is
 * drawn. */
static ProtobufCBinaryData raw_pdf(TALLOC_CTX *ctx, const char *page, const char *content, const char *more)
{
    char *pdf = mem_printf(ctx,
                           "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                           "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                           "3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R%s>>endobj\n"
                           "4 0 obj<</Length %zu>>stream\n%s\nendstream endobj\n%s",
                           page, strlen(content), content, more);
    pdf = mem_append(pdf, "%s", strstr(more, "trailer") ? "" : "trailer<</Root 1 0 R>>\n");
    return bytes_of(pdf);
}

static bool has_ink(PIX *picture)
{
    PIX *grey = pixConvertTo8(picture, 0), *ink = pixThresholdToBinary(grey, 128);
    l_float32 fraction = 0;
    pixForegroundFraction(ink, &fraction);
    pixDestroy(&ink);
    pixDestroy(&grey);
    return fraction > 0.001F;
}

static void test_a_page_of_a_pdf_is_a_picture(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    ProtobufCBinaryData pdf = pdf_of(ctx, 80);
    for (int32_t page = 1; page <= 2; page++) {
        PIX *picture = draw_well(ctx, pdf, page);
        assert_in_range(pixGetWidth(picture), PAGE_WIDTH - 1, PAGE_WIDTH + 1);
        assert_in_range(pixGetHeight(picture), A4_HEIGHT - 3, A4_HEIGHT + 3);
        assert_int_equal(pixGetDepth(picture), 8); /* it has no colours */
        assert_true(has_ink(picture));
        pixDestroy(&picture);
    }
    assert_end(pdf, 3, "no_page");
    mem_free(ctx);
}

static void test_a_page_that_lies_is_as_wide(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    static const char RED[] = "1 0 0 rg 0 0 100 100 re f";
    PIX *picture = draw_well(ctx, raw_pdf(ctx, "/MediaBox[0 0 300 600]/Rotate 90", RED, ""), 1);
    assert_in_range(pixGetWidth(picture), PAGE_WIDTH - 1, PAGE_WIDTH + 1);
    assert_in_range(pixGetHeight(picture), PAGE_WIDTH / 2 - 1, PAGE_WIDTH / 2 + 1);
    assert_int_equal(pixGetDepth(picture), 32);
    pixDestroy(&picture);
    mem_free(ctx);
}

/* Ten forms, each of which draws the next ten times. */
static ProtobufCBinaryData bomb(TALLOC_CTX *ctx)
{
    enum { LEVELS = 10 };
    char *forms = mem_text(ctx, "");
    for (int i = 0; i < LEVELS; i++)
        forms = mem_append(forms,
                           "%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 600 600]/Resources<</XObject<</F %d 0 R>>>>"
                           "/Length 49>>stream\n/F Do /F Do /F Do /F Do /F Do /F Do /F Do /F Do \nendstream endobj\n",
                           5 + i, 6 + i);
    forms = mem_append(forms,
                       "%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 600 600]/Length 24>>stream\n"
                       "0 0 600 600 re f        \nendstream endobj\n",
                       5 + LEVELS);
    return raw_pdf(ctx, "/MediaBox[0 0 600 600]/Resources<</XObject<</F 5 0 R>>>>", "/F Do", forms);
}

static void test_a_bomb_has_its_time_and_no_more(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct page_drawer drawer = usual();
    struct page_key key = keep_file(ctx, bomb(ctx));
    enum extract_end end;
    ProtobufCBinaryData png;
    drawer.cpu_seconds = 1;
    assert_int_equal(page_draw(ctx, &drawer, &key, &end, &png), ERR_MALFORMED);
    mem_free(ctx);
}

static void test_a_slow_moment_is_not_the_files_fault(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct page_drawer drawer = usual();
    struct page_key key = keep_file(ctx, bomb(ctx));
    enum extract_end end;
    ProtobufCBinaryData png;
    drawer.seconds = 1;
    assert_int_equal(page_draw(ctx, &drawer, &key, &end, &png), ERR_OVERLOADED);
    mem_free(ctx);
}

static void test_a_program_that_cannot_work_here_blames_no_file(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct page_drawer drawer = usual();
    struct page_key key = keep_file(ctx, bytes_of("%PDF-1.7\nnothing"));
    enum extract_end end;
    ProtobufCBinaryData png;
    drawer.program = "/bin/false";
    assert_int_equal(page_draw(ctx, &drawer, &key, &end, &png), ERR_INTERNAL);
    drawer.program = "/bin/true";
    assert_int_equal(page_draw(ctx, &drawer, &key, &end, &png), ERR_OVERLOADED);
    mem_free(ctx);
}

/* Letters in a font that every reader has, and no file holds; `mode` 3: behind a scan, not to be seen. */
static ProtobufCBinaryData lettered(TALLOC_CTX *ctx, int mode)
{
    static const char FONT[] = "/MediaBox[0 0 600 600]"
                               "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>";
    return raw_pdf(ctx, FONT, mem_printf(ctx, "0 0 9 9 re f BT /F 24 Tf %d Tr 50 500 Td (Nghi quyet) Tj ET", mode), "");
}

static void test_a_page_whose_letters_would_be_missing_is_not_drawn(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    assert_end(lettered(ctx, 0), 1, "broken");
    pixDestroy(&(PIX *){draw_well(ctx, lettered(ctx, 3), 1)});
    mem_free(ctx);
}

static void test_a_page_of_no_paper_is_no_larger_than_a_screen(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    static const char *const SIZES[] = {"/MediaBox[0 0 1 14400]", "/MediaBox[0 0 14400 14400]", "/MediaBox[0 0 9 9]"};
    for (size_t i = 0; i < ARRAY_LENGTH(SIZES); i++) {
        PIX *picture = draw_well(ctx, raw_pdf(ctx, SIZES[i], "0 0 1 1 re f", ""), 1);
        assert_in_range((int64_t)pixGetWidth(picture) * pixGetHeight(picture), 1, 11000000);
        pixDestroy(&picture);
    }
    mem_free(ctx);
}

static void test_a_locked_pdf_is_told_as_such(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    static const char KEY[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    static const char LOCK[] = "trailer<</Root 1 0 R/ID[<00><00>]"
                               "/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>>>";
    char *lock = mem_printf(ctx, LOCK, KEY, KEY);
    assert_end(raw_pdf(ctx, "/MediaBox[0 0 600 600]", "0 0 1 1 re f", lock), 1, "locked");
    assert_end(bytes_of("%PDF-1.7\nnothing"), 1, "broken");
    assert_end(bytes_of("PK\3\4 no pages"), 1, "no_page");
    assert_end(bytes_of(""), 1, "no_page");
    mem_free(ctx);
}

/* --- pictures ----------------------------------------------------------------------------------------------------- */

/* White, with a black corner at the top left. */
static PIX *cornered(int width, int height)
{
    PIX *picture = pixCreate(width, height, 8);
    pixSetAllArbitrary(picture, 255);
    for (int y = 0; y < height / 4; y++)
        for (int x = 0; x < width / 4; x++)
            pixSetPixel(picture, x, y, 0);
    return picture;
}

static ProtobufCBinaryData file_of(TALLOC_CTX *ctx, PIX *picture, int format)
{
    l_uint8 *bytes = NULL;
    size_t n = 0;
    assert_int_equal(pixWriteMem(&bytes, &n, picture, format), 0);
    ProtobufCBinaryData file = mem_bytes(ctx, bytes, n);
    lept_free(bytes);
    pixDestroy(&picture);
    return file;
}

/* The JPEG as a camera writes it that was held so. */
static ProtobufCBinaryData held(TALLOC_CTX *ctx, ProtobufCBinaryData jpeg, uint8_t orientation)
{
    const uint8_t EXIF[] = {0xFF, 0xE1, 0,    34,   'E', 'x', 'i', 'f', 0, 0, 'M', 'M',         0, 42, 0, 0, 0, 8,
                            0,    1,    0x01, 0x12, 0,   3,   0,   0,   0, 1, 0,   orientation, 0, 0,  0, 0, 0, 0};
    ARRAY(uint8_t) file = {0};
    array_add_many(ctx, &file, jpeg.data, 2);
    array_add_many(ctx, &file, EXIF, sizeof EXIF);
    array_add_many(ctx, &file, jpeg.data + 2, jpeg.len - 2);
    return (ProtobufCBinaryData){file.n, file.items};
}

static bool is_black(PIX *picture, int x_of_8, int y_of_8)
{
    l_uint32 value = 255;
    pixGetPixel(picture, pixGetWidth(picture) * x_of_8 / 8, pixGetHeight(picture) * y_of_8 / 8, &value);
    return value < 64;
}

/* EXIF's numbers say where the first row and the first column of the file belong. */
static void test_a_photo_is_upright_however_the_camera_was_held(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    static const struct {
        uint8_t orientation;
        int x, y; /* where the corner is, in eighths */
        bool stands;
    } CASES[] = {{1, 1, 1, false}, {2, 7, 1, false}, {3, 7, 7, false}, {4, 1, 7, false}, {5, 1, 1, true},
                 {6, 7, 1, true},  {7, 7, 7, true},  {8, 1, 7, true},  {0, 1, 1, false}, {9, 1, 1, false}};
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        ProtobufCBinaryData jpeg = file_of(ctx, cornered(800, 400), IFF_JFIF_JPEG);
        PIX *picture = draw_well(ctx, held(ctx, jpeg, CASES[i].orientation), 1);
        assert_int_equal(pixGetWidth(picture), CASES[i].stands ? 400 : 800);
        for (int corner = 0; corner < 4; corner++) {
            int x = corner % 2 ? 7 : 1, y = corner / 2 ? 7 : 1;
            assert_int_equal(is_black(picture, x, y), x == CASES[i].x && y == CASES[i].y);
        }
        pixDestroy(&picture);
    }
    mem_free(ctx);
}

static void test_exif_that_lies_turns_nothing(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    ProtobufCBinaryData whole = held(ctx, file_of(ctx, cornered(8, 8), IFF_JFIF_JPEG), 6);
    assert_int_equal(exif_turn_of((char *)whole.data, whole.len).quarters, 1);
    for (size_t n = 0; n < whole.len; n++) {
        char *cut = mem_copy(ctx, whole.data, n + 1); /* of its own, so that a sanitizer sees what is read behind it */
        (void)exif_turn_of(cut, n);
        mem_free(cut);
    }
    for (size_t at = 2; at < 38; at++)
        for (int value = 0; value < 256; value += 51) {
            uint8_t was = whole.data[at];
            whole.data[at] = (uint8_t)value;
            (void)exif_turn_of((char *)whole.data, whole.len);
            whole.data[at] = was;
        }
    mem_free(ctx);
}

static void test_a_picture_is_as_wide_as_a_screen_at_most(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    static const struct {
        int width, height, format, is_wide, is_high;
    } CASES[] = {
        {300, 200, IFF_PNG, 300, 200},
        {2400, 1200, IFF_PNG, PAGE_WIDTH, PAGE_WIDTH / 2},
        {4000, 3000, IFF_JFIF_JPEG, PAGE_WIDTH, PAGE_WIDTH * 3 / 4},
        {10000, 10000, IFF_JFIF_JPEG, PAGE_WIDTH, PAGE_WIDTH}, /* 100 megapixels */
        {2400, 1200, IFF_TIFF, PAGE_WIDTH, PAGE_WIDTH / 2},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        PIX *picture = draw_well(ctx, file_of(ctx, cornered(CASES[i].width, CASES[i].height), CASES[i].format), 1);
        assert_int_equal(pixGetWidth(picture), CASES[i].is_wide);
        assert_in_range(pixGetHeight(picture), CASES[i].is_high - 1, CASES[i].is_high + 1);
        assert_true(is_black(picture, 1, 1) && !is_black(picture, 7, 7));
        pixDestroy(&picture);
    }
    mem_free(ctx);
}

static void test_a_picture_that_is_too_much_is_refused(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    ProtobufCBinaryData png = file_of(ctx, cornered(10000, 10000), IFF_PNG), jpeg;
    assert_end(png, 1, "too_large");
    assert_end(file_of(ctx, cornered(30, 20), IFF_PNG), 2, "no_page");
    assert_end(file_of(ctx, cornered(30, 20), IFF_TIFF), 2, "no_page");
    jpeg = file_of(ctx, cornered(4000, 3000), IFF_JFIF_JPEG);
    jpeg.len = 200; /* its head, and no more */
    assert_end(jpeg, 1, "broken");
    png = file_of(ctx, cornered(400, 300), IFF_PNG);
    png.len /= 2;
    assert_end(png, 1, "broken");
    mem_free(ctx);
}

/* Of two pages the first is of a size that no page may have. */
static void test_a_page_of_a_tiff_is_read_without_those_before_it(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    char *path = mem_printf(ctx, "%s/two.tif", store);
    PIX *large = pixCreate(9000, 9000, 1), *small = cornered(300, 200);
    assert_int_equal(pixWriteTiff(path, large, IFF_TIFF_G4, "w"), 0);
    assert_int_equal(pixWriteTiff(path, small, IFF_TIFF_ZIP, "a"), 0);
    pixDestroy(&large);
    pixDestroy(&small);
    size_t n = 0;
    l_uint8 *bytes = l_binaryRead(path, &n);
    ProtobufCBinaryData file = mem_bytes(ctx, bytes, n);
    lept_free(bytes);
    assert_end(file, 1, "too_large");
    PIX *picture = draw_well(ctx, file, 2);
    assert_int_equal(pixGetWidth(picture), 300);
    assert_true(is_black(picture, 1, 1) && !is_black(picture, 7, 7));
    pixDestroy(&picture);
    assert_end(file, 3, "no_page");
    mem_free(ctx);
}

/* ------------------------------------------------------------------------------------------------------------------ */

static void test_a_stream_without_its_end_was_cut(void **state)
{
    (void)state;
    enum extract_end end;
    size_t n;
    static const char WHOLE[] = "PNG\n\n\ndone";
    for (size_t i = 0; i < sizeof WHOLE - 1; i++)
        assert_false(trailer_read(WHOLE, i, i, &end, &n));
    assert_true(trailer_read(WHOLE, sizeof WHOLE - 1, sizeof WHOLE - 1, &end, &n));
    assert_int_equal(end, EXTRACT_DONE);
    assert_int_equal(n, 5);
    assert_true(trailer_read(WHOLE + 4, sizeof WHOLE - 5, sizeof WHOLE - 1, &end, &n));
    assert_int_equal(n, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_page_of_a_pdf_is_a_picture),
        cmocka_unit_test(test_a_page_that_lies_is_as_wide),
        cmocka_unit_test(test_a_bomb_has_its_time_and_no_more),
        cmocka_unit_test(test_a_slow_moment_is_not_the_files_fault),
        cmocka_unit_test(test_a_program_that_cannot_work_here_blames_no_file),
        cmocka_unit_test(test_a_page_of_no_paper_is_no_larger_than_a_screen),
        cmocka_unit_test(test_a_locked_pdf_is_told_as_such),
        cmocka_unit_test(test_a_page_whose_letters_would_be_missing_is_not_drawn),
        cmocka_unit_test(test_a_photo_is_upright_however_the_camera_was_held),
        cmocka_unit_test(test_exif_that_lies_turns_nothing),
        cmocka_unit_test(test_a_picture_is_as_wide_as_a_screen_at_most),
        cmocka_unit_test(test_a_picture_that_is_too_much_is_refused),
        cmocka_unit_test(test_a_page_of_a_tiff_is_read_without_those_before_it),
        cmocka_unit_test(test_a_stream_without_its_end_was_cut),
    };
    return cmocka_run_group_tests(tests, make_store, remove_store);
}
