#include "services/gateway/read/export_content.h"

#include "services/gateway/edge/attachment.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/link/blob_store.h"
#include "services/gateway/link/services.h"
#include "services/gateway/read/queries.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/export.pb-c.h"

static void reply_file(struct call *call, const Pb__TableFile *file)
{
    struct http_field fields[ATTACHMENT_FIELDS + 1];
    size_t n = attachment_fields(call, file->media_type, file->name, fields);
    fields[n++] = (struct http_field){"Cache-Control", "no-store"};
    int fd = blob_open_path(call->gateway->config.export_dir, file->path);
    if (fd < 0)
        problem_reply(call, ERR_UNAVAILABLE); /* the service knows it, this machine's folder does not have it */
    else
        http_reply_file(call->http, 200, fields, n, fd, 0, (uint64_t)file->bytes);
}

static void on_reply(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct call *call = arg;
    if (err == ERR_NOT_FOUND) {
        query_run(call);
        return;
    }
    const Pb__TableFile *file = err ? NULL : (Pb__TableFile *)service_payload(call, &pb__table_file__descriptor, reply);
    if (file)
        reply_file(call, file);
    else if (!err)
        problem_reply(call, ERR_MALFORMED);
    else
        problem_of_service(call, err, reply ? reply->fields : NULL, reply ? reply->n_fields : 0,
                           reply ? reply->retry_after_s : 0, false);
}

void export_content_get(struct call *call)
{
    Pb__GetTableFile question = PB__GET_TABLE_FILE__INIT;
    question.export_id = ((const Pb__GetExport *)call->message)->export_id;
    const struct service_query query = {
        .service = SERVICE_ANALYTICS,
        .message = &question.base,
        .scope = viewer_scope(call, &call->viewer, SCOPE_MEMBER),
        .correlation_id = http_correlation(call->http),
    };
    service_ask(call->gateway->services, &query, on_reply, call);
}
