#include "services/auth/import/import.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/loop/loop.h"
#include "services/auth/audit/audit_store.h"
#include "services/auth/import/import_chunk_store.h"
#include "services/auth/import/import_history.h"
#include "services/auth/import/import_stage.h"
#include "services/auth/organization/organization_store.h"
#include "services/auth/position/position.h"
#include "services/auth/publish/pace.h"
#include "services/auth/session/session_end.h"
#include <sodium.h>

#define LEASE_US (15 * CLOCK_SECOND_US)
enum { CHUNK_LINES = 5000, LINES_MOST = 2000000, CHUNK_TRIES = 10, TRY_AGAIN_MS = 20, ATTEMPTS_MOST = 3 };

struct import {
    TALLOC_CTX *ctx;
    const struct import_options *options;
    const char *organizations_path, *members_path; /* organizations_path NULL: there is no such file */
    struct import_job job;
    struct import_errors errors; /* that are not in the table yet */
    struct pace pace;
};

/* --- the job --- */

/* Ends the transaction: commits it, or rolls it back if the lease was lost meanwhile. */
static enum err save(struct import *im)
{
    struct pg *pg = im->options->pg;
    TALLOC_CTX *ctx = mem_context(im->ctx, "save");
    struct pg_result *saved = import_store_save_queue(pg, ctx, &im->job, clock_now_us() + LEASE_US);
    enum err err = pg_flush(pg);
    bool holds = !err && pg_rows(saved) > 0;
    mem_free(ctx);
    if (err)
        return err;
    pg_queue_sql(pg, holds ? "COMMIT" : "ROLLBACK");
    err = pg_flush(pg);
    return !err && !holds ? ERR_OWNER_LOST : err;
}

static enum err renew_lease(struct import *im)
{
    pg_queue_sql(im->options->pg, "BEGIN");
    return save(im);
}

/* What was wrong goes into the table in the commit of what it belongs to. */
static enum err save_errors(struct import *im)
{
    TALLOC_CTX *ctx = mem_context(im->ctx, "errors");
    import_store_errors_queue(im->options->pg, ctx, &im->job.id, &im->errors);
    enum err err = save(im);
    mem_free(ctx);
    if (!err)
        import_errors_clear(&im->errors);
    return err;
}

/* --- files --- */

static const char *blob_path(const struct import *im, const uint8_t sha256[IMPORT_HASH_BYTES])
{
    char hex[2 * IMPORT_HASH_BYTES + 1];
    sodium_bin2hex(hex, sizeof hex, sha256, IMPORT_HASH_BYTES);
    return mem_printf(im->ctx, "%s/%s", im->options->blob_dir, hex);
}

static void find_files(struct import *im)
{
    const struct import_job *job = &im->job;
    im->organizations_path = im->options->organizations_path;
    im->members_path = im->options->members_path;
    if (!job->has_blobs)
        return;
    im->organizations_path = job->has_organizations ? blob_path(im, job->organizations_sha256) : NULL;
    im->members_path = blob_path(im, job->members_sha256);
}

static enum err check_file(const struct import *im, const char *path, const uint8_t sha256[IMPORT_HASH_BYTES],
                           int64_t *ret_lines)
{
    uint8_t hash[IMPORT_HASH_BYTES];
    if (import_file_measure(path, hash, ret_lines))
        return ERR_BLOB_UNKNOWN;
    if (im->job.has_blobs && memcmp(hash, sha256, sizeof hash) != 0)
        return ERR_BLOB_UNKNOWN;
    return *ret_lines > LINES_MOST ? ERR_ROSTER_TOO_LARGE : ERR_OK;
}

/* They are what was named, whole. */
static enum err check_files(struct import *im)
{
    int64_t lines = 0;
    enum err err = ERR_OK;
    if (im->organizations_path)
        err = check_file(im, im->organizations_path, im->job.organizations_sha256, &lines);
    if (!err)
        err = check_file(im, im->members_path, im->job.members_sha256, &im->job.lines);
    return err ? err : renew_lease(im);
}

/* --- staging --- */

static void count_organizations(struct import *im, struct import_tree *tree,
                                const struct organization_row **ret_changes, size_t *ret_n)
{
    int64_t created, unchanged;
    *ret_changes = import_tree_changes(tree, ret_n, &created, &unchanged);
    im->job.created = created;
    im->job.updated = (int64_t)*ret_n - created;
}

static enum err copy_members(struct import *im, struct import_stage *stage)
{
    enum err err = ERR_OK;
    while (!err && import_stage_more(stage)) {
        pg_queue_sql(im->options->pg, "BEGIN"); /* whoever has lost the lease meanwhile adds no line */
        err = pg_flush(im->options->pg);
        if (!err)
            err = pg_copy_in(im->options->pg, IMPORT_STORE_COPY, import_stage_next, stage);
        if (!err)
            err = save_errors(im);
    }
    return err;
}

/* Organisations become facts in the commit that marks the stage as whole: the members staged were checked against
 * them. What a command has changed since the tree was read makes all be staged again. */
static enum err end_stage(struct import *im, struct import_tree *tree, const struct import_stage *stage)
{
    struct pg *pg = im->options->pg;
    const struct organization_row *changes;
    size_t n;
    count_organizations(im, tree, &changes, &n);
    im->job.rows = import_tree_rows(tree) + import_stage_rows(stage);
    im->job.last_line = import_stage_last_line(stage);
    im->job.rejected = im->errors.count;
    im->job.applied = 0;
    im->job.staged = true;
    pg_queue_sql(pg, "BEGIN");
    enum err err = im->job.preview || n == 0 ? ERR_OK : import_tree_hold(tree, pg, changes, n);
    if (err)
        return err;
    if (!im->job.preview)
        organization_store_put_queue(pg, im->ctx, changes, n, im->job.begun_at_us);
    import_store_stage_whole_queue(pg, im->ctx, &im->job.id);
    return save_errors(im);
}

/* A stage that a crash of PostgreSQL has emptied, after some chunks perhaps: only its lines are read again. */
static enum err end_stage_again(struct import *im)
{
    pg_queue_sql(im->options->pg, "BEGIN");
    import_store_stage_whole_queue(im->options->pg, im->ctx, &im->job.id);
    return save(im);
}

static enum err stage_from(struct import *im, TALLOC_CTX *ctx, bool is_again)
{
    struct import_tree *tree = NULL;
    struct import_stage *stage = NULL;
    struct import_errors known = {.ctx = ctx}, *errors = is_again ? &known : &im->errors;
    int granter = uuid_is_zero(&im->job.actor) ? ROLE_OPERATOR : PB__ROLE__ROLE_ADMIN;
    enum err err = import_tree_read(ctx, im->options->pg, im->organizations_path, &im->job.scope, errors, &tree);
    if (!err)
        err = import_stage_open(ctx, im->members_path, &im->job.id, tree, granter, errors, &stage);
    if (!err)
        err = copy_members(im, stage);
    if (err)
        return err;
    return is_again ? end_stage_again(im) : end_stage(im, tree, stage);
}

static enum err stage(struct import *im)
{
    TALLOC_CTX *ctx = mem_context(im->ctx, "stage");
    bool is_again = im->job.staged;
    enum err err = import_store_clear_stage(im->options->pg, ctx, &im->job.id, is_again);
    if (!err)
        err = stage_from(im, ctx, is_again);
    mem_free(ctx);
    return err;
}

/* --- members, chunk by chunk --- */

static void count_chunk(struct import_job *job, const struct import_chunk *chunk)
{
    int64_t created, updated;
    import_chunk_store_count(chunk, &created, &updated);
    job->created += created;
    job->updated += updated;
}

/* Whoever has left is signed out everywhere, and no phone of his rings: in the commit that says that he left. */
static enum err end_sessions(struct import *im, TALLOC_CTX *ctx, const struct import_chunk *chunk)
{
    struct ids left;
    import_chunk_store_left(ctx, chunk, &left);
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

static enum err judge_chunk(struct import *im, struct import_chunk *chunk)
{
    pg_queue_sql(im->options->pg, "BEGIN");
    import_chunk_store_judge_queue(im->options->pg, chunk);
    enum err err = pg_flush(im->options->pg);
    if (!err)
        import_chunk_store_judged(chunk, &im->errors);
    return err;
}

static enum err compare_chunk(struct import *im, struct import_chunk *chunk)
{
    import_chunk_store_compare_queue(im->options->pg, chunk);
    return pg_flush(im->options->pg);
}

/* Sessions and the audit last: they lock what people's own commands wait for. */
static enum err apply_chunk(struct import *im, struct import_chunk *chunk)
{
    struct pg *pg = im->options->pg;
    struct import_history history;
    enum err err = import_history_begin(pg, chunk, &history);
    if (err)
        return err;
    import_chunk_store_apply_queue(pg, chunk);
    err = pg_flush(pg);
    if (!err)
        err = end_sessions(im, chunk->ctx, chunk);
    return err ? err : import_history_end_queue(pg, chunk, &history);
}

static enum err take_chunk(struct import *im, TALLOC_CTX *ctx)
{
    struct import_chunk chunk = {.ctx = ctx, .job = &im->job, .after = im->job.applied};
    chunk.to = chunk.after + CHUNK_LINES < im->job.last_line ? chunk.after + CHUNK_LINES : im->job.last_line;
    enum err err = judge_chunk(im, &chunk);
    if (err)
        return err;
    err = im->job.preview ? compare_chunk(im, &chunk) : apply_chunk(im, &chunk);
    if (err)
        return err;
    count_chunk(&im->job, &chunk);
    im->job.applied = chunk.to;
    im->job.rejected = im->errors.count;
    im->job.attempts = 0; /* it gets on */
    return save_errors(im);
}

/* A command was in its way: it has changed, or locked, what the chunk had read, perhaps for too long. */
static bool is_passing(enum err err)
{
    return err == ERR_RETRY || err == ERR_CONSTRAINT || err == ERR_DEADLINE;
}

/* As often as it takes, within reason. What has failed has changed nothing. */
static enum err take_chunk_for_sure(struct import *im)
{
    enum err err = ERR_RETRY;
    for (int tries = 1; tries <= CHUNK_TRIES && is_passing(err); tries++) {
        TALLOC_CTX *ctx = mem_context(im->ctx, "chunk");
        const struct import_job job = im->job;
        const struct import_errors errors = im->errors;
        err = take_chunk(im, ctx);
        if (err) {
            im->job = job;
            im->errors.count = errors.count;
            im->errors.warnings = errors.warnings;
            import_errors_clear(&im->errors);
        }
        mem_free(ctx);
        if (is_passing(err))
            pause_ms(tries * TRY_AGAIN_MS);
    }
    return err;
}

/* The lease is renewed meanwhile, and may be lost. */
static enum err keep_pace(struct import *im)
{
    bool waits = true;
    enum err err = ERR_OK;
    while (!err && waits) {
        err = pace_look(im->options->pg, &im->pace, &waits);
        if (!err && waits)
            err = renew_lease(im);
    }
    return err;
}

static enum err take_all(struct import *im)
{
    const struct import_options *options = im->options;
    enum err err = import_store_analyze(options->pg);
    while (!err && im->job.applied < im->job.last_line) {
        if (options->stops && options->stops(options->arg))
            return ERR_UNAVAILABLE;
        if (!im->job.preview)
            err = keep_pace(im);
        if (!err)
            err = take_chunk_for_sure(im);
        if (!err && options->progress)
            options->progress(options->arg, im->job.applied, im->job.last_line);
    }
    return err;
}

/* --- its end --- */

static void add_audit(struct pg_args *added, const struct import_job *job, const struct uuid *organization)
{
    audit_store_add_row(added, &(struct audit){.at_us = job->finished_at_us,
                                               .actor = job->actor,
                                               .action = PB__AUDIT_ACTION__AUDIT_ACTION_ROSTER_IMPORTED,
                                               .subject_type = PB__AUDIT_SUBJECT__TYPE__TYPE_IMPORT,
                                               .subject = job->id,
                                               .organization = *organization,
                                               .message = job->id});
}

/* A row for each organisation that the importer administers; the operator's is told at the root. */
static void tell_audit(struct import *im)
{
    static const struct uuid ROOT;
    const struct import_scope *scope = &im->job.scope;
    struct pg_args *added = audit_store_add(im->ctx);
    if (scope->is_all)
        add_audit(added, &im->job, &ROOT);
    for (size_t i = 0; i < scope->n; i++)
        add_audit(added, &im->job, &scope->organizations[i]);
    pg_queue(im->options->pg, added);
}

static enum err finish(struct import *im)
{
    struct pg *pg = im->options->pg;
    pg_queue_sql(pg, "BEGIN");
    struct pg_result *absent = import_chunk_store_absent_queue(pg, im->ctx, &im->job.id, IMPORT_ABSENT_MOST);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    im->job.absent = pg_get_int8(absent, 0, 0);
    im->job.finished_at_us = clock_now_us();
    im->job.unchanged = im->job.rows - im->job.rejected - im->job.created - im->job.updated;
    if (!im->job.preview)
        tell_audit(im);
    err = save(im);
    return err ? err : import_store_empty_stage(pg, im->ctx, &im->job.id);
}

/* It goes no further. What it has taken by then stays, and is counted. */
static enum err reject(struct import *im, enum err why)
{
    im->job.problem = err_word(why);
    im->job.finished_at_us = clock_now_us();
    pg_queue_sql(im->options->pg, "BEGIN");
    enum err err = save_errors(im);
    if (!err)
        err = import_store_empty_stage(im->options->pg, im->ctx, &im->job.id);
    return err ? err : why;
}

static enum err work(struct import *im)
{
    bool is_whole = false;
    enum err err = import_store_stage_is_whole(im->options->pg, im->ctx, &im->job, &is_whole);
    if (!err && !is_whole)
        err = check_files(im);
    if (!err && !is_whole)
        err = stage(im);
    if (!err)
        err = take_all(im);
    return err ? err : finish(im);
}

/* Whether the job's own fault, not that of a server or of another import, and none that its files have. */
static bool is_ours(enum err err)
{
    return err_info(err)->disposition == DISPOSITION_FAULT;
}

static enum err work_to_the_end(struct import *im)
{
    enum err err = work(im);
    if (err && err_info(err)->disposition == DISPOSITION_REJECT)
        return reject(im, err);
    if (is_ours(err) && im->job.attempts + 1 >= ATTEMPTS_MOST)
        err = reject(im, ERR_INTERNAL);
    else if (err)
        import_store_let_go(im->options->pg, im->ctx, &im->job, is_ours(err));
    return err;
}

enum err import_run(TALLOC_CTX *ctx, const struct uuid *id, const struct import_options *options,
                    struct import_job *ret_job)
{
    struct import im = {.ctx = mem_context(ctx, "import"), .options = options, .pace = pace_begin()};
    const struct import_lease lease = {.holder = options->holder, .us = LEASE_US};
    enum err err = import_store_take(options->pg, im.ctx, id, &lease, options->now_us, &im.job);
    if (!err) {
        im.errors = (struct import_errors){.ctx = im.ctx, .count = im.job.staged ? im.job.rejected : 0};
        find_files(&im);
        err = work_to_the_end(&im);
    }
    if (err && err != ERR_OWNER_LOST)
        log_warn("import_stopped", "err=%s applied=%lld detail=\"%s\"", err_word(err), (long long)im.job.applied,
                 pg_message(options->pg));
    *ret_job = im.job;
    ret_job->problem = im.job.problem; /* a constant */
    mem_free(im.ctx);
    ret_job->scope = (struct import_scope){0};
    return err;
}
