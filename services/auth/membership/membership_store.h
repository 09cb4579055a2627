/* SQL of memberships in a batch of commands: what they are, and what they become. Tables: member, member_past,
 * member_position (001_roster.sql), member_history (012_members.sql); the contact of an organisation, where its holder
 * goes. The roster import writes the first three as well. Everything queues on the connection's pipeline; results are
 * owned by `ctx`; the thread of the connection. */
#ifndef SOTAY_AUTH_MEMBERSHIP_STORE_H
#define SOTAY_AUTH_MEMBERSHIP_STORE_H

#include "common/base/uuid_map.h"
#include "common/pg/pg.h"
#include "services/auth/membership/membership.h"

/* --- loading ------------------------------------------------------------------------------------------------------ */

/* Whom a batch names: by themselves, as the members of transfers, as the secretaries of organisations that are `led`;
 * as everybody of those that are wanted `whole`; and organisations. */
struct membership_wanted {
    struct uuid_map *members, *transfers, *led, *whole, *organizations;
};
struct membership_rows {
    struct pg_result *members, *past, *positions, *organizations;
};
/* Locks the members, in the order of their ids. Organisations: the wanted ones, those of transfers, and of the members
 * the branches of any time and where they hold a position. */
void membership_store_load(struct pg *pg, TALLOC_CTX *ctx, const struct membership_wanted *wanted,
                           struct membership_rows *ret_rows);
/* After the flush: puts a struct membership for each into `members`, a struct directory_org into `organizations`. */
void membership_store_loaded(TALLOC_CTX *ctx, const struct membership_rows *rows, struct uuid_map *members,
                             struct uuid_map *organizations);

/* --- writing ------------------------------------------------------------------------------------------------------ */

struct membership_writes;
struct membership_writes *membership_write_store_new(TALLOC_CTX *ctx);
/* From `was` (version 0: it is new) to `is`. */
void membership_write_store_add(struct membership_writes *writes, const struct membership *was,
                                const struct membership *is, int64_t now_us);
struct membership_history {
    struct uuid member, message, actor; /* actor zero: it comes by itself */
    int64_t at_us;
    Pb__HistoryAction action;
    const Pb__History *changes;
    const char *reason; /* or NULL */
};
void membership_write_store_add_history(struct membership_writes *writes, const struct membership_history *history);
void membership_write_store_queue(struct pg *pg, struct membership_writes *writes);

#endif
