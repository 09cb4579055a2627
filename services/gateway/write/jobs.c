#include "services/gateway/write/jobs.h"

/* The field of this name and type; NULL: there is none, or it is absent. `descriptor` NULL: any. */
static const void *field_of(const ProtobufCMessage *message, const char *name, ProtobufCType type,
                            const void *descriptor)
{
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    if (!field || field->type != type || (descriptor && field->descriptor != descriptor))
        return NULL;
    return (const char *)message + field->offset;
}

bool job_makes(const ProtobufCMessageDescriptor *type)
{
    const ProtobufCFieldDescriptor *state = protobuf_c_message_descriptor_get_field_by_name(type, "state");
    return state && state->type == PROTOBUF_C_TYPE_ENUM && state->descriptor == &pb__job_state__descriptor;
}

bool job_read(const ProtobufCMessage *resource, struct job *ret_job)
{
    if (!resource || !job_makes(resource->descriptor))
        return false;
    const Pb__JobState *state = field_of(resource, "state", PROTOBUF_C_TYPE_ENUM, &pb__job_state__descriptor);
    Pb__Operation__Progress *const *progress = field_of(resource, "progress", PROTOBUF_C_TYPE_MESSAGE,
                                                        &pb__operation__progress__descriptor);
    char *const *problem = field_of(resource, "problem", PROTOBUF_C_TYPE_STRING, NULL);
    const int64_t *settled_at_us = field_of(resource, "settled_at_us", PROTOBUF_C_TYPE_INT64, NULL);
    *ret_job = (struct job){.state = *state,
                            .progress = progress ? *progress : NULL,
                            .problem = problem ? *problem : NULL,
                            .settled_at_us = settled_at_us ? *settled_at_us : 0};
    return true;
}

bool job_is_done(const struct job *job)
{
    return job->state == PB__JOB_STATE__JOB_STATE_SUCCEEDED || job->state == PB__JOB_STATE__JOB_STATE_REJECTED;
}
