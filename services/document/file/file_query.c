#include "services/document/file/file_query.h"

#include "common/service/service_files.h"
#include "services/document/file/file_store.h"

static enum err get_named_files(struct query *query)
{
    return service_named_files(query, &FILE_STORE_NAMED);
}

static const struct query_handler QUERIES[] = {
    {&pb__get_named_files__descriptor, get_named_files},
};
const struct query_table FILE_QUERIES = QUERY_TABLE(QUERIES);
