/* services/document/extract/: texts and archives made here, read by sotay-extract in its sandbox; and what its starter
 * thinks of programs that do not behave. */
#include "extract_help.h"

#include "common/base/array.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <zip.h>

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
                "<w:tbl><w:tr><w:tc>" P("", "e") "</w:tc></w:tr></w:tbl>",
                "ab c|d|e");
    assert_docx(P("", "a") "<w:p><w:r><w:lastRenderedPageBreak/><w:t>b</w:t></w:r></w:p>"
                           "<w:p><w:r><w:t>c</w:t><w:lastRenderedPageBreak/><w:t>d</w:t></w:r></w:p>" P("", "e"),
                "[1]a[2]|b|cd[3]|e");
}

#define CELL(content) "<w:tc>" content "</w:tc>"
#define ROW(content) "<w:tr>" content "</w:tr>"

static void test_a_row_of_a_docx_is_a_line_and_no_clause(void **state)
{
    (void)state;
    assert_docx("<w:tbl>" ROW(CELL(P("", "STT")) CELL(P("", "Chi bộ")) CELL(P("", "Số")))
                    ROW(CELL(P("", "1.")) CELL(P("", "Bến") P("", "Nghé")) CELL(P("", "25"))) "</w:tbl>" P("", "Hết"),
                "STT | Chi bộ | Số|1. | Bến Nghé | 25|Hết");
    assert_docx("<w:tbl>" ROW(CELL(P("", "Điều 1.") P("", "1. Một")) CELL(P("", ""))) "</w:tbl>", "Điều 1.|1. Một");
    assert_docx(
        "<w:tbl>" ROW(CELL("<w:tbl>" ROW(CELL(P("", "a")) CELL(P("", "b"))) "</w:tbl>") CELL(P("", "c"))) "</w:tbl>",
        "a | b | c");
    assert_docx("<w:tbl>" ROW(CELL(P("", "a")) CELL("<w:p><w:r><w:lastRenderedPageBreak/><w:t>b</w:t></w:r></w:p>"))
                    ROW(CELL(P("", "c")) CELL(P("", "d"))) "</w:tbl>",
                "[1]a | b[2]|c | d");
}

static void test_a_footnote_of_a_docx_stays_out_of_its_clause(void **state)
{
    (void)state;
    assert_docx("<w:p><w:r><w:t>Theo Trung ương</w:t></w:r><w:r><w:footnoteReference w:id=\"1\"/></w:r>"
                "<w:r><w:t> và Thành ủy</w:t></w:r></w:p>",
                "Theo Trung ương và Thành ủy");
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
        "<text:p>Ba</text:p></text:list-item></text:list>"
        "<table:table xmlns:table=\"b\"><table:table-row><table:table-cell><text:p>1.</text:p></table:table-cell>"
        "<table:table-cell><text:p>Bến</text:p><text:p>Nghé</text:p></table:table-cell></table:table-row></table:table>"
        "</office:text></office:body>");
    const struct member members[] = {{"mimetype", "application/vnd.oasis.opendocument.text", 0},
                                     {"content.xml", CONTENT, 0}};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    assert_said(make_archive(ctx, members, ARRAY_LENGTH(members)),
                "Điều 1. Phạm vi|1. Một|a) ý|và|b) ý|2. Hai|Giữa|3. Ba|1. | Bến Nghé");
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
    assert_end(&extractor, make_archive(ctx, others, 1), EXTRACT_OTHER); /* a sheet, whatever it is called */
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
        enum extract_end end; /* what it would be blamed with */
    } CASES[] = {
        {"/bin/false", false, ERR_MALFORMED, EXTRACT_BROKEN},
        {"/bin/sleep", false, ERR_MALFORMED, EXTRACT_TOO_SLOW}, /* for as many seconds as it is given numbers */
        {"/bin/sleep", true, ERR_RETRY, EXTRACT_DONE},
        {"/usr/bin/yes", false, ERR_MALFORMED, EXTRACT_TOO_LARGE},
        {"/nowhere/sotay-extract", false, ERR_UNAVAILABLE, EXTRACT_DONE},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct extractor extractor = usual();
        struct extracted extracted = {.end = EXTRACT_DONE};
        extractor.program = CASES[i].program;
        extractor.seconds = 1;
        extractor.stops = CASES[i].stops ? always : NULL;
        assert_int_equal(run(ctx, &extractor, bytes_of("x"), &extracted), CASES[i].err);
        assert_int_equal(extracted.end, CASES[i].end);
    }
    mem_free(ctx);
}

/* A program that ends as it is told, whatever it is given. */
static char *program_that(TALLOC_CTX *ctx, const char *does)
{
    char *path = mem_text(ctx, "/tmp/sotay-child-XXXXXX");
    char *script = mem_printf(ctx, "#!/bin/sh\n%s\n", does);
    int file = mkostemp(path, O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(write(file, script, strlen(script)), (ssize_t)strlen(script));
    assert_int_equal(fchmod(file, 0700), 0);
    assert_int_equal(close(file), 0);
    return path;
}

static void test_only_what_a_file_does_is_its_fault(void **state)
{
    (void)state;
    static const struct {
        const char *does;
        enum err err;
        enum extract_end end;
    } CASES[] = {
        {"kill -KILL $$", ERR_UNAVAILABLE, EXTRACT_ENDS}, /* as where memory ran out */
        {"kill -TERM $$", ERR_UNAVAILABLE, EXTRACT_ENDS}, {"kill -BUS $$", ERR_UNAVAILABLE, EXTRACT_ENDS},
        {"exit 71", ERR_UNAVAILABLE, EXTRACT_ENDS}, /* no sandbox */
        {"kill -SEGV $$", ERR_MALFORMED, EXTRACT_BROKEN}, {"kill -ABRT $$", ERR_MALFORMED, EXTRACT_TOO_LARGE},
        {"exit 1", ERR_MALFORMED, EXTRACT_BROKEN},        {"echo La", ERR_MALFORMED, EXTRACT_BROKEN},
        {"kill -XCPU $$", ERR_OK, EXTRACT_TOO_SLOW}, /* its computing was not enough, and would not be again */
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct extractor extractor = usual();
        struct extracted extracted = {.end = EXTRACT_ENDS};
        extractor.program = program_that(ctx, CASES[i].does);
        enum err err = run(ctx, &extractor, bytes_of("x"), &extracted);
        (void)unlink(extractor.program);
        if (err != CASES[i].err || (err != ERR_UNAVAILABLE && extracted.end != CASES[i].end))
            fail_msg("%s: %s, %d", CASES[i].does, err_word(err), (int)extracted.end);
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
        {"RSTT Tên\nN1 xem\nEdone\n", "STT Tên|1 xem"},
        {"T2\nP\nLa\nP\nEdone\n", "[1]a"},
        {"T3\nP\nLa\nEmore\n", "[1]a"},
        {"T3\nP\nLa\nEdone\n", NULL}, /* some are left */
        {"T1\nP\nLa\nEmore\n", NULL}, /* none is left */
        {"T3\nEmore\n", NULL},        /* it would never end */
        {"P\nEmore\n", NULL},
        {"T4\nEdone\n", NULL}, /* more than may be */
        {"T\nEdone\n", NULL},
        {"T-1\nEdone\n", NULL},
        {"T99999999999999999999\nEdone\n", NULL},
        {"T1\nT1\nP\nEdone\n", NULL},
        {"P\nT1\nEdone\n", NULL},
    };
    static const struct extracted_bounds BOUNDS = {.pages_most = 3};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct extracted extracted;
        enum err err = extracted_read(ctx, &BOUNDS, CASES[i].bytes, strlen(CASES[i].bytes), &extracted);
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
        cmocka_unit_test(test_a_docx_has_the_numbers_of_its_lists),
        cmocka_unit_test(test_a_docx_is_read_as_it_is_seen),
        cmocka_unit_test(test_a_row_of_a_docx_is_a_line_and_no_clause),
        cmocka_unit_test(test_a_footnote_of_a_docx_stays_out_of_its_clause),
        cmocka_unit_test(test_an_odt_has_the_numbers_of_its_lists),
        cmocka_unit_test(test_an_archive_that_swells_is_not_read),
        cmocka_unit_test(test_a_child_that_does_not_behave_is_given_up),
        cmocka_unit_test(test_only_what_a_file_does_is_its_fault),
        cmocka_unit_test(test_a_stream_is_whole_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
