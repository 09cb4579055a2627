/* SQL of organisations in a batch of commands: what they are, and what they become. Table: organization
 * (001_roster.sql, 013_subtrees.sql), which the roster import writes as well. Everything queues on the connection's
 * pipeline; results are owned by `ctx`; the thread of the connection. */
#ifndef SOTAY_AUTH_TREE_STORE_H
#define SOTAY_AUTH_TREE_STORE_H

#include "common/base/uuid_map.h"
#include "common/pg/pg.h"
#include "services/auth/tree/tree.h"

struct tree_rows {
    struct pg_result *organizations, *parents, *namesakes;
};
/* A statement that takes many names: those of organisations that are to be, each once; tree_store_load sends it. */
struct pg_args *tree_store_names(TALLOC_CTX *ctx);
/* `organization` zero: it is new. `parent` zero, `name` NULL: the organisation's own. */
void tree_store_add_name(struct pg_args *names, const struct uuid *organization, const struct uuid *parent,
                         const char *name);
/* Locks the organisations and their parents, in the order of their ids: of two who change a branch and what stands
 * above it, the second sees what the first has made. */
void tree_store_load(struct pg *pg, TALLOC_CTX *ctx, const struct uuid_map *organizations, struct pg_args *names,
                     struct tree_rows *ret_rows);

/* After the flush. */
struct tree_organization *tree_store_loaded(TALLOC_CTX *ctx, const struct pg_result *organizations, size_t row);
struct tree_namesake {
    struct uuid id, parent;
    const char *name;
};
struct tree_namesake tree_store_namesake(TALLOC_CTX *ctx, const struct pg_result *namesakes, size_t row);

struct tree_writes;
struct tree_writes *tree_writes_new(TALLOC_CTX *ctx);
/* Rows of what is new, and of what changed: each once. A contact that no command named may have gone meanwhile. */
void tree_writes_add(struct tree_writes *writes, const struct tree_organization *is, int64_t now_us);
void tree_writes_change(struct tree_writes *writes, const struct tree_organization *is, bool sets_contact,
                        int64_t now_us);
/* Below another parent: all that lies below it gets its path, and a version more. */
void tree_writes_move(struct tree_writes *writes, const struct uuid *organization, const struct uuid *parent,
                      int64_t now_us);
/* `into` zero: it is merged into none. */
void tree_writes_end(struct tree_writes *writes, const struct uuid *organization, const struct uuid *into,
                     const char *reason, int64_t now_us);
void tree_writes_queue_added(struct pg *pg, const struct tree_writes *writes);
void tree_writes_queue_changed(struct pg *pg, const struct tree_writes *writes);

#endif
