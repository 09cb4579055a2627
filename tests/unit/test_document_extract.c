/* services/document/extract/: files made here, read by sotay-extract in its sandbox; and what its starter thinks of
 * programs that do not behave. */
#include "test.h"

#include "common/base/array.h"
#include "common/pdf/pdf_sheets.h"
#include "services/document/extract/extractor.h"
#include "services/document/passage/passage.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

static struct extractor usual(void)
{
    const char *program = getenv("SOTAY_EXTRACT");
    return (struct extractor){.program = program ? program : "build/services/document/sotay-extract",
                              .memory_bytes = 512 << 20,
                              .cpu_seconds = 20,
                              .seconds = 30,
                              .pages = 100,
                              .output_bytes = 1 << 20};
}

static int file_of(const void *bytes, size_t n)
{
    int file = memfd_create("file", MFD_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes, n), (ssize_t)n);
    return file;
}

static enum err run(TALLOC_CTX *ctx, const struct extractor *extractor, ProtobufCBinaryData bytes,
                    struct extracted *ret_extracted)
{
    int file = file_of(bytes.data, bytes.len);
    enum err err = extractor_run(ctx, extractor, file, ret_extracted);
    (void)close(file);
    return err;
}

static ProtobufCBinaryData bytes_of(const char *text)
{
    return (ProtobufCBinaryData){strlen(text), (uint8_t *)(uintptr_t)text};
}

/* Lines, joined by "|", with the page of each that begins one. */
static char *said(TALLOC_CTX *ctx, const struct extracted *extracted)
{
    char *text = mem_text(ctx, "");
    int32_t page = 0;
    for (size_t i = 0; i < extracted->n; i++) {
        if (extracted->lines[i].page != page)
            text = mem_append(text, "[%d]", page = extracted->lines[i].page);
        text = mem_append(text, "%s%s", i > 0 ? "|" : "", extracted->lines[i].text);
    }
    return text;
}

static void assert_said(ProtobufCBinaryData bytes, const char *lines)
{
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const struct extractor extractor = usual();
    struct extracted extracted;
    assert_int_equal(run(ctx, &extractor, bytes, &extracted), ERR_OK);
    assert_string_equal(extract_end_word(extracted.end), extract_end_word(EXTRACT_DONE));
    assert_string_equal(said(ctx, &extracted), lines);
    mem_free(ctx);
}

static void assert_end(const struct extractor *extractor, ProtobufCBinaryData bytes, enum extract_end end)
{
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct extracted extracted;
    assert_int_equal(run(ctx, extractor, bytes, &extracted), ERR_OK);
    assert_string_equal(extract_end_word(extracted.end), extract_end_word(end));
    mem_free(ctx);
}

/* --- plain text --------------------------------------------------------------------------------------------------- */

static void test_a_text_is_its_lines(void **state)
{
    (void)state;
    assert_said(bytes_of("\xEF\xBB\xBF"
                         "Điều 1.\r\n\nMo\xCC\xA3\xCC\x82t\tdòng\n"),
                "Điều 1. ||Một dòng");
    assert_said(bytes_of("trang một\ftrang hai\n"), "[1]trang một[2]|trang hai");
    assert_said(bytes_of(""), "");
}

/* --- PDF ---------------------------------------------------------------------------------------------------------- */

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

/* --- DOCX, ODT ---------------------------------------------------------------------------------------------------- */

struct member {
    const char *name, *content;
    size_t n; /* 0: of a text */
};

static ProtobufCBinaryData make_archive(TALLOC_CTX *ctx, const struct member *members, size_t n)
{
    zip_error_t error;
    zip_stat_t stat;
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    assert_non_null(zip);
    zip_source_keep(source);
    for (size_t i = 0; i < n; i++) {
        size_t bytes = members[i].n > 0 ? members[i].n : strlen(members[i].content);
        zip_source_t *content = zip_source_buffer(zip, members[i].content, bytes, 0);
        assert_true(zip_file_add(zip, members[i].name, content, 0) >= 0);
    }
    assert_int_equal(zip_close(zip), 0);
    assert_int_equal(zip_source_stat(source, &stat), 0);
    ProtobufCBinaryData made = {stat.size, (uint8_t *)mem_array(ctx, char, stat.size)};
    assert_int_equal(zip_source_open(source), 0);
    assert_int_equal(zip_source_read(source, made.data, made.len), (zip_int64_t)made.len);
    (void)zip_source_close(source);
    zip_source_free(source);
    return made;
}

#define WORD(root, content)           \
    "<?xml version=\"1.0\"?><w:" root \
    " xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">" content "</w:" root ">"
#define P(properties, text) "<w:p><w:pPr>" properties "</w:pPr><w:r><w:t>" text "</w:t></w:r></w:p>"
#define NUMBERED(list, level) "<w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"" list "\"/></w:numPr>"
#define LEVEL(level, format, text)                                                                               \
    "<w:lvl w:ilvl=\"" level "\"><w:start w:val=\"1\"/><w:numFmt w:val=\"" format "\"/><w:lvlText w:val=\"" text \
    "\"/>"                                                                                                       \
    "</w:lvl>"

/* clang-format off */
static const char NUMBERING[] = WORD(
    "numbering",
    "<w:abstractNum w:abstractNumId=\"0\">"
    LEVEL("0", "decimal", "Điều %1.") LEVEL("1", "decimal", "%2.") LEVEL("2", "lowerLetter", "%3)")
    "</w:abstractNum><w:abstractNum w:abstractNumId=\"1\">"
    LEVEL("0", "upperRoman", "%1.") LEVEL("1", "decimal", "%1.%2.")
    "<w:lvl w:ilvl=\"2\"><w:start w:val=\"1\"/><w:isLgl/><w:lvlText w:val=\"%1.%3\"/></w:lvl>"
    "</w:abstractNum><w:abstractNum w:abstractNumId=\"2\">"
    LEVEL("0", "bullet", "x")
    "</w:abstractNum>"
    "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>"
    "<w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/></w:num>"
    "<w:num w:numId=\"3\"><w:abstractNumId w:val=\"0\"/>"
    "<w:lvlOverride w:ilvl=\"1\"><w:startOverride w:val=\"7\"/></w:lvlOverride></w:num>"
    "<w:num w:numId=\"4\"><w:abstractNumId w:val=\"2\"/></w:num>");
static const char STYLES[] = WORD(
    "styles",
    "<w:style w:styleId=\"Article\"><w:pPr>" NUMBERED("1", "0") "</w:pPr></w:style>"
    "<w:style w:styleId=\"Bold\"><w:basedOn w:val=\"Article\"/></w:style>");
/* clang-format on */

static void assert_docx(const char *body, const char *lines)
{
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const struct member members[] = {
        {"[Content_Types].xml", "<Types/>", 0},
        {"word/document.xml", mem_printf(ctx, WORD("document", "<w:body>%s</w:body>"), body), 0},
        {"word/numbering.xml", NUMBERING, 0},
        {"word/styles.xml", STYLES, 0},
    };
    assert_said(make_archive(ctx, members, ARRAY_LENGTH(members)), lines);
    mem_free(ctx);
}

static void test_a_docx_has_the_numbers_of_its_lists(void **state)
{
    (void)state;
    assert_docx(P("", "Căn cứ") P(NUMBERED("1", "0"), "Phạm vi") P(NUMBERED("1", "1"), "một")
                    P(NUMBERED("1", "1"), "hai") P(NUMBERED("1", "2"), "ý") P(NUMBERED("1", "2"), "ý")
                        P(NUMBERED("1", "0"), "Đối tượng") P(NUMBERED("1", "1"), "một"),
                "Căn cứ|Điều 1. Phạm vi|1. một|2. hai|a) ý|b) ý|Điều 2. Đối tượng|1. một");
    assert_docx(P(NUMBERED("2", "0"), "A") P(NUMBERED("2", "1"), "B") P(NUMBERED("2", "0"), "C")
                    P(NUMBERED("2", "2"), "D"),
                "I. A|I.1. B|II. C|2.1 D");
    assert_docx(P(NUMBERED("1", "0"), "A") P(NUMBERED("1", "1"), "B") P(NUMBERED("3", "1"), "C")
                    P(NUMBERED("3", "1"), "D"),
                "Điều 1. A|1. B|7. C|8. D");
    assert_docx(P("<w:pStyle w:val=\"Article\"/>", "A") P("<w:pStyle w:val=\"Bold\"/>", "B")
                    P("<w:pStyle w:val=\"Bold\"/>" NUMBERED("0", "0"), "C") P(NUMBERED("4", "0"), "D"),
                "Điều 1. A|Điều 2. B|C|- D");
}

static void test_a_docx_is_read_as_it_is_seen(void **state)
{
    (void)state;
    assert_docx("<w:p><w:r><w:t>a</w:t></w:r><w:del><w:r><w:delText>x</w:delText></w:r></w:del>"
                "<w:ins><w:r><w:t>b</w:t><w:tab/><w:t>c</w:t><w:br/><w:t>d</w:t></w:r></w:ins></w:p>"
                "<w:tbl><w:tr><w:tc>" P("", "e") "</w:tc><w:tc>" P("", "f") "</w:tc></w:tr></w:tbl>",
                "ab c|d|e|f");
    assert_docx(P("", "a") "<w:p><w:r><w:lastRenderedPageBreak/><w:t>b</w:t></w:r></w:p>"
                           "<w:p><w:r><w:t>c</w:t><w:lastRenderedPageBreak/><w:t>d</w:t></w:r></w:p>" P("", "e"),
                "[1]a[2]|b|cd[3]|e");
}

#define ODT(tag, content)                                                                                   \
    "<?xml version=\"1.0\"?><office:" tag " xmlns:office=\"o\" xmlns:text=\"t\" xmlns:style=\"s\">" content \
    "</office:" tag ">"

static void test_an_odt_has_the_numbers_of_its_lists(void **state)
{
    (void)state;
    static const char CONTENT[] = ODT(
        "document-content",
        "<office:automatic-styles><text:list-style style:name=\"L\">"
        "<text:list-level-style-number text:level=\"1\" style:num-format=\"1\" style:num-suffix=\".\"/>"
        "<text:list-level-style-number text:level=\"2\" style:num-format=\"a\" style:num-suffix=\")\"/>"
        "</text:list-style></office:automatic-styles><office:body><office:text>"
        "<text:h>Điều 1. <text:span>Phạm</text:span><text:s/>vi</text:h>"
        "<text:list text:style-name=\"L\"><text:list-item><text:p>Một</text:p><text:list>"
        "<text:list-item><text:p>ý</text:p>"
        "<text:p>và</text:p></text:list-item><text:list-item><text:p>ý</text:p></text:list-item></text:list>"
        "</text:list-item><text:list-item><text:p>Hai<text:note>x</text:note></text:p></text:list-item></text:list>"
        "<text:p>Giữa</text:p><text:list text:style-name=\"L\" text:continue-numbering=\"true\"><text:list-item>"
        "<text:p>Ba</text:p></text:list-item></text:list></office:text></office:body>");
    const struct member members[] = {{"mimetype", "application/vnd.oasis.opendocument.text", 0},
                                     {"content.xml", CONTENT, 0}};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    assert_said(make_archive(ctx, members, ARRAY_LENGTH(members)),
                "Điều 1. Phạm vi|1. Một|a) ý|và|b) ý|2. Hai|Giữa|3. Ba");
    mem_free(ctx);
}

static void test_an_archive_that_swells_is_not_read(void **state)
{
    (void)state;
    enum { SWOLLEN = 64 << 20 };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const struct extractor extractor = usual();
    const struct member members[] = {{"word/document.xml", mem_array(ctx, char, SWOLLEN), SWOLLEN}};
    assert_end(&extractor, make_archive(ctx, members, 1), EXTRACT_BROKEN);
    const struct member others[] = {{"xl/workbook.xml", "<workbook/>", 0}};
    assert_end(&extractor, make_archive(ctx, others, 1), EXTRACT_BROKEN); /* a sheet, whatever it is called */
    mem_free(ctx);
}

/* --- programs that do not behave ---------------------------------------------------------------------------------- */

static bool always(void *arg)
{
    (void)arg;
    return true;
}

static void test_a_child_that_does_not_behave_is_given_up(void **state)
{
    (void)state;
    static const struct {
        const char *program;
        bool stops;
        enum err err;
    } CASES[] = {
        {"/bin/false", false, ERR_MALFORMED},
        {"/bin/sleep", false, ERR_MALFORMED}, /* for as many seconds as it is given numbers */
        {"/bin/sleep", true, ERR_RETRY},
        {"/usr/bin/yes", false, ERR_MALFORMED},
        {"/nowhere/sotay-extract", false, ERR_INTERNAL},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct extractor extractor = usual();
        struct extracted extracted;
        extractor.program = CASES[i].program;
        extractor.seconds = 1;
        extractor.stops = CASES[i].stops ? always : NULL;
        assert_int_equal(run(ctx, &extractor, bytes_of("x"), &extracted), CASES[i].err);
    }
    mem_free(ctx);
}

static void test_a_stream_is_whole_or_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *lines; /* NULL: refused */
    } CASES[] = {
        {"Edone\n", ""},
        {"La\nP\nLb\nEdone\n", "a[1]|b"},
        {"Elocked\n", ""},
        {"", NULL},
        {"La\n", NULL},
        {"La\nEdone", NULL},
        {"La\nEdone\nLb\n", NULL},
        {"La\nEgood\n", NULL},
        {"\nEdone\n", NULL},
        {"Xa\nEdone\n", NULL},
        {"L\xff\nEdone\n", NULL},
        {"P\nP\nP\nLa\nEdone\n", "[3]a"},
        {"P\nP\nP\nP\nLa\nEdone\n", NULL}, /* more pages than were asked for */
        {"P1\nLa\nEdone\n", NULL},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct extracted extracted;
        enum err err = extracted_read(ctx, CASES[i].bytes, strlen(CASES[i].bytes), 3, &extracted);
        assert_int_equal(err, CASES[i].lines ? ERR_OK : ERR_MALFORMED);
        if (!err)
            assert_string_equal(said(ctx, &extracted), CASES[i].lines);
    }
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_text_is_its_lines),
        cmocka_unit_test(test_a_pdf_keeps_its_letters_and_pages),
        cmocka_unit_test(test_too_much_is_told_as_such),
        cmocka_unit_test(test_what_is_no_pdf_is_broken),
        cmocka_unit_test(test_a_docx_has_the_numbers_of_its_lists),
        cmocka_unit_test(test_a_docx_is_read_as_it_is_seen),
        cmocka_unit_test(test_an_odt_has_the_numbers_of_its_lists),
        cmocka_unit_test(test_an_archive_that_swells_is_not_read),
        cmocka_unit_test(test_a_child_that_does_not_behave_is_given_up),
        cmocka_unit_test(test_a_stream_is_whole_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
