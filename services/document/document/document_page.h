/* Documents as the scope of a query sees them, in two round trips whatever is found: which rows the scope sees, then
 * what belongs to them. So what is invisible takes as many statements as what is not there. Whoever answers something
 * beside documents queues it with either trip:
 *
 *     document_page_queue(query, &filter, &page);
 *     err = document_page_rows(query, &page);        the first trip; page.items may be read, but for their details
 *     rows = acknowledgement_store_queue(…);
 *     err = document_page_rest(query, &page);        the second; `rows` may be read
 *
 * An answer that shows a restricted document is private. Everything lives in the query's context; its worker's
 * thread. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_PAGE_H
#define SOTAY_DOCUMENT_DOCUMENT_PAGE_H

#include "common/base/uuid_map.h"
#include "common/service/service.h"
#include "services/document/document/document.h"
#include "services/document/document/document_list_store.h"

enum { DOCUMENT_PAGE_SOURCES = 2 };
struct document_page {
    struct directory_scope scope;
    struct pg_result *rows[DOCUMENT_PAGE_SOURCES]; /* so many questions are put, one after the other */
    size_t n_rows;
    struct document *items;
    int64_t *sorted_by; /* of each */
    size_t n;
    struct uuid_map *by_id; /* struct document */
    struct uuid_map *hosts; /* struct host */
};

void document_page_begin(struct query *query, struct document_page *ret_page);
/* Its documents stand behind those of the question before. */
void document_page_add(struct query *query, const struct document_filter *filter, struct document_page *page);
/* Both: one question. */
void document_page_queue(struct query *query, const struct document_filter *filter, struct document_page *ret_page);
MUST_CHECK enum err document_page_rows(struct query *query, struct document_page *page);
MUST_CHECK enum err document_page_rest(struct query *query, struct document_page *page);
/* All three. */
MUST_CHECK enum err document_page_find(struct query *query, const struct document_filter *filter,
                                       struct document_page *ret_page);

Pb__Document *document_page_view(struct query *query, const struct document_page *page, size_t i);

/* Behind the last of so many; the next page begins there. */
ProtobufCBinaryData document_page_cursor(struct query *query, const struct document_page *page, size_t n);
/* ERR_INVALID: it is not one that was given. */
MUST_CHECK enum err document_page_read_cursor(struct query *query, bool has_cursor, ProtobufCBinaryData cursor,
                                              struct document_filter *filter);

#endif
