#include "services/document/extract/xml.h"

#include "common/base/mem.h"
#include <libxml/parser.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { MEMBER_BYTES_MOST = 48 << 20 }; /* a gigabyte of blanks is a small archive */

struct archive {
    zip_t *zip;
};

/* --- archives ----------------------------------------------------------------------------------------------------- */

static void say_nothing(void *ctx, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say_nothing(void *ctx, const char *format, ...)
{
    (void)ctx;
    (void)format;
}

void xml_prepare(void)
{
    xmlInitParser();
    xmlSetGenericErrorFunc(NULL, say_nothing);
}

struct archive *archive_open(TALLOC_CTX *ctx, const char *bytes, size_t n)
{
    zip_error_t error;
    struct archive *archive = mem_new(ctx, struct archive);
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, n, 0, &error);
    archive->zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (!archive->zip && source)
        zip_source_free(source);
    zip_error_fini(&error);
    return archive->zip ? archive : NULL;
}

bool archive_has(const struct archive *archive, const char *name)
{
    return zip_name_locate(archive->zip, name, 0) >= 0;
}

/* What the directory says of its size is not believed: so much is read and no more. */
static char *read_member(const struct archive *archive, const char *name, size_t *ret_n)
{
    zip_stat_t stat;
    if (zip_stat(archive->zip, name, 0, &stat) || !(stat.valid & ZIP_STAT_SIZE) || stat.size > MEMBER_BYTES_MOST)
        return NULL;
    zip_file_t *file = zip_fopen(archive->zip, name, 0);
    char *bytes = file ? malloc(stat.size + 1) : NULL;
    zip_int64_t n = bytes ? zip_fread(file, bytes, stat.size) : -1;
    if (file)
        (void)zip_fclose(file);
    if (n < 0) {
        free(bytes);
        return NULL;
    }
    *ret_n = (size_t)n;
    return bytes;
}

/* No entity is replaced and nothing is fetched. */
xmlNode *archive_xml(const struct archive *archive, const char *name)
{
    size_t n;
    char *bytes = read_member(archive, name, &n);
    xmlDoc *doc = bytes ? xmlReadMemory(bytes, (int)n, name, NULL,
                                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT)
                        : NULL;
    free(bytes);
    return doc ? xmlDocGetRootElement(doc) : NULL;
}

/* --- elements ----------------------------------------------------------------------------------------------------- */

bool xml_is(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static xmlNode *find(xmlNode *node, const char *name)
{
    while (node && !xml_is(node, name))
        node = node->next;
    return node;
}

xmlNode *xml_child(const xmlNode *node, const char *name)
{
    return node ? find(node->children, name) : NULL;
}

xmlNode *xml_next(const xmlNode *node, const char *name)
{
    return find(node->next, name);
}

char *xml_text_of(TALLOC_CTX *ctx, const xmlNode *node, const char *attribute)
{
    const xmlAttr *found = node ? node->properties : NULL;
    while (found && strcmp((const char *)found->name, attribute) != 0)
        found = found->next;
    if (!found || !found->children || !found->children->content)
        return found ? mem_text(ctx, "") : NULL;
    return mem_text(ctx, (const char *)found->children->content);
}

int xml_number_of(const xmlNode *node, const char *attribute, int otherwise)
{
    char *text = xml_text_of(NULL, node, attribute), *end = NULL;
    long number = text ? strtol(text, &end, 10) : 0;
    bool is_number = text && end != text && *end == '\0' && number >= INT_MIN && number <= INT_MAX;
    mem_free(text);
    return is_number ? (int)number : otherwise;
}

int xml_value_of(const xmlNode *node, const char *child, int otherwise)
{
    return xml_number_of(xml_child(node, child), "val", otherwise);
}
