#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/service/service.h"
#include "services/directory/lookup.h"
#include "services/directory/migrations.h"
#include "services/directory/projection.h"
#include "services/notification/audience/membership.h"
#include "services/notification/inbox/inbox_commands.h"
#include "services/notification/inbox/inbox_view.h"
#include "services/notification/inbox/item_events.h"
#include "services/notification/migrations.h"
#include "services/notification/preference/preference_commands.h"
#include "services/notification/preference/preference_query.h"
#include "services/notification/push/accounts.h"
#include "services/notification/push/delivery_view.h"
#include "services/notification/push/device.h"
#include "services/notification/push/recall.h"
#include "services/notification/push/sender.h"

static const struct loop_input COMMANDS[] = {{.topic = TOPIC_NOTIFICATION_COMMANDS, .commands = true}};
static const struct loop_part *const COMMAND_PARTS[] = {&INBOX_PART, &PREFERENCE_PART, &DIRECTORY_LOOKUP_PART,
                                                        &RECALL_PART};

static const struct loop_input PROJECTIONS[] = {
    DIRECTORY_INPUTS, {.topic = TOPIC_AUTH_EVENTS}, {.topic = TOPIC_MEETING_EVENTS}, {.topic = TOPIC_DOCUMENT_EVENTS}};
static const struct loop_part *const PROJECTION_PARTS[] = {&DIRECTORY_PART, &MEMBERSHIP_PART, &DEVICE_PART, &ITEM_PART};

static const struct query_table *const QUERIES[] = {&INBOX_QUERIES, &DELIVERY_QUERIES, &PREFERENCE_QUERIES};

static const struct loop_options PROJECTIONS_LOOP = {.service = "notification",
                                                     .name = "projections",
                                                     .inputs = PROJECTIONS,
                                                     .n_inputs = ARRAY_LENGTH(PROJECTIONS),
                                                     .parts = PROJECTION_PARTS,
                                                     .n_parts = ARRAY_LENGTH(PROJECTION_PARTS),
                                                     .batch_limit = 2048,
                                                     .gather_ms = 100};
static const struct loop_options COMMANDS_LOOP = {.service = "notification",
                                                  .name = "commands",
                                                  .inputs = COMMANDS,
                                                  .n_inputs = ARRAY_LENGTH(COMMANDS),
                                                  .parts = COMMAND_PARTS,
                                                  .n_parts = ARRAY_LENGTH(COMMAND_PARTS),
                                                  .hears = &PROJECTIONS_LOOP,
                                                  .fires_timers = true};

static const struct service_command COMMANDS_OF_OPERATOR[] = {{"accounts", ACCOUNTS_USAGE, accounts_command}};

int main(int argc, char **argv)
{
    size_t n_keys;
    struct config_key *keys = sender_keys(NULL, &n_keys);
    const struct loop_options loops[] = {COMMANDS_LOOP, PROJECTIONS_LOOP};
    const struct service_spec spec = {
        .name = "notification",
        .schemas = {{directory_migrations, directory_n_migrations},
                    {notification_migrations, notification_n_migrations}},
        .loops = loops,
        .n_loops = ARRAY_LENGTH(loops),
        .queries = QUERIES,
        .n_queries = ARRAY_LENGTH(QUERIES),
        .keys = keys,
        .n_keys = n_keys,
        .commands = COMMANDS_OF_OPERATOR,
        .n_commands = ARRAY_LENGTH(COMMANDS_OF_OPERATOR),
        .start = sender_start,
        .stop = sender_stop,
    };
    int code = service_main(&spec, argc, argv);
    mem_free(keys);
    return code;
}
