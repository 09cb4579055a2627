#include "services/document/reading/reading_query.h"

#include "common/base/mem.h"
#include "services/document/acknowledgement/acknowledgement_store.h"
#include "services/document/document/document_page.h"
#include "services/document/host/host_store.h"
#include "services/document/reading/reading.h"

static enum reading_sight sight_of(const struct directory_scope *scope, const struct directory_org *org)
{
    unsigned above = 0;
    if (org->n_path > 1) {
        const struct directory_org parent = {
            .id = org->path[org->n_path - 2], .path = org->path, .n_path = org->n_path - 1};
        above = directory_scope_standing(scope, &parent);
    }
    return reading_sight(org->level == PB__LEVEL__LEVEL_BRANCH, directory_scope_standing(scope, org), above);
}

static void view_acknowledged(TALLOC_CTX *ctx, const struct pg_result *rows, Pb__DocumentAudience *view)
{
    view->acknowledged = mem_array(ctx, Pb__DocumentAudience__Acknowledged *, pg_rows(rows));
    for (; view->n_acknowledged < pg_rows(rows); view->n_acknowledged++) {
        struct acknowledgement read;
        Pb__DocumentAudience__Acknowledged *item = mem_new(ctx, Pb__DocumentAudience__Acknowledged);
        acknowledgement_store_read(rows, view->n_acknowledged, &read);
        pb__document_audience__acknowledged__init(item);
        item->member_id = uuid_to_pb(ctx, &read.member);
        item->at_us = read.at_us;
        view->acknowledged[view->n_acknowledged] = item;
    }
}

/* What is restricted is for named members alone. */
static Pb__DocumentAudience *view_audience(TALLOC_CTX *ctx, const struct document *document, const struct uuid *org)
{
    const struct audience named = {.members = document->audience.members, .n_members = document->audience.n_members};
    Pb__DocumentAudience *view = mem_new(ctx, Pb__DocumentAudience);
    pb__document_audience__init(view);
    view->organization_id = uuid_to_pb(ctx, org);
    view->audience = audience_to_pb(ctx, document_is_restricted(document) ? &named : &document->audience);
    return view;
}

/* The document, who the asker is to `org`, and its members' acknowledgements. An organisation that is not there is like
 * one that he has no part in. */
static enum err answer(struct query *query, const struct document *document, const struct uuid *org)
{
    struct directory_scope scope;
    struct uuid_map *hosts = uuid_map_new(query->ctx);
    directory_scope_read(query->ctx, query->scope, &scope);
    struct pg_result *rows = host_store_queue(query->ctx, query->pg, &(struct host_wanted){.orgs = org, .n_orgs = 1});
    struct pg_result *acknowledged = acknowledgement_store_queue_of_branch(query->ctx, query->pg, &document->id, org);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    host_store_read(query->ctx, rows, hosts);
    const struct host *host = uuid_map_get(hosts, org);
    enum reading_sight sight = host ? sight_of(&scope, &host->org) : READING_NOTHING;
    if (sight == READING_NOTHING)
        return ERR_NOT_ALLOWED;
    if (document->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN)
        return ERR_WITHDRAWN;
    Pb__DocumentAudience *view = view_audience(query->ctx, document, org);
    view->is_branch = host->org.level == PB__LEVEL__LEVEL_BRANCH;
    view->names_visible = sight == READING_NAMES;
    if (view->names_visible)
        view_acknowledged(query->ctx, acknowledged, view);
    query->reply = &view->base;
    return ERR_OK;
}

static enum err list_readers(struct query *query)
{
    const Pb__ListDocumentReaders *body = (const Pb__ListDocumentReaders *)query->body;
    struct document_page page;
    struct uuid id, org;
    if (uuid_from_pb(body->document_id, &id))
        return ERR_NOT_FOUND;
    document_page_queue(query, &(struct document_filter){.ids = &id, .n_ids = 1}, &page);
    enum err err = document_page_rows(query, &page);
    if (err)
        return err;
    if (page.n == 0)
        return ERR_NOT_FOUND;
    org = body->has_organization_id ? uuid_or_zero(body->organization_id) : page.items[0].organization;
    return answer(query, &page.items[0], &org);
}

static const struct query_handler QUERIES[] = {{&pb__list_document_readers__descriptor, list_readers}};
const struct query_table READING_QUERIES = QUERY_TABLE(QUERIES);
