/* SQL of what an account has to send: shards that are due, their devices, and devices that are to be tried again. Every
 * statement is about one account. Queues on the pipeline of the caller's thread; results are owned by `ctx`. */
#ifndef SOTAY_NOTIFICATION_SHARD_STORE_H
#define SOTAY_NOTIFICATION_SHARD_STORE_H

#include "common/base/uuid.h"
#include "services/notification/provider/provider.h"
#include "services/notification/push/account_store.h"
#include "services/notification/push/quiet.h"

/* Instead of a provider's word: what a device is still to be sent waits for its member's morning. */
#define QUIET_CODE "QUIET"

/* A range of the members to whom a push goes through one account, and how far it was sent. */
struct push_shard {
    struct uuid notification;
    int32_t shard;
    bool has_to;
    struct uuid to, cursor_member;
    const char *cursor_device;
    bool done; /* nothing is left after the cursor */
    bool is_withdrawn;
    int64_t due_us, expires_at_us;
    enum push_quiet quiet;
    const char *title, *body; /* what a lock screen may show */
    const char *kind, *url;   /* the item's, and what a tap on it opens */
};

/* A device that is sent to. */
struct push_target {
    struct push_shard *shard;
    struct uuid member;
    const char *device_id, *token;
    int attempts;           /* before this one */
    bool is_addressed;      /* still, at the moment of sending */
    struct quiet_wish wish; /* of the member */
    bool has_waited;        /* for his morning, since which it is due */
    int64_t due_us;
    const struct push_target *rings_with; /* another message to the device, sent instead; NULL: none */
    struct push_result result;            /* of this one */
    int64_t next_at_us;                   /* while retrying */
};

/* One row: whether a shard can be leased, whether a device is to be tried again. Cheap, for one that asks often. */
struct pg_result *shard_store_due(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account, int64_t now_us);

/* Leases what is due first: one shard of a push of many, or up to `limit` that are each all of their push. Read it into
 * one shard for each row. */
struct pg_result *shard_store_claim(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account, int64_t now_us,
                                    int64_t limit);
struct push_shard *shard_store_read_claim(TALLOC_CTX *ctx, const struct pg_result *rows);

/* The next devices of claimed shards after their cursors that the items reach now, in the order of the shards: devices
 * of the account's providers. Of a digest: those of members who have not read it. */
struct pg_result *shard_store_targets(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account,
                                      const struct push_shard shards[], size_t n, int64_t now_us, int64_t limit);
struct push_target *shard_store_read_targets(TALLOC_CTX *ctx, const struct pg_result *rows, struct push_shard shards[]);

/* The account's devices that are the longest overdue to be tried again; read with a shard for each of their pushes,
 * which has no cursor. Those whose provider is another account's by now are that one's to try. */
struct pg_result *shard_store_again(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account, int64_t now_us,
                                    int64_t limit);
struct push_target *shard_store_read_again(TALLOC_CTX *ctx, const struct pg_result *rows,
                                           struct push_shard **ret_shards, size_t *ret_n);

#endif
