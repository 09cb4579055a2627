#include "services/meeting/meeting/meeting_store.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/meeting/host/host_store.h"

/* --- rows --------------------------------------------------------------------------------------------------------- */

int meeting_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct meeting *ret_meeting)
{
    *ret_meeting = (struct meeting){
        .id = pg_get_uuid(rows, row, 0),
        .version = (uint64_t)pg_get_int8(rows, row, 1),
        .organization = pg_get_uuid(rows, row, 2),
        .kind = (Pb__MeetingKind)pg_get_int8(rows, row, 3),
        .state = (Pb__MeetingState)pg_get_int8(rows, row, 4),
        .starts_at_us = pg_get_int8(rows, row, 5),
        .place = pg_get_text(ctx, rows, row, 6),
        .participants = (Pb__Participants)pg_get_int8(rows, row, 7),
        .created_at_us = pg_get_int8(rows, row, 8),
        .registered_at_us = pg_get_int8(rows, row, 9),
        .changed_at_us = pg_get_int8(rows, row, 10),
        .held_at_us = pg_get_int8(rows, row, 11),
        .change_note = pg_get_text(ctx, rows, row, 12),
        .cancel_reason = pg_get_text(ctx, rows, row, 13),
        .notification = pg_get_uuid(rows, row, 14),
        .notified_at_us = pg_get_int8(rows, row, 15),
        .rules = {(int32_t)pg_get_int8(rows, row, 16), (int32_t)pg_get_int8(rows, row, 17)},
    };
    int column = 18;
    ret_meeting->participant_ids = pg_get_uuids(ctx, rows, row, column++, &ret_meeting->n_participants);
    for (size_t i = 0; i < MEETING_N_COUNTED; i++)
        ret_meeting->counts[i] = (int32_t)pg_get_int8(rows, row, column++);
    int32_t *const ATTENDANCE[] = {&ret_meeting->attendance.revision,      &ret_meeting->attendance.base,
                                   &ret_meeting->attendance.present,       &ret_meeting->attendance.excused,
                                   &ret_meeting->attendance.unexcused,     &ret_meeting->attendance.exempt,
                                   &ret_meeting->attendance.exempt_present};
    for (size_t i = 0; i < ARRAY_LENGTH(ATTENDANCE); i++)
        *ATTENDANCE[i] = (int32_t)pg_get_int8(rows, row, column++);
    int32_t month = (int32_t)pg_get_int8(rows, row, column++);
    ret_meeting->said_month = month == clock_local_month(ret_meeting->starts_at_us) ? 0 : month;
    ret_meeting->resolution = (struct meeting_resolution){
        .document = pg_get_uuid(rows, row, column),
        .published_at_us = pg_get_int8(rows, row, column + 1),
        .due_at_us = pg_get_int8(rows, row, column + 2),
        .is_overdue = pg_get_bool(rows, row, column + 3),
    };
    column += 4;
    ret_meeting->near_at_us = pg_get_int8(rows, row, column++);
    return column;
}

struct pg_result *meeting_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *meetings)
{
    static const struct pg_statement LOCK_MEETINGS = {
        .name = "lock_meetings",
        .sql = "SELECT " MEETING_COLUMNS ", " HOST_COLUMNS
               " FROM meeting m LEFT JOIN directory_organization o ON o.id = m.organization_id"
               " WHERE m.id = ANY($1::uuid[]) ORDER BY m.id FOR UPDATE OF m"};
    return pg_queue_ids(pg, ctx, &LOCK_MEETINGS, uuid_map_ids(meetings), uuid_map_size(meetings));
}

/* --- agendas ------------------------------------------------------------------------------------------------------ */

struct pg_result *meeting_store_queue_agendas(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *meetings, size_t n)
{
    /* one row for each document, as it is now, at least one for each item */
    static const struct pg_statement SELECT_AGENDAS = {
        .name = "select_agendas",
        .sql =
            "SELECT i.meeting_id, i.id, i.title, i.minutes, i.outcome, n.document_id, coalesce(d.title, ''),"
            "  i.source_type, i.source_id, v.classification, v.state, v.audience, v.organization_id,"
            "  v.author_id"
            " FROM agenda_item i LEFT JOIN agenda_document n ON n.item_id = i.id"
            " LEFT JOIN document d ON d.id = n.document_id"
            " LEFT JOIN LATERAL (SELECT l.classification, l.state, l.audience, l.organization_id, l.author_id"
            "  FROM document_version l WHERE l.document_id = n.document_id ORDER BY l.version DESC LIMIT 1) v ON true"
            " WHERE i.meeting_id = ANY($1::uuid[]) ORDER BY i.meeting_id, i.position, n.position"};
    return pg_queue_ids(pg, ctx, &SELECT_AGENDAS, meetings, n);
}

/* Rows from `row` on with the same value in `column`. */
static size_t run_length(const struct pg_result *rows, size_t row, int column)
{
    struct uuid first = pg_get_uuid(rows, row, column);
    size_t n = 1;
    for (; row + n < pg_rows(rows); n++) {
        struct uuid id = pg_get_uuid(rows, row + n, column);
        if (!uuid_equal(&id, &first))
            break;
    }
    return n;
}

/* NULL: nothing was heard of it yet. */
static const struct audience *read_audience(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    if (pg_is_null(rows, row, 9))
        return NULL;
    ProtobufCBinaryData packed = pg_get_bytes(ctx, rows, row, 11);
    const Pb__Audience *said = (const Pb__Audience *)mem_unpack(ctx, &pb__audience__descriptor, packed.data,
                                                                packed.len);
    struct audience *audience = mem_new(ctx, struct audience);
    return said && audience_from_pb(ctx, said, audience) == ERR_OK ? audience : NULL;
}

static struct agenda_document read_document(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    const struct audience *audience = read_audience(ctx, rows, row);
    return (struct agenda_document){
        .id = pg_get_uuid(rows, row, 5),
        .title = pg_get_text(ctx, rows, row, 6),
        .audience = audience,
        .classification = audience ? (Pb__Classification)pg_get_int8(rows, row, 9) : 0,
        .issuer = pg_get_uuid(rows, row, 12),
        .author = pg_get_uuid(rows, row, 13),
        .has_state = audience != NULL,
        .state = audience ? (Pb__DocumentState)pg_get_int8(rows, row, 10) : 0,
    };
}

static void read_item(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, size_t n, struct agenda_item *ret_item)
{
    *ret_item = (struct agenda_item){
        .id = pg_get_uuid(rows, row, 1),
        .title = pg_get_text(ctx, rows, row, 2),
        .minutes = (int32_t)pg_get_int8(rows, row, 3),
        .has_outcome = !pg_is_null(rows, row, 4),
        .outcome = (Pb__ItemOutcome)pg_get_int8(rows, row, 4),
        .has_source = !pg_is_null(rows, row, 7),
        .source_type = (Pb__AgendaItem__Source__Type)pg_get_int8(rows, row, 7),
        .source = pg_get_uuid(rows, row, 8),
    };
    if (pg_is_null(rows, row, 5))
        return;
    struct agenda_document *documents = mem_array(ctx, struct agenda_document, n);
    for (size_t i = 0; i < n; i++)
        documents[i] = read_document(ctx, rows, row + i);
    ret_item->documents = documents;
    ret_item->n_documents = n;
}

static void read_agenda(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, size_t n, struct meeting *meeting)
{
    struct agenda_item *items = mem_array(ctx, struct agenda_item, n);
    size_t n_items = 0;
    for (size_t at = row; at < row + n; n_items++) {
        size_t n_rows = run_length(rows, at, 1);
        read_item(ctx, rows, at, n_rows, &items[n_items]);
        at += n_rows;
    }
    meeting->agenda = items;
    meeting->n_agenda = n_items;
}

void meeting_store_read_agendas(TALLOC_CTX *ctx, const struct pg_result *rows,
                                struct meeting *(*find)(void *arg, const struct uuid *id), void *arg)
{
    for (size_t row = 0, n; row < pg_rows(rows); row += n) {
        n = run_length(rows, row, 0);
        struct uuid id = pg_get_uuid(rows, row, 0);
        struct meeting *meeting = find(arg, &id);
        if (meeting)
            read_agenda(ctx, rows, row, n, meeting);
    }
}

/* --- minutes ------------------------------------------------------------------------------------------------------ */

struct pg_result *meeting_store_queue_minutes(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *meetings, size_t n)
{
    static const struct pg_statement SELECT_PUBLISHED_MINUTES = {
        .name = "select_published_minutes",
        .sql = "SELECT n.meeting_id, n.content, n.published_at_us FROM meeting_minutes n"
               " WHERE n.meeting_id = ANY($1::uuid[]) AND n.published_at_us IS NOT NULL"};
    return pg_queue_ids(pg, ctx, &SELECT_PUBLISHED_MINUTES, meetings, n);
}

enum err meeting_store_read_minutes(TALLOC_CTX *ctx, const struct pg_result *rows,
                                    struct meeting *(*find)(void *arg, const struct uuid *id), void *arg)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct uuid id = pg_get_uuid(rows, row, 0);
        struct meeting *meeting = find(arg, &id);
        if (!meeting)
            continue;
        ProtobufCBinaryData packed = pg_get_bytes(ctx, rows, row, 1);
        meeting->minutes = (const Pb__MinutesContent *)mem_unpack(ctx, &pb__minutes_content__descriptor, packed.data,
                                                                  packed.len);
        meeting->minutes_published_at_us = pg_get_int8(rows, row, 2);
        if (!meeting->minutes)
            return ERR_INTERNAL;
    }
    return ERR_OK;
}

/* --- months ------------------------------------------------------------------------------------------------------- */

/* m is the regular meeting that takes a month. */
#define MONTH_OWNER "SELECT m.organization_id, m.month, m.id"
#define TAKES_MONTH "m.kind = " SQL_MEETING_KIND_REGULAR " AND m.state <> " SQL_MEETING_STATE_CANCELLED

struct pg_args *meeting_store_months(TALLOC_CTX *ctx)
{
    static const struct pg_statement SELECT_MONTHS = {
        .name = "select_months",
        .each = true,
        .sql = MONTH_OWNER " FROM unnest($1::uuid[], $2::int4[]) n(organization_id, month)"
                           " JOIN meeting m ON m.organization_id = n.organization_id AND m.month = n.month"
                           " AND " TAKES_MONTH};
    return pg_args(ctx, &SELECT_MONTHS);
}

void meeting_store_add_month(struct pg_args *args, const struct uuid *org, int32_t month)
{
    pg_add_uuid(args, org);
    pg_add_int4(args, month);
}

struct pg_args *meeting_store_moves(TALLOC_CTX *ctx)
{
    static const struct pg_statement SELECT_MOVES = {
        .name = "select_moves",
        .each = true,
        .sql = MONTH_OWNER " FROM unnest($1::uuid[], $2::int4[]) n(id, month) JOIN meeting e ON e.id = n.id"
                           " JOIN meeting m ON m.organization_id = e.organization_id"
                           " AND m.month = coalesce(n.month, e.month) AND " TAKES_MONTH};
    return pg_args(ctx, &SELECT_MOVES);
}

void meeting_store_add_move(struct pg_args *args, const struct uuid *meeting, bool has_month, int32_t month)
{
    pg_add_uuid(args, meeting);
    pg_add_int4_or_null(args, has_month, month);
}

/* --- meetings near each other ------------------------------------------------------------------------------------- */

struct pg_args *meeting_store_near(TALLOC_CTX *ctx)
{
    static const struct pg_statement SELECT_NEAR = {
        .name = "select_near",
        .each = true,
        .sql = "SELECT e.id, e.organization_id, e.starts_at_us"
               " FROM (SELECT coalesce(m.organization_id, w.new_of), coalesce(w.at_us, m.starts_at_us)"
               "  FROM unnest($1::uuid[], $2::uuid[], $3::int8[]) w(id, new_of, at_us)"
               "  LEFT JOIN meeting m ON m.id = w.id) n(organization_id, at_us)"
               " JOIN meeting e ON e.organization_id = n.organization_id AND " MEETING_IS_NEAR("n.at_us")};
    return pg_args(ctx, &SELECT_NEAR);
}

void meeting_store_add_near(struct pg_args *args, const struct uuid *meeting, const struct uuid *new_of, int64_t at_us)
{
    pg_add_uuid(args, meeting);
    pg_add_uuid(args, new_of);
    pg_add_time_or_null(args, at_us);
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

struct pg_result *meeting_store_queue_naming(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *documents)
{
    static const struct pg_statement SELECT_NAMING = {
        .name = "select_naming",
        .sql = "SELECT DISTINCT n.document_id, i.meeting_id, o.path FROM agenda_document n"
               " JOIN agenda_item i ON i.id = n.item_id JOIN meeting m ON m.id = i.meeting_id"
               " JOIN directory_organization o ON o.id = m.organization_id WHERE n.document_id = ANY($1::uuid[])"};
    return pg_queue_ids(pg, ctx, &SELECT_NAMING, uuid_map_ids(documents), uuid_map_size(documents));
}
