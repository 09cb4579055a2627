/* auth: organisations, members, positions, accounts, devices, sessions. Only wires; README.md is the map. */
#include "common/base/array.h"
#include "services/auth/account/activation.h"
#include "services/auth/account/activation_command.h"
#include "services/auth/account/link.h"
#include "services/auth/account/login.h"
#include "services/auth/account/second_factor.h"
#include "services/auth/bootstrap.h"
#include "services/auth/consent/consent_commands.h"
#include "services/auth/consent/consent_query.h"
#include "services/auth/demo/demo_token.h"
#include "services/auth/demo/seed.h"
#include "services/auth/device/device_commands.h"
#include "services/auth/device/device_query.h"
#include "services/auth/grant/grant_commands.h"
#include "services/auth/history/history_query.h"
#include "services/auth/import/import_command.h"
#include "services/auth/import/import_commands.h"
#include "services/auth/import/import_query.h"
#include "services/auth/letter/activation_letters.h"
#include "services/auth/look/look.h"
#include "services/auth/member/member_query.h"
#include "services/auth/member/member_store.h"
#include "services/auth/membership/membership_commands.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/migrations.h"
#include "services/auth/organization/organization_query.h"
#include "services/auth/organization/organization_store.h"
#include "services/auth/process.h"
#include "services/auth/recovery/recovery_calls.h"
#include "services/auth/republish.h"
#include "services/auth/session/session_commands.h"
#include "services/auth/session/session_events.h"
#include "services/auth/session/session_query.h"
#include "services/auth/settings.h"
#include "services/auth/told.h"
#include "services/auth/transfer/transfer_commands.h"
#include "services/auth/transfer/transfer_query.h"
#include "services/auth/tree/tree_commands.h"
#include "services/auth/tree/tree_set.h"

static const struct loop_input INPUTS[] = {{.topic = TOPIC_AUTH_COMMANDS, .commands = true}};
/* In the order in which they lock. */
static const struct loop_part *const PARTS[] = {
    &TREE_BIRTHS_PART,   &MEMBERSHIP_PART, &MEMBERSHIP_COMMANDS_PART,
    &GRANT_PART,         &TRANSFER_PART,   &TREE_PART,
    &TREE_COMMANDS_PART, &SESSION_PART,    &DEVICE_PART,
    &CONSENT_PART,       &IMPORT_PART,
};
static const struct loop_compacted COMPACTED[] = {
    {TOPIC_DIRECTORY_ORGANIZATIONS, organization_store_records},
    {TOPIC_DIRECTORY_MEMBERS, member_store_records},
};
/* What auth itself once said, read back: a restored database hears what it has forgotten. */
static const struct loop_input OWN[] = {TOLD_INPUTS, {.topic = TOPIC_AUTH_EVENTS}};
static const struct loop_part *const OWN_PARTS[] = {&TOLD_PART, &SESSION_EVENTS_PART};
static const struct loop_options LOOPS[] = {
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
     .inputs = OWN,
     .n_inputs = ARRAY_LENGTH(OWN),
     .parts = OWN_PARTS,
     .n_parts = ARRAY_LENGTH(OWN_PARTS),
     .batch_limit = 2048},
};

static const struct query_table *const QUERIES[] = {
    &ACCOUNT_QUERIES, &ACTIVATION_QUERIES, &LINK_QUERIES,         &SECOND_FACTOR_QUERIES, &SESSION_QUERIES,
    &DEVICE_QUERIES,  &MEMBER_QUERIES,     &ORGANIZATION_QUERIES, &LETTER_QUERIES,        &CONSENT_QUERIES,
    &LOOK_QUERIES,    &RECOVERY_QUERIES,   &HISTORY_QUERIES,      &TRANSFER_QUERIES,      &IMPORT_QUERIES,
};

static const struct service_command COMMANDS[] = {
    {"bootstrap", "--code C --name N --admin-card CARD --admin-name NAME [--admin-password-file FILE]",
     bootstrap_command},
    {"activation-code", "CARD [--new]", activation_command},
    {"import", "[--dry-run] organizations.csv members.csv", import_command},
#ifdef SOTAY_DEMO
    {"seed-demo", "--password P [--otp FILE]", seed_command},
    {"demo-token", "CARD…", demo_token_command},
#endif
};

int main(int argc, char **argv)
{
    const struct service_spec spec = {
        .name = "auth",
        .schemas = {{auth_migrations, auth_n_migrations}},
        .loops = LOOPS,
        .n_loops = ARRAY_LENGTH(LOOPS),
        .queries = QUERIES,
        .n_queries = ARRAY_LENGTH(QUERIES),
        .keys = auth_keys,
        .n_keys = auth_n_keys,
        .commands = COMMANDS,
        .n_commands = ARRAY_LENGTH(COMMANDS),
        .start = process_start,
        .stop = process_stop,
        .republish = republish_all,
    };
    return service_main(&spec, argc, argv);
}
