#include "services/meeting/store.h"

#include "common/base/mem.h"

/* What a new version of a meeting writes: one `each` statement a table, so that a batch costs the same few round trips
 * as one command. */
struct writes {
    struct pg_args *deleted, *meetings, *counts;
    struct pg_args *participants_gone, *participants;
    struct pg_args *agendas_gone, *items, *documents;
    struct pg_args *comments, *answers;
};

static const struct pg_statement DELETE_MEETINGS = {
    .name = "delete_meetings", .each = true, .sql = "DELETE FROM meeting WHERE id = ANY($1::uuid[])"};

static const struct pg_statement UPSERT_MEETINGS = {
    .name = "upsert_meetings",
    .each = true,
    .sql =
        "INSERT INTO meeting(id, version, organization_id, kind, state, month, starts_at_us, place, participants, "
        "registered_at_us,"
        " changed_at_us, change_note, cancel_reason, held_at_us, notification_id, comments, created_at_us, "
        "place_search, agenda_search)"
        " SELECT id, version, organization_id, kind, state, month, starts_at_us, place, participants, "
        "registered_at_us, changed_at_us,"
        "  change_note, cancel_reason, held_at_us, notification_id, comments, created_at_us, lower(unaccent(place)), "
        "lower(unaccent(titles))"
        " FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::int4[], $5::int4[], $6::int4[], $7::int8[], $8::text[], "
        "$9::int4[],"
        "  $10::int8[], $11::int8[], $12::text[], $13::text[], $14::int8[], $15::uuid[], $16::int4[], $17::int8[], "
        "$18::text[])"
        "  n(id, version, organization_id, kind, state, month, starts_at_us, place, participants, registered_at_us, "
        "changed_at_us,"
        "    change_note, cancel_reason, held_at_us, notification_id, comments, created_at_us, titles)"
        " ON CONFLICT (id) DO UPDATE SET version = excluded.version, kind = excluded.kind, state = excluded.state, "
        "month = excluded.month,"
        "  starts_at_us = excluded.starts_at_us, place = excluded.place, participants = excluded.participants,"
        "  registered_at_us = excluded.registered_at_us, changed_at_us = excluded.changed_at_us, change_note = "
        "excluded.change_note,"
        "  cancel_reason = excluded.cancel_reason, held_at_us = excluded.held_at_us, notification_id = "
        "excluded.notification_id,"
        "  comments = excluded.comments, place_search = excluded.place_search,"
        "  agenda_search = excluded.agenda_search"};

static const struct pg_statement COUNT_COMMENTS = {
    .name = "count_comments",
    .each = true,
    .sql = "UPDATE meeting SET comments = n.comments FROM unnest($1::uuid[], $2::int4[]) n(id, comments) WHERE "
           "meeting.id = n.id"};

static const struct pg_statement DELETE_PARTICIPANTS = {
    .name = "delete_participants",
    .each = true,
    .sql = "DELETE FROM meeting_participant WHERE meeting_id = ANY($1::uuid[])"};
static const struct pg_statement INSERT_PARTICIPANTS = {
    .name = "insert_participants",
    .each = true,
    .sql = "INSERT INTO meeting_participant(meeting_id, member_id) SELECT * FROM unnest($1::uuid[], $2::uuid[])"};

static const struct pg_statement DELETE_AGENDAS = {
    .name = "delete_agendas", .each = true, .sql = "DELETE FROM agenda_item WHERE meeting_id = ANY($1::uuid[])"};
static const struct pg_statement INSERT_ITEMS = {
    .name = "insert_items",
    .each = true,
    .sql = "INSERT INTO agenda_item(id, meeting_id, position, title, minutes, outcome)"
           " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int4[], $4::text[], $5::int4[], $6::int4[])"};
static const struct pg_statement INSERT_ITEM_DOCUMENTS = {
    .name = "insert_item_documents",
    .each = true,
    .sql = "INSERT INTO agenda_document(item_id, position, document_id) SELECT * FROM unnest($1::uuid[], $2::int4[], "
           "$3::uuid[])"};

static const struct pg_statement INSERT_COMMENTS = {
    .name = "insert_comments",
    .each = true,
    .sql = "INSERT INTO meeting_comment(id, meeting_id, agenda_item_id, author_id, entered_by, text, visibility, "
           "channel, created_at_us,"
           " answer_author_id, answer_text, answered_at_us)"
           " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::int4[], "
           "$8::int4[], $9::int8[],"
           "  $10::uuid[], $11::text[], $12::int8[])"};
static const struct pg_statement UPDATE_ANSWERS = {
    .name = "update_answers",
    .each = true,
    .sql = "UPDATE meeting_comment SET answer_author_id = n.author, answer_text = n.text, answered_at_us = n.at_us"
           " FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int8[]) n(id, author, text, at_us) WHERE "
           "meeting_comment.id = n.id"};

static struct writes writes_new(TALLOC_CTX *ctx)
{
    return (struct writes){.deleted = pg_args(ctx, &DELETE_MEETINGS),
                           .meetings = pg_args(ctx, &UPSERT_MEETINGS),
                           .counts = pg_args(ctx, &COUNT_COMMENTS),
                           .participants_gone = pg_args(ctx, &DELETE_PARTICIPANTS),
                           .participants = pg_args(ctx, &INSERT_PARTICIPANTS),
                           .agendas_gone = pg_args(ctx, &DELETE_AGENDAS),
                           .items = pg_args(ctx, &INSERT_ITEMS),
                           .documents = pg_args(ctx, &INSERT_ITEM_DOCUMENTS),
                           .comments = pg_args(ctx, &INSERT_COMMENTS),
                           .answers = pg_args(ctx, &UPDATE_ANSWERS)};
}

static void add_uuid_or_null(struct pg_args *args, const struct uuid *id)
{
    pg_add_uuid(args, uuid_is_zero(id) ? NULL : id);
}

static void add_time_or_null(struct pg_args *args, int64_t at_us)
{
    pg_add_int8_or_null(args, at_us > 0, at_us);
}

static const char *titles_text(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    char *titles = mem_text(ctx, "");
    for (size_t i = 0; i < meeting->n_agenda; i++)
        titles = mem_printf(ctx, "%s%s\n", titles, meeting->agenda[i].title);
    return titles;
}

static void add_meeting(TALLOC_CTX *ctx, struct pg_args *args, const struct meeting *meeting)
{
    pg_add_uuid(args, &meeting->id);
    pg_add_int8(args, (int64_t)meeting->version);
    pg_add_uuid(args, &meeting->organization);
    pg_add_int4(args, (int32_t)meeting->kind);
    pg_add_int4(args, (int32_t)meeting->state);
    pg_add_int4(args, meeting_month(meeting));
    pg_add_int8(args, meeting->starts_at_us);
    pg_add_text(args, meeting->place);
    pg_add_int4(args, (int32_t)meeting->participants);
    add_time_or_null(args, meeting->registered_at_us);
    add_time_or_null(args, meeting->changed_at_us);
    pg_add_text(args, meeting->change_note);
    pg_add_text(args, meeting->cancel_reason);
    add_time_or_null(args, meeting->held_at_us);
    add_uuid_or_null(args, &meeting->notification);
    pg_add_int4(args, meeting->comments);
    pg_add_int8(args, meeting->created_at_us);
    pg_add_text(args, titles_text(ctx, meeting));
}

static void add_participants(struct writes *writes, const struct meeting *meeting)
{
    if (meeting->version > 1)
        pg_add_uuid(writes->participants_gone, &meeting->id);
    for (size_t i = 0; i < meeting->n_participants; i++) {
        pg_add_uuid(writes->participants, &meeting->id);
        pg_add_uuid(writes->participants, &meeting->participant_ids[i]);
    }
}

static void add_item(struct writes *writes, const struct meeting *meeting, size_t position)
{
    const struct agenda_item *item = &meeting->agenda[position];
    pg_add_uuid(writes->items, &item->id);
    pg_add_uuid(writes->items, &meeting->id);
    pg_add_int4(writes->items, (int32_t)position);
    pg_add_text(writes->items, item->title);
    pg_add_int4(writes->items, item->minutes);
    if (item->has_outcome)
        pg_add_int4(writes->items, (int32_t)item->outcome);
    else
        pg_add_null(writes->items);
    for (size_t i = 0; i < item->n_documents; i++) {
        pg_add_uuid(writes->documents, &item->id);
        pg_add_int4(writes->documents, (int32_t)i);
        pg_add_uuid(writes->documents, &item->documents[i].id);
    }
}

static void add_agenda(struct writes *writes, const struct meeting *meeting)
{
    if (meeting->version > 1)
        pg_add_uuid(writes->agendas_gone, &meeting->id);
    for (size_t i = 0; i < meeting->n_agenda; i++)
        add_item(writes, meeting, i);
}

static void add_work_meeting(TALLOC_CTX *ctx, struct writes *writes, const struct work_meeting *meeting)
{
    if (meeting->deleted) {
        pg_add_uuid(writes->deleted, &meeting->is.id);
        return;
    }
    if (meeting->changed)
        add_meeting(ctx, writes->meetings, &meeting->is);
    if (meeting->participants_changed)
        add_participants(writes, &meeting->is);
    if (meeting->agenda_changed)
        add_agenda(writes, &meeting->is);
    if (meeting->counted && !meeting->changed) {
        pg_add_uuid(writes->counts, &meeting->is.id);
        pg_add_int4(writes->counts, meeting->is.comments);
    }
}

static void add_comment(struct pg_args *args, const struct comment *comment)
{
    pg_add_uuid(args, &comment->id);
    pg_add_uuid(args, &comment->meeting);
    add_uuid_or_null(args, &comment->agenda_item);
    pg_add_uuid(args, &comment->author);
    add_uuid_or_null(args, &comment->entered_by);
    pg_add_text(args, comment->text);
    pg_add_int4(args, (int32_t)comment->visibility);
    pg_add_int4(args, (int32_t)comment->channel);
    pg_add_int8(args, comment->created_at_us);
    add_uuid_or_null(args, &comment->answer_author);
    pg_add_text(args, comment->answer_text);
    add_time_or_null(args, comment->answered_at_us);
}

static void add_answer(struct pg_args *args, const struct comment *comment)
{
    pg_add_uuid(args, &comment->id);
    pg_add_uuid(args, &comment->answer_author);
    pg_add_text(args, comment->answer_text);
    pg_add_int8(args, comment->answered_at_us);
}

/* What goes is queued before what comes: a month or an item's id may pass from one to the other within the batch. */
static void queue_writes(struct pg *pg, const struct writes *writes)
{
    struct pg_args *const IN_ORDER[] = {
        writes->deleted,      writes->meetings, writes->counts,    writes->participants_gone, writes->participants,
        writes->agendas_gone, writes->items,    writes->documents, writes->comments,          writes->answers};
    for (size_t i = 0; i < sizeof IN_ORDER / sizeof *IN_ORDER; i++)
        pg_queue(pg, IN_ORDER[i]);
}

void work_write(void *arg, struct pg *pg)
{
    struct work *work = arg;
    struct writes writes = writes_new(work->ctx);
    for (size_t i = 0; i < uuid_map_size(work->meetings); i++) {
        const struct work_meeting *meeting = uuid_map_value(work->meetings, i);
        if (meeting)
            add_work_meeting(work->ctx, &writes, meeting);
    }
    for (size_t i = 0; i < uuid_map_size(work->comments); i++) {
        const struct work_comment *comment = uuid_map_value(work->comments, i);
        if (comment && comment->is_new)
            add_comment(writes.comments, &comment->found.is);
        else if (comment && comment->answered)
            add_answer(writes.answers, &comment->found.is);
    }
    queue_writes(pg, &writes);
}
