#include "common/service/service.h"
#include "services/directory/directory.h"
#include "services/directory/migrations.h"
#include "services/notification/commands.h"
#include "services/notification/events.h"
#include "services/notification/migrations.h"
#include "services/notification/queries.h"
#include "services/notification/sender.h"

static const struct loop_input COMMANDS[] = {
    {.topic = TOPIC_NOTIFICATION_COMMANDS,
     .handlers = NOTIFICATION_COMMAND_HANDLERS,
     .n_handlers = NOTIFICATION_N_COMMANDS,
     .commands = true},
};

static const struct loop_input PROJECTIONS[] = {
    {.topic = TOPIC_DIRECTORY_ORGANIZATIONS, .handlers = DIRECTORY_ORGANIZATION_HANDLERS, .n_handlers = 1, .raw = true},
    {.topic = TOPIC_DIRECTORY_MEMBERS, .handlers = NOTIFICATION_MEMBER_HANDLERS, .n_handlers = 1, .raw = true},
    {.topic = TOPIC_AUTH_EVENTS, .handlers = NOTIFICATION_DEVICE_HANDLERS, .n_handlers = NOTIFICATION_N_DEVICE_EVENTS},
    {.topic = TOPIC_MEETING_EVENTS,
     .handlers = NOTIFICATION_MEETING_HANDLERS,
     .n_handlers = NOTIFICATION_N_MEETING_EVENTS},
    {.topic = TOPIC_DOCUMENT_EVENTS,
     .handlers = NOTIFICATION_DOCUMENT_HANDLERS,
     .n_handlers = NOTIFICATION_N_DOCUMENT_EVENTS},
};

int main(int argc, char **argv)
{
    const struct loop_options loops[] = {
        {.service = "notification",
         .name = "commands",
         .inputs = COMMANDS,
         .n_inputs = sizeof COMMANDS / sizeof *COMMANDS,
         .ops = NOTIFICATION_COMMAND_OPS,
         .fires_timers = true},
        {.service = "notification",
         .name = "projections",
         .inputs = PROJECTIONS,
         .n_inputs = sizeof PROJECTIONS / sizeof *PROJECTIONS,
         .ops = NOTIFICATION_PROJECTION_OPS,
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
