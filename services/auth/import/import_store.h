/* SQL of the import: its job's row, its staged lines, and the statements that turn a chunk of lines into facts. Tables:
 * import_job, import_member, import_error (003_import.sql); a chunk writes member, member_past and member_position.
 * Functions named …_queue only queue on the connection's pipeline: the caller flushes, and ends the transaction where
 * there is one. The others make their round trip. Results are owned by `ctx`; one thread for each connection. */
#ifndef SOTAY_AUTH_IMPORT_STORE_H
#define SOTAY_AUTH_IMPORT_STORE_H

#include "services/auth/import/import_errors.h"
#include "services/auth/publish/ids.h"

/* --- the job's row ----------------------------------------------------------------------------------------------- */

struct import_job {
    struct uuid id, holder;
    int64_t created_at_us, finished_at_us; /* 0: under way */
    bool staged;                           /* members.csv is, and the organisations are facts */
    int64_t rows, last_line, applied, created, updated, unchanged, rejected;
};
struct import_lease {
    struct uuid holder;
    int64_t us;   /* so long, by the wall clock */
    bool preview; /* it is taken beside others */
};
/* Takes the lease, making the job if it is new; a finished one begins anew. `now_us` is the time of what the job
 * changes. ERR_OWNER_LOST: another holder has it still, or another import's lease runs. */
MUST_CHECK enum err import_store_take(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id,
                                      const struct import_lease *lease, int64_t now_us, struct import_job *ret_job);
/* After a failure: ends the transaction and the lease, so that nobody need wait for it. If that fails, it runs out. */
void import_store_let_go(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job);
/* Writes the job's state and renews the lease, in the caller's transaction. Zero rows in the result: the lease was
 * lost. */
struct pg_result *import_store_save_queue(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job,
                                          int64_t leased_until_us);
/* Removes the whole job: what a preview leaves. */
MUST_CHECK enum err import_store_forget(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job);

/* --- staging ----------------------------------------------------------------------------------------------------- */

extern const char IMPORT_STORE_COPY[]; /* columns of import_member in order, for pg_copy_in */
/* Before staging: removes the lines and errors of an earlier attempt. */
MUST_CHECK enum err import_store_clear_stage(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job);
/* Of a finished job: removes the lines, keeps the errors. */
MUST_CHECK enum err import_store_empty_stage(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job);
MUST_CHECK enum err import_store_stage_is_whole(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job,
                                                bool *ret_whole);
void import_store_errors_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job,
                               const struct import_errors *errors);

/* --- a chunk: the lines (after, to] ------------------------------------------------------------------------------ */

struct import_chunk {
    struct pg_result *created, *updated, *touched, *left;
};
/* Members, their closed intervals, their positions. */
void import_store_chunk_queue(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job, int64_t after, int64_t to,
                              struct import_chunk *ret_chunk);
/* After the flush: how many were created and updated; who has left. */
void import_store_chunk_read(const struct import_chunk *chunk, int64_t *ret_created, int64_t *ret_updated);
void import_store_chunk_left(TALLOC_CTX *ctx, const struct import_chunk *chunk, struct ids *ret_ids);
/* What a dry run answers. */
MUST_CHECK enum err import_store_compare(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job, int64_t *ret_created,
                                         int64_t *ret_updated);

#endif
