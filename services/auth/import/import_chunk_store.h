/* SQL of a chunk: the lines (after, to] of a whole stage, judged by what is so now, compared with it or made facts of.
 * A chunk writes member, member_past and member_position. Functions only queue on the connection's pipeline, in the
 * caller's transaction; results are owned by `ctx`; one thread for each connection. */
#ifndef SOTAY_AUTH_IMPORT_CHUNK_STORE_H
#define SOTAY_AUTH_IMPORT_CHUNK_STORE_H

#include "services/auth/import/import_store.h"
#include "services/auth/publish/ids.h"

#define IMPORT_ABSENT_MOST 10000 /* so many are named */

struct import_chunk {
    TALLOC_CTX *ctx;
    const struct import_job *job;
    int64_t after, to;
    struct pg_result *rejected, *doubtful, *changing, *created, *updated, *granted, *touched, *replaced, *left,
        *compared;
};

/* Locks its members, and takes out of the stage what may not be taken: of a person, or a secretary of one organisation,
 * all lines but the first; what belongs to an organisation that has ended; of an importer who is no operator what is
 * not his to change. */
void import_chunk_store_judge_queue(struct pg *pg, struct import_chunk *chunk);
/* After the flush: adds these lines to the errors, and warnings about others. */
void import_chunk_store_judged(const struct import_chunk *chunk, struct import_errors *errors);

/* Then: asks who is there and may be changed by the other lines: what they say differs, or they name who leads. */
void import_chunk_store_changing_queue(struct pg *pg, struct import_chunk *chunk);
/* Makes the other lines facts. */
void import_chunk_store_apply_queue(struct pg *pg, struct import_chunk *chunk);
/* Or: counts what that would do. */
void import_chunk_store_compare_queue(struct pg *pg, struct import_chunk *chunk);
/* After the flush of either: how many were created and updated. */
void import_chunk_store_count(const struct import_chunk *chunk, int64_t *ret_created, int64_t *ret_updated);
/* After that of the first: who has left. */
void import_chunk_store_left(TALLOC_CTX *ctx, const struct import_chunk *chunk, struct ids *ret_ids);

/* Behind the last chunk: notes who is in a branch of the file and not in the file, at most so many. The one number of
 * the one row says how many there are. */
struct pg_result *import_chunk_store_absent_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job, int most);

#endif
