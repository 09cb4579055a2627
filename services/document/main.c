#include "common/service/service.h"
#include "services/directory/migrations.h"
#include "services/directory/projection.h"
#include "services/document/commands.h"
#include "services/document/migrations.h"
#include "services/document/queries.h"
#include "services/document/republish.h"

static const struct loop_input COMMANDS[] = {{.topic = TOPIC_DOCUMENT_COMMANDS, .commands = true}};
static const struct loop_part *const COMMAND_PARTS[] = {&DOCUMENT_COMMANDS_PART};

static const struct loop_input PROJECTIONS[] = {DIRECTORY_INPUTS};
static const struct loop_part *const PROJECTION_PARTS[] = {&DIRECTORY_PART};

static const struct query_table *const QUERIES[] = {&DOCUMENT_QUERIES};

int main(int argc, char **argv)
{
    const struct loop_options loops[] = {
        {.service = "document",
         .name = "commands",
         .inputs = COMMANDS,
         .n_inputs = sizeof COMMANDS / sizeof *COMMANDS,
         .parts = COMMAND_PARTS,
         .n_parts = sizeof COMMAND_PARTS / sizeof *COMMAND_PARTS,
         .fires_timers = true},
        {.service = "document",
         .name = "projections",
         .inputs = PROJECTIONS,
         .n_inputs = sizeof PROJECTIONS / sizeof *PROJECTIONS,
         .parts = PROJECTION_PARTS,
         .n_parts = sizeof PROJECTION_PARTS / sizeof *PROJECTION_PARTS},
    };
    const struct service_spec spec = {
        .name = "document",
        .schemas = {{directory_migrations, directory_n_migrations}, {document_migrations, document_n_migrations}},
        .loops = loops,
        .n_loops = sizeof loops / sizeof *loops,
        .queries = QUERIES,
        .n_queries = sizeof QUERIES / sizeof *QUERIES,
        .republish = document_republish,
    };
    return service_main(&spec, argc, argv);
}
