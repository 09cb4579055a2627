#include "services/auth/audit/audit_events.h"

#include "services/auth/audit/audit_set.h"

static enum err apply_urgent(const struct loop_message *message)
{
    const Pb__SentAsUrgent *event = (const Pb__SentAsUrgent *)message->body;
    struct uuid subject, organization;
    if (uuid_from_pb(event->subject->id, &subject) || uuid_from_pb(event->organization_id, &organization))
        return ERR_MALFORMED;
    audit_subject(message, PB__AUDIT_ACTION__AUDIT_ACTION_SENT_AS_URGENT, event->subject->type, &subject,
                  &organization);
    return ERR_OK;
}

static const struct loop_handler EVENTS[] = {{&pb__sent_as_urgent__descriptor, NULL, apply_urgent}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUDIT_EVENTS, EVENTS)};

const struct loop_part AUDIT_EVENTS_PART = {
    .name = "audit_events", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
