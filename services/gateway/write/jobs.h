/* What a resource says of the job that makes it (`JobState` in shapes.proto): by the names and types of its fields, so
 * that the operation of whatever asks for a job is told here, once. Pure; any thread. */
#ifndef SOTAY_GATEWAY_JOBS_H
#define SOTAY_GATEWAY_JOBS_H

#include "sotay/v1/envelope.pb-c.h"
#include "sotay/v1/shapes.pb-c.h"
#include <stdbool.h>

struct job {
    Pb__JobState state;
    const Pb__Operation__Progress *progress; /* or NULL; the resource's */
    const char *problem;                     /* a word of errors.def, or NULL; the resource's */
    int64_t settled_at_us;                   /* 0: not yet */
};
/* Whether a job makes resources of this type. */
bool job_makes(const ProtobufCMessageDescriptor *type);
/* False: the resource is NULL, or no job's. */
bool job_read(const ProtobufCMessage *resource, struct job *ret_job);
bool job_is_done(const struct job *job);

#endif
