#include "services/analytics/export/export_run.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/analytics/export/export_file.h"
#include "services/analytics/export/export_view.h"
#include "services/directory/set.h"

#define LEASE_US (15 * CLOCK_SECOND_US)       /* a page is asked for in 8 */
#define LEASE_OF_END_US (5 * CLOCK_MINUTE_US) /* a workbook is written whole */
#define REST_US (2 * CLOCK_SECOND_US)         /* the longer, the oftener it was taken */
enum { ATTEMPTS_MOST = 3, RESTS_MOST = 30 };

struct making {
    TALLOC_CTX *ctx;
    const struct export_options *options;
    struct export_job job;
    struct export_place place;
    struct export_file *file;
};

/* No lease: it is over. */
static enum err save(struct making *making, int64_t lease_us)
{
    TALLOC_CTX *ctx = mem_context(making->ctx, "save");
    enum err err = export_store_save(making->options->pg, ctx, &making->job,
                                     lease_us > 0 ? clock_now_us() + lease_us : 0);
    mem_free(ctx);
    return err;
}

static bool has_expired(const struct making *making)
{
    return making->options->now_us(making->options->arg) >= making->job.expires_at_us;
}

/* --- the file ----------------------------------------------------------------------------------------------------- */

static enum err begin_anew(struct making *making)
{
    making->job.cursor = (ProtobufCBinaryData){0};
    making->job.rows = making->job.bytes = 0;
    return export_file_begin(making->ctx, &making->place, making->job.is.kind, making->job.is.format, &making->file);
}

/* A workbook begins anew; so does a file whose last page was in it when its maker died: no cursor says that. */
static bool goes_on(const struct export_job *job)
{
    return job->is.format == PB__TABLE_FORMAT__TABLE_FORMAT_CSV && job->file > 0 && job->cursor.len > 0;
}

static enum err open_file(struct making *making)
{
    const struct export_job *job = &making->job;
    const int32_t before = job->file > 0 ? job->file : 1;
    enum err err = export_file_has_room(making->options->folder) ? ERR_NOT_FOUND : ERR_DISK_FULL;
    if (err == ERR_NOT_FOUND && goes_on(job))
        err = export_file_resume(making->ctx, &making->place, job->file, job->bytes, &making->file);
    if (err == ERR_NOT_FOUND)
        err = begin_anew(making);
    if (!err)
        err = export_store_expect(making->options->pg, making->ctx, &job->is, &making->job.expected);
    if (err)
        return err;
    making->job.file = making->place.take;
    err = export_file_keep(making->file, &making->job.bytes);
    if (!err)
        err = save(making, LEASE_US);
    if (!err)
        export_file_remove(&(struct export_place){making->place.folder, job->is.id, making->place.take - 1}, before);
    return err;
}

/* --- a page ------------------------------------------------------------------------------------------------------- */

/* As of now: whoever lost his place since gets no more. */
static enum err read_scope(struct making *making, TALLOC_CTX *ctx, int64_t now_us, const Pb__Scope **ret_scope)
{
    const struct export *export = &making->job.is;
    struct directory_set *set = directory_set_new(ctx);
    directory_set_want_person(set, &export->member);
    directory_set_want_org(set, &export->organization);
    directory_set_load(set, making->options->pg);
    enum err err = pg_flush(making->options->pg);
    if (!err)
        err = directory_set_loaded(set);
    if (err)
        return err;
    const struct directory_person *person = directory_set_person(set, &export->member);
    const struct directory_org *org = directory_set_org(set, &export->organization);
    if (!person || !org || !export_may(export_standing(person, org, now_us)))
        return ERR_NOT_ALLOWED;
    *ret_scope = export_scope(ctx, person, now_us);
    return ERR_OK;
}

/* In a release the clocks are the same. */
static int64_t offset_of(int64_t now_us)
{
    int64_t offset_us = now_us - clock_now_us();
    return offset_us > -CLOCK_SECOND_US && offset_us < CLOCK_SECOND_US ? 0 : offset_us;
}

static enum err ask_page(struct making *making, TALLOC_CTX *ctx, ProtobufCMessage **ret_answer)
{
    const struct export_options *options = making->options;
    struct export_question question = export_ask(ctx, &making->job.is, making->job.cursor);
    int64_t now_us = options->now_us(options->arg);
    struct export_asked asked = {.clock_offset_us = offset_of(now_us)};
    char id[UUID_TEXT_BYTES];
    uuid_format(&making->job.is.id, id);
    asked.correlation_id = id;
    enum err err = read_scope(making, ctx, now_us, &asked.scope);
    return err ? err : options->ask(options->arg, ctx, &question, &asked, ret_answer);
}

/* Its rows are on the disk before the commit that says so. */
static enum err add_page(struct making *making, TALLOC_CTX *ctx, const ProtobufCMessage *answer)
{
    struct export_job *job = &making->job;
    struct export_rows rows = export_rows(ctx, job->is.kind, answer);
    ProtobufCBinaryData next = export_next(job->is.kind, answer);
    enum err err = export_file_add(making->file, &rows);
    if (!err)
        err = export_file_keep(making->file, &job->bytes);
    if (err)
        return err;
    job->rows += (int64_t)rows.n;
    mem_free(job->cursor.data);
    job->cursor = next.len > 0 ? mem_bytes(making->ctx, next.data, next.len) : (ProtobufCBinaryData){0};
    if (job->is.format == PB__TABLE_FORMAT__TABLE_FORMAT_CSV)
        job->attempts = 0; /* it gets on; a workbook would only be as far as before */
    return save(making, next.len > 0 ? LEASE_US : LEASE_OF_END_US);
}

static enum err take_page(struct making *making, bool *ret_more)
{
    ProtobufCMessage *answer = NULL;
    if (!export_file_has_room(making->options->folder))
        return ERR_DISK_FULL;
    TALLOC_CTX *ctx = mem_context(making->ctx, "page");
    enum err err = ask_page(making, ctx, &answer);
    if (!err)
        err = add_page(making, ctx, answer);
    mem_free(ctx);
    *ret_more = making->job.cursor.len > 0;
    return err;
}

/* --- its end ------------------------------------------------------------------------------------------------------ */

static enum err finish(struct making *making)
{
    struct export_job *job = &making->job;
    enum err err = export_file_finish(making->file, &job->bytes);
    if (err)
        return err;
    job->finished_at_us = making->options->now_us(making->options->arg);
    job->expires_at_us = job->finished_at_us + EXPORT_LIFE_US;
    err = save(making, 0);
    if (err)
        job->finished_at_us = 0;
    return err;
}

static enum err make(struct making *making)
{
    const struct export_options *options = making->options;
    enum err err = open_file(making);
    for (bool more = true; !err && more;) {
        if (has_expired(making))
            return ERR_TIMEOUT;
        if (options->stops(options->arg))
            return ERR_UNAVAILABLE;
        err = take_page(making, &more);
    }
    return err ? err : finish(making);
}

static void remove_files(struct making *making)
{
    mem_free(making->file);
    making->file = NULL;
    export_file_remove(&making->place, 1);
}

static enum err reject(struct making *making, enum err why)
{
    making->job.problem = err_word(why);
    making->job.finished_at_us = making->options->now_us(making->options->arg);
    enum err err = save(making, 0);
    if (err)
        making->job.finished_at_us = 0;
    remove_files(making);
    return err ? err : why;
}

/* Whoever was stopped, or lost it to another, leaves nothing of his own. */
static enum err let_go(struct making *making, enum err why, bool ours)
{
    mem_free(making->file);
    making->file = NULL;
    if (why == ERR_OWNER_LOST)
        export_file_remove(&making->place, making->place.take);
    const int32_t rests = making->place.take < RESTS_MOST ? making->place.take : RESTS_MOST;
    int64_t rests_until_us = why == ERR_OWNER_LOST ? 0 : clock_now_us() + rests * REST_US;
    enum err err = export_store_let_go(making->options->pg, making->ctx, &making->job, rests_until_us, ours);
    if (err)
        log_debug("lease_not_let_go", "detail=\"%s\"", pg_message(making->options->pg));
    return why;
}

static enum err make_to_the_end(struct making *making)
{
    enum err err = make(making);
    bool ours = err && err_info(err)->disposition == DISPOSITION_FAULT;
    if (!err)
        return ERR_OK;
    if (err_info(err)->disposition == DISPOSITION_REJECT || (err != ERR_OWNER_LOST && has_expired(making)))
        return reject(making, err);
    if (ours && making->job.attempts + 1 >= ATTEMPTS_MOST)
        return reject(making, ERR_INTERNAL);
    return let_go(making, err, ours);
}

enum err export_run(TALLOC_CTX *ctx, const struct uuid *id, const struct export_options *options,
                    struct export_job *ret_job)
{
    struct making making = {.ctx = mem_context(ctx, "export"), .options = options};
    enum err err = export_store_take(options->pg, ctx, id, &options->holder, clock_now_us() + LEASE_US, &making.job);
    if (err) {
        mem_free(making.ctx);
        return err;
    }
    making.place = (struct export_place){options->folder, *id, making.job.takes};
    err = make_to_the_end(&making);
    *ret_job = making.job;
    ret_job->cursor = (ProtobufCBinaryData){0};
    mem_free(making.ctx);
    return err;
}
