/* What is prepared for an organisation, as the scope of a query sees it, in one round trip whatever is found:
 *
 *     err = prepared_page_queue(query, body->organization_id, &page);
 *     rows = task_store_queue(…);
 *     err = prepared_page_read(query, &page);       visible → role; `rows` may be read
 *
 * Everything lives in the query's context; its worker's thread. */
#ifndef SOTAY_MEETING_PREPARED_PAGE_H
#define SOTAY_MEETING_PREPARED_PAGE_H

#include "common/service/service.h"
#include "services/directory/directory.h"

struct prepared_page {
    struct directory_scope scope;
    struct uuid organization;
    struct pg_result *visible;
};

/* ERR_NOT_FOUND: the bytes are no id. */
MUST_CHECK enum err prepared_page_queue(struct query *query, ProtobufCBinaryData organization,
                                        struct prepared_page *ret_page);
/* ERR_NOT_FOUND: the scope does not see the organisation; ERR_NOT_ALLOWED: it sees it, but prepares nothing there. */
MUST_CHECK enum err prepared_page_read(struct query *query, const struct prepared_page *page);

#endif
