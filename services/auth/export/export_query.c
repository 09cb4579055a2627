#include "services/auth/export/export_query.h"

#include "services/auth/export/export_store.h"
#include "services/auth/export/own_record_store.h"
#include "services/auth/member/asker.h"

static enum err show(struct query *query, ProtobufCBinaryData id)
{
    struct own_export export;
    bool found = false;
    enum err err = asker_read(query, &export.member);
    if (!err)
        err = uuid_from_pb(id, &export.id);
    if (!err)
        err = export_store_find(query->pg, query->ctx, query->now_us, &export, &found);
    if (!err && !found)
        err = ERR_NOT_FOUND;
    if (!err)
        query->reply = &export_view(query->ctx, &export)->base;
    return err;
}

static enum err get_export(struct query *query)
{
    return show(query, ((const Pb__GetExport *)query->body)->export_id);
}

static enum err find_export(struct query *query)
{
    return show(query, ((const Pb__FindExport *)query->body)->export_id);
}

static enum err get_own_record(struct query *query)
{
    struct uuid member;
    Pb__OwnRecord *record = NULL;
    enum err err = asker_read(query, &member);
    if (!err)
        err = own_record_store_read(query->pg, query->ctx, &member, query->now_us, &record);
    if (!err && !record)
        err = ERR_NOT_FOUND;
    if (!err)
        query->reply = &record->base;
    return err;
}

static const struct query_handler ROWS[] = {
    {&pb__get_own_record__descriptor, get_own_record},
    {&pb__get_export__descriptor, get_export},
    {&pb__find_export__descriptor, find_export},
};
const struct query_table EXPORT_QUERIES = QUERY_TABLE(ROWS);
