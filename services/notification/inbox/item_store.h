/* SQL of the table `inbox_item`, and of all that a batch of events tells: items, digests, subjects and pushes, in one
 * statement for each kind of row. Queues on the pipeline of the caller's thread. */
#ifndef SOTAY_NOTIFICATION_ITEM_STORE_H
#define SOTAY_NOTIFICATION_ITEM_STORE_H

#include "common/pg/pg.h"
#include "services/notification/inbox/digest.h"
#include "services/notification/inbox/subject.h"

struct item {
    struct notification is;
    bool is_new;   /* else a digest that is there grows: title, facts, and its times if they are later */
    int32_t facts; /* that it tells of for themselves; 0: it says what its subject says, and follows that */
    int64_t told_at_us;
    bool rings; /* a push begins */
    int64_t rings_at_us;
    bool is_held;                 /* until it rings: it can be recalled */
    const struct uuid *follows;   /* it rings only for those who have read this item; NULL: for all */
    const struct uuid *overtakes; /* what is still to be sent of this item ends; NULL: nothing does */
    bool has_recipients;          /* else they are counted when it is written, and it goes out in one shard */
    int64_t recipients;
};

/* Owned by ctx. New items and pushes that are there stay as they are. */
struct item_rows;
struct item_rows *item_store_rows(TALLOC_CTX *ctx);
void item_store_add(struct item_rows *rows, const struct item *item);
void item_store_add_digest(struct item_rows *rows, const struct digest *digest);
/* Keeps it, and makes its items say so, but for digests. Those of a withdrawn one leave every inbox; what is still to
 * be sent of them ends. */
void item_store_add_subject(struct item_rows *rows, const struct subject *subject);
void item_store_queue(struct item_rows *rows, struct pg *pg);

#endif
