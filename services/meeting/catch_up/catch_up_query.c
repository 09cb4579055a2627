#include "services/meeting/catch_up/catch_up_query.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/meeting/comment/comment_store.h"
#include "services/meeting/comment/comment_view.h"
#include "services/meeting/meeting/meeting_page.h"
#include "sotay/v1/home.pb-c.h"

enum {
    DAYS_BACK = 30,
    DAYS_BACK_MOST = 366,
    ITEMS_MOST = 20, /* of each list */
};

static void view_meetings(struct query *query, const struct meeting_page *page, Pb__CatchUp *view)
{
    view->meetings = mem_array(query->ctx, Pb__Meeting *, page->n);
    for (size_t i = 0; i < page->n; i++) {
        Pb__Meeting *meeting = meeting_page_view(query, page, i);
        if (!query_has_room(query, &meeting->base))
            break;
        view->meetings[view->n_meetings++] = meeting;
    }
}

static enum err get_catch_up(struct query *query)
{
    const Pb__GetCatchUp *body = (const Pb__GetCatchUp *)query->body;
    int64_t since_us = body->has_since_us ? body->since_us : query->now_us - DAYS_BACK * CLOCK_DAY_US;
    struct meeting_page page;
    if (since_us < query->now_us - DAYS_BACK_MOST * CLOCK_DAY_US)
        return query_field(query, "/since", ERR_FIELD_TOO_SMALL);
    const struct meeting_filter filter = {
        .is_own = true,
        .took_place = true,
        .has_from = true,
        .from_us = since_us,
        .has_to = true,
        .to_us = query->now_us,
        .limit = ITEMS_MOST,
    };
    meeting_page_queue(query, &filter, &page);
    if (!page.scope.has_member)
        return ERR_NOT_FOUND;
    struct pg_result *answered = comment_store_answered_queue(query->ctx, query->pg, &page.scope, since_us, ITEMS_MOST);
    enum err err = meeting_page_read(query, &page);
    if (err)
        return err;
    Pb__CatchUp *view = mem_new(query->ctx, Pb__CatchUp);
    pb__catch_up__init(view);
    view->since_us = since_us;
    view_meetings(query, &page, view);
    view->answers = view_comments(query, comment_store_read_all(query->ctx, answered), pg_rows(answered),
                                  &view->n_answers);
    query->reply = &view->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {{&pb__get_catch_up__descriptor, get_catch_up}};
const struct query_table CATCH_UP_QUERIES = QUERY_TABLE(QUERIES);
