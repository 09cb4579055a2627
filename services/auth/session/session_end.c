#include "services/auth/session/session_end.h"

#include "services/auth/device/device_store.h"
#include "services/auth/session/session_facts.h"

static void say_ended(struct loop_outbox *outbox, TALLOC_CTX *ctx, const struct pg_result *ended)
{
    for (size_t i = 0; i < pg_rows(ended); i++) {
        struct loaded_session session = session_store_loaded(ended, i);
        loop_outbox_event(outbox, TOPIC_AUTH_EVENTS, &session.member,
                          &session_ended(ctx, &session.id, &session.member)->base);
        loop_outbox_tag(outbox, TAG_SESSIONS, &session.member);
    }
}

static void say_removed(struct loop_outbox *outbox, TALLOC_CTX *ctx, const struct devices *removed, int64_t now_us)
{
    for (size_t i = 0; i < removed->n; i++) {
        const struct device *device = &removed->items[i];
        loop_outbox_event(outbox, TOPIC_AUTH_EVENTS, &device->member, &device_removed(ctx, device, now_us)->base);
        loop_outbox_tag(outbox, TAG_DEVICES, &device->member);
    }
}

enum err session_end(struct pg *pg, TALLOC_CTX *ctx, const struct session_ending *ending, struct loop_outbox *outbox)
{
    struct pg_result *ended = session_store_end_queue(pg, ctx, ending),
                     *removed = device_store_remove_of_queue(pg, ctx, ending->sessions, ending->n_sessions,
                                                             ending->members, ending->n_members, ending->kept);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    struct devices devices = device_store_loaded(ctx, removed);
    say_ended(outbox, ctx, ended);
    say_removed(outbox, ctx, &devices, ending->now_us);
    return ERR_OK;
}

enum err session_end_commit(struct query *query, struct loop_outbox *outbox)
{
    loop_outbox_queue(outbox, query->pg);
    pg_queue_sql(query->pg, "COMMIT");
    enum err err = pg_flush(query->pg);
    query->said = err ? NULL : outbox;
    return err;
}
