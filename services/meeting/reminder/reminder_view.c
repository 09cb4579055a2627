#include "services/meeting/reminder/reminder_view.h"

#include "common/base/mem.h"

static Pb__SkippedBranch **view_skipped(TALLOC_CTX *ctx, const struct reminder_choice *choice)
{
    Pb__SkippedBranch **views = mem_array(ctx, Pb__SkippedBranch *, choice->n_skipped);
    for (size_t i = 0; i < choice->n_skipped; i++) {
        views[i] = mem_new(ctx, Pb__SkippedBranch);
        pb__skipped_branch__init(views[i]);
        views[i]->organization_id = uuid_to_pb(ctx, &choice->skipped[i].branch);
        views[i]->reason = choice->skipped[i].reason;
    }
    return views;
}

Pb__ReminderPreview *view_reminder_preview(TALLOC_CTX *ctx, const struct reminder_words *words,
                                           const struct reminder_choice *choice)
{
    Pb__ReminderPreview *view = mem_new(ctx, Pb__ReminderPreview);
    pb__reminder_preview__init(view);
    view->title = (char *)(uintptr_t)words->title; /* packed, never written */
    view->body = (char *)(uintptr_t)words->body;
    view->branches = (int64_t)choice->n_branches;
    view->recipients = choice->recipients;
    view->n_skipped = choice->n_skipped;
    view->skipped = view_skipped(ctx, choice);
    view->skipped_total = choice->skipped_total;
    return view;
}

Pb__ReminderSent *view_reminder_sent(TALLOC_CTX *ctx, const struct uuid *notification,
                                     const struct reminder_choice *choice)
{
    Pb__ReminderSent *view = mem_new(ctx, Pb__ReminderSent);
    pb__reminder_sent__init(view);
    view->has_notification_id = choice->n_branches > 0;
    if (view->has_notification_id)
        view->notification_id = uuid_to_pb(ctx, notification);
    view->branches = (int64_t)choice->n_branches;
    view->recipients = choice->recipients;
    view->n_skipped = choice->n_skipped;
    view->skipped = view_skipped(ctx, choice);
    view->skipped_total = choice->skipped_total;
    return view;
}
