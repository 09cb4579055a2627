#include "services/document/extract/docx.h"

#include "common/base/array.h"
#include "services/document/extract/docx_numbers.h"
#include "services/document/extract/table_row.h"
#include <string.h>

struct docx {
    TALLOC_CTX *ctx; /* of the paragraph under way */
    struct output *output;
    struct docx_numbers *numbers;
    bool has_pages;
    ARRAY(char) text;
    int pages; /* that begin in the paragraph */
    struct table_row row;
};

static bool is_one_of(const xmlNode *node, const char *const *names)
{
    for (; *names; names++)
        if (xml_is(node, *names))
            return true;
    return false;
}

static bool is_page_break(const xmlNode *node)
{
    return xml_is(node, "lastRenderedPageBreak");
}

static bool has_page_breaks(const xmlNode *node)
{
    for (const xmlNode *child = node->children; child; child = child->next)
        if (is_page_break(child) || has_page_breaks(child))
            return true;
    return false;
}

static void add(struct docx *docx, const char *text)
{
    array_add_many(docx->ctx, &docx->text, text, strlen(text));
}

static void add_page_break(struct docx *docx)
{
    if (docx->has_pages && docx->text.n == 0 && !docx->row.ctx)
        output_page(docx->output);
    else
        docx->pages++;
}

static void collect(struct docx *docx, const xmlNode *node)
{
    static const char *const NOT_ITS_TEXT[] = {"pPr",       "rPr",         "del",  "moveFrom", "Fallback",
                                               "instrText", "txbxContent", "pict", "drawing",  NULL};
    for (const xmlNode *child = node->children; child; child = child->next) {
        if (xml_is(child, "t")) {
            for (const xmlNode *text = child->children; text; text = text->next)
                if (text->content)
                    add(docx, (const char *)text->content);
        } else if (xml_is(child, "tab") || xml_is(child, "noBreakHyphen")) {
            add(docx, xml_is(child, "tab") ? " " : "-");
        } else if (xml_is(child, "br") || xml_is(child, "cr")) {
            add(docx, "\n");
        } else if (is_page_break(child)) {
            add_page_break(docx);
        } else if (child->type == XML_ELEMENT_NODE && !is_one_of(child, NOT_ITS_TEXT)) {
            collect(docx, child);
        }
    }
}

static void read_paragraph(struct docx *docx, const xmlNode *paragraph)
{
    const xmlNode *properties = xml_child(paragraph, "pPr");
    docx->ctx = mem_context(NULL, "paragraph");
    memset(&docx->text, 0, sizeof docx->text);
    docx->pages = 0;
    collect(docx, paragraph);
    char *label = docx_numbers_next(docx->numbers, docx->ctx, properties);
    char *text = mem_textn(docx->ctx, docx->text.n > 0 ? docx->text.items : "", docx->text.n);
    char *line = label && *text ? mem_printf(docx->ctx, "%s %s", label, text) : text;
    if (docx->row.ctx)
        table_row_add(&docx->row, line);
    else
        output_text(docx->output, line, strlen(line));
    docx->row.pages += docx->row.ctx && docx->has_pages ? docx->pages : 0;
    for (; docx->has_pages && !docx->row.ctx && docx->pages > 0; docx->pages--)
        output_page(docx->output);
    mem_free(docx->ctx);
}

static void read_block(struct docx *docx, const xmlNode *block);

static void read_row(struct docx *docx, const xmlNode *node)
{
    bool is_outer = table_row_begin(&docx->row);
    read_block(docx, node);
    if (is_outer)
        table_row_end(&docx->row, docx->output);
}

/* Paragraphs stand in tables and in what surrounds content; each is read once. */
static void read_block(struct docx *docx, const xmlNode *block)
{
    if (xml_is(block, "tc"))
        table_row_cell(&docx->row);
    for (const xmlNode *child = block->children; child; child = child->next) {
        if (xml_is(child, "p"))
            read_paragraph(docx, child);
        else if (xml_is(child, "tr"))
            read_row(docx, child);
        else if (child->type == XML_ELEMENT_NODE && !xml_is(child, "Fallback"))
            read_block(docx, child);
    }
}

enum extract_end docx_extract(const struct archive *archive, struct output *output)
{
    const xmlNode *body = xml_child(archive_xml(archive, "word/document.xml"), "body");
    if (!body)
        return EXTRACT_BROKEN;
    struct docx docx = {.output = output, .has_pages = has_page_breaks(body)};
    docx.numbers = docx_numbers_new(NULL, archive_xml(archive, "word/numbering.xml"),
                                    archive_xml(archive, "word/styles.xml"));
    if (docx.has_pages)
        output_page(output);
    read_block(&docx, body);
    mem_free(docx.numbers);
    return EXTRACT_DONE;
}
