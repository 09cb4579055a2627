#include "services/auth/import/import.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/auth/import/import_stage.h"
#include "services/auth/import/import_store.h"
#include "services/auth/import/import_tree.h"
#include "services/auth/organization/organization_store.h"
#include "services/auth/publish/pace.h"
#include "services/auth/session/session_end.h"

#define LEASE_US (15 * CLOCK_SECOND_US)
enum { CHUNK_LINES = 5000 };

struct import {
    TALLOC_CTX *ctx;
    const struct import_options *options;
    struct import_result *result;
    struct import_job job;
    bool tells; /* the loop does */
};

/* --- the job --- */

static enum err job_id(const struct import_options *options, struct uuid *ret_id)
{
    uint8_t organizations[32], members[32];
    enum err err = import_file_hash(options->organizations_path, organizations);
    if (!err)
        err = import_file_hash(options->members_path, members);
    const void *parts[] = {options->dry_run ? "preview" : "import", organizations, members};
    const size_t bytes[] = {options->dry_run ? 7 : 6, sizeof organizations, sizeof members};
    if (!err)
        *ret_id = uuid_hash(3, parts, bytes);
    return err;
}

static int64_t lease_until(void)
{
    return clock_now_us() + LEASE_US;
}

/* Ends the transaction: commits it, or rolls it back if the lease was lost meanwhile. */
static enum err save(struct import *im)
{
    struct pg *pg = im->options->pg;
    struct pg_result *saved = import_store_save_queue(pg, im->ctx, &im->job, lease_until());
    enum err err = pg_flush(pg);
    if (err)
        return err;
    pg_queue_sql(pg, pg_rows(saved) ? "COMMIT" : "ROLLBACK");
    err = pg_flush(pg);
    return !err && pg_rows(saved) == 0 ? ERR_OWNER_LOST : err;
}

static enum err renew_lease(struct import *im)
{
    pg_queue_sql(im->options->pg, "BEGIN");
    return save(im);
}

/* --- staging --- */

static void count_organizations(struct import *im, struct import_tree *tree,
                                const struct organization_row **ret_changes, size_t *ret_n)
{
    int64_t created, unchanged;
    *ret_changes = import_tree_changes(tree, ret_n, &created, &unchanged);
    im->job.created += created;
    im->job.updated += (int64_t)*ret_n - created;
    im->job.unchanged += unchanged;
}

static enum err stage_members(struct import *im, struct import_tree *tree)
{
    struct pg *pg = im->options->pg;
    struct import_stage *stage;
    struct import_errors *errors = &im->result->errors;
    enum err err = import_stage_open(im->ctx, im->options->members_path, &im->job.id, tree, im->options->granter,
                                     errors, &stage);
    if (!err)
        err = import_store_clear_stage(pg, im->ctx, &im->job.id);
    while (!err && import_stage_more(stage)) {
        err = pg_copy_in(pg, IMPORT_STORE_COPY, import_stage_next, stage);
        if (!err)
            err = renew_lease(im);
    }
    if (err)
        return err;
    im->job.rows = import_tree_rows(tree) + import_stage_rows(stage);
    im->job.last_line = import_stage_last_line(stage);
    im->job.rejected = errors->count;
    mem_free(stage);
    return ERR_OK;
}

/* Organisations become facts in the commit that marks the stage as whole: the members staged were checked against
 * them. */
static enum err stage(struct import *im)
{
    struct pg *pg = im->options->pg;
    struct import_tree *tree;
    const struct organization_row *changes;
    size_t n;
    im->job.created = im->job.updated = im->job.unchanged = im->job.applied = 0;
    enum err err = import_tree_read(im->ctx, pg, im->options->organizations_path, &im->result->errors, &tree);
    if (!err)
        err = stage_members(im, tree);
    if (err)
        return err;
    count_organizations(im, tree, &changes, &n);
    if (im->options->dry_run)
        return ERR_OK;
    im->job.staged = true;
    pg_queue_sql(pg, "BEGIN");
    import_store_errors_queue(pg, im->ctx, &im->job.id, &im->result->errors);
    organization_store_put_queue(pg, im->ctx, changes, n, im->job.created_at_us);
    return save(im);
}

/* --- members, chunk by chunk --- */

static void count_chunk(struct import_job *job, const struct import_chunk *chunk)
{
    int64_t created, updated;
    import_store_chunk_read(chunk, &created, &updated);
    job->created += created;
    job->updated += updated;
}

/* Whoever has left is signed out everywhere, and no phone of his rings: in the commit that says that he left. */
static enum err end_sessions(struct import *im, TALLOC_CTX *ctx, const struct import_chunk *chunk)
{
    struct ids left;
    import_store_chunk_left(ctx, chunk, &left);
    if (left.n == 0)
        return ERR_OK;
    const struct session_ending ending = {.members = left.items, .n_members = left.n, .now_us = im->options->now_us};
    struct uuid cause = uuid_random_at(im->options->now_us);
    struct loop_outbox *outbox = loop_outbox_new(ctx, &cause, im->options->now_us);
    enum err err = session_end(im->options->pg, ctx, &ending, outbox);
    if (!err)
        loop_outbox_queue(outbox, im->options->pg);
    return err;
}

static enum err apply_chunk(struct import *im, TALLOC_CTX *ctx)
{
    struct pg *pg = im->options->pg;
    int64_t to = im->job.applied + CHUNK_LINES < im->job.last_line ? im->job.applied + CHUNK_LINES : im->job.last_line;
    struct import_chunk chunk;
    pg_queue_sql(pg, "BEGIN");
    import_store_chunk_queue(pg, ctx, &im->job, im->job.applied, to, &chunk);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    count_chunk(&im->job, &chunk);
    err = end_sessions(im, ctx, &chunk); /* last: it locks rows that people's own commands wait for */
    if (err)
        return err;
    im->job.applied = to;
    return save(im);
}

static enum err apply_all(struct import *im)
{
    enum err err = ERR_OK;
    while (!err && im->job.applied < im->job.last_line) {
        TALLOC_CTX *ctx = mem_context(im->ctx, "chunk");
        err = pace_keep(im->options->pg, &im->tells);
        if (!err)
            err = apply_chunk(im, ctx);
        mem_free(ctx);
        if (!err && im->options->progress)
            im->options->progress(im->options->arg, im->job.applied, im->job.last_line);
    }
    return err;
}

static enum err finish(struct import *im)
{
    im->job.finished_at_us = clock_now_us();
    im->job.unchanged = im->job.rows - im->job.rejected - im->job.created - im->job.updated;
    enum err err = save(im);
    return err ? err : import_store_empty_stage(im->options->pg, im->ctx, &im->job.id);
}

static enum err apply(struct import *im)
{
    bool whole = false;
    enum err err = import_store_stage_is_whole(im->options->pg, im->ctx, &im->job, &whole);
    if (!err && !whole)
        err = stage(im);
    if (!err)
        err = apply_all(im);
    if (!err)
        pg_queue_sql(im->options->pg, "BEGIN");
    return err ? err : finish(im);
}

/* --- a dry run --- */

static enum err preview(struct import *im)
{
    int64_t created, updated;
    enum err err = stage(im);
    if (!err)
        err = import_store_compare(im->options->pg, im->ctx, &im->job.id, &created, &updated);
    if (err)
        return err;
    im->job.created += created;
    im->job.updated += updated;
    im->job.unchanged = im->job.rows - im->job.rejected - im->job.created - im->job.updated;
    return import_store_forget(im->options->pg, im->ctx, &im->job.id);
}

/* --- both --- */

static enum err work_on(struct import *im, const struct uuid *id)
{
    struct uuid holder = uuid_random();
    const struct import_lease lease = {.holder = holder, .us = LEASE_US, .preview = im->options->dry_run};
    enum err err = import_store_take(im->options->pg, im->ctx, id, &lease, im->options->now_us, &im->job);
    if (err)
        return err;
    err = im->options->dry_run ? preview(im) : apply(im);
    if (err)
        import_store_let_go(im->options->pg, im->ctx, &im->job);
    return err;
}

static void answer(const struct import_job *job, struct import_result *result)
{
    result->rows = job->rows;
    result->created = job->created;
    result->updated = job->updated;
    result->unchanged = job->unchanged;
    result->rejected = job->rejected;
}

enum err import_run(TALLOC_CTX *ctx, const struct import_options *options, struct import_result *ret_result)
{
    struct import im = {.ctx = mem_context(ctx, "import"), .options = options, .result = ret_result, .tells = true};
    struct uuid id;
    *ret_result = (struct import_result){.errors = {.ctx = ctx}};
    enum err err = job_id(options, &id);
    if (!err)
        err = work_on(&im, &id);
    if (err && err != ERR_INVALID && err != ERR_NOT_FOUND && err != ERR_OWNER_LOST)
        log_error("import_stopped", "err=%s applied=%lld detail=\"%s\"", err_word(err), (long long)im.job.applied,
                  pg_message(options->pg));
    answer(&im.job, ret_result);
    return err;
}
