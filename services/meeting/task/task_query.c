#include "services/meeting/task/task_query.h"

#include "common/base/mem.h"
#include "services/meeting/prepared/prepared_page.h"
#include "services/meeting/task/task_store.h"
#include "services/meeting/task/task_view.h"

static Pb__TaskList *view_list(struct query *query, const struct pg_result *rows, size_t limit)
{
    const struct named_task *tasks = task_store_read_all(query->ctx, rows);
    Pb__TaskList *list = mem_new(query->ctx, Pb__TaskList);
    pb__task_list__init(list);
    list->items = mem_array(query->ctx, Pb__Task *, limit);
    for (size_t i = 0; i < pg_rows(rows) && i < limit; i++)
        list->items[list->n_items++] = view_task(query->ctx, &tasks[i]);
    list->has_next_cursor = pg_rows(rows) > list->n_items;
    if (list->has_next_cursor) {
        const struct task *last = &tasks[list->n_items - 1].is;
        list->next_cursor = keyset_encode(query->ctx, &(struct keyset){last->due_on, last->is.id});
    }
    return list;
}

static enum err list_tasks(struct query *query)
{
    const Pb__ListTasks *body = (const Pb__ListTasks *)query->body;
    struct task_filter filter = {.has_state = body->has_state,
                                 .state = (int32_t)body->state,
                                 .has_after = body->has_cursor,
                                 .limit = (int64_t)body->limit + 1};
    struct prepared_page page;
    if (body->has_cursor && keyset_decode(body->cursor, &filter.after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    enum err err = prepared_page_queue(query, body->organization_id, &page);
    if (err)
        return err;
    filter.organization = &page.organization;
    const struct pg_result *rows = task_store_queue(query->ctx, query->pg, &page.scope, &filter);
    err = prepared_page_read(query, &page);
    if (!err)
        query->reply = &view_list(query, rows, body->limit)->base;
    return err;
}

static enum err answer_one(struct query *query, ProtobufCBinaryData said)
{
    struct directory_scope scope;
    struct uuid id;
    if (uuid_from_pb(said, &id))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    const struct pg_result *rows = task_store_queue_one(query->ctx, query->pg, &scope, &id);
    enum err err = pg_flush(query->pg);
    if (!err && pg_rows(rows) == 0)
        err = ERR_NOT_FOUND;
    if (err)
        return err;
    const struct named_task *task = task_store_read_all(query->ctx, rows);
    query->reply = &view_task(query->ctx, task)->base;
    query->version = task->is.is.version;
    return ERR_OK;
}

static enum err get_task(struct query *query)
{
    return answer_one(query, ((const Pb__GetTask *)query->body)->task_id);
}

static enum err find_task(struct query *query)
{
    return answer_one(query, ((const Pb__FindTask *)query->body)->task_id);
}

static const struct query_handler QUERIES[] = {
    {&pb__list_tasks__descriptor, list_tasks},
    {&pb__get_task__descriptor, get_task},
    {&pb__find_task__descriptor, find_task},
};
const struct query_table TASK_QUERIES = QUERY_TABLE(QUERIES);
