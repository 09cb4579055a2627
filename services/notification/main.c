#include "common/service/service.h"
#include "services/directory/directory.h"
#include "services/directory/migrations.h"
#include "services/notification/commands.h"
#include "services/notification/events.h"
#include "services/notification/migrations.h"
#include "services/notification/queries.h"
#include "services/notification/sender.h"

static const struct loop_input COMMANDS[] = {{.topic = TOPIC_NOTIFICATION_COMMANDS, .commands = true}};
static const struct loop_part *const COMMAND_PARTS[] = {&NOTIFICATION_COMMANDS_PART};

static const struct loop_input PROJECTIONS[] = {
    DIRECTORY_INPUTS, {.topic = TOPIC_AUTH_EVENTS}, {.topic = TOPIC_MEETING_EVENTS}, {.topic = TOPIC_DOCUMENT_EVENTS}};
static const struct loop_part *const PROJECTION_PARTS[] = {&DIRECTORY_PART, &NOTIFICATION_PROJECTION_PART};

int main(int argc, char **argv)
{
    const struct loop_options loops[] = {
        {.service = "notification",
         .name = "commands",
         .inputs = COMMANDS,
         .n_inputs = sizeof COMMANDS / sizeof *COMMANDS,
         .parts = COMMAND_PARTS,
         .n_parts = sizeof COMMAND_PARTS / sizeof *COMMAND_PARTS,
         .fires_timers = true},
        {.service = "notification",
         .name = "projections",
         .inputs = PROJECTIONS,
         .n_inputs = sizeof PROJECTIONS / sizeof *PROJECTIONS,
         .parts = PROJECTION_PARTS,
         .n_parts = sizeof PROJECTION_PARTS / sizeof *PROJECTION_PARTS,
         .batch_limit = 2048,
         .gather_ms = 100},
    };
    const struct service_spec spec = {
        .name = "notification",
        .schemas = {{directory_migrations, directory_n_migrations},
                    {notification_migrations, notification_n_migrations}},
        .loops = loops,
        .n_loops = sizeof loops / sizeof *loops,
        .queries = NOTIFICATION_QUERY_HANDLERS,
        .n_queries = NOTIFICATION_N_QUERIES,
        .keys = SENDER_KEYS,
        .n_keys = SENDER_N_KEYS,
        .start = sender_start,
        .stop = sender_stop,
    };
    return service_main(&spec, argc, argv);
}
