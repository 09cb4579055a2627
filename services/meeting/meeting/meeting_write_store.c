#include "services/meeting/meeting/meeting_write_store.h"

#include "common/base/array.h"
#include "common/base/mem.h"

struct meeting_writes {
    TALLOC_CTX *ctx;
    struct pg_args *deleted, *meetings, *counts[MEETING_N_COUNTED], *attendance;
    struct pg_args *participants_gone, *participants;
    struct pg_args *agendas_gone, *items, *documents;
};

static const struct pg_statement DELETE_MEETINGS = {
    .name = "delete_meetings", .each = true, .sql = "DELETE FROM meeting WHERE id = ANY($1::uuid[])"};

static const struct pg_statement UPSERT_MEETINGS = {
    .name = "upsert_meetings",
    .each = true,
    .sql =
        "INSERT INTO meeting(id, version, organization_id, kind, state, month, starts_at_us, place, participants,"
        "  registered_at_us, changed_at_us, change_note, cancel_reason, held_at_us, notification_id, notified_at_us,"
        "  created_at_us, registration_day, agenda_limit_minutes, resolution_document_id, resolution_published_at_us,"
        "  resolution_due_at_us, resolution_overdue, place_search, agenda_search)"
        " SELECT id, version, organization_id, kind, state, month, starts_at_us, place, participants,"
        "  registered_at_us, changed_at_us, change_note, cancel_reason, held_at_us, notification_id, notified_at_us,"
        "  created_at_us, registration_day, agenda_limit_minutes, resolution_document_id, resolution_published_at_us,"
        "  resolution_due_at_us, resolution_overdue, lower(unaccent(place)), lower(unaccent(titles))"
        " FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::int4[], $5::int4[], $6::int4[], $7::int8[],"
        "  $8::text[], $9::int4[], $10::int8[], $11::int8[], $12::text[], $13::text[], $14::int8[], $15::uuid[],"
        "  $16::int8[], $17::int8[], $18::int4[], $19::int4[], $20::uuid[], $21::int8[], $22::int8[],"
        "  $23::bool[], $24::text[])"
        "  n(id, version, organization_id, kind, state, month, starts_at_us, place, participants,"
        "    registered_at_us, changed_at_us, change_note, cancel_reason, held_at_us, notification_id,"
        "    notified_at_us, created_at_us, registration_day, agenda_limit_minutes, resolution_document_id,"
        "    resolution_published_at_us, resolution_due_at_us, resolution_overdue, titles)"
        " ON CONFLICT (id) DO UPDATE SET version = excluded.version, kind = excluded.kind, state = excluded.state,"
        "  month = excluded.month, starts_at_us = excluded.starts_at_us, place = excluded.place,"
        "  participants = excluded.participants, registered_at_us = excluded.registered_at_us,"
        "  changed_at_us = excluded.changed_at_us, change_note = excluded.change_note,"
        "  cancel_reason = excluded.cancel_reason, held_at_us = excluded.held_at_us,"
        "  notification_id = excluded.notification_id, notified_at_us = excluded.notified_at_us,"
        "  registration_day = excluded.registration_day, agenda_limit_minutes = excluded.agenda_limit_minutes,"
        "  resolution_document_id = excluded.resolution_document_id,"
        "  resolution_published_at_us = excluded.resolution_published_at_us,"
        "  resolution_due_at_us = excluded.resolution_due_at_us, resolution_overdue = excluded.resolution_overdue,"
        "  place_search = excluded.place_search,"
        "  agenda_search = excluded.agenda_search"};

/* One statement for each count. Meetings are locked, so that the number itself is written. */
#define COUNT_ROW(NAME, column)                                             \
    [MEETING_##NAME] = {.name = "count_" #column,                           \
                        .each = true,                                       \
                        .sql = "UPDATE meeting SET " #column " = n.counted" \
                               " FROM unnest($1::uuid[], $2::int4[]) n(id, counted) WHERE meeting.id = n.id"},
static const struct pg_statement COUNT[MEETING_N_COUNTED] = {MEETING_COUNTED(COUNT_ROW)};

static const struct pg_statement UPDATE_ATTENDANCE = {
    .name = "update_attendance",
    .each = true,
    .sql =
        "UPDATE meeting SET attendance_revision = n.revision, attendance_base = n.base, present = n.present,"
        "  excused = n.excused, unexcused = n.unexcused, exempt = n.exempt, exempt_present = n.exempt_present"
        " FROM unnest($1::uuid[], $2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::int4[], $7::int4[], $8::int4[])"
        "  n(id, revision, base, present, excused, unexcused, exempt, exempt_present) WHERE meeting.id = n.id"};

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
    .sql = "INSERT INTO agenda_item(id, meeting_id, position, title, minutes, outcome, source_type, source_id)"
           " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int4[], $4::text[], $5::int4[], $6::int4[], $7::int4[],"
           "  $8::uuid[])"};
static const struct pg_statement INSERT_ITEM_DOCUMENTS = {
    .name = "insert_item_documents",
    .each = true,
    .sql = "INSERT INTO agenda_document(item_id, position, document_id) SELECT *"
           " FROM unnest($1::uuid[], $2::int4[], $3::uuid[])"};

struct meeting_writes *meeting_write_store_new(TALLOC_CTX *ctx)
{
    struct meeting_writes *writes = mem_new(ctx, struct meeting_writes);
    *writes = (struct meeting_writes){.ctx = ctx,
                                      .deleted = pg_args(ctx, &DELETE_MEETINGS),
                                      .meetings = pg_args(ctx, &UPSERT_MEETINGS),
                                      .attendance = pg_args(ctx, &UPDATE_ATTENDANCE),
                                      .participants_gone = pg_args(ctx, &DELETE_PARTICIPANTS),
                                      .participants = pg_args(ctx, &INSERT_PARTICIPANTS),
                                      .agendas_gone = pg_args(ctx, &DELETE_AGENDAS),
                                      .items = pg_args(ctx, &INSERT_ITEMS),
                                      .documents = pg_args(ctx, &INSERT_ITEM_DOCUMENTS)};
    for (size_t i = 0; i < MEETING_N_COUNTED; i++)
        writes->counts[i] = pg_args(ctx, &COUNT[i]);
    return writes;
}

static const char *titles_text(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    char *titles = mem_text(ctx, "");
    for (size_t i = 0; i < meeting->n_agenda; i++)
        titles = mem_append(titles, "%s\n", meeting->agenda[i].title);
    return titles;
}

void meeting_write_store_add(struct meeting_writes *writes, const struct meeting *meeting)
{
    struct pg_args *args = writes->meetings;
    pg_add_uuid(args, &meeting->id);
    pg_add_int8(args, (int64_t)meeting->version);
    pg_add_uuid(args, &meeting->organization);
    pg_add_int4(args, (int32_t)meeting->kind);
    pg_add_int4(args, (int32_t)meeting->state);
    pg_add_int4(args, meeting_month(meeting));
    pg_add_int8(args, meeting->starts_at_us);
    pg_add_text(args, meeting->place);
    pg_add_int4(args, (int32_t)meeting->participants);
    pg_add_time_or_null(args, meeting->registered_at_us);
    pg_add_time_or_null(args, meeting->changed_at_us);
    pg_add_text(args, meeting->change_note);
    pg_add_text(args, meeting->cancel_reason);
    pg_add_time_or_null(args, meeting->held_at_us);
    pg_add_uuid_or_null(args, &meeting->notification);
    pg_add_time_or_null(args, meeting->notified_at_us);
    pg_add_int8(args, meeting->created_at_us);
    pg_add_int4(args, meeting->rules.registration_day);
    pg_add_int4(args, meeting->rules.agenda_limit_minutes);
    pg_add_uuid_or_null(args, &meeting->resolution.document);
    pg_add_time_or_null(args, meeting->resolution.published_at_us);
    pg_add_time_or_null(args, meeting->resolution.due_at_us);
    pg_add_bool(args, meeting->resolution.is_overdue);
    pg_add_text(args, titles_text(writes->ctx, meeting));
}

void meeting_write_store_add_participants(struct meeting_writes *writes, const struct meeting *meeting)
{
    if (meeting->version > 1)
        pg_add_uuid(writes->participants_gone, &meeting->id);
    for (size_t i = 0; i < meeting->n_participants; i++) {
        pg_add_uuid(writes->participants, &meeting->id);
        pg_add_uuid(writes->participants, &meeting->participant_ids[i]);
    }
}

static void add_item(struct meeting_writes *writes, const struct meeting *meeting, size_t position)
{
    const struct agenda_item *item = &meeting->agenda[position];
    pg_add_uuid(writes->items, &item->id);
    pg_add_uuid(writes->items, &meeting->id);
    pg_add_int4(writes->items, (int32_t)position);
    pg_add_text(writes->items, item->title);
    pg_add_int4(writes->items, item->minutes);
    pg_add_int4_or_null(writes->items, item->has_outcome, (int32_t)item->outcome);
    pg_add_int4_or_null(writes->items, item->has_source, (int32_t)item->source_type);
    pg_add_uuid_or_null(writes->items, &item->source);
    for (size_t i = 0; i < item->n_documents; i++) {
        pg_add_uuid(writes->documents, &item->id);
        pg_add_int4(writes->documents, (int32_t)i);
        pg_add_uuid(writes->documents, &item->documents[i].id);
    }
}

void meeting_write_store_add_agenda(struct meeting_writes *writes, const struct meeting *meeting)
{
    if (meeting->version > 1)
        pg_add_uuid(writes->agendas_gone, &meeting->id);
    for (size_t i = 0; i < meeting->n_agenda; i++)
        add_item(writes, meeting, i);
}

void meeting_write_store_add_count(struct meeting_writes *writes, const struct meeting *meeting,
                                   enum meeting_counted what)
{
    pg_add_uuid(writes->counts[what], &meeting->id);
    pg_add_int4(writes->counts[what], meeting->counts[what]);
}

void meeting_write_store_add_attendance(struct meeting_writes *writes, const struct meeting *meeting)
{
    const struct meeting_attendance *attendance = &meeting->attendance;
    pg_add_uuid(writes->attendance, &meeting->id);
    pg_add_int4(writes->attendance, attendance->revision);
    pg_add_int4(writes->attendance, attendance->base);
    pg_add_int4(writes->attendance, attendance->present);
    pg_add_int4(writes->attendance, attendance->excused);
    pg_add_int4(writes->attendance, attendance->unexcused);
    pg_add_int4(writes->attendance, attendance->exempt);
    pg_add_int4(writes->attendance, attendance->exempt_present);
}

void meeting_write_store_delete(struct meeting_writes *writes, const struct uuid *meeting)
{
    pg_add_uuid(writes->deleted, meeting);
}

void meeting_write_store_queue(struct pg *pg, const struct meeting_writes *writes)
{
    pg_queue(pg, writes->deleted);
    pg_queue(pg, writes->meetings);
    for (size_t i = 0; i < MEETING_N_COUNTED; i++)
        pg_queue(pg, writes->counts[i]);
    pg_queue(pg, writes->attendance);
    struct pg_args *const LISTS[] = {writes->participants_gone, writes->participants, writes->agendas_gone,
                                     writes->items, writes->documents};
    for (size_t i = 0; i < ARRAY_LENGTH(LISTS); i++)
        pg_queue(pg, LISTS[i]);
}
