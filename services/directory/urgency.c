#include "services/directory/urgency.h"

void urgency_tell(const struct loop_message *message, Pb__AuditSubject__Type type, const struct uuid *subject,
                  const struct uuid *organization)
{
    if (!message->has_actor)
        return;
    Pb__AuditSubject what = PB__AUDIT_SUBJECT__INIT;
    what.type = type;
    what.id = uuid_to_pb(message->ctx, subject);
    Pb__SentAsUrgent event = PB__SENT_AS_URGENT__INIT;
    event.subject = &what;
    event.organization_id = uuid_to_pb(message->ctx, organization);
    loop_event(message, TOPIC_AUDIT_EVENTS, organization, &event.base);
}
