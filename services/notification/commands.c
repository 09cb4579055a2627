/* Reading: an item, or everything up to one. How much a member has not read is counted, and only what his commands may
 * make him read is loaded, so that several commands of a batch see each other. */
#include "services/notification/commands.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/directory/directory.h"
#include "services/notification/store.h"

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

struct work {
    TALLOC_CTX *ctx;
    struct uuid_map *readers; /* struct reader */
    struct pg_args *pairs;
    struct uuid_map *stretches; /* struct stretch, by the command's message */
    struct uuid_map *seen;      /* struct inbox_place, by (member, item): those that the member sees */
    struct pg_result *seen_rows;
    const struct store_read **reads;
    size_t n_reads, room;
    struct uuid_map *read; /* items: a digest that somebody has read gathers no more */
    int64_t now_us;
};

static void *work_new(struct loop_batch *batch)
{
    TALLOC_CTX *ctx = loop_ctx(batch);
    struct work *work = mem_new(ctx, struct work);
    work->ctx = ctx;
    work->readers = uuid_map_new(ctx);
    work->stretches = uuid_map_new(ctx);
    work->seen = uuid_map_new(ctx);
    work->read = uuid_map_new(ctx);
    work->pairs = store_pairs(ctx);
    return work;
}

/* Counted last: so what is found unread is among it. */
static void work_load(void *arg, struct pg *pg)
{
    struct work *work = arg;
    work->seen_rows = pg_queue(pg, work->pairs);
    for (size_t i = 0; i < uuid_map_size(work->stretches); i++) {
        struct stretch *stretch = uuid_map_value(work->stretches, i);
        stretch->rows = store_queue_unread_up_to(work->ctx, pg, &stretch->member, stretch->now_us, &stretch->item);
    }
    for (size_t i = 0; i < uuid_map_size(work->readers); i++) {
        struct reader *reader = uuid_map_value(work->readers, i);
        reader->count = store_queue_unread_count(work->ctx, pg, uuid_map_ids(work->readers) + i, work->now_us);
    }
}

static struct uuid pair_key(const struct uuid *member, const struct uuid *item)
{
    const void *parts[] = {member->bytes, item->bytes};
    const size_t bytes[] = {sizeof member->bytes, sizeof item->bytes};
    return uuid_hash(2, parts, bytes);
}

static void keep_unread(struct work *work, const struct pg_result *rows, size_t row, const struct inbox_place *place)
{
    struct uuid member = pg_get_uuid(rows, row, 0);
    const struct reader *reader = uuid_map_get(work->readers, &member);
    if (store_read_is_unread(rows, row))
        uuid_map_put(reader->unread, &place->item, mem_copy(work->ctx, place, sizeof *place));
}

static void read_stretch(struct work *work, const struct pg_result *rows)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct inbox_place place = store_read_place(rows, row);
        keep_unread(work, rows, row, &place);
    }
}

static enum err work_loaded(void *arg)
{
    struct work *work = arg;
    for (size_t row = 0; row < pg_rows(work->seen_rows); row++) {
        struct inbox_place place = store_read_place(work->seen_rows, row);
        struct uuid member = pg_get_uuid(work->seen_rows, row, 0), key = pair_key(&member, &place.item);
        uuid_map_put(work->seen, &key, mem_copy(work->ctx, &place, sizeof place));
        keep_unread(work, work->seen_rows, row, &place);
    }
    for (size_t i = 0; i < uuid_map_size(work->stretches); i++)
        read_stretch(work, ((const struct stretch *)uuid_map_value(work->stretches, i))->rows);
    for (size_t i = 0; i < uuid_map_size(work->readers); i++) {
        struct reader *reader = uuid_map_value(work->readers, i);
        reader->n_unread = pg_get_int8(reader->count, 0, 0);
    }
    return ERR_OK;
}

static void work_write(void *arg, struct pg *pg)
{
    struct work *work = arg;
    store_queue_reads(work->ctx, pg, work->reads, work->n_reads);
    store_queue_digests_read(work->ctx, pg, uuid_map_ids(work->read), uuid_map_size(work->read));
}

/* --- both commands ------------------------------------------------------------------------------------------------ */

static void name_reader(struct work *work, const struct uuid *member)
{
    if (uuid_map_has(work->readers, member))
        return;
    struct reader *reader = mem_new(work->ctx, struct reader);
    reader->unread = uuid_map_new(work->ctx);
    uuid_map_put(work->readers, member, reader);
}

static void name_read(struct work *work, const struct loop_message *message, ProtobufCBinaryData item_id, bool up_to)
{
    struct stretch stretch = {.member = message->actor, .now_us = message->now_us};
    if (uuid_from_pb(item_id, &stretch.item))
        return; /* it is then found nowhere */
    name_reader(work, &message->actor);
    store_add_pair(work->pairs, &message->actor, &stretch.item, message->now_us);
    if (up_to)
        uuid_map_put(work->stretches, &message->id, mem_copy(work->ctx, &stretch, sizeof stretch));
    if (message->now_us > work->now_us)
        work->now_us = message->now_us;
}

/* True when something was unread. */
static bool take_read(struct work *work, struct reader *reader, const struct inbox_read *read)
{
    bool any = false;
    for (size_t i = 0; i < uuid_map_size(reader->unread); i++) {
        const struct inbox_place *place = uuid_map_value(reader->unread, i);
        if (!place || !inbox_covers(read, place))
            continue;
        any = true;
        uuid_map_name(work->read, &place->item);
        uuid_map_put(reader->unread, &place->item, NULL);
        if (reader->n_unread > 0) /* less, where an item was withdrawn between two statements */
            reader->n_unread--;
    }
    return any;
}

static void keep_read(struct work *work, const struct store_read *read)
{
    if (work->n_reads == work->room) {
        work->room = work->room ? work->room * 2 : 64;
        work->reads = mem_grow(work->ctx, work->reads, sizeof *work->reads, work->room);
    }
    work->reads[work->n_reads++] = mem_copy(work->ctx, read, sizeof *read);
}

static void answer_unread(const struct loop_message *message, const struct uuid *item, const struct reader *reader)
{
    Pb__InboxUnread answer = PB__INBOX_UNREAD__INIT;
    answer.unread = reader->n_unread;
    loop_answer(message, item, 0, &answer.base);
}

static enum err read_items(struct work *work, const struct loop_message *message, ProtobufCBinaryData item_id,
                           bool up_to)
{
    struct uuid item;
    if (!message->has_actor || uuid_from_pb(item_id, &item))
        return ERR_NOT_FOUND;
    struct reader *reader = uuid_map_get(work->readers, &message->actor);
    struct uuid key = pair_key(&message->actor, &item);
    const struct inbox_place *place = uuid_map_get(work->seen, &key);
    if (!reader || !place)
        return ERR_NOT_FOUND;
    const struct store_read read = {.member = message->actor,
                                    .is = {.place = *place, .up_to = up_to, .at_us = message->now_us}};
    if (take_read(work, reader, &read.is)) {
        char id[UUID_TEXT_BYTES];
        keep_read(work, &read);
        uuid_format(&message->actor, id);
        loop_tag(message->batch, "inbox:%s", id);
    }
    answer_unread(message, &item, reader);
    return ERR_OK;
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static enum err needs_read_item(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_COMMANDS_PART);
    name_read(work, message, ((const Pb__ReadInboxItem *)message->body)->item_id, false);
    return ERR_OK;
}

static enum err apply_read_item(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_COMMANDS_PART);
    return read_items(work, message, ((const Pb__ReadInboxItem *)message->body)->item_id, false);
}

static enum err needs_read_up_to(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_COMMANDS_PART);
    name_read(work, message, ((const Pb__ReadInboxUpTo *)message->body)->up_to_id, true);
    return ERR_OK;
}

static enum err apply_read_up_to(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_COMMANDS_PART);
    return read_items(work, message, ((const Pb__ReadInboxUpTo *)message->body)->up_to_id, true);
}

static const struct loop_handler ROWS[] = {
    {&pb__read_inbox_item__descriptor, needs_read_item, apply_read_item},
    {&pb__read_inbox_up_to__descriptor, needs_read_up_to, apply_read_up_to},
};

static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_NOTIFICATION_COMMANDS, ROWS)};

const struct loop_part NOTIFICATION_COMMANDS_PART = {
    .name = "reading",
    .handlers = HANDLERS,
    .n_handlers = sizeof HANDLERS / sizeof *HANDLERS,
    .new = work_new,
    .load = work_load,
    .loaded = work_loaded,
    .write = work_write,
};
