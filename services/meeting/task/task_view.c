#include "services/meeting/task/task_view.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_view.h"

static Pb__Task__Source *view_source(TALLOC_CTX *ctx, const struct task *task)
{
    if (!task->has_source)
        return NULL;
    Pb__Task__Source *source = mem_new(ctx, Pb__Task__Source);
    pb__task__source__init(source);
    source->type = task->source_type;
    source->id = uuid_to_pb(ctx, &task->source);
    return source;
}

Pb__Task *view_task(TALLOC_CTX *ctx, const struct named_task *named)
{
    const struct task *task = &named->is;
    Pb__Task *view = mem_new(ctx, Pb__Task);
    pb__task__init(view);
    view->id = uuid_to_pb(ctx, &task->is.id);
    view->organization_id = uuid_to_pb(ctx, &task->is.organization);
    view->title = (char *)(uintptr_t)task->title; /* packed, never written */
    view->assignee = uuid_is_zero(&task->assignee) ? NULL : view_person(ctx, &task->assignee, named->assignee);
    view->due_on = task->due_on;
    view->state = task->state;
    view->source = view_source(ctx, task);
    view->version = task->is.version;
    return view;
}
