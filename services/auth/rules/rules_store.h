/* SQL of organisations' rules. Table: organization_rules (015_rules.sql). Queues on the pipeline of the caller's
 * thread; results are owned by `ctx` and read after the flush. */
#ifndef SOTAY_AUTH_RULES_STORE_H
#define SOTAY_AUTH_RULES_STORE_H

#include "common/loop/loop.h"
#include "services/directory/rules.h"

/* A row for each of these organisations: its id, name and level, and all that it has said. */
struct pg_result *rules_store_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid organizations[], size_t n);
/* *ret_said NULL: it has said nothing. ERR_INTERNAL: our own bytes are none. */
MUST_CHECK enum err rules_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                                     struct directory_org *ret_org, Pb__DirectoryRules **ret_said);

/* A statement that takes many: one `_add` for each, then pg_queue. */
struct pg_args *rules_store_put(TALLOC_CTX *ctx);
void rules_store_put_add(struct pg_args *args, TALLOC_CTX *ctx, const struct loop_message *message,
                         Pb__DirectoryRules__Version *version);

#endif
