#include "common/base/array.h"
#include "common/pdf/pdf_text.h"
#include "common/service/service.h"
#include "services/directory/migrations.h"
#include "services/meeting/catch_up/catch_up_query.h"
#include "services/meeting/comment/comment_query.h"
#include "services/meeting/draft/draft_query.h"
#include "services/meeting/home/home_query.h"
#include "services/meeting/loops.h"
#include "services/meeting/mark/mark_query.h"
#include "services/meeting/meeting/meeting_query.h"
#include "services/meeting/meeting/meeting_republish.h"
#include "services/meeting/migrations.h"
#include "services/meeting/minutes/minutes_query.h"
#include "services/meeting/pack/pack_query.h"
#include "services/meeting/paper/paper_query.h"
#include "services/meeting/proposal/proposal_query.h"
#include "services/meeting/reach/reach_query.h"
#include "services/meeting/reminder/prompt_commands.h"
#include "services/meeting/reminder/reminder_query.h"
#include "services/meeting/roll/roll_query.h"
#include "services/meeting/task/task_query.h"
#include "services/meeting/template/template_query.h"
#include "services/meeting/told/told_query.h"

static const struct query_table *const QUERIES[] = {
    &MEETING_QUERIES, &PACK_QUERIES,     &COMMENT_QUERIES,  &PROPOSAL_QUERIES, &ROLL_QUERIES,     &MINUTES_QUERIES,
    &TOLD_QUERIES,    &PAPER_QUERIES,    &MARK_QUERIES,     &TASK_QUERIES,     &TEMPLATE_QUERIES, &DRAFT_QUERIES,
    &HOME_QUERIES,    &CATCH_UP_QUERIES, &REMINDER_QUERIES, &REACH_QUERIES,
};

static enum err start(struct service *service)
{
    enum err err = pdf_check_fonts();
    return err ? err : prompt_start(service);
}

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
        .start = start,
        .republish = meeting_republish,
    };
    return service_main(&spec, argc, argv);
}
