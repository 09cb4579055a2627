/* An event becomes a notification when it says what it wants, before anything is loaded: its audience is counted, and
 * its digest or subject locked, in the batch's one round trip.
 *
 *     a meeting or document changed   ─▶ subject ─▶ an item, unless something newer was told
 *     news (news.h)                   ─▶ digest  ─▶ an item, or one more in the newest item
 *     news that stand alone           ─▶ an item */
#include "services/notification/inbox/item_events.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/notification/audience/address_store.h"
#include "services/notification/inbox/digest_store.h"
#include "services/notification/inbox/item_store.h"
#include "services/notification/inbox/news.h"
#include "services/notification/inbox/subject_store.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/presence.pb-c.h"
#include "sotay/v1/reminder.pb-c.h"

/* What one event says. */
struct fact {
    bool has_subject, tells;
    struct subject about;   /* what it says of its meeting or document */
    struct notification is; /* what it tells */
    int64_t told_at_us;
    bool rings;
    int64_t recipients; /* of what rings and has a subject: how many it reaches */
};

struct items {
    TALLOC_CTX *ctx;
    struct uuid_map *facts;    /* struct fact, by the event's message */
    struct uuid_map *digests;  /* struct digest, by its key; NULL: there is none yet */
    struct uuid_map *changed;  /* keys of those that are to be kept */
    struct uuid_map *written;  /* struct item: what is to be written */
    struct uuid_map *subjects; /* struct subject; NULL: nothing is known yet */
    struct pg_result *digest_rows, *recipient_rows, *subject_rows;
};

static void *items_new(struct loop_batch *batch)
{
    struct items *items = mem_new(loop_ctx(batch), struct items);
    items->ctx = loop_ctx(batch);
    items->facts = uuid_map_new(items->ctx);
    items->digests = uuid_map_new(items->ctx);
    items->changed = uuid_map_new(items->ctx);
    items->written = uuid_map_new(items->ctx);
    items->subjects = uuid_map_new(items->ctx);
    return items;
}

static struct pg_result *count_recipients(const struct items *items, struct pg *pg)
{
    struct pg_args *args = address_store_recipients(items->ctx);
    for (size_t i = 0; i < uuid_map_size(items->facts); i++) {
        const struct fact *fact = uuid_map_value(items->facts, i);
        if (fact->rings && fact->has_subject)
            address_store_add_recipients(items->ctx, args, uuid_map_ids(items->facts) + i, &fact->is.to,
                                         fact->is.created_at_us);
    }
    return pg_queue(pg, args);
}

static void items_load(void *state, struct pg *pg)
{
    struct items *items = state;
    items->recipient_rows = count_recipients(items, pg);
    items->digest_rows = digest_store_lock(items->ctx, pg, uuid_map_ids(items->digests), uuid_map_size(items->digests));
    items->subject_rows = subject_store_lock(items->ctx, pg, uuid_map_ids(items->subjects),
                                             uuid_map_size(items->subjects));
}

static enum err items_loaded(void *state)
{
    struct items *items = state;
    for (size_t row = 0; row < pg_rows(items->recipient_rows); row++) {
        struct uuid message = pg_get_uuid(items->recipient_rows, row, 0);
        struct fact *fact = uuid_map_get(items->facts, &message);
        fact->recipients = pg_get_int8(items->recipient_rows, row, 1);
    }
    for (size_t row = 0; row < pg_rows(items->digest_rows); row++) {
        struct digest *digest = mem_new(items->ctx, struct digest);
        digest_store_read(items->digest_rows, row, digest);
        uuid_map_put(items->digests, &digest->key, digest);
    }
    for (size_t row = 0; row < pg_rows(items->subject_rows); row++) {
        struct subject *subject = mem_new(items->ctx, struct subject);
        subject_store_read(items->ctx, items->subject_rows, row, subject);
        uuid_map_put(items->subjects, &subject->id, subject);
    }
    return ERR_OK;
}

static void items_write(void *state, struct pg *pg)
{
    const struct items *items = state;
    struct item_rows *rows = item_store_rows(items->ctx);
    for (size_t i = 0; i < uuid_map_size(items->written); i++)
        item_store_add(rows, uuid_map_value(items->written, i));
    for (size_t i = 0; i < uuid_map_size(items->changed); i++)
        item_store_add_digest(rows, uuid_map_get(items->digests, uuid_map_ids(items->changed) + i));
    for (size_t i = 0; i < uuid_map_size(items->subjects); i++) {
        const struct subject *subject = uuid_map_value(items->subjects, i);
        if (subject) /* none: its only event was refused */
            item_store_add_subject(rows, subject);
    }
    item_store_queue(rows, pg);
}

/* --- what events want --------------------------------------------------------------------------------------------- */

/* `is`: NULL: the event tells nobody. */
static struct fact *keep_fact(struct items *items, const struct loop_message *message, const struct notification *is)
{
    struct fact *fact = mem_new(items->ctx, struct fact);
    if (is) {
        fact->tells = true;
        fact->is = *is;
        fact->is.has_by = message->has_actor;
        fact->is.by = message->actor;
        fact->told_at_us = message->now_us;
        fact->rings = notification_rings(is, message->now_us);
    }
    uuid_map_put(items->facts, &message->id, fact);
    return fact;
}

static enum err want_subject(const struct loop_message *message, const struct subject *about,
                             const struct notification *is)
{
    struct items *items = loop_state(message->batch, &ITEM_PART);
    struct fact *fact = keep_fact(items, message, is);
    fact->has_subject = true;
    fact->about = *about;
    uuid_map_name(items->subjects, &about->id);
    return ERR_OK;
}

static enum err want_meeting(const struct loop_message *message, const Pb__MeetingFacts *facts,
                             const struct notification *is)
{
    struct subject about;
    enum err err = subject_of_meeting(message->ctx, facts, &about);
    return err ? err : want_subject(message, &about, is);
}

static enum err want_document(const struct loop_message *message, const Pb__DocumentFacts *facts,
                              const struct notification *is)
{
    struct subject about;
    enum err err = subject_of_document(message->ctx, facts, message->now_us, &about);
    return err ? err : want_subject(message, &about, is);
}

static enum err want_scheduled(const struct loop_message *message)
{
    const Pb__MeetingScheduled *event = (const Pb__MeetingScheduled *)message->body;
    struct notification is;
    enum err err = notification_of_scheduled(message->ctx, event, message->now_us, &is);
    return err ? err : want_meeting(message, event->meeting, &is);
}

static enum err want_change(const struct loop_message *message)
{
    const Pb__MeetingChanged *event = (const Pb__MeetingChanged *)message->body;
    struct notification is;
    if (!event->has_notification_id)
        return want_meeting(message, event->meeting, NULL);
    enum err err = notification_of_change(message->ctx, event, message->now_us, &is);
    return err ? err : want_meeting(message, event->meeting, &is);
}

static enum err want_cancellation(const struct loop_message *message)
{
    const Pb__MeetingCancelled *event = (const Pb__MeetingCancelled *)message->body;
    struct notification is;
    enum err err = notification_of_cancellation(message->ctx, event, message->now_us, &is);
    return err ? err : want_meeting(message, event->meeting, &is);
}

static enum err want_settling(const struct loop_message *message)
{
    return want_meeting(message, ((const Pb__ResolutionSettled *)message->body)->meeting, NULL);
}

static enum err want_minutes(const struct loop_message *message)
{
    const Pb__MinutesPublished *event = (const Pb__MinutesPublished *)message->body;
    struct notification is;
    enum err err = notification_of_minutes(message->ctx, event, message->now_us, &is);
    return err ? err : want_meeting(message, event->meeting, &is);
}

static enum err want_holding(const struct loop_message *message)
{
    return want_meeting(message, ((const Pb__MeetingHeld *)message->body)->meeting, NULL);
}

static enum err want_reopening(const struct loop_message *message)
{
    const Pb__MeetingReopened *event = (const Pb__MeetingReopened *)message->body;
    struct notification is;
    enum err err = notification_of_reopening(message->ctx, event, message->now_us, &is);
    return err ? err : want_meeting(message, event->meeting, &is);
}

static enum err want_published(const struct loop_message *message)
{
    const Pb__DocumentPublished *event = (const Pb__DocumentPublished *)message->body;
    struct notification is;
    if (event->notify == PB__NOTIFY__NOTIFY_NONE)
        return want_document(message, event->document, NULL);
    enum err err = notification_of_document(message->ctx, event, &is);
    return err ? err : want_document(message, event->document, &is);
}

static enum err want_revision(const struct loop_message *message)
{
    return want_document(message, ((const Pb__DocumentChanged *)message->body)->document, NULL);
}

static enum err want_withdrawal(const struct loop_message *message)
{
    return want_document(message, ((const Pb__DocumentWithdrawn *)message->body)->document, NULL);
}

static enum err want_news(const struct loop_message *message)
{
    struct items *items = loop_state(message->batch, &ITEM_PART);
    struct notification is;
    enum err err = news_read(message->ctx, message->body, message->has_actor ? &message->actor : NULL, &is);
    if (err)
        return err;
    (void)keep_fact(items, message, &is);
    if (is.gathers)
        uuid_map_name(items->digests, &is.gathering);
    return ERR_OK;
}

/* --- what becomes of them ----------------------------------------------------------------------------------------- */

/* When, and whether for all: that depends on what rang about the same before. */
static void ring(const struct items *items, struct subject *subject, struct item *item)
{
    int64_t at_us = push_not_before_us(item->is.created_at_us, item->recipients);
    const struct subject_ring *last = mem_copy(items->ctx, &subject->rang, sizeof subject->rang);
    const struct subject_rings rings = subject_ring(last, &item->is, at_us);
    item->rings = rings.rings;
    item->rings_at_us = rings.at_us;
    item->is_held = at_us > item->is.created_at_us;
    item->follows = rings.follows;
    item->overtakes = rings.overtakes;
    subject->rang = subject_ring_next(last, &item->is, &rings);
}

/* Late facts reach others than were counted: those are counted when the item is written. */
static void tell(struct items *items, const struct fact *fact, struct subject *subject)
{
    struct item item = {.is = fact->is,
                        .is_new = true,
                        .told_at_us = fact->told_at_us,
                        .has_recipients = fact->about.version == subject->version,
                        .recipients = fact->recipients};
    subject_revise(subject, &item.is);
    item.rings = fact->rings && item.is.pushes;
    if (item.rings)
        ring(items, subject, &item);
    uuid_map_put(items->written, &item.is.id, mem_copy(items->ctx, &item, sizeof item));
}

static void take_subject(struct items *items, const struct fact *fact)
{
    const struct subject *last = uuid_map_get(items->subjects, &fact->about.id);
    struct subject next = subject_next(last, &fact->about, fact->tells);
    if (fact->tells && subject_tells(last, &fact->about))
        tell(items, fact, &next);
    uuid_map_put(items->subjects, &next.id, mem_copy(items->ctx, &next, sizeof next));
}

/* What this batch makes of a digest's item: new, or what it grows to. */
static struct item *item_of(struct items *items, const struct fact *fact, const struct digest *digest)
{
    struct item *item = uuid_map_get(items->written, &digest->item);
    if (item)
        return item;
    item = mem_new(items->ctx, struct item);
    item->is = fact->is;
    item->is.id = digest->item;
    item->is_new = digest->facts == 1;
    uuid_map_put(items->written, &digest->item, item);
    return item;
}

static void gather(struct items *items, const struct fact *fact)
{
    const struct digest *last = uuid_map_get(items->digests, &fact->is.gathering);
    const struct digest next = digest_next(last, &fact->is, fact->rings);
    struct item *item = item_of(items, fact, &next);
    item->facts = next.facts;
    item->is.title = digest_title(items->ctx, &fact->is, next.facts);
    if (item->is.created_at_us < fact->is.created_at_us)
        item->is.created_at_us = fact->is.created_at_us;
    if (item->told_at_us < fact->told_at_us)
        item->told_at_us = fact->told_at_us;
    if (next.rings_at_us != (last ? last->rings_at_us : 0)) {
        item->rings = true;
        item->rings_at_us = next.rings_at_us;
    }
    uuid_map_put(items->digests, &next.key, mem_copy(items->ctx, &next, sizeof next));
    if (item->is_new || item->rings)
        uuid_map_name(items->changed, &next.key);
}

static void tell_alone(struct items *items, const struct fact *fact)
{
    int64_t hold_us = fact->is.is_held ? PUSH_HOLD_US : 0;
    const struct item item = {.is = fact->is,
                              .is_new = true,
                              .facts = 1,
                              .told_at_us = fact->told_at_us,
                              .rings = fact->rings,
                              .is_held = fact->is.is_held,
                              .rings_at_us = fact->is.created_at_us + hold_us};
    uuid_map_put(items->written, &item.is.id, mem_copy(items->ctx, &item, sizeof item));
}

/* Those who are named see it at once; others when their copy is out of date: half a second (routes.c). */
static void tag_named(const struct loop_message *message, const struct audience *audience)
{
    for (size_t i = 0; i < audience->n_members; i++)
        loop_tag(message->batch, TAG_INBOX, &audience->members[i]);
}

static enum err apply_fact(const struct loop_message *message)
{
    struct items *items = loop_state(message->batch, &ITEM_PART);
    const struct fact *fact = uuid_map_get(items->facts, &message->id);
    if (fact->has_subject)
        take_subject(items, fact);
    else if (fact->is.gathers)
        gather(items, fact);
    else
        tell_alone(items, fact);
    tag_named(message, &fact->is.to.audience);
    return ERR_OK;
}

/* --- the tables --------------------------------------------------------------------------------------------------- */

static const struct loop_handler MEETING_EVENTS[] = {
    {&pb__meeting_scheduled__descriptor, want_scheduled, apply_fact},
    {&pb__meeting_changed__descriptor, want_change, apply_fact},
    {&pb__meeting_cancelled__descriptor, want_cancellation, apply_fact},
    {&pb__minutes_published__descriptor, want_minutes, apply_fact},
    {&pb__meeting_held__descriptor, want_holding, apply_fact},
    {&pb__meeting_reopened__descriptor, want_reopening, apply_fact},
    {&pb__resolution_settled__descriptor, want_settling, apply_fact},
    {&pb__resolution_fell_due__descriptor, want_news, apply_fact},
    {&pb__meeting_commented__descriptor, want_news, apply_fact},
    {&pb__comment_answered__descriptor, want_news, apply_fact},
    {&pb__proposal_made__descriptor, want_news, apply_fact},
    {&pb__proposal_decided__descriptor, want_news, apply_fact},
    {&pb__absence_reported__descriptor, want_news, apply_fact},
    {&pb__branches_reminded__descriptor, want_news, apply_fact},
    {&pb__branches_prompted__descriptor, want_news, apply_fact},
    {&pb__meeting_comes_up__descriptor, want_news, apply_fact},
};

static const struct loop_handler DOCUMENT_EVENTS[] = {
    {&pb__document_published__descriptor, want_published, apply_fact},
    {&pb__document_changed__descriptor, want_revision, apply_fact},
    {&pb__document_withdrawn__descriptor, want_withdrawal, apply_fact},
    {&pb__withdrawal_told__descriptor, want_news, apply_fact},
};

static const struct loop_handler AUTH_EVENTS[] = {
    {&pb__recovery_asked__descriptor, want_news, apply_fact},
};

static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_EVENTS, MEETING_EVENTS),
                                                LOOP_HANDLERS(TOPIC_DOCUMENT_EVENTS, DOCUMENT_EVENTS),
                                                LOOP_HANDLERS(TOPIC_AUTH_EVENTS, AUTH_EVENTS)};

const struct loop_part ITEM_PART = {
    .name = "item",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = items_new,
    .load = items_load,
    .loaded = items_loaded,
    .write = items_write,
};
