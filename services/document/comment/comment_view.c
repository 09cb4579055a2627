#include "services/document/comment/comment_view.h"

#include "common/base/mem.h"

Pb__Comment *comment_view(TALLOC_CTX *ctx, const struct comment *comment, const char *author_name)
{
    const struct directory_person author = {.id = comment->author, .full_name = author_name ? author_name : ""};
    Pb__Comment *view = mem_new(ctx, Pb__Comment);
    pb__comment__init(view);
    view->id = uuid_to_pb(ctx, &comment->id);
    view->author = directory_person_ref(ctx, &author);
    view->text = (char *)(uintptr_t)comment->text; /* packed, never written */
    view->created_at_us = comment->created_at_us;
    return view;
}
