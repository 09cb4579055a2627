/* Meetings as the scope of a query sees them, in two round trips whatever is found: which rows the scope sees, then
 * what belongs to them. So what is invisible takes as many statements as what is not there. Whoever answers something
 * beside meetings queues it with the first trip:
 *
 *     meeting_page_queue(query, &filter, &page);
 *     rows = comment_store_queue(…);
 *     err = meeting_page_read(query, &page);        both trips; `rows` may be read
 *
 * Everything lives in the query's context; its worker's thread. */
#ifndef SOTAY_MEETING_MEETING_PAGE_H
#define SOTAY_MEETING_MEETING_PAGE_H

#include "common/base/uuid_map.h"
#include "common/service/service.h"
#include "services/meeting/host/host.h"
#include "services/meeting/meeting/meeting_list_store.h"

struct meeting_page {
    struct directory_scope scope;
    struct seen_meeting *items;
    size_t n;
    struct uuid_map *whole; /* struct meeting of those seen whole: they have agendas and audiences */
    struct uuid_map *hosts; /* struct meeting_host */
    struct pg_result *rows;
};

void meeting_page_queue(struct query *query, const struct meeting_filter *filter, struct meeting_page *ret_page);
/* One meeting: page->n is 1 or 0 afterwards. ERR_NOT_FOUND: the bytes are no id. */
MUST_CHECK enum err meeting_page_queue_one(struct query *query, ProtobufCBinaryData id, struct uuid *ret_id,
                                           struct meeting_page *ret_page);
MUST_CHECK enum err meeting_page_read(struct query *query, struct meeting_page *page);

/* Whoever sees only the header sees the meeting, but not what is said about it. ERR_NOT_FOUND, ERR_NOT_ALLOWED. */
MUST_CHECK enum err meeting_page_whole(const struct meeting_page *page);

Pb__Meeting *meeting_page_view(struct query *query, const struct meeting_page *page, size_t i);
/* Behind the last of so many; the next page begins there. */
ProtobufCBinaryData meeting_page_cursor(struct query *query, const struct meeting_page *page, size_t n);

#endif
