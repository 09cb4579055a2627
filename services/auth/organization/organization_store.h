/* SQL of organisations as facts: the tree that bootstrap and import write, and their records on
 * directory.organizations. What clients see is in organization_view_store.h. Table: organization (001_roster.sql).
 * Functions named …_queue only queue on the connection's pipeline: the caller flushes. The others make their round
 * trip. Results are owned by `ctx`; one thread for each connection. */
#ifndef SOTAY_AUTH_ORGANIZATION_STORE_H
#define SOTAY_AUTH_ORGANIZATION_STORE_H

#include "common/loop/loop.h"
#include "services/auth/publish/ids.h"
#include "sotay/v1/shapes.pb-c.h"
#include <stdbool.h>

struct organization_row {
    struct uuid id, parent_id;
    const char *code, *name;
    Pb__Level level;
    int32_t meeting_day; /* 0: none */
    bool is_root, has_ended;
};
struct organization_rows {
    struct organization_row *items;
    size_t n;
};
/* Every organisation, in no particular order. */
MUST_CHECK enum err organization_store_all(struct pg *pg, TALLOC_CTX *ctx, struct organization_rows *ret_rows);
/* Those of these ids that exist, locked until the caller's transaction ends. */
MUST_CHECK enum err organization_store_lock(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n,
                                            struct organization_rows *ret_rows);
/* Adds or updates, then finds the path of every organisation anew. `now_us` becomes changed_at_us of what differs. */
void organization_store_put_queue(struct pg *pg, TALLOC_CTX *ctx, const struct organization_row rows[], size_t n,
                                  int64_t now_us);

/* NULL in *ret_code: there is no root yet. */
MUST_CHECK enum err organization_store_root_code(struct pg *pg, TALLOC_CTX *ctx, char **ret_code);
/* A root that is there already stays as it is. */
void organization_store_add_root_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, const char *code,
                                       const char *name, int64_t now_us);

/* At most `limit` ids in order, after `after` (zero: from the first). */
MUST_CHECK enum err organization_store_ids_after(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *after, int limit,
                                                 struct ids *ret_ids);
/* Packed Pb__DirectoryOrganization of those ids that exist, in no particular order. */
MUST_CHECK enum err organization_store_records(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n,
                                               struct loop_record_list *ret_records);

/* Lifts rows above what was once told of them, as member_store_lift does. */
struct pg_args *organization_store_lift(TALLOC_CTX *ctx);
void organization_store_lift_add(struct pg_args *args, const struct uuid *id, uint64_t version);

#endif
