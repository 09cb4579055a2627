/* XML out of a ZIP archive, for the two formats that are that: libzip and libxml2, wrapped once. Names are local ones:
 * prefixes are the writer's choice. In the sandbox. */
#ifndef SOTAY_DOCUMENT_EXTRACT_XML_H
#define SOTAY_DOCUMENT_EXTRACT_XML_H

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

struct archive;
/* Opens what it needs from the operating system, before there is none. */
void xml_prepare(void);
/* Bytes are borrowed. NULL: it is no archive. */
struct archive *archive_open(TALLOC_CTX *ctx, const char *bytes, size_t n);
bool archive_has(const struct archive *archive, const char *name);
/* The root of a member; NULL: it is not there, too large, or no XML. It lives as long as the process. */
xmlNode *archive_xml(const struct archive *archive, const char *name);

bool xml_is(const xmlNode *node, const char *name); /* an element of that name */
/* The first of the elements below; NULL: none, or `node` is NULL. */
xmlNode *xml_child(const xmlNode *node, const char *name);
xmlNode *xml_next(const xmlNode *node, const char *name); /* the next beside it */
/* Owned by ctx, NULL: the element, or its attribute, is not there. */
char *xml_text_of(TALLOC_CTX *ctx, const xmlNode *node, const char *attribute);
int xml_number_of(const xmlNode *node, const char *attribute, int otherwise);
/* `val` of the child: <w:start w:val="3"/>, as Word says everything. */
int xml_value_of(const xmlNode *node, const char *child, int otherwise);

#endif
