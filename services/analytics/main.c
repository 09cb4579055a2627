#include "common/base/array.h"
#include "common/service/service.h"
#include "services/analytics/compliance/compliance_query.h"
#include "services/analytics/dashboard/dashboard_query.h"
#include "services/analytics/migrations.h"
#include "services/analytics/projections.h"
#include "services/analytics/reading/reader_query.h"
#include "services/analytics/reading/reading_query.h"
#include "services/directory/migrations.h"

static const struct query_table *const QUERIES[] = {&COMPLIANCE_QUERIES, &DASHBOARD_QUERIES, &READING_QUERIES,
                                                    &READER_QUERIES};

int main(int argc, char **argv)
{
    const struct loop_options loops[] = {
        {.service = "analytics",
         .name = "projections",
         .inputs = ANALYTICS_INPUTS,
         .n_inputs = ANALYTICS_N_INPUTS,
         .parts = ANALYTICS_PARTS,
         .n_parts = ANALYTICS_N_PARTS,
         /* So many members who change branch move years of audiences, well within a statement's deadline. */
         .batch_limit = 2048,
         .drops_repeats_itself = true,
         .gather_ms = 400, /* dashboards follow within a second */
         .fires_timers = true},
    };
    const struct service_spec spec = {
        .name = "analytics",
        .schemas = {{directory_migrations, directory_n_migrations}, {analytics_migrations, analytics_n_migrations}},
        .loops = loops,
        .n_loops = ARRAY_LENGTH(loops),
        .queries = QUERIES,
        .n_queries = ARRAY_LENGTH(QUERIES),
    };
    return service_main(&spec, argc, argv);
}
