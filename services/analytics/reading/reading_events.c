#include "services/analytics/reading/reading_events.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/analytics/counts/counts.h"
#include "services/analytics/person/person_events.h"
#include "services/analytics/reading/reading_store.h"
#include "sotay/v1/analytics.pb-c.h"

/* A reading before and after the batch. */
struct change {
    struct reading was, is;
};

struct reader {
    struct uuid_map *changes; /* struct change, by subject */
};

struct readings {
    struct loop_batch *batch;
    TALLOC_CTX *ctx;
    struct uuid_map *readers; /* struct reader */
    struct pg_args *keys;     /* of those that are to be loaded */
    struct {
        struct pg_result *known, *strays;
    } rows;
};

static struct uuid_map *changes_of(struct readings *readings, const struct uuid *member)
{
    struct reader *reader = UUID_MAP_MAKE(readings->readers, member, struct reader);
    if (!reader->changes)
        reader->changes = uuid_map_new(readings->ctx);
    return reader->changes;
}

/* --- activity ---------------------------------------------------------------------------------------------------- */

/* The subject of an item that is a reading. The gateway's contract has it; an old client's slip is no reason to
 * stop. */
static bool is_reading(const Pb__RecordActivity__Item *item, struct uuid *ret_subject)
{
    return item->kind == PB__ACTIVITY_KIND__ACTIVITY_KIND_READ && item->subject &&
           uuid_from_pb(item->subject->id, ret_subject) == ERR_OK;
}

static enum err want_activity(const struct loop_message *message)
{
    struct readings *readings = loop_state(message->batch, &READING_PART);
    const Pb__RecordActivity *activity = (const Pb__RecordActivity *)message->body;
    struct uuid_map *changes = changes_of(readings, &message->actor);
    struct uuid subject;
    for (size_t i = 0; i < activity->n_items; i++) {
        if (!is_reading(activity->items[i], &subject) || uuid_map_has(changes, &subject))
            continue;
        (void)UUID_MAP_MAKE(changes, &subject, struct change); /* loaded, then changed */
        reading_store_add_key(readings->keys, &message->actor, &subject);
    }
    return ERR_OK;
}

static void keep_reading(struct reading *reading, const Pb__RecordActivity__Item *item, int64_t now_us)
{
    int64_t at_us = reading_at(item->at_us, now_us);
    if (reading->is_known && reading->at_us <= at_us)
        return;
    reading->is_known = true;
    reading->type = item->subject->type;
    reading->at_us = at_us;
}

static enum err apply_activity(const struct loop_message *message)
{
    const Pb__RecordActivity *activity = (const Pb__RecordActivity *)message->body;
    struct uuid_map *changes = changes_of(loop_state(message->batch, &READING_PART), &message->actor);
    struct uuid subject;
    for (size_t i = 0; i < activity->n_items; i++)
        if (is_reading(activity->items[i], &subject))
            keep_reading(&UUID_MAP_MAKE(changes, &subject, struct change)->is, activity->items[i], message->now_us);
    return ERR_OK;
}

/* --- the part ---------------------------------------------------------------------------------------------------- */

static void *readings_new(struct loop_batch *batch)
{
    struct readings *readings = mem_new(loop_ctx(batch), struct readings);
    readings->batch = batch;
    readings->ctx = loop_ctx(batch);
    readings->readers = uuid_map_new(readings->ctx);
    readings->keys = reading_store_keys(readings->ctx);
    return readings;
}

/* The intervals of a member, as reading_branch_at reads them: each begins where the one before it ended, the first one
 * before all time. */
static void add_intervals(struct pg_args *args, const struct uuid *member, const Pb__DirectoryMember *record)
{
    int64_t from_us = INT64_MIN;
    for (size_t i = 0; i < record->n_intervals; i++) {
        const Pb__DirectoryMember__Interval *interval = record->intervals[i];
        int64_t to_us = interval->has_to_us ? interval->to_us : INT64_MAX;
        struct uuid branch;
        bool is_here = reading_branch_at(record, from_us, &branch);
        reading_store_add_interval(args, member, is_here ? &branch : NULL, from_us, to_us);
        from_us = to_us;
    }
}

static void readings_load(void *state, struct pg *pg)
{
    struct readings *readings = state;
    struct pg_args *intervals = reading_store_intervals(readings->ctx);
    const Pb__DirectoryMember *record;
    struct uuid member;
    for (size_t i = 0; (record = people_told(readings->batch, i, &member)); i++)
        add_intervals(intervals, &member, record);
    readings->rows.known = pg_queue(pg, readings->keys);
    readings->rows.strays = pg_queue(pg, intervals);
}

static void read_rows(struct readings *readings, const struct pg_result *rows)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct uuid member = pg_get_uuid(rows, row, 0), subject = pg_get_uuid(rows, row, 1);
        struct change *reading = UUID_MAP_MAKE(changes_of(readings, &member), &subject, struct change);
        reading_store_get(rows, row, &reading->was);
        reading->is = reading->was;
    }
}

static enum err readings_loaded(void *state)
{
    struct readings *readings = state;
    read_rows(readings, readings->rows.known);
    read_rows(readings, readings->rows.strays);
    return ERR_OK;
}

static void count(const struct readings *readings, const struct reading *reading, int32_t sign)
{
    struct month_counts counts = reading_count(reading);
    if (reading->has_branch)
        counts_add_month(readings->batch, &reading->branch, clock_local_month(reading->at_us), &counts, sign);
}

/* Each counts for the branch that its reader was in, as the directory tells now: whichever came first. */
static void write_reader(const struct readings *readings, const struct uuid *member, const struct uuid_map *changes,
                         struct pg_args *fresh, struct pg_args *changed)
{
    const Pb__DirectoryMember *record = person_record(readings->batch, member);
    for (size_t i = 0; i < uuid_map_size(changes); i++) {
        struct change *reading = uuid_map_value(changes, i);
        if (reading->is.is_known)
            reading->is.has_branch = reading_branch_at(record, reading->is.at_us, &reading->is.branch);
        if (reading_same(&reading->was, &reading->is))
            continue;
        reading_store_add(reading->was.is_known ? changed : fresh, member, &uuid_map_ids(changes)[i], &reading->is);
        count(readings, &reading->was, -1);
        count(readings, &reading->is, 1);
    }
}

static void readings_write(void *state, struct pg *pg)
{
    struct readings *readings = state;
    struct pg_args *fresh = reading_store_new(readings->ctx), *changed = reading_store_changed(readings->ctx);
    for (size_t i = 0; i < uuid_map_size(readings->readers); i++) {
        const struct reader *reader = uuid_map_value(readings->readers, i);
        write_reader(readings, &uuid_map_ids(readings->readers)[i], reader->changes, fresh, changed);
    }
    pg_queue(pg, fresh);
    pg_queue(pg, changed);
}

static const struct loop_handler ACTIVITY[] = {{&pb__record_activity__descriptor, want_activity, apply_activity}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_ACTIVITY, ACTIVITY)};
const struct loop_part READING_PART = {.name = "reading",
                                       .handlers = HANDLERS,
                                       .n_handlers = ARRAY_LENGTH(HANDLERS),
                                       .new = readings_new,
                                       .load = readings_load,
                                       .loaded = readings_loaded,
                                       .write = readings_write};
