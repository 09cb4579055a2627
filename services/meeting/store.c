#include "services/meeting/store.h"

#include "common/base/mem.h"

/* --- rows --------------------------------------------------------------------------------------------------------- */

void store_read_meeting(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct meeting *ret_meeting)
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
        .comments = (int32_t)pg_get_int8(rows, row, 15),
    };
    ret_meeting->participant_ids = pg_get_uuids(ctx, rows, row, 16, &ret_meeting->n_participants);
}

void store_read_comment(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct store_comment *ret_comment)
{
    ret_comment->is = (struct comment){
        .id = pg_get_uuid(rows, row, 0),
        .meeting = pg_get_uuid(rows, row, 1),
        .agenda_item = pg_get_uuid(rows, row, 2),
        .author = pg_get_uuid(rows, row, 3),
        .entered_by = pg_get_uuid(rows, row, 4),
        .text = pg_get_text(ctx, rows, row, 5),
        .visibility = (Pb__CommentVisibility)pg_get_int8(rows, row, 6),
        .channel = (Pb__Channel)pg_get_int8(rows, row, 7),
        .created_at_us = pg_get_int8(rows, row, 8),
        .answer_author = pg_get_uuid(rows, row, 9),
        .answer_text = pg_get_text(ctx, rows, row, 10),
        .answered_at_us = pg_get_int8(rows, row, 11),
    };
    ret_comment->names = (struct comment_names){pg_get_text(ctx, rows, row, 12), pg_get_text(ctx, rows, row, 13)};
}

/* --- agendas ------------------------------------------------------------------------------------------------------ */

struct pg_result *store_queue_agendas(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *meetings, size_t n)
{
    /* one row for each document, at least one for each item */
    static const struct pg_statement SELECT_AGENDAS = {
        .name = "select_agendas",
        .sql = "SELECT i.meeting_id, i.id, i.title, i.minutes, i.outcome, n.document_id, coalesce(d.title, '')"
               " FROM agenda_item i LEFT JOIN agenda_document n ON n.item_id = i.id LEFT JOIN document d ON d.id = "
               "n.document_id"
               " WHERE i.meeting_id = ANY($1::uuid[]) ORDER BY i.meeting_id, i.position, n.position"};
    struct pg_args *args = pg_args(ctx, &SELECT_AGENDAS);
    pg_add_uuids(args, meetings, n);
    return pg_queue(pg, args);
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

static void read_item(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, size_t n, struct agenda_item *ret_item)
{
    *ret_item = (struct agenda_item){
        .id = pg_get_uuid(rows, row, 1),
        .title = pg_get_text(ctx, rows, row, 2),
        .minutes = (int32_t)pg_get_int8(rows, row, 3),
        .has_outcome = !pg_is_null(rows, row, 4),
        .outcome = (Pb__ItemOutcome)pg_get_int8(rows, row, 4),
    };
    if (pg_is_null(rows, row, 5))
        return;
    struct agenda_document *documents = mem_array(ctx, struct agenda_document, n);
    for (size_t i = 0; i < n; i++)
        documents[i] = (struct agenda_document){pg_get_uuid(rows, row + i, 5), pg_get_text(ctx, rows, row + i, 6)};
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

void store_read_agendas(TALLOC_CTX *ctx, const struct pg_result *rows,
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

/* --- hosts -------------------------------------------------------------------------------------------------------- */

struct pg_result *store_queue_hosts(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *orgs, size_t n)
{
    static const struct pg_statement SELECT_HOSTS = {
        .name = "select_hosts",
        .sql = "SELECT " STORE_HOST_COLUMNS " FROM directory_organization o WHERE o.id = ANY($1::uuid[])"};
    struct pg_args *args = pg_args(ctx, &SELECT_HOSTS);
    pg_add_uuids(args, orgs, n);
    return pg_queue(pg, args);
}

void store_read_host(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column, struct uuid_map *hosts)
{
    struct uuid id = pg_get_uuid(rows, row, column);
    if (pg_is_null(rows, row, column) || uuid_map_get(hosts, &id))
        return;
    struct meeting_host *host = mem_new(ctx, struct meeting_host);
    host->org.id = id;
    host->org.name = pg_get_text(ctx, rows, row, column + 1);
    host->org.level = (Pb__Level)pg_get_int8(rows, row, column + 2);
    host->org.path = pg_get_uuids(ctx, rows, row, column + 3, &host->org.n_path);
    uuid_map_put(hosts, &id, host);
}

void store_read_hosts(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *hosts)
{
    for (size_t row = 0; row < pg_rows(rows); row++)
        store_read_host(ctx, rows, row, 0, hosts);
}

struct pg_result *store_queue_audiences(TALLOC_CTX *ctx, struct pg *pg, const struct store_audiences *named)
{
    /* a UNION, so that the plan goes by the primary key; status 3: left; roles: 1 deputy, 2 secretary, 3 committee
     * member (proto/sotay/v1/shapes.proto, envelope.proto) */
    static const struct pg_statement SELECT_AUDIENCES = {
        .name = "select_audiences",
        .sql = "SELECT o.id, c.full_name, c.phone,"
               " (SELECT count(*) FROM directory_member m WHERE m.branch_id = o.id AND m.status <> 3),"
               " (SELECT count(DISTINCT p.member_id) FROM directory_position p"
               "   WHERE p.organization_id = o.id AND p.role IN (1, 2) AND p.to_us IS NULL),"
               " (SELECT count(DISTINCT p.member_id) FROM directory_position p"
               "   WHERE p.organization_id = o.id AND p.role IN (1, 2, 3) AND p.to_us IS NULL)"
               " FROM directory_organization o LEFT JOIN LATERAL ("
               "   SELECT m.full_name, (SELECT max(p.phone) FROM directory_position p WHERE p.member_id = m.id AND "
               "p.to_us IS NULL) AS phone"
               "   FROM directory_member m WHERE m.id = coalesce(o.contact_member_id,"
               "     (SELECT p.member_id FROM directory_position p WHERE p.organization_id = o.id AND p.role = 2 AND "
               "p.to_us IS NULL"
               "      ORDER BY p.from_us, p.member_id LIMIT 1))) c ON true"
               " WHERE o.id IN (SELECT unnest($1::uuid[]) UNION SELECT organization_id FROM meeting WHERE id = "
               "ANY($2::uuid[]))"};
    struct pg_args *args = pg_args(ctx, &SELECT_AUDIENCES);
    pg_add_uuids(args, uuid_map_ids(named->orgs), uuid_map_size(named->orgs));
    pg_add_uuids(args, uuid_map_ids(named->meetings), uuid_map_size(named->meetings));
    return pg_queue(pg, args);
}

void store_read_audiences(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *hosts)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct uuid id = pg_get_uuid(rows, row, 0);
        struct meeting_host *host = uuid_map_get(hosts, &id);
        if (!host)
            continue; /* it became known between the two statements; the next batch has it */
        host->contact_name = pg_get_text(ctx, rows, row, 1);
        host->contact_phone = pg_get_text(ctx, rows, row, 2);
        host->members = pg_get_int8(rows, row, 3);
        host->heads = pg_get_int8(rows, row, 4);
        host->committee = pg_get_int8(rows, row, 5);
    }
}
