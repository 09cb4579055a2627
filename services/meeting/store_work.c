#include "services/meeting/store.h"

#include "common/base/mem.h"

/* --- naming ------------------------------------------------------------------------------------------------------- */

/* Regular meetings that take the months of (organisation, month). State 3: cancelled. */
static const struct pg_statement SELECT_MONTHS = {
    .name = "select_months",
    .each = true,
    .sql = "SELECT m.organization_id, m.month, m.id FROM unnest($1::uuid[], $2::int4[]) n(organization_id, month)"
           " JOIN meeting m ON m.organization_id = n.organization_id AND m.month = n.month AND m.kind = 0 AND m.state "
           "<> 3"};

/* The same for meetings that may claim a month: the one named, or else their own. */
static const struct pg_statement SELECT_MOVES = {
    .name = "select_moves",
    .each = true,
    .sql = "SELECT m.organization_id, m.month, m.id FROM unnest($1::uuid[], $2::int4[]) n(id, month) JOIN meeting e ON "
           "e.id = n.id"
           " JOIN meeting m ON m.organization_id = e.organization_id AND m.month = coalesce(n.month, e.month) AND "
           "m.kind = 0 AND m.state "
           "<> 3"};

void *work_new(struct loop_batch *batch)
{
    TALLOC_CTX *ctx = loop_ctx(batch);
    struct work *work = mem_new(ctx, struct work);
    work->ctx = ctx;
    work->people = directory_set_new(ctx);
    struct uuid_map **maps[] = {&work->meetings, &work->comments,      &work->documents,
                                &work->hosts,    &work->months,        &work->agendas,
                                &work->orgs,     &work->audience_orgs, &work->audience_meetings};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        *maps[i] = uuid_map_new(ctx);
    work->month_names = pg_args(ctx, &SELECT_MONTHS);
    work->move_names = pg_args(ctx, &SELECT_MOVES);
    return work;
}

void work_name_meeting(struct work *work, const struct uuid *id, unsigned parts)
{
    uuid_map_name(work->meetings, id);
    if (parts & WORK_AGENDA)
        uuid_map_name(work->agendas, id);
    if (parts & WORK_AUDIENCE)
        uuid_map_name(work->audience_meetings, id);
}

void work_name_new_meeting(struct work *work, const struct uuid *id, const struct uuid *org, int32_t month)
{
    uuid_map_name(work->meetings, id);
    uuid_map_name(work->orgs, org);
    uuid_map_name(work->audience_orgs, org);
    pg_add_uuid(work->month_names, org);
    pg_add_int4(work->month_names, month);
}

void work_name_move(struct work *work, const struct uuid *meeting, bool has_month, int32_t month)
{
    pg_add_uuid(work->move_names, meeting);
    if (has_month)
        pg_add_int4(work->move_names, month);
    else
        pg_add_null(work->move_names);
}

void work_name_comment(struct work *work, const struct uuid *id)
{
    uuid_map_name(work->comments, id);
}

void work_name_document(struct work *work, const struct uuid *id)
{
    uuid_map_name(work->documents, id);
}

void work_name_person(struct work *work, const struct uuid *id)
{
    directory_set_want_person(work->people, id);
}

void work_name_speaker(struct work *work, const struct uuid *id)
{
    directory_set_want_record(work->people, id);
}

/* --- loading ------------------------------------------------------------------------------------------------------ */

static struct pg_result *queue_ids(struct work *work, struct pg *pg, const struct pg_statement *statement,
                                   const struct uuid_map *ids)
{
    if (uuid_map_size(ids) == 0)
        return NULL;
    struct pg_args *args = pg_args(work->ctx, statement);
    pg_add_uuids(args, uuid_map_ids(ids), uuid_map_size(ids));
    return pg_queue(pg, args);
}

/* What lies under the locked meetings is read after their locks, so it cannot be older than they are. */
void work_load(void *arg, struct pg *pg)
{
    static const struct pg_statement LOCK_MEETINGS = {
        .name = "lock_meetings",
        .sql = "SELECT " STORE_MEETING_COLUMNS ", " STORE_HOST_COLUMNS
               " FROM meeting m LEFT JOIN directory_organization o ON o.id = m.organization_id"
               " WHERE m.id = ANY($1::uuid[]) ORDER BY m.id FOR UPDATE OF m"};
    static const struct pg_statement LOCK_COMMENTS = {
        .name = "lock_comments",
        .sql = "SELECT " STORE_COMMENT_COLUMNS
               " FROM meeting_comment c WHERE c.id = ANY($1::uuid[]) ORDER BY c.id FOR UPDATE"};
    static const struct pg_statement SELECT_DOCUMENTS = {
        /* state 3: withdrawn */
        .name = "select_documents",
        .sql = "SELECT d.id, d.title, d.classification, d.author_id, d.audience, o.id, o.path"
               " FROM document d LEFT JOIN directory_organization o ON o.id = d.organization_id"
               " WHERE d.id = ANY($1::uuid[]) AND d.state <> 3"};
    struct work *work = arg;
    work->rows.meetings = queue_ids(work, pg, &LOCK_MEETINGS, work->meetings);
    work->rows.comments = queue_ids(work, pg, &LOCK_COMMENTS, work->comments);
    work->rows.documents = queue_ids(work, pg, &SELECT_DOCUMENTS, work->documents);
    if (uuid_map_size(work->agendas) > 0)
        work->rows.agendas = store_queue_agendas(work->ctx, pg, uuid_map_ids(work->agendas),
                                                 uuid_map_size(work->agendas));
    if (uuid_map_size(work->orgs) > 0)
        work->rows.hosts = store_queue_hosts(work->ctx, pg, uuid_map_ids(work->orgs), uuid_map_size(work->orgs));
    struct store_audiences audiences = {work->audience_orgs, work->audience_meetings};
    if (uuid_map_size(audiences.orgs) + uuid_map_size(audiences.meetings) > 0)
        work->rows.audiences = store_queue_audiences(work->ctx, pg, &audiences);
    work->rows.months = pg_queue(pg, work->month_names);
    work->rows.moves = pg_queue(pg, work->move_names);
    directory_set_load(work->people, pg);
}

static void read_meetings(struct work *work)
{
    for (size_t row = 0; work->rows.meetings && row < pg_rows(work->rows.meetings); row++) {
        struct work_meeting *meeting = mem_new(work->ctx, struct work_meeting);
        store_read_meeting(work->ctx, work->rows.meetings, row, &meeting->is);
        store_read_host(work->ctx, work->rows.meetings, row, STORE_MEETING_N_COLUMNS, work->hosts);
        uuid_map_put(work->meetings, &meeting->is.id, meeting);
    }
}

static void read_comments(struct work *work)
{
    for (size_t row = 0; work->rows.comments && row < pg_rows(work->rows.comments); row++) {
        struct work_comment *comment = mem_new(work->ctx, struct work_comment);
        store_read_comment(work->ctx, work->rows.comments, row, &comment->found);
        uuid_map_put(work->comments, &comment->found.is.id, comment);
    }
}

static enum err read_document(struct work *work, size_t row, struct work_document *ret_document)
{
    const struct pg_result *rows = work->rows.documents;
    ProtobufCBinaryData audience = pg_get_bytes(work->ctx, rows, row, 4);
    ret_document->is = (struct agenda_document){pg_get_uuid(rows, row, 0), pg_get_text(work->ctx, rows, row, 1)};
    ret_document->classification = (Pb__Classification)pg_get_int8(rows, row, 2);
    ret_document->author = pg_get_uuid(rows, row, 3);
    ret_document->issuer.id = pg_get_uuid(rows, row, 5);
    ret_document->issuer.path = pg_get_uuids(work->ctx, rows, row, 6, &ret_document->issuer.n_path);
    const Pb__Audience *said = (const Pb__Audience *)mem_unpack(work->ctx, &pb__audience__descriptor, audience.data,
                                                                audience.len);
    return said ? audience_from_pb(work->ctx, said, &ret_document->audience) : ERR_INTERNAL;
}

MUST_CHECK static enum err read_documents(struct work *work)
{
    for (size_t row = 0; work->rows.documents && row < pg_rows(work->rows.documents); row++) {
        struct work_document *document = mem_new(work->ctx, struct work_document);
        if (read_document(work, row, document))
            return ERR_INTERNAL; /* our own bytes */
        uuid_map_put(work->documents, &document->is.id, document);
    }
    return ERR_OK;
}

/* Who has a month, by one id for the pair. */
static struct uuid month_key(const struct uuid *org, int32_t month)
{
    return uuid_derive(org, "month", (uint64_t)month);
}

static void set_month_owner(struct work *work, const struct uuid *org, int32_t month, const struct uuid *meeting)
{
    struct uuid key = month_key(org, month);
    uuid_map_put(work->months, &key, meeting ? mem_copy(work->ctx, meeting, sizeof *meeting) : NULL);
}

static void read_months(struct work *work, const struct pg_result *rows)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct uuid org = pg_get_uuid(rows, row, 0);
        struct uuid meeting = pg_get_uuid(rows, row, 2);
        set_month_owner(work, &org, (int32_t)pg_get_int8(rows, row, 1), &meeting);
    }
}

static struct meeting *find_meeting(void *arg, const struct uuid *id)
{
    struct work *work = arg;
    struct work_meeting *meeting = uuid_map_get(work->meetings, id);
    return meeting ? &meeting->is : NULL;
}

enum err work_loaded(void *arg)
{
    struct work *work = arg;
    read_meetings(work);
    read_comments(work);
    enum err err = read_documents(work);
    if (err)
        return err;
    if (work->rows.agendas)
        store_read_agendas(work->ctx, work->rows.agendas, find_meeting, work);
    if (work->rows.hosts)
        store_read_hosts(work->ctx, work->rows.hosts, work->hosts);
    if (work->rows.audiences)
        store_read_audiences(work->ctx, work->rows.audiences, work->hosts);
    read_months(work, work->rows.months);
    read_months(work, work->rows.moves);
    return directory_set_loaded(work->people);
}

/* --- state -------------------------------------------------------------------------------------------------------- */

const struct meeting *work_meeting(const struct work *work, const struct uuid *id)
{
    const struct work_meeting *meeting = uuid_map_get(work->meetings, id);
    return meeting && !meeting->deleted ? &meeting->is : NULL;
}

const struct store_comment *work_comment(const struct work *work, const struct uuid *id)
{
    const struct work_comment *comment = uuid_map_get(work->comments, id);
    return comment ? &comment->found : NULL;
}

const struct meeting_host *work_host(const struct work *work, const struct uuid *org)
{
    return uuid_map_get(work->hosts, org);
}

const struct work_document *work_document(const struct work *work, const struct uuid *id)
{
    return uuid_map_get(work->documents, id);
}

static enum err claim_month(struct work *work, const struct meeting *old, const struct meeting *next)
{
    if (meeting_claims_month(next)) {
        struct uuid key = month_key(&next->organization, meeting_month(next));
        const struct uuid *owner = uuid_map_get(work->months, &key);
        if (owner && !uuid_equal(owner, &next->id))
            return ERR_MONTH_TAKEN;
    }
    if (meeting_claims_month(old))
        set_month_owner(work, &old->organization, meeting_month(old), NULL);
    if (meeting_claims_month(next))
        set_month_owner(work, &next->organization, meeting_month(next), &next->id);
    return ERR_OK;
}

/* The meeting's place in the batch, made when it is new. */
static struct work_meeting *place_of(struct work *work, const struct uuid *id)
{
    struct work_meeting *place = uuid_map_get(work->meetings, id);
    if (!place) {
        place = mem_new(work->ctx, struct work_meeting);
        uuid_map_put(work->meetings, id, place);
    }
    return place;
}

enum err work_keep_meeting(struct work *work, const struct meeting *next)
{
    static const struct meeting NOTHING;
    const struct meeting *old = work_meeting(work, &next->id);
    enum err err = claim_month(work, old ? old : &NOTHING, next);
    if (err)
        return err;
    struct work_meeting *place = place_of(work, &next->id);
    /* parts that stay are shared, so a new pointer is a new part */
    place->participants_changed |= next->participant_ids != place->is.participant_ids;
    place->agenda_changed |= next->agenda != place->is.agenda;
    place->changed = true;
    place->is = *next;
    return ERR_OK;
}

void work_delete_meeting(struct work *work, const struct uuid *id)
{
    struct work_meeting *place = place_of(work, id);
    if (meeting_claims_month(&place->is))
        set_month_owner(work, &place->is.organization, meeting_month(&place->is), NULL);
    place->deleted = true;
}

void work_keep_comment(struct work *work, const struct store_comment *comment)
{
    struct work_comment *place = uuid_map_get(work->comments, &comment->is.id);
    if (!place) {
        place = mem_new(work->ctx, struct work_comment);
        place->is_new = true;
        uuid_map_put(work->comments, &comment->is.id, place);
        struct work_meeting *meeting = place_of(work, &comment->is.meeting);
        meeting->counted = true;
        meeting->is.comments += comment->is.visibility == PB__COMMENT_VISIBILITY__COMMENT_VISIBILITY_BRANCH;
    }
    place->found = *comment;
    place->answered = !place->is_new;
}
