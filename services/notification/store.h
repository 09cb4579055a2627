/* All SQL of the notification service, in store*.c; what the columns hold is in schema/001_notification.sql. Queues on the pipeline of the
 * caller's thread; results are owned by `ctx`. */
#ifndef SOTAY_NOTIFICATION_STORE_H
#define SOTAY_NOTIFICATION_STORE_H

#include "common/pg.h"
#include "common/uuid.h"
#include "services/notification/notification.h"
#include "sotay/v1/directory.pb-c.h"

/* --- projections (store.c) -------------------------------------------------------------------------------------------------------- */

/* Intervals of members whose directory row has this version replace what was: queue after the directory's own rows. */
struct store_memberships;
struct store_memberships *store_memberships(TALLOC_CTX *ctx);
void store_add_memberships(struct store_memberships *rows, const Pb__DirectoryMember *member);
void store_queue_memberships(struct store_memberships *rows, struct pg *pg);

struct store_device {
    struct uuid member;
    const char *device_id, *token; /* token: NULL: removed */
    int32_t provider;
    int64_t at_us; /* the newest wins */
};
void store_queue_devices(TALLOC_CTX *ctx, struct pg *pg, const struct store_device *const devices[], size_t n);

/* An item that is there stays as it is. */
void store_queue_item(TALLOC_CTX *ctx, struct pg *pg, const struct notification *item);
void store_queue_push(TALLOC_CTX *ctx, struct pg *pg, const struct notification *item, int64_t recipients);
/* Takes the items of a subject, issued until `at_us`, out of every inbox, and ends what is still to be sent of them. */
void store_queue_withdrawal(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *subject, int64_t at_us);
void store_queue_audience(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *subject, const struct audience *audience,
                          int32_t classification);

/* One row: how many members an item reached when it was issued. */
struct pg_result *store_queue_recipients(TALLOC_CTX *ctx, struct pg *pg, const struct notification *item);

/* --- inboxes (store_inbox.c) ------------------------------------------------------------------------------------------------------ */

struct inbox_place {
    int64_t created_at_us;
    struct uuid item;
}; /* in the order of inboxes: newest first */

struct inbox_filter {
    bool unread_only, has_before;
    struct inbox_place before;
    int64_t limit;
};
struct pg_result *store_queue_inbox(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member, int64_t now_us,
                                    const struct inbox_filter *filter);
Pb__InboxItem *store_read_item(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row);
struct pg_result *store_queue_unread_count(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member, int64_t now_us); /* one row */

/* For a batch of commands. Unread items of each member: member, item, created_at_us. */
struct pg_result *store_queue_unread(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *members, size_t n, int64_t now_us);
/* Those of the pairs that the member sees: member, item, created_at_us. */
struct pg_args *store_pairs(TALLOC_CTX *ctx);
void store_add_pair(struct pg_args *args, const struct uuid *member, const struct uuid *item, int64_t now_us);

struct store_read {
    struct uuid member;
    struct inbox_place place;
    bool up_to;
    int64_t at_us;
};
void store_queue_reads(TALLOC_CTX *ctx, struct pg *pg, const struct store_read *const reads[], size_t n);

/* --- deliveries (store_push.c) ------------------------------------------------------------------------------------------------------ */

/* The item's issuing organisation, for the right to see its delivery: one row or none. Then its counts: two results. */
struct pg_result *store_queue_delivery(TALLOC_CTX *ctx, struct pg *pg,
                                       const struct uuid *notification); /* recipients, started, settled, path of the issuer */
struct pg_result *store_queue_counts(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification); /* status, code, n */

/* One sender for each account: a lease of ten seconds by the database's clock. One row when `owner` has it now. */
struct pg_result *store_queue_account(TALLOC_CTX *ctx, struct pg *pg, const char *account, const char *owner);
struct pg_result *store_queue_account_release(TALLOC_CTX *ctx, struct pg *pg, const char *account, const char *owner);

struct push_shard {
    struct uuid notification;
    int32_t shard;
    bool has_to;
    struct uuid to, cursor_member;
    const char *cursor_device;
    bool is_withdrawn;
    int64_t expires_at_us;
    struct notification item; /* what is to be said, and to whom */
};
/* Leases the next shard that is due: one row or none. */
struct pg_result *store_queue_claim(TALLOC_CTX *ctx, struct pg *pg, const char *owner, int64_t now_us);
struct pg_result *store_queue_claimed(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification); /* the item of a push */
void store_read_claim(TALLOC_CTX *ctx, const struct pg_result *rows, struct push_shard *ret_shard);
void store_read_claimed(TALLOC_CTX *ctx, const struct pg_result *rows, struct push_shard *ret_shard);

struct push_target {
    struct uuid member;
    const char *device_id, *token;
    int attempts;              /* before this one */
    bool is_addressed;         /* still, at the moment of sending */
    struct push_result result; /* of this one */
    int64_t next_at_us;        /* while retrying */
};
/* The next devices of a shard after its cursor that the item reaches now. */
struct pg_result *store_queue_targets(TALLOC_CTX *ctx, struct pg *pg, const struct push_shard *shard, int64_t now_us, int64_t limit);
/* The notification whose next attempt is the longest overdue: one row or none; and its devices to be tried again. */
struct pg_result *store_queue_overdue(TALLOC_CTX *ctx, struct pg *pg, int64_t now_us);
struct pg_result *store_queue_again(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification, int64_t now_us, int64_t limit);
struct push_target *store_read_targets(TALLOC_CTX *ctx, const struct pg_result *rows);

/* Records results: rows, counts, tokens that are gone, and settles the push when nothing is left. `again`: rows that are there already. */
void store_queue_results(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification, const struct push_target targets[], size_t n,
                         int64_t at_us, bool again);
void store_queue_start(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification, int64_t at_us);
void store_queue_settle(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification, int64_t at_us);
/* Moves a shard's cursor: it touches one row while `owner` has the lease. */
struct pg_result *store_queue_cursor(TALLOC_CTX *ctx, struct pg *pg, const struct push_shard *shard, const char *owner, bool done);

#endif
