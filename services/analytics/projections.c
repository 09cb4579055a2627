#include "services/analytics/projections.h"

#include "common/base/array.h"
#include "services/analytics/attendance/attendance_events.h"
#include "services/analytics/contribution/contribution.h"
#include "services/analytics/counts/counts.h"
#include "services/analytics/document/audience_events.h"
#include "services/analytics/document/document_events.h"
#include "services/analytics/meeting/meeting_events.h"
#include "services/analytics/organization/organization_events.h"
#include "services/analytics/person/person_events.h"
#include "services/analytics/reading/reading_events.h"
#include "services/analytics/reminder/reminder_events.h"
#include "services/directory/projection.h"

const struct loop_input ANALYTICS_INPUTS[] = {DIRECTORY_INPUTS,
                                              {.topic = TOPIC_MEETING_EVENTS},
                                              {.topic = TOPIC_DOCUMENT_EVENTS},
                                              {.topic = TOPIC_AUTH_EVENTS},
                                              {.topic = TOPIC_NOTIFICATION_EVENTS},
                                              {.topic = TOPIC_ACTIVITY, .clients = true}};
const size_t ANALYTICS_N_INPUTS = ARRAY_LENGTH(ANALYTICS_INPUTS);

/* Each statement sees what stands before it: documents are taken out of the branches that they address before anything
 * changes, and put in again when organisations stand where they belong; readers by position and name are found when all
 * that decides it is written; the sums come last. */
const struct loop_part *const ANALYTICS_PARTS[] = {
    &COUNTS_TURN_PART, &DOCUMENT_PART, &DIRECTORY_PART, &ORGANIZATION_PART, &AUDIENCE_PART, &MEETING_PART,
    &ATTENDANCE_PART,  &PERSON_PART,   &READING_PART,   &CONTRIBUTION_PART, &REMINDER_PART, &COUNTS_PART,
};
const size_t ANALYTICS_N_PARTS = ARRAY_LENGTH(ANALYTICS_PARTS);
