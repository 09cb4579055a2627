#include "services/meeting/minutes/minutes_view.h"

#include "common/base/mem.h"

Pb__MeetingMinutes *view_minutes(TALLOC_CTX *ctx, const struct minutes *minutes)
{
    const Pb__MinutesContent *content = minutes->content;
    Pb__MeetingMinutes *view = mem_new(ctx, Pb__MeetingMinutes);
    pb__meeting_minutes__init(view);
    view->text = content->text;
    view->n_conclusions = content->n_conclusions;
    view->conclusions = content->conclusions;
    view->n_guests = content->n_guests;
    view->guests = content->guests;
    view->has_document_id = content->has_document_id;
    view->document_id = content->document_id;
    view->has_published_at_us = minutes->published_at_us > 0;
    view->published_at_us = minutes->published_at_us;
    view->version = minutes->version;
    return view;
}
