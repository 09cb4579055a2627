#include "services/meeting/roll/roll_query.h"

#include "common/base/mem.h"
#include "services/directory/store.h"
#include "services/meeting/meeting/meeting_page.h"
#include "services/meeting/roll/roll_store.h"
#include "services/meeting/roll/roll_view.h"

/* What the reader is to the one meeting of the page. ERR_NOT_FOUND, ERR_NOT_ALLOWED: he sees no more than its header,
 * or does not head its organisation. */
static enum err check_head(const struct meeting_page *page, struct meeting_actor *ret_actor)
{
    enum err err = meeting_page_whole(page);
    if (err)
        return err;
    const struct meeting *meeting = &page->items[0].is;
    const struct meeting_host *host = uuid_map_get(page->hosts, &meeting->organization);
    *ret_actor = (struct meeting_actor){.id = page->scope.member};
    ret_actor->standing = host ? directory_scope_standing(&page->scope, &host->org) : 0;
    return ret_actor->standing & STANDING_HEAD ? ERR_OK : ERR_NOT_ALLOWED;
}

/* --- ListAttendance ----------------------------------------------------------------------------------------------- */

/* Behind the last member of the page before; if he is on the list no more, at his place. */
static size_t first_of(const struct roll *roll, const struct keyset *after)
{
    const struct roll_person *last = roll_find(roll, &after->id);
    size_t place = (size_t)after->at_us;
    return last ? (size_t)(last - roll->people) + 1 : place < roll->n ? place : roll->n;
}

static Pb__AttendanceList *view_list(struct query *query, const struct meeting *meeting, const struct roll *roll,
                                     size_t first, size_t limit)
{
    Pb__AttendanceList *list = mem_new(query->ctx, Pb__AttendanceList);
    pb__attendance_list__init(list);
    list->items = mem_array(query->ctx, Pb__AttendanceItem *, limit);
    for (size_t i = first; i < roll->n; i++) {
        const struct roll_person *person = &roll->people[i];
        if (roll_standing(meeting, person) == ROLL_NOT_ON_IT)
            continue;
        list->has_next_cursor = list->n_items == limit;
        if (list->has_next_cursor)
            break;
        list->items[list->n_items++] = view_attendance_item(query->ctx, &person->id, person->full_name, &person->mark);
        list->next_cursor = keyset_encode(query->ctx, &(struct keyset){(int64_t)i + 1, person->id});
    }
    return list;
}

static enum err list_attendance(struct query *query)
{
    const Pb__ListAttendance *body = (const Pb__ListAttendance *)query->body;
    struct meeting_page page;
    struct meeting_actor actor;
    struct uuid meeting;
    struct keyset after = {0};
    if (body->has_cursor && keyset_decode(body->cursor, &after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    enum err err = meeting_page_queue_one(query, body->meeting_id, &meeting, &page);
    if (err)
        return err;
    const struct pg_result *rows = roll_store_queue_seen(query->ctx, query->pg, &page.scope, &meeting);
    err = meeting_page_read(query, &page);
    if (!err)
        err = check_head(&page, &actor);
    if (err)
        return err;
    struct roll roll = {NULL, 0};
    if (pg_rows(rows) > 0)
        roll = roll_store_read(query->ctx, rows, 0, &meeting);
    roll = roll_by_name(query->ctx, &roll);
    size_t first = body->has_cursor ? first_of(&roll, &after) : 0;
    query->reply = &view_list(query, &page.items[0].is, &roll, first, body->limit)->base;
    return ERR_OK;
}

/* --- GetOwnAttendance: what PUT M/absence answered, again --------------------------------------------------------- */

static enum err get_own(struct query *query)
{
    const Pb__GetOwnAttendance *body = (const Pb__GetOwnAttendance *)query->body;
    struct meeting_page page;
    struct uuid meeting;
    struct roll_own own = {.full_name = NULL};
    enum err err = meeting_page_queue_one(query, body->meeting_id, &meeting, &page);
    if (err)
        return err;
    const struct roll_own_filter filter = {.member = &page.scope.member, .meeting = &meeting};
    const struct pg_result *rows = roll_store_own_queue(query->ctx, query->pg, &filter);
    err = meeting_page_read(query, &page);
    if (!err)
        err = meeting_page_whole(&page);
    if (err)
        return err;
    if (pg_rows(rows) > 0)
        own = roll_store_own_read(query->ctx, rows, 0);
    query->reply = &view_attendance_item(query->ctx, &page.scope.member, own.full_name, &own.mark)->base;
    return ERR_OK;
}

/* --- ListOwnAttendance (member scope) ----------------------------------------------------------------------------- */

static Pb__OwnAttendance *view_own(TALLOC_CTX *ctx, const struct roll_own *own)
{
    Pb__OwnAttendance *view = mem_new(ctx, Pb__OwnAttendance);
    pb__own_attendance__init(view);
    view->meeting_id = uuid_to_pb(ctx, &own->meeting);
    view->starts_at_us = own->starts_at_us;
    view->state = own->mark.state;
    view->reason = (char *)(uintptr_t)roll_shown_reason(&own->mark); /* packed, never written */
    view->at_us = own->mark.at_us;
    return view;
}

static Pb__OwnAttendanceList *view_own_list(struct query *query, const struct pg_result *rows, size_t limit)
{
    struct keyset last = {0};
    Pb__OwnAttendanceList *list = mem_new(query->ctx, Pb__OwnAttendanceList);
    pb__own_attendance_list__init(list);
    list->items = mem_array(query->ctx, Pb__OwnAttendance *, limit);
    for (size_t row = 0; row < pg_rows(rows) && row < limit; row++) {
        struct roll_own own = roll_store_own_read(query->ctx, rows, row);
        Pb__OwnAttendance *item = view_own(query->ctx, &own);
        if (!query_has_room(query, &item->base))
            break;
        list->items[list->n_items++] = item;
        last = (struct keyset){own.starts_at_us, own.meeting};
    }
    list->has_next_cursor = pg_rows(rows) > list->n_items;
    if (list->has_next_cursor)
        list->next_cursor = keyset_encode(query->ctx, &last);
    return list;
}

static enum err list_own(struct query *query)
{
    const Pb__ListOwnAttendance *body = (const Pb__ListOwnAttendance *)query->body;
    struct directory_scope scope;
    directory_scope_read(query->ctx, query->scope, &scope);
    struct roll_own_filter filter = {
        .member = &scope.member, .has_after = body->has_cursor, .limit = (int64_t)body->limit + 1};
    if (!scope.has_member)
        return ERR_NOT_FOUND;
    if (body->has_cursor && keyset_decode(body->cursor, &filter.after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    const struct pg_result *rows = roll_store_own_queue(query->ctx, query->pg, &filter);
    enum err err = pg_flush(query->pg);
    if (!err)
        query->reply = &view_own_list(query, rows, body->limit)->base;
    return err;
}

/* --- GetCheckInCode ----------------------------------------------------------------------------------------------- */

static Pb__CheckInCode *view_code(struct query *query, const struct check_in_key *key, const struct uuid *meeting)
{
    char code[CHECK_IN_CHARACTERS + 1], id[UUID_TEXT_BYTES];
    Pb__CheckInCode *view = mem_new(query->ctx, Pb__CheckInCode);
    pb__check_in_code__init(view);
    view->valid_until_us = check_in_code(key, meeting, query->now_us, code);
    view->code = mem_text(query->ctx, code);
    uuid_format(meeting, id);
    view->url = mem_printf(query->ctx, "/app/diem-danh#m=%s&k=%s", id, code); /* a fragment: it is in no log */
    return view;
}

static enum err get_code(struct query *query)
{
    const Pb__GetCheckInCode *body = (const Pb__GetCheckInCode *)query->body;
    struct meeting_page page;
    struct meeting_actor actor = {.standing = 0};
    struct check_in_key key;
    struct uuid meeting;
    enum err err = meeting_page_queue_one(query, body->meeting_id, &meeting, &page);
    if (err)
        return err;
    const struct pg_result *rows = roll_store_queue_key(query->ctx, query->pg);
    struct pg_result *status = directory_queue_status(query->ctx, query->pg, &page.scope.member);
    err = meeting_page_read(query, &page);
    if (!err)
        err = check_head(&page, &actor);
    actor.is_suspended = !err && directory_is_suspended(status);
    if (!err)
        err = meeting_check(&page.items[0].is, &actor, &ROLL_SHOW_CODE, query->now_us);
    if (err)
        return err;
    roll_store_read_key(rows, &key);
    query->private_reply = true;
    query->reply = &view_code(query, &key, &meeting)->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {
    {&pb__list_attendance__descriptor, list_attendance},
    {&pb__get_own_attendance__descriptor, get_own},
    {&pb__list_own_attendance__descriptor, list_own},
    {&pb__get_check_in_code__descriptor, get_code},
};
const struct query_table ROLL_QUERIES = QUERY_TABLE(QUERIES);
