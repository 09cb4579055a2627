#include "services/analytics/export/export_commands.h"

#include "common/base/clock.h"
#include "common/base/uuid_map.h"
#include "services/analytics/export/export_store.h"
#include "services/analytics/export/export_view.h"
#include "services/directory/lookup.h"

enum { WAITING_MOST = 100 };

/* One that is to be stopped. */
struct owned {
    struct uuid member; /* zero: there is no such export */
    int64_t expires_at_us;
};

struct exports {
    TALLOC_CTX *ctx;
    bool is_wanted;
    struct uuid_map *busy;  /* a set: of whom one is under way */
    struct uuid_map *owned; /* struct owned */
    struct pg_result *unfinished, *owners;
    struct pg_args *put, *stop;
};

static void *exports_new(struct loop_batch *batch)
{
    struct exports *state = mem_new(loop_ctx(batch), struct exports);
    state->ctx = loop_ctx(batch);
    state->busy = uuid_map_new(state->ctx);
    state->owned = uuid_map_new(state->ctx);
    state->put = export_store_put(state->ctx);
    state->stop = export_store_stop(state->ctx);
    return state;
}

static struct exports *state_of(const struct loop_message *message)
{
    return loop_state(message->batch, &EXPORT_PART);
}

static void exports_load(void *arg, struct pg *pg)
{
    struct exports *state = arg;
    if (state->is_wanted)
        state->unfinished = export_store_unfinished_queue(pg, state->ctx);
    state->owners = export_store_owners_queue(pg, state->ctx, uuid_map_ids(state->owned), uuid_map_size(state->owned));
}

static enum err exports_loaded(void *arg)
{
    struct exports *state = arg;
    for (size_t row = 0; state->is_wanted && row < pg_rows(state->unfinished); row++) {
        struct uuid member = pg_get_uuid(state->unfinished, row, 0);
        uuid_map_name(state->busy, &member);
    }
    for (size_t row = 0; row < pg_rows(state->owners); row++) {
        struct uuid id = pg_get_uuid(state->owners, row, 0);
        struct owned *owned = UUID_MAP_MAKE(state->owned, &id, struct owned);
        owned->member = pg_get_uuid(state->owners, row, 1);
        owned->expires_at_us = pg_get_int8(state->owners, row, 2);
    }
    return ERR_OK;
}

static void exports_write(void *arg, struct pg *pg)
{
    struct exports *state = arg;
    pg_queue(pg, state->put);
    pg_queue(pg, state->stop);
}

/* --- ExportTable -------------------------------------------------------------------------------------------------- */

static enum err want_export(const struct loop_message *message)
{
    struct directory_set *set = directory_lookup(message->batch);
    struct uuid org = uuid_or_zero(((const Pb__ExportTable *)message->body)->organization_id);
    state_of(message)->is_wanted = true;
    directory_set_want_person(set, &message->actor);
    directory_set_want_org(set, &org);
    return ERR_OK;
}

/* What he is to the organisation, which he knows. */
static enum err take_standing(const struct loop_message *message, const struct uuid *organization,
                              unsigned *ret_standing)
{
    const struct directory_set *set = directory_lookup(message->batch);
    const struct directory_person *person = directory_set_person(set, &message->actor);
    const struct directory_org *org = directory_set_org(set, organization);
    if (!org || !directory_knows(set, person, org, message->now_us))
        return ERR_NOT_FOUND;
    *ret_standing = export_standing(person, org, message->now_us);
    return export_may(*ret_standing) ? ERR_OK : ERR_NOT_ALLOWED;
}

/* Of each one at a time, and of all no more than can be made in good time. */
static enum err take_turn(const struct loop_message *message)
{
    struct exports *state = state_of(message);
    if (uuid_map_has(state->busy, &message->actor) || uuid_map_size(state->busy) >= WAITING_MOST)
        return ERR_TOO_MANY_PENDING;
    uuid_map_name(state->busy, &message->actor);
    return ERR_OK;
}

static enum err apply_export(const struct loop_message *message)
{
    const Pb__ExportTable *body = (const Pb__ExportTable *)message->body;
    struct export export = {.id = message->aggregate,
                            .member = message->actor,
                            .organization = uuid_or_zero(body->organization_id),
                            .kind = body->kind,
                            .format = body->format,
                            .created_at_us = message->now_us};
    const char *field = NULL;
    unsigned standing;
    enum err err = take_standing(message, &export.organization, &standing);
    if (err)
        return err;
    err = export_check(body->kind, body->filter, standing, &field);
    if (err)
        return field ? loop_field(message, field, err) : err;
    err = take_turn(message);
    if (err)
        return err;
    struct exports *state = state_of(message);
    export.filter = export_settle(message->ctx, body->kind, body->filter, message->now_us);
    struct export_job job = {.is = export, .expires_at_us = message->now_us + EXPORT_LIFE_US};
    export_store_put_add(state->ctx, state->put, &export, job.expires_at_us);
    loop_answer(message, &export.id, 0, &export_view(message->ctx, &job)->base);
    return ERR_OK;
}

/* --- StopTableExport ---------------------------------------------------------------------------------------------- */

static enum err want_stop(const struct loop_message *message)
{
    (void)UUID_MAP_MAKE(state_of(message)->owned, &message->aggregate, struct owned);
    return ERR_OK;
}

/* One that is made goes no further; of one that was made, the file goes. */
static enum err apply_stop(const struct loop_message *message)
{
    struct exports *state = state_of(message);
    const struct owned *owned = uuid_map_get(state->owned, &message->aggregate);
    if (!uuid_equal(&owned->member, &message->actor) || owned->expires_at_us <= message->now_us)
        return ERR_NOT_FOUND;
    export_store_stop_add(state->stop, &message->aggregate, message->now_us);
    loop_answer(message, &message->aggregate, 0, NULL);
    return ERR_OK;
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const struct loop_handler ROWS[] = {
    {&pb__export_table__descriptor, want_export, apply_export},
    {&pb__stop_table_export__descriptor, want_stop, apply_stop},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_ANALYTICS_COMMANDS, ROWS)};
/* Two partitions may take one member's commands at once. */
static const struct loop_constraint CONSTRAINTS[] = {
    {"export_job_member", ERR_TOO_MANY_PENDING, NULL},
    {"export_job_pkey", ERR_ALREADY_EXISTS, NULL}, /* the same key again, long after its outcome was forgotten */
};

const struct loop_part EXPORT_PART = {
    .name = "export",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = exports_new,
    .load = exports_load,
    .loaded = exports_loaded,
    .write = exports_write,
    .constraints = CONSTRAINTS,
    .n_constraints = ARRAY_LENGTH(CONSTRAINTS),
};
