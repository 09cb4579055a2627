#include "common/base/array.h"
#include "common/service/service.h"
#include "services/analytics/compliance/compliance_query.h"
#include "services/analytics/dashboard/dashboard_query.h"
#include "services/analytics/export/export_commands.h"
#include "services/analytics/export/export_query.h"
#include "services/analytics/export/export_worker.h"
#include "services/analytics/migrations.h"
#include "services/analytics/projections.h"
#include "services/analytics/reading/reader_query.h"
#include "services/analytics/reading/reading_query.h"
#include "services/directory/lookup.h"
#include "services/directory/migrations.h"

static const struct query_table *const QUERIES[] = {&COMPLIANCE_QUERIES, &DASHBOARD_QUERIES, &READING_QUERIES,
                                                    &READER_QUERIES, &EXPORT_QUERIES};

static const struct loop_input COMMANDS[] = {{.topic = TOPIC_ANALYTICS_COMMANDS, .commands = true}};
static const struct loop_part *const COMMAND_PARTS[] = {&EXPORT_PART, &DIRECTORY_LOOKUP_PART};

static void stop(struct service *service)
{
    (void)service;
    export_worker_stop();
}

int main(int argc, char **argv)
{
    const struct loop_options projections = {
        .service = "analytics",
        .name = "projections",
        .inputs = ANALYTICS_INPUTS,
        .n_inputs = ANALYTICS_N_INPUTS,
        .parts = ANALYTICS_PARTS,
        .n_parts = ANALYTICS_N_PARTS,
        /* So many members who change branch move years of audiences, well within a statement's deadline. */
        .batch_limit = 2048,
        .drops_repeats_itself = true,
        .gather_ms = 400, /* dashboards follow within a second */
        .fires_timers = true,
    };
    const struct loop_options commands = {.service = "analytics",
                                          .name = "commands",
                                          .inputs = COMMANDS,
                                          .n_inputs = ARRAY_LENGTH(COMMANDS),
                                          .parts = COMMAND_PARTS,
                                          .n_parts = ARRAY_LENGTH(COMMAND_PARTS),
                                          .hears = &projections};
    const struct loop_options loops[] = {commands, projections};
    const struct service_spec spec = {
        .name = "analytics",
        .schemas = {{directory_migrations, directory_n_migrations}, {analytics_migrations, analytics_n_migrations}},
        .loops = loops,
        .n_loops = ARRAY_LENGTH(loops),
        .queries = QUERIES,
        .n_queries = ARRAY_LENGTH(QUERIES),
        .keys = export_keys,
        .n_keys = export_n_keys,
        .start = export_worker_start,
        .stop = stop,
    };
    return service_main(&spec, argc, argv);
}
