#include "services/meeting/mark/mark_query.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/directory/store.h"
#include "services/meeting/comment/comment.h"
#include "services/meeting/meeting/meeting_access.h"
#include "services/meeting/meeting/meeting_page.h"
#include "services/meeting/minutes/minutes.h"
#include "services/meeting/proposal/proposal.h"
#include "services/meeting/resolution/resolution.h"
#include "services/meeting/roll/roll_store.h"
#include "services/meeting/roll/roll_view.h"
#include "services/meeting/told/told.h"

enum { MARK_DAYS = 60 };

/* What there is to do with a meeting, in the order in which marks say it. */
static const struct meeting_action *const ACTIONS[] = {
    &MEETING_EDIT, &MEETING_PUBLISH, &MEETING_DELETE,      &MEETING_CANCEL,    &MEETING_HOLD,      &MEETING_REOPEN,
    &COMMENT_MAKE, &COMMENT_ENTER,   &COMMENT_ANSWER,      &PROPOSAL_MAKE,     &PROPOSAL_DECIDE,   &MINUTES_WRITE,
    &ROLL_CALL,    &ROLL_SHOW_CODE,  &ROLL_REPORT_ABSENCE, &ROLL_CHECK_IN_NOW, &RESOLUTION_SETTLE, &TOLD_MARK,
};

static Pb__Subject *view_subject(TALLOC_CTX *ctx, const struct uuid *meeting)
{
    Pb__Subject *subject = mem_new(ctx, Pb__Subject);
    pb__subject__init(subject);
    subject->type = PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING;
    subject->id = uuid_to_pb(ctx, meeting);
    return subject;
}

/* What was said of the reader: struct roll_mark, by meeting. */
static struct uuid_map *read_attendance(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct uuid_map *own = uuid_map_new(ctx);
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct roll_own is = roll_store_own_read(ctx, rows, row);
        uuid_map_put(own, &is.meeting, mem_copy(ctx, &is.mark, sizeof is.mark));
    }
    return own;
}

static void view_attendance(const struct roll_mark *own, Pb__Mark *mark)
{
    if (!own)
        return;
    mark->attendance = (char *)(uintptr_t)roll_word(own->state); /* packed, never written */
    mark->absence_reason = (char *)(uintptr_t)roll_shown_reason(own);
}

static Pb__Mark *view_mark(struct query *query, const struct meeting_page *page, size_t i,
                           const struct meeting_actor *reader, const struct uuid_map *attendance)
{
    const struct meeting *meeting = &page->items[i].is;
    const struct meeting_host *host = uuid_map_get(page->hosts, &meeting->organization);
    struct meeting_actor actor = *reader;
    actor.standing = host ? directory_scope_standing(&page->scope, &host->org) : 0;
    Pb__Mark *mark = mem_new(query->ctx, Pb__Mark);
    pb__mark__init(mark);
    mark->subject = view_subject(query->ctx, &meeting->id);
    mark->can = mem_array(query->ctx, char *, ARRAY_LENGTH(ACTIONS));
    for (size_t j = 0; j < ARRAY_LENGTH(ACTIONS); j++)
        if (meeting_check(meeting, &actor, ACTIONS[j], query->now_us) == ERR_OK)
            mark->can[mark->n_can++] = (char *)(uintptr_t)ACTIONS[j]->word; /* packed, never written */
    view_attendance(uuid_map_get(attendance, &meeting->id), mark);
    return mark;
}

static Pb__MarkList *view_marks(struct query *query, const struct meeting_page *page,
                                const struct meeting_actor *reader, const struct uuid_map *attendance, size_t limit)
{
    Pb__MarkList *list = mem_new(query->ctx, Pb__MarkList);
    pb__mark_list__init(list);
    list->n_items = page->n < limit ? page->n : limit;
    list->items = mem_array(query->ctx, Pb__Mark *, list->n_items);
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i] = view_mark(query, page, i, reader, attendance);
    list->has_next_cursor = page->n > limit;
    if (list->has_next_cursor)
        list->next_cursor = meeting_page_cursor(query, page, limit);
    return list;
}

static enum err read_filter(struct query *query, struct uuid *subject, struct meeting_filter *ret_filter)
{
    const Pb__ListMarks *body = (const Pb__ListMarks *)query->body;
    *ret_filter = (struct meeting_filter){
        .id = body->has_subject_id ? subject : NULL,
        .has_from = true,
        .from_us = body->has_since_us ? body->since_us : query->now_us - MARK_DAYS * CLOCK_DAY_US,
        .has_before = body->has_cursor,
        .limit = (int64_t)body->limit + 1,
    };
    if (body->has_cursor && keyset_decode(body->cursor, &ret_filter->before))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    return body->has_subject_id ? uuid_from_pb(body->subject_id, subject) : ERR_OK;
}

static enum err list_marks(struct query *query)
{
    const Pb__ListMarks *body = (const Pb__ListMarks *)query->body;
    struct meeting_page page;
    struct meeting_filter filter;
    struct uuid subject;
    enum err err = read_filter(query, &subject, &filter);
    if (err)
        return err;
    meeting_page_queue(query, &filter, &page);
    struct pg_result *status = directory_queue_status(query->ctx, query->pg, &page.scope.member);
    const struct roll_own_filter own = {
        .member = &page.scope.member, .meeting = filter.id, .has_from = filter.has_from, .from_us = filter.from_us};
    const struct pg_result *own_rows = roll_store_own_queue(query->ctx, query->pg, &own);
    err = meeting_page_read(query, &page);
    if (err)
        return err;
    struct meeting_actor reader = {.id = page.scope.member, .is_suspended = directory_is_suspended(status)};
    query->reply = &view_marks(query, &page, &reader, read_attendance(query->ctx, own_rows), body->limit)->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {{&pb__list_marks__descriptor, list_marks}};
const struct query_table MARK_QUERIES = QUERY_TABLE(QUERIES);
