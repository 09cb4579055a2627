#include "services/notification/preference/preference_query.h"

#include "services/directory/directory.h"
#include "services/notification/preference/preference_store.h"

static enum err get_preferences(struct query *query)
{
    struct directory_scope scope;
    directory_scope_read(query->ctx, query->scope, &scope);
    if (!scope.has_member)
        return ERR_NOT_FOUND;
    struct pg_result *rows = preference_store_queue(query->pg, query->ctx, &scope.member, 1);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    const struct preference preference = pg_rows(rows) ? preference_store_read(rows, 0)
                                                       : preference_default(&scope.member);
    query->reply = &preference_view(query->ctx, &preference)->base;
    query->version = preference.version;
    return ERR_OK;
}

static const struct query_handler ROWS[] = {{&pb__get_preferences__descriptor, get_preferences}};
const struct query_table PREFERENCE_QUERIES = QUERY_TABLE(ROWS);
