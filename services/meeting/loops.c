#include "services/meeting/loops.h"

#include "common/base/array.h"
#include "services/directory/lookup.h"
#include "services/directory/projection.h"
#include "services/meeting/comment/comment_commands.h"
#include "services/meeting/comment/comment_set.h"
#include "services/meeting/document/document_events.h"
#include "services/meeting/document/document_lookup.h"
#include "services/meeting/host/host_lookup.h"
#include "services/meeting/meeting/meeting_commands.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/meeting/meeting_titles.h"
#include "services/meeting/minutes/minutes_commands.h"
#include "services/meeting/minutes/minutes_set.h"
#include "services/meeting/proposal/proposal_commands.h"
#include "services/meeting/proposal/proposal_set.h"
#include "services/meeting/reminder/coming_commands.h"
#include "services/meeting/reminder/prompt_commands.h"
#include "services/meeting/reminder/recall_events.h"
#include "services/meeting/reminder/reminder_commands.h"
#include "services/meeting/reminder/reminder_set.h"
#include "services/meeting/resolution/resolution_commands.h"
#include "services/meeting/resolution/resolution_set.h"
#include "services/meeting/roll/edit_commands.h"
#include "services/meeting/roll/hold_commands.h"
#include "services/meeting/roll/roll_commands.h"
#include "services/meeting/roll/roll_set.h"
#include "services/meeting/task/task_commands.h"
#include "services/meeting/task/task_set.h"
#include "services/meeting/template/template_commands.h"
#include "services/meeting/template/template_set.h"
#include "services/meeting/told/told_commands.h"
#include "services/meeting/told/told_set.h"

static const struct loop_input COMMANDS[] = {{.topic = TOPIC_MEETING_COMMANDS, .commands = true}};

/* Reminders wait for each other before anything is locked; meetings are locked before what lies under them, and bring
 * their hosts, as tasks and templates do. */
static const struct loop_part *const COMMAND_PARTS[] = {
    &REMINDER_PART,
    &MEETING_PART,
    &COMMENT_PART,
    &PROPOSAL_PART,
    &ROLL_PART,
    &MINUTES_PART,
    &RESOLUTION_PART,
    &TASK_PART,
    &TEMPLATE_PART,
    &TOLD_PART,
    &DOCUMENT_LOOKUP_PART,
    &HOST_PART,
    &DIRECTORY_LOOKUP_PART,
    &MEETING_COMMANDS_PART,
    &COMMENT_COMMANDS_PART,
    &PROPOSAL_COMMANDS_PART,
    &EDIT_COMMANDS_PART,
    &HOLD_COMMANDS_PART,
    &ROLL_COMMANDS_PART,
    &MINUTES_COMMANDS_PART,
    &TASK_COMMANDS_PART,
    &RESOLUTION_COMMANDS_PART,
    &REMINDER_COMMANDS_PART,
    &COMING_COMMANDS_PART,
    &PROMPT_COMMANDS_PART,
    &TEMPLATE_COMMANDS_PART,
    &TOLD_COMMANDS_PART,
};

const struct loop_options MEETING_COMMANDS_LOOP = {
    .service = "meeting",
    .name = "commands",
    .inputs = COMMANDS,
    .n_inputs = ARRAY_LENGTH(COMMANDS),
    .parts = COMMAND_PARTS,
    .n_parts = ARRAY_LENGTH(COMMAND_PARTS),
    .hears = &MEETING_PROJECTIONS_LOOP,
    .fires_timers = true,
};

static const struct loop_input PROJECTIONS[] = {
    DIRECTORY_INPUTS, {.topic = TOPIC_DOCUMENT_EVENTS}, {.topic = TOPIC_NOTIFICATION_EVENTS}};
static const struct loop_part *const PROJECTION_PARTS[] = {&DIRECTORY_PART, &DOCUMENT_EVENTS_PART, &MEETING_TITLES_PART,
                                                           &RECALL_EVENTS_PART};

const struct loop_options MEETING_PROJECTIONS_LOOP = {
    .service = "meeting",
    .name = "projections",
    .inputs = PROJECTIONS,
    .n_inputs = ARRAY_LENGTH(PROJECTIONS),
    .parts = PROJECTION_PARTS,
    .n_parts = ARRAY_LENGTH(PROJECTION_PARTS),
};
