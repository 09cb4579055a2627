#include "common/base/array.h"
#include "common/service/service.h"
#include "services/directory/migrations.h"
#include "services/meeting/comment/comment_query.h"
#include "services/meeting/loops.h"
#include "services/meeting/mark/mark_query.h"
#include "services/meeting/meeting/meeting_query.h"
#include "services/meeting/meeting/meeting_republish.h"
#include "services/meeting/migrations.h"
#include "services/meeting/pack/pack_query.h"

static const struct query_table *const QUERIES[] = {&MEETING_QUERIES, &PACK_QUERIES, &COMMENT_QUERIES, &MARK_QUERIES};

int main(int argc, char **argv)
{
    const struct loop_options loops[] = {MEETING_COMMANDS_LOOP, MEETING_PROJECTIONS_LOOP};
    const struct service_spec spec = {
        .name = "meeting",
        .schemas = {{directory_migrations, directory_n_migrations}, {meeting_migrations, meeting_n_migrations}},
        .loops = loops,
        .n_loops = ARRAY_LENGTH(loops),
        .queries = QUERIES,
        .n_queries = ARRAY_LENGTH(QUERIES),
        .republish = meeting_republish,
    };
    return service_main(&spec, argc, argv);
}
