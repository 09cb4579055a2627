#include "services/auth/audit/audit_query.h"

#include "common/base/clock.h"
#include "common/base/keyset.h"
#include "common/base/mem.h"
#include "services/auth/audit/audit_store.h"
#include "services/directory/directory.h"

/* The cursor's place is the number of the row. */
static enum err read_filter(struct query *query, const struct directory_scope *scope, struct audit_filter *ret_filter)
{
    const Pb__ListAudit *body = (const Pb__ListAudit *)query->body;
    struct keyset place = {.at_us = INT64_MAX};
    if (body->has_cursor && keyset_decode(body->cursor, &place))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    *ret_filter = (struct audit_filter){
        .admins = scope->admins,
        .n_admins = scope->n_admins,
        .actor = body->has_actor_id ? uuid_or_zero(body->actor_id) : (struct uuid){{0}},
        .subject = body->has_subject_id ? uuid_or_zero(body->subject_id) : (struct uuid){{0}},
        .from_us = body->has_from ? clock_date_start_us(body->from) : 0,
        .to_us = body->has_to ? clock_date_start_us(body->to + 1) : INT64_MAX,
        .before = place.at_us,
        .limit = (int)body->limit + 1, /* one more tells whether there is a next page */
    };
    return ERR_OK;
}

static Pb__AuditList *view_page(TALLOC_CTX *ctx, const struct audit_page *page, size_t limit)
{
    Pb__AuditList *list = mem_new(ctx, Pb__AuditList);
    pb__audit_list__init(list);
    list->items = page->items;
    list->n_items = page->n < limit ? page->n : limit;
    list->has_next_cursor = page->n > list->n_items;
    if (list->has_next_cursor)
        list->next_cursor = keyset_encode(ctx, &(struct keyset){.at_us = page->numbers[list->n_items - 1]});
    return list;
}

static enum err list_audit(struct query *query)
{
    const Pb__ListAudit *body = (const Pb__ListAudit *)query->body;
    struct directory_scope scope;
    struct audit_filter filter;
    struct audit_page page;
    directory_scope_read(query->ctx, query->scope, &scope);
    if (scope.n_admins == 0)
        return ERR_NOT_ALLOWED;
    enum err err = read_filter(query, &scope, &filter);
    if (!err)
        err = audit_store_list(query->pg, query->ctx, &filter, &page);
    if (!err)
        query->reply = &view_page(query->ctx, &page, body->limit)->base;
    return err;
}

static const struct query_handler ROWS[] = {{&pb__list_audit__descriptor, list_audit}};
const struct query_table AUDIT_QUERIES = QUERY_TABLE(ROWS);
