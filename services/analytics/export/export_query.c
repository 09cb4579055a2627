#include "services/analytics/export/export_query.h"

#include "common/base/mem.h"
#include "services/analytics/export/export_file.h"
#include "services/analytics/export/export_view.h"
#include "services/analytics/sight/sight.h"

/* ERR_NOT_FOUND: the asker has no such export. */
static enum err find(struct query *query, ProtobufCBinaryData export_id, struct export_job *ret_job)
{
    struct uuid id, member;
    bool found = false;
    if (!query->scope || !query->scope->has_member_id || uuid_from_pb(query->scope->member_id, &member) ||
        uuid_from_pb(export_id, &id))
        return ERR_NOT_FOUND;
    enum err err = export_store_find(query->pg, query->ctx, &id, &member, ret_job, &found);
    return !err && !found ? ERR_NOT_FOUND : err;
}

static enum err get_export(struct query *query)
{
    struct export_job job;
    enum err err = find(query, ((const Pb__GetTableExport *)query->body)->export_id, &job);
    if (!err)
        query->reply = &export_view(query->ctx, &job)->base;
    return err;
}

/* --- its file ----------------------------------------------------------------------------------------------------- */

static bool is_gone(const struct export_job *job, int64_t now_us)
{
    return job->expires_at_us <= now_us || (job->problem && err_from_word(job->problem) == ERR_EXPORT_STOPPED);
}

/* Whoever may export the list no more gets no file of it either. */
static enum err read_organization(struct query *query, const struct export_job *job, struct sight *ret_sight)
{
    enum err err = sight_queue(query, uuid_to_pb(query->ctx, &job->is.organization), ret_sight);
    return err ? err : sight_read(query, ret_sight, export_may);
}

static enum err get_file(struct query *query)
{
    struct export_job job;
    struct sight sight;
    enum err err = find(query, ((const Pb__GetTableFile *)query->body)->export_id, &job);
    if (!err && is_gone(&job, query->now_us))
        err = ERR_NOT_FOUND;
    if (!err)
        err = read_organization(query, &job, &sight);
    if (!err && (job.finished_at_us == 0 || job.problem))
        err = ERR_WRONG_STATE; /* why it came to nothing: its operation says */
    if (err)
        return err;
    const struct export_place place = {.id = job.is.id, .take = job.file};
    Pb__TableFile *file = mem_new(query->ctx, Pb__TableFile);
    pb__table_file__init(file);
    file->path = export_file_path(query->ctx, &place);
    file->name = export_file_name(query->ctx, &job.is, sight.org->name);
    file->media_type = (char *)(uintptr_t)export_media_type(job.is.format);
    file->bytes = job.bytes;
    query->reply = &file->base;
    return ERR_OK;
}

static const struct query_handler ROWS[] = {
    {&pb__get_table_export__descriptor, get_export},
    {&pb__get_table_file__descriptor, get_file},
};
const struct query_table EXPORT_QUERIES = QUERY_TABLE(ROWS);
