#include "services/document/extract/odt.h"

#include "common/base/array.h"
#include "services/document/extract/table_row.h"
#include "services/document/passage/numerals.h"
#include <string.h>

enum { LEVELS = 10, STYLES_MOST = 4000 };

struct level {
    const char *format, *prefix, *suffix; /* "1", "a", "i"; NULL: it is not numbered */
    int start, shows;                     /* so many levels, its own the last */
    bool is_bullet;
};

/* A list's style, and how far lists of it have counted. */
struct style {
    const char *name;
    struct level levels[LEVELS];
    int at[LEVELS];
};

struct odt {
    TALLOC_CTX *ctx, *paragraph;
    struct output *output;
    bool has_pages;
    ARRAY(struct style *) styles;
    ARRAY(char) text;
    int pages; /* that begin in the paragraph */
    struct table_row row;
    const char *label; /* of the list's item, for its first paragraph; NULL: it has one already, or none */
};

/* --- styles ------------------------------------------------------------------------------------------------------- */

static void load_level(struct odt *odt, struct style *style, const xmlNode *node)
{
    int number = xml_number_of(node, "level", 0);
    if (node->type != XML_ELEMENT_NODE || number < 1 || number > LEVELS)
        return;
    char *format = xml_text_of(odt->ctx, node, "num-format");
    style->levels[number - 1] = (struct level){
        .format = format && *format ? format : NULL,
        .prefix = xml_text_of(odt->ctx, node, "num-prefix"),
        .suffix = xml_text_of(odt->ctx, node, "num-suffix"),
        .start = xml_number_of(node, "start-value", 1),
        .shows = xml_number_of(node, "display-levels", 1),
        .is_bullet = xml_is(node, "list-level-style-bullet"),
    };
}

static void load_styles(struct odt *odt, const xmlNode *styles)
{
    for (const xmlNode *node = xml_child(styles, "list-style"); node && odt->styles.n < STYLES_MOST;
         node = xml_next(node, "list-style")) {
        struct style *style = mem_new(odt->ctx, struct style);
        style->name = xml_text_of(odt->ctx, node, "name");
        for (const xmlNode *level = node->children; level; level = level->next)
            load_level(odt, style, level);
        if (style->name)
            array_add(odt->ctx, &odt->styles, style);
    }
}

static struct style *find_style(const struct odt *odt, const char *name)
{
    for (size_t i = 0; name && i < odt->styles.n; i++)
        if (strcmp(odt->styles.items[i]->name, name) == 0)
            return odt->styles.items[i];
    return NULL;
}

/* --- numbers ------------------------------------------------------------------------------------------------------ */

static char *append_number(char *label, const struct level *level, int number)
{
    switch (level->format ? level->format[0] : '\0') {
    case 'a':
    case 'A': return numerals_append_latin(label, number, level->format[0] == 'a');
    case 'i':
    case 'I': return numerals_append_roman(label, number, level->format[0] == 'i');
    case '\0': return label;
    default: return mem_append(label, "%d", number);
    }
}

static char *write_label(struct odt *odt, const struct style *style, int level)
{
    const struct level *of = &style->levels[level];
    if (of->is_bullet)
        return mem_text(odt->ctx, "-");
    if (!of->format)
        return NULL;
    char *label = mem_text(odt->ctx, of->prefix ? of->prefix : "");
    for (int wider = level - of->shows + 1; wider <= level; wider++)
        if (wider >= 0) {
            label = append_number(label, &style->levels[wider], style->at[wider]);
            label = wider < level ? mem_append(label, ".") : label;
        }
    return of->suffix ? mem_append(label, "%s", of->suffix) : label;
}

/* --- text --------------------------------------------------------------------------------------------------------- */

static void add(struct odt *odt, const char *text)
{
    array_add_many(odt->paragraph, &odt->text, text, strlen(text));
}

static void add_page_break(struct odt *odt)
{
    if (odt->has_pages && odt->text.n == 0 && !odt->row.ctx)
        output_page(odt->output);
    else
        odt->pages++;
}

static void collect(struct odt *odt, const xmlNode *node)
{
    for (const xmlNode *child = node->children; child; child = child->next) {
        if (child->type == XML_TEXT_NODE && child->content)
            add(odt, (const char *)child->content);
        else if (xml_is(child, "s") || xml_is(child, "tab"))
            add(odt, " ");
        else if (xml_is(child, "line-break"))
            add(odt, "\n");
        else if (xml_is(child, "soft-page-break"))
            add_page_break(odt);
        else if (child->type == XML_ELEMENT_NODE && !xml_is(child, "note") && !xml_is(child, "annotation"))
            collect(odt, child);
    }
}

static void read_paragraph(struct odt *odt, const xmlNode *paragraph)
{
    odt->paragraph = mem_context(NULL, "paragraph");
    memset(&odt->text, 0, sizeof odt->text);
    odt->pages = 0;
    collect(odt, paragraph);
    char *text = mem_textn(odt->paragraph, odt->text.n > 0 ? odt->text.items : "", odt->text.n);
    char *line = odt->label && *text ? mem_printf(odt->paragraph, "%s %s", odt->label, text) : text;
    odt->label = NULL;
    if (odt->row.ctx)
        table_row_add(&odt->row, line);
    else
        output_text(odt->output, line, strlen(line));
    odt->row.pages += odt->row.ctx && odt->has_pages ? odt->pages : 0;
    for (; odt->has_pages && !odt->row.ctx && odt->pages > 0; odt->pages--)
        output_page(odt->output);
    mem_free(odt->paragraph);
}

static void read_block(struct odt *odt, const xmlNode *block, struct style *style, int level);

static void count_item(struct odt *odt, const xmlNode *item, struct style *style, int level)
{
    odt->label = NULL;
    if (!style || level >= LEVELS || !xml_is(item, "list-item"))
        return;
    style->at[level] = xml_number_of(item, "start-value", style->at[level] + 1);
    for (int narrower = level + 1; narrower < LEVELS; narrower++)
        style->at[narrower] = style->levels[narrower].start - 1;
    odt->label = write_label(odt, style, level);
}

/* A list inside of another has its style, unless it says another one. */
static void read_list(struct odt *odt, const xmlNode *list, struct style *outer, int level)
{
    char *name = xml_text_of(odt->ctx, list, "style-name"),
         *goes_on = xml_text_of(odt->ctx, list, "continue-numbering");
    struct style *style = name ? find_style(odt, name) : outer;
    bool continues = (goes_on && strcmp(goes_on, "true") == 0) || xml_text_of(odt->ctx, list, "continue-list");
    if (style && level < LEVELS && !continues)
        style->at[level] = style->levels[level].start - 1;
    for (const xmlNode *item = list->children; item; item = item->next)
        if (item->type == XML_ELEMENT_NODE) {
            count_item(odt, item, style, level);
            read_block(odt, item, style, level + 1);
        }
    odt->label = NULL;
}

static void read_row(struct odt *odt, const xmlNode *row, struct style *style, int level)
{
    bool is_outer = table_row_begin(&odt->row);
    read_block(odt, row, style, level);
    if (is_outer)
        table_row_end(&odt->row, odt->output);
}

static void read_block(struct odt *odt, const xmlNode *block, struct style *style, int level)
{
    if (xml_is(block, "table-cell"))
        table_row_cell(&odt->row);
    for (const xmlNode *child = block->children; child; child = child->next) {
        if (xml_is(child, "p") || xml_is(child, "h"))
            read_paragraph(odt, child);
        else if (xml_is(child, "list"))
            read_list(odt, child, style, level);
        else if (xml_is(child, "soft-page-break") && odt->row.ctx)
            odt->row.pages++;
        else if (xml_is(child, "soft-page-break"))
            output_page(odt->output);
        else if (xml_is(child, "table-row"))
            read_row(odt, child, style, level);
        else if (child->type == XML_ELEMENT_NODE && !xml_is(child, "tracked-changes"))
            read_block(odt, child, style, level);
    }
}

static bool has_page_breaks(const xmlNode *node)
{
    for (const xmlNode *child = node->children; child; child = child->next)
        if (xml_is(child, "soft-page-break") || has_page_breaks(child))
            return true;
    return false;
}

enum extract_end odt_extract(const struct archive *archive, struct output *output)
{
    const xmlNode *content = archive_xml(archive, "content.xml"), *styles = archive_xml(archive, "styles.xml");
    const xmlNode *text = xml_child(xml_child(content, "body"), "text");
    if (!text)
        return EXTRACT_BROKEN;
    struct odt odt = {.ctx = mem_context(NULL, "odt"), .output = output, .has_pages = has_page_breaks(text)};
    load_styles(&odt, xml_child(content, "automatic-styles"));
    load_styles(&odt, xml_child(styles, "styles"));
    load_styles(&odt, xml_child(styles, "automatic-styles"));
    if (odt.has_pages)
        output_page(output);
    read_block(&odt, text, NULL, 0);
    mem_free(odt.ctx);
    return EXTRACT_DONE;
}
