#include "common/service/service.h"
#include "services/analytics/events.h"
#include "services/analytics/migrations.h"
#include "services/analytics/queries.h"
#include "services/analytics/work.h"
#include "services/directory/migrations.h"

static const struct loop_input INPUTS[] = {DIRECTORY_INPUTS,
                                           {.topic = TOPIC_MEETING_EVENTS},
                                           {.topic = TOPIC_DOCUMENT_EVENTS},
                                           {.topic = TOPIC_AUTH_EVENTS},
                                           {.topic = TOPIC_ACTIVITY}};
static const struct loop_part *const PARTS[] = {&ANALYTICS_FIRST_PART, &DIRECTORY_PART, &ANALYTICS_PART};

static const struct query_table *const QUERIES[] = {&ANALYTICS_QUERIES};

int main(int argc, char **argv)
{
    const struct loop_options loops[] = {
        {.service = "analytics",
         .name = "projections",
         .inputs = INPUTS,
         .n_inputs = sizeof INPUTS / sizeof *INPUTS,
         .parts = PARTS,
         .n_parts = sizeof PARTS / sizeof *PARTS,
         .batch_limit =
             2048, /* so many members who change branch move years of audiences, well within a statement's deadline */
         .gather_ms = 100,
         .fires_timers = true},
    };
    const struct service_spec spec = {
        .name = "analytics",
        .schemas = {{directory_migrations, directory_n_migrations}, {analytics_migrations, analytics_n_migrations}},
        .loops = loops,
        .n_loops = sizeof loops / sizeof *loops,
        .queries = QUERIES,
        .n_queries = sizeof QUERIES / sizeof *QUERIES,
    };
    return service_main(&spec, argc, argv);
}
