#include "services/auth/loops.h"

#include "common/base/array.h"
#include "services/auth/audit/audit_events.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/consent/consent_commands.h"
#include "services/auth/device/device_commands.h"
#include "services/auth/export/export_commands.h"
#include "services/auth/grant/grant_commands.h"
#include "services/auth/group/group_commands.h"
#include "services/auth/import/import_commands.h"
#include "services/auth/member/member_store.h"
#include "services/auth/membership/membership_commands.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/organization/organization_store.h"
#include "services/auth/rules/rules_commands.h"
#include "services/auth/session/session_commands.h"
#include "services/auth/session/session_events.h"
#include "services/auth/told.h"
#include "services/auth/transfer/transfer_commands.h"
#include "services/auth/tree/tree_commands.h"
#include "services/auth/tree/tree_set.h"

static const struct loop_input INPUTS[] = {{.topic = TOPIC_AUTH_COMMANDS, .commands = true}};
/* In the order in which they lock. */
static const struct loop_part *const PARTS[] = {
    &TREE_BIRTHS_PART,   &MEMBERSHIP_PART, &MEMBERSHIP_COMMANDS_PART,
    &GRANT_PART,         &TRANSFER_PART,   &TREE_PART,
    &TREE_COMMANDS_PART, &RULES_PART,      &GROUP_PART,
    &SESSION_PART,       &DEVICE_PART,     &CONSENT_PART,
    &EXPORT_PART,        &IMPORT_PART,     &AUDIT_PART,
};
static const struct loop_compacted COMPACTED[] = {
    {TOPIC_DIRECTORY_ORGANIZATIONS, organization_store_records},
    {TOPIC_DIRECTORY_MEMBERS, member_store_records},
};
/* What auth itself once said, read back: a restored database hears what it has forgotten; and what others tell the
 * audit. */
static const struct loop_input TOLD[] = {TOLD_INPUTS, {.topic = TOPIC_AUTH_EVENTS}, {.topic = TOPIC_AUDIT_EVENTS}};
static const struct loop_part *const TOLD_PARTS[] = {&TOLD_PART, &SESSION_EVENTS_PART, &AUDIT_EVENTS_PART, &AUDIT_PART};
const struct loop_options AUTH_LOOPS[] = {
    {.service = "auth",
     .name = "commands",
     .inputs = INPUTS,
     .n_inputs = ARRAY_LENGTH(INPUTS),
     .parts = PARTS,
     .n_parts = ARRAY_LENGTH(PARTS),
     .fires_timers = true,
     .compacted = COMPACTED,
     .n_compacted = ARRAY_LENGTH(COMPACTED)},
    {.service = "auth",
     .name = "projections",
     .inputs = TOLD,
     .n_inputs = ARRAY_LENGTH(TOLD),
     .parts = TOLD_PARTS,
     .n_parts = ARRAY_LENGTH(TOLD_PARTS),
     .batch_limit = 2048},
};
const size_t AUTH_N_LOOPS = ARRAY_LENGTH(AUTH_LOOPS);
