#include "services/meeting/meeting/meeting_set.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/meeting/host/host_lookup.h"
#include "services/meeting/host/host_store.h"
#include "services/meeting/meeting/meeting_store.h"
#include "services/meeting/meeting/meeting_write_store.h"
#include <assert.h>

/* A meeting in the batch, and what of it is to be written. */
struct place {
    struct meeting is;
    bool is_changed, has_new_participants, has_new_agenda; /* the row; these lists, whole */
    bool is_counted[MEETING_N_COUNTED], is_attended;
    bool is_deleted;
};

struct set {
    struct loop_batch *batch;
    TALLOC_CTX *ctx;
    struct uuid_map *places;  /* struct place */
    struct uuid_map *months;  /* struct uuid: whose regular meeting takes (organisation, month) */
    struct uuid_map *agendas; /* wanted */
    struct uuid_map *new_of;  /* struct uuid: whose meetings may be made */
    struct uuid_map *beside;  /* a set: what is near these was asked for */
    struct uuid_map *near;    /* struct meeting, of which id, organisation, hour and state are known */
    struct pg_args *wanted_months, *wanted_moves, *wanted_near;
    struct pg_result *rows, *agenda_rows, *minutes_rows, *month_rows, *move_rows, *near_rows;
};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &MEETING_PART);
}

/* --- wanting ------------------------------------------------------------------------------------------------------ */

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->batch = batch;
    set->ctx = loop_ctx(batch);
    set->places = uuid_map_new(set->ctx);
    set->months = uuid_map_new(set->ctx);
    set->agendas = uuid_map_new(set->ctx);
    set->new_of = uuid_map_new(set->ctx);
    set->near = uuid_map_new(set->ctx);
    set->beside = uuid_map_new(set->ctx);
    set->wanted_near = meeting_store_near(set->ctx);
    set->wanted_months = meeting_store_months(set->ctx);
    set->wanted_moves = meeting_store_moves(set->ctx);
    return set;
}

void meeting_set_want(const struct loop_batch *batch, const struct uuid *id, unsigned beside)
{
    struct set *set = set_of(batch);
    uuid_map_name(set->places, id);
    if (beside & MEETING_WANT_AGENDA)
        uuid_map_name(set->agendas, id);
    if (!(beside & MEETING_WANT_AUDIENCE))
        return;
    host_want_audience_of(batch, id);
    if (!uuid_map_has(set->beside, id))
        meeting_store_add_near(set->wanted_near, id, NULL, 0);
    uuid_map_name(set->beside, id);
}

void meeting_set_want_hour(const struct loop_batch *batch, const struct uuid *id, const struct uuid *new_of,
                           int64_t starts_at_us)
{
    meeting_store_add_near(set_of(batch)->wanted_near, id, new_of, starts_at_us);
}

void meeting_set_want_new(const struct loop_batch *batch, const struct uuid *id, const struct uuid *org, int32_t month)
{
    struct set *set = set_of(batch);
    uuid_map_name(set->places, id);
    uuid_map_put(set->new_of, id, mem_copy(set->ctx, org, sizeof *org));
    host_want(batch, org);
    meeting_store_add_month(set->wanted_months, org, month);
}

const struct uuid *meeting_set_new_of(const struct loop_batch *batch, const struct uuid *id)
{
    return uuid_map_get(set_of(batch)->new_of, id);
}

void meeting_set_want_move(const struct loop_batch *batch, const struct uuid *id, bool has_month, int32_t month)
{
    meeting_store_add_move(set_of(batch)->wanted_moves, id, has_month, month);
}

/* --- loading ------------------------------------------------------------------------------------------------------ */

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    set->rows = meeting_store_lock(set->ctx, pg, set->places);
    set->agenda_rows = meeting_store_queue_agendas(set->ctx, pg, uuid_map_ids(set->agendas),
                                                   uuid_map_size(set->agendas));
    set->minutes_rows = meeting_store_queue_minutes(set->ctx, pg, uuid_map_ids(set->agendas),
                                                    uuid_map_size(set->agendas));
    set->month_rows = pg_queue(pg, set->wanted_months);
    set->move_rows = pg_queue(pg, set->wanted_moves);
    set->near_rows = pg_queue(pg, set->wanted_near);
}

static void read_meetings(struct set *set)
{
    for (size_t row = 0; row < pg_rows(set->rows); row++) {
        struct place *place = mem_new(set->ctx, struct place);
        int column = meeting_store_read(set->ctx, set->rows, row, &place->is);
        host_store_read(set->ctx, set->rows, row, column, host_known(set->batch));
        uuid_map_put(set->places, &place->is.id, place);
    }
}

/* Who has a month, by one id for the pair. */
static struct uuid month_key(const struct uuid *org, int32_t month)
{
    return uuid_derive(org, "month", (uint64_t)month);
}

static void set_month_owner(struct set *set, const struct uuid *org, int32_t month, const struct uuid *meeting)
{
    struct uuid key = month_key(org, month);
    uuid_map_put(set->months, &key, meeting ? mem_copy(set->ctx, meeting, sizeof *meeting) : NULL);
}

static void read_months(struct set *set, const struct pg_result *rows)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct uuid org = pg_get_uuid(rows, row, 0);
        struct uuid meeting = pg_get_uuid(rows, row, 2);
        set_month_owner(set, &org, (int32_t)pg_get_int8(rows, row, 1), &meeting);
    }
}

static void read_near(struct set *set)
{
    for (size_t row = 0; row < pg_rows(set->near_rows); row++) {
        struct uuid id = pg_get_uuid(set->near_rows, row, 0);
        struct meeting *near = UUID_MAP_MAKE(set->near, &id, struct meeting);
        *near = (struct meeting){.id = id,
                                 .organization = pg_get_uuid(set->near_rows, row, 1),
                                 .starts_at_us = pg_get_int8(set->near_rows, row, 2),
                                 .state = PB__MEETING_STATE__MEETING_STATE_SCHEDULED};
    }
}

static struct meeting *find_meeting(void *arg, const struct uuid *id)
{
    struct place *place = uuid_map_get(arg, id);
    return place ? &place->is : NULL;
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    read_meetings(set);
    meeting_store_read_agendas(set->ctx, set->agenda_rows, find_meeting, set->places);
    read_months(set, set->month_rows);
    read_months(set, set->move_rows);
    read_near(set);
    return meeting_store_read_minutes(set->ctx, set->minutes_rows, find_meeting, set->places);
}

/* --- state -------------------------------------------------------------------------------------------------------- */

const struct meeting *meeting_set_find(const struct loop_batch *batch, const struct uuid *id)
{
    const struct place *place = uuid_map_get(set_of(batch)->places, id);
    return place && !place->is_deleted ? &place->is : NULL;
}

static const struct meeting *placed(const struct set *set, size_t i)
{
    const struct place *place = uuid_map_value(set->places, i);
    return place && !place->is_deleted ? &place->is : NULL;
}

/* The next that is near a meeting, from *at on: one of the batch, or one that was found beside and of which the batch
 * has no state of its own. NULL: there is none. */
static const struct meeting *next_near(const struct set *set, const struct meeting *meeting, size_t *at)
{
    size_t n_places = uuid_map_size(set->places), n = n_places + uuid_map_size(set->near);
    while (*at < n) {
        size_t i = (*at)++;
        const struct meeting *other = i < n_places ? placed(set, i) : uuid_map_value(set->near, i - n_places);
        if (other && meeting_is_near(meeting, other) && (i < n_places || !uuid_map_get(set->places, &other->id)))
            return other;
    }
    return NULL;
}

int64_t meeting_set_near(const struct loop_batch *batch, const struct meeting *meeting)
{
    int64_t first_us = 0;
    size_t at = 0;
    for (const struct meeting *near; (near = next_near(set_of(batch), meeting, &at));)
        if (first_us == 0 || near->starts_at_us < first_us)
            first_us = near->starts_at_us;
    return first_us;
}

void meeting_set_tag_near(struct loop_batch *batch, const struct meeting *meeting)
{
    size_t at = 0;
    for (const struct meeting *near; (near = next_near(set_of(batch), meeting, &at));)
        loop_tag(batch, TAG_MEETING, &near->id);
}

static enum err claim_month(struct set *set, const struct meeting *old, const struct meeting *next)
{
    if (meeting_claims_month(next)) {
        struct uuid key = month_key(&next->organization, meeting_month(next));
        const struct uuid *owner = uuid_map_get(set->months, &key);
        if (owner && !uuid_equal(owner, &next->id))
            return ERR_MONTH_TAKEN;
    }
    if (meeting_claims_month(old))
        set_month_owner(set, &old->organization, meeting_month(old), NULL);
    if (meeting_claims_month(next))
        set_month_owner(set, &next->organization, meeting_month(next), &next->id);
    return ERR_OK;
}

enum err meeting_set_keep(const struct loop_batch *batch, const struct meeting *next)
{
    static const struct meeting NOTHING;
    struct set *set = set_of(batch);
    const struct meeting *old = meeting_set_find(batch, &next->id);
    enum err err = claim_month(set, old ? old : &NOTHING, next);
    if (err)
        return err;
    struct place *place = UUID_MAP_MAKE(set->places, &next->id, struct place);
    /* Lists that stay are shared by the two states, so a new pointer is a new list. */
    place->has_new_participants |= next->participant_ids != place->is.participant_ids;
    place->has_new_agenda |= next->agenda != place->is.agenda;
    place->is_changed = true;
    place->is = *next;
    return ERR_OK;
}

void meeting_set_delete(const struct loop_batch *batch, const struct uuid *id)
{
    struct set *set = set_of(batch);
    struct place *place = UUID_MAP_MAKE(set->places, id, struct place);
    if (meeting_claims_month(&place->is))
        set_month_owner(set, &place->is.organization, meeting_month(&place->is), NULL);
    place->is_deleted = true;
}

void meeting_set_count(const struct loop_batch *batch, const struct uuid *id, enum meeting_counted what, int32_t by)
{
    struct place *place = uuid_map_get(set_of(batch)->places, id);
    assert(place);
    place->is.counts[what] += by;
    place->is_counted[what] |= by != 0;
}

void meeting_set_attend(const struct loop_batch *batch, const struct uuid *id,
                        const struct meeting_attendance *attendance)
{
    struct place *place = uuid_map_get(set_of(batch)->places, id);
    assert(place);
    place->is.attendance = *attendance;
    place->is_attended = true;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static void add_place(struct meeting_writes *writes, const struct place *place)
{
    if (place->is_deleted) {
        meeting_write_store_delete(writes, &place->is.id);
        return;
    }
    if (place->is_changed)
        meeting_write_store_add(writes, &place->is);
    if (place->has_new_participants)
        meeting_write_store_add_participants(writes, &place->is);
    if (place->has_new_agenda)
        meeting_write_store_add_agenda(writes, &place->is);
    for (enum meeting_counted what = 0; what < MEETING_N_COUNTED; what++)
        if (place->is_counted[what])
            meeting_write_store_add_count(writes, &place->is, what);
    if (place->is_attended)
        meeting_write_store_add_attendance(writes, &place->is);
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    struct meeting_writes *writes = meeting_write_store_new(set->ctx);
    for (size_t i = 0; i < uuid_map_size(set->places); i++) {
        const struct place *place = uuid_map_value(set->places, i);
        if (place)
            add_place(writes, place);
    }
    meeting_write_store_queue(pg, writes);
}

static const struct loop_constraint CONSTRAINTS[] = {
    {"meeting_month_taken", ERR_MONTH_TAKEN, NULL},
    {"meeting_resolution_taken", ERR_FIELD_SETTLES_ANOTHER, "/document_id"},
};

const struct loop_part MEETING_PART = {
    .name = "meeting",
    .new = set_new,
    .load = set_load,
    .loaded = set_loaded,
    .write = set_write,
    .constraints = CONSTRAINTS,
    .n_constraints = ARRAY_LENGTH(CONSTRAINTS),
};
