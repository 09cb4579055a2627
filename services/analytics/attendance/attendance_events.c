#include "services/analytics/attendance/attendance_events.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/analytics/attendance/attendance_store.h"
#include "services/analytics/counts/counts.h"

/* Of a meeting, before and after the batch. */
struct change {
    struct attendance was, is;
};

struct changes {
    struct loop_batch *batch;
    TALLOC_CTX *ctx;
    struct uuid_map *by_meeting; /* struct change */
    struct pg_result *rows;
};

static struct change *change_of(struct changes *changes, const struct uuid *meeting)
{
    return UUID_MAP_MAKE(changes->by_meeting, meeting, struct change);
}

static enum err want_counted(const struct loop_message *message)
{
    const Pb__AttendanceCounted *event = (const Pb__AttendanceCounted *)message->body;
    struct uuid org;
    if (uuid_from_pb(event->organization_id, &org))
        return ERR_MALFORMED;
    counts_want(message, &org);
    change_of(loop_state(message->batch, &ATTENDANCE_PART), &message->aggregate);
    return ERR_OK;
}

static enum err apply_counted(const struct loop_message *message)
{
    const Pb__AttendanceCounted *event = (const Pb__AttendanceCounted *)message->body;
    struct change *change = change_of(loop_state(message->batch, &ATTENDANCE_PART), &message->aggregate);
    struct uuid org = uuid_or_zero(event->organization_id); /* want_counted has checked it */
    if (change->is.revision < event->revision)
        attendance_take(&change->is, event, &org);
    return ERR_OK;
}

static void *changes_new(struct loop_batch *batch)
{
    struct changes *changes = mem_new(loop_ctx(batch), struct changes);
    changes->batch = batch;
    changes->ctx = loop_ctx(batch);
    changes->by_meeting = uuid_map_new(changes->ctx);
    return changes;
}

static void changes_load(void *state, struct pg *pg)
{
    struct changes *changes = state;
    changes->rows = attendance_store_read(pg, changes->ctx, uuid_map_ids(changes->by_meeting),
                                          uuid_map_size(changes->by_meeting));
}

static enum err changes_loaded(void *state)
{
    struct changes *changes = state;
    for (size_t row = 0; row < pg_rows(changes->rows); row++) {
        struct uuid meeting = pg_get_uuid(changes->rows, row, 0);
        struct change *change = change_of(changes, &meeting);
        attendance_store_get(changes->rows, row, &change->was);
        change->is = change->was;
    }
    return ERR_OK;
}

static void count(const struct changes *changes, const struct attendance *attendance, int32_t sign)
{
    struct month_counts counts = attendance_count(attendance);
    if (attendance->revision > 0)
        counts_add_month(changes->batch, &attendance->organization, attendance->month, &counts, sign);
}

static void changes_write(void *state, struct pg *pg)
{
    struct changes *changes = state;
    struct pg_args *rows = attendance_store_rows(changes->ctx);
    for (size_t i = 0; i < uuid_map_size(changes->by_meeting); i++) {
        const struct change *change = uuid_map_value(changes->by_meeting, i);
        if (change->is.revision == change->was.revision)
            continue;
        attendance_store_add(rows, &uuid_map_ids(changes->by_meeting)[i], &change->is);
        count(changes, &change->was, -1);
        count(changes, &change->is, 1);
    }
    pg_queue(pg, rows);
}

static const struct loop_handler EVENTS[] = {{&pb__attendance_counted__descriptor, want_counted, apply_counted}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_EVENTS, EVENTS)};
const struct loop_part ATTENDANCE_PART = {.name = "attendance",
                                          .handlers = HANDLERS,
                                          .n_handlers = ARRAY_LENGTH(HANDLERS),
                                          .new = changes_new,
                                          .load = changes_load,
                                          .loaded = changes_loaded,
                                          .write = changes_write};
