/* SQL of the import's job and of its staged lines. Tables: import_job, import_error, import_absent, import_member,
 * import_stage (003_import.sql, 019_imports.sql); what a chunk of lines does: import_chunk_store.h, what is shown:
 * import_view_store.h. Functions named …_queue only queue on the connection's pipeline: the caller flushes, and ends
 * the transaction where there is one. The others make their round trip. Results are owned by `ctx`; one thread for each
 * connection. */
#ifndef SOTAY_AUTH_IMPORT_STORE_H
#define SOTAY_AUTH_IMPORT_STORE_H

#include "common/pg/pg.h"
#include "services/auth/import/import_errors.h"
#include "services/auth/import/import_file.h"
#include "services/auth/import/import_tree.h"

/* --- the job's row ----------------------------------------------------------------------------------------------- */

struct import_job {
    struct uuid id, holder, actor; /* actor zero: the machine's operator */
    struct import_scope scope;
    bool preview, has_blobs, has_organizations; /* has_blobs: its files were uploaded, and these are their hashes */
    uint8_t organizations_sha256[IMPORT_HASH_BYTES], members_sha256[IMPORT_HASH_BYTES];
    int64_t begun_at_us, finished_at_us; /* begun: the time of all that it changes; finished 0: under way */
    bool staged;                         /* members.csv is, and the organisations are facts */
    int64_t rows, lines, last_line, applied, created, updated, unchanged, rejected, absent;
    int32_t attempts;
    const char *problem; /* or NULL */
};

/* A statement that takes many: one `_add` for each, then pg_queue. A job that is there stays. */
struct pg_args *import_store_put(TALLOC_CTX *ctx);
void import_store_put_add(TALLOC_CTX *ctx, struct pg_args *args, const struct import_job *job, int64_t created_at_us);
/* False, and `hash` as it was: there is no such file. */
bool import_store_read_hash(TALLOC_CTX *ctx, const struct pg_result *r, size_t row, int column,
                            uint8_t hash[IMPORT_HASH_BYTES]);
/* How many that were uploaded wait or run: rows of importer and count. */
struct pg_result *import_store_unfinished_queue(struct pg *pg, TALLOC_CTX *ctx);

/* The one that has waited longest, of uploaded files; *ret_found false: none waits. */
MUST_CHECK enum err import_store_next(struct pg *pg, TALLOC_CTX *ctx, bool preview, struct uuid *ret_id,
                                      bool *ret_found);
struct import_lease {
    struct uuid holder;
    int64_t us; /* so long, by the wall clock */
};
/* Takes the lease; whoever begins it says by `now_us` when what it changes is so. ERR_OWNER_LOST: it is finished, or
 * another holder has it still, or the lease of another import runs and this one is no preview. */
MUST_CHECK enum err import_store_take(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id,
                                      const struct import_lease *lease, int64_t now_us, struct import_job *ret_job);
/* After a failure: ends the transaction and the lease, so that nobody need wait for it, and counts it if it was `ours`.
 * If that fails, the lease runs out. */
void import_store_let_go(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job, bool ours);
/* Writes the job's state and renews the lease, in the caller's transaction. Zero rows in the result: the lease was
 * lost, or has run out. */
struct pg_result *import_store_save_queue(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job,
                                          int64_t leased_until_us);
/* Makes the job, anew where one of this id is finished; one that is not stays. */
MUST_CHECK enum err import_store_renew(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job,
                                       int64_t created_at_us);

/* --- staging ----------------------------------------------------------------------------------------------------- */

extern const char IMPORT_STORE_COPY[]; /* columns of import_member in order, for pg_copy_in */
/* Before staging: removes the lines of an earlier attempt, and unless `is_again` its errors. */
MUST_CHECK enum err import_store_clear_stage(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job, bool is_again);
/* Of a finished job: removes the lines, keeps the errors. */
MUST_CHECK enum err import_store_empty_stage(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job);
/* In the commit of its last lines: the stage is whole, until a crash of PostgreSQL empties it. */
void import_store_stage_whole_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job);
MUST_CHECK enum err import_store_stage_is_whole(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job,
                                                bool *ret_whole);
/* Before the first chunk, so that the planner knows of how many lines it picks some. */
MUST_CHECK enum err import_store_analyze(struct pg *pg);
void import_store_errors_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job,
                               const struct import_errors *errors);

#endif
