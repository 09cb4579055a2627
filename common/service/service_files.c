#include "common/service/service_files.h"

#include "common/base/mem.h"
#include "common/loop/loop_store_dead.h"
#include "common/service/service_internal.h"

static enum err has_all_rows(struct query *query)
{
    const struct pg_result *rows = loop_store_restored_queue(query->pg, query->ctx);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    const struct restoration mark = loop_store_restored(rows);
    bool has_all = !service_not_ready(query->service, query->ctx) &&
                   service_has_read(query->service, query->pg, "commands", &mark);
    return has_all ? ERR_OK : ERR_UNAVAILABLE;
}

static void reply_with(struct query *query, Pb__NamedFiles *reply, const struct pg_result *rows)
{
    for (size_t row = 0; row < pg_rows(rows); row++)
        reply->sha256s[reply->n_sha256s++] = pg_get_bytes(query->ctx, rows, row, 0);
}

static enum err get_named_files(struct query *query)
{
    const Pb__GetNamedFiles *question = (const Pb__GetNamedFiles *)query->body;
    Pb__NamedFiles *reply = mem_new(query->ctx, Pb__NamedFiles);
    pb__named_files__init(reply);
    query->reply = &reply->base;
    enum err err = has_all_rows(query);
    if (err || question->n_sha256s == 0)
        return err;
    struct pg_args *args = pg_args(query->ctx, query->service->spec->named_files);
    for (size_t i = 0; i < question->n_sha256s; i++)
        pg_add_bytes(args, question->sha256s[i].data, question->sha256s[i].len);
    const struct pg_result *by_rows = pg_queue(query->pg, args);
    const struct pg_result *by_dead = loop_store_named_by_dead(query->pg, query->ctx, question->sha256s,
                                                               question->n_sha256s);
    err = pg_flush(query->pg);
    if (err)
        return err;
    reply->sha256s = mem_array(query->ctx, ProtobufCBinaryData, pg_rows(by_rows) + pg_rows(by_dead));
    reply_with(query, reply, by_rows);
    reply_with(query, reply, by_dead);
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {
    {&pb__get_named_files__descriptor, get_named_files},
};
const struct query_table SERVICE_FILE_QUERIES = QUERY_TABLE(QUERIES);
