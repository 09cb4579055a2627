/* SQL of exports. Table: export_job (009_export.sql). Functions named …_queue only queue on the connection's pipeline:
 * the caller flushes. The others make their round trip. Results are owned by ctx; one thread for each connection. */
#ifndef SOTAY_ANALYTICS_EXPORT_STORE_H
#define SOTAY_ANALYTICS_EXPORT_STORE_H

#include "common/pg/pg.h"
#include "services/analytics/export/export.h"

struct export_job {
    struct export is;
    struct uuid holder;
    int64_t expires_at_us, finished_at_us; /* finished 0: under way */
    const char *problem;                   /* or NULL */
    bool is_held;                          /* as it was read: somebody's lease runs */
    int32_t attempts, takes, file;
    ProtobufCBinaryData cursor; /* empty: the first page */
    int64_t rows, expected, bytes;
};

/* --- the loop's --------------------------------------------------------------------------------------------------- */

/* Statements that take many: one `_add` for each, then pg_queue. */
struct pg_args *export_store_put(TALLOC_CTX *ctx);
void export_store_put_add(TALLOC_CTX *ctx, struct pg_args *args, const struct export *export, int64_t expires_at_us);
struct pg_args *export_store_stop(TALLOC_CTX *ctx);
void export_store_stop_add(struct pg_args *args, const struct uuid *id, int64_t at_us);
/* Whose wait or are made. */
struct pg_result *export_store_unfinished_queue(struct pg *pg, TALLOC_CTX *ctx);
/* Those of these ids, locked: id, member, until when there is a file. */
struct pg_result *export_store_owners_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n);

/* --- the worker's ------------------------------------------------------------------------------------------------- */

/* The one that has waited longest; *ret_found false: none waits. */
MUST_CHECK enum err export_store_next(struct pg *pg, TALLOC_CTX *ctx, struct uuid *ret_id, bool *ret_found);
/* Takes the lease. ERR_OWNER_LOST: it is finished, or another holder has it still. */
MUST_CHECK enum err export_store_take(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, const struct uuid *holder,
                                      int64_t leased_until_us, struct export_job *ret_job);
/* Writes how far it is and renews the lease. ERR_OWNER_LOST: the lease was lost, or it was stopped. */
MUST_CHECK enum err export_store_save(struct pg *pg, TALLOC_CTX *ctx, const struct export_job *job,
                                      int64_t leased_until_us);
/* Whoever lets it go: nobody takes it before `rests_until_us`. */
MUST_CHECK enum err export_store_let_go(struct pg *pg, TALLOC_CTX *ctx, const struct export_job *job,
                                        int64_t rests_until_us, bool ours);
/* About how many rows it will have. */
MUST_CHECK enum err export_store_expect(struct pg *pg, TALLOC_CTX *ctx, const struct export *export, int64_t *ret_rows);

/* Jobs whose files are to go and that nobody holds, up to `limit`: id and takes. */
MUST_CHECK enum err export_store_ended(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, int64_t limit,
                                       struct pg_result **ret_rows);
/* They are gone; jobs that expired before `forget_us` go with them. */
MUST_CHECK enum err export_store_gone(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n,
                                      int64_t forget_us);

/* --- what its member sees ----------------------------------------------------------------------------------------- */

/* *ret_found: it is that member's. */
MUST_CHECK enum err export_store_find(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, const struct uuid *member,
                                      struct export_job *ret_job, bool *ret_found);

#endif
