#include "common/base/array.h"
#include "common/service/service.h"
#include "common/service/service_files.h"
#include "services/directory/lookup.h"
#include "services/directory/migrations.h"
#include "services/directory/projection.h"
#include "services/document/acknowledgement/acknowledgement_commands.h"
#include "services/document/acknowledgement/acknowledgement_query.h"
#include "services/document/acknowledgement/acknowledgement_set.h"
#include "services/document/clause/clause_set.h"
#include "services/document/comment/comment_commands.h"
#include "services/document/comment/comment_query.h"
#include "services/document/comment/comment_set.h"
#include "services/document/content/content_query.h"
#include "services/document/document/document_batch.h"
#include "services/document/document/document_commands.h"
#include "services/document/document/document_query.h"
#include "services/document/document/document_republish.h"
#include "services/document/extraction/extraction_worker.h"
#include "services/document/file/file_store.h"
#include "services/document/history/history_query.h"
#include "services/document/history/history_set.h"
#include "services/document/host/host.h"
#include "services/document/mark/mark_query.h"
#include "services/document/migrations.h"
#include "services/document/page/page_desk.h"
#include "services/document/page/page_query.h"
#include "services/document/passage/passage_query.h"
#include "services/document/reach/reach_query.h"
#include "services/document/reaction/reaction_commands.h"
#include "services/document/reaction/reaction_query.h"
#include "services/document/reaction/reaction_set.h"
#include "services/document/readers/readers.h"
#include "services/document/reading/reading_query.h"
#include "services/document/search/search_query.h"
#include "services/document/settings.h"
#include "services/document/showing/showing_worker.h"
#include "services/document/version/version_commands.h"
#include "services/document/version/version_query.h"
#include "services/document/version/version_set.h"

static const struct loop_input COMMANDS[] = {{.topic = TOPIC_DOCUMENT_COMMANDS, .commands = true}};

/* Documents are locked before what lies under them, and bring their hosts. */
static const struct loop_part *const COMMAND_PARTS[] = {
    &DOCUMENT_PART,
    &ACKNOWLEDGEMENT_PART,
    &VERSION_PART,
    &COMMENT_PART,
    &REACTION_PART,
    &HISTORY_PART,
    &CLAUSE_PART,
    &HOST_PART,
    &READERS_PART,
    &DIRECTORY_LOOKUP_PART,
    &DOCUMENT_COMMANDS_PART,
    &ACKNOWLEDGEMENT_COMMANDS_PART,
    &VERSION_COMMANDS_PART,
    &COMMENT_COMMANDS_PART,
    &REACTION_COMMANDS_PART,
};

static const struct loop_input PROJECTIONS[] = {DIRECTORY_INPUTS};
static const struct loop_part *const PROJECTION_PARTS[] = {&DIRECTORY_PART};

static const struct loop_options PROJECTIONS_LOOP = {.service = "document",
                                                     .name = "projections",
                                                     .inputs = PROJECTIONS,
                                                     .n_inputs = ARRAY_LENGTH(PROJECTIONS),
                                                     .parts = PROJECTION_PARTS,
                                                     .n_parts = ARRAY_LENGTH(PROJECTION_PARTS)};
static const struct loop_options COMMANDS_LOOP = {.service = "document",
                                                  .name = "commands",
                                                  .inputs = COMMANDS,
                                                  .n_inputs = ARRAY_LENGTH(COMMANDS),
                                                  .parts = COMMAND_PARTS,
                                                  .n_parts = ARRAY_LENGTH(COMMAND_PARTS),
                                                  .hears = &PROJECTIONS_LOOP,
                                                  .fires_timers = true};

static const struct query_table *const QUERIES[] = {
    &DOCUMENT_QUERIES, &CONTENT_QUERIES, &MARK_QUERIES,    &ACKNOWLEDGEMENT_QUERIES, &VERSION_QUERIES,
    &PASSAGE_QUERIES,  &SEARCH_QUERIES,  &COMMENT_QUERIES, &REACTION_QUERIES,        &READING_QUERIES,
    &HISTORY_QUERIES,  &PAGE_QUERIES,    &REACH_QUERIES,   &SERVICE_FILE_QUERIES,
};

/* Each begun part is ended again when a later one does not begin. */
static enum err start(struct service *service)
{
    enum err err = extraction_worker_start(service);
    if (err)
        return err;
    err = showing_worker_start(service);
    if (!err) {
        err = page_desk_start(service, extraction_config.blob_dir);
        if (err)
            showing_worker_stop();
    }
    if (err)
        extraction_worker_stop();
    return err;
}

static void stop(struct service *service)
{
    (void)service;
    page_desk_stop();
    showing_worker_stop();
    extraction_worker_stop();
}

int main(int argc, char **argv)
{
    const struct loop_options loops[] = {COMMANDS_LOOP, PROJECTIONS_LOOP};
    const struct service_spec spec = {
        .name = "document",
        .schemas = {{directory_migrations, directory_n_migrations}, {document_migrations, document_n_migrations}},
        .loops = loops,
        .n_loops = ARRAY_LENGTH(loops),
        .queries = QUERIES,
        .n_queries = ARRAY_LENGTH(QUERIES),
        .named_files = &FILE_STORE_NAMED,
        .keys = document_keys,
        .n_keys = document_n_keys,
        .start = start,
        .stop = stop,
        .republish = document_republish,
    };
    return service_main(&spec, argc, argv);
}
