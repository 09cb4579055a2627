#include "services/meeting/resolution/resolution.h"

const struct meeting_action RESOLUTION_SETTLE = {"settle_resolution", meeting_convenes, MEETING_IS_HELD};

/* A resolution of the organisation that met, issued once it had begun to meet. */
static bool is_of(const struct document *document, const struct meeting *meeting)
{
    return document->has_kind && document->kind == PB__DOCUMENT_KIND__DOCUMENT_KIND_RESOLUTION &&
           uuid_equal(&document->issuer.id, &meeting->organization) &&
           document->published_at_us >= meeting->starts_at_us;
}

static void check_document(const struct meeting *meeting, const struct resolution_input *input,
                           struct problems *problems)
{
    if (!input->document)
        problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/document_id");
    else if (!is_of(input->document, meeting))
        problems_add(problems, ERR_FIELD_NOT_RESOLUTION, "/document_id");
    else if (input->settles_another)
        problems_add(problems, ERR_FIELD_SETTLES_ANOTHER, "/document_id");
}

enum err resolution_settle(const struct meeting *meeting, const struct resolution_input *input,
                           struct problems *problems, struct meeting *ret_next)
{
    check_document(meeting, input, problems);
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    *ret_next = *meeting;
    if (uuid_equal(&meeting->resolution.document, &input->document->id))
        return ERR_OK;
    ret_next->version++;
    ret_next->resolution.document = input->document->id;
    ret_next->resolution.published_at_us = input->document->published_at_us;
    ret_next->resolution.is_overdue = false;
    return ERR_OK;
}

bool resolution_fall_due(const struct meeting *meeting, int64_t now_us, struct meeting *ret_next)
{
    if (meeting->state != PB__MEETING_STATE__MEETING_STATE_HELD || meeting->resolution.is_overdue ||
        !meeting_resolution_is_late(meeting, now_us))
        return false;
    *ret_next = *meeting;
    ret_next->version++;
    ret_next->resolution.is_overdue = true;
    return true;
}
