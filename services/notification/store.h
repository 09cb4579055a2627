/* All SQL of the notification service, in store*.c; what the columns hold is in schema/001_notification.sql. Queues on
 * the pipeline of the caller's thread; results are owned by `ctx`. */
#ifndef SOTAY_NOTIFICATION_STORE_H
#define SOTAY_NOTIFICATION_STORE_H

#include "common/base/uuid.h"
#include "common/pg/pg.h"
#include "services/notification/notification.h"
#include "sotay/v1/directory.pb-c.h"

/* --- projections (store.c) ---------------------------------------------------------------------------------------- */

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

/* --- items (store_item.c) ----------------------------------------------------------------------------------------- */

/* How many members an item reaches when it is issued, by a key of the caller's. A row for each: key, count. */
struct pg_args *store_recipients(TALLOC_CTX *ctx);
void store_add_recipients(TALLOC_CTX *ctx, struct pg_args *args, const struct uuid *key,
                          const struct notification *item);

/* Locked, in the order of keys. */
struct pg_result *store_queue_digests(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *keys, size_t n);
void store_read_digest(const struct pg_result *rows, size_t row, struct digest *ret_digest);
/* Somebody has read these items: those that are digests gather no more. */
void store_queue_digests_read(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *items, size_t n);

/* Locked, in the order of ids. */
struct pg_result *store_queue_subjects(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *ids, size_t n);
void store_read_subject(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct subject *ret_subject);

struct store_item {
    struct notification is;
    bool is_new;   /* else a digest that is there grows: title, facts, and its times if they are later */
    int32_t facts; /* of a digest; 0: it is none */
    int64_t told_at_us;
    bool rings; /* a push begins */
    int64_t rings_at_us;
    bool has_recipients; /* else they are counted when it is written, and it goes out in one shard */
    int64_t recipients;
};

/* What a batch tells, in one statement for each kind of row. New items and pushes that are there stay as they are. */
struct store_items;
struct store_items *store_items(TALLOC_CTX *ctx);
void store_add_item(struct store_items *rows, const struct store_item *item);
void store_add_digest(struct store_items *rows, const struct digest *digest);
/* Keeps it, and makes its items say so, but for digests. Those of a withdrawn one leave every inbox; what is still to
 * be sent of them ends. */
void store_add_subject(struct store_items *rows, const struct subject *subject);
void store_queue_items(struct store_items *rows, struct pg *pg);

/* --- inboxes (store_inbox.c) -------------------------------------------------------------------------------------- */

struct inbox_filter {
    bool unread_only, has_before;
    struct inbox_place before;
    int64_t limit;
};
struct pg_result *store_queue_inbox(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member, int64_t now_us,
                                    const struct inbox_filter *filter);
Pb__InboxItem *store_read_item(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row);
struct pg_result *store_queue_unread_count(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member,
                                           int64_t now_us); /* one row */

/* What is unread up to an item: member, place, unread. */
struct pg_result *store_queue_unread_up_to(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member, int64_t now_us,
                                           const struct uuid *item);

/* For a batch of commands: those of the pairs that the member sees: member, place, unread. */
struct pg_args *store_pairs(TALLOC_CTX *ctx);
void store_add_pair(struct pg_args *args, const struct uuid *member, const struct uuid *item, int64_t now_us);
struct inbox_place store_read_place(const struct pg_result *rows, size_t row);
bool store_read_is_unread(const struct pg_result *rows, size_t row);

struct store_read {
    struct uuid member;
    struct inbox_read is;
};
void store_queue_reads(TALLOC_CTX *ctx, struct pg *pg, const struct store_read *const reads[], size_t n);

/* --- deliveries (store_push.c) ------------------------------------------------------------------------------------ */

/* The item's issuing organisation, for the right to see its delivery: one row or none. Then its counts: two results. */
struct pg_result *store_queue_delivery(
    TALLOC_CTX *ctx, struct pg *pg,
    const struct uuid *notification); /* recipients, started, settled, path of the issuer */
struct pg_result *store_queue_counts(TALLOC_CTX *ctx, struct pg *pg,
                                     const struct uuid *notification); /* status, code, n */

/* One sender for each account: a lease of ten seconds by the database's clock. One row when `owner` has it now. */
struct pg_result *store_queue_account(TALLOC_CTX *ctx, struct pg *pg, const char *account, const char *owner);
struct pg_result *store_queue_account_release(TALLOC_CTX *ctx, struct pg *pg, const char *account, const char *owner);

struct push_shard {
    struct uuid notification;
    int32_t shard;
    bool has_to;
    struct uuid to, cursor_member;
    const char *cursor_device;
    bool done; /* nothing is left after the cursor */
    bool is_withdrawn;
    int64_t expires_at_us;
    struct notification item; /* what is said; no audience */
};
/* One row: whether a shard can be leased, whether a device is to be tried again. Cheap, for one that asks often. */
struct pg_result *store_queue_due(TALLOC_CTX *ctx, struct pg *pg, const char *owner, int64_t now_us);
/* Leases what is due first: one shard of a push of many, or up to `limit` that are each all of their push. */
struct pg_result *store_queue_claim(TALLOC_CTX *ctx, struct pg *pg, const char *owner, int64_t now_us, int64_t limit);
struct push_shard *store_read_claim(TALLOC_CTX *ctx, const struct pg_result *rows); /* one for each row */

struct push_target {
    struct push_shard *shard;
    struct uuid member;
    const char *device_id, *token;
    int attempts;              /* before this one */
    bool is_addressed;         /* still, at the moment of sending */
    struct push_result result; /* of this one */
    int64_t next_at_us;        /* while retrying */
};
/* The next devices of claimed shards after their cursors that the items reach now, in the order of the shards. Of a
 * digest: those of members who have not read it. */
struct pg_result *store_queue_targets(TALLOC_CTX *ctx, struct pg *pg, const struct push_shard shards[], size_t n,
                                      int64_t now_us, int64_t limit);
struct push_target *store_read_targets(TALLOC_CTX *ctx, const struct pg_result *rows, struct push_shard shards[]);
/* The devices that are the longest overdue to be tried again; read with a shard for each of their pushes, which has no
 * cursor. */
struct pg_result *store_queue_again(TALLOC_CTX *ctx, struct pg *pg, int64_t now_us, int64_t limit);
struct push_target *store_read_again(TALLOC_CTX *ctx, const struct pg_result *rows, struct push_shard **ret_shards,
                                     size_t *ret_n);

/* Results (store_result.c): rows, counts, tokens that are gone. Recorded twice, they count once. */
void store_queue_results(TALLOC_CTX *ctx, struct pg *pg, const struct push_target targets[], size_t n, int64_t at_us);
void store_queue_start(TALLOC_CTX *ctx, struct pg *pg, const struct push_shard shards[], size_t n, int64_t at_us);
void store_queue_settle(TALLOC_CTX *ctx, struct pg *pg, const struct push_shard shards[], size_t n,
                        int64_t at_us); /* where nothing is left */
/* Moves the shards' cursors: it touches a row for each whose lease `owner` has. */
struct pg_result *store_queue_cursors(TALLOC_CTX *ctx, struct pg *pg, const struct push_shard shards[], size_t n,
                                      const char *owner);

#endif
