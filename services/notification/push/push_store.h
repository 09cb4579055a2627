/* SQL that plans pushes and ends them, for the batch that writes their items. Queues on the pipeline of the caller's
 * thread. */
#ifndef SOTAY_NOTIFICATION_PUSH_STORE_H
#define SOTAY_NOTIFICATION_PUSH_STORE_H

#include "common/pg/pg.h"
#include "services/notification/push/push.h"

/* A push of an item, whose text and audience are the item's. */
struct push_plan {
    struct uuid notification;
    int64_t created_at_us, rings_at_us, expires_at_us;
    bool is_held; /* until it rings: it can be recalled */
    enum push_priority priority;
    enum push_quiet quiet;
    enum push_category category;
    const struct uuid *by;      /* who did it: his phones do not ring; NULL: nobody did */
    const struct uuid *follows; /* an item: only for those who have read that; NULL: for all */
    bool has_recipients;        /* else they are counted when it is written, and it goes out in one shard */
    int64_t recipients;
};

/* Owned by ctx. What is queued follows the rows of the items. A push that is there stays as it is. */
struct push_rows;
struct push_rows *push_store_rows(TALLOC_CTX *ctx);
void push_store_add(struct push_rows *rows, const struct push_plan *plan); /* shards for each account */
/* What is still to be sent of this notification ends, though its item stays; it is settled at `at_us`. */
void push_store_add_overtaken(struct push_rows *rows, const struct uuid *notification, int64_t at_us);
/* What is still to be sent of items of this subject ends, as far as they are withdrawn. */
void push_store_add_end(struct push_rows *rows, const struct uuid *subject);
void push_store_queue(struct push_rows *rows, struct pg *pg);

#endif
