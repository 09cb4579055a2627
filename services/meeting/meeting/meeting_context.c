#include "services/meeting/meeting/meeting_context.h"

#include "services/directory/lookup.h"
#include "services/meeting/document/document_lookup.h"
#include "services/meeting/host/host_lookup.h"
#include "services/meeting/meeting/meeting_set.h"

void meeting_context_want(const struct loop_message *message, unsigned beside)
{
    directory_set_want_record(directory_lookup(message->batch), &message->actor);
    meeting_set_want(message->batch, &message->aggregate, beside);
}

void meeting_context_of_host(const struct loop_message *message, const struct meeting_host *host,
                             struct meeting_context *ret_context)
{
    *ret_context = (struct meeting_context){
        .message = message,
        .host = host,
        .person = directory_set_person(directory_lookup(message->batch), &message->actor),
        .actor.id = message->actor,
        .cause = {.message = message->id, .now_us = message->now_us},
    };
    if (!ret_context->person)
        return;
    const Pb__DirectoryMember__Interval *now = directory_interval(ret_context->person->record, message->now_us);
    ret_context->actor.standing = directory_standing(ret_context->person, &host->org, message->now_us);
    ret_context->actor.is_suspended = now && now->status == PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED;
}

enum err meeting_context_find(const struct loop_message *message, const struct meeting_action *action,
                              struct meeting_context *ret_context)
{
    const struct meeting *meeting = meeting_set_find(message->batch, &message->aggregate);
    if (!meeting)
        return ERR_NOT_FOUND;
    const struct meeting_host *host = host_find(message->batch, &meeting->organization);
    if (!host)
        return ERR_RETRY; /* it was known when it convened: our projection is being rebuilt */
    meeting_context_of_host(message, host, ret_context);
    ret_context->meeting = meeting;
    return meeting_check(meeting, &ret_context->actor, action, message->now_us);
}

enum err meeting_context_take(const struct loop_message *message, const struct meeting_action *action,
                              struct meeting_context *ret_context)
{
    enum err err = meeting_context_find(message, action, ret_context);
    if (!err && message->has_if_version && message->if_version != ret_context->meeting->version)
        return ERR_VERSION_CONFLICT;
    return err;
}

const struct document *meeting_context_document(const struct meeting_context *context, const struct uuid *id)
{
    const struct loop_message *message = context->message;
    const struct document *document = document_find(message->batch, id, message->appended_at_us);
    if (!document)
        return NULL;
    struct audience_reader reader = audience_reader_of(directory_lookup(message->batch), context->person,
                                                       &document->issuer, &document->author, &document->audience,
                                                       context->cause.now_us);
    return audience_may_read(document->classification, false, &reader) ? document : NULL;
}

struct meeting_rules meeting_context_rules(const struct meeting_context *context)
{
    const struct directory_org *org = &context->host->org;
    Pb__RuleValues values;
    directory_rules_at(context->host->rules, org->path, org->n_path, context->cause.now_us, &values);
    return (struct meeting_rules){.registration_day = values.registration_day,
                                  .agenda_limit_minutes = values.agenda_limit_minutes,
                                  .resolution_due_days = values.resolution_due_days};
}

void meeting_tag(struct loop_batch *batch, const struct uuid *meeting, const struct uuid path[], size_t n_path)
{
    loop_tag(batch, TAG_MEETING, meeting);
    for (size_t i = 0; i < n_path; i++)
        loop_tag(batch, TAG_MEETINGS, &path[i]);
}

static void tell(const struct meeting_context *context, const ProtobufCMessage *event)
{
    const struct loop_message *message = context->message;
    loop_event(message, TOPIC_MEETING_EVENTS, &message->aggregate, event);
    meeting_tag(message->batch, &message->aggregate, context->host->org.path, context->host->org.n_path);
}

/* Others are warned of it, or no longer. */
static void tag_near(struct loop_batch *batch, const struct meeting *old, const struct meeting *next)
{
    bool is_where_it_was = old->state == next->state && old->starts_at_us == next->starts_at_us;
    if (is_where_it_was && old->version > 0)
        return;
    if (old->version > 0)
        meeting_set_tag_near(batch, old);
    meeting_set_tag_near(batch, next);
}

enum err meeting_context_keep(const struct meeting_context *context, const struct meeting *next,
                              const ProtobufCMessage *event)
{
    static const struct meeting NOTHING;
    const struct meeting old = context->meeting ? *context->meeting : NOTHING; /* keeping makes it the next one */
    enum err err = meeting_set_keep(context->message->batch, next);
    if (err)
        return err;
    tag_near(context->message->batch, &old, next);
    tell(context, event);
    return ERR_OK;
}

void meeting_context_delete(const struct meeting_context *context, const ProtobufCMessage *event)
{
    tell(context, event);
    meeting_set_delete(context->message->batch, &context->meeting->id);
}

/* Only those see it who see the branch's own list. */
static void tag_within(const struct meeting_context *context)
{
    loop_tag(context->message->batch, TAG_MEETING, &context->meeting->id);
    loop_tag(context->message->batch, TAG_MEETINGS, &context->host->org.id);
}

void meeting_context_count(const struct meeting_context *context, enum meeting_counted what, int32_t by)
{
    meeting_set_count(context->message->batch, &context->meeting->id, what, by);
    tag_within(context);
}

void meeting_context_attend(const struct meeting_context *context, const struct meeting_attendance *attendance)
{
    meeting_set_attend(context->message->batch, &context->meeting->id, attendance);
    tag_within(context);
}
