/* Reading: an item, or everything up to one. How much a member has not read is counted, and only what his commands may
 * make him read is loaded, so that several commands of a batch see each other. */
#include "services/notification/inbox/inbox_commands.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/notification/inbox/digest_store.h"
#include "services/notification/inbox/inbox_store.h"

struct reader {
    struct pg_result *count;
    int64_t n_unread;
    struct uuid_map *unread; /* struct inbox_place: of what the batch may make him read; NULL: it has */
};

/* Everything up to an item. */
struct stretch {
    struct uuid member, item;
    int64_t now_us;
    struct pg_result *rows;
};

struct readings {
    TALLOC_CTX *ctx;
    struct uuid_map *readers; /* struct reader */
    struct pg_args *pairs;
    struct uuid_map *stretches; /* struct stretch, by the command's message */
    struct uuid_map *visible;   /* struct inbox_place, by (member, item): those that the member sees */
    struct pg_result *visible_rows;
    ARRAY(struct inbox_store_read) reads;
    struct uuid_map *read; /* items: a digest that somebody has read gathers no more */
    int64_t now_us;
};

static void *readings_new(struct loop_batch *batch)
{
    TALLOC_CTX *ctx = loop_ctx(batch);
    struct readings *readings = mem_new(ctx, struct readings);
    readings->ctx = ctx;
    readings->readers = uuid_map_new(ctx);
    readings->stretches = uuid_map_new(ctx);
    readings->visible = uuid_map_new(ctx);
    readings->read = uuid_map_new(ctx);
    readings->pairs = inbox_store_pairs(ctx);
    return readings;
}

/* Counted last: so what is found unread is among it. */
static void readings_load(void *arg, struct pg *pg)
{
    struct readings *readings = arg;
    readings->visible_rows = pg_queue(pg, readings->pairs);
    for (size_t i = 0; i < uuid_map_size(readings->stretches); i++) {
        struct stretch *stretch = uuid_map_value(readings->stretches, i);
        stretch->rows = inbox_store_unread_up_to(readings->ctx, pg, &stretch->member, stretch->now_us, &stretch->item);
    }
    for (size_t i = 0; i < uuid_map_size(readings->readers); i++) {
        struct reader *reader = uuid_map_value(readings->readers, i);
        reader->count = inbox_store_unread_count(readings->ctx, pg, uuid_map_ids(readings->readers) + i,
                                                 readings->now_us);
    }
}

static struct uuid pair_key(const struct uuid *member, const struct uuid *item)
{
    const void *parts[] = {member->bytes, item->bytes};
    const size_t bytes[] = {sizeof member->bytes, sizeof item->bytes};
    return uuid_hash(2, parts, bytes);
}

static void keep_unread(struct readings *readings, const struct pg_result *rows, size_t row,
                        const struct inbox_place *place)
{
    struct uuid member = pg_get_uuid(rows, row, 0);
    const struct reader *reader = uuid_map_get(readings->readers, &member);
    if (inbox_store_read_is_unread(rows, row))
        uuid_map_put(reader->unread, &place->item, mem_copy(readings->ctx, place, sizeof *place));
}

static void read_stretch(struct readings *readings, const struct pg_result *rows)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct inbox_place place = inbox_store_read_place(rows, row);
        keep_unread(readings, rows, row, &place);
    }
}

static enum err readings_loaded(void *arg)
{
    struct readings *readings = arg;
    for (size_t row = 0; row < pg_rows(readings->visible_rows); row++) {
        struct inbox_place place = inbox_store_read_place(readings->visible_rows, row);
        struct uuid member = pg_get_uuid(readings->visible_rows, row, 0), key = pair_key(&member, &place.item);
        uuid_map_put(readings->visible, &key, mem_copy(readings->ctx, &place, sizeof place));
        keep_unread(readings, readings->visible_rows, row, &place);
    }
    for (size_t i = 0; i < uuid_map_size(readings->stretches); i++)
        read_stretch(readings, ((const struct stretch *)uuid_map_value(readings->stretches, i))->rows);
    for (size_t i = 0; i < uuid_map_size(readings->readers); i++) {
        struct reader *reader = uuid_map_value(readings->readers, i);
        reader->n_unread = pg_get_int8(reader->count, 0, 0);
    }
    return ERR_OK;
}

static void readings_write(void *arg, struct pg *pg)
{
    struct readings *readings = arg;
    inbox_store_reads(readings->ctx, pg, readings->reads.items, readings->reads.n);
    digest_store_close(readings->ctx, pg, uuid_map_ids(readings->read), uuid_map_size(readings->read));
}

/* --- both commands ------------------------------------------------------------------------------------------------ */

static void want_reader(struct readings *readings, const struct uuid *member)
{
    if (uuid_map_has(readings->readers, member))
        return;
    struct reader *reader = mem_new(readings->ctx, struct reader);
    reader->unread = uuid_map_new(readings->ctx);
    uuid_map_put(readings->readers, member, reader);
}

static void want_read(struct readings *readings, const struct loop_message *message, ProtobufCBinaryData item_id,
                      bool up_to)
{
    struct stretch stretch = {.member = message->actor, .now_us = message->now_us};
    if (uuid_from_pb(item_id, &stretch.item))
        return; /* it is then found nowhere */
    want_reader(readings, &message->actor);
    inbox_store_add_pair(readings->pairs, &message->actor, &stretch.item, message->now_us);
    if (up_to)
        uuid_map_put(readings->stretches, &message->id, mem_copy(readings->ctx, &stretch, sizeof stretch));
    if (message->now_us > readings->now_us)
        readings->now_us = message->now_us;
}

/* True when something was unread. */
static bool take_read(struct readings *readings, struct reader *reader, const struct inbox_read *read)
{
    bool any = false;
    for (size_t i = 0; i < uuid_map_size(reader->unread); i++) {
        const struct inbox_place *place = uuid_map_value(reader->unread, i);
        if (!place || !inbox_covers(read, place))
            continue;
        any = true;
        uuid_map_name(readings->read, &place->item);
        uuid_map_put(reader->unread, &place->item, NULL);
        if (reader->n_unread > 0) /* less, where an item was withdrawn between two statements */
            reader->n_unread--;
    }
    return any;
}

static void answer_unread(const struct loop_message *message, const struct uuid *item, const struct reader *reader)
{
    Pb__InboxUnread answer = PB__INBOX_UNREAD__INIT;
    answer.unread = reader->n_unread;
    loop_answer(message, item, 0, &answer.base);
}

/* An item has the id of its notification, which other services' answers name before it is here. */
static enum err not_found(const struct loop_message *message)
{
    loop_want_news(message->batch, TOPIC_MEETING_EVENTS);
    return loop_has_news(message, TOPIC_DOCUMENT_EVENTS) ? ERR_NOT_FOUND : ERR_NOT_HEARD;
}

static enum err read_items(struct readings *readings, const struct loop_message *message, ProtobufCBinaryData item_id,
                           bool up_to)
{
    struct uuid item;
    if (!message->has_actor || uuid_from_pb(item_id, &item))
        return ERR_NOT_FOUND;
    struct reader *reader = uuid_map_get(readings->readers, &message->actor);
    struct uuid key = pair_key(&message->actor, &item);
    const struct inbox_place *place = uuid_map_get(readings->visible, &key);
    if (!reader || !place)
        return not_found(message);
    const struct inbox_store_read read = {.member = message->actor,
                                          .is = {.place = *place, .up_to = up_to, .at_us = message->now_us}};
    if (take_read(readings, reader, &read.is)) {
        array_add(readings->ctx, &readings->reads, read);
        loop_tag(message->batch, TAG_INBOX, &message->actor);
    }
    answer_unread(message, &item, reader);
    return ERR_OK;
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static enum err want_read_item(const struct loop_message *message)
{
    struct readings *readings = loop_state(message->batch, &INBOX_PART);
    want_read(readings, message, ((const Pb__ReadInboxItem *)message->body)->item_id, false);
    return ERR_OK;
}

static enum err apply_read_item(const struct loop_message *message)
{
    struct readings *readings = loop_state(message->batch, &INBOX_PART);
    return read_items(readings, message, ((const Pb__ReadInboxItem *)message->body)->item_id, false);
}

static enum err want_read_up_to(const struct loop_message *message)
{
    struct readings *readings = loop_state(message->batch, &INBOX_PART);
    want_read(readings, message, ((const Pb__ReadInboxUpTo *)message->body)->up_to_id, true);
    return ERR_OK;
}

static enum err apply_read_up_to(const struct loop_message *message)
{
    struct readings *readings = loop_state(message->batch, &INBOX_PART);
    return read_items(readings, message, ((const Pb__ReadInboxUpTo *)message->body)->up_to_id, true);
}

static const struct loop_handler ROWS[] = {
    {&pb__read_inbox_item__descriptor, want_read_item, apply_read_item},
    {&pb__read_inbox_up_to__descriptor, want_read_up_to, apply_read_up_to},
};

static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_NOTIFICATION_COMMANDS, ROWS)};

const struct loop_part INBOX_PART = {
    .name = "reading",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = readings_new,
    .load = readings_load,
    .loaded = readings_loaded,
    .write = readings_write,
};
