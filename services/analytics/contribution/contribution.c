#include "services/analytics/contribution/contribution.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/analytics/contribution/contribution_store.h"
#include "services/analytics/counts/counts.h"
#include "sotay/v1/meeting.pb-c.h"
#include <assert.h>

/* What an event says was contributed, and as what it counts. */
struct told {
    enum month_counter counter;
    ProtobufCBinaryData id, organization;
    int32_t month;
};

static struct told told_by(const ProtobufCMessage *event)
{
    if (event->descriptor == &pb__proposal_made__descriptor) {
        const Pb__ProposalMade *proposal = (const Pb__ProposalMade *)event;
        return (struct told){MONTH_PROPOSALS, proposal->proposal_id, proposal->organization_id, proposal->month};
    }
    assert(event->descriptor == &pb__meeting_commented__descriptor);
    const Pb__MeetingCommented *comment = (const Pb__MeetingCommented *)event;
    return (struct told){MONTH_COMMENTS, comment->comment_id, comment->organization_id, comment->month};
}

/* Of one id, in a batch. */
struct known {
    bool is_counted; /* before this batch, or by it */
};

struct contributions {
    TALLOC_CTX *ctx;
    struct uuid_map *known; /* struct known */
    struct pg_result *rows;
    struct pg_args *added;
};

static struct contributions *contributions_of(const struct loop_message *message)
{
    return loop_state(message->batch, &CONTRIBUTION_PART);
}

static struct known *known_of(struct contributions *contributions, const struct uuid *id)
{
    return UUID_MAP_MAKE(contributions->known, id, struct known);
}

static enum err want(const struct loop_message *message)
{
    struct told told = told_by(message->body);
    struct uuid id, org;
    if (uuid_from_pb(told.id, &id) || uuid_from_pb(told.organization, &org))
        return ERR_MALFORMED;
    counts_want(message, &org);
    known_of(contributions_of(message), &id);
    return ERR_OK;
}

static enum err apply(const struct loop_message *message)
{
    struct told told = told_by(message->body);
    struct contributions *contributions = contributions_of(message);
    struct uuid id = uuid_or_zero(told.id), org = uuid_or_zero(told.organization); /* `want` has checked them */
    struct known *known = known_of(contributions, &id);
    struct month_counts one = {0};
    if (known->is_counted)
        return ERR_OK;
    known->is_counted = true;
    one.n[told.counter] = 1;
    contribution_store_add(contributions->added, &id, counts_month_name(told.counter), &org, told.month);
    counts_add_month(message->batch, &org, told.month, &one, 1);
    return ERR_OK;
}

static void *contributions_new(struct loop_batch *batch)
{
    struct contributions *contributions = mem_new(loop_ctx(batch), struct contributions);
    contributions->ctx = loop_ctx(batch);
    contributions->known = uuid_map_new(contributions->ctx);
    contributions->added = contribution_store_rows(contributions->ctx);
    return contributions;
}

static void contributions_load(void *state, struct pg *pg)
{
    struct contributions *contributions = state;
    contributions->rows = contribution_store_read(pg, contributions->ctx, uuid_map_ids(contributions->known),
                                                  uuid_map_size(contributions->known));
}

static enum err contributions_loaded(void *state)
{
    struct contributions *contributions = state;
    for (size_t row = 0; row < pg_rows(contributions->rows); row++) {
        struct uuid id = pg_get_uuid(contributions->rows, row, 0);
        known_of(contributions, &id)->is_counted = true;
    }
    return ERR_OK;
}

static void contributions_write(void *state, struct pg *pg)
{
    struct contributions *contributions = state;
    pg_queue(pg, contributions->added);
}

static const struct loop_handler MEETING_EVENTS[] = {
    {&pb__meeting_commented__descriptor, want, apply},
    {&pb__proposal_made__descriptor, want, apply},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_EVENTS, MEETING_EVENTS)};
const struct loop_part CONTRIBUTION_PART = {.name = "contribution",
                                            .handlers = HANDLERS,
                                            .n_handlers = ARRAY_LENGTH(HANDLERS),
                                            .new = contributions_new,
                                            .load = contributions_load,
                                            .loaded = contributions_loaded,
                                            .write = contributions_write};
