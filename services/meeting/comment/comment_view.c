#include "services/meeting/comment/comment_view.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_view.h"

/* protobuf-c's structs hold `char *` though nobody writes through them. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static Pb__Comment__Answer *view_answer(TALLOC_CTX *ctx, const struct comment *comment, const char *author_name)
{
    Pb__Comment__Answer *answer = mem_new(ctx, Pb__Comment__Answer);
    pb__comment__answer__init(answer);
    answer->author = view_person(ctx, &comment->answer_author, author_name);
    answer->text = borrowed(comment->answer_text);
    answer->created_at_us = comment->answered_at_us;
    return answer;
}

Pb__Comment *view_comment(TALLOC_CTX *ctx, const struct named_comment *named)
{
    const struct comment *comment = &named->is;
    Pb__Comment *view = mem_new(ctx, Pb__Comment);
    pb__comment__init(view);
    view->id = uuid_to_pb(ctx, &comment->id);
    view->has_agenda_item_id = !uuid_is_zero(&comment->agenda_item);
    if (view->has_agenda_item_id)
        view->agenda_item_id = uuid_to_pb(ctx, &comment->agenda_item);
    view->author = view_person(ctx, &comment->author, named->author);
    view->text = borrowed(comment->text);
    view->visibility = comment->visibility;
    view->channel = comment->channel;
    view->created_at_us = comment->created_at_us;
    if (comment->answer_text)
        view->answer = view_answer(ctx, comment, named->answer_author);
    return view;
}

Pb__Comment **view_comments(struct query *query, const struct named_comment *comments, size_t n, size_t *ret_n)
{
    Pb__Comment **views = mem_array(query->ctx, Pb__Comment *, n);
    size_t i = 0;
    for (; i < n; i++) {
        views[i] = view_comment(query->ctx, &comments[i]);
        if (!query_has_room(query, &views[i]->base))
            break;
    }
    *ret_n = i;
    return views;
}
