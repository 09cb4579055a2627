#include "services/meeting/draft/draft_view.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/meeting/draft/draft_texts.h"
#include "services/meeting/meeting/meeting_view.h"

static void add_warning(TALLOC_CTX *ctx, Pb__Meeting *view, const char *code, char *message)
{
    Pb__Warning *warning = mem_new(ctx, Pb__Warning);
    pb__warning__init(warning);
    warning->code = (char *)(uintptr_t)code; /* packed, never written */
    warning->message = message;
    view->warnings = mem_grow(ctx, view->warnings, sizeof *view->warnings, view->n_warnings + 1);
    view->warnings[view->n_warnings++] = warning;
}

static void add_remarks(TALLOC_CTX *ctx, const struct meeting *draft, const struct draft_remarks *remarks,
                        Pb__Meeting *view)
{
    int year, month, day;
    clock_date_split(clock_local_date(remarks->usual_us), &year, &month, &day);
    if (remarks->is_taken)
        add_warning(ctx, view, "month_taken", mem_printf(ctx, TEXT_MONTH_TAKEN, month, year));
    if (draft->starts_at_us != remarks->usual_us)
        add_warning(ctx, view, "day_moved", mem_printf(ctx, TEXT_DAY_MOVED, day, month, year));
    if (!*draft->place)
        add_warning(ctx, view, "place_missing", mem_text(ctx, TEXT_NO_PLACE));
}

/* A draft is a meeting without ids, on the wire too: so it looks as meetings do, whatever these show next. */
static Pb__MeetingDraft *without_ids(TALLOC_CTX *ctx, const Pb__Meeting *meeting)
{
    ProtobufCBinaryData packed = mem_pack(ctx, &meeting->base);
    Pb__MeetingDraft *view = (Pb__MeetingDraft *)mem_unpack(ctx, &pb__meeting_draft__descriptor, packed.data,
                                                            packed.len);
    if (!view)
        return NULL;
    view->has_id = false;
    for (size_t i = 0; i < view->n_agenda; i++)
        view->agenda[i]->has_id = false;
    return view;
}

Pb__MeetingDraft *view_draft(TALLOC_CTX *ctx, const struct meeting *draft, const struct meeting_host *host,
                             const struct draft_remarks *remarks)
{
    Pb__Meeting *view = view_meeting(ctx, draft, host);
    add_remarks(ctx, draft, remarks, view);
    return without_ids(ctx, view);
}
