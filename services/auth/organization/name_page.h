/* Pages of a list that is ordered by a name and an id. The cursor on the wire: | id 16 | the name, UTF-8 |. Pure, any
 * thread. Lists in the order of a time have common/base/keyset.h. */
#ifndef SOTAY_AUTH_NAME_PAGE_H
#define SOTAY_AUTH_NAME_PAGE_H

#include "common/base/uuid.h"
#include "common/pg/pg.h"
#include <stdbool.h>

struct name_page {
    const char *q;          /* what is searched; NULL or "": everything */
    const char *after_name; /* as the list is ordered by it */
    struct uuid after_id;
    bool has_after;
    int limit;
};

/* The limit that was asked for, between 1 and `most`; 20 if none was. */
int name_page_limit(bool has, uint32_t limit, uint32_t most);
/* Fills after_name (owned by ctx) and after_id. False: `cursor` is no cursor of ours. */
bool name_page_read_cursor(TALLOC_CTX *ctx, bool has, ProtobufCBinaryData cursor, struct name_page *page);
/* `id` and `name` are those of the page's last row. The bytes belong to ctx. */
ProtobufCBinaryData name_page_make_cursor(TALLOC_CTX *ctx, ProtobufCBinaryData id, const char *name);
/* Three parameters: the name and the id to begin behind, and one row more than the limit, which tells whether there
 * is a next page. */
void name_page_add(struct pg_args *args, const struct name_page *page);

#endif
