#include "services/meeting/task/task_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/meeting/host/host_store.h"
#include "services/meeting/prepared/prepared_page_store.h"

/* t is the task's row. With the name of who does it. */
#define COLUMNS                                                                                                  \
    "t.id, t.version, t.organization_id, t.title, t.assignee_id, t.due_on, t.state, t.source_type, t.source_id," \
    " t.created_at_us, (SELECT a.full_name FROM directory_member a WHERE a.id = t.assignee_id)"

static int read_task(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, void *ret_thing)
{
    struct named_task *task = ret_thing;
    task->is = (struct task){
        .is = {.id = pg_get_uuid(rows, row, 0),
               .version = (uint64_t)pg_get_int8(rows, row, 1),
               .organization = pg_get_uuid(rows, row, 2),
               .created_at_us = pg_get_int8(rows, row, 9)},
        .title = pg_get_text(ctx, rows, row, 3),
        .assignee = pg_get_uuid(rows, row, 4),
        .due_on = (int32_t)pg_get_int8(rows, row, 5),
        .state = (Pb__TaskState)pg_get_int8(rows, row, 6),
        .has_source = !pg_is_null(rows, row, 7),
        .source_type = (Pb__Task__Source__Type)pg_get_int8(rows, row, 7),
        .source = pg_get_uuid(rows, row, 8),
    };
    task->is.is.is_counted = task->is.state == PB__TASK_STATE__TASK_STATE_OPEN;
    task->assignee = pg_get_text(ctx, rows, row, 10);
    return 11;
}

struct named_task *task_store_read_all(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct named_task *tasks = mem_array(ctx, struct named_task, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++)
        (void)read_task(ctx, rows, row, &tasks[row]);
    return tasks;
}

/* --- a batch ------------------------------------------------------------------------------------------------------ */

static const struct pg_statement LOCK_TASKS = {
    .name = "lock_tasks",
    .sql = "SELECT " COLUMNS ", " HOST_COLUMNS
           " FROM task t LEFT JOIN directory_organization o ON o.id = t.organization_id"
           " WHERE t.id = ANY($1::uuid[]) ORDER BY t.id FOR UPDATE OF t"};
static const struct pg_statement COUNT_TASKS = {
    .name = "count_open_tasks",
    .sql = "SELECT n.organization_id, (SELECT count(*) FROM task t WHERE t.organization_id = n.organization_id"
           "  AND t.state = " SQL_TASK_STATE_OPEN ") FROM (SELECT unnest($1::uuid[]) AS organization_id"
           " UNION SELECT w.organization_id FROM task w WHERE w.id = ANY($2::uuid[])) n"};
static const struct pg_statement UPSERT_TASKS = {
    .name = "upsert_tasks",
    .each = true,
    .sql = "INSERT INTO task(id, version, organization_id, title, assignee_id, due_on, state, source_type, source_id,"
           "  created_at_us)"
           " SELECT * FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::text[], $5::uuid[], $6::int4[], $7::int4[],"
           "  $8::int4[], $9::uuid[], $10::int8[])"
           " ON CONFLICT (id) DO UPDATE SET version = excluded.version, title = excluded.title,"
           "  assignee_id = excluded.assignee_id, due_on = excluded.due_on, state = excluded.state"};

static void add_task(TALLOC_CTX *ctx, struct pg_args *args, const void *thing)
{
    (void)ctx;
    const struct task *task = &((const struct named_task *)thing)->is;
    pg_add_uuid(args, &task->is.id);
    pg_add_int8(args, (int64_t)task->is.version);
    pg_add_uuid(args, &task->is.organization);
    pg_add_text(args, task->title);
    pg_add_uuid_or_null(args, &task->assignee);
    pg_add_int4(args, task->due_on);
    pg_add_int4(args, (int32_t)task->state);
    pg_add_int4_or_null(args, task->has_source, (int32_t)task->source_type);
    pg_add_uuid_or_null(args, &task->source);
    pg_add_int8(args, task->is.created_at_us);
}

const struct prepared_kind TASK_KIND = {
    .bytes = sizeof(struct named_task),
    .lock = &LOCK_TASKS,
    .count = &COUNT_TASKS,
    .write = &UPSERT_TASKS,
    .read = read_task,
    .add = add_task,
};

/* --- queries ------------------------------------------------------------------------------------------------------ */

#define TASKS "SELECT " COLUMNS " FROM task t WHERE " PREPARED_VISIBLE

struct pg_result *task_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                   const struct task_filter *filter)
{
    /* apart, so that each goes by its index whatever the plan knows of its parameters */
    static const struct pg_statement SELECT_TASKS = {
        .name = "select_tasks",
        .sql = TASKS " AND t.organization_id = $3::uuid"
                     " AND ($4::int4 IS NULL OR (t.due_on, t.id) > ($4::int4, $5::uuid))"
                     " ORDER BY t.due_on, t.id LIMIT $6::int8"};
    static const struct pg_statement SELECT_TASKS_IN_STATE = {
        .name = "select_tasks_in_state",
        .sql = TASKS " AND t.organization_id = $3::uuid AND t.state = $7::int4"
                     " AND ($4::int4 IS NULL OR (t.due_on, t.id) > ($4::int4, $5::uuid))"
                     " ORDER BY t.due_on, t.id LIMIT $6::int8"};
    struct pg_args *args = pg_args(ctx, filter->has_state ? &SELECT_TASKS_IN_STATE : &SELECT_TASKS);
    prepared_page_store_add_scope(args, scope);
    pg_add_uuid(args, filter->organization);
    pg_add_int4_or_null(args, filter->has_after, (int32_t)filter->after.at_us);
    pg_add_uuid(args, filter->has_after ? &filter->after.id : NULL);
    pg_add_int8(args, filter->limit);
    if (filter->has_state)
        pg_add_int4(args, filter->state);
    return pg_queue(pg, args);
}

struct pg_result *task_store_queue_one(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                       const struct uuid *id)
{
    static const struct pg_statement SELECT_TASK = {.name = "select_task", .sql = TASKS " AND t.id = $3::uuid"};
    struct pg_args *args = pg_args(ctx, &SELECT_TASK);
    prepared_page_store_add_scope(args, scope);
    pg_add_uuid(args, id);
    return pg_queue(pg, args);
}

struct pg_result *task_store_queue_assigned(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                            int64_t limit)
{
    static const struct pg_statement SELECT_ASSIGNED = {
        .name = "select_assigned_tasks",
        .sql = "SELECT " COLUMNS " FROM task t WHERE t.assignee_id = $1::uuid AND t.state = " SQL_TASK_STATE_OPEN
               " AND t.organization_id = ANY(array_append($2::uuid[] || $3::uuid[], $4::uuid))"
               " ORDER BY t.due_on, t.id LIMIT $5::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_ASSIGNED);
    pg_add_uuid(args, &scope->member);
    pg_add_uuids(args, scope->heads, scope->n_heads);
    pg_add_uuids(args, scope->committees, scope->n_committees);
    pg_add_uuid(args, scope->has_branch ? &scope->branch : NULL);
    pg_add_int8(args, limit);
    return pg_queue(pg, args);
}
