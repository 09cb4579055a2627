/* Reading: an item, or everything up to one. A member's unread items are loaded, so that several commands of a batch see each other. */
#include "services/notification/commands.h"

#include "common/mem.h"
#include "common/uuid_map.h"
#include "services/directory/directory.h"
#include "services/notification/store.h"

/* What one member has not read, and what this batch makes him read. */
struct reader {
    struct inbox_place *unread;
    size_t n_unread, room;
};

struct work {
    TALLOC_CTX *ctx;
    struct uuid_map *readers; /* struct reader */
    struct pg_args *pairs;
    struct uuid_map *seen; /* struct inbox_place, by (member, item): those that the member sees */
    struct pg_result *unread_rows, *seen_rows;
    const struct store_read **reads;
    size_t n_reads, room;
    struct uuid_map *read; /* items: a digest that somebody has read gathers no more */
    int64_t now_us;
};

static void *work_new(TALLOC_CTX *ctx)
{
    struct work *work = mem_new(ctx, struct work);
    work->ctx = ctx;
    work->readers = uuid_map_new(ctx);
    work->seen = uuid_map_new(ctx);
    work->read = uuid_map_new(ctx);
    work->pairs = store_pairs(ctx);
    return work;
}

static void work_load(void *arg, struct pg *pg)
{
    struct work *work = arg;
    size_t n = uuid_map_size(work->readers);
    if (n == 0)
        return;
    work->unread_rows = store_queue_unread(work->ctx, pg, uuid_map_ids(work->readers), n, work->now_us);
    work->seen_rows = pg_queue(pg, work->pairs);
}

static struct uuid pair_key(const struct uuid *member, const struct uuid *item)
{
    const void *parts[] = {member->bytes, item->bytes};
    const size_t bytes[] = {sizeof member->bytes, sizeof item->bytes};
    return uuid_hash(2, parts, bytes);
}

static void read_unread(struct work *work, size_t row)
{
    struct uuid member = pg_get_uuid(work->unread_rows, row, 0);
    struct reader *reader = uuid_map_get(work->readers, &member);
    if (reader->n_unread == reader->room) {
        reader->room = reader->room ? reader->room * 2 : 16;
        reader->unread = mem_grow(work->ctx, reader->unread, sizeof *reader->unread, reader->room);
    }
    reader->unread[reader->n_unread++] = store_read_place(work->unread_rows, row);
}

static enum err work_loaded(void *arg)
{
    struct work *work = arg;
    if (uuid_map_size(work->readers) == 0)
        return ERR_OK;
    for (size_t row = 0; row < pg_rows(work->unread_rows); row++)
        read_unread(work, row);
    for (size_t row = 0; row < pg_rows(work->seen_rows); row++) {
        struct inbox_place place = store_read_place(work->seen_rows, row);
        struct uuid member = pg_get_uuid(work->seen_rows, row, 0), key = pair_key(&member, &place.item);
        uuid_map_put(work->seen, &key, mem_copy(work->ctx, &place, sizeof place));
    }
    return ERR_OK;
}

static void work_write(void *arg, struct pg *pg)
{
    struct work *work = arg;
    store_queue_reads(work->ctx, pg, work->reads, work->n_reads);
    store_queue_digests_read(work->ctx, pg, uuid_map_ids(work->read), uuid_map_size(work->read));
}

/* --- both commands ---------------------------------------------------------------------------------------------------------------- */

static void name_pair(struct work *work, const struct loop_message *message, ProtobufCBinaryData item_id)
{
    struct uuid item;
    if (uuid_from_pb(item_id, &item))
        return; /* it is then found nowhere */
    if (!uuid_map_has(work->readers, &message->actor))
        uuid_map_put(work->readers, &message->actor, mem_new(work->ctx, struct reader));
    store_add_pair(work->pairs, &message->actor, &item, message->now_us);
    if (message->now_us > work->now_us)
        work->now_us = message->now_us;
}

/* True when something was unread. */
static bool take_read(struct work *work, struct reader *reader, const struct inbox_read *read)
{
    size_t kept = 0, before = reader->n_unread;
    for (size_t i = 0; i < before; i++) {
        if (inbox_covers(read, &reader->unread[i]))
            uuid_map_name(work->read, &reader->unread[i].item);
        else
            reader->unread[kept++] = reader->unread[i];
    }
    reader->n_unread = kept;
    return kept < before;
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
    answer.unread = (int64_t)reader->n_unread;
    loop_answer(message, item, 0, &answer.base);
}

static enum err read_items(struct work *work, const struct loop_message *message, ProtobufCBinaryData item_id, bool up_to)
{
    struct uuid item;
    if (!message->has_actor || uuid_from_pb(item_id, &item))
        return ERR_NOT_FOUND;
    struct reader *reader = uuid_map_get(work->readers, &message->actor);
    struct uuid key = pair_key(&message->actor, &item);
    const struct inbox_place *place = uuid_map_get(work->seen, &key);
    if (!reader || !place)
        return ERR_NOT_FOUND;
    const struct store_read read = {.member = message->actor, .is = {.place = *place, .up_to = up_to, .at_us = message->now_us}};
    if (take_read(work, reader, &read.is)) {
        char id[UUID_TEXT_BYTES];
        keep_read(work, &read);
        uuid_format(&message->actor, id);
        loop_tag(message, "inbox:%s", id);
    }
    answer_unread(message, &item, reader);
    return ERR_OK;
}

/* --- the table -------------------------------------------------------------------------------------------------------------------- */

static void needs_read_item(void *work, const struct loop_message *message)
{
    name_pair(work, message, ((const Pb__ReadInboxItem *)message->body)->item_id);
}

static enum err apply_read_item(void *work, const struct loop_message *message)
{
    return read_items(work, message, ((const Pb__ReadInboxItem *)message->body)->item_id, false);
}

static void needs_read_up_to(void *work, const struct loop_message *message)
{
    name_pair(work, message, ((const Pb__ReadInboxUpTo *)message->body)->up_to_id);
}

static enum err apply_read_up_to(void *work, const struct loop_message *message)
{
    return read_items(work, message, ((const Pb__ReadInboxUpTo *)message->body)->up_to_id, true);
}

const struct loop_handler NOTIFICATION_COMMAND_HANDLERS[NOTIFICATION_N_COMMANDS] = {
    {&pb__read_inbox_item__descriptor, needs_read_item, apply_read_item},
    {&pb__read_inbox_up_to__descriptor, needs_read_up_to, apply_read_up_to},
};

const struct loop_ops NOTIFICATION_COMMAND_OPS = {
    .work_new = work_new,
    .load = work_load,
    .loaded = work_loaded,
    .write = work_write,
};
