#include "common/service/service.h"
#include "services/directory/migrations.h"
#include "services/directory/projection.h"
#include "services/meeting/commands.h"
#include "services/meeting/events.h"
#include "services/meeting/migrations.h"
#include "services/meeting/queries.h"
#include "services/meeting/republish.h"

static const struct loop_input COMMANDS[] = {{.topic = TOPIC_MEETING_COMMANDS, .commands = true}};
static const struct loop_part *const COMMAND_PARTS[] = {&MEETING_COMMANDS_PART};

static const struct loop_input PROJECTIONS[] = {DIRECTORY_INPUTS, {.topic = TOPIC_DOCUMENT_EVENTS}};
static const struct loop_part *const PROJECTION_PARTS[] = {&DIRECTORY_PART, &MEETING_PROJECTION_PART};

static const struct query_table *const QUERIES[] = {&MEETING_QUERIES};

int main(int argc, char **argv)
{
    const struct loop_options loops[] = {
        {.service = "meeting",
         .name = "commands",
         .inputs = COMMANDS,
         .n_inputs = sizeof COMMANDS / sizeof *COMMANDS,
         .parts = COMMAND_PARTS,
         .n_parts = sizeof COMMAND_PARTS / sizeof *COMMAND_PARTS,
         .fires_timers = true},
        {.service = "meeting",
         .name = "projections",
         .inputs = PROJECTIONS,
         .n_inputs = sizeof PROJECTIONS / sizeof *PROJECTIONS,
         .parts = PROJECTION_PARTS,
         .n_parts = sizeof PROJECTION_PARTS / sizeof *PROJECTION_PARTS},
    };
    const struct service_spec spec = {
        .name = "meeting",
        .schemas = {{directory_migrations, directory_n_migrations}, {meeting_migrations, meeting_n_migrations}},
        .loops = loops,
        .n_loops = sizeof loops / sizeof *loops,
        .queries = QUERIES,
        .n_queries = sizeof QUERIES / sizeof *QUERIES,
        .republish = meeting_republish,
    };
    return service_main(&spec, argc, argv);
}
