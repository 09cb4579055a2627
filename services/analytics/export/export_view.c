#include "services/analytics/export/export_view.h"

#include "common/base/mem.h"

static Pb__JobState state_of(const struct export_job *job)
{
    if (job->finished_at_us == 0)
        return job->is_held ? PB__JOB_STATE__JOB_STATE_RUNNING : PB__JOB_STATE__JOB_STATE_WAITING;
    return job->problem ? PB__JOB_STATE__JOB_STATE_REJECTED : PB__JOB_STATE__JOB_STATE_SUCCEEDED;
}

static Pb__Operation__Progress *progress_of(TALLOC_CTX *ctx, const struct export_job *job)
{
    Pb__Operation__Progress *progress = mem_new(ctx, Pb__Operation__Progress);
    pb__operation__progress__init(progress);
    progress->done = job->rows;
    progress->total = job->expected > job->rows ? job->expected : job->rows;
    return progress;
}

Pb__TableExport *export_view(TALLOC_CTX *ctx, const struct export_job *job)
{
    bool is_over = job->finished_at_us > 0;
    Pb__TableExport *view = mem_new(ctx, Pb__TableExport);
    pb__table_export__init(view);
    view->id = uuid_to_pb(ctx, &job->is.id);
    view->kind = job->is.kind;
    view->format = job->is.format;
    view->state = state_of(job);
    view->rows = job->rows;
    view->has_bytes = is_over && !job->problem;
    view->bytes = job->bytes;
    view->expires_at_us = job->expires_at_us;
    view->progress = is_over ? NULL : progress_of(ctx, job);
    view->problem = (char *)(uintptr_t)job->problem;
    view->has_settled_at_us = is_over;
    view->settled_at_us = job->finished_at_us;
    return view;
}
