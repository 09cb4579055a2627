#include "services/auth/import/import_commands.h"

#include "common/base/array.h"
#include "common/base/uuid_map.h"
#include "services/auth/import/import_previewed_store.h"
#include "services/auth/membership/membership_set.h"
#include "sotay/v1/roster.pb-c.h"

enum { WAITING_OF_ONE = 5, WAITING_MOST = 100 };

/* Imports of one importer that wait or run. */
struct waiting {
    int64_t n;
};

/* --- the state of a batch ----------------------------------------------------------------------------------------- */

struct imports {
    TALLOC_CTX *ctx;
    bool is_wanted;
    struct uuid_map *previews; /* struct import_previewed */
    struct uuid_map *waiting;  /* struct waiting, by importer */
    struct pg_result *rows, *unfinished;
    int64_t n_waiting; /* of all */
    struct pg_args *put;
};

static void *imports_new(struct loop_batch *batch)
{
    struct imports *state = mem_new(loop_ctx(batch), struct imports);
    state->ctx = loop_ctx(batch);
    state->previews = uuid_map_new(state->ctx);
    state->waiting = uuid_map_new(state->ctx);
    state->put = import_store_put(state->ctx);
    return state;
}

static struct imports *state_of(const struct loop_message *message)
{
    return loop_state(message->batch, &IMPORT_PART);
}

static void imports_load(void *arg, struct pg *pg)
{
    struct imports *state = arg;
    if (!state->is_wanted)
        return;
    state->rows = import_previewed_store_queue(pg, state->ctx, uuid_map_ids(state->previews),
                                               uuid_map_size(state->previews));
    state->unfinished = import_store_unfinished_queue(pg, state->ctx);
}

static enum err imports_loaded(void *arg)
{
    struct imports *state = arg;
    if (!state->is_wanted)
        return ERR_OK;
    for (size_t row = 0; row < pg_rows(state->rows); row++)
        import_previewed_store_read(state->ctx, state->rows, row, state->previews);
    for (size_t row = 0; row < pg_rows(state->unfinished); row++) {
        struct uuid importer = pg_get_uuid(state->unfinished, row, 0);
        int64_t n = pg_get_int8(state->unfinished, row, 1);
        UUID_MAP_MAKE(state->waiting, &importer, struct waiting)->n = n;
        state->n_waiting += n;
    }
    return ERR_OK;
}

static void imports_write(void *arg, struct pg *pg)
{
    pg_queue(pg, ((struct imports *)arg)->put);
}

/* --- who imports -------------------------------------------------------------------------------------------------- */

/* Where the actor is an administrator now. */
static enum err take_importer(const struct loop_message *message, struct import_scope *ret_scope)
{
    const struct membership *actor = membership_set_find(message->batch, &message->actor);
    if (!actor || membership_is_suspended(actor) || membership_has_left(actor))
        return ERR_NOT_ALLOWED;
    struct uuid *organizations = mem_array(message->ctx, struct uuid, actor->n_positions + 1);
    *ret_scope = (struct import_scope){.organizations = organizations};
    for (size_t i = 0; i < actor->n_positions; i++)
        if (actor->positions[i].to_us == 0 && actor->positions[i].role == PB__ROLE__ROLE_ADMIN)
            organizations[ret_scope->n++] = actor->positions[i].organization;
    return ret_scope->n > 0 ? ERR_OK : ERR_NOT_ALLOWED;
}

static enum err add(const struct loop_message *message, const struct import_job *job)
{
    struct imports *state = state_of(message);
    struct waiting *his = UUID_MAP_MAKE(state->waiting, &message->actor, struct waiting);
    if (his->n >= WAITING_OF_ONE || state->n_waiting >= WAITING_MOST)
        return ERR_LIMIT_REACHED;
    his->n++;
    state->n_waiting++;
    import_store_put_add(state->ctx, state->put, job, message->now_us);
    loop_answer(message, &job->id, 0, NULL);
    return ERR_OK;
}

/* --- ImportRoster ------------------------------------------------------------------------------------------------- */

static enum err want_import(const struct loop_message *message)
{
    state_of(message)->is_wanted = true;
    membership_set_want(message->batch, &message->actor);
    return ERR_OK;
}

/* A file that is no text holds no rows. */
static enum err take_file(const struct loop_message *message, const Pb__Blob *blob, const char *field,
                          uint8_t ret_sha256[IMPORT_HASH_BYTES])
{
    if (!blob || blob->sha256.len != IMPORT_HASH_BYTES)
        return loop_field(message, field, ERR_BLOB_UNKNOWN);
    if (strcmp(blob->media_type, "text/plain") != 0)
        return loop_field(message, field, ERR_MEDIA_TYPE_UNSUPPORTED);
    memcpy(ret_sha256, blob->sha256.data, IMPORT_HASH_BYTES);
    return ERR_OK;
}

static enum err apply_import(const struct loop_message *message)
{
    const Pb__ImportRoster *body = (const Pb__ImportRoster *)message->body;
    struct import_job job = {.id = message->aggregate,
                             .actor = message->actor,
                             .preview = body->dry_run,
                             .has_blobs = true,
                             .has_organizations = body->has_organizations_sha256};
    enum err err = take_importer(message, &job.scope);
    if (!err && job.has_organizations)
        err = take_file(message, body->organizations, "/organizations_sha256", job.organizations_sha256);
    if (!err)
        err = take_file(message, body->members, "/members_sha256", job.members_sha256);
    return err ? err : add(message, &job);
}

/* --- ApplyRoster -------------------------------------------------------------------------------------------------- */

static enum err want_apply(const struct loop_message *message)
{
    struct imports *state = state_of(message);
    uuid_map_name(state->previews, &message->aggregate);
    return want_import(message);
}

/* Another job takes the same bytes, which nobody can change, in the same scope, however much more the actor
 * administers: what was previewed. */
static enum err apply_apply(const struct loop_message *message)
{
    const struct import_previewed *previewed = uuid_map_get(state_of(message)->previews, &message->aggregate);
    struct import_scope scope;
    enum err err = take_importer(message, &scope);
    if (!previewed || err || !import_previewed_is_within(previewed, &scope))
        return ERR_NOT_FOUND;
    if (!previewed->job.preview || !previewed->is_done)
        return ERR_WRONG_STATE;
    struct import_job job = previewed->job;
    job.id = uuid_derive(&message->id, "import", 0);
    job.actor = message->actor;
    job.preview = false;
    return add(message, &job);
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const struct loop_handler ROWS[] = {
    {&pb__import_roster__descriptor, want_import, apply_import},
    {&pb__apply_roster__descriptor, want_apply, apply_apply},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_COMMANDS, ROWS)};

const struct loop_part IMPORT_PART = {
    .name = "import",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = imports_new,
    .load = imports_load,
    .loaded = imports_loaded,
    .write = imports_write,
};
