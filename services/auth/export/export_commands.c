#include "services/auth/export/export_commands.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/export/export_store.h"
#include "services/auth/member/asker.h"

#define EXPORT_LIFE_US (7 * CLOCK_DAY_US)

static void *exports_new(struct loop_batch *batch)
{
    return export_store_put(loop_ctx(batch));
}

static void exports_write(void *arg, struct pg *pg)
{
    pg_queue(pg, arg);
}

static enum err apply_export(const struct loop_message *message)
{
    if (!asker_is_aggregate(message))
        return ERR_NOT_FOUND;
    const struct own_export export = {message->id, message->actor, message->now_us + EXPORT_LIFE_US};
    export_store_put_add(loop_state(message->batch, &EXPORT_PART), &export);
    audit_member(message, PB__AUDIT_ACTION__AUDIT_ACTION_DATA_EXPORTED, &message->actor, NULL);
    loop_answer(message, &export.id, 0, &export_view(message->ctx, &export)->base);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__export_own_data__descriptor, NULL, apply_export}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_COMMANDS, ROWS)};

const struct loop_part EXPORT_PART = {
    .name = "export",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = exports_new,
    .write = exports_write,
};
