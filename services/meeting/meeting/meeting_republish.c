#include "services/meeting/meeting/meeting_republish.h"

#include "common/base/mem.h"
#include "common/loop/loop.h"
#include "services/meeting/meeting/meeting_facts.h"
#include "services/meeting/meeting/meeting_list_store.h"
#include "services/meeting/meeting/meeting_store.h"

enum { CHUNK = 500 };

struct chunk {
    TALLOC_CTX *ctx;
    struct meeting *meetings;
    size_t n;
    struct uuid_map *by_id;
};

static struct meeting *find_meeting(void *arg, const struct uuid *id)
{
    return uuid_map_get(arg, id);
}

static enum err read_chunk(struct pg *pg, const struct uuid *after, struct chunk *chunk)
{
    struct pg_result *rows;
    enum err err = meeting_store_next_published(chunk->ctx, pg, after, CHUNK, &rows);
    if (err)
        return err;
    chunk->n = pg_rows(rows);
    chunk->meetings = mem_array(chunk->ctx, struct meeting, chunk->n);
    chunk->by_id = uuid_map_new(chunk->ctx);
    for (size_t i = 0; i < chunk->n; i++) {
        meeting_store_read(chunk->ctx, rows, i, &chunk->meetings[i]);
        uuid_map_put(chunk->by_id, &chunk->meetings[i].id, &chunk->meetings[i]);
    }
    struct pg_result *agendas = meeting_store_queue_agendas(chunk->ctx, pg, uuid_map_ids(chunk->by_id), chunk->n);
    err = pg_flush(pg);
    if (!err)
        meeting_store_read_agendas(chunk->ctx, agendas, find_meeting, chunk->by_id);
    return err;
}

static void queue_meeting(TALLOC_CTX *ctx, struct loop_outbox *outbox, const struct meeting *meeting)
{
    loop_outbox_event(outbox, TOPIC_MEETING_EVENTS, &meeting->id, facts_of_state(ctx, meeting));
    if (meeting->attendance.revision > 0)
        loop_outbox_event(outbox, TOPIC_MEETING_EVENTS, &meeting->id, facts_of_attendance(ctx, meeting));
}

static enum err queue_chunk(struct pg *pg, const struct chunk *chunk, int64_t now_us)
{
    struct uuid cause = uuid_random_at(now_us); /* told anew each time: readers go by the meeting's version */
    struct loop_outbox *outbox = loop_outbox_new(chunk->ctx, &cause, now_us);
    for (size_t i = 0; i < chunk->n; i++)
        queue_meeting(chunk->ctx, outbox, &chunk->meetings[i]);
    pg_queue_sql(pg, "BEGIN");
    loop_outbox_queue(outbox, pg);
    pg_queue_sql(pg, "COMMIT");
    return pg_flush(pg);
}

enum err meeting_republish(struct service *service, struct pg *pg)
{
    struct uuid after = {{0}};
    enum err err = ERR_OK;
    for (size_t n = CHUNK; !err && n == CHUNK;) {
        struct chunk chunk = {.ctx = mem_context(NULL, "republish")};
        err = read_chunk(pg, &after, &chunk);
        n = chunk.n;
        if (!err && n > 0) {
            err = queue_chunk(pg, &chunk, service_now_us(service));
            after = chunk.meetings[n - 1].id;
        }
        mem_free(chunk.ctx);
    }
    return err;
}
