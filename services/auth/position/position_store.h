/* SQL of positions. Table: member_position (001_roster.sql); import_store.c writes it too, for a chunk of members at
 * once. Functions named …_queue only queue on the connection's pipeline: the caller flushes. Results are owned by
 * `ctx`; one thread for each connection. */
#ifndef SOTAY_AUTH_POSITION_STORE_H
#define SOTAY_AUTH_POSITION_STORE_H

#include "services/auth/publish/ids.h"
#include "sotay/v1/auth.pb-c.h"

/* The positions that these members hold now, the highest role of each first. */
struct pg_result *position_store_held_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *members, size_t n);
/* After the flush: those of one member. */
Pb__Member__RoleHeld **position_store_held_by(TALLOC_CTX *ctx, const struct pg_result *r, const struct uuid *member,
                                              size_t *ret_n);

struct position {
    struct uuid member, organization;
    Pb__Role role;
    int64_t from_us;
};
/* Whoever holds a position in that organisation already keeps it. */
void position_store_grant_queue(struct pg *pg, TALLOC_CTX *ctx, const struct position *position);

#endif
