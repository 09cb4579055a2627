/* SQL of inboxes, which fan out on read, and of what was read. Queues on the pipeline of the caller's thread; results
 * are owned by `ctx`. */
#ifndef SOTAY_NOTIFICATION_INBOX_STORE_H
#define SOTAY_NOTIFICATION_INBOX_STORE_H

#include "common/pg/pg.h"
#include "services/notification/inbox/inbox.h"
#include "sotay/v1/notification.pb-c.h"

struct inbox_filter {
    bool unread_only, has_before;
    struct inbox_place before;
    int64_t limit;
};
struct pg_result *inbox_store_page(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member, int64_t now_us,
                                   const struct inbox_filter *filter);
Pb__InboxItem *inbox_store_read_item(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row);
struct pg_result *inbox_store_unread_count(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member,
                                           int64_t now_us); /* one row */

/* What is unread up to an item: member, place, unread. */
struct pg_result *inbox_store_unread_up_to(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member, int64_t now_us,
                                           const struct uuid *item);

/* For a batch of commands: those of the pairs that the member sees: member, place, unread. */
struct pg_args *inbox_store_pairs(TALLOC_CTX *ctx);
void inbox_store_add_pair(struct pg_args *args, const struct uuid *member, const struct uuid *item, int64_t now_us);
struct inbox_place inbox_store_read_place(const struct pg_result *rows, size_t row);
bool inbox_store_read_is_unread(const struct pg_result *rows, size_t row);

struct inbox_store_read {
    struct uuid member;
    struct inbox_read is;
};
void inbox_store_reads(TALLOC_CTX *ctx, struct pg *pg, const struct inbox_store_read reads[], size_t n);

#endif
