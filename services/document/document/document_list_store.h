/* Documents for readers: those that a scope may read, by sight_store.h, newest first. Queues on the pipeline; the
 * thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_LIST_STORE_H
#define SOTAY_DOCUMENT_DOCUMENT_LIST_STORE_H

#include "common/base/keyset.h"
#include "common/pg/pg.h"
#include "services/directory/directory.h"

struct document_filter {
    const struct uuid *ids; /* n_ids 0: any */
    size_t n_ids;
    const struct uuid *organization; /* NULL: everywhere; else issued in its subtree */
    bool has_kind, has_in_force, has_from, has_to, has_since, has_before;
    bool in_force;          /* published; or else replaced or withdrawn */
    bool is_not;            /* of that kind; any other */
    int32_t kind, from, to; /* dates, both inclusive */
    int64_t since_us;
    const char *q;        /* NULL: any; in number or title, accents aside; or a number, however it is typed */
    struct keyset before; /* the last document of the page before, and by what it is sorted */
    int64_t limit;
};

/* Of DOCUMENT_COLUMNS (document_store.h), and behind them by what they are sorted; invisible ones are not there. */
struct pg_result *document_list_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                            const struct document_filter *filter);

#endif
