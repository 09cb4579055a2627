#include "services/meeting/mark/mark_query.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/directory/store.h"
#include "services/meeting/comment/comment.h"
#include "services/meeting/meeting/meeting_access.h"
#include "services/meeting/meeting/meeting_page.h"

enum { MARK_DAYS = 60 };

/* What there is to do with a meeting, in the order in which marks say it. */
static const struct meeting_action *const ACTIONS[] = {
    &MEETING_EDIT, &MEETING_PUBLISH, &MEETING_DELETE, &MEETING_CANCEL, &COMMENT_MAKE, &COMMENT_ENTER, &COMMENT_ANSWER,
};

static Pb__Subject *view_subject(TALLOC_CTX *ctx, const struct uuid *meeting)
{
    Pb__Subject *subject = mem_new(ctx, Pb__Subject);
    pb__subject__init(subject);
    subject->type = PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING;
    subject->id = uuid_to_pb(ctx, meeting);
    return subject;
}

static Pb__Mark *view_mark(struct query *query, const struct meeting_page *page, size_t i,
                           const struct meeting_actor *reader)
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
    return mark;
}

static Pb__MarkList *view_marks(struct query *query, const struct meeting_page *page,
                                const struct meeting_actor *reader, size_t limit)
{
    Pb__MarkList *list = mem_new(query->ctx, Pb__MarkList);
    pb__mark_list__init(list);
    list->n_items = page->n < limit ? page->n : limit;
    list->items = mem_array(query->ctx, Pb__Mark *, list->n_items);
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i] = view_mark(query, page, i, reader);
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
    err = meeting_page_read(query, &page);
    if (err)
        return err;
    struct meeting_actor reader = {.id = page.scope.member, .is_suspended = directory_is_suspended(status)};
    query->reply = &view_marks(query, &page, &reader, body->limit)->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {{&pb__list_marks__descriptor, list_marks}};
const struct query_table MARK_QUERIES = QUERY_TABLE(QUERIES);
