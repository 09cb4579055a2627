/* The SQL of marked keys (schema/013_marked_key.sql), and of what is untold. Every function queues on the pipeline or
 * runs at once, as its name says (`_queue_` queues); called on the thread that owns the pg. */
#ifndef SOTAY_COMMON_LOOP_STORE_KEYS_H
#define SOTAY_COMMON_LOOP_STORE_KEYS_H

#include "common/loop/loop_store.h"

/* In the transaction under way. */
void loop_store_queue_marks(struct pg *pg, TALLOC_CTX *ctx, int32_t topic, const struct uuid keys[], size_t n);
/* The number of the transaction under way, if it has marked keys; else no row. */
struct pg_result *loop_store_queue_marking(struct pg *pg, TALLOC_CTX *ctx);
int64_t loop_store_marking(const struct pg_result *row); /* 0: it has marked none */

struct pg_result *loop_store_queue_has_keys(struct pg *pg, TALLOC_CTX *ctx); /* one row: whether any wait */
/* Rows of the outbox that stay those of the commits that marked their keys: loop_store_outbox_row names them. */
struct pg_args *loop_store_key_rows_args(TALLOC_CTX *ctx);
void loop_store_add_key_row(struct pg_args *args, const char *cluster, const struct loop_position *own,
                            ProtobufCBinaryData announcement, int64_t commit_id);

/* Keys, and rows of the outbox, that earlier transactions have left. */
MUST_CHECK enum err loop_store_count_untold(struct pg *pg, TALLOC_CTX *ctx, int64_t before_commit, int64_t *ret_n);

#endif
